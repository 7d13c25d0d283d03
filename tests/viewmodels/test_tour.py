"""The first look around: what it says to whom, when it may come up unasked, and that it does so once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.first_trust import FirstTrustView
from nookterm.viewmodels.keyed import with_keys
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.status import StatusView
from nookterm.viewmodels.tour import Part, Whose, first_sentence, may_begin, next_step, steps
from nookterm.viewmodels.tree_rows import RowKind, TreeRow, TreeView
from nookterm.viewmodels.verify import Step, VerifyView

NEW = Whose()
MEMBER = Whose(space=True, room=True)
FACILITATOR = Whose(decides=True, space=True, room=True)
_LONGEST = 230
"""Characters: three rows of a card at 80 columns."""


def _told(whose: Whose) -> str:
    return " ".join(step.words for step in steps(whose))


@pytest.mark.parametrize("whose", [NEW, MEMBER, FACILITATOR, Whose(space=True)])
def test_the_tour_has_four_steps_of_at_most_two_sentences(whose: Whose) -> None:
    made = steps(whose)

    assert [step.part for step in made] == list(Part)
    for step in made:
        assert len(re.findall(r"\.(?: |$)", step.words)) <= 2, step.words
        assert len(step.words) <= _LONGEST
        assert "!" not in step.words
        assert step.words.startswith(first_sentence(step.words))


def test_a_facilitator_hears_of_the_desk_and_a_member_of_what_concerns_members() -> None:
    assert "{go.desk}" in _told(FACILITATOR)
    assert "{go.highlights}" not in _told(FACILITATOR)

    assert "{go.desk}" not in _told(MEMBER)
    assert "{go.highlights}" in _told(MEMBER)
    assert "asks to join" in _told(MEMBER)

    assert "{app.join}" in _told(NEW)
    assert "of your own" in _told(NEW)
    assert "{go.directory}" in _told(NEW)


@pytest.mark.parametrize(("whose", "row"), [(FACILITATOR, "desk"), (MEMBER, "highlights"), (NEW, "directory")])
def test_a_step_about_a_place_points_at_its_row(whose: Whose, row: str) -> None:
    assert row in set(RowKind)
    assert [step.row for step in steps(whose) if step.part is Part.PLACES] == [row]


def test_nobody_is_told_of_a_conversation_that_is_not_open() -> None:
    assert "Here you read" in _told(MEMBER)
    assert "Here you read" not in _told(NEW)


def test_keys_are_named_as_they_are_on_this_machine() -> None:
    pieces = with_keys("Press {app.help}, or {go.desk}.", {"app.help": "F1", "go.desk": "alt+x"}.__getitem__)

    assert pieces == (("Press ", ""), ("F1", "app.help"), (", or ", ""), ("alt+x", "go.desk"), (".", ""))


@pytest.mark.parametrize(("at", "by", "there"), [(0, 1, 1), (3, 1, None), (2, -1, 1), (0, -1, 0)])
def test_one_goes_back_and_forth_and_out_at_the_end(at: int, by: int, there: int | None) -> None:
    assert next_step(at, by, 4) == there


CALM: dict[str, Any] = {
    "tree": TreeView(face=Face.EMPTY),
    "status": StatusView(connection="live"),
    "trust": FirstTrustView(),
    "verify": VerifyView(),
    "draft": "",
}


@pytest.mark.parametrize(
    ("needs", "may"),
    [
        ({}, True),
        ({"draft": " \n"}, True),
        ({"draft": "Hello"}, False),
        ({"trust": FirstTrustView(wanted=True)}, False),
        ({"verify": VerifyView(step=Step.ASKED)}, False),
        ({"status": StatusView(connection="starting")}, False),
        ({"status": StatusView(connection="offline")}, False),
        ({"status": StatusView(connection="read-only")}, False),
        ({"tree": TreeView()}, False),
        ({"tree": TreeView(rows=(TreeRow("!a", RowKind.INVITE, "Kiln", RoomId("!a")),), face=Face.CONTENT)}, False),
    ],
)
def test_it_never_comes_up_where_something_needs_the_person_more(needs: dict[str, Any], may: bool) -> None:  # noqa: FBT001 - a row of the table
    assert may_begin(**(CALM | needs)) is may
