"""A stranger's text is only ever text: what reaches the terminal is looked at byte by byte, everywhere it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from nookterm.domain.board import shown_body
from nookterm.domain.vocabulary import CHARTER, ENTRY, HIGHLIGHT
from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person, bring
from tests.pty.terminal import Terminal

_ATTACKS = (
    "[@click=app.quit]x[/]",
    "[/]",
    "[link=https://x]y[/link]",
    "\x1b]52;c;UFdORUQ=\x07",
    "\x1b]52;c;UFdORUQ=\x1b\\",
    "\x9d52;c;UFdORUQ=\x9c",
    "\x1b]0;owned\x07\x1b]2;owned\x07",
    "\x1b]8;;https://x.example\x1b\\there\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[6n\x9b2J\x9b6n",
    "\x1bc",
    "\x1bP$qm\x1b\\\x90$qm\x9c",
    "\u202eolleh\u202c \u2066a\u2069 \u061c\u200e\u200f",
    "\x07\x08\x7f\r",
    "w" * 63_000,
    "\n" * 31_000,
)
_IN_ONE = " ".join(_ATTACKS[:-2])
_PLACES = (("alt+d", "a approve"), ("alt+n", "open to ask"), ("alt+h", "1 Board"), ("alt+r", "asked nowhere"))
"""Places and words that only they have."""
_CALM = "All is well down here"
_BIDI = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SEQUENCE = re.compile(
    r"\x1b(?:\[(?P<csi>[<-?]?[0-9:;]*[ -/]*[@-~])|(?P<string>[\]PX^_][0-9]*)|(?P<short>[ -/]*[0-~]))", re.DOTALL
)
_OWN_TITLE = re.compile(r"\x1b\]2;(?:nookterm(?: \((?:\d+|quiet)\))?)?\x07")
"""What the program sets the window's title to: a number at most. Any other title is a stranger's."""


def _kinds(seen: bytes) -> set[str]:
    """Every kind of control that a terminal was given: `?1049h` apart from `?25h`, but colours as one kind."""
    text = _OWN_TITLE.sub("", seen.decode())
    found = set()
    for match in _SEQUENCE.finditer(text):
        csi = match["csi"]
        kind = csi if csi and not csi[0].isdigit() else csi and csi.lstrip("0123456789;:")
        found.add(f"CSI {kind}" if csi else f"ESC {match['string'] or match['short']}")
    rest = _SEQUENCE.sub("", text)
    found |= {f"control {ord(c):02x}" for c in rest if ord(c) < 32 or 127 <= ord(c) < 160}
    return found | {f"bidi {ord(c):04x}" for c in _BIDI.findall(text)}


@dataclass(frozen=True, slots=True)
class World:
    """A space with a nook at whose door somebody waits, and a room without encryption where anything can be said."""

    server: LiveServer
    ana: Person
    mal: Person
    space: str
    highlights: str
    nook: str
    open_room: str

    def as_(self, somebody: Person, method: str, path: str, body: object) -> dict[str, Any]:
        """One request in somebody's name, past every client."""
        mark = "&" if "?" in path else "?"
        where = f"/_matrix/client/v3{path}{mark}user_id={quote(somebody.id)}"
        return self.server.call(method, where, body, self.server.as_token)

    def state(self, room: str, kind: str, content: object, key: str = "") -> None:
        """Change a room's state in ana's name."""
        self.as_(self.ana, "PUT", f"/rooms/{quote(room)}/state/{kind}/{quote(key)}", content)

    def say(self, somebody: Person, room: str, content: object, kind: str = "m.room.message") -> str:
        """Send an event as it stands. Returns its id."""
        path = f"/rooms/{quote(room)}/send/{kind}/{next(_numbers)}"
        return str(self.as_(somebody, "PUT", path, content)["event_id"])


_numbers: Iterator[int] = iter(range(100_000))


@pytest.fixture(scope="module")
def world(homeserver: LiveServer, signed_in: NewPeople) -> World:
    """Calm, so far."""
    ana, mal = signed_in("ana", "mal")
    space = ana.do("found", "space", "River")[0]
    nook = ana.do("found", "nook", "River", "Tea house", "--question", "q1=Why?")[0]["room_id"]
    bring(homeserver, ana, mal, space["room_id"], space["highlights_id"])
    body = {"name": "zz plain", "preset": "private_chat", "initial_state": []}
    path = f"/_matrix/client/v3/createRoom?user_id={quote(ana.id)}"
    open_room = homeserver.call("POST", path, body, homeserver.as_token)["room_id"]
    bring(homeserver, ana, mal, open_room)
    made = World(homeserver, ana, mal, space["room_id"], space["highlights_id"], nook, open_room)
    _fill(made, ("calm",), "calm")
    return made


def _fill(world: World, attacks: tuple[str, ...], name: str) -> None:
    """Put these texts everywhere where a stranger's text is shown."""
    ana, mal = world.ana, world.mal
    world.as_(mal, "PUT", f"/profile/{quote(mal.id)}/displayname", {"displayname": f"mal {name}"[:250]})
    world.state(world.open_room, "m.room.name", {"name": f"zz plain {name}"})
    world.state(world.nook, "m.room.name", {"name": f"{name} nook"})
    for room in (world.open_room, world.nook):
        world.state(room, "m.room.topic", {"topic": name})
    charter = {
        "v": 1, "purpose": name, "who_belongs": name, "not_for": name, "differs": name, "cap": 12,
        "questions": [{"id": "q1", "text": name, "max": 200}],
    }  # fmt: skip
    world.state(world.nook, CHARTER, charter)
    world.state(world.space, ENTRY, charter, world.nook)
    for text in attacks:
        rich = {"format": "org.matrix.custom.html", "formatted_body": _in_every_form(text[:60])}
        said = world.say(mal, world.open_room, {"msgtype": "m.text", "body": text, **rich})
        relation = {"m.in_reply_to": {"event_id": said}}
        world.say(ana, world.open_room, {"msgtype": "m.text", "body": f"> {text[:5000]}", "m.relates_to": relation})
        reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": said, "key": text[:500]}}
        world.say(mal, world.open_room, reaction, "m.reaction")
        block = {"v": 1, "nook_name": text[:500], "credit": text[:500], "text": text[:5000], "commit": text[:64]}
        whole = shown_body(text[:500], text[:5000], text[:500])
        for body in (whole, text[:20_000]):
            block["id"] = f"h-{next(_numbers)}"
            world.say(ana, world.highlights, {"msgtype": "m.text", "body": body, HIGHLIGHT: dict(block)})
    world.as_(mal, "POST", f"/knock/{quote(world.nook)}", {"reason": name})
    world.say(ana, world.open_room, {"msgtype": "m.text", "body": f"{_CALM}, {len(attacks)}"})


def _in_every_form(text: str) -> str:
    """HTML with a text wherever a text can be in it."""
    quoted = text.replace('"', "&quot;")
    return (
        f'<p>{text} <a href="https://x.example/{quoted}">{text}</a> <img data-mx-emoticon alt="{quoted}"></p>'
        f'<pre><code class="language-python">{text}</code></pre><table><tr><td>{text}</td></tr></table>'
        f'<span data-mx-spoiler="{quoted}">{text}</span><ul><li>{text}</li></ul>'
    )


def _look_everywhere(window: Terminal, words: str, last: str) -> None:
    """Every place that shows somebody's `words`, in the order of the keys; `last` is the newest message."""
    window.wait_for("● live")
    window.press("ctrl+g")
    window.wait_for_field("Go to a room")
    window.wait_for(f"zz plain {words}")
    window.write("zz")
    window.press("enter")
    window.wait_without("Go to a room")
    window.wait_for(last)
    window.press("escape")
    window.wait_for("r reply")
    for _ in range(6):
        window.press("up", "pageup")
    window.press("end", "up", "r")
    window.wait_for("Answer ")
    window.press("escape")
    for place, there in _PLACES:
        window.press(place)
        window.wait_for(there)
        if place != "alt+r":
            window.wait_for(words)
        window.press("down", "down", "enter", "pagedown", "escape", "up")
    window.press("ctrl+p")
    window.wait_for("What do you want to do")
    window.press("escape")


def test_the_eye_of_this_test_sees_every_order_in_the_attacks() -> None:
    for attack in _ATTACKS[3:13]:
        assert _kinds(attack.encode()) - {"control 0a"}, attack


def _bytes_of_a_start(world: World) -> set[str]:
    """What a start writes that finds the last frame: that is painted before the terminal's library is there."""
    with world.ana.open() as window:
        window.wait_for("● live")
        window.press("ctrl+q")
        assert window.exit_code() == 0
        return _kinds(window.bytes)


def test_no_text_of_a_stranger_gives_the_terminal_an_order(world: World) -> None:
    with world.ana.open() as window:
        _look_everywhere(window, "calm", f"{_CALM}, 1")
        window.press("ctrl+q")
        assert window.exit_code() == 0
        ordinary = _kinds(window.bytes)
    ordinary |= _bytes_of_a_start(world)
    assert not [kind for kind in ordinary if kind.startswith(("bidi", "ESC P", "ESC ]52", "CSI 2J", "CSI n"))]
    _fill(world, _ATTACKS, _IN_ONE)
    with world.ana.open() as window:
        _look_everywhere(window, _ATTACKS[0][:12], f"{_CALM}, {len(_ATTACKS)}")
        _click_on(window, "[@click")
        world.say(world.mal, world.open_room, {"msgtype": "m.text", "body": f"{_IN_ONE} @{world.ana.localpart}"})
        window.press("ctrl+g")
        window.wait_for_field("Go to a room")
        window.press("escape", "ctrl+q")
        assert window.exit_code() == 0
        assert _kinds(window.bytes) - ordinary == set()
    assert _bytes_of_a_start(world) - ordinary == set()
    member = f"/rooms/{quote(world.nook)}/state/m.room.member/{quote(world.mal.id)}"
    knocking = world.as_(world.ana, "GET", member, None)
    assert knocking["membership"] == "knock"
    _the_applicant_is_safe_too(world, ordinary)
    _commands_print_text_only(world)


def _click_on(window: Terminal, words: str) -> None:
    """With the mouse, where the words stand; they have to be there."""
    window.press("ctrl+g")
    window.wait_for_field("Go to a room")
    window.wait_for(words)
    rows = window.text.splitlines()
    row = next(number for number, line in enumerate(rows) if words in line)
    column = rows[row].index(words) + 3
    for end in "Mm":
        window.write(f"\x1b[<0;{column};{row + 1}{end}")
    window.press("escape")


def _the_applicant_is_safe_too(world: World, ordinary: set[str]) -> None:
    """My requests and the directory of somebody who is not in."""
    with world.mal.open() as window:
        window.wait_for("● live")
        for place in ("alt+r", "alt+n"):
            window.press(place)
            window.wait_for(f"{_ATTACKS[0]}")
            window.press("down", "enter", "escape")
        window.press("ctrl+q")
        assert window.exit_code() == 0
        assert _kinds(window.bytes) - ordinary == set()


def _commands_print_text_only(world: World) -> None:
    """What is printed for people; `--json` escapes by itself."""
    words = [("rooms",), ("read", world.open_room, "--limit", "100"), ("desk",), ("highlights",)]
    printed = [world.ana.command(*command) for command in words]
    printed += [world.mal.command(name) for name in ("requests", "rooms")]
    for ended in printed:
        assert ended.code == 0, ended
        assert _kinds(ended.out.encode()) <= {"control 0a"}
        assert _kinds(ended.err.encode()) <= {"control 0a"}
    assert f"{_CALM}, {len(_ATTACKS)}" in printed[1].out
    assert all(_ATTACKS[0] in ended.out for ended in printed[:4])
