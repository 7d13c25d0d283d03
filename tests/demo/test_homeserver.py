"""The embedded homeserver keeps its promises: real Synapse, gone when we are gone, clear words when it cannot start."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from nookterm.client.errors import CannotWrite
from nookterm.demo import errors, folder
from nookterm.demo.errors import DemoProblem, WorldVersionMismatch
from nookterm.demo.homeserver import Homeserver
from tests.live_homeserver import LiveServer

pytestmark = pytest.mark.live

_HOLD = """
import sys, time
from pathlib import Path
from nookterm.demo.homeserver import Homeserver
server = Homeserver.start()
print(server.folder, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Worlds of this test lie here and nowhere else."""
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    return tmp_path / "demo"


@contextlib.contextmanager
def _nookterm_with_a_server() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that holds a running homeserver, and that server's folder."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


def _until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _processes_of(path: Path) -> list[int]:
    """Processes whose command line names `path` (the warden's and Synapse's do)."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if str(path) in line]


def _encode(text: str) -> str:
    return quote(text, safe="")


def test_anyone_registers_and_signs_in(homeserver: LiveServer) -> None:
    account = homeserver.register("wim")
    assert account.user_id.endswith(":" + homeserver.server_name)
    token = homeserver.login(account)
    assert homeserver.call("GET", "/_matrix/client/v3/account/whoami", token=token)["user_id"] == account.user_id


def test_the_seeder_sets_the_times_of_messages_and_of_state(homeserver: LiveServer) -> None:
    account = homeserver.register("tia")
    token = homeserver.login(account)
    room = homeserver.call("POST", "/_matrix/client/v3/createRoom", {}, token)["room_id"]
    base, past = f"/_matrix/client/v3/rooms/{_encode(room)}", 1_700_000_000_000
    query = f"?ts={past}&user_id={_encode(account.user_id)}"
    message = {"msgtype": "m.text", "body": "three years ago"}
    sent = homeserver.call("PUT", f"{base}/send/m.room.message/t1{query}", message, homeserver.as_token)
    topic = homeserver.call("PUT", f"{base}/state/m.room.topic{query}", {"topic": "old"}, homeserver.as_token)
    for event_id in (sent["event_id"], topic["event_id"]):
        event = homeserver.call("GET", f"{base}/event/{_encode(event_id)}", token=token)
        assert (event["origin_server_ts"], event["sender"]) == (past, account.user_id)


def test_the_seeder_can_ask_to_join_for_somebody_in_the_past(homeserver: LiveServer) -> None:
    """A knock through member state: the only way to give it a time."""
    host, guest = homeserver.register("host"), homeserver.register("guest")
    token = homeserver.login(host)
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    room = homeserver.call("POST", "/_matrix/client/v3/createRoom", {"initial_state": [rule]}, token)["room_id"]
    base = f"/_matrix/client/v3/rooms/{_encode(room)}"
    query = f"?ts=1700000000000&user_id={_encode(guest.user_id)}"
    state = f"{base}/state/m.room.member/{_encode(guest.user_id)}{query}"
    homeserver.call("PUT", state, {"membership": "knock", "reason": "hi"}, homeserver.as_token)
    waiting = homeserver.call("GET", f"{base}/members?membership=knock", token=token)["chunk"]
    assert [(e["state_key"], e["origin_server_ts"]) for e in waiting] == [(guest.user_id, 1_700_000_000_000)]


def test_people_of_the_demo_still_get_unread_counts(homeserver: LiveServer) -> None:
    """Synapse counts nothing for people who belong to an application service; ours must not own them."""
    ada, ben = homeserver.register("ada"), homeserver.register("ben")
    hers, his = homeserver.login(ada), homeserver.login(ben)
    body = {"preset": "public_chat"}
    room = homeserver.call("POST", "/_matrix/client/v3/createRoom", body, hers)["room_id"]
    base = f"/_matrix/client/v3/rooms/{_encode(room)}"
    homeserver.call("POST", f"{base}/join", {}, his)
    homeserver.call("PUT", f"{base}/send/m.room.message/t1", {"msgtype": "m.text", "body": "hello"}, hers)
    joined = homeserver.call("GET", "/_matrix/client/v3/sync", token=his)["rooms"]["join"]
    assert joined[room]["unread_notifications"]["notification_count"] == 1


def test_a_running_world_is_private_and_leaving_it_leaves_nothing(home: Path) -> None:
    said: list[str] = []
    with Homeserver.start(progress=said.append) as server:
        assert server.is_running()
        assert server.folder.parent == home
        assert folder.running() == server.folder
        assert (server.folder / "homeserver.db").exists()
        assert not [p for p in (server.folder, *server.folder.rglob("*")) if p.stat().st_mode & 0o077]
        assert len(_processes_of(server.folder)) == 2
    assert not _processes_of(server.folder)
    assert not home.exists()
    assert len(said) >= 3
    assert folder.running() is None


def test_when_nookterm_is_killed_the_server_and_its_files_go_too(home: Path) -> None:
    """Of every other ending tests/demo/test_seeding.py says the same."""
    with _nookterm_with_a_server() as (nookterm, place):
        assert len(_processes_of(place)) == 2
        nookterm.kill()
        nookterm.wait(20)
        assert _until(lambda: not _processes_of(place))
        assert _until(lambda: not place.exists())


def test_a_world_that_nobody_could_clean_up_is_swept_by_the_next(home: Path) -> None:
    with _nookterm_with_a_server() as (nookterm, place):
        warden, synapse = sorted(_processes_of(place))
        os.kill(warden, signal.SIGKILL)
        nookterm.kill()
        assert _until(lambda: not _processes_of(place)), f"Synapse {synapse} outlived its warden"
    assert place.exists()
    with Homeserver.start() as server:
        assert [p for p in home.iterdir() if p.is_dir()] == [server.folder]


def test_a_taken_port_is_named_with_the_way_out(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoProblem) as caught:
            Homeserver.start(port=port)
    assert caught.value.code == "port_taken"
    assert str(port) in caught.value.message
    assert "--port" in caught.value.hint
    assert not home.exists()


def test_a_port_that_cannot_be_is_refused(home: Path) -> None:
    with pytest.raises(DemoProblem) as caught:
        Homeserver.start(port=70_000)
    assert caught.value.code == "port_refused"
    assert not home.exists()


def test_a_kept_world_comes_back_with_its_people_at_its_port(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with Homeserver.start(folder=place) as server:
        first = server.base_url
        account = LiveServer.of(server).register("kim")
    assert not _processes_of(place)
    with Homeserver.start(folder=place) as server:
        assert server.base_url == first
        assert LiveServer.of(server).login(account)
        with pytest.raises(DemoProblem) as caught:
            Homeserver.start(folder=place)
        assert caught.value.code == "world_in_use"
        assert server.is_running()


def test_a_world_of_another_version_is_not_opened_and_can_be_cleared(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"version": 0}')
    (tmp_path / "media").mkdir()
    with pytest.raises(WorldVersionMismatch) as caught:
        Homeserver.start(folder=tmp_path)
    assert caught.value.code == "world_version"
    assert (tmp_path / "media").exists()
    folder.clear_kept(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("chapter one")
    for attempt in (lambda: Homeserver.start(folder=tmp_path), lambda: folder.clear_kept(tmp_path)):
        with pytest.raises(DemoProblem) as caught:
            attempt()
        assert caught.value.code == "not_a_world"
    assert [p.name for p in tmp_path.iterdir()] == ["novel.txt"]


def test_a_machine_without_synapse_says_how_to_get_it(home: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    with pytest.raises(DemoProblem) as caught:
        Homeserver.start(python=str(tmp_path / "bare" / "bin" / "python"))
    assert caught.value.code == "synapse_missing"
    assert "nookterm[demo]" in caught.value.hint
    assert not home.exists()


def test_a_synapse_that_dies_at_start_is_quoted(tmp_path: Path) -> None:
    os.close(folder.open_kept(tmp_path).lock)
    (tmp_path / "homeserver.db").write_text("this is no database")
    with pytest.raises(DemoProblem) as caught:
        Homeserver.start(folder=tmp_path)
    assert caught.value.code == "homeserver_failed"
    assert "file is not a database" in caught.value.message
    assert not _processes_of(tmp_path)


def test_too_little_space_is_said_before_anything_starts(home: Path) -> None:
    with pytest.raises(CannotWrite) as caught:
        Homeserver.start(needed_bytes=2**62)
    assert caught.value.code == "disk_full"
    assert "--dir" in caught.value.hint


def test_a_disk_that_fills_up_while_we_write_is_told_as_such() -> None:
    with pytest.raises(CannotWrite) as caught, errors.disk_problems(Path("/dev")):
        os.write(os.open("/dev/full", os.O_WRONLY), b"x")
    assert caught.value.code == "disk_full"


def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite) as caught:
        Homeserver.start(folder=tmp_path / "file" / "world")
    assert caught.value.code == "cannot_write"


def test_strangers_get_nothing_from_the_server(homeserver: LiveServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        homeserver.call("GET", "/_matrix/client/v3/sync")
    assert caught.value.code == 401
    with pytest.raises(urllib.error.HTTPError) as caught:
        homeserver.call("GET", "/_matrix/federation/v1/version")
    assert caught.value.code == 404
