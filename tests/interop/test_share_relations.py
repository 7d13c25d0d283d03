"""An answer in Element says inside of the encryption what it answers: a yes in words may rest on that."""

from __future__ import annotations

from nookterm.domain.events import Message
from nookterm.domain.ids import EventId
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, room_at, until


async def test_an_answer_from_element_names_the_question_inside_of_the_encryption(
    people: Village, element: Elements
) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_at(ana, bo)
    asked = await ana.session.outbox.send(room, "m.room.message", {"msgtype": "m.text", "body": "May we?"})
    content = {"msgtype": "m.text", "body": "yes", "m.relates_to": {"m.in_reply_to": {"event_id": asked}}}
    said = EventId((await bo.lines.do("act", roomId=room, type="m.room.message", content=content))["eventId"])

    def read() -> Message | None:
        event = ana.session.store.event(room, said)
        return event.payload if event and isinstance(event.payload, Message) else None

    answer = await until(ana, read, lambda: "the answer")
    assert (answer.body, answer.reply_to, answer.answers_in_clear) == ("yes", asked, False)
