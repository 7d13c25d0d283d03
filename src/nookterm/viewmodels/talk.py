"""The open room: keeps its conversation in step, and carries what is written into the outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypedDict

from nookterm.client.changes import Happened
from nookterm.client.errors import Offline, Problem, ServerTrouble, Throttled
from nookterm.client.outbox import REDACTION
from nookterm.domain.events import Membership, Reaction
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.names import shown_names
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.care_work import offer
from nookterm.viewmodels.conversation import Reader, entries, thread_events
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.safety import RoomFacts, Tone, blocked, tone
from nookterm.viewmodels.status import WHY_READ_ONLY
from nookterm.viewmodels.timeline import Entry, Quote, TimelineView, Words
from nookterm.viewmodels.words import people


class TimelineModel(Model[TimelineView]):
    """Keeps the open room's conversation in step, and carries what is written into the outbox."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(TimelineView(notice=_NOTHING_OPEN))
        self._hub: Hub | None = None
        self._shown = _WINDOW
        self._editing: EventId | None = None
        self._answering: EventId | None = None
        self._mark: EventId | None = None
        self._thread: EventId | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        room = hub.session.rooms.get(hub.open_room) if hub.open_room else None
        if room is None:
            return
        store = hub.session.store
        row = store.room(room.room_id)
        events = store.timeline(room.room_id, self._shown)
        if self._thread:
            events = thread_events(store, room.room_id, self._thread)
        outgoing = [out for out in store.outgoing() if out.room_id == room.room_id]
        reader = Reader(room.me, hub.session.clock(), hub.zone)
        facts = RoomFacts.of(hub, room)
        stops = blocked(facts)
        ended = "for you to sign in again" if hub.session.phase == "signed out" else ""
        drawn = entries(room, events, outgoing, reader, self._mark, waits_for=stops.short if stops else ended)
        self.show(
            TimelineView(
                room_id=room.room_id,
                title=safe_line(title(room)),
                purpose=safe_line((room.charter.purpose if room.charter else room.topic) or ""),
                entries=drawn,
                at_start=row.prev_batch is None and len(events) < self._shown,
                draft=row.draft,
                drafted=hub.drafts[room.room_id],
                editing=self._editing,
                thread=self._thread,
                answering=self._quote(drawn),
                people=_people(room),
                face=Face.CONTENT if drawn else Face.EMPTY,
                notice=None if drawn else _QUIET,
                blocked=stops,
                exception=facts.end,
                may_except=facts.may_except and not hub.read_only,
                **_door(room, tone(facts), read_only=hub.read_only),
            )
        )

    def _quote(self, drawn: tuple[Entry, ...]) -> Quote | None:
        found = (e for e in drawn if isinstance(e, Words) and e.event_id == self._answering)
        said = next(found, None)
        return Quote(said.author, said.colour, safe_line(said.body, longest=120)) if said else None

    async def _on_engine(self, work: Callable[[Hub], Coroutine[Any, Any, None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Problem as problem:
                said = Notice(safe_line(problem.message), (safe_line(problem.hint),) if problem.hint else ())
                self.show(replace(self.view, notice=said))
            else:
                self.rebuild(hub)

        await hub.do(run())

    async def open(self, room_id: RoomId) -> None:
        """Show a room."""

        async def work(hub: Hub) -> None:
            self._shown, self._editing, self._answering, self._thread = _WINDOW, None, None, None
            hub.open_room = room_id
            self._mark = hub.session.store.room(room_id).read_up_to

        await self._on_engine(work)
        await self._on_engine(lambda hub: hub.session.trust.people.look(room_id))

        async def offer_care(hub: Hub) -> None:
            if words := offer(hub, room_id):
                hub.session.changes.tell(Happened(words, room_id))

        await self._on_engine(offer_care)

    async def older(self) -> None:
        """Show more of the past: from the store, then from the server."""

        async def work(hub: Hub) -> None:
            if hub.open_room is None:
                return
            if hub.read_only:
                self._shown += _WINDOW
                return
            if await hub.session.fill_gaps(hub.open_room):
                return
            here = len(hub.session.store.timeline(hub.open_room, self._shown + _WINDOW))
            if here < self._shown + _WINDOW:
                await hub.session.older(hub.open_room)
            self._shown += _WINDOW

        await self._on_engine(work)

    async def read(self) -> None:
        """The newest entry has been seen."""

        async def work(hub: Hub) -> None:
            # A receipt that cannot leave now is kept and told later: nobody has to hear of it.
            with contextlib.suppress(Offline, ServerTrouble, Throttled):
                if hub.open_room:
                    await hub.session.reading.mark(hub.open_room)

        await self._on_engine(work)

    async def send(self, text: str) -> bool:
        """Send what was written. False where it could not be kept here: nothing of it is sent then."""
        room_id, kept = self.view.room_id, False

        async def work(hub: Hub) -> None:
            nonlocal kept
            if room_id is None or not text.strip():
                kept = True
                return
            room = hub.session.rooms[room_id]
            content = written(
                text.strip("\n"), room, editing=self._editing, answering=self._answering, thread=self._thread
            )
            hub.session.outbox.queue(room.room_id, "m.room.message", content)
            kept, self._editing, self._answering = True, None, None
            self._keep(hub, "", room_id)
            self._mark = None
            self.rebuild(hub)
            await hub.session.outbox.flush()

        await self._on_engine(work)
        return kept

    async def answer(self, event_id: EventId | None) -> None:
        """Begin or end an answer."""

        async def work(_hub: Hub) -> None:
            self._answering, self._editing = event_id, None

        await self._on_engine(work)

    async def thread(self, event_id: EventId | None) -> None:
        """Show the thread under a message; None goes back to the room."""

        async def work(_hub: Hub) -> None:
            self._thread, self._answering, self._editing = event_id, None, None

        await self._on_engine(work)

    async def edit(self, event_id: EventId | None) -> None:
        """Begin or end an edit."""

        async def work(hub: Hub) -> None:
            said = next((e for e in self.view.entries if isinstance(e, Words) and e.event_id == event_id), None)
            mine = said is not None and said.colour == 0 and not said.state
            self._editing, self._answering = (event_id, None) if mine else (None, None)
            self._keep(hub, said.body if said and mine else "", hub.open_room)

        await self._on_engine(work)

    async def edit_last(self) -> None:
        """Begin to edit one's newest message."""
        mine = [
            e for e in self.view.entries if isinstance(e, Words) and e.colour == 0 and not e.redacted and not e.state
        ]
        if mine:
            await self.edit(mine[-1].event_id)

    async def react(self, event_id: EventId, key: str) -> None:
        """Add a reaction, or take the same one back."""
        room_id = self.view.room_id

        async def work(hub: Hub) -> None:
            if room_id is None:
                return
            outbox = hub.session.outbox
            relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
            related = hub.session.store.related(room_id, event_id)
            me = hub.session.gateway.user_id
            mine = [e.event_id for e in related if e.sender == me and e.payload == Reaction(event_id, key)]
            rows = [row for row in hub.session.store.outgoing() if row.what.content.get("m.relates_to") == relation]
            mine += [row.event_id for row in rows if row.event_id]
            if mine:
                outbox.queue(room_id, REDACTION, {"redacts": mine[-1]})
            elif rows:
                outbox.give_up(rows[-1].txn_id)
            else:
                outbox.queue(room_id, "m.reaction", {"m.relates_to": relation})
            await hub.session.outbox.flush()

        await self._on_engine(work)

    async def redact(self, event_id: EventId) -> None:
        """Take a message back; one that was never sent is thrown away."""
        room_id = self.view.room_id

        async def work(hub: Hub) -> None:
            if event_id.startswith("~"):
                hub.session.outbox.give_up(TxnId(event_id[1:]))
            elif room_id:
                hub.session.outbox.queue(room_id, REDACTION, {"redacts": event_id})
                await hub.session.outbox.flush()

        await self._on_engine(work)

    async def keep_draft(self, text: str) -> None:
        """Keep what is being written."""
        room_id = self.view.room_id

        async def work(hub: Hub) -> None:
            self._keep(hub, text, room_id)

        await self._on_engine(work)

    async def go_on(self, user: UserId, shown: str) -> None:
        """Go on, unverified, with a changed identity: exactly the one that was shown."""

        async def work(hub: Hub) -> None:
            people = hub.session.trust.people
            if people.standing(user).was_verified:
                await people.withdraw(user, shown)
            else:
                await people.acknowledge(user, shown)

        await self._on_engine(work)

    async def let_unsigned(self, *, allow: bool) -> None:
        """Let unsigned devices take part in the open room for a week, or end that."""
        room_id = self.view.room_id

        async def work(hub: Hub) -> None:
            if room_id is not None and allow:
                await hub.session.trust.exceptions.allow(room_id)
            elif room_id is not None:
                await hub.session.trust.exceptions.forbid(room_id)

        await self._on_engine(work)

    async def retry(self) -> None:
        """Try unsent messages now."""

        async def work(hub: Hub) -> None:
            hub.session.outbox.retry_failed()
            await hub.session.outbox.flush(now=True)

        await self._on_engine(work)

    def _keep(self, hub: Hub, draft: str, room_id: RoomId | None) -> None:
        if room_id and not hub.read_only:
            with hub.session.store.transaction():
                hub.session.store.save_room(replace(hub.session.store.room(room_id), draft=draft))


class _Door(TypedDict):
    size: str
    safety: str
    safe: bool
    trust: tuple[str, ...]
    trust_warns: bool
    audience: str
    leaves: bool
    can_write: bool
    why_not: str


def _door(room: Room, sure: Tone, *, read_only: bool) -> _Door:
    """Who can read here, and whether we may write."""
    joined = len(room.who(Membership.JOIN))
    reads = people(joined) + (" can read this" if room.encrypted else ", not encrypted")
    return _Door(
        size=f"{room.size}/{room.cap}" if room.cap else people(joined),
        safety="encrypted" if room.encrypted else "not encrypted",
        safe=room.encrypted,
        trust=sure.words,
        trust_warns=sure.warns,
        audience=reads,
        leaves=not room.encrypted,
        can_write=not _why_not(room, read_only=read_only),
        why_not=_why_not(room, read_only=read_only),
    )


def _why_not(room: Room, *, read_only: bool) -> str:
    """Why we may not write; empty where we may."""
    if read_only:
        return f"Read-only: {WHY_READ_ONLY}."
    if room.membership != Membership.JOIN:
        return "You are not in here."
    return "" if room.power.may_send(room.me) else "You may read here, not write."


def _people(room: Room) -> tuple[tuple[str, UserId], ...]:
    names = shown_names(room.who(Membership.JOIN, Membership.INVITE))
    return tuple(
        sorted(((name, user) for user, name in names.items() if user != room.me), key=lambda p: p[0].casefold())
    )


def written(
    text: str, room: Room, *, editing: EventId | None, answering: EventId | None, thread: EventId | None = None
) -> dict[str, Any]:
    """The content of what was written: an emote after `/me`, an edit, an answer, with the people that it names."""
    emote = text.startswith("/me ")
    body = text.removeprefix("/me ") if emote else text
    named = [user for name, user in _people(room) if f"@{name}".casefold() in body.casefold() or user in body]
    content: dict[str, Any] = {
        "msgtype": "m.emote" if emote else "m.text",
        "body": body,
        "m.mentions": {"user_ids": sorted(named)} if named else {},
    }
    if editing:
        new = dict(content)
        return {
            **content, "body": f"* {body}", "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": editing},
        }  # fmt: skip
    if thread:
        replied = {"m.in_reply_to": {"event_id": answering or thread}}
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": not answering,
            **replied,
        }
    elif answering:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": answering}}
    return content


_WINDOW = 200
_NOTHING_OPEN = Notice("Choose a nook at the left.", ("↑ ↓ move", "Enter opens", "F1 shows every key"))
_QUIET = Notice("Nothing was said here yet.", ("Write the first words below.",))
