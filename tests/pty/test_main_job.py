"""The main job, by keys at real terminals, against a real homeserver: ask, be let in, talk, agree, share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person, bring
from tests.pty.terminal import Terminal

_ANSWER = "My grandmother roasted her own oolong"
_WELCOME = "Welcome, the kettle is on"
_THANKS = "The second steep is the honest one"
_SECRETS = (_ANSWER, _WELCOME, _THANKS)


@dataclass(frozen=True, slots=True)
class Community:
    """A space with one nook: a facilitator, a member, and somebody who is in the space only."""

    facilitator: Person
    applicant: Person
    member: Person
    nook_id: str
    highlights_id: str


@pytest.fixture(scope="module")
def community(homeserver: LiveServer, signed_in: NewPeople) -> Community:
    """Founded by commands: how one founds is not the subject here."""
    ana, kit, bo = signed_in("ana", "kit", "bo")
    space = ana.do("found", "space", "River")[0]
    charter = ("--purpose", "Slow talk", "--cap", "12", "--question", "q1=What brings you?")
    nook = ana.do("found", "nook", "River", "Tea house", *charter)[0]
    for somebody in (kit, bo):
        bring(homeserver, ana, somebody, space["room_id"], space["highlights_id"])
    bring(homeserver, ana, bo, nook["room_id"])
    return Community(ana, kit, bo, nook["room_id"], space["highlights_id"])


@pytest.fixture
def windows(community: Community) -> Iterator[tuple[Terminal, Terminal, Terminal]]:
    """Three terminals with the client in them, live."""
    with ExitStack() as stack:
        people = (community.facilitator, community.applicant, community.member)
        opened = [stack.enter_context(somebody.open()) for somebody in people]
        for window in opened:
            window.wait_for("● live")
        yield opened[0], opened[1], opened[2]


def test_the_main_job_works_by_keys_from_asking_to_the_board(
    homeserver: LiveServer, community: Community, windows: tuple[Terminal, Terminal, Terminal]
) -> None:
    ana, kit, bo = windows
    _ask_to_join(kit)
    _approve(ana, community.applicant)
    _talk(ana, kit, bo)
    _nothing_is_readable_on_the_server(homeserver, community)
    _ask_to_share(ana)
    _agree(kit)
    _publish(ana)
    _on_the_board(homeserver, community, bo)
    for window in windows:
        window.press("ctrl+q")
    assert [window.exit_code() for window in windows] == [0, 0, 0]


def _ask_to_join(kit: Terminal) -> None:
    kit.press("alt+n")
    kit.wait_for("What brings you?")
    kit.wait_for("+ ask to join")
    kit.press("a")
    kit.wait_for_field("What brings you?")
    kit.write(_ANSWER)
    kit.wait_for(_ANSWER)
    _press_button(kit, "Ask to join")
    kit.wait_for("◷ asked")


def _press_button(window: Terminal, label: str) -> None:
    window.press("tab")
    window.wait_until(lambda: label in window.underlined, f"the keyboard on {label!r}")
    window.press("enter")


def _approve(ana: Terminal, applicant: Person) -> None:
    ana.press("alt+d")
    ana.wait_for(f"{applicant.localpart} → Tea house")
    ana.press("a")
    ana.wait_for(f"Letting {applicant.localpart} into")
    ana.wait_for(f"{applicant.localpart} is invited")


def _talk(ana: Terminal, kit: Terminal, bo: Terminal) -> None:
    """The applicant comes in without a key pressed; both write, and a third one reads both."""
    kit.wait_for("✓ you are in")
    for window in (ana, kit, bo):
        _open_nook(window)
    _say(ana, _WELCOME)
    kit.wait_for(_WELCOME)
    _say(kit, _THANKS)
    ana.wait_for(_THANKS)
    bo.wait_for(_WELCOME)
    bo.wait_for(_THANKS)


def _open_nook(window: Terminal) -> None:
    window.press("ctrl+g")
    window.wait_for_field("Go to a room")
    window.write("Tea")
    window.press("enter")
    window.wait_without("Go to a room")
    window.wait_for("3 people can read this")
    window.wait_for_field("Write to Tea house")


def _say(window: Terminal, words: str) -> None:
    window.write(words)
    window.wait_for(f"│ {words}")
    window.press("enter")
    window.wait_without(f"│ {words}")


def _nothing_is_readable_on_the_server(homeserver: LiveServer, community: Community) -> None:
    """Reads every room of the nook's people as the server has it."""
    token = homeserver.login(community.facilitator.account)
    rooms = homeserver.call("GET", "/_matrix/client/v3/joined_rooms", token=token)["joined_rooms"]
    seen = {room: _timeline(homeserver, room, token) for room in rooms}
    assert not [words for words in _SECRETS if words in str(seen)]
    kinds = {event["type"] for event in seen[community.nook_id]}
    assert "m.room.message" not in kinds
    assert "m.room.encrypted" in kinds


def _timeline(homeserver: LiveServer, room: str, token: str) -> list[dict[str, Any]]:
    path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=200"
    events: list[dict[str, Any]] = homeserver.call("GET", path, token=token)["chunk"]
    return events


def _ask_to_share(ana: Terminal) -> None:
    ana.press("up")
    ana.wait_for("h share")
    ana.press("h")
    ana.wait_for("What the space will read, word for word")
    _press_button(ana, "Ask kit")
    ana.wait_for("can say yes or no now.")


def _agree(kit: Terminal) -> None:
    kit.press("alt+h")
    kit.wait_for("waits for you")
    kit.wait_for("Enter read and answer")
    kit.press("enter")
    kit.wait_for("y Yes, with my name")
    kit.press("y")
    kit.wait_without("y Yes, with my name")
    kit.wait_without("waits for you")


def _publish(ana: Terminal) -> None:
    ana.wait_without("waits for")
    ana.press("p")
    ana.wait_for("put it there")
    ana.press("y")
    ana.wait_without("put it there")


def _on_the_board(homeserver: LiveServer, community: Community, bo: Terminal) -> None:
    """In clear text, by design: a highlight is what leaves the nook."""
    token = homeserver.login(community.facilitator.account)

    def there() -> list[dict[str, Any]]:
        events = _timeline(homeserver, community.highlights_id, token)
        return [event for event in events if _THANKS in str(event["content"])]

    bo.press("alt+h")
    bo.wait_without("can read this")
    bo.wait_until(lambda: bool(there()), "the highlight at the server")
    bo.wait_for("1 Board")
    bo.wait_for(_THANKS)
    shown = there()
    assert [event["type"] for event in shown] == ["m.room.message"]
    assert all(_ANSWER not in str(event) and _WELCOME not in str(event) for event in shown)
