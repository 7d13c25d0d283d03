"""Files between two people: what leaves is what was shown, what comes is what was shared, when it is asked for."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PIL import Image

from nookterm.client.errors import Changed, NotFound, Problem, UnsafeFile, WrongUsage
from nookterm.client.files import LARGEST_EMOJI, Files, open_with_system
from nookterm.client.ports import RoomSpec
from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.sending import caption_of
from tests.client.people import Person, Village
from tests.pictures.samples import CANARY, saved, told_jpeg


async def _two(people: Village) -> tuple[Person, Person, RoomId]:
    ana, bo = await people.person("ana"), await people.person("bo")
    room = await ana.session.gateway.create_room(RoomSpec("pond", invite=(bo.id,), encrypted=True))
    await ana.sync()
    await bo.enter(room)
    await ana.sync()
    return ana, bo, room


async def _shared(who: Person, room: RoomId, path: Path, caption: str = "", *, as_it_is: bool = False) -> EventId:
    files = Files(who.session)
    row = await files.send(room, await files.prepare(path, as_it_is=as_it_is), caption)
    await who.session.outbox.flush()
    return who.session.outbox.outcome(row.txn_id)


async def _own_emoji(ana: Person, bo: Person) -> None:
    """What is drawn between words lies on the server as it is, small; anything else is refused."""
    glass = Image.new("RGBA", (8, 4), (0, 255, 0, 0))
    what = Attachment("", "", "celadon.png", "image/png")
    lies = await ana.session.gateway.upload_bytes(saved(glass, "PNG"), what, encrypted=False)
    shown = await Files(bo.session).emoji(lies.address, 4)
    assert (shown.sheer, shown.width, shown.height, shown.pixels) == (True, 4, 2, bytes(32))
    large = await ana.session.gateway.upload_bytes(bytes(LARGEST_EMOJI + 1), what, encrypted=False)
    for address, code in ((large.address, "too_large"), ("https://x.example/a", "no_file")):
        with pytest.raises(Problem) as refused:
            await Files(bo.session).emoji(address, 4)
        assert refused.value.code == code


async def test_a_picture_comes_whole_named_and_without_what_it_told_of_its_maker(
    people: Village, tmp_path: Path
) -> None:
    ana, bo, room = await _two(people)
    photo, folder = tmp_path / "IMG_20261122.jpeg", tmp_path / "kept" / "here"
    photo.write_bytes(told_jpeg(orientation=6))

    ready = await Files(ana.session).prepare(photo)
    told: list[tuple[int, int | None]] = []
    row = await Files(ana.session).send(room, ready, "At the pond", told=lambda *far: told.append(far))
    await ana.session.outbox.flush()
    said = ana.session.outbox.outcome(row.txn_id)
    await bo.sync()

    assert ready.told.cleaned
    assert "Its name tells a day." in ready.told.lines
    assert told[-1][0] == told[-1][1] == ready.told.what.size
    event = bo.session.store.event(room, said)
    assert event
    assert isinstance(event.payload, Message)
    assert event.payload.attachment
    assert event.payload.attachment.secret
    assert caption_of(event.payload) == "At the pond"
    assert (event.payload.attachment.width, event.payload.attachment.height) == (80, 120)
    await _own_emoji(ana, bo)
    kept = await Files(bo.session, folder).download(room, said)
    assert kept == folder / "IMG_20261122.jpeg"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert CANARY not in kept.read_bytes()
    assert Image.open(kept).size == (80, 120)
    assert (await Files(bo.session, folder).download(room, said)).name == "IMG_20261122-2.jpeg"
    shown = await Files(bo.session).look(room, said, 40)
    assert (shown.width, shown.height, len(shown.pixels)) == (27, 40, 27 * 40 * 3)

    nameless = tmp_path / "IMG_0001"
    nameless.write_bytes(told_jpeg())
    ready = await Files(ana.session).prepare(nameless)
    assert (ready.told.cleaned, ready.told.what.name) == (True, "IMG_0001.jpg")

    as_it_is = await _shared(ana, room, photo, as_it_is=True)
    await bo.sync()
    assert (await Files(bo.session, folder).download(room, as_it_is)).read_bytes() == photo.read_bytes()


async def test_what_is_no_picture_goes_as_it_is_and_a_hostile_one_is_not_decoded(
    people: Village, tmp_path: Path
) -> None:
    ana, bo, room = await _two(people)
    note, bad = tmp_path / "minutes.pdf", tmp_path / "bad.png"
    note.write_bytes(b"%PDF-1.7 minutes")
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nothing that could be drawn")

    ready = await Files(ana.session).prepare(bad)
    assert not ready.told.cleaned
    assert "damaged" in ready.told.why_not
    said, drawn = await _shared(ana, room, note), await _shared(ana, room, bad, as_it_is=True)
    await bo.sync()

    kept = await Files(bo.session, tmp_path / "kept").download(room, said, tmp_path / "elsewhere")
    assert (kept, kept.read_bytes()) == (tmp_path / "elsewhere" / "minutes.pdf", note.read_bytes())
    with pytest.raises(UnsafeFile):
        await Files(bo.session).look(room, drawn, 100)
    words = await ana.say(room, "no file here")
    for nothing in (words, EventId("$unknown")):
        with pytest.raises(NotFound):
            Files(ana.session).shared(room, nothing)


async def test_a_file_that_changed_since_it_was_looked_at_does_not_leave(people: Village, tmp_path: Path) -> None:
    ana = await people.person("ana")
    room = await ana.session.gateway.create_room(RoomSpec("pond", encrypted=True))
    await ana.sync()
    files, note = Files(ana.session), tmp_path / "note.txt"
    note.write_text("one")
    ready = await files.prepare(note)
    note.write_text("another one")

    with pytest.raises(Changed):
        await files.send(room, ready)
    with pytest.raises(NotFound):
        await files.send(RoomId("!elsewhere:river.example"), ready)
    with pytest.raises(WrongUsage):
        await files.send(room, ready, "x" * 4001)
    assert ana.session.store.outgoing() == ()

    for wrong in (tmp_path, tmp_path / "missing", tmp_path / ("x" * 300)):
        with pytest.raises(Problem) as met:
            await files.prepare(wrong)
        assert met.value.code == "unreadable"
    (tmp_path / "empty").touch()
    with pytest.raises(Problem) as met:
        await files.prepare(tmp_path / "empty")
    assert met.value.code == "empty_file"


async def test_another_program_gets_a_whole_path_and_nothing_that_may_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, opener = tmp_path / "said", tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf "%s|" "$#" "$@" > {said}.new && mv {said}.new {said}\n')
    opener.chmod(0o700)
    monkeypatch.setenv("PATH", f"{opener.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.platform", "linux")

    for name in ("run.desktop", "page.html", "drawing.svg", "script.sh", "noending", "x.exe"):
        with pytest.raises(WrongUsage) as met:
            await open_with_system(tmp_path / name)
        assert met.value.code == "not_opened"
    odd = tmp_path / "a b $(touch x);.jpg"
    await open_with_system(odd)
    while not said.exists():
        pass
    assert said.read_text() == f"1|{odd}|"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem) as nobody:
        await open_with_system(odd)
    assert nobody.value.code == "no_opener"
