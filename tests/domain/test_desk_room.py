"""A nook's upkeep on the desk: its cap, its settings, its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nookterm.domain.cards import Proposal
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.desk import Kind
from nookterm.domain.desk_room import cap_item, card_item, drift_items
from nookterm.domain.drift import Drift, Setting
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import CHARTER
from tests.domain.builders import BOARD, CY, DEE, FOXES, NOON, RIVER, a_nook, member, minutes, state


def crowd(size: int, cap: int) -> Room:
    """Four who founded it, then one more each minute; the last is invited."""
    more = [member(UserId(f"@m{n}:x"), "join", at=minutes(n)) for n in range(5, size)]
    last = [member(UserId(f"@m{size}:x"), "invite", at=minutes(size))] if size > 4 else []
    return a_nook(state(CHARTER, charter_content(Charter(cap=cap)), by=DEE), *more, *last)


@pytest.mark.parametrize(
    ("size", "cap", "why", "since"),
    [
        (9, 10, "is nearly full: 9 of 10", 9),
        (10, 11, "is nearly full: 10 of 11", 10),
        (19, 20, "is nearly full: 19 of 20", 18),
        (10, 10, "is full: 10 of 10", 10),
        (12, 10, "is over its cap: 12 of 10", 11),
        (4, 4, "is full: 4 of 4", 0),
    ],
)
def test_a_nook_that_fills_up_says_so_since_it_did(size: int, cap: int, why: str, since: int) -> None:
    item = cap_item(crowd(size, cap))
    assert item is not None
    assert (item.kind, item.why, item.since) == (Kind.CAP, why, minutes(since))


@pytest.mark.parametrize("room", [crowd(8, 10), crowd(9, 11), crowd(17, 20), a_nook()])
def test_a_nook_with_places_or_without_a_cap_does_not(room: Room) -> None:
    assert cap_item(room) is None


DRIFT = Drift(Setting.TOPIC, "other words", "the charter's", "People read it.", "k-topic", fixable_by_me=True)


def test_a_setting_that_drifted_names_what_it_should_be() -> None:
    (item,) = drift_items(a_nook(), [DRIFT])
    assert (item.case, item.kind, item.since) == ("k-topic", Kind.DRIFT, NOON)
    assert item.why == "topic: other words, should be the charter's"
    assert item.details == {
        "setting": "topic",
        "is": "other words",
        "should_be": "the charter's",
        "because": "People read it.",
        "fixable": "yes",
    }
    (old,) = drift_items(replace(a_nook(), set_at=None), [replace(DRIFT, fixable_by_me=False)])
    assert (old.since, old.details["fixable"]) == (datetime(1970, 1, 1, tzinfo=UTC), "no")
    (chosen,) = drift_items(a_nook(), [replace(DRIFT, fixable_by_me=False, by_choice=True)])
    assert chosen.details["fixable"] == "by a choice"


def test_a_card_that_is_proposed_is_one_line_and_not_two() -> None:
    card = replace(DRIFT, setting=Setting.CARD, space=RIVER)
    proposal = Proposal("k-card", FOXES, RIVER, Charter(), CY, minutes(3), EventId("$card"))
    assert [item.details["space"] for item in drift_items(a_nook(), [card])] == [RIVER]
    assert drift_items(a_nook(), [card, replace(card, setting=Setting.CARD_NAMES)], [proposal]) == ()
    assert len(drift_items(a_nook(), [card, DRIFT], [replace(proposal, space=BOARD)])) == 2
    item = card_item(proposal)
    assert (item.case, item.kind, item.room, item.user, item.since) == ("k-card", Kind.CARD, FOXES, CY, minutes(3))
    assert (item.event, item.details) == ("$card", {"space": RIVER})
