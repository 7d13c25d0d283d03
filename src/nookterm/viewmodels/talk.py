"""The open room: keeps its conversation in step, and carries what is written into the outbox."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from nookterm.client.changes import Happened, RoomOpened
from nookterm.client.errors import Offline, Problem, ServerTrouble, Throttled
from nookterm.client.naming import NOBODY, Naming
from nookterm.client.outbox import REDACTION
from nookterm.domain.events import Message, Reaction
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.board_hint import with_requests
from nookterm.viewmodels.care_work import offer
from nookterm.viewmodels.conversation import Made, Reader, entries, thread_events
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.marks import opened
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.onward_lines import closed_here, with_older
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.safety import RoomFacts, blocked, tone
from nookterm.viewmodels.seen_marks import typing_line, with_seen
from nookterm.viewmodels.talk_door import door, people_here
from nookterm.viewmodels.talk_places import beside, find, quoted, shown_for
from nookterm.viewmodels.talk_window import Window, close_hole, reach_back
from nookterm.viewmodels.timeline import TimelineView, Words
from nookterm.viewmodels.writing import written

_NOTHING_OPEN = Notice(
    "Choose a nook, and its conversation stands here.",
    (
        "{app.jump} goes to any room by a few letters of its name",
        "{go.next_room} opens the next one of the list",
        "{app.help} shows every key",
    ),
)
_NO_ROOMS = Notice(
    "You are in no space yet.",
    (
        "{app.join} takes you into one whose address you have",
        "{app.palette} and the word found begin one of your own",
        "{go.directory} asks at a nook whose address you have",
    ),
)
_QUIET = Notice(
    "Nothing was said here yet.",
    ("Write the first words below: {composer.send} sends them", "{go.about} tells what this room is for"),
)


_TWO_FRAMES = 0.035
"""Seconds in which a screen draws what has changed, on a slow machine too."""


class TimelineModel(Model[TimelineView]):
    """Keeps the open room's conversation in step, and carries what is written into the outbox."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(TimelineView(notice=_NOTHING_OPEN))
        self.markdown = True
        """Whether what is written is read as Markdown."""
        self._hub: Hub | None = None
        self._window, self._made = Window(), Made()
        self._target: EventId | None = None
        self._jumps = 0
        self._editing: EventId | None = None
        self._answering: EventId | None = None
        self._mark: EventId | None = None
        self._thread: EventId | None = None
        self._keep: Callable[[Hub, str, RoomId | None], None] = keep_draft
        """Keeps what is being written."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        room = hub.session.rooms.get(hub.open_room) if hub.open_room else None
        if room is None:
            if self.view.room_id is None:
                self.show(replace(self.view, notice=_NOTHING_OPEN if hub.session.rooms.joined() else _NO_ROOMS))
            return
        store = hub.session.store
        row = store.room(room.room_id)
        events = self._window.events(store, room.room_id)
        if self._thread:
            events = thread_events(store, room.room_id, self._thread)
        outgoing = [out for out in store.outgoing() if out.room_id == room.room_id]
        past = not self._thread and self._window.ends_before(store, room.room_id)
        reader = Reader(room.me, hub.session.clock(), hub.zone, hub.forms, self._made)
        facts = RoomFacts.of(hub, room)
        stops = closed_here(hub, room) or blocked(facts)
        ended = "for you to sign in again" if hub.session.phase == "signed out" else ""
        heard = hub.session.ignoring.heard(events)
        drawn = entries(
            room, heard, () if past else outgoing, reader, self._mark, waits_for=stops.short if stops else ended,
            beside=beside(hub, room.room_id, self._window, heard), thread=self._thread,
        )  # fmt: skip
        drawn = with_seen(hub.session, room, self._thread, events, with_requests(hub, room, drawn))
        at_start = row.prev_batch is None and self._window.anchor is None and len(events) < self._window.older
        drawn = with_older(hub, room, drawn) if at_start and not self._thread else drawn
        self.show(
            TimelineView(
                room_id=room.room_id,
                title=safe_line(title(room)),
                purpose=safe_line((room.charter.purpose if room.charter else room.topic) or ""),
                entries=drawn,
                times=hub.forms.widest,
                at_start=at_start,
                target=shown_for(self._target, drawn, events),
                jumps=self._jumps,
                past=past,
                draft=row.draft,
                drafted=hub.drafts[room.room_id],
                markdown=self.markdown,
                editing=self._editing,
                thread=self._thread,
                answering=quoted(drawn, self._answering),
                typing="" if self._thread else typing_line(hub.session, room),
                people=people_here(room),
                face=Face.CONTENT if drawn else Face.EMPTY,
                notice=None if drawn else _QUIET,
                blocked=stops,
                exception=facts.end,
                may_except=facts.may_except and not hub.read_only,
                **door(room, tone(facts), read_only=hub.read_only),
            )
        )

    async def _on_engine(self, work: Callable[[Hub], Coroutine[Any, Any, None]], *, told: bool = False) -> None:
        """Let it run there, and show what came of it. `told`: whatever it changes is told, and shown by that alone."""
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Problem as problem:
                said = Notice(safe_line(problem.message), (safe_line(way_out(problem)),) if problem.hint else ())
                self.show(replace(self.view, notice=said))
            else:
                if not told:
                    self.rebuild(hub)

        await hub.do(run())

    async def open(self, room_id: RoomId) -> None:
        """Show a room."""

        async def work(hub: Hub) -> None:
            self._window, self._editing, self._answering, self._thread = Window(), None, None, None
            hub.open_room = room_id
            hub.session.typing.rest()
            self._mark = hub.session.store.room(room_id).read_up_to
            hub.session.changes.tell(RoomOpened(room_id))

        async def look_around(hub: Hub) -> None:
            # The room stands there already; none of these has anything to say that would keep the next from its work.
            await opened(hub, room_id)
            await hub.session.trust.people.look(room_id)
            if words := offer(hub, room_id):
                hub.session.changes.tell(Happened(words, room_id))

        await self._on_engine(work)
        await self._on_engine(look_around)

    async def older(self) -> None:
        """Show more of the past: from the store, then from the server."""

        async def work(hub: Hub) -> None:
            if hub.open_room is None:
                return
            before, wanted = self._window, self._window.back()
            if (hub.read_only or not await reach_back(hub.session, hub.open_room, wanted)) and self._window == before:
                self._window = wanted

        await self._on_engine(work)

    async def newer(self) -> None:
        """Show more of what came after a place in the past."""

        async def work(hub: Hub) -> None:
            room_id, before = hub.open_room, self._window
            if room_id is None or before.anchor is None:
                return
            closed = not hub.read_only and await close_hole(hub.session, room_id, before)
            if self._window == before:
                self._window = (before if closed else before.on()).settled(hub.session.store, room_id)

        await self._on_engine(work)

    async def jump(self, event_id: EventId | None) -> None:
        """Go to a message, wherever it is; None: to the newest."""

        async def work(hub: Hub) -> None:
            room_id = hub.open_room
            if room_id is None:
                return
            if event_id is None:
                self._window, self._target = Window(), None
            else:
                found = await find(hub, room_id, event_id)
                self._thread = found.payload.thread if isinstance(found.payload, Message) else None
                self._window = self._window.to(hub.session.store, room_id, found.event_id)
                self._target = found.event_id
            self._jumps += 1

        await self._on_engine(work)

    async def read(self) -> None:
        """The newest entry has been seen."""

        async def work(hub: Hub) -> None:
            # A receipt that cannot leave now is kept and told later: nobody has to hear of it.
            with contextlib.suppress(Offline, ServerTrouble, Throttled):
                if hub.open_room and self._thread:
                    await hub.session.reading.mark_thread(hub.open_room, self._thread)
                elif hub.open_room and self._window.anchor is None:
                    await hub.session.reading.mark(hub.open_room)

        await self._on_engine(work, told=True)

    async def send(self, text: str, *, everybody: bool = False) -> bool:
        """Send what was written. False where it could not be kept here: nothing of it is sent then."""
        room_id, kept = self.view.room_id, False

        async def work(hub: Hub) -> None:
            nonlocal kept
            if room_id is None or not text.strip():
                kept = True
                return
            room = hub.session.rooms[room_id]
            content = written(
                text.strip("\n"),
                room,
                editing=self._editing,
                answering=self._answering,
                thread=self._thread,
                already=naming(hub).until_now(room_id, self._editing) if self._editing else NOBODY,
                markdown=self.markdown,
                everybody=everybody and room.power.may_call_everybody(room.me),
            )
            before = self._editing, self._answering, self._mark, self._window, self._target, self._jumps
            self._editing, self._answering, self._mark = None, None, None
            if self._window.anchor is not None and self._thread is None:
                self._window, self._target, self._jumps = Window(), None, self._jumps + 1
            try:
                # One write, told at once: what is shown then needs nothing made anew right behind it.
                outbox = hub.session.outbox
                outbox.queue(room.room_id, "m.room.message", content, also=lambda: self._keep(hub, "", room_id))
            except Problem:
                self._editing, self._answering, self._mark, self._window, self._target, self._jumps = before
                raise
            kept = True
            hub.session.typing.rest()
            # The screen draws the words first: to encrypt them takes turns with it.
            await asyncio.sleep(_TWO_FRAMES)
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
                names = (e.payload.shortcode for e in related if e.payload == Reaction(event_id, key))
                called = next(filter(None, names), "") if key.startswith("mxc://") else ""
                named = {"shortcode": called} if called else {}
                outbox.queue(room_id, "m.reaction", {"m.relates_to": relation, **named})
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


def keep_draft(hub: Hub, draft: str, room_id: RoomId | None) -> None:
    """Keep what is being written, where the account is ours."""
    if room_id and not hub.read_only:
        with hub.session.store.transaction():
            hub.session.store.save_room(replace(hub.session.store.room(room_id), draft=draft))


def naming(hub: Hub) -> Naming:
    """Who is named by what is said."""
    return Naming(hub.session.store, hub.session.gateway.user_id)
