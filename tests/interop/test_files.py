"""A file that one client sealed, the other one opens."""

from __future__ import annotations

from pathlib import Path

from nookterm.client.ports import SendContent
from nookterm.domain.attachment import attachment_of
from nookterm.domain.ids import EventId, TxnId
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_of

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
