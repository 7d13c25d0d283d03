"""Keys of messages in a file: out of one account and into another, of Element and of nio, and whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.errors import CannotRead, CannotWrite, Problem, WrongPassword, WrongUsage
from nookterm.client.key_files import ImportResult, export_keys, import_keys
from nookterm.client.ports import RoomSpec, Secret
from nookterm.domain.events import Message, Trust
from nookterm.domain.ids import RoomId
from nookterm.trust.key_file import read_key_file, write_key_file
from tests.client.people import Person, Village
from tests.client.test_backup import made_up, scroll_back
from tests.client.test_identity import another_device
from tests.trust.test_peer import PEER

WORDS = Secret("seven herons stand still")


async def keeper(people: Village, name: str = "ana") -> Person:
    return await people.person(name, trusted=False)


def write(path: Path, keys: list[Any], words: str = WORDS.reveal(), rounds: int = 1000) -> Path:
    path.write_text(write_key_file(keys, words, os.urandom, rounds=rounds))
    return path


# --- out and in -----------------------------------------------------------------------------------------------------


async def test_what_one_device_reads_another_reads_by_a_file_and_is_shown_no_proof(
    people: Village, tmp_path: Path
) -> None:
    ana = await people.person("ana")
    room = await ana.session.gateway.create_room(RoomSpec("notes", encrypted=True))
    await ana.sync()
    said = await ana.say(room, "one")
    second = await another_device(people, ana)
    await scroll_back(second, room)
    file = tmp_path / "keys.txt"

    count = await export_keys(ana.session, file, WORDS)
    result = await import_keys(second.session, file, WORDS)

    assert (count, result) == (1, ImportResult(1, 0, 0))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    event = second.session.store.event(room, said)
    assert event
    assert isinstance(event.payload, Message)
    assert event.trust is Trust.UNPROVED


async def test_everything_comes_back_as_it_was_and_known_keys_change_nothing(people: Village, tmp_path: Path) -> None:
    ana, bob = await keeper(people), await keeper(people, "bob")
    keys = [replace(key, shared_history=bool(n % 2)) for n, key in enumerate(made_up(1200))]
    ana.session.gateway.room_keys.take(keys)
    told: list[tuple[int, int]] = []

    await export_keys(ana.session, tmp_path / "k", WORDS, lambda *how: told.append(how))
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    told.clear()
    first = await import_keys(bob.session, tmp_path / "k", WORDS, lambda *how: told.append(how))
    again = await import_keys(bob.session, tmp_path / "k", WORDS)

    assert (first, again) == (ImportResult(1200, 0, 0), ImportResult(0, 0, 1200))
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert {k.session: k for k in bob.session.gateway.room_keys.all()} == {k.session: k for k in keys}


async def test_the_result_tells_new_from_better_and_refused(people: Village, tmp_path: Path) -> None:
    from vodozemac import ExportedSessionKey, InboundGroupSession

    ana = await keeper(people)
    new, early, same = made_up(3)
    later = InboundGroupSession.import_session(ExportedSessionKey(early.session_key)).export_at(5)
    assert later
    ana.session.gateway.room_keys.take([replace(early, session_key=later.to_base64(), first_index=5), same])
    forged = replace(made_up(1)[0], session=new.session)

    result = await import_keys(ana.session, write(tmp_path / "k", [new, early, same, forged]), WORDS)

    assert result == ImportResult(1, 1, 1, {"not the key that they are called": 1})
    assert result.total == 4


async def test_a_file_of_element_is_read(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    (tmp_path / "element.txt").write_text(PEER["file"]["text"])

    result = await import_keys(ana.session, tmp_path / "element.txt", Secret(PEER["file"]["words"]))

    assert result.new == len(PEER["exported"])
    assert {key.session for key in ana.session.gateway.room_keys.all()} == {
        entry["session_id"] for entry in PEER["exported"]
    }


async def test_a_file_of_nio_is_read_and_nio_reads_ours(people: Village, tmp_path: Path) -> None:
    from nio.crypto.key_export import decrypt_and_read, encrypt_and_save

    from nookterm.trust.room_keys import export_content

    ana = await keeper(people)
    keys = made_up(3)
    text = json.dumps([export_content(key) for key in keys]).encode()
    encrypt_and_save(text, str(tmp_path / "nio.txt"), WORDS.reveal(), count=1000)

    assert (await import_keys(ana.session, tmp_path / "nio.txt", WORDS)).new == 3
    write(tmp_path / "ours.txt", list(ana.session.gateway.room_keys.all()))

    theirs = json.loads(decrypt_and_read(str(tmp_path / "ours.txt"), WORDS.reveal()))
    assert {entry["session_id"] for entry in theirs} == {key.session for key in keys}


async def test_a_device_without_keys_writes_a_file_without_keys(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)

    assert await export_keys(ana.session, tmp_path / "k", WORDS) == 0

    assert read_key_file((tmp_path / "k").read_text(), WORDS.reveal()).keys == ()


async def test_a_screen_stays_alive_meanwhile(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    ana.session.gateway.room_keys.take(made_up(1500))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    counting = asyncio.create_task(count())
    await export_keys(ana.session, tmp_path / "k", WORDS)
    counting.cancel()

    assert turns > 20


# --- what goes wrong ------------------------------------------------------------------------------------------------


async def test_a_file_that_is_there_stays_as_it_is(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    file = tmp_path / "k"
    file.write_text("mine")

    with pytest.raises(WrongUsage):
        await export_keys(ana.session, file, WORDS)

    assert file.read_text() == "mine"


async def test_a_folder_that_is_not_there_is_said_so_before_anything_is_written(
    people: Village, tmp_path: Path
) -> None:
    ana = await keeper(people)

    with pytest.raises(CannotWrite):
        await export_keys(ana.session, tmp_path / "no" / "k", WORDS)


async def test_a_short_passphrase_seals_nothing(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)

    with pytest.raises(WrongUsage):
        await export_keys(ana.session, tmp_path / "k", Secret("heron"))

    assert not (tmp_path / "k").exists()


async def test_a_wrong_passphrase_takes_nothing_and_is_said_kindly(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    file = write(tmp_path / "k", made_up(1))

    with pytest.raises(WrongPassword) as caught:
        await import_keys(ana.session, file, Secret("another heron"))

    assert "does not open k" in caught.value.message
    assert caught.value.code == "wrong_passphrase"
    assert ana.session.gateway.room_keys.count() == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[: len(text) // 2], "cut off"),
        (lambda _text: "shopping: milk", "no key file"),
        (lambda text: text.replace("\nA", "\nB", 1), "does not know"),
        (lambda _text: "", "no key file"),
    ],
)
async def test_what_is_no_key_file_is_named(people: Village, tmp_path: Path, spoil: Any, words: str) -> None:
    ana = await keeper(people)
    file = write(tmp_path / "k", made_up(1))
    file.write_text(spoil(file.read_text()))

    with pytest.raises(Problem) as caught:
        await import_keys(ana.session, file, WORDS)

    assert words in caught.value.message
    assert caught.value.code == "no_key_file"


async def test_a_file_that_wants_years_of_work_is_refused_at_once(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    text = write(tmp_path / "k", made_up(1)).read_text()
    from nookterm.trust.encoding import decode_base64, encode_base64

    begin, *lines, end, _ = text.split("\n")
    raw = bytearray(decode_base64("".join(lines)))
    raw[33:37] = b"\xff\xff\xff\xff"
    (tmp_path / "k").write_text(f"{begin}\n{encode_base64(bytes(raw))}\n{end}\n")

    with pytest.raises(Problem, match="more work"):
        await import_keys(ana.session, tmp_path / "k", WORDS)


@pytest.mark.parametrize("what", ["missing", "folder", "binary"])
async def test_what_cannot_be_read_is_said_with_the_reason(people: Village, tmp_path: Path, what: str) -> None:
    ana = await keeper(people)
    file = tmp_path / "k"
    if what == "folder":
        file.mkdir()
    elif what == "binary":
        file.write_bytes(b"\xff\xfe")

    with pytest.raises(CannotRead):
        await import_keys(ana.session, file, WORDS)


async def test_neither_passphrase_nor_keys_stand_in_any_words(people: Village, tmp_path: Path) -> None:
    ana = await keeper(people)
    keys = made_up(1, RoomId("!a:b"))
    file = write(tmp_path / "k", keys)
    said = []
    for words in (Secret("another heron"), WORDS):
        try:
            said.append(repr(await import_keys(ana.session, file, words)))
        except Problem as problem:
            said.append(repr(problem) + str(problem))

    assert not [text for text in said if "heron" in text or keys[0].session_key in text]
