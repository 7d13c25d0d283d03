"""What a facilitator sees of a request beside the knock: the wait-list, earlier ends, votes, and what is set aside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import TERMINAL, Act, knock_case
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.knocking import WITHDRAWN
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import DECISIONS, Request, Verdict, check, waiting
from nookterm.domain.vocabulary import CHARTER
from nookterm.domain.votes import Votes
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, a_nook, member, minutes, state

KNOCK = EventId("$knock")
FAY, GUS = UserId("@fay:elsewhere.example"), UserId("@gus:river.example")
DAY = 24 * 60


def a_charter(**more: Any) -> Event:
    return state(CHARTER, charter_content(Charter(**more)))


NOOK = a_nook(a_charter(cap=4, cooldown_days=30, approvals_needed=2))


def knocking(user: UserId = EVE, at: float = 0, reason: str | None = None, event_id: str = KNOCK) -> Member:
    return Member(user, Membership.KNOCK, None, minutes(at), EventId(event_id), user, reason)


def act(word: str, by: UserId = ANA, at: float = 0, user: UserId = EVE, **more: Any) -> Act:
    more.setdefault("knock", KNOCK)
    event_id = more.pop("event_id", f"${word}{at}{by}")
    return Act(knock_case(FOXES, user), FOXES, user, word, by, minutes(at), EventId(event_id), **more)


def asking(*acts: Act, nook: Room = NOOK, now: float = 600, knock: Member | None = None) -> Request:
    (found,) = waiting(nook, [knock or knocking()], acts, minutes(now))
    return found


def places(acts: list[Act], users: tuple[UserId, ...], nook: Room = NOOK) -> dict[UserId, int | None]:
    knocks = [knocking(user, number, event_id=f"$of{user}") for number, user in enumerate(users)]
    return {found.user: found.place for found in waiting(nook, knocks, acts, minutes(600))}


# -- the wait-list


def test_the_wait_list_is_in_the_order_of_being_put_there_and_not_of_asking() -> None:
    acts = [act("waitlisted", at=1, user=GUS), act("waitlisted", at=2, user=EVE), act("waitlisted", at=3, user=FAY)]

    assert places(acts, (EVE, FAY, GUS)) == {EVE: 2, FAY: 3, GUS: 1}


def test_of_one_moment_the_smaller_event_id_is_first_on_every_machine() -> None:
    acts = [act("waitlisted", at=1, user=EVE, event_id="$b"), act("waitlisted", at=1, user=FAY, event_id="$a")]

    assert places(acts, (EVE, FAY)) == places(acts[::-1], (FAY, EVE)) == {EVE: 2, FAY: 1}


def test_who_no_longer_asks_leaves_their_place_to_the_next() -> None:
    acts = [act("waitlisted", at=1, user=GUS), act("waitlisted", at=2, user=EVE)]

    assert places(acts, (EVE,)) == {EVE: 1}


def test_who_took_their_request_back_is_on_no_list() -> None:
    acts = [act("waitlisted", at=1, user=GUS), act("waitlisted", at=2, user=EVE)]
    knocks = [knocking(GUS, reason=WITHDRAWN, event_id="$g"), knocking()]

    assert [(r.user, r.place) for r in waiting(NOOK, knocks, acts, minutes(9))] == [(EVE, 1), (GUS, None)]


def test_being_put_on_the_list_again_costs_no_place() -> None:
    acts = [act("waitlisted", at=1), act("waitlisted", at=2, user=FAY), act("waitlisted", CY, 3)]

    assert places(acts, (EVE, FAY)) == {EVE: 1, FAY: 2}
    assert asking(*acts).waitlisted_at == minutes(1)


def test_a_new_request_after_an_answer_begins_at_the_end() -> None:
    acts = [act("waitlisted", at=1), act("waitlisted", at=2, user=FAY), act("declined", at=3), act("waitlisted", at=4)]

    assert places(acts, (EVE, FAY)) == {EVE: 2, FAY: 1}


def test_only_who_may_let_in_puts_on_the_list() -> None:
    assert asking(act("waitlisted", BO)).place is None
    assert asking(act("waitlisted", EVE)).waitlisted_at is None


@pytest.mark.parametrize(("cap", "folded"), [(4, True), (5, False)])
def test_who_is_on_the_list_is_set_aside_only_while_the_nook_is_full(
    cap: int,
    folded: bool,  # noqa: FBT001 - a table
) -> None:
    assert asking(act("waitlisted"), nook=a_nook(a_charter(cap=cap))).is_folded is folded


_people = st.lists(st.sampled_from([EVE, FAY, GUS, BO]), unique=True, max_size=4)
_acts = st.lists(
    st.builds(
        act,
        st.sampled_from(["waitlisted", "declined", "claim", "settled", "vote"]),
        st.sampled_from([ANA, CY, DEE, BO]),
        st.integers(0, 9),
        st.sampled_from([EVE, FAY, GUS, BO]),
        event_id=st.sampled_from([f"${letter}" for letter in "abcdefgh"]),
    ),
    max_size=8,
    unique_by=lambda a: a.event_id,
)


@given(_people, _acts.flatmap(lambda acts: st.tuples(st.just(acts), st.permutations(acts))))
def test_the_list_is_the_same_everywhere_without_holes_and_nobody_is_on_it_twice(
    people: list[UserId], both: tuple[list[Act], list[Act]]
) -> None:
    found = places(both[0], tuple(people))

    assert found == places(both[1], tuple(people))
    taken = sorted(place for place in found.values() if place)
    assert taken == list(range(1, len(taken) + 1))
    listed = {a.user for a in both[0] if a.act == "waitlisted" and a.sender != BO}
    assert {user for user, place in found.items() if place} <= listed


# -- how earlier requests ended


def test_a_new_request_shows_how_the_earlier_ones_ended() -> None:
    acts = [
        act("claim", at=0, knock=EventId("$first")),
        act("declined", CY, 1, knock=EventId("$first"), words="Not yet."),
        act("settled", at=2, knock=None),
        act("approved", DEE, 3, knock=EventId("$second")),
        act("claim", at=4),
    ]

    found = asking(*acts, now=60)

    assert [(e.outcome, e.by, e.at, e.words) for e in found.earlier] == [
        ("declined", CY, minutes(1), "Not yet."),
        ("approved", DEE, minutes(3), ""),
    ]
    assert found.holder == ANA


def test_an_answer_to_this_very_request_is_no_earlier_one() -> None:
    assert asking(act("declined")).earlier == ()


@pytest.mark.parametrize(
    ("acts", "days", "now", "until"),
    [
        ([("declined", 0)], 30, 1, 30 * DAY),
        ([("declined", 0)], 30, 30 * DAY - 1, 30 * DAY),
        ([("declined", 0)], 30, 30 * DAY, None),
        ([("declined", 0)], 0, 1, None),
        ([("declined", 0), ("declined", 10)], 1, 20, DAY + 10),
        ([("declined", 0), ("approved", 10)], 30, 20, None),
        ([("declined", 0), ("banned", 10)], 30, 20, None),
        ([("withdrawn", 0)], 30, 20, None),
        ([("waitlisted", 0)], 30, 20, None),
        ([], 30, 20, None),
    ],
)
def test_only_a_decline_sets_the_next_request_aside_for_as_long_as_the_charter_says(
    acts: list[tuple[str, float]], days: int, now: float, until: float | None
) -> None:
    nook = a_nook(a_charter(cooldown_days=days))

    found = asking(*(act(word, at=at, knock=EventId("$old")) for word, at in acts), nook=nook, now=now)

    assert found.cooling_until == (None if until is None else minutes(until))
    assert found.is_folded is (until is not None)


def test_a_nook_without_a_charter_sets_nobody_aside() -> None:
    assert asking(act("declined", knock=EventId("$old")), nook=a_nook()).cooling_until is None


def test_a_decline_by_somebody_without_the_power_sets_nobody_aside() -> None:
    assert asking(act("declined", BO, knock=EventId("$old"))).cooling_until is None


def test_nobody_is_turned_away_by_the_cool_down_itself() -> None:
    cooling = asking(act("declined", knock=EventId("$old")))

    assert cooling.cooling_until
    assert check("waitlist", NOOK, cooling, knocking(), KNOCK) == Verdict.GO
    assert check("approve", a_nook(a_charter(cap=9)), cooling, knocking(), KNOCK, anyway=True) == Verdict.GO


# -- taken back over federation


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("anyway", [False, True])
def test_a_request_that_was_taken_back_is_only_cleared_away(
    decision: str,
    anyway: bool,  # noqa: FBT001 - every combination
) -> None:
    knock = knocking(reason=f"{WITHDRAWN} [nt1:7Q2KX4]")
    found = asking(knock=knock)

    assert found.withdrawn
    assert found.is_folded
    expected = Verdict.GO if decision in {"decline", "ban"} else Verdict.WITHDRAWN
    assert check(decision, NOOK, found, knock, KNOCK, anyway=anyway) == expected


# -- blocked by their own settings


def test_an_approval_that_was_blocked_is_seen_on_that_request_and_not_on_the_next() -> None:
    assert asking(act("blocked", at=3)).blocked_at == minutes(3)
    assert asking(act("blocked", at=3, knock=EventId("$old"))).blocked_at is None


# -- a second opinion


def votes(*acts: Act, nook: Room = NOOK) -> Votes:
    return asking(*acts, nook=nook).votes


def test_the_latest_vote_of_each_counts() -> None:
    found = votes(
        act("vote", CY, 1, vote=1),
        act("vote", DEE, 2, vote=1),
        act("vote", CY, 3, vote=-1),
        act("vote", DEE, 4, vote=0),
    )

    assert found == Votes(in_favour=(), against=(CY,), needed=2, silent=(ANA, DEE))


@pytest.mark.parametrize(
    ("said", "missing", "could"),
    [
        ({}, 1, (CY, DEE)),
        ({ANA: 1}, 1, (CY, DEE)),
        ({CY: 1}, 0, (DEE,)),
        ({CY: -1}, 1, (DEE, CY)),
        ({CY: 1, DEE: 1}, 0, ()),
        ({ANA: -1, CY: 1}, 0, (DEE,)),
        ({ANA: -1}, 1, (CY, DEE)),
    ],
)
def test_who_approves_counts_as_one_of_those_who_are_for_it(
    said: dict[UserId, int], missing: int, could: tuple[UserId, ...]
) -> None:
    found = votes(*(act("vote", by, 1, vote=vote) for by, vote in said.items()))

    assert found.missing(ANA) == missing
    assert found.could_help(ANA) == could


def test_nobody_votes_twice() -> None:
    assert votes(act("vote", CY, 1, vote=1), act("vote", CY, 2, vote=1)).missing(ANA) == 0
    nook = a_nook(a_charter(cap=9, approvals_needed=3))
    assert votes(act("vote", CY, 1, vote=1), act("vote", CY, 2, vote=1), nook=nook).missing(ANA) == 1


def test_a_vote_is_for_one_request_and_not_for_the_next_of_the_same_person() -> None:
    assert votes(act("vote", CY, vote=1, knock=EventId("$old"))).in_favour == ()
    assert votes(act("vote", CY, vote=1, knock=None)).in_favour == ()


def test_votes_of_the_demoted_of_those_who_left_and_of_strangers_do_not_count() -> None:
    demoted = a_nook(a_charter(approvals_needed=2), levels={"users": {DEE: 100, ANA: 50}, "invite": 50})
    left = a_nook(a_charter(approvals_needed=2), member(CY, "leave"))
    acts = [act("vote", CY, 1, vote=1), act("vote", BO, 1, vote=1), act("vote", EVE, 1, vote=1)]

    assert votes(*acts).in_favour == (CY,)
    assert votes(*acts, nook=demoted).in_favour == ()
    assert votes(*acts, nook=left).in_favour == ()


def test_a_vote_before_the_last_end_does_not_count() -> None:
    assert votes(act("vote", CY, 1, vote=1), act("settled", at=2)).in_favour == ()


@pytest.mark.parametrize("decision", [word for word in DECISIONS if word != "approve"])
def test_only_letting_in_needs_a_second_opinion(decision: str) -> None:
    assert check(decision, NOOK, asking(), knocking(), KNOCK) == Verdict.GO


def test_letting_in_waits_for_the_second_opinion_unless_said_otherwise() -> None:
    nook = a_nook(a_charter(cap=9, approvals_needed=2))
    alone, agreed = asking(nook=nook), asking(act("vote", CY, vote=1), nook=nook)

    assert check("approve", nook, alone, knocking(), KNOCK) == Verdict.SECOND
    assert check("approve", nook, alone, knocking(), KNOCK, anyway=True) == Verdict.GO
    assert check("approve", nook, agreed, knocking(), KNOCK) == Verdict.GO


_votes = st.lists(
    st.builds(
        act,
        st.just("vote"),
        st.sampled_from([ANA, BO, CY, DEE, EVE]),
        st.integers(0, 99),
        vote=st.sampled_from([-1, 0, 1]),
        knock=st.sampled_from([KNOCK, EventId("$old"), None]),
        event_id=st.sampled_from([f"${number}" for number in range(20)]),
    ),
    max_size=10,
    unique_by=lambda a: a.event_id,
)


@given(_votes.flatmap(lambda acts: st.tuples(st.just(acts), st.permutations(acts))), st.integers(1, 5))
def test_go_means_that_enough_different_facilitators_are_for_it(both: tuple[list[Act], list[Act]], needed: int) -> None:
    nook = a_nook(a_charter(cap=99, approvals_needed=needed))
    found = asking(*both[0], nook=nook)

    assert found.votes == asking(*both[1], nook=nook).votes
    assert not set(found.votes.in_favour) & set(found.votes.against)
    go = check("approve", nook, found, knocking(), KNOCK) == Verdict.GO
    said = {a.sender for a in both[0] if a.vote > 0 and a.knock == KNOCK} & {ANA, CY, DEE}
    assert set(found.votes.in_favour) <= said
    assert go == (len({*found.votes.in_favour, ANA}) >= needed)


# -- banning, and who may do what


def test_banning_needs_the_power_to_ban() -> None:
    nook = a_nook(levels={"users": {ANA: 50, DEE: 100}, "invite": 50, "kick": 50, "ban": 60})
    equal = a_nook(levels={"users": {ANA: 50, EVE: 50}, "invite": 50, "kick": 50, "ban": 50})

    assert check("ban", nook, asking(nook=nook), knocking(), KNOCK) == Verdict.POWERLESS
    assert check("ban", replace(nook, me=DEE), asking(nook=nook), knocking(), KNOCK) == Verdict.GO
    assert check("ban", equal, asking(nook=equal), knocking(), KNOCK) == Verdict.POWERLESS


def test_anybody_who_may_decide_votes_whoever_is_on_it() -> None:
    found = asking(act("claim", CY), now=60)

    assert check("vote", NOOK, found, knocking(), KNOCK) == Verdict.GO
    assert check("waitlist", NOOK, found, knocking(), KNOCK) == Verdict.HELD
    assert check("vote", replace(NOOK, me=BO), found, knocking(), KNOCK) == Verdict.POWERLESS


@given(
    st.sampled_from(DECISIONS),
    st.sampled_from([m for m in Membership if m != Membership.KNOCK]),
    st.booleans(),
    st.lists(st.sampled_from(sorted(TERMINAL)), max_size=3),
)
def test_no_decision_ever_goes_on_about_somebody_who_does_not_ask(
    decision: str,
    membership: Membership,
    anyway: bool,  # noqa: FBT001 - drawn
    ends: list[str],
) -> None:
    found = asking(*(act(word, at=number) for number, word in enumerate(ends)))
    fresh = replace(knocking(), membership=membership)

    assert check(decision, NOOK, found, fresh, KNOCK, anyway=anyway) == Verdict.GONE
    assert check(decision, NOOK, found, None, None, anyway=anyway) == Verdict.GONE


_hostile = st.lists(
    st.builds(
        act,
        st.sampled_from(
            ["claim", "waitlisted", "declined", "approved", "vote", "settled", "dossier", "handover", "asked"]
        ),
        st.sampled_from([BO, EVE, FAY]),
        st.integers(0, 9),
        st.sampled_from([EVE, FAY]),
        vote=st.sampled_from([-1, 1]),
        to=st.sampled_from([BO, EVE]),
        event_id=st.sampled_from([f"$h{number}" for number in range(20)]),
    ),
    max_size=8,
    unique_by=lambda a: a.event_id,
)


@given(_acts, _hostile)
def test_nothing_that_somebody_without_the_power_says_changes_anything(honest: list[Act], hostile: list[Act]) -> None:
    knocks = [knocking(EVE), knocking(FAY, 1, event_id="$fay")]

    assert waiting(NOOK, knocks, [*honest, *hostile], minutes(60)) == waiting(
        NOOK, knocks, honest_only(honest), minutes(60)
    )


def honest_only(acts: list[Act]) -> list[Act]:
    return [said for said in acts if said.sender != BO]
