"""Requests to come in: who is on it, and that no decision hits somebody it was not meant for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import (
    CLAIM_LASTS,
    CLOCK_SLACK,
    TERMINAL,
    Act,
    holder,
    knock_case,
    live_acts,
    read_act,
    requests_acts,
)
from nookterm.domain.applying import UNANSWERED_AFTER, MyRequest, State, my_state
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.events import Event, Membership, Redaction, Trust, parse_payload
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import (
    LONGEST_REASON,
    answers_content,
    read_answers,
    reason_with_ref,
    ref_in,
    said_instead,
)
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import Request, Verdict, check, request_act, reveals, waiting
from nookterm.domain.vocabulary import ACT, ANSWERS, CHARTER
from nookterm.domain.votes import Votes
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    DESK,
    EVE,
    FOXES,
    NOON,
    RIVER,
    a_message,
    a_nook,
    an_event,
    json_values,
    member,
    minutes,
    state,
)

NOOK = a_nook()
CASE = knock_case(FOXES, EVE)
KNOCK = EventId("$knock")
VETTING_ROOM = RoomId("!vetting")


def knocking(user: UserId = EVE, at: datetime = NOON, reason: str | None = None, event_id: EventId = KNOCK) -> Member:
    return Member(user, Membership.KNOCK, "Eve", at, event_id, user, reason)


def request(**more: Any) -> Request:
    return replace(Request(CASE, FOXES, EVE, "Eve", NOON, KNOCK, cap=12, size=4), **more)


def act(word: str, by: UserId = ANA, at: float = 0, event_id: str = "", **more: Any) -> Act:
    return Act(CASE, FOXES, EVE, word, by, minutes(at), EventId(event_id or f"${word}{at}{by}"), **more)


def live(*acts: Act, nook: Room = NOOK, now: float = 600) -> list[str]:
    return [found.act for found in live_acts(nook, EVE, acts, minutes(now))]


def held(*acts: Act, now: float) -> tuple[UserId, datetime] | None:
    return holder(acts, minutes(now))


# -- the knock's words


@given(st.text())
def test_the_public_words_of_a_knock_fit_and_carry_the_ref(reason: str) -> None:
    words = reason_with_ref(reason, "7Q2KX4")

    assert len(words) <= LONGEST_REASON
    assert ref_in(words) == "7Q2KX4"
    assert words == words.strip()


@pytest.mark.parametrize("reason", ["", "   ", "[nt1:AAAAAA]"])
def test_a_knock_without_words_greets(reason: str) -> None:
    assert reason_with_ref(reason, "7Q2KX4") == "Hello. My answers are ready. [nt1:7Q2KX4]"


def test_a_ref_pasted_into_the_words_does_not_stand_for_the_true_one() -> None:
    assert ref_in(reason_with_ref("as before [nt1:AAAAAA]", "7Q2KX4")) == "7Q2KX4"


@pytest.mark.parametrize("text", [None, "", "hello", "[nt1:7q2kx4]", "[nt1:7Q2KX]", "[nt2:7Q2KX4]", "[nt1:7Q2KX41]"])
def test_a_plain_knock_has_no_ref(text: str | None) -> None:
    assert ref_in(text) is None


# -- acts in the facilitators' room


def recorded(content: dict[str, Any], **more: Any) -> Event:
    return a_message(content, "$act", room=DESK, **more)


def test_an_act_survives_the_way_through_the_facilitators_room() -> None:
    content = request_act(
        "dossier",
        request(),
        "Eve's answers",
        answers={"q1": "To watch"},
        words="kind",
        room=VETTING_ROOM,
        to=CY,
        ttl_ms=60_000,
    )

    found = read_act(recorded(json.loads(json.dumps(content)), by=ANA, at=minutes(3)))

    assert found == Act(
        CASE,
        FOXES,
        EVE,
        "dossier",
        ANA,
        minutes(3),
        EventId("$act"),
        timedelta(minutes=1),
        CY,
        {"q1": "To watch"},
        "kind",
        VETTING_ROOM,
        knock=KNOCK,
    )
    assert content["body"] == "Eve's answers"
    assert content[ACT]["knock"] == KNOCK


def test_an_act_with_nothing_more_to_say_lasts_as_long_as_a_claim() -> None:
    found = read_act(recorded(request_act("claim", request(), "Ana is on it")))

    assert found == Act(CASE, FOXES, EVE, "claim", ANA, NOON, EventId("$act"), CLAIM_LASTS, knock=KNOCK)


@pytest.mark.parametrize(
    ("encrypted", "trust", "decides", "tells"),
    [
        (True, Trust.OWN, True, True),
        (True, Trust.VERIFIED, True, True),
        (True, Trust.SIGNED, True, True),
        (True, Trust.UNSIGNED, False, True),
        (True, Trust.UNPROVED, False, False),
        (True, Trust.NONE, False, False),
        (False, Trust.NONE, False, False),
    ],
)
def test_an_unsigned_device_may_answer_and_never_decide(
    encrypted: bool,  # noqa: FBT001 - a table
    trust: Trust,
    decides: bool,  # noqa: FBT001 - the same
    tells: bool,  # noqa: FBT001 - the same
) -> None:
    claim = recorded(request_act("claim", request(), "x"), encrypted=encrypted, trust=trust)
    answers = recorded(answers_content("7Q2KX4", {"q1": "a"}, {}), encrypted=encrypted, trust=trust)

    assert (read_act(claim) is not None) is decides
    assert (read_answers(answers) is not None) is tells


@pytest.mark.parametrize("change", [{"v": 2}, {"v": None}, {"case": 1}, {"nook": None}, {"user": []}, {"act": {}}])
def test_an_act_of_another_version_or_shape_is_none(change: dict[str, Any]) -> None:
    content = request_act("claim", request(), "x")

    assert read_act(recorded({**content, ACT: {**content[ACT], **change}})) is None


@pytest.mark.parametrize("block", [None, "claim", [], {}])
def test_what_is_no_block_is_no_act_and_no_answer(block: object) -> None:
    assert read_act(recorded({"body": "x", ACT: block})) is None
    assert read_answers(recorded({"body": "x", ANSWERS: block})) is None
    assert read_act(an_event(Redaction(EventId("$x")))) is None
    assert read_answers(an_event(Redaction(EventId("$x")))) is None


@pytest.mark.parametrize("ttl", [0, -1, True, "7200000", 1.5, None, 10**30, 24 * 3600 * 1000 + 1])
def test_a_claim_cannot_say_that_it_lasts_for_ever(ttl: object) -> None:
    found = read_act(recorded(request_act("claim", request(), "x", ttl_ms=ttl)))

    assert found is not None
    assert found.lasts == CLAIM_LASTS


@pytest.mark.parametrize(
    ("until", "read"),
    [
        ("2026-11-01T13:00:00+01:00", NOON),
        ("2026-11-01T12:00:00+00:00", NOON),
        ("2026-11-01T12:00:00", None),
        ("tomorrow", None),
        (5, None),
    ],
)
def test_what_is_put_off_is_put_off_until_a_moment_that_is_the_same_everywhere(
    until: object, read: datetime | None
) -> None:
    found = read_act(recorded(request_act("snooze", request(), "x", until=until)))

    assert found is not None
    assert found.until == read


def test_an_act_whose_case_is_another_persons_is_on_nobodys_request() -> None:
    other = replace(act("waitlisted"), user=BO)

    assert requests_acts(NOOK, [other, replace(act("claim"), user=UserId(""))], minutes(1)) == {}
    assert list(requests_acts(NOOK, [act("claim"), other], minutes(1))) == [EVE]


def test_a_claim_may_last_up_to_a_day() -> None:
    found = read_act(recorded(request_act("claim", request(), "x", ttl_ms=24 * 3600 * 1000)))

    assert found is not None
    assert found.lasts == timedelta(days=1)


@given(
    st.dictionaries(
        st.sampled_from(["v", "case", "nook", "user", "act", "ttl_ms", "to", "room", "answers"]), json_values
    )
)
def test_no_block_breaks_the_reading_of_acts(block: dict[str, Any]) -> None:
    payload = parse_payload("m.room.message", {"body": "x", ACT: {**block, "v": 1}, ANSWERS: {"v": 1, "a": block}})
    event = an_event(payload)

    found = read_act(event)
    assert found is None or 0 < found.lasts.total_seconds() <= 24 * 3600
    assert all(isinstance(text, str) for text in (read_answers(event) or {}).values())


def test_where_every_member_may_invite_a_members_act_is_still_no_facilitators() -> None:
    nook = a_nook(levels={"users": {DEE: 100, ANA: 50}})

    assert nook.power.may_invite(BO)
    assert live(act("claim", BO), act("settled", BO, 1), act("claim", ANA, 2), nook=nook) == ["claim"]


def test_answers_of_a_whole_event_are_cut_so_that_they_fit_into_the_message_that_passes_them_on() -> None:
    block = {"v": 1, "a": {f"q{n}" * 200: "x" * 20_000 for n in range(40)}}
    answers = read_answers(recorded({"msgtype": "m.text", "body": "", ANSWERS: block}))

    assert answers
    assert sum(len(key) + 2 * len(text) for key, text in answers.items()) < 30_000


def test_answers_read_as_chat_in_any_client_and_as_answers_in_ours() -> None:
    content = answers_content("7Q2KX4", {"q1": "To watch", "q9": "Yes"}, {"q1": "Why do you ask?"})

    assert content["body"] == "Why do you ask?\nTo watch\n\nq9\nYes"
    assert content[ANSWERS]["ref"] == "7Q2KX4"
    assert read_answers(recorded(content)) == {"q1": "To watch", "q9": "Yes"}
    assert read_answers(recorded({**content, ANSWERS: {"v": 1, "a": ["x"]}})) == {}


# -- which acts count


def test_acts_of_people_without_the_power_do_not_count() -> None:
    assert live(act("claim", ANA), act("claim", BO, 1), act("asked", EVE, 2), act("claim", DEE, 3)) == [
        "claim",
        "claim",
    ]


def test_each_decision_needs_the_power_to_make_it() -> None:
    levels = {"users": {DEE: 100, ANA: 50, CY: 60, BO: 50}, "invite": 10, "kick": 60, "ban": 90}
    nook = a_nook(levels=levels)

    assert live(act("declined", ANA), act("claim", BO, 1), nook=nook) == ["claim"]
    assert live(act("claim", BO, 0), act("declined", CY, 1), nook=nook) == []
    assert live(act("claim", BO, 0), act("banned", CY, 1), nook=nook) == ["claim"]
    assert live(act("claim", BO, 0), act("banned", DEE, 1), nook=nook) == []


def test_acts_from_the_future_do_not_count_beyond_the_slack_of_clocks() -> None:
    slack = CLOCK_SLACK.total_seconds() / 60

    assert live(act("claim", at=slack), now=0) == ["claim"]
    assert live(act("claim", at=slack + 0.1), now=0) == []


@pytest.mark.parametrize(
    "change",
    [{"case": "k-aaaaaa"}, {"nook": RIVER}, {"user": BO}, {"case": knock_case(FOXES, BO), "user": BO}],
)
def test_acts_on_other_cases_do_not_count(change: dict[str, Any]) -> None:
    assert live(replace(act("claim"), **change)) == []


@pytest.mark.parametrize("end", sorted(TERMINAL))
def test_an_end_ends_everything_before_it_and_nothing_after(end: str) -> None:
    assert live(act("claim", at=0), act("dossier", at=1), act(end, at=2), act("claim", CY, 3)) == ["claim"]


def test_a_waitlist_is_no_end() -> None:
    assert live(act("claim", at=0), act("waitlisted", at=1)) == ["claim", "waitlisted"]


def test_an_end_by_somebody_without_the_power_ends_nothing() -> None:
    assert live(act("claim", at=0), act("declined", EVE, 1), act("settled", BO, 2)) == ["claim"]


def test_acts_count_in_the_order_of_their_time_whatever_order_they_come_in() -> None:
    acts = [act("claim", at=0), act("asked", at=1), act("dossier", at=2)]

    assert live(*reversed(acts)) == live(*acts) == ["claim", "asked", "dossier"]


# -- who is on it


def test_a_claim_holds_for_its_time_and_not_a_moment_longer() -> None:
    claim = act("claim")

    assert held(claim, now=119.9) == (ANA, NOON + CLAIM_LASTS)
    assert held(claim, now=120) is None
    assert held(now=0) is None


def test_of_two_claims_the_earlier_holds() -> None:
    assert held(act("claim", CY, 1), act("claim", ANA, 0), now=5) == (ANA, minutes(120))


def test_of_two_claims_of_one_moment_the_smaller_event_id_holds_for_everybody() -> None:
    first, second = act("claim", CY, event_id="$a"), act("claim", ANA, event_id="$b")

    assert held(first, second, now=5) == held(second, first, now=5) == (CY, minutes(120))


def test_when_the_first_claim_runs_out_the_second_holds() -> None:
    claims = act("claim", ANA, 0), act("claim", CY, 60)

    assert held(*claims, now=119) == (ANA, minutes(120))
    assert held(*claims, now=121) == (CY, minutes(180))
    assert held(*claims, now=181) is None


def test_a_released_claim_leaves_the_next_or_nobody() -> None:
    assert held(act("claim", ANA, 0), act("release", ANA, 1), now=2) is None
    assert held(act("claim", ANA, 0), act("claim", CY, 1), act("release", ANA, 2), now=3) == (CY, minutes(121))
    assert held(act("claim", ANA, 0), act("release", ANA, 1), act("claim", ANA, 2), now=3) == (ANA, minutes(122))


def test_nobody_releases_or_hands_over_the_claim_of_another() -> None:
    claim = act("claim", ANA, 0)

    assert held(claim, act("release", CY, 1), now=2) == (ANA, minutes(120))
    assert held(claim, act("handover", CY, 1, to=CY), now=2) == (ANA, minutes(120))


def test_a_claim_handed_over_is_held_from_then_on_before_those_who_wait() -> None:
    acts = act("claim", ANA, 0), act("claim", DEE, 5), act("handover", ANA, 10, to=CY)

    assert held(*acts, now=11) == (CY, minutes(130))
    assert held(*acts, act("release", CY, 20), now=21) == (DEE, minutes(125))


def test_who_handed_over_has_no_older_claim_to_fall_back_to() -> None:
    acts = act("claim", ANA, 0), act("claim", ANA, 5), act("handover", ANA, 10, to=CY), act("release", CY, 20)

    assert held(*acts, now=21) is None


def test_a_handover_without_a_claim_or_to_nobody_is_nothing() -> None:
    assert held(act("handover", ANA, 0, to=CY), now=1) is None
    assert held(act("claim", ANA, 0), act("handover", ANA, 1), now=2) == (ANA, minutes(120))
    assert held(act("claim", ANA, 0), act("handover", ANA, 120, to=CY), now=121) is None


def test_a_claim_is_not_handed_to_somebody_who_may_not_decide() -> None:
    """Else a request could be shut away with a person who can do nothing about it, or with the applicant."""
    claim = act("claim", ANA, 0)

    assert live(claim, act("handover", ANA, 1, to=BO)) == ["claim"]
    assert live(claim, act("handover", ANA, 1, to=EVE)) == ["claim"]
    assert live(claim, act("handover", ANA, 1)) == ["claim"]
    assert live(claim, act("handover", ANA, 1, to=CY)) == ["claim", "handover"]


def test_a_claim_taken_over_on_purpose_holds_before_the_older_one() -> None:
    taken = act("claim", CY, 10, anyway=True)

    assert held(act("claim", ANA, 0), taken, now=11) == (CY, minutes(130))
    assert held(act("claim", ANA, 0), act("claim", CY, 10), now=11) == (ANA, minutes(120))
    assert held(act("claim", ANA, 0), taken, act("release", CY, 12), now=13) == (ANA, minutes(120))


def test_other_acts_change_nothing_about_who_is_on_it() -> None:
    acts = (act(word, CY, number + 1) for number, word in enumerate(["asked", "dossier", "waitlisted", "bell", "?"]))

    assert held(act("claim", ANA, 0), *acts, now=9) == (ANA, minutes(120))


some_acts = st.lists(
    st.builds(
        act,
        st.sampled_from(["claim", "release", "handover", "dossier", "declined"]),
        st.sampled_from([ANA, CY, DEE, EVE]),
        st.integers(0, 300),
        st.sampled_from("abc"),
        to=st.sampled_from([None, ANA, CY, BO]),
    ),
    max_size=8,
    unique_by=lambda a: (a.at, a.event_id),
)


@given(some_acts.flatmap(lambda acts: st.tuples(st.just(acts), st.permutations(acts))), st.integers(0, 500))
def test_every_facilitators_machine_names_the_same_holder(both: tuple[list[Act], list[Act]], now: int) -> None:
    acts, shuffled = both
    found = holder(live_acts(NOOK, EVE, acts, minutes(now)), minutes(now))

    assert found == holder(live_acts(NOOK, EVE, shuffled, minutes(now)), minutes(now))
    if found:
        assert found[0] in {ANA, CY, DEE}
        assert minutes(now) < found[1] <= minutes(now) + CLOCK_SLACK + CLAIM_LASTS


# -- the list


def test_requests_are_listed_longest_wait_first() -> None:
    knocks = [knocking(BO, minutes(3)), knocking(EVE, minutes(1)), knocking(CY, minutes(1))]

    assert [found.user for found in waiting(NOOK, knocks, [], minutes(9))] == [CY, EVE, BO]


@pytest.mark.parametrize("membership", [m for m in Membership if m != Membership.KNOCK])
def test_only_those_who_ask_are_listed(membership: Membership) -> None:
    assert waiting(NOOK, [replace(knocking(), membership=membership)], [], NOON) == ()


@pytest.mark.parametrize(
    "nook",
    [a_nook(me=BO), a_nook(me=EVE), a_nook(member(ANA, "leave")), a_nook(member(ANA, "invite", by=DEE))],
    ids=["a member", "a stranger", "one who left", "one invited"],
)
def test_requests_are_listed_for_those_alone_who_may_decide(nook: Room) -> None:
    assert waiting(nook, [knocking()], [], NOON) == ()


def test_a_request_holds_what_is_known_about_it() -> None:
    nook = a_nook(_charter(12))
    acts = [
        act("claim", CY, 0),
        act("asked", CY, 1, room=RoomId("!first")),
        act("asked", CY, 2, room=VETTING_ROOM),
        act("asked", CY, 3),
        act("dossier", CY, 4, answers={"q1": "old"}),
        act("dossier", CY, 5, answers={"q1": "To watch"}),
    ]

    (found,) = waiting(nook, [knocking(reason="Hello there [nt1:7Q2KX4]")], acts, minutes(10))

    assert found == request(
        reason="Hello there", ref="7Q2KX4", holder=CY, held_until=minutes(120), asked_in=VETTING_ROOM,
        answers={"q1": "To watch"}, asked_by=CY, asked_at=minutes(2), answered_at=minutes(5),
        votes=Votes(silent=(ANA, CY, DEE)),
    )  # fmt: skip
    assert found.knock == KNOCK


def test_a_plain_knock_is_a_request_too() -> None:
    (found,) = waiting(NOOK, [knocking()], [], NOON)

    assert (found.reason, found.ref, found.holder, found.asked_in, found.answers) == ("", None, None, None, {})
    assert (found.cap, found.size, found.is_full) == (None, 4, False)


def test_a_new_knock_of_the_same_person_is_the_same_case() -> None:
    (first,) = waiting(NOOK, [knocking()], [], NOON)
    (again,) = waiting(NOOK, [knocking(event_id=EventId("$again"))], [], NOON)

    assert first.case == again.case
    assert first.knock != again.knock


@pytest.mark.parametrize(("cap", "full"), [(3, True), (4, True), (5, False)])
def test_a_nook_is_full_when_one_more_would_be_too_many(cap: int, full: bool) -> None:  # noqa: FBT001 - a table
    (found,) = waiting(a_nook(_charter(cap)), [knocking()], [], NOON)

    assert found.is_full is full


def _charter(cap: int) -> Event:
    return state(CHARTER, charter_content(Charter(cap=cap)))


# -- decisions


GO, GONE, ANOTHER, HELD, FULL, POWERLESS = (
    Verdict.GO, Verdict.GONE, Verdict.ANOTHER, Verdict.HELD, Verdict.FULL, Verdict.POWERLESS,
)  # fmt: skip


@pytest.mark.parametrize("decision", ["approve", "decline"])
@pytest.mark.parametrize("membership", [None, *(m for m in Membership if m != Membership.KNOCK)])
@pytest.mark.parametrize("anyway", [False, True])
@pytest.mark.parametrize("read", [KNOCK, None])
def test_a_decline_never_comes_out_as_go_for_a_member(
    decision: str,
    membership: Membership | None,
    anyway: bool,  # noqa: FBT001 - every combination
    read: EventId | None,
) -> None:
    """Nor for anybody else who does not ask any more; `anyway` does not change that, and neither does an approval."""
    fresh = replace(knocking(), membership=membership) if membership else None

    assert check(decision, NOOK, request(), fresh, read, anyway=anyway) == GONE


@pytest.mark.parametrize(
    ("me", "held_by", "size", "read", "anyway", "approve", "decline"),
    [
        (ANA, None, 4, KNOCK, False, GO, GO),
        (ANA, None, 4, None, False, GO, GO),
        (ANA, None, 4, EventId("$older"), False, ANOTHER, ANOTHER),
        (ANA, None, 4, EventId("$older"), True, ANOTHER, ANOTHER),
        (ANA, ANA, 4, KNOCK, False, GO, GO),
        (ANA, CY, 4, KNOCK, False, HELD, HELD),
        (ANA, CY, 4, KNOCK, True, GO, GO),
        (ANA, None, 12, KNOCK, False, FULL, GO),
        (ANA, ANA, 13, KNOCK, False, FULL, GO),
        (ANA, None, 12, KNOCK, True, GO, GO),
        (ANA, CY, 12, KNOCK, False, HELD, HELD),
        (BO, None, 4, KNOCK, False, POWERLESS, POWERLESS),
        (BO, CY, 12, KNOCK, True, POWERLESS, POWERLESS),
    ],
)
def test_each_decision_has_its_verdict(
    me: UserId,
    held_by: UserId | None,
    size: int,
    read: EventId | None,
    anyway: bool,  # noqa: FBT001 - a table
    approve: Verdict,
    decline: Verdict,
) -> None:
    nook, asked = a_nook(me=me), request(holder=held_by, size=size)

    assert check("approve", nook, asked, knocking(), read, anyway=anyway) == approve
    assert check("decline", nook, asked, knocking(), read, anyway=anyway) == decline


def test_letting_in_and_turning_away_need_each_its_own_power() -> None:
    nook = a_nook(levels={"users": {ANA: 50}, "invite": 50, "kick": 60})

    assert check("approve", nook, request(), knocking(), KNOCK) == GO
    assert check("decline", nook, request(), knocking(), KNOCK) == POWERLESS


def test_nobody_turns_away_an_equal_who_asks() -> None:
    nook = a_nook(levels={"users": {ANA: 50, EVE: 50}, "invite": 50, "kick": 50})

    assert check("decline", nook, request(), knocking(), KNOCK) == POWERLESS


@given(
    st.sampled_from(["approve", "decline"]),
    st.sampled_from([ANA, BO, DEE]),
    st.none() | st.sampled_from(Membership),
    st.sampled_from([None, KNOCK, EventId("$other")]),
    st.sampled_from([None, ANA, CY]),
    st.integers(0, 20),
    st.booleans(),
)
def test_go_means_that_this_very_knock_stands_and_one_may(
    decision: str,
    me: UserId,
    membership: Membership | None,
    read: EventId | None,
    held_by: UserId | None,
    size: int,
    anyway: bool,  # noqa: FBT001 - drawn
) -> None:
    fresh = replace(knocking(), membership=membership) if membership else None
    asked = request(holder=held_by, size=size)

    if check(decision, a_nook(me=me), asked, fresh, read, anyway=anyway) == GO:
        assert membership == Membership.KNOCK
        assert read in {None, KNOCK}
        assert me in {ANA, DEE}
        assert anyway or held_by in {None, me}
        assert anyway or decision == "decline" or size < 12


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ("joined", "from the moment they join"),
        ("invited", "from their invite on"),
        ("shared", "everything said here so far"),
        ("world_readable", "Anyone can read"),
        ("mystery", "not known"),
    ],
)
def test_approving_says_what_it_shows_of_the_past(history: str, words: str) -> None:
    assert words in reveals(replace(NOOK, history=history))


# -- my own requests


MINE = MyRequest(FOXES, "Foxes", "7Q2KX4", NOON)
ANSWERED = replace(MINE, asked_by=ANA, answered_in=VETTING_ROOM)


@pytest.mark.parametrize(
    ("mine", "membership", "days", "state"),
    [
        (MINE, Membership.KNOCK, 0, State.SENT),
        (MINE, Membership.KNOCK, 14, State.SENT),
        (MINE, Membership.KNOCK, 14.01, State.UNANSWERED),
        (replace(MINE, asked_by=ANA), Membership.KNOCK, 20, State.ASKED),
        (ANSWERED, Membership.KNOCK, 20, State.ANSWERED),
        (ANSWERED, Membership.INVITE, 0, State.APPROVED),
        (ANSWERED, Membership.JOIN, 0, State.JOINED),
        (ANSWERED, Membership.LEAVE, 0, State.DECLINED),
        (MINE, Membership.BAN, 0, State.DECLINED),
        (replace(ANSWERED, withdrawn=True), Membership.LEAVE, 0, State.WITHDRAWN),
        (replace(MINE, withdrawn=True), Membership.KNOCK, 20, State.WITHDRAWN),
        (replace(MINE, withdrawn=True), Membership.INVITE, 0, State.APPROVED),
        (replace(MINE, withdrawn=True), Membership.JOIN, 0, State.JOINED),
    ],
)
def test_a_request_of_mine_stands_where_the_room_says(
    mine: MyRequest, membership: Membership, days: float, state: State
) -> None:
    assert my_state(mine, membership, NOON + timedelta(days=days)) == state


def test_two_weeks_without_an_answer_are_long() -> None:
    assert timedelta(days=14) == UNANSWERED_AFTER


def test_what_an_applicant_wrote_without_a_form_counts_as_far_as_it_is_proved_to_be_theirs() -> None:
    def said(body: str, **more: Any) -> Event:
        return recorded({"msgtype": "m.text", "body": body}, **more)

    words = [
        said("Hi.", by=EVE, at=minutes(1)),
        said("Who are you?", by=ANA, at=minutes(2)),
        said("  ", by=EVE, at=minutes(3)),
        said("I make pots.", by=EVE, at=minutes(4)),
        said("Let me in", by=EVE, at=minutes(5), encrypted=False, trust=Trust.NONE),
        an_event(Redaction(EventId("$x"))),
    ]
    assert said_instead(words, EVE) == ("Hi.\nI make pots.", minutes(4))
    assert said_instead(words[1:3], EVE) is None
    long = said_instead([said("x" * 3000, by=EVE), said("y" * 3000, by=EVE)], EVE)
    assert long is not None
    assert (len(long[0]), long[0][-1]) == (4000, "y")
