"""A file that one client sealed, the other one opens."""

from __future__ import annotations

from pathlib import Path

from nookterm.client.files import Files
from nookterm.client.ports import SendContent
from nookterm.domain.attachment import attachment_of
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, TxnId
from nookterm.domain.sending import caption_of
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_of
from tests.pictures.samples import CANARY, halves, saved, told_jpeg

HERON = bytes(range(256)) * 40


async def test_element_opens_a_file_of_nookterm(people: Village, element: Elements, tmp_path: Path) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_of(bo, ana)
    file = tmp_path / "heron.png"
    file.write_bytes(HERON)

    shared = await ana.session.gateway.upload(file, encrypted=True)
    said = await ana.session.gateway.send(room, SendContent("m.room.message", shared.content()), TxnId("heron"))

    assert (await bo.reads(room, said)).body == "heron.png"
    opened = await bo.lines.do("openFile", roomId=room, eventId=said)
    assert bytes(opened["bytes"]) == HERON


async def test_nookterm_opens_a_file_of_element(people: Village, element: Elements, tmp_path: Path) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_of(bo, ana)

    sent = await bo.lines.do("sendFile", roomId=room, name="heron.png", bytes=list(HERON))

    assert (await hears(ana, room, EventId(sent["eventId"])))[0] == "heron.png"
    shared = attachment_of(sent["content"])
    assert shared
    fetched = await ana.session.gateway.download(shared, tmp_path)
    assert (fetched.name, fetched.read_bytes()) == ("heron.png", HERON)


async def test_a_picture_with_words_under_it_goes_both_ways(people: Village, element: Elements, tmp_path: Path) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_of(bo, ana)
    photo, files = tmp_path / "heron.jpg", Files(ana.session, tmp_path / "kept")
    photo.write_bytes(told_jpeg())

    row = await files.send(room, await files.prepare(photo), f"At the **pond**, {bo.id}")
    await ana.session.outbox.flush()
    said = ana.session.outbox.outcome(row.txn_id)

    shown = await bo.reads(room, said)
    assert shown.body == f"At the **pond**, {bo.id}"
    stands = await bo.lines.do("stands", roomId=room, eventId=said, want={})
    assert "<strong>pond</strong>" in stands["html"]
    assert stands["mentions"] == [bo.id]
    opened = await bo.lines.do("openFile", roomId=room, eventId=said)
    assert ana.session.pictures.is_clean(bytes(opened["bytes"]))
    assert CANARY not in bytes(opened["bytes"])

    drawing = saved(halves(), "PNG")
    info = {"mimetype": "image/png", "w": 120, "h": 80, "size": len(drawing)}
    form = {"format": "org.matrix.custom.html", "formatted_body": "And a <em>drawing</em>"}
    more = {"msgtype": "m.image", "body": "And a drawing", "filename": "pond.png", "info": info, **form}
    sent = await bo.lines.do("sendFile", roomId=room, name="pond.png", bytes=list(drawing), more=more)

    event_id = EventId(sent["eventId"])
    assert (await hears(ana, room, event_id))[0] == "And a drawing"
    event = ana.session.store.event(room, event_id)
    assert event
    assert isinstance(event.payload, Message)
    assert caption_of(event.payload) == "And a drawing"
    assert event.payload.html == "And a <em>drawing</em>"
    assert (await files.download(room, event_id)).read_bytes() == drawing
    seen = await files.look(room, event_id, 60)
    assert (seen.width, seen.height) == (60, 40)
