"""The record of decisions: nothing of it is kept, so it says what the room and the facilitators' words say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import act_content, knock_case, read_act
from nookterm.domain.choices import OUTCOMES
from nookterm.domain.events import Event, Trust
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.knocking import WITHDRAWN
from nookterm.domain.record import Entry, chosen, entries
from nookterm.domain.record_words import fields, line, page
from nookterm.domain.room import Room
from tests.domain.builders import ANA, BO, CY, DEE, DESK, EVE, FOXES, NOON, a_message, a_nook, member, minutes

KNOCK = "$knock"
NOW = minutes(600)


def move(user: UserId, membership: str, at: float, by: UserId | None = None, **more: Any) -> Event:
    """A move of somebody, `at` minutes after noon."""
    return member(user, membership, event_id=more.pop("id", f"${membership}{at}"), by=by, at=minutes(at), **more)


def said(
    act: str, at: float, by: UserId = ANA, *, trust: Trust = Trust.SIGNED, knock: str = KNOCK, **more: Any
) -> Event:
    """A facilitator's word about Eve."""
    content = act_content(act, knock_case(FOXES, EVE), FOXES, "said", user=EVE, knock=EventId(knock), **more)
    return a_message(content, f"$said{act}{at}{by}", by=by, at=minutes(at), room=DESK, trust=trust)


def record(*events: Event, nook: Room | None = None, since: datetime | None = NOON) -> list[Entry]:
    """The record, oldest first, of a nook of which these are the moves and words."""
    moves = [event for event in events if event.room_id == FOXES]
    acts = [act for event in events if event.room_id == DESK and (act := read_act(event))]
    return list(reversed(entries(nook or a_nook(), moves, acts, NOW, since)))


ASKED = move(EVE, "knock", 1, id=KNOCK, name="Eve", reason="let me in")


def test_a_decision_has_its_words_votes_and_who_made_it() -> None:
    (entry,) = record(
        ASKED,
        said("vote", 2, CY, vote=-1),
        said("vote", 3, CY, vote=1, words="knows kilns"),
        move(EVE, "invite", 5, ANA),
        said("approved", 5, words="Welcome", anyway=True),
        move(EVE, "join", 6),
    )
    assert (entry.outcome, entry.user, entry.by, entry.words) == ("approved", EVE, ANA, "Welcome")
    assert (entry.request, entry.asked_at, entry.at) == (KNOCK, minutes(1), minutes(5))
    assert [(vote.user, vote.vote, vote.words) for vote in entry.votes] == [(CY, 1, "knows kilns")]
    assert entry.anyway
    assert not entry.elsewhere
    assert entry.case == knock_case(FOXES, EVE)


def test_each_move_that_somebody_decided_has_its_name_and_others_are_none() -> None:
    found = record(
        ASKED,
        move(EVE, "leave", 2, CY),
        move(EVE, "knock", 3, id="$again"),
        move(EVE, "leave", 4),
        move(EVE, "knock", 5, id="$third"),
        move(EVE, "ban", 6, DEE),
        move(EVE, "leave", 7, DEE),
        move(BO, "invite", 8, ANA),
        move(BO, "leave", 9, ANA),
        move(BO, "invite", 10, ANA),
        move(BO, "join", 11),
        move(BO, "join", 12, name="Bobby"),
        move(BO, "leave", 13, CY),
        move(CY, "leave", 14),
    )
    assert [entry.outcome for entry in found] == [
        "declined", "withdrawn", "banned", "unbanned", "invited", "rescinded", "invited", "removed",
    ]  # fmt: skip
    assert [entry.by for entry in found] == [CY, EVE, DEE, DEE, ANA, ANA, ANA, CY]


def test_a_decision_of_another_app_is_in_it_as_such() -> None:
    (entry,) = record(ASKED, move(EVE, "invite", 5, CY))
    assert entry.elsewhere
    assert entry.by == CY


def test_what_was_decided_before_the_facilitators_words_are_known_is_not_said_to_come_from_elsewhere() -> None:
    for since in (minutes(30), None):
        (entry,) = record(ASKED, move(EVE, "invite", 5, CY), since=since)
        assert not entry.elsewhere


def test_of_two_who_decided_at_once_both_are_in_it() -> None:
    knocked = {"membership": "knock"}
    found = record(
        ASKED,
        move(EVE, "invite", 5, ANA, before=knocked),
        move(EVE, "leave", 5.1, CY, before=knocked),
        said("approved", 5, ANA),
        said("declined", 5.2, CY, words="sorry"),
        said("settled", 9, ANA, words="she is welcome"),
    )
    assert [(entry.outcome, entry.by, entry.words) for entry in found] == [
        ("approved", ANA, ""), ("declined", CY, "sorry"), ("settled", ANA, "she is welcome"),
    ]  # fmt: skip
    assert found[2].event is None


def test_taking_back_over_federation_is_once_in_it_and_clearing_it_away_is_no_decision() -> None:
    back = move(EVE, "knock", 3, id="$back", reason=WITHDRAWN)
    cleared = move(EVE, "leave", 5, ANA)
    found = record(ASKED, back, cleared, said("withdrawn", 5, knock="$back"))
    assert [(entry.outcome, entry.by, entry.request) for entry in found] == [("withdrawn", EVE, KNOCK)]


def test_taking_back_is_known_also_when_the_words_are_gone() -> None:
    back = move(EVE, "knock", 3, id="$back")
    found = record(ASKED, back, move(EVE, "leave", 5, ANA), said("withdrawn", 5, knock="$back"))
    assert [(entry.outcome, entry.by) for entry in found] == [("withdrawn", ANA)]


def test_places_on_the_wait_list_and_answers_to_letters_are_known_by_words_alone() -> None:
    letter = "~letter~!room"
    found = record(
        ASKED,
        said("waitlisted", 2),
        said("declined", 4, CY, knock=letter),
        move(EVE, "leave", 5),
        move(EVE, "invite", 50, CY),
        said("approved", 50, CY, knock=letter),
    )
    assert [(entry.outcome, entry.by) for entry in found] == [
        ("waitlisted", ANA), ("declined", CY), ("withdrawn", EVE), ("approved", CY),
    ]  # fmt: skip


def test_words_of_people_without_the_power_are_not_in_it() -> None:
    assert [e.outcome for e in record(ASKED, said("declined", 3, BO), said("vote", 2, BO, vote=1))] == []


def test_words_from_an_unsigned_device_are_not_in_it() -> None:
    (entry,) = record(ASKED, move(EVE, "invite", 5, ANA), said("approved", 5, words="forged", trust=Trust.UNSIGNED))
    assert entry.words == ""


def test_who_has_lost_the_power_stays_in_the_record_with_their_words_and_votes() -> None:
    demoted = a_nook(levels={"users": {DEE: 100, ANA: 50}, "invite": 50, "kick": 50, "ban": 50})
    other = move(BO, "leave", 0, CY)
    found = record(
        move(BO, "join", -1), other, ASKED, said("vote", 2, CY, vote=1), move(EVE, "leave", 5, CY),
        said("declined", 5, CY, words="not now"), nook=demoted,
    )  # fmt: skip
    assert found[-1].words == "not now"
    assert [vote.user for vote in found[-1].votes] == [CY]


def test_a_vote_on_one_request_is_not_one_on_the_next() -> None:
    found = record(
        ASKED, said("vote", 2, CY, vote=1), move(EVE, "leave", 3), move(EVE, "knock", 20, id="$again"),
        move(EVE, "invite", 25, ANA), said("approved", 25, knock="$again"),
    )  # fmt: skip
    assert found[-1].outcome == "approved"
    assert found[-1].votes == ()


def test_it_is_filtered_by_person_outcome_and_day() -> None:
    rows = record(ASKED, move(EVE, "invite", 5, ANA), move(BO, "ban", 50, ANA))
    assert [row.user for row in chosen(rows, user=EVE)] == [EVE]
    assert [row.user for row in chosen(rows, outcomes=["banned"])] == [BO]
    assert [row.user for row in chosen(rows, since=minutes(50))] == [BO]


def test_words_of_strangers_stay_words_in_a_line_and_on_the_page() -> None:
    name = "\x1b[31m](https://evil.example)\n# Ana | let in"
    asked = move(EVE, "knock", 1, id=KNOCK, name=name)
    (row,) = record(asked, move(EVE, "leave", 5, ANA, name=name), said("declined", 5, words="no\n| x | y |"))
    told = line(row, "Foxes", a_nook().name_of)
    assert "\x1b" not in told
    assert "\n" not in told
    assert EVE in told
    written = page([row], {FOXES: "Foxes"}, {FOXES: a_nook().name_of}, NOW)
    table = [text for text in written.splitlines() if text.startswith("|")]
    assert len(table) == 3
    assert all(text.replace("\\|", "").count("|") == 7 for text in table)
    assert "](" not in written.replace("\\]\\(", "")


@given(st.lists(st.tuples(st.sampled_from(["join", "invite", "knock", "leave", "ban"]), st.booleans()), max_size=12))
def test_no_history_makes_no_entry_that_has_no_name(steps: list[tuple[str, bool]]) -> None:
    moves = [move(EVE, what, at, EVE if own else CY, id=f"${at}") for at, (what, own) in enumerate(steps)]
    found = record(*moves)
    assert {entry.outcome for entry in found} <= set(OUTCOMES)
    assert len({entry.event for entry in found}) == len(found)
    assert all(set(fields(entry)) >= {"case", "nook", "user", "outcome", "by", "at", "words"} for entry in found)
