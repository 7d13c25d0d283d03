"""What passes the door cannot move a cursor, turn its direction, hide, or flood a screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.safe_text import LONGEST, MOST_LINES, safe_line, safe_text

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANYTHING = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)
NASTY = st.lists(
    st.sampled_from(
        ["\x1b]52;c;eA==\x07", "\x9b6n", "\r\n", "\t", "\n", *BIDI, "a\u0301\u0301\u0301\u0301\u0301\u0301"]
    )
    | st.text(max_size=6),
    max_size=60,
).map("".join)


@given(ANYTHING | NASTY)
@example("\udc9b\x9b\x00")
@example("\u0301" * 9)
def test_no_control_character_and_no_turned_direction_passes(text: str) -> None:
    for shown in (safe_text(text), safe_line(text)):
        rest = shown.replace("\n", "")
        assert not [c for c in rest if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in BIDI]


@given(ANYTHING | NASTY, st.integers(2, 40), st.integers(1, 4))
@example("a" * 39 + " …b", 40, 4)
@example("…" * 60, 2, 1)
def test_what_passed_once_passes_again_unchanged(text: str, longest: int, lines: int) -> None:
    once = safe_text(text, longest=longest, lines=lines)
    assert safe_text(once, longest=longest, lines=lines) == once
    line = safe_line(text, longest=longest)
    assert safe_line(line, longest=longest) == line


@given(ANYTHING | NASTY, st.integers(1, 40), st.integers(1, 4))
def test_nothing_is_longer_than_it_may_be(text: str, longest: int, lines: int) -> None:
    shown = safe_text(text, longest=longest, lines=lines)
    assert len(shown) <= longest
    assert shown.count("\n") < lines
    assert len(safe_line(text, longest=longest)) <= longest
    assert "\n" not in safe_line(text, longest=longest)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\u00ad"), max_size=200))
def test_plain_words_of_every_script_pass_as_they_are(text: str) -> None:
    hidden = "\u115f\u1160\u3164\uffa0"
    assert safe_text(text) == "".join(c for c in text if c not in hidden)


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "नमस्ते", "שלום", "ภาษาไทย", "e\u0301", "日本語"])
def test_living_scripts_and_families_of_emoji_stay_whole(text: str) -> None:
    assert safe_text(text) == text


def test_a_tower_of_marks_is_cut_to_four_on_each_letter() -> None:
    assert safe_text("a" + "\u0301" * 5000 + "b") == "a" + "\u0301" * 4 + "b"


def test_what_was_cut_says_so() -> None:
    assert safe_text("w" * 65_000) == "w" * (LONGEST - 1) + "…"
    rows = safe_text("row\n" * 32_000).split("\n")
    assert len(rows) == MOST_LINES
    assert rows[-1].endswith("…")
    assert safe_line("a long name", longest=6) == "a lon…"


def test_half_a_character_becomes_a_visible_mark() -> None:
    assert safe_text("x\ud800y") == "x\ufffdy"


def test_a_line_is_one_line() -> None:
    assert safe_line("  two\r\n\tlines \u2028 here ") == "two lines here"
