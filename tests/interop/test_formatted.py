"""Formatted text goes both ways between nookterm and Element: encrypted, edited, answered, with the same words."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.widgets.timeline_pen import Shown
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.viewmodels.conversation import Reader, entries
from nookterm.viewmodels.timeline import Words
from nookterm.viewmodels.writing import written
from tests.client.people import Person, Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_of, talk

TEXT = (
    "Three things, **{name}**:\n\n1. weigh it\n2. _sieve_ it\n\n> dusty?\n\n```python\nz = 1 < 2\n```\n\n| a | b |\n"
    "|---|---|\n| 1 | 2 |\n\n||it was the dust|| and [more](https://x.example/a)"
)
ROWS = [
    "Three things, {name}:", "1. weigh it", "2. sieve it", "│ dusty?", " z = 1 < 2  python", "a │ b", "──┼──", "1 │ 2",
    "it was the dust and more (x.example)",
]  # fmt: skip


async def test_formatted_text_goes_both_ways_and_says_the_same(people: Village, element: Elements) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_of(bo, ana)
    await talk(ana, bo, room)

    here = written(TEXT.format(name="bo"), ana.room(room), editing=None, answering=None)
    said = await ana.session.outbox.send(room, "m.room.message", here)
    seen = await bo.reads(room, said)
    assert (seen.body, seen.html) == (here["body"], here["formatted_body"])

    there = {"msgtype": "m.text", "body": seen.body, "format": "org.matrix.custom.html", "formatted_body": seen.html}
    relation = {"m.in_reply_to": {"event_id": said}}
    answered = await bo.post(room, {**there, "m.relates_to": relation, "m.mentions": {"user_ids": [ana.id]}})
    assert (await hears(ana, room, answered))[0] == here["body"]
    for event_id in (said, answered):
        assert rows(ana, room, event_id) == [row.format(name="bo") for row in ROWS]

    edit = written(f"now **this**, @{bo.id}", ana.room(room), editing=said, answering=None)
    edited = await ana.session.outbox.send(room, "m.room.message", edit)
    new: dict[str, Any] = edit["m.new_content"]
    seen = await bo.reads(room, edited)
    assert seen.html in {edit["formatted_body"], new["formatted_body"]}
    await ana.sync()
    assert rows(ana, room, said)[0].startswith("now this, ")


def rows(person: Person, room: RoomId, event_id: EventId) -> list[str]:
    """The words of a message as nookterm draws them, opened."""
    reader = Reader(person.id, person.session.clock(), UTC)
    drawn = entries(person.room(room), person.session.store.timeline(room, 50), (), reader, None)
    said = next(entry for entry in drawn if isinstance(entry, Words) and entry.event_id == event_id)
    shown = [line.plain[7:].rstrip() for line in entry_rows(said, Drawing(90, shown=Shown.OPEN))]
    skipped = (1 if said.first else 0) + (1 if said.quote else 0)
    return [line.removesuffix("  (edited)") for line in shown[skipped:] if line]
