"""Pins: read in their order whatever a server sends, and changed one at a time."""

from __future__ import annotations

from nookterm.domain.ids import EventId
from nookterm.domain.pins import MOST, read_pins, toggled


def test_pins_keep_their_order_and_stand_once() -> None:
    assert read_pins({"pinned": ["$a", "$b", "$a", 3, "no id"]}) == (EventId("$b"), EventId("$a"))
    assert read_pins({"pinned": "$a"}) == read_pins({}) == ()


def test_only_the_newest_of_a_flood_are_looked_at() -> None:
    pins = read_pins({"pinned": [f"${n}" for n in range(MOST + 5)]})
    assert (len(pins), pins[0], pins[-1]) == (MOST, "$5", f"${MOST + 4}")


def test_a_message_is_pinned_and_let_go() -> None:
    pins = (EventId("$a"), EventId("$b"))
    assert toggled(pins, EventId("$c")) == {"pinned": ["$a", "$b", "$c"]}
    assert toggled(pins, EventId("$a")) == {"pinned": ["$b"]}
