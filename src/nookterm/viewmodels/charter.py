"""The form of a nook's charter: what stands there, what would change, who can read it, and what was typed so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from nookterm.client.charters import Change, Way
from nookterm.client.errors import Problem
from nookterm.domain.charter import Charter, short_topic
from nookterm.domain.drift import may_fix, stripped
from nookterm.domain.ids import RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.rewording import rebased
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.domain.vocabulary import CHARTER
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.problem_words import in_words

_NEWER = "Somebody else wrote another charter meanwhile. What you typed is put over it: look at it before you write."
_WAYS = {
    Way.WRITE: "",
    Way.PROPOSE: "waits for those who have the power there",
    Way.BEYOND: "needs more power than you have: stays as it is",
}


@dataclass(frozen=True, slots=True)
class CharterForm:
    """What the form begins with. The charter's texts are people's own."""

    room_id: RoomId
    nook: str
    charter: Charter
    read: Charter
    """What stood in the nook when the form was opened; `charter` may be what was typed before."""
    space: str = ""
    members: int = 0
    facilitators: tuple[str, ...] = ()
    readers: str = ""
    """Who can read what is written here, in one line."""
    may_write: bool = True
    remark: str = ""
    """Why it can only be looked at, or why it may be an older one."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that writing the form changes."""

    label: str
    before: str
    after: str
    note: str = ""
    """How it comes about, where it is not simply written."""


@dataclass(frozen=True, slots=True)
class CharterPlan:
    """What writing the form would do."""

    lines: tuple[ChangeLine, ...] = ()
    topic: str = ""
    """What people on other clients, and outside the space, get to read."""
    problem: str = ""


class CharterPanel(Protocol):
    """The form of the open nook's charter."""

    async def begin(self) -> CharterForm | str:
        """Read the charter anew; in words why there is none to be read."""

    async def plan(self, form: CharterForm, charter: Charter) -> CharterPlan:
        """What would change."""

    async def write(self, form: CharterForm, charter: Charter) -> str:
        """Write it. Empty when done, else what went wrong; it can be repeated."""

    def keep(self, form: CharterForm, charter: Charter | None) -> None:
        """Keep what was typed until the form is opened again; None lets go of it."""


class CharterModel:
    """Stands between the form and the nook."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._hub: Hub | None = None
        self._kept: dict[RoomId, tuple[Charter, Charter]] = {}
        """What was typed, and on top of what."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def begin(self) -> CharterForm | str:
        """Read the open room's charter anew."""
        hub = self._hub
        if hub is None or hub.open_room is None:
            return "Open a nook first."
        found = await hub.do(_begun(hub, hub.open_room))
        if isinstance(found, CharterForm):
            typed, read = self._kept.get(found.room_id, (found.charter, found.read))
            new = _NEWER if read != found.read else ""
            return replace(found, charter=rebased(typed, read, found.read), remark=found.remark or new)
        return str(found)

    async def plan(self, form: CharterForm, charter: Charter) -> CharterPlan:
        """What would change, against what was last read."""
        hub = self._hub
        assert hub is not None  # noqa: S101 - there is no form before it
        plan: CharterPlan = await hub.do(_planned(hub, form, charter))
        return plan

    async def write(self, form: CharterForm, charter: Charter) -> str:
        """Write it."""
        hub = self._hub
        assert hub is not None  # noqa: S101 - there is no form before it
        return str(await hub.do(_written(hub, form, charter)))

    def keep(self, form: CharterForm, charter: Charter | None) -> None:
        """Keep what was typed."""
        if charter is None or charter == form.read:
            self._kept.pop(form.room_id, None)
        else:
            self._kept[form.room_id] = (charter, form.read)


async def _begun(hub: Hub, room_id: RoomId) -> CharterForm | str:
    nook = hub.session.rooms.get(room_id)
    if nook is None or nook.is_space or not (nook.charter or nook in hub.charters.nooks()):
        return "Only nooks have a charter. Open one first."
    offline = ""
    try:
        await hub.charters.look(room_id)
    except Problem as problem:
        offline = safe_line(f"{problem.message} This is what was here before.", longest=300)
    nook = hub.session.rooms[room_id]
    charter = hub.charters.of(nook)
    spaces = hub.session.rooms.listing(room_id)
    may = may_fix(nook, CHARTER)
    return CharterForm(
        room_id,
        safe_line(title(nook)),
        charter,
        charter,
        safe_line(title(spaces[0])) if spaces else "",
        nook.size,
        tuple(safe_line(shown_name(user, nook.name_of(user))) for user in nook.facilitators),
        _readers(nook, spaces),
        may,
        offline if may else "You can read it here; facilitators of this nook can change it.",
    )


def _readers(nook: Room, spaces: tuple[Room, ...]) -> str:
    where = " and ".join(safe_line(title(space)) for space in spaces[:2])
    readers = f"the servers, and everybody in {where}," if where else f"the servers and members of {title(nook)}"
    return f"Clear text: {safe_line(readers)} can read all of this. Whoever looks from outside can read the topic."


async def _planned(hub: Hub, form: CharterForm, charter: Charter) -> CharterPlan:
    try:
        changes = hub.charters.plan(hub.session.rooms[form.room_id], charter)
    except Problem as problem:
        return CharterPlan(problem=safe_line(in_words(problem), longest=300))
    return CharterPlan(tuple(map(_line, changes)), short_topic(stripped(charter)))


def _line(change: Change) -> ChangeLine:
    return ChangeLine(change.label, change.before, change.after, _WAYS[change.way])


async def _written(hub: Hub, form: CharterForm, charter: Charter) -> str:
    try:
        await hub.charters.write(hub.session.rooms[form.room_id], charter, read=form.read)
    except Problem as problem:
        return safe_line(in_words(problem), longest=300)
    return ""
