"""What a server may say to backups and bundles, down to the bytes: each answer means one thing, or is trouble."""

from __future__ import annotations

from typing import Any

import pytest

from nookterm.client.errors import NotAllowed, NotFound, Problem, ServerTrouble
from nookterm.client.ports import Secret
from nookterm.domain.ids import RoomId
from nookterm.matrix.http import Http
from nookterm.matrix.key_files import KeyFiles
from tests.matrix.fake_server import answer, fake_server

NOT_FOUND = answer(404, {"errcode": "M_NOT_FOUND"})
UNKNOWN = answer(404, {"errcode": "M_UNRECOGNIZED"})
FILE = {"url": "mxc://river.example/abc", "v": "v2", "iv": "A" * 22, "hashes": {"sha256": "A" * 43}}
KEY = {"kty": "oct", "key_ops": ["decrypt"], "alg": "A256CTR", "k": "A" * 43, "ext": True}


class Ours(KeyFiles):
    """That part of the key server alone."""

    def __init__(self, url: str) -> None:
        self._http = Http(url, Secret("token"))

    async def close(self) -> None:
        await self._http.close()


async def told(given: bytes, ask: str, *what: Any) -> tuple[Any, str]:
    """What comes of an answer, and the first line of what was asked."""
    async with fake_server(given) as server:
        ours = Ours(server.url)
        try:
            return await getattr(ours, ask)(*what), server.asked[0].partition(" HTTP")[0]
        finally:
            await ours.close()


async def test_no_backup_is_no_trouble_and_a_server_without_backups_is() -> None:
    assert (await told(NOT_FOUND, "backup_version"))[0] is None
    with pytest.raises(NotFound):
        await told(UNKNOWN, "backup_version")


async def test_a_backup_without_a_name_was_not_made() -> None:
    assert (await told(answer(200, {"version": "3"}), "create_backup", {}))[0] == "3"
    with pytest.raises(ServerTrouble):
        await told(answer(200, {}), "create_backup", {})


async def test_keys_that_are_not_there_are_none_wherever_they_were_asked_for() -> None:
    room = RoomId("!a:b")
    assert await told(NOT_FOUND, "filed_keys", "1", room, "s") == (
        {"rooms": {}},
        "GET /_matrix/client/v3/room_keys/keys/%21a%3Ab/s?version=1",
    )
    assert (await told(answer(200, {"x": 1}), "filed_keys", "1", room, "s"))[0] == {
        "rooms": {room: {"sessions": {"s": {"x": 1}}}}
    }
    assert (await told(answer(200, {"sessions": {}}), "filed_keys", "1", room))[0] == {
        "rooms": {room: {"sessions": {}}}
    }
    assert (await told(answer(200, {"rooms": {}}), "filed_keys", "1"))[0] == {"rooms": {}}
    with pytest.raises(NotFound):
        await told(UNKNOWN, "filed_keys", "1")


async def test_a_refused_batch_is_an_answer_and_a_broken_server_is_not() -> None:
    for status in (403, 404):
        wrong = answer(status, {"errcode": "M_WRONG_ROOM_KEYS_VERSION", "current_version": "2"})
        (got, body), _ = await told(wrong, "file_keys", "1", {"rooms": {}})
        assert (got, body["current_version"]) == (status, "2")
    with pytest.raises(ServerTrouble):
        await told(answer(500, {}), "file_keys", "1", {"rooms": {}})
    with pytest.raises(NotAllowed):
        await told(answer(403, b"no"), "file_keys", "1", {"rooms": {}})


@pytest.mark.parametrize("said", [{}, {"content_uri": "http://x/y"}, {"content_uri": 1}])
async def test_a_file_that_lies_nowhere_was_not_kept(said: dict[str, Any]) -> None:
    with pytest.raises(ServerTrouble):
        await told(answer(200, said), "upload_sealed", b"x")


async def test_what_is_kept_comes_back_and_the_server_saw_nothing_of_it() -> None:
    async with fake_server(answer(200, {"content_uri": "mxc://river.example/abc"})) as server:
        ours = Ours(server.url)
        file = await ours.upload_sealed(b"the keys of a room")
        await ours.close()

    assert file["url"] == "mxc://river.example/abc"
    assert "Content-Type: application/octet-stream" in server.asked[0]
    assert "keys" not in server.asked[0]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ({**FILE, "key": KEY}, "too_large"),
        ({**FILE, "key": KEY, "url": "https://elsewhere/x"}, "unopenable"),
        (FILE, "unopenable"),
        ({**FILE, "key": {**KEY, "alg": "none"}}, "unopenable"),
    ],
)
async def test_a_file_is_fetched_only_so_far_and_only_from_where_files_are(file: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        await told(answer(200, b"x" * 100), "download_sealed", file, 99)

    assert caught.value.code == code


async def test_a_file_that_was_changed_is_not_given_out() -> None:
    with pytest.raises(Problem) as caught:
        await told(answer(200, b"x" * 100), "download_sealed", {**FILE, "key": KEY}, 100)

    assert caught.value.code == "tampered"
