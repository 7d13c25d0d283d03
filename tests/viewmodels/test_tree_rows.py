"""Which rows of the list are shown, what a folded heading tells, and how the list comes back after a restart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.tree_rows import (
    FAVOURITES,
    LOW,
    RowKind,
    TreeRow,
    TreeView,
    Which,
    beneath,
    kept,
    nothing_fits,
    recalled,
    shown,
)

HEADING, NOOK = RowKind.HEADING, RowKind.NOOK
VIEW = TreeView(
    "Makers",
    "x.org",
    (
        TreeRow("desk", RowKind.DESK, "Desk"),
        TreeRow("in !s", HEADING, "Nooks"),
        TreeRow("!a", NOOK, "attic", RoomId("!a"), unread=2, tag=FAVOURITES, section="in !s"),
        TreeRow("!b", NOOK, "Bench", RoomId("!b"), quiet=3, level=Level.MENTIONS, section="in !s"),
        TreeRow(LOW, HEADING, "Low priority"),
        TreeRow("!c", RowKind.PERSON, "cellar", RoomId("!c"), mentions=1, section=LOW),
        TreeRow("!d", NOOK, "dark", RoomId("!d"), quiet=4, level=Level.MUTE, section=LOW),
        TreeRow("!e", NOOK, "eaves", RoomId("!e"), marked=True, section=LOW),
        TreeRow("!i", RowKind.INVITE, "invite", RoomId("!i")),
    ),
    Face.CONTENT,
)


def keys(*asked: object) -> str:
    return " ".join(row.key for row in shown(VIEW, *asked))  # type: ignore[arg-type]  # examples as short rows


def test_folded_headings_hide_what_is_under_them_but_for_the_chosen_room() -> None:
    assert keys() == "desk in !s !a !b low !i"
    assert keys(Which.ALL, " ", "!d") == "desk in !s !a !b low !d !i"
    assert shown(replace(VIEW, folded=frozenset())) == VIEW.rows


@pytest.mark.parametrize(
    ("which", "letters", "wanted"),
    [
        (Which.ALL, "E", "in !s !b low !c !e !i"),
        (Which.ALL, "zz", ""),
        (Which.UNREAD, "", "in !s !a !b low !c !e !i"),
        (Which.MENTIONS, "", "low !c"),
        (Which.FAVOURITES, "", "in !s !a"),
        (Which.PEOPLE, "", "low !c"),
        (Which.NOOKS, "", "in !s !a !b low !d !e"),
        (Which.NOOKS, " DA", "low !d"),
    ],
)
def test_a_filter_shows_only_what_fits_with_its_headings_folded_or_not(which: Which, letters: str, wanted: str) -> None:
    assert keys(which, letters) == wanted


def test_where_nothing_fits_it_is_said_what_was_looked_for() -> None:
    assert nothing_fits(Which.UNREAD, "") == ("Nothing new.", "Esc shows all rooms.")
    assert nothing_fits(Which.ALL, " kiln ")[0] == "No room with “kiln”."
    assert all(nothing_fits(which, "")[0].endswith(".") for which in Which)


def test_a_folded_heading_adds_up_what_is_under_it_without_what_is_muted() -> None:
    row = beneath(VIEW.rows, LOW)
    assert (row.unread, row.mentions, row.quiet, row.marked, row.note) == (0, 1, 0, True, "3")


def test_the_list_comes_back_as_it_was_and_one_of_an_older_version_too() -> None:
    view = replace(VIEW, folded=frozenset({"People"}), sort="name")
    assert recalled(json.loads(json.dumps(kept(view)))) == view
    older = {"title": "Makers", "subtitle": "x.org", "rows": [["!a", "nook", "attic", "!a", 0, 2, 0, 0, "", False]]}
    back = recalled(older)
    assert back.rows == (TreeRow("!a", NOOK, "attic", RoomId("!a"), unread=2),)
    assert (back.folded, back.sort) == (frozenset({LOW}), "place")
    with pytest.raises(ValueError, match="ghost"):
        recalled({"rows": [["!a", "ghost", "x"]]})
