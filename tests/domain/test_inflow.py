"""What comes in from other nooks: one a week, the same for everybody who looks, never by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.board import Highlight
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.desk import Group, Kind
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.inflow import is_posted, offer_item, offer_of_week, offering
from nookterm.domain.vocabulary import CHARTER
from tests.domain.builders import BOARD, DEE, FOXES, a_nook, state

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NOOK = a_nook(state(CHARTER, charter_content(Charter(offers=True)), by=DEE))


def up(id_: str, nook: str = "Owls", days: float = -3, **more: Any) -> Highlight:
    """A highlight, so many days after the Monday on which the week begins."""
    return Highlight(
        id_, nook, "Mo", f"words of {id_}", EventId(f"${id_}"), BOARD, MONDAY + timedelta(days=days), DEE, "", **more
    )


def offered(board: list[Highlight], days: float = 1, nook: Any = NOOK, own: tuple[str, ...] = ()) -> str | None:
    offer = offer_of_week(nook, board, {EventId(id_) for id_ in own}, MONDAY + timedelta(days=days))
    return offer.highlight.id if offer else None


@pytest.mark.parametrize(
    ("board", "id_"),
    [
        ([], None),
        ([up("a")], "a"),
        ([up("a", days=-7), up("b", days=-7.01), up("c", days=0)], "a"),
        ([up("a", "Foxes")], None),
        ([up("a", altered=True)], None),
        ([up("a"), up("b", days=-2)], "b"),
    ],
    ids=["nothing", "one", "only of last week", "our own", "altered", "the newest"],
)
def test_one_highlight_of_another_nook_is_offered(board: list[Highlight], id_: str | None) -> None:
    assert offered(board) == id_


def test_it_stays_the_same_all_week_whatever_comes_in() -> None:
    board = [up("a", "Owls"), up("b", "Newts"), up("c", "Moles")]
    first = offered(board, days=0)
    assert first
    later = [*board, up("d", "Hares", days=1), up("e", "Owls", days=2)]
    assert {offered(later[::-1], days=day) for day in (0, 1, 6.99)} == {first}
    assert offered(later, days=7) in {"d", "e"}


@given(st.integers(0, 400))
def test_nothing_is_offered_in_two_weeks(day: int) -> None:
    board = [up(str(number), days=number * 1.5) for number in range(260)]
    this, following = offered(board, days=day), offered(board, days=day + 7)
    assert this is None or this != following


def test_a_nook_that_shares_much_is_not_heard_more() -> None:
    board = [*(up(f"loud{n}", "Owls", days=-n / 10) for n in range(1, 40)), up("quiet", "Newts")]
    drawn = [offered(board, nook=replace(NOOK, room_id=RoomId(f"!{n}:x"))) for n in range(200)]
    assert 70 < drawn.count("quiet") < 130


def test_only_where_the_charter_asks_for_it_and_never_what_came_from_here() -> None:
    assert offered([up("a")], nook=a_nook()) is None
    assert offered([up("a")], nook=a_nook(state(CHARTER, charter_content(Charter()), by=DEE))) is None
    assert offered([up("a")], own=("$a",)) is None


def test_the_line_holds_what_a_human_needs() -> None:
    offer = offer_of_week(NOOK, [up("a")], set(), MONDAY)
    assert offer
    item = offer_item(NOOK, offer)
    assert (item.kind, item.group, item.room, item.since) == (Kind.OFFER, Group.CONTENT, FOXES, MONDAY)
    assert (item.quote, item.details["nook_name"], item.details["credit"]) == ("words of a", "Owls", "Mo")


def test_the_words_to_begin_with_quote_and_credit() -> None:
    assert offering("One.\nTwo.", "Owls", "Mo") == "From Owls (Mo), in the highlights:\n> One.\n> Two.\n\n"
    assert offering("One.", "Owls", "").startswith("From Owls, in")


@pytest.mark.parametrize(
    ("said", "posted"),
    [
        (offering("One.\nTwo.", "Owls", "Mo") + "What do you think?", True),
        ("One.\nTwo.", True),
        ("> One.\n\n> Two.", True),
        ("One.", False),
        ("Well, One.\nTwo. or three", False),
        ("", False),
    ],
)
def test_what_somebody_posted_is_offered_no_more(said: str, *, posted: bool) -> None:
    assert is_posted("One.\nTwo.", ["something else", said]) == posted
    assert not is_posted("  \n", [said])
