"""A closed room with nobody behind it: its bar, the page about the next one, and a panel that notes what is asked."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.model import Face, Model
from nookterm.viewmodels.onward import OnwardView
from nookterm.viewmodels.timeline import Aside, Blocked
from tests.tui.fakes import TIMELINE

Done = list[tuple[object, ...]]
CLOSED = Blocked(
    "closed",
    "This room goes on in a new one.",
    "this room is closed",
    "Ana closed it: “The new kiln needs a new room”",
    yes="Enter looks where",
)
ASTRAY = replace(CLOSED, kind="astray", headline="This room names a new one, which does not say so.")
HERE_CLOSED = replace(TIMELINE, blocked=CLOSED, draft="")
OLDER = replace(
    TIMELINE,
    draft="",
    at_start=True,
    entries=(
        Aside(
            EventId("~room~!old"),
            "",
            "This room goes on from an older one. Enter opens that.",
            leads=RoomId("!old"),
        ),
        *TIMELINE.entries,
    ),
)
ONWARD = OnwardView(
    RoomId("!glaze"),
    "glaze-lab",
    head="glaze-lab is closed",
    facts=(
        ("Closed by", "Ana (@ana:river.example)", ""),
        ("They say", "“The new kiln needs a new room”", ""),
        ("New room", "glaze-lab", ""),
        ("Its id", "!8kQpYc3vTz0RkJm2sWn5XbD7fGhLq1", ""),
        ("Server", "river.example", ""),
        ("Encrypted", "yes", "nook-safe"),
        ("Its door", "people ask to join", ""),
        ("In it", "12 people", ""),
        ("Says so too", "looked at once you are inside", ""),
    ),
    acts=(Act("go", "go there"),),
    face=Face.CONTENT,
)
UNSEALED = replace(
    ONWARD,
    facts=(
        *ONWARD.facts[:5],
        ("Encrypted", "no: the servers can read it", "nook-warn"),
        ("Its door", "anybody can go in", ""),
        *ONWARD.facts[7:],
    ),
    warning="What is said here is encrypted. In the new room it is not: the servers can read it.",
    acts=(Act("go", "go there", "In the new room nothing is encrypted. Go into glaze-lab all the same?", "go there"),),
)
RENEW = OnwardView(
    RoomId("!glaze"),
    "glaze-lab",
    head="Upgrade glaze-lab",
    facts=(
        ("Version", "12; this room has 11", ""),
        (
            "Comes along",
            "name, topic, picture, door, history rule, encryption, power, bans, addresses; charter, links, pins",
            "",
        ),
        ("Stays behind", "everything said so far: it can still be read there, and no more is written", ""),
        ("Members", "33 people get an invite, one after the other; nobody brings old messages along", "nook-leaves"),
        ("At the door", "2 people asked here: they stay on the desk, and are let into the new room", ""),
        ("Listed anew in", "Riverside Makers", ""),
        ("Founders", "you: nobody can ever take that power away", "nook-warn"),
    ),
    acts=(
        Act(
            "renew",
            "upgrade",
            "Close glaze-lab for a new room? Nobody can open the old one for writing again.",
            "upgrade",
        ),
    ),
    face=Face.CONTENT,
)


class FakeOnward(Model[OnwardView]):
    """Goes nowhere."""

    def __init__(self, view: OnwardView = ONWARD, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done
        self.before: RoomId | None = RoomId("!old")

    async def begin(self, version: str | None = None) -> None:
        self.calls.append(("begin onward", version))
        if version is not None:
            self.show(RENEW)

    async def do(self, act: Act) -> None:
        self.calls.append(("do", act.word))
        self.show(replace(self.view, leads_to=RoomId("!bike") if act.word == "go" else None, result="done"))

    async def older(self) -> RoomId | None:
        return self.before
