"""Who has read a message, found when somebody asks; and our own reading and writing, told as far as we want it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from nookterm.client.receipts import Receipts
from nookterm.client.typing import TELL as TELL_TYPING
from nookterm.domain.events import Event, Membership, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_names
from nookterm.domain.receipts import Telling
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.formatting.plain import in_a_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.message_lists import said_now, when
from nookterm.viewmodels.seen import SeenBy, SeenView
from nookterm.viewmodels.talk import TimelineModel
from nookterm.viewmodels.timeline import Words

_AFTER = 500
"""Events behind a message in which it is looked who wrote."""
_LONGEST = 120
_AGAIN = 2.0
"""Seconds between two words to the engine that somebody writes."""
_DEFAULT = "default"
_HOW = "Write /receipts public, /receipts private, /receipts off, or /receipts default."
_READ_ONLY = "Another nookterm has this account: nothing can be done here."
_OWN: Mapping[Telling, str] = {
    Telling.PUBLIC: "everybody in this room hears how far you have read",
    Telling.PRIVATE: "your server and your other devices hear how far you have read, nobody else in this room",
    Telling.OFF: "nobody hears how far you have read; what is unread, this machine alone knows",
}


@dataclass(frozen=True, slots=True)
class _Proof:
    """What shows that somebody has read a message."""

    at: datetime
    here: bool = False
    """It is about this very message."""
    wrote: bool = False


class SeenModel:
    """Stands between a screen and the receipts of the open room."""

    def __init__(self, timeline: TimelineModel) -> None:
        """`timeline` shows the room."""
        self._timeline = timeline
        self._hub: Hub | None = None
        self._told: RoomId | None = None
        """The room of which the engine was told last that somebody writes there."""
        self._told_at = 0.0

    def attach(self, hub: Hub) -> None:
        """The account is open: what its settings say holds from the beginning."""
        self._hub = hub
        hub.session.receipts.obey(hub.settings)
        hub.session.typing.obey(hub.settings)

    async def who(self, event_id: EventId | None) -> SeenView | None:
        """Who has read up to a message, None: to the newest one."""
        hub = self._hub
        last = next((e for e in reversed(self._timeline.view.entries) if isinstance(e, Words) and not e.state), None)
        wanted = event_id or (last.event_id if last else None)
        if hub is None or wanted is None:
            return None

        async def look() -> SeenView | None:
            room = hub.session.rooms.get(hub.open_room) if hub.open_room else None
            return seen_view(hub, room, wanted) if room else None

        found: SeenView | None = await hub.do(look())
        return found

    async def put(self, word: str) -> str:
        """Choose who hears of our reading in the open room, or say how it is."""
        hub, known = self._hub, {*Telling, _DEFAULT}
        if hub is None or hub.open_room is None:
            return "No room is open."
        room_id, receipts = hub.open_room, hub.session.receipts
        if hub.read_only and word:
            return _READ_ONLY

        async def choose() -> str:
            if word in known:
                receipts.choose(room_id, None if word == _DEFAULT else Telling(word))
            told = own_words(receipts, room_id)
            return told if not word or word in known else _HOW

        said: str = await hub.do(choose())
        return said if word else f"{said} {_HOW}"

    def due(self, room_id: RoomId, *, writing: bool) -> bool:
        """Whether `write` has something to tell."""
        hub, now = self._hub, time.monotonic()
        if hub is None or hub.read_only or hub.settings.text(TELL_TYPING) != "on":
            return False
        wanted = room_id if writing else None
        if wanted == self._told and (wanted is None or now - self._told_at < _AGAIN):
            return False
        self._told, self._told_at = wanted, now
        return True

    async def write(self, room_id: RoomId, *, writing: bool) -> None:
        """Somebody is writing in a room, or is not any more."""
        hub = self._hub

        async def tell() -> None:
            if hub and writing:
                hub.session.typing.write(room_id)
            elif hub:
                hub.session.typing.rest()

        if hub:
            await hub.do(tell())


def own_words(receipts: Receipts, room_id: RoomId) -> str:
    """Who hears how far we have read in a room."""
    words = _OWN[receipts.telling_in(room_id)]
    return f"{words[0].upper()}{words[1:]}{' (chosen for this room)' if receipts.own(room_id) else ''}."


def seen_view(hub: Hub, room: Room, event_id: EventId) -> SeenView | None:
    """Who has read up to a message."""
    event, said = hub.session.store.event(room.room_id, event_id), said_now(hub, room, event_id)
    if event is None or said is None:
        return None
    names = shown_names(room.members.values())
    proofs = sorted(readers(hub, room, event).items(), key=lambda pair: (pair[1].at, pair[0]))
    text = "(taken back)" if said.redacted else in_a_line(said.message.body, said.message.html)
    receipts = hub.session.receipts
    return SeenView(
        names.get(event.sender) or safe_line(event.sender),
        safe_line(text, longest=_LONGEST),
        when(hub, event.sent_at),
        tuple(_seen_by(hub, names.get(user) or safe_line(user), proof) for user, proof in proofs),
        receipts.shown,
        own_words(receipts, room.room_id),
    )


def _seen_by(hub: Hub, name: str, proof: _Proof) -> SeenBy:
    moment = when(hub, proof.at)
    return SeenBy(name, moment if proof.here or proof.wrote else f"by {moment}", proof.wrote)


def readers(hub: Hub, room: Room, event: Event) -> Mapping[UserId, _Proof]:
    """Who has read a message, but for who wrote it: those who told it, and those who wrote after it."""
    session, store = hub.session, hub.session.store
    thread = event.payload.thread if isinstance(event.payload, Message) else None
    here = store.place(room.room_id, event.event_id)
    if here is None or not session.receipts.shown:
        return {}
    found: dict[UserId, _Proof] = {}
    for receipt in session.receipts.of(room, thread):
        place = store.place(room.room_id, receipt.event_id)
        if place is not None and place >= here and receipt.user != event.sender:
            proof = _Proof(receipt.at, here=receipt.event_id == event.event_id)
            found[receipt.user] = min(proof, found.get(receipt.user, proof), key=lambda one: one.at)
    joined = {member.user for member in room.who(Membership.JOIN)} - {room.me, event.sender}
    for user, at in _wrote_after(hub, room, event, thread):
        if user in joined and (user not in found or at < found[user].at):
            found[user] = _Proof(at, wrote=True)
    return found


def _wrote_after(hub: Hub, room: Room, event: Event, thread: EventId | None) -> Iterable[tuple[UserId, datetime]]:
    """Who wrote behind a message, in its thread or where it is in none, and when first."""
    first: dict[UserId, datetime] = {}
    for later in hub.session.ignoring.heard(hub.session.store.after(room.room_id, event.event_id, _AFTER)):
        if isinstance(later.payload, Message) and later.payload.thread == thread:
            first.setdefault(later.sender, later.sent_at)
    return first.items()
