"""Files on a screen: shown before they move, stopped by a word, and never fetched before somebody asks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId
from nookterm.viewmodels.files import Done, FileCard, FileDraft, FilesView, Shown, file_row
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.pictures.samples import CANARY, told_jpeg
from tests.viewmodels.screens import Screens, shows
from tests.viewmodels.test_talk import last, said, talking

HERON = Attachment("river.example", "abc", "heron.png", "image/png", 1_258_291, None, 1200, 800)


def test_a_row_says_what_a_file_claims_to_be() -> None:
    sound = replace(HERON, name="memo.ogg", mimetype="audio/ogg", size=None, seconds=62)

    assert file_row(Message("image", "x", attachment=HERON)) == "heron.png  picture, 1200 × 800, 1.2 MB"
    assert file_row(Message("audio", "x", attachment=sound)) == "memo.ogg  sound, 1:02"
    assert file_row(Message("file", "x", attachment=replace(HERON, name="", mimetype="a/b", size=1))).endswith("1 byte")
    assert file_row(Message("file", "lost.pdf")) == "lost.pdf  (cannot be fetched)"
    assert file_row(Message("text", "heron.png")) == ""


async def test_a_picture_is_shown_before_it_leaves_and_looked_at_when_asked(
    people: Village, screens: Screens, tmp_path: Path
) -> None:
    shell, bo, nook = await talking(people, screens)
    photo = tmp_path / "heron.jpg"
    photo.write_bytes(told_jpeg())
    shell.files.folder = tmp_path / "kept"

    draft = await shell.files.draft(str(photo))
    assert isinstance(draft, FileDraft)
    assert (draft.name, draft.cleaned, draft.may_choose, draft.encrypted) == ("heron.jpg", True, True, True)
    assert draft.readers == "2 people can read this"
    as_it_is = await shell.files.draft(str(photo), as_it_is=True)
    assert isinstance(as_it_is, FileDraft)
    refused = await shell.files.send(draft, "")
    assert not refused.done, "what leaves is what was looked at last"
    again = await shell.files.draft(str(photo))
    assert isinstance(again, FileDraft)
    assert (await shell.files.send(again, "At the pond", "../our heron.jpg")).done
    row = await last(shell, "At the pond")
    assert row.attachment.startswith("our heron.jpg  picture, 120 × 80, ")
    await bo.sync()

    card = await shell.files.card(nook, row.event_id)
    assert isinstance(card, FileCard)
    assert (card.name, card.is_picture, card.may_open, card.caption) == ("our heron.jpg", True, True, "At the pond")
    shown = await shell.files.look(card, 30)
    assert isinstance(shown, Shown)
    assert (shown.width, shown.height) == (30, 20)
    assert not (tmp_path / "kept").exists(), "looking keeps nothing"
    kept = await shell.files.save(card)
    assert kept.path == str(tmp_path / "kept" / "our heron.jpg")
    assert CANARY not in (tmp_path / "kept" / "our heron.jpg").read_bytes()
    nothing = await shell.files.card(nook, EventId("$nothing"))
    assert isinstance(nothing, Done)
    assert not nothing.done


async def test_what_is_under_way_is_told_and_can_be_stopped(
    people: Village, screens: Screens, proxy: FaultyProxy, tmp_path: Path
) -> None:
    shell, bo, nook = await talking(people, screens, proxy.url)
    note = tmp_path / "minutes.pdf"
    note.write_bytes(b"%PDF minutes")
    draft = await shell.files.draft(str(note))
    assert isinstance(draft, FileDraft)
    assert not draft.may_choose

    with proxy.rule("/media/v3/upload", "hang"):
        sending = asyncio.create_task(shell.files.send(draft, ""))
        await shows(shell.files, lambda view: view.progress == "minutes.pdf: 12 bytes of 12 bytes")
        other = await shell.files.draft(str(note))
        assert isinstance(other, Done)
        assert "Another file is on its way" in other.words
        await shell.files.stop()
        assert await sending == Done("Stopped. Nothing was kept or sent.", done=False)
    assert shell.files.view == FilesView()
    await bo.say(nook, "afterwards")
    await last(shell, "afterwards")
    assert [row.attachment for row in said(shell.timeline.view)] == [""]

    with proxy.rule("/send/", "drop_before"):
        went = await shell.files.send(draft, "")
    assert went == Done("minutes.pdf is on the server. The message about it waits and goes out by itself.")
    await shell.timeline.retry()
    row = await shows(shell.timeline, lambda view: said(view)[-1].attachment)
    assert said(row)[-1].attachment == "minutes.pdf  file, 12 bytes"
