"""Words to begin with: the nook's own where it has some, with the newcomer's name where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nookterm.domain.welcome import greeting, prompt, redirection, split_proposal
from tests.domain.builders import NOON


@pytest.mark.parametrize(
    ("welcome", "said"),
    [
        ("", "@Bo welcome. What brings you here?"),
        ("  ", "@Bo welcome. What brings you here?"),
        ("sit down with us.", "@Bo sit down with us."),
        ("Welcome, {name}. Tea, {name}?", "Welcome, @Bo. Tea, @Bo?"),
        ("Welcome, @{name}.", "Welcome, @Bo."),
        ("{0} {brace", "@Bo {0} {brace"),
    ],
)
def test_a_greeting_names_the_newcomer_so_that_it_reaches_them(welcome: str, said: str) -> None:
    assert greeting(welcome, "Bo") == said


def test_each_day_has_another_prompt() -> None:
    prompts = ("What cracked?", "What sang?")
    assert {prompt(prompts, NOON + timedelta(days=n)) for n in range(2)} == set(prompts)
    assert prompt(prompts, NOON) == prompt(prompts, NOON + timedelta(hours=1))


def test_a_redirection_names_the_message_and_the_better_place() -> None:
    words = redirection("bike-kitchen", "https://nook", "https://message")
    assert words.startswith("I think bike-kitchen would be a better place for what you wrote: https://nook\n")
    assert "https://message" in words


@pytest.mark.parametrize(("size", "cap", "first"), [(58, 60, "We are 58 of 60."), (61, 60, "We are already 61 of 60.")])
def test_a_proposal_to_split_says_how_full_it_is_and_asks(size: int, cap: int, first: str) -> None:
    words = split_proposal(size, cap)
    assert words.startswith(first)
    assert f"about {(size + 1) // 2} and {size // 2}?" in words
