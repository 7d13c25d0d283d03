"""The demo's world keeps its promises: seeded through the use cases on a real Synapse by `nookterm demo --serve`."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nookterm.demo import moments
from nookterm.demo.seeding import plan
from nookterm.demo.world import HighlightAsked, JoinRequest, Line, Say
from nookterm.demo.world_file import load_world
from tests.demo.serving import NOOKTERM, demo, environment, facts_of, processes_of, until, wait_for_word
from tests.live_homeserver import Account, LiveServer
from tests.pty.people import Person
from tests.pty.terminal import clean_environment

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]


@dataclass(frozen=True, slots=True)
class Served:
    """A complete world that runs, and the folder that keeps it."""

    facts: dict[str, Any]
    folder: Path
    home: Path
    process: subprocess.Popen[str]

    @property
    def server(self) -> LiveServer:
        """For plain HTTP."""
        return LiveServer(self.facts["homeserver"], self.facts["server_name"], "", self.folder)

    def account(self, name: str) -> Account:
        """Somebody of the world."""
        user_id = f"@{name}:{self.facts['server_name']}"
        return next(Account(u["user_id"], u["password"]) for u in self.facts["users"] if u["user_id"] == user_id)

    def nook(self, name: str) -> dict[str, Any]:
        """A nook's facts."""
        return next(nook for nook in self.facts["nooks"] if nook["name"] == name)

    def device(self, name: str, folder: Path, *, trusted: bool = False) -> Person:
        """Somebody of the world at a new machine, signed in by the command; `trusted`: opened by the recovery key."""
        account, home = self.account(name), folder / name
        home.mkdir(mode=0o700)
        key = next(user["recovery_key"] for user in self.facts["users"] if user["user_id"] == account.user_id)
        for file, words in (("password", account.password), ("passphrase", "a passphrase"), ("recovery-key", key)):
            (home / file).write_text(words)
            (home / file).chmod(0o600)
        person = Person(account, home, clean_environment(home, home / "passphrase"))
        person.sign_in(self.server, trusted=False)
        if trusted:
            (row,) = person.do("recover", "--key-file", str(person.key_file))
            assert row["state"] == "ready"
        return person

    def events(self, name: str, room: str) -> list[dict[str, Any]]:
        """A room as the server has it for somebody, oldest first."""
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/messages?dir=b&limit=500"
        chunk = self.server.call("GET", path, token=self.server.login(self.account(name)))["chunk"]
        return list(reversed(chunk))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One world for all tests here, kept with `--dir`, so that a start that finds it can be watched too."""
    home = tmp_path_factory.mktemp("demo")
    folder = home / "kept"
    with demo(home, "--serve", "--dir", str(folder)) as process:
        yield Served(facts_of(process), folder, home, process)


def _roles(facts: dict[str, Any], role: str) -> set[str]:
    return {user["user_id"] for user in facts["users"] if user["role"] == role}


# --- the one line ----------------------------------------------------------------------------------------------------


def test_the_line_names_everything_that_a_script_needs(served: Served) -> None:
    facts = served.facts

    assert facts["homeserver"].startswith("http://127.0.0.1:")
    assert {room[0] for room in (facts["space_id"], facts["highlights_id"], facts["facilitators_id"])} == {"!"}
    assert len(facts["nooks"]) >= 5
    for nook in facts["nooks"]:
        assert set(nook) == {"name", "room_id", "cap", "members", "facilitators", "questions"}
        assert all(set(question) == {"id", "text"} for question in nook["questions"])
    assert len(facts["users"]) >= 14
    assert all(set(user) == {"user_id", "password", "recovery_key", "role"} for user in facts["users"])


def test_every_role_is_there_as_often_as_promised(served: Served) -> None:
    facts, world = served.facts, load_world()
    sharing = [set(nook["facilitators"]) for nook in facts["nooks"] if nook["members"] < nook["cap"]]
    busy = {step.person for step in world.steps if isinstance(step, JoinRequest)}
    busy |= {step.author for step in world.steps if isinstance(step, HighlightAsked)}
    idle = {user for user in _roles(facts, "member") if user[1:].partition(":")[0] not in busy}

    assert _roles(facts, "admin")
    assert any(len(both & _roles(facts, "facilitator")) >= 2 for both in sharing)
    assert len(idle) >= 2
    assert _roles(facts, "applicant")
    assert _roles(facts, "outsider")


# --- the past --------------------------------------------------------------------------------------------------------


def test_the_world_has_a_past_of_three_weeks_in_the_order_of_its_time(served: Served) -> None:
    said = [e for e in served.events("ana", served.nook("glaze-lab")["room_id"]) if e["type"] == "m.room.encrypted"]
    times = [datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC) for event in said]

    assert times == sorted(times)
    now = datetime.now(UTC)
    assert times[0] < now - timedelta(days=20)
    assert now - timedelta(hours=2) < times[-1] < now


def test_people_came_and_asked_in_the_past_too(served: Served) -> None:
    events = served.events("cy", served.nook("river-watch")["room_id"])
    (knock,) = [e for e in events if e["content"].get("membership") == "knock"]
    joins = [e["origin_server_ts"] for e in events if e["content"].get("membership") == "join"][1:]

    assert knock["content"]["reason"].startswith("Hi, I paddle")
    age = datetime.now(UTC) - datetime.fromtimestamp(knock["origin_server_ts"] / 1000, UTC)
    assert timedelta(days=2) < age < timedelta(days=4)
    assert joins == sorted(joins)
    assert joins[-1] < knock["origin_server_ts"]


def test_the_server_holds_no_word_of_what_was_said_in_the_nooks(served: Served) -> None:
    world = load_world()
    nooks = {room.room for room in world.nooks} | {"facilitators"}
    said = [s.deed.text for s in world.lines if s.room in nooks and isinstance(s.deed, Say) and len(s.deed.text) > 30]
    answers = [text for step in world.steps if isinstance(step, JoinRequest) for text in step.answers.values()]

    held = b"".join(path.read_bytes() for path in served.folder.glob("homeserver.db*"))

    shared = next(s.draft for s in world.steps if isinstance(s, HighlightAsked))
    assert shared.encode() in held  # a published highlight is for everybody: so the search does find what is there
    assert [text for text in said + answers if text.encode() in held] == []


# --- its people ------------------------------------------------------------------------------------------------------


def test_a_facilitator_finds_three_people_at_the_doors(served: Served, tmp_path: Path) -> None:
    cy = served.device("cy", tmp_path)
    ana = served.device("ana", tmp_path, trusted=True)
    rows = [row for row in cy.do("desk") + ana.do("desk") if row["kind"] == "knock"]
    waiting = {row["user"][1:].partition(":")[0]: row for row in rows}

    assert set(waiting) == {"bob", "ivo", "mia"}
    assert waiting["ivo"]["reason"].startswith("Hi, I paddle")
    assert (waiting["ivo"]["members"], waiting["ivo"]["cap"]) == (11, 12)
    said = ana.do("read", served.nook("glaze-lab")["room_id"], "--limit", "20")
    assert sum("body" in row for row in said) > 10, "the backup opens what was said before this device was there"


def test_a_member_has_the_rooms_of_the_world_and_an_outsider_has_none(served: Served, tmp_path: Path) -> None:
    names = {row["name"]: row for row in served.device("dee", tmp_path).do("rooms")}

    assert {"Riverside Makers", "Repair corner", "highlights", "glaze-lab", "river-watch"} <= set(names)
    assert (names["glaze-lab"]["kind"], names["glaze-lab"]["encrypted"]) == ("nook", True)
    assert names["glaze-lab"]["members"] == served.nook("glaze-lab")["members"]
    assert "facilitators" not in names
    assert served.device("ozan", tmp_path).do("rooms") == []


def test_an_applicant_finds_the_own_request_and_everybody_reads_the_highlight(served: Served, tmp_path: Path) -> None:
    ivo = served.device("ivo", tmp_path)

    (mine,) = ivo.do("requests")

    assert (mine["room_id"], mine["name"]) == (served.nook("river-watch")["room_id"], "river-watch")
    (shown,) = ivo.do("highlights")
    assert (shown["nook_name"], shown["credit"]) == ("bike-kitchen", "Noor Haddad")


# --- joining it ------------------------------------------------------------------------------------------------------


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [NOOKTERM, "demo", *words]
    return subprocess.run(
        command,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_nobody_joins_a_demo_that_does_not_run(tmp_path: Path) -> None:
    ended = _run(tmp_path, "--as", "bob")

    assert ended.returncode == 1
    assert "No demo is running" in ended.stderr


def test_joining_as_somebody_unknown_names_those_who_are_there(served: Served) -> None:
    ended = _run(served.home, "--as", "zoe", "--dir", str(served.folder))

    assert ended.returncode == 2
    assert "ana" in ended.stderr
    assert "bob" in ended.stderr


def test_a_port_that_is_taken_is_told_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        ended = _run(tmp_path, "--serve", "--port", str(holder.getsockname()[1]))

    assert ended.returncode == 1
    assert "--port" in ended.stderr
    assert ended.stdout == ""


# --- leaving nothing behind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_world_that_is_ended_while_it_is_made(number: signal.Signals, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with demo(home, "--serve") as process:
        wait_for_word(process, "making the world")
        (world,) = (home / "demo").glob("world-*")
        assert processes_of(world)

        process.send_signal(number)

        assert process.wait(30) != 0
        assert until(lambda: not processes_of(world))
        assert until(lambda: not world.exists())


def test_a_world_that_was_never_finished_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with demo(tmp_path / "home", "--serve", "--dir", str(folder)) as process:
        wait_for_word(process, "making the world")
        process.terminate()
        process.wait(30)
    assert folder.exists()

    with demo(tmp_path / "home", "--serve", "--dir", str(folder)) as process:
        wait_for_word(process, "never finished")
        wait_for_word(process, "making the world")


def test_a_kept_world_is_found_again_and_not_made_twice(served: Served, tmp_path: Path) -> None:
    """The last one here: it ends the served world and starts it again, on another port."""
    room = served.nook("letterpress")["room_id"]
    before = [event["event_id"] for event in served.events("sam", room)]
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert until(lambda: not processes_of(served.folder))
    assert (served.folder / "homeserver.db").exists()

    began = time.monotonic()
    with demo(tmp_path / "home", "--serve", "--dir", str(served.folder)) as process:
        again = Served(facts_of(process), served.folder, served.home, process)

        assert time.monotonic() - began < 25
        assert again.facts | {"homeserver": ""} == served.facts | {"homeserver": ""}
        assert [event["event_id"] for event in again.events("sam", room)] == before


# --- how it is made --------------------------------------------------------------------------------------------------


def test_each_room_keeps_the_order_of_its_time() -> None:
    world = load_world()
    frame, lanes = plan(world)

    for steps in (frame, *lanes):
        assert [step.at for step in steps] == sorted(step.at for step in steps)
    homes = [{step.room for step in lane if isinstance(step, Line)} for lane in lanes]
    assert sum(map(len, homes)) == len(set().union(*homes))
    assert len(frame) + sum(map(len, lanes)) == len(world.steps)


def test_the_first_lane_is_the_nook_that_the_demo_opens_with() -> None:
    _, lanes = plan(load_world())

    assert "glaze-lab" in {step.room for step in lanes[0] if isinstance(step, Line)}


async def test_only_the_task_that_goes_back_in_time_lives_in_the_past() -> None:
    long_ago = datetime(2001, 2, 3, tzinfo=UTC)

    async def now() -> datetime:
        return moments.clock()

    with moments.at(long_ago):
        beside = asyncio.create_task(now())
        assert moments.clock() == long_ago
        assert moments.milliseconds() == int(long_ago.timestamp() * 1000)
    assert await beside == long_ago
    assert moments.milliseconds() is None
    assert moments.clock() > long_ago + timedelta(days=365)
