"""A world on two servers: the same rooms seen from both, people who read each other, nothing left behind."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from nookterm.cli.demo_servers import demo_parts
from nookterm.client.account import open_account
from nookterm.client.vetting import Vetting
from nookterm.demo.world import JoinRequest, Line, Say
from nookterm.demo.world_file import FEDERATED, load_world
from nookterm.domain.events import Message
from tests.demo.serving import NOOKTERM, demo, environment, facts_of, processes_of, until
from tests.live_homeserver import Account, LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

_BURST = 10
"""Messages that Synapse's own limits let somebody send at once."""


@dataclass(frozen=True, slots=True)
class Served:
    """A complete world that runs, and the folder that keeps it."""

    facts: dict[str, Any]
    folder: Path
    home: Path
    process: subprocess.Popen[str]

    def side(self, name: str) -> dict[str, Any]:
        """What the line says of one server."""
        side: dict[str, Any] = self.facts if name == "here" else self.facts["other"]
        return side

    def user(self, name: str) -> str:
        """The id of somebody of the world."""
        everybody = self.facts["users"] + self.facts["other"]["users"]
        return next(str(user["user_id"]) for user in everybody if user["user_id"].startswith(f"@{name}:"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One world for all tests here, kept with `--dir`."""
    home = tmp_path_factory.mktemp("federated")
    folder = home / "kept"
    with demo(home, "--serve", "--federated", "--dir", str(folder)) as process:
        yield Served(facts_of(process), folder, home, process)


def test_the_line_has_the_same_fields_for_the_second_server(served: Served) -> None:
    here, other = served.side("here"), served.side("other")

    assert set(here) - {"other"} == set(other)
    same = ("space_id", "highlights_id", "facilitators_id", "nooks")
    assert [here[field] for field in same] == [other[field] for field in same]
    assert here["homeserver"] != other["homeserver"]
    assert here["server_name"] != other["server_name"]


@pytest.mark.parametrize("side", ["here", "other"])
def test_every_role_is_on_each_server(served: Served, side: str) -> None:
    facts = served.side(side)
    roles = {role: [u["user_id"] for u in facts["users"] if u["role"] == role] for role in ("facilitator", "member")}

    assert {user["role"] for user in facts["users"]} == {"admin", "facilitator", "member", "applicant", "outsider"}
    assert all(user["user_id"].endswith(":" + facts["server_name"]) for user in facts["users"])
    assert all(set(user) == {"user_id", "password", "recovery_key", "role"} for user in facts["users"])
    assert len(roles["member"]) >= 2
    for nook in facts["nooks"]:
        assert set(roles["facilitator"]) <= set(nook["facilitators"])
        assert nook["members"] < nook["cap"]


def _read(served: Served, folder: Path, name: str) -> tuple[dict[str, list[str]], set[str]]:
    """What somebody reads in each room, and who waits for them to decide: with the account that the world made."""

    async def look() -> tuple[dict[str, list[str]], set[str]]:
        account = open_account(demo_parts(folder, None), name)
        try:
            await account.session.sync_once()
            rooms = {room.name or "": room.room_id for room in account.session.rooms.joined()}
            said = {
                room: [
                    e.payload.body
                    for e in account.session.store.timeline(room_id, 100)
                    if isinstance(e.payload, Message)
                ]
                for room, room_id in rooms.items()
            }
            return said, {str(request.user) for request in await Vetting(account.session).requests()}
        finally:
            await account.close()

    return asyncio.run(look())


def test_people_on_both_servers_read_each_other_and_find_the_same_requests(served: Served) -> None:
    world = load_world(file=FEDERATED)
    said = {
        nook.name: [line.deed.text for line in world.lines if isinstance(line.deed, Say) and line.room == nook.room]
        for nook in world.nooks
    }
    asking = {served.user(step.person) for step in world.steps if isinstance(step, JoinRequest)}

    for name, folder in (("cy", served.folder), ("ines", served.folder / "other")):
        read, waiting = _read(served, folder, name)
        assert {room: read[room] for room in said} == said
        assert waiting == asking


def test_each_server_talks_in_words_that_it_cannot_read(served: Served) -> None:
    world = load_world(file=FEDERATED)
    words = [line.deed.text for line in world.lines if isinstance(line.deed, Say)]
    words += [text for step in world.steps if isinstance(step, JoinRequest) for text in step.answers.values()]

    for folder in (served.folder, served.folder / "other"):
        held = b"".join(path.read_bytes() for path in folder.glob("homeserver.db*"))
        assert [text for text in words if text.encode() in held] == []
    assert {line.sender for line in world.lines if isinstance(line, Line)} & {"kai", "bo"}


def test_the_limits_are_those_that_every_server_has(served: Served) -> None:
    facts = served.side("other")
    server = LiveServer(facts["homeserver"], facts["server_name"], "", served.folder)
    nils = next(Account(u["user_id"], u["password"]) for u in facts["users"] if u["role"] == "outsider")
    token = server.login(nils)
    room = server.call("POST", "/_matrix/client/v3/createRoom", {}, token)["room_id"]

    def say(number: int) -> None:
        where = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{number}"
        server.call("PUT", where, {"msgtype": "m.text", "body": "hello"}, token)

    # The room itself counts as one.
    for number in range(_BURST - 1):
        say(number)
    with pytest.raises(HTTPError) as refused:
        say(_BURST)
    assert json.load(refused.value)["errcode"] == "M_LIMIT_EXCEEDED"
    refused.value.close()


def test_a_kept_world_opens_again_on_both_servers_and_leaves_no_process(served: Served) -> None:
    assert len(processes_of(served.folder)) >= 4
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert until(lambda: not processes_of(served.folder))

    with demo(served.home, "--serve", "--dir", str(served.folder)) as process:
        facts = facts_of(process)
        assert [user["user_id"] for user in facts["users"]] == [user["user_id"] for user in served.facts["users"]]
        assert facts["other"]["server_name"] == served.facts["other"]["server_name"]
        process.kill()
    assert until(lambda: not processes_of(served.folder))


def test_a_demo_that_is_killed_leaves_neither_server_nor_file(tmp_path: Path) -> None:
    with demo(tmp_path, "--serve", "--federated") as process:
        assert until(lambda: len(processes_of(tmp_path)) >= 4)
        process.kill()
        assert until(lambda: not processes_of(tmp_path))
    assert until(lambda: not list((tmp_path / "demo").glob("world-*")))


def test_what_needs_one_server_says_so(tmp_path: Path) -> None:
    for words in (["--play"], ["--serve", "--rooms", "3"]):
        command = [NOOKTERM, "demo", "--federated", *words]
        done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "--federated" in done.stderr
