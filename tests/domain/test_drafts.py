"""What a draft may give away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.borrowed import Passage
from nookterm.domain.drafts import Flag, FlagKind, blank, flags
from nookterm.domain.ids import EventId
from tests.domain.builders import CY

ID, LINK, MAIL, PHONE = FlagKind.ID, FlagKind.LINK, FlagKind.MAIL, FlagKind.PHONE


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ("@bo:river.example", ID),
        ("@bo:river.example:8448", ID),
        ("#foxes:river.example", ID),
        ("!abc:river.example", ID),
        ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", ID),
        ("$31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", ID),
        ("https://river.example/bo", LINK),
        ("http://x", LINK),
        ("matrix:u/bo:river.example", LINK),
        ("mxc://river.example/abc", LINK),
        ("www.river.example", LINK),
        ("bo.fox+x@mail.example.org", MAIL),
        ("+49 170 1234567", PHONE),
        ("030/123-4567", PHONE),
        ("(030) 123 45 67", PHONE),
    ],
)
def test_ids_links_addresses_and_numbers_are_pointed_out(piece: str, kind: FlagKind) -> None:
    (flag,) = flags(f"Ask there, {piece} , or not", ())
    assert flag.kind == kind
    assert flag.piece in piece
    assert len(flag.piece) > len(piece) // 2


def test_words_that_tell_nothing_are_left_alone() -> None:
    assert flags("At 1222 °C, 3-4 h, 50% done: see you! Cost 12,50 (or 13).", ["Ana", "Bo"]) == ()


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("I asked Bo about it", ["Bo"], ("Bo",)),
        ("I asked bo, and BO said", ["Bo"], ("bo", "BO")),
        ("Both boats", ["Bo"], ()),
        ("Ana van Dee came; van and dee", ["Ana van Dee"], ("Ana van Dee", "van", "dee")),
        ("Jo de Wit came, de facto", ["Jo de Wit"], ("Jo de Wit",)),
        ("昨天李明说好", ["李明"], ("李明",)),
        ("the (fox) said", ["(fox)"], ("(fox)",)),
        ("a.c and abc", ["a.c"], ("a.c",)),
        ("nobody", ["", "   "], ()),
    ],
)
def test_names_of_members_are_pointed_out_as_they_stand_in_the_draft(
    text: str, names: list[str], found: tuple[str, ...]
) -> None:
    assert tuple(flag.piece for flag in flags(text, names)) == found
    assert {flag.kind for flag in flags(text, names)} <= {FlagKind.NAME}


def test_words_of_somebody_who_is_not_asked_are_pointed_out_with_what_stands_in_them() -> None:
    text = "Cy said that cobalt at cy@river.example holds."
    passage = Passage(CY, EventId("$cy"), 13, 38)
    found = flags(text, ["Cy"], [passage])
    assert [(flag.kind, flag.piece) for flag in found] == [
        (FlagKind.NAME, "Cy"),
        (FlagKind.THIRD_PERSON, text[13:38]),
        (FlagKind.MAIL, "cy@river.example"),
    ]


def test_a_piece_is_taken_out_where_it_stands() -> None:
    text = "Bo and Bo"
    first, second = flags(text, ["Bo"])
    assert (blank(text, first), blank(text, second)) == ("… and Bo", "Bo and …")
    assert blank("Cy and Bo", first) == "Cy and Bo", "something else stands there by now"
    assert blank("", second) == ""


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=4))
def test_every_flag_says_where_its_piece_stands(text: str, names: list[str]) -> None:
    found = flags(text, names)
    assert all(flag.piece and text[flag.start : flag.end] == flag.piece for flag in found)
    assert len({(flag.start, flag.end) for flag in found}) == len(found)
    assert flags(text, names) == found


@given(st.text("ab @:.1+x/w", max_size=60), st.lists(st.text("ab", min_size=1, max_size=3), max_size=3))
def test_taking_out_every_piece_leaves_none(text: str, names: list[str]) -> None:
    for _ in range(len(text) + 1):
        if not (found := flags(text, names)):
            break
        text = blank(text, found[0])
    assert flags(text, names) == ()


@pytest.mark.parametrize("unit", ["a", "@", "!", "1", "1 ", "a@", "@a:", "a.", "+1(", "matrix:", "$a", "w"])
@pytest.mark.timeout(5)
def test_a_hostile_draft_of_60_kilobytes_does_not_hang(unit: str) -> None:
    """A pattern that looks back over what it read would take minutes here."""
    text = unit * (60_000 // len(unit))
    assert all(isinstance(flag, Flag) for flag in flags(text, ["Bo"]))
