"""Limits of sharing: a loud nook does not crowd out the others, and nobody is quoted all the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from nookterm.domain.attachment import Attachment
from nookterm.domain.board import Highlight
from nookterm.domain.highlight_limits import WEEK, Left, free_again, limits_of, overruns, room_left
from nookterm.domain.ids import EventId
from nookterm.domain.limits import LONGEST_HIGHLIGHT, Limits, LimitsProblem, checked_limits
from nookterm.domain.vocabulary import HIGHLIGHTS
from tests.domain.builders import BO, BOARD, CY, DEE, NOON, RIVER, a_room, json_values, state

NOW = NOON + 3 * WEEK


def up(days_ago: float, nook: str = "Foxes", body: str = "Cone 6.", **more: Any) -> Highlight:
    """A highlight on the board since then."""
    at = NOW - timedelta(days=days_ago)
    return Highlight(f"id{days_ago}", nook, "Bo", body, EventId(f"$h{days_ago}"), BOARD, at, DEE, "", **more)


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        ({}, Limits()),
        ({"v": 1, "per_nook_week": 5}, Limits(per_nook_week=5)),
        ({"v": 2, "per_nook_week": 5}, Limits()),
        ({"per_author_week": 0, "max_chars": 200, "max_media_bytes": 0}, Limits(3, 0, 200, 0)),
        ({"per_nook_week": "5", "max_chars": 12.0, "per_author_week": True}, Limits()),
        ({"per_nook_week": -1, "max_chars": 0, "max_media_bytes": 10**12}, Limits()),
        ({"max_chars": LONGEST_HIGHLIGHT + 1, "per_nook_week": 2}, Limits(per_nook_week=2)),
    ],
)
def test_a_space_says_its_limits_and_what_makes_no_sense_is_the_default(
    content: Mapping[str, Any], limits: Limits
) -> None:
    space = a_room(state(HIGHLIGHTS, {"room_id": BOARD, **content}, by=DEE), room_id=RIVER)
    assert limits_of(space) == limits
    assert Limits.of(limits.content()) == limits


@given(json_values)
def test_no_state_makes_limits_that_cannot_be(value: Any) -> None:
    limits = Limits.of({"per_nook_week": value, "per_author_week": value, "max_chars": value, "max_media_bytes": value})
    assert checked_limits(limits) == limits


@pytest.mark.parametrize("limits", [Limits(per_nook_week=-1), Limits(max_chars=0), Limits(max_media_bytes=10**12)])
def test_limits_that_cannot_be_are_refused_in_words(limits: Limits) -> None:
    with pytest.raises(LimitsProblem, match="outside"):
        checked_limits(limits)


@pytest.mark.parametrize(
    ("board", "left"),
    [
        ([], Left(3, 1)),
        ([up(1), up(2)], Left(1, 1)),
        ([up(1), up(2), up(6.99)], Left(0, 0)),
        ([up(1), up(2), up(7.01)], Left(1, 1)),
        ([up(1, "Owls"), up(2, "foxes"), up(3)], Left(2, 1)),
        ([up(day / 2) for day in range(9)], Left(0, 0)),
        ([up(-4000), up(1)], Left(2, 1)),
    ],
    ids=["none", "some", "all", "a week ago", "other nooks", "overrun", "a clock that runs ahead for years"],
)
def test_a_nook_has_so_many_a_week_by_what_is_on_the_board(board: list[Highlight], left: Left) -> None:
    found = room_left(Limits(), board, "Foxes", {BO: ()}, NOW)
    assert found.nook == left.nook
    assert found.none == (left.nook == 0)


@pytest.mark.parametrize(
    ("days", "left"), [({BO: ()}, 2), ({BO: (1,)}, 1), ({BO: (8,)}, 2), ({BO: (1,), CY: (1, 2)}, 0), ({}, 3)]
)
def test_of_several_authors_the_one_with_least_room_counts(days: dict[Any, tuple[int, ...]], left: int) -> None:
    times = {who: [NOW - timedelta(days=ago) for ago in agos] for who, agos in days.items()}
    assert room_left(Limits(per_author_week=2), [], "Foxes", times, NOW) == Left(3, left)


@pytest.mark.parametrize(
    ("agos", "most", "days"),
    [((1, 2), 3, None), ((1, 2, 5), 3, 2), ((1, 2, 5, 6), 3, 2), ((8,), 1, None), ((), 0, None)],
)
def test_who_is_over_learns_when_there_is_room_again(agos: tuple[int, ...], most: int, days: int | None) -> None:
    again = free_again([NOW - timedelta(days=ago) for ago in agos], most, NOW)
    assert again == (None if days is None else NOW + timedelta(days=days))


def test_an_overrun_names_only_what_came_past_the_limit() -> None:
    board = [up(1), up(2), up(3), up(4), up(5, "Owls"), up(20), up(20.1), up(20.2), up(20.3)]
    (over,) = overruns(Limits(), board, NOW)
    assert (over.nook_name, [h.id for h in over.over]) == ("Foxes", ["id1"])
    assert over.why == "more than 3 highlights in seven days"


def test_a_highlight_that_was_within_the_limit_does_not_run_over_it_by_later_ones() -> None:
    assert [h.id for o in overruns(Limits(per_nook_week=1), [up(1), up(5), up(9)], NOW) for h in o.over] == [
        "id5",
        "id1",
    ]


def test_what_is_too_long_or_too_large_shows_as_well() -> None:
    photo = Attachment("river.example", "m", "picture.jpg", "image/jpeg", size=3_000_000)
    board = [
        up(1, body="x" * 1501),
        up(2, picture=photo),
        up(3, picture=replace(photo, size=2_000_000)),
        up(9, body="x" * 1501),
    ]
    found = [(o.why, [h.id for h in o.over]) for o in overruns(Limits(), board, NOW)]
    assert found == [("longer than 1500 characters", ["id1"]), ("a picture larger than the space allows", ["id2"])]
