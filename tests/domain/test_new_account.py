"""A name for a new account is judged before the server is asked; a password by its length alone."""

from __future__ import annotations

import pytest

from nookterm.domain.new_account import is_too_short, length_hint, wrong_name


@pytest.mark.parametrize("name", ["ana", "a.b_c=d-e/f+1", "0"])
def test_names_that_the_specification_allows_are_good(name: str) -> None:
    assert wrong_name(name) == ""


@pytest.mark.parametrize(
    "name", ["", "Ana", "änna", "a b", "@ana:river.example", "_bridge", "x" * 260, "a\n", "\u202eana"]
)
def test_names_that_no_server_takes_are_told_apart_without_asking(name: str) -> None:
    assert wrong_name(name)


def test_a_password_is_judged_by_its_length_and_never_repeated() -> None:
    for length, word in ((1, "too short"), (8, "short"), (12, "good"), (20, "long")):
        hint = length_hint("k" * length)
        assert word in hint
        assert "kk" not in hint
        assert is_too_short("k" * length) is (length < 8)
    assert length_hint("") == ""
