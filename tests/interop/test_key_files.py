"""A file of keys that one client wrote, the other one reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from nookterm.client.key_files import export_keys, import_keys
from nookterm.client.ports import Secret
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_at, room_of

WORDS = "four words of mine"


async def test_element_reads_the_past_with_a_file_of_nookterm(
    people: Village, element: Elements, tmp_path: Path
) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_at(ana)
    early = await ana.say(room, "before you came")
    await ana.session.gateway.invite(room, bo.id)
    await bo.join(room)
    await bo.lines.do("history", roomId=room)
    assert (await bo.cannot_read(room, early)).body is None

    file = tmp_path / "keys.txt"
    assert await export_keys(ana.session, file, Secret(WORDS)) == 1
    await bo.lines.do("importKeys", file=file.read_text(encoding="utf-8"), passphrase=WORDS)

    assert (await bo.reads(room, early)).body == "before you came"


async def test_nookterm_reads_the_past_with_a_file_of_element(
    people: Village, element: Elements, tmp_path: Path
) -> None:
    ana, bo, cleo = await people.person("ana"), await at_element(element, "bo"), await at_element(element, "cleo")
    room = await bo.room(cleo.id, history="joined")
    await cleo.join(room)
    await bo.sees_member(room, cleo.id)
    said = await bo.say(room, "between Bo and Cleo")
    await cleo.reads(room, said)
    file = tmp_path / "keys.txt"
    file.write_text((await bo.lines.do("exportKeys", passphrase=WORDS))["file"], encoding="utf-8")

    imported = await import_keys(ana.session, file, Secret(WORDS))

    assert (imported.new, imported.total) == (1, 1)
    assert [key.room for key in ana.session.gateway.room_keys.all()] == [room]


async def test_a_file_with_another_passphrase_is_refused_by_element_too(
    people: Village, element: Elements, tmp_path: Path
) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room = await room_of(bo, ana)
    await hears(ana, room, await bo.say(room, "hello"))
    file = tmp_path / "keys.txt"
    await export_keys(ana.session, file, Secret(WORDS))

    with pytest.raises(Exception, match="importKeys"):
        await bo.lines.do("importKeys", file=file.read_text(encoding="utf-8"), passphrase="three words of mine")
