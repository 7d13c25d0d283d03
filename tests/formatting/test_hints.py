"""While one writes, a few words tell what will become of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.formatting.hints import hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("Hello.", ""),
        ("5 * 3 and snake_case", ""),
        ("/me **waves", ""),
        ("**bold", "** has no end yet"),
        ("**bold**", "will be: bold"),
        ("__bold__ and *italic* and _too_", "will be: bold, italic"),
        ("`code", "` has no end yet"),
        ("`code` and **`**`**", "will be: code, bold"),
        ("```python\nx = 1", "code block: ``` on a line of its own ends it"),
        ("```python\nx = 1\n```", "will be: code block"),
        ("~~~\n```\n~~~", "will be: code block"),
        ("||secret", "|| has no end yet"),
        ("||secret||", "will be: spoiler"),
        ("a || b", ""),
        ("~~gone~~", "will be: struck out"),
        ("~~gone", "~~ has no end yet"),
        ("# H\n> q\n- a\n1. b", "will be: heading, quote, list"),
        ("| a | b |\n|---|---|", "will be: table"),
        ("[x](https://x.example)", "will be: link"),
        (r"\*\*as it is\*\*", ""),
        ("x" * 2_000 + "**", ""),
    ],
)
def test_what_will_become_of_words_is_told(text: str, said: str) -> None:
    assert hint(text) == said


SIGNS = ["**", "*", "_", "`", "```", "~~", "||", "\n", " ", "a", ">", "- ", "[", "](", ")"]


@given(st.lists(st.sampled_from(SIGNS)).map("".join))
def test_whatever_is_written_a_hint_is_a_line(text: str) -> None:
    assert "\n" not in hint(text)


@pytest.mark.parametrize("sign", [*SIGNS, "``", "```\n", "|-", "* a ", "_a ", "||a ", "**a ", "`a ", "__a ", "~~a "])
def test_a_hint_is_not_felt_at_a_key(sign: str) -> None:
    """Generous: this is no benchmark. What is pasted by mistake must not stop the program."""
    text = (sign * 2_000)[:2_000]
    before = time.process_time()
    hint(text)
    assert time.process_time() - before < 0.2
