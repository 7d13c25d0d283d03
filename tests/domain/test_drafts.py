"""What a draft may give away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.drafts import flagged


@pytest.mark.parametrize(
    "piece",
    [
        "@bo:river.example",
        "@bo:river.example:8448",
        "#foxes:river.example",
        "!abc:river.example",
        "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        "$31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        "https://river.example/bo",
        "http://x",
        "matrix:u/bo:river.example",
        "mxc://river.example/abc",
        "www.river.example",
        "bo.fox+x@mail.example.org",
        "+49 170 1234567",
        "030/123-4567",
        "(030) 123 45 67",
    ],
)
def test_ids_links_addresses_and_numbers_are_pointed_out(piece: str) -> None:
    found = flagged(f"Ask there, {piece} , or not", ())

    assert any(part in piece and len(part) > len(piece) // 2 for part in found)


def test_words_that_tell_nothing_are_left_alone() -> None:
    assert flagged("At 1222 °C, 3-4 h, 50% done: see you! Cost 12,50 (or 13).", ["Ana", "Bo"]) == ()


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("I asked Bo about it", ["Bo"], ("Bo",)),
        ("I asked bo, and BO said", ["Bo"], ("bo", "BO")),
        ("Both boats", ["Bo"], ()),
        ("Ana van Dee came; van and dee", ["Ana van Dee"], ("Ana van Dee", "Ana", "van", "Dee", "dee")),
        ("Jo de Wit came, de facto", ["Jo de Wit"], ("Jo de Wit", "Wit")),
        ("昨天李明说好", ["李明"], ("李明",)),
        ("the (fox) said", ["(fox)"], ("(fox)",)),
        ("a.c and abc", ["a.c"], ("a.c",)),
        ("nobody", ["", "   "], ()),
    ],
)
def test_names_of_members_are_pointed_out_as_they_stand_in_the_draft(
    text: str, names: list[str], found: tuple[str, ...]
) -> None:
    assert flagged(text, names) == found


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=4))
def test_every_flagged_piece_stands_in_the_draft_and_is_told_once(text: str, names: list[str]) -> None:
    pieces = flagged(text, names)

    assert all(piece and piece in text for piece in pieces)
    assert len(set(pieces)) == len(pieces)
    assert flagged(text, names) == pieces


@pytest.mark.parametrize("unit", ["a", "@", "!", "1", "1 ", "a@", "@a:", "a.", "+1(", "matrix:", "$a", "w"])
@pytest.mark.timeout(5)
def test_a_hostile_draft_of_60_kilobytes_does_not_hang(unit: str) -> None:
    """A pattern that looks back over what it read would take minutes here."""
    text = unit * (60_000 // len(unit))

    assert all(piece in text for piece in flagged(text, ["Bo"]))
