"""Files from strangers by a server that lies: what is wrong leaves nothing on the disk, and nothing outside it."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.errors import CannotWrite, NotFound, Offline, Problem, ServerTrouble
from nookterm.client.ports import Secret
from nookterm.domain.attachment import Attachment
from nookterm.matrix.file_cipher import Opener, Sealer
from nookterm.matrix.http import Http
from nookterm.matrix.media import Media
from tests.matrix.fake_server import BREAK, HANG, FakeServer, answer, fake_server

HERON = Attachment("river.example", "abc", "heron.png", "image/png")
BODY = bytes(range(256)) * 300


class Files(Media):
    def __init__(self, server: FakeServer) -> None:
        self._http = Http(server.url, Secret("a secret token"))


def _sealed(body: bytes) -> tuple[Attachment, bytes]:
    sealer = Sealer()
    cipher = sealer.seal(body[:1000]) + sealer.seal(body[1000:])
    return replace(HERON, secret=sealer.secret()), cipher


def _held(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _fetch(what: Attachment, folder: Path, *answers: bytes, most: int = 1 << 20) -> Path:
    async with fake_server(*answers) as server:
        files = Files(server)
        try:
            return await files.download(what, folder, most)
        finally:
            await files._http.close()
            assert all("a secret token" not in head.partition("\r\n")[0] for head in server.asked)


async def test_a_file_comes_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    target = await _fetch(HERON, tmp_path, answer(200, BODY))

    assert target == tmp_path / "heron.png"
    assert target.read_bytes() == BODY
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert _held(tmp_path) == [target]


async def test_an_encrypted_file_is_opened_on_its_way(tmp_path: Path) -> None:
    what, cipher = _sealed(BODY)

    assert (await _fetch(what, tmp_path, answer(200, cipher))).read_bytes() == BODY
    assert BODY[:64] not in cipher


@pytest.mark.parametrize("what", ["one bit", "cut off", "longer", "another key", "another start", "another hash"])
async def test_a_file_that_is_not_the_one_that_was_shared_leaves_nothing(tmp_path: Path, what: str) -> None:
    shared, cipher = _sealed(BODY)
    other, _ = _sealed(b"another one")
    secret = shared.secret or {}
    assert other.secret
    if what == "one bit":
        cipher = bytes([cipher[0] ^ 1]) + cipher[1:]
    elif what == "cut off":
        cipher = cipher[:-1]
    elif what == "longer":
        cipher += b"x"
    if what == "another hash":
        shared = replace(shared, secret=dict(secret) | {"hashes": other.secret["hashes"]})
    if what in {"another key", "another start"}:
        # The hash is of what came: with a wrong key it is right, and only the text is nonsense.
        name = "key" if what == "another key" else "iv"
        wrong = replace(shared, secret=dict(secret) | {name: other.secret[name]})
        assert (await _fetch(wrong, tmp_path, answer(200, cipher))).read_bytes() != BODY
        return

    with pytest.raises(Problem) as met:
        await _fetch(shared, tmp_path, answer(200, cipher))

    assert met.value.code == "tampered"
    assert _held(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        {"v": "v1"},
        {"key": None},
        {"key": {"alg": "A256CTR", "k": "AAAA"}},
        {"key": {"alg": "none", "k": "A" * 43}},
        {"iv": "!"},
        {"iv": ""},
        {"hashes": {}},
        {"hashes": {"sha256": 5}},
        {"hashes": {"sha256": "AAAA"}},
    ],
)
async def test_a_message_that_does_not_say_how_to_open_its_file_opens_none(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    what, cipher = _sealed(BODY)
    assert what.secret is not None

    with pytest.raises(Problem) as met:
        await _fetch(replace(what, secret={**what.secret, **change}), tmp_path, answer(200, cipher))

    assert met.value.code == "unopenable"
    assert _held(tmp_path) == []


async def test_a_file_without_end_is_broken_off_at_the_limit(tmp_path: Path) -> None:
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 300_000

    for told in (endless, answer(200, b"x" * 300_000)):
        with pytest.raises(Problem) as met:
            await _fetch(HERON, tmp_path, told, most=200_000)
        assert met.value.code == "too_large"
    assert _held(tmp_path) == []


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (answer(404, {"errcode": "M_NOT_FOUND"}), NotFound),
        (answer(502, b"<html>"), ServerTrouble),
        (answer(307, b"", "Location: http://127.0.0.1:1/elsewhere"), ServerTrouble),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf", ServerTrouble),
        (BREAK, Offline),
    ],
)
async def test_a_fetch_that_fails_leaves_nothing(tmp_path: Path, told: bytes, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        await _fetch(HERON, tmp_path, told)

    assert _held(tmp_path) == []


async def test_nothing_is_overwritten_and_no_link_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "heron.png").write_bytes(b"first")
    (folder / "heron-2.png").symlink_to(outside)
    (folder / "heron-3.png").symlink_to(tmp_path / "nowhere")

    target = await _fetch(HERON, folder, answer(200, BODY))

    assert target == folder / "heron-4.png"
    assert (folder / "heron.png").read_bytes() == b"first"
    assert outside.read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


async def test_a_name_that_points_elsewhere_is_kept_inside(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    for name in ("../../escaped.txt", "/escaped.txt", "..\\escaped.txt", "~/escaped.txt"):
        target = await _fetch(replace(HERON, name=name), folder, answer(200, b"x"))
        assert target.parent == folder
    assert _held(tmp_path) == [folder]


async def test_a_folder_that_takes_nothing_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        await _fetch(HERON, tmp_path / "missing", answer(200, BODY))


async def test_a_fetch_that_somebody_stops_leaves_nothing(tmp_path: Path) -> None:
    async with fake_server(HANG) as server:
        files = Files(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await files.download(HERON, tmp_path)
        await files._http.close()

    assert server.asked

    assert _held(tmp_path) == []


async def test_a_file_that_is_too_large_for_the_server_does_not_leave(tmp_path: Path) -> None:
    file = tmp_path / "big"
    file.write_bytes(b"x" * 2000)
    async with fake_server(answer(200, {"m.upload.size": 1000})) as server:
        files = Files(server)
        with pytest.raises(Problem) as met:
            await files.upload(file, encrypted=True)
        await files._http.close()

    assert met.value.code == "too_large"
    assert len(server.asked) == 1
    with pytest.raises(Problem, match="cannot be read"):
        await Files(server).upload(tmp_path, encrypted=True)


def test_what_was_sealed_is_opened_by_what_the_message_says() -> None:
    sealer = Sealer()
    pieces = [sealer.seal(piece) for piece in (b"a" * 5, b"", b"b" * 70_000)]
    opener = Opener(sealer.secret())

    assert b"".join(map(opener.open, pieces)) == b"a" * 5 + b"b" * 70_000
    opener.prove()
    assert Sealer().secret()["key"] != sealer.secret()["key"]
