"""Decisions that contradict each other or the room become a matter for people, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import Act, knock_case
from nookterm.domain.conflicts import SAME_TIME, SETTLES_IN, Clash, Conflict, conflicts
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.room import Room
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, a_nook, member, minutes

KNOCK, LATER = EventId("$knock"), EventId("$later")
CASE = knock_case(FOXES, EVE)


def act(word: str, by: UserId = ANA, at: float = 0, **more: Any) -> Act:
    more.setdefault("knock", KNOCK)
    event_id = more.pop("event_id", f"${word}{at}{by}")
    return Act(CASE, FOXES, EVE, word, by, minutes(at), EventId(event_id), **more)


def eve(membership: str, by: UserId = EVE, at: float = 0, event_id: str = "$now") -> Event:
    return member(EVE, membership, event_id=event_id, by=by, at=minutes(at))


def found(*acts: Act, now: float = 60, nook: Room | None = None, eve_is: Event | None = None) -> list[Clash]:
    room = nook or a_nook(*([eve_is] if eve_is else []))
    return [conflict.clash for conflict in conflicts(room, acts, minutes(now))]


def test_two_answers_to_one_request_are_a_conflict_whatever_the_room_says() -> None:
    acts = act("approved", ANA, 0), act("declined", CY, 0.1)

    for eve_is in (eve("invite", ANA), eve("leave", CY, 0.1), None):
        (conflict,) = conflicts(a_nook(*([eve_is] if eve_is else [])), acts, minutes(1))
        assert (conflict.clash, conflict.acts, conflict.case) == (Clash.DECISIONS, acts, CASE)
    assert found(act("banned", CY), act("approved", ANA, 1)) == [Clash.DECISIONS]


def test_two_who_decide_alike_or_about_different_requests_do_not_contradict_each_other() -> None:
    assert found(act("approved", ANA), act("approved", CY, 0.1), eve_is=eve("invite", CY)) == []
    assert found(act("declined", ANA), act("banned", CY, 1), eve_is=eve("ban", CY, 1)) == []
    assert found(act("declined", ANA), act("approved", CY, 9, knock=LATER), eve_is=eve("invite", CY, 9)) == []
    assert found(act("declined", ANA, knock=None), act("approved", CY, 1, knock=None), eve_is=eve("join", at=1)) == []


@pytest.mark.parametrize(
    ("decided", "is_now", "by", "at", "clash"),
    [
        ("declined", "invite", CY, -0.1, Clash.IS_IN),
        ("declined", "join", EVE, 5, Clash.IS_IN),
        ("declined", "join", EVE, 10.1, None),
        ("declined", "invite", CY, 60, None),
        ("declined", "invite", ANA, 1, None),
        ("declined", "invite", ANA, -1, Clash.IS_IN),
        ("declined", "leave", ANA, 0, None),
        ("declined", "ban", CY, 1, None),
        ("banned", "join", EVE, 1, Clash.IS_IN),
        ("banned", "ban", ANA, 0, None),
        ("approved", "leave", CY, 1, Clash.IS_OUT),
        ("approved", "ban", CY, 1, Clash.IS_OUT),
        ("approved", "leave", CY, 60, None),
        ("approved", "leave", EVE, 1, None),
        ("approved", "leave", ANA, 1, None),
        ("approved", "invite", ANA, 0, None),
        ("approved", "join", EVE, 1, None),
    ],
)
def test_a_decision_that_the_room_does_not_bear_out_is_a_conflict(
    decided: str, is_now: str, by: UserId, at: float, clash: Clash | None
) -> None:
    assert found(act(decided), eve_is=eve(is_now, by, at), now=90) == ([clash] if clash else [])


@pytest.mark.parametrize("decided", ["approved", "declined", "banned"])
def test_a_decided_request_that_still_stands_is_one_and_a_new_request_is_none(decided: str) -> None:
    assert found(act(decided), eve_is=eve("knock", event_id=KNOCK)) == [Clash.STILL_ASKS]
    assert found(act(decided), eve_is=eve("knock", event_id=LATER)) == []


def test_a_room_is_given_a_moment_to_follow() -> None:
    moment = SETTLES_IN.total_seconds() / 60

    assert found(act("declined"), eve_is=eve("knock", event_id=KNOCK), now=moment - 0.01) == []
    assert found(act("declined"), eve_is=eve("knock", event_id=KNOCK), now=moment) == [Clash.STILL_ASKS]
    assert SAME_TIME > SETTLES_IN


@pytest.mark.parametrize("word", ["claim", "asked", "dossier", "waitlisted", "blocked", "vote", "withdrawn"])
def test_what_decides_nothing_contradicts_nothing(word: str) -> None:
    assert found(act(word), eve_is=eve("join")) == []


def test_a_person_whom_the_room_never_saw_is_no_conflict() -> None:
    assert found(act("declined")) == []


def test_settled_ends_it_until_something_new_contradicts() -> None:
    acts = [act("approved", ANA, 0), act("declined", CY, 0.1)]
    settled = act("settled", DEE, 5, knock=None)

    assert found(*acts, settled, eve_is=eve("invite", ANA)) == []
    assert found(*acts, replace(settled, sender=BO), eve_is=eve("invite", ANA)) == [Clash.DECISIONS]
    again = [act("approved", ANA, 9, knock=LATER), act("declined", CY, 9.1, knock=LATER)]
    assert found(*acts, settled, *again, eve_is=eve("invite", ANA, 9)) == [Clash.DECISIONS]


def test_decisions_of_people_without_the_power_contradict_nobody() -> None:
    assert found(act("approved", ANA), act("declined", BO, 0.1), eve_is=eve("invite", ANA)) == []
    assert found(act("approved", EVE), eve_is=eve("knock", event_id=KNOCK)) == []


@pytest.mark.parametrize("nook", [a_nook(me=BO), a_nook(member(ANA, "leave"))], ids=["a member", "one who left"])
def test_conflicts_are_for_those_who_may_decide(nook: Room) -> None:
    assert found(act("approved", ANA), act("declined", CY, 0.1), nook=nook) == []


def test_a_conflict_says_who_made_it_what_it_is_and_who_is_on_it() -> None:
    acts = [act("declined", ANA), act("claim", DEE, 30)]

    (conflict,) = conflicts(a_nook(eve("join", at=1)), acts, minutes(60))

    assert conflict == Conflict(
        FOXES, EVE, CASE, Clash.IS_IN, (acts[0],), Membership.JOIN, EventId("$now"), EVE, minutes(0), DEE, minutes(150)
    )


_acts = st.lists(
    st.builds(
        act,
        st.sampled_from(["approved", "declined", "banned", "settled", "claim", "blocked"]),
        st.sampled_from([ANA, BO, CY, DEE, EVE]),
        st.integers(-30, 30),
        knock=st.sampled_from([KNOCK, LATER, None]),
        event_id=st.sampled_from([f"${number}" for number in range(20)]),
    ),
    max_size=8,
    unique_by=lambda a: a.event_id,
)
_eve_is = st.none() | st.builds(
    eve,
    st.sampled_from([str(m) for m in Membership]),
    st.sampled_from([EVE, ANA, CY]),
    st.integers(-30, 30),
    st.sampled_from([KNOCK, LATER]),
)


@given(_acts.flatmap(lambda acts: st.tuples(st.just(acts), st.permutations(acts))), _eve_is)
def test_every_facilitators_machine_finds_the_same_conflict_and_one_settled_ends_it(
    both: tuple[list[Act], list[Act]], eve_is: Event | None
) -> None:
    nook = a_nook(*([eve_is] if eve_is else []))
    conflict = conflicts(nook, both[0], minutes(60))

    assert conflict == conflicts(nook, both[1], minutes(60))
    assert len(conflict) <= 1
    assert all(a.sender in {ANA, CY, DEE} for c in conflict for a in c.acts)
    assert conflicts(nook, [*both[0], act("settled", DEE, 50, knock=None)], minutes(60)) == ()
