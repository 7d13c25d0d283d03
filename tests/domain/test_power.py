"""Who may do what: the spec's defaults, version 12's creators, and levels that make no sense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import UserId
from nookterm.domain.power import CREATOR, Power, read_power
from tests.domain.builders import ANA, BO, CY, DEE, EVE, json_values

V11 = {"room_version": "11"}
V12 = {"room_version": "12"}


def test_without_levels_the_creator_is_the_only_admin_and_state_is_free() -> None:
    power = read_power(None, V11, DEE)

    assert (power.of(DEE), power.of(BO)) == (100, 0)
    assert (power.state_default, power.events_default, power.invite) == (0, 0, 0)
    assert (power.kick, power.ban, power.redact) == (50, 50, 50)
    assert power.may_set(BO, "m.room.name")


def test_empty_levels_are_the_specs_defaults_and_name_no_admin() -> None:
    power = read_power({}, V11, DEE)

    assert power.of(DEE) == 0
    assert (power.state_default, power.events_default, power.users_default, power.invite) == (50, 0, 0, 0)
    assert not power.may_set(DEE, "m.room.name")


def test_nothing_is_known_of_a_room_without_a_create_event() -> None:
    assert read_power(None, None, None) == Power(state_default=0)


def test_creators_of_version_12_stand_above_every_level() -> None:
    create = {**V12, "additional_creators": [CY, 7, None]}
    power = read_power({"users": {ANA: 100, BO: 2**60, DEE: 0}}, create, DEE)

    assert power.creators == {DEE, CY}
    assert power.of(DEE) == power.of(CY) == CREATOR
    assert power.of(BO) < CREATOR
    assert power.may_kick(DEE, BO)
    assert not power.may_kick(BO, DEE)
    assert not power.may_kick(DEE, CY)


def test_creators_of_version_12_need_no_levels_event() -> None:
    power = read_power(None, V12, DEE)

    assert power.of(DEE) == CREATOR
    assert power.users == {}


@pytest.mark.parametrize("version", ["1", "11", None, "org.example.custom", 11, "", []])
def test_before_version_12_a_creator_is_what_the_levels_say(version: object) -> None:
    power = read_power({"users": {DEE: 10}}, {"room_version": version, "additional_creators": [CY]}, DEE)

    assert power.creators == frozenset()
    assert (power.of(DEE), power.of(CY)) == (10, 0)


def test_odd_additional_creators_are_none() -> None:
    assert read_power({}, {**V12, "additional_creators": "@cy:h"}, DEE).creators == {DEE}


def test_a_demoted_user_loses_the_level() -> None:
    """Levels are read whole, never merged with those before."""
    assert read_power({"users": {ANA: 50, DEE: 100}}, V11, DEE).may_decide(ANA)
    assert not read_power({"users": {DEE: 100}}, V11, DEE).may_decide(ANA)


@pytest.mark.parametrize(
    ("level", "read"),
    [("50", 50), (" 50 ", 50), ("-1", -1), (50, 50), (True, 0), ("fifty", 0), (None, 0), (50.0, 0), ([50], 0),
     ("9" * 5000, 0)],
)  # fmt: skip
def test_a_level_may_be_text_in_older_rooms_and_nonsense_is_no_power(level: object, read: int) -> None:
    assert read_power({"users": {ANA: level}}, V11, DEE).of(ANA) == read


@pytest.mark.parametrize("key", ["kick", "ban", "redact", "state_default"])
@pytest.mark.parametrize("level", [None, "half", True, 0.5, {}])
def test_a_threshold_that_makes_no_sense_is_the_specs_default(key: str, level: object) -> None:
    assert getattr(read_power({key: level}, V11, DEE), key) == 50


def test_levels_of_event_types_are_read_and_odd_tables_are_empty() -> None:
    power = read_power({"events": {"m.room.name": 30, "m.reaction": "20"}, "users": ["@ana:h"]}, V11, DEE)

    assert power.may_set(ANA, "m.room.name") is False
    assert power.events == {"m.room.name": 30, "m.reaction": 20}
    assert power.users == {}


MATRIX: list[tuple[str, int, bool]] = [
    ("may_send", -1, False), ("may_send", 0, True),
    ("may_send notice", 9, False), ("may_send notice", 10, True),
    ("may_set", 49, False), ("may_set", 50, True),
    ("may_set name", 29, False), ("may_set name", 30, True),
    ("may_invite", 39, False), ("may_invite", 40, True),
    ("may_kick", 44, False), ("may_kick", 45, True),
    ("may_redact", 59, False), ("may_redact", 60, True),
    ("may_decide", 49, False), ("may_decide", 50, True),
]  # fmt: skip


@pytest.mark.parametrize(("question", "level", "answer"), MATRIX)
def test_each_right_begins_at_its_level(question: str, level: int, answer: bool) -> None:  # noqa: FBT001 - a table
    power = Power(
        users={ANA: level},
        events={"x.notice": 10, "m.room.name": 30},
        events_default=0,
        state_default=50,
        invite=40,
        kick=45,
        redact=60,
        users_default=-5,
    )
    answers = {
        "may_send": power.may_send(ANA),
        "may_send notice": power.may_send(ANA, "x.notice"),
        "may_set": power.may_set(ANA, "m.room.topic"),
        "may_set name": power.may_set(ANA, "m.room.name"),
        "may_invite": power.may_invite(ANA),
        "may_kick": power.may_kick(ANA, BO),
        "may_redact": power.may_redact(ANA, BO),
        "may_decide": power.may_decide(ANA),
    }

    assert answers[question] is answer


def test_nobody_removes_an_equal() -> None:
    power = Power(users={ANA: 50, CY: 50, DEE: 100})

    assert not power.may_kick(ANA, CY)
    assert not power.may_kick(ANA, DEE)
    assert power.may_kick(DEE, ANA)


@pytest.mark.parametrize(
    ("levels", "may"),
    [
        ({}, {CY}),
        ({"notifications": {"room": 0}}, {CY, BO}),
        ({"notifications": {"room": "100"}}, set()),
        ({"notifications": {"room": None}}, {CY}),
        ({"notifications": "all"}, {CY}),
    ],
)
def test_who_may_call_everybody(levels: dict[str, Any], may: set[UserId]) -> None:
    power = read_power({"users": {CY: 50}, **levels}, V12, DEE)
    assert {user for user in (BO, CY) if power.may_call_everybody(user)} == may
    assert power.may_call_everybody(DEE)


def test_everybody_may_take_back_their_own_words() -> None:
    assert Power(users_default=-1).may_redact(BO, BO)


def test_where_anybody_may_invite_still_only_facilitators_decide() -> None:
    power = Power(users={ANA: 50}, invite=0, kick=0)

    assert power.may_invite(BO)
    assert not power.may_decide(BO)
    assert power.may_decide(ANA)


def test_where_removing_needs_more_than_letting_in_deciding_needs_both() -> None:
    assert not Power(users={ANA: 60}, invite=50, kick=70).may_decide(ANA)


@given(st.dictionaries(st.sampled_from(["users", "events", "users_default", "invite", "kick", "ban", "redact"]),
                       json_values | st.dictionaries(st.sampled_from([ANA, BO, EVE]), json_values)),
       st.sampled_from([V11, V12]))  # fmt: skip
def test_no_content_breaks_the_reading_and_none_equals_a_creator(
    content: dict[str, Any], create: dict[str, Any]
) -> None:
    power = read_power(content, create, DEE)

    for user in (ANA, BO, EVE, UserId("@new:h")):
        assert -CREATOR < power.of(user) < CREATOR
    assert (power.of(DEE) == CREATOR) is (create is V12)
