"""Which letters a search takes for the same, and where words begin."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.spelling import stands_apart, tokens


def test_words_part_at_everything_that_is_no_letter_or_number() -> None:
    assert tokens("The heron's  nest-box_7, at 12:30!") == ("the", "heron", "s", "nest", "box", "7", "at", "12", "30")
    assert tokens("привет—мир") == ("привет", "мир")
    assert tokens("... \t\n") == ()


def test_case_width_accents_and_joined_letters_do_not_matter() -> None:
    assert tokens("HÉRON Straße ﬁre ＴＯＫＹＯ") == tokens("he\u0301ron STRASSE FIRE tokyo")
    assert tokens("Ёлка") == tokens("елка")
    assert tokens("עִבְרִית عَرَبِيّ") == tokens("עברית عربي")


def test_vowel_signs_stay_with_their_letters() -> None:
    assert tokens("हिन्दी 한국어") == ("हिन्दी", "한국어")


def test_letters_of_scripts_without_spaces_and_emoji_stand_alone() -> None:
    assert tokens("東京tower") == ("東", "京", "tower")
    assert tokens("ﾊﾞｽ") == tokens("バス") == ("バ", "ス")
    assert tokens("น้ำ") == ("น", "้", "ํ", "า")
    assert tokens("x🌊y ❤️") == ("x", "🌊", "y", "❤")
    assert [stands_apart(token) for token in tokens("東 tower 🌊 한")] == [True, False, True, False]


def test_what_cannot_be_seen_parts_nothing() -> None:
    assert tokens("co\u00adope\u200brate") == ("cooperate",)


@given(st.text())
def test_tokens_are_words_that_stay_as_they_are(text: str) -> None:
    found = tokens(text)
    assert tokens(" ".join(found)) == found
    for token in found:
        assert token
        assert {unicodedata.category(character)[0] for character in token} <= set("LMNS")
