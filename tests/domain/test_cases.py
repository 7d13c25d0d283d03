"""The words by which facilitators name a case to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.cases import case_word, is_case_word


@given(st.text(), st.text(), st.text())
def test_a_case_always_has_a_word_of_the_known_form(kind: str, room: str, subject: str) -> None:
    word = case_word(kind, room, subject)

    assert is_case_word(word)
    assert word == case_word(kind, room, subject)


def test_kind_room_and_subject_each_make_another_case() -> None:
    words = {case_word("knock", "!a", "@x:h"), case_word("share", "!a", "@x:h"), case_word("knock", "!b", "@x:h"),
             case_word("knock", "!a", "@y:h"), case_word("knock", "!a@", "x:h")}  # fmt: skip

    assert len(words) == 5


def test_the_word_of_a_case_is_the_same_on_every_machine_and_for_good() -> None:
    assert case_word("knock", "!foxes:river.example", "@eve:elsewhere.example") == "k-puzi7s"


@pytest.mark.parametrize(
    "text", ["", "k-", "k-abcde", "k-abcdefg", "k-ABCDEF", "k-abcde1", "x-abcdef", "abcdef", "k-abcde "]
)
def test_what_only_looks_like_a_case_word_is_none(text: str) -> None:
    assert not is_case_word(text)
