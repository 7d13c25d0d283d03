"""Favourites, low priority and the order of rooms: the same for the same facts, whatever other clients wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.room_order import (
    FAVOURITE,
    LOW,
    Sort,
    Standing,
    Tags,
    arranged,
    behind_all,
    by_place,
    moved,
    read_tags,
)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({}, Tags()),
        ({"tags": 7, "marked": "yes"}, Tags()),
        ({"tags": {FAVOURITE: {"order": 0.25}, "u.x": {}}, "marked": True}, Tags({FAVOURITE: 0.25, "u.x": None}, True)),
        ({"tags": {LOW: {"order": "0.5"}}}, Tags({LOW: 0.5})),
        ({"tags": {LOW: {"order": "first"}}}, Tags({LOW: None})),
        ({"tags": {LOW: {"order": True}}}, Tags({LOW: None})),
        ({"tags": {LOW: {"order": 2}}}, Tags({LOW: None})),
        ({"tags": {LOW: {"order": -1}}}, Tags({LOW: None})),
        ({"tags": {LOW: "nonsense"}}, Tags({LOW: None})),
    ],
)
def test_tags_are_read_whatever_lies_there(content: dict[str, object], wanted: Tags) -> None:
    assert read_tags(content) == wanted


def test_a_favourite_is_of_no_low_priority_even_where_it_has_both_tags() -> None:
    both = read_tags({"tags": {FAVOURITE: {}, LOW: {}}})
    assert (both.favourite, both.low, both.favourite_at) == (True, False, None)
    assert read_tags({"tags": {LOW: {}}}).low


@pytest.mark.parametrize(
    ("places", "wanted"),
    [([], 0.5), ([0.5], 0.75), ([0.1, 0.5, 0.2], 0.75), ([0.5, None], None), ([1.0], None), ([1 - 2**-53], None)],
)
def test_a_new_favourite_stands_behind_the_others(places: list[float | None], wanted: float | None) -> None:
    assert behind_all(places) == wanted


def at(hour: int) -> datetime:
    return datetime(2026, 11, 9, hour, tzinfo=UTC)


ROOMS = {
    "kiln": Standing("kiln", 0.7, at(9), unread=3),
    "Attic": Standing("Attic", None, at(12), quiet=2),
    "bench": Standing("bench", 0.2, None, marked=True),
    "loft": Standing("loft", None, at(7), mentions=1, unread=1),
    "yard": Standing("yard", None, at(8)),
}


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        (Sort.PLACE, "kiln Attic bench loft yard"),
        (Sort.NAME, "Attic bench kiln loft yard"),
        (Sort.ACTIVITY, "Attic kiln yard loft bench"),
        (Sort.UNREAD, "loft kiln bench Attic yard"),
    ],
)
def test_rooms_are_sorted_and_what_is_alike_stays_in_its_place(sort: Sort, wanted: str) -> None:
    assert " ".join(arranged(ROOMS, sort, ROOMS.__getitem__)) == wanted


def test_favourites_stand_as_they_were_placed_and_behind_them_by_name() -> None:
    assert " ".join(by_place(ROOMS, ROOMS.__getitem__)) == "bench kiln Attic loft yard"


@pytest.mark.parametrize(
    ("places", "at", "to", "written"),
    [
        ([0.2, 0.4, 0.6], 2, 0, {2: 0.1}),
        ([0.2, 0.4, 0.6], 2, 1, {2: pytest.approx(0.3)}),
        ([0.2, 0.4, 0.6], 0, 2, {0: 0.8}),
        ([0.2, 0.4, None], 0, 1, {0: 0.7}),
        ([0.25, None, None], 2, 1, {2: 0.625}),
        ([0.25, None, None], 0, 2, {0: 0.75, 1: 0.25, 2: 0.5}),
        ([0.5, 0.5, 0.5], 2, 1, {0: 0.25, 1: 0.75}),
        ([0.0, 0.5], 1, 0, {1: pytest.approx(1 / 3), 0: pytest.approx(2 / 3)}),
        ([None, None], 1, 0, {1: 0.5}),
        ([0.2, 0.4], 0, 0, {}),
        ([0.2, 0.4], 0, 5, {}),
        ([], 0, 0, {}),
    ],
)
def test_a_favourite_moves_with_as_little_written_as_possible(
    places: list[float | None], at: int, to: int, written: dict[int, float]
) -> None:
    assert moved(places, at, to) == written


@given(st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=9), st.integers(0, 8), st.integers(0, 8))
def test_wherever_it_moves_to_there_it_stands(places: list[float | None], at: int, to: int) -> None:
    rooms = {name: Standing(name, place) for name, place in zip("abcdefghi", places, strict=False)}
    before = by_place(rooms, rooms.__getitem__)
    at, to = at % len(before), to % len(before)
    new = moved([rooms[name].place for name in before], at, to)
    assert all(0 < place < 1 for place in new.values())
    now = {name: replace(rooms[name], place=new.get(n, rooms[name].place)) for n, name in enumerate(before)}
    wanted = [name for name in before if name != before[at]]
    wanted.insert(to, before[at])
    assert by_place(now, now.__getitem__) == wanted
