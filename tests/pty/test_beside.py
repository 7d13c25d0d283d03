"""The client with a screen has the account, and every command works beside it: read, written, decided, followed."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person, bring
from tests.pty.terminal import Terminal
from tests.pty.warm import Ended

_HAS_IT = "another nookterm has this account"
_WELCOME = "Welcome to the tea house"


@dataclass(frozen=True, slots=True)
class Community:
    """A space with a nook of ana's and kit's, and bo in the space only."""

    server: LiveServer
    ana: Person
    kit: Person
    bo: Person
    nook: str


@pytest.fixture(scope="module")
def community(homeserver: LiveServer, signed_in: NewPeople) -> Community:
    """Founded by commands; kit's device is known before the first word is said."""
    ana, kit, bo = signed_in("ana", "kit", "bo")
    space = ana.do("found", "space", "River")[0]
    nook = ana.do("found", "nook", "River", "Tea house", "--question", "q1=Why?")[0]["room_id"]
    for somebody in (kit, bo):
        bring(homeserver, ana, somebody, space["room_id"], space["highlights_id"])
    bring(homeserver, ana, kit, nook)
    kit.do("rooms")
    ana.do("send", "Tea house", _WELCOME)
    return Community(homeserver, ana, kit, bo, nook)


def _live(somebody: Person) -> Terminal:
    """The client with a screen, connected, with the nook open."""
    window = somebody.open()
    window.wait_for("● live")
    return window


def _open_nook(window: Terminal) -> None:
    window.press("ctrl+g")
    window.wait_for_field("Go to a room")
    window.write("Tea")
    window.press("enter")
    window.wait_without("Go to a room")
    window.wait_for("can read this")


@contextmanager
def _following(somebody: Person, room: str) -> Iterator[Callable[[str], dict[str, Any]]]:
    """`read --follow` at work; gives the way to wait for some words. It must say nothing twice."""
    with somebody.start("read", room, "--limit", "20", "--follow") as follower:
        seen: set[str] = set()

        def heard(body: str) -> dict[str, Any]:
            assert follower.stdout
            for line in follower.stdout:
                row: dict[str, Any] = json.loads(line)
                assert row["event_id"] not in seen
                seen.add(row["event_id"])
                if row["body"] == body:
                    return row
            raise AssertionError(follower.communicate())

        try:
            yield heard
        finally:
            follower.send_signal(signal.SIGINT)
            assert follower.wait(20) == 130


def _ended(started: subprocess.Popen[str]) -> Ended:
    out, err = started.communicate(timeout=60)
    return Ended(started.returncode, out, err)


def _membership(community: Community, somebody: Person, room: str) -> str:
    path = f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.member/{quote(somebody.id)}"
    token = community.server.as_token
    asked = community.server.call("GET", f"{path}?user_id={quote(community.ana.id)}", token=token)
    return str(asked["membership"])


def test_every_kind_of_command_works_beside_the_client(community: Community) -> None:
    """Queued and sent, asked and approved, shared: as if the command had been alone."""
    ana, bo = community.ana, community.bo
    with _live(ana) as screen, _live(bo) as asking:
        _open_nook(screen)
        queued, sent = ana.do("send", "Tea house", "The kettle is on", "--wait")
        assert (queued["state"], sent["txn_id"]) == ("queued", queued["txn_id"])
        assert sent["state"] in {"sent", "echoed"}
        screen.wait_for("The kettle is on")
        assert bo.do("knock", "Tea house", "--answer", "q1=Oolong") == [{"room_id": community.nook, "state": "sent"}]
        asking.press("alt+r")
        asking.wait_for("Tea house")
        (case,) = ana.do("desk", "--kind", "knock")
        assert (case["kind"], case["user"]) == ("knock", bo.id)
        approved = ana.command("approve", case["case"])
        assert (approved.code, approved.err) == (0, "")
        assert approved.out.rstrip().endswith("→ Tea house: approved")
        again = ana.command("--json", "approve", case["case"])
        assert (again.code, again.out, json.loads(again.err)["error"]) == (6, "", "changed")
        asking.wait_for("✓ you are in")
        assert ana.do("share", "Tea house", sent["event_id"], "--draft", "The kettle is on")[0]["state"] == "consented"
        screen.press("ctrl+q")
        assert screen.exit_code() == 0
        _a_client_that_does_not_answer_is_waited_for_and_its_death_frees_the_command(community, asking)


def _a_client_that_does_not_answer_is_waited_for_and_its_death_frees_the_command(
    community: Community, asking: Terminal
) -> None:
    """Before the time is over nothing is done; what nobody had begun is done by the command itself after a kill."""
    bo, nook = community.bo, community.nook
    asking.signal(signal.SIGSTOP)
    late = bo.command("--json", "leave", "Tea house", "--timeout", "1")
    assert (late.code, json.loads(late.err)["error"]) == (4, "timeout")
    assert "Nothing was done" in late.err
    with bo.start("leave", "Tea house") as leaving:
        asking.signal(signal.SIGKILL)
        assert asking.exit_code() == 128 + signal.SIGKILL
        left = _ended(leaving)
    assert (left.code, json.loads(left.out)) == (0, {"room_id": nook, "membership": "leave"}), left
    assert _membership(community, bo, nook) == "leave"


def test_following_goes_on_whoever_has_the_account(community: Community) -> None:
    """Alone, beside a client that took the account over, and alone again when that one was killed."""
    ana, kit = community.ana, community.kit
    with _following(kit, "Tea house") as heard:
        heard(_WELCOME)
        ana.do("send", "Tea house", "While it is alone")
        heard("While it is alone")
        _, sent = kit.do("send", "Tea house", "Asked of the follower", "--wait")
        assert heard("Asked of the follower")["event_id"] == sent["event_id"]
        with _live(kit) as screen:
            ana.do("send", "Tea house", "Beside a screen")
            heard("Beside a screen")
            screen.signal(signal.SIGKILL)
            screen.exit_code()
        ana.do("send", "Tea house", "After the screen")
        heard("After the screen")


def test_a_second_client_reads_along_and_goes_on_when_the_first_one_is_closed(community: Community) -> None:
    ana, kit = community.ana, community.kit
    with _live(kit) as first, kit.open() as second:
        second.wait_for("Look, read-only")
        second.press("r")
        second.wait_for(f"read-only: {_HAS_IT}")
        _open_nook(second)
        second.wait_for("Read-only: another nookterm has this account.")
        ana.do("send", "Tea house", "Read along by two")
        second.wait_for("Read along by two")
        second.write("not to be sent")
        second.press("enter", "escape", "up", "r")
        second.wait_for("Here you can only read")
        assert "not to be sent" not in second.text
        first.press("alt+r")
        first.wait_for("asked nowhere")
        first.press("ctrl+q")
        assert first.exit_code() == 0
        second.wait_for("● live")
        second.press("escape")
        second.wait_for_field("Write to Tea house")
        second.press("ctrl+q")
        assert second.exit_code() == 0
