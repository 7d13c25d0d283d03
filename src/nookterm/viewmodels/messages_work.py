"""What one does with messages of the open room, carried out: what was asked for, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from nookterm.client.errors import NotAllowed, NotFound, Problem, WrongUsage
from nookterm.client.naming import Naming
from nookterm.client.outbox import REDACTION
from nookterm.client.places import Places
from nookterm.domain.events import Edit, Membership
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.links import message_link, read_link, room_link
from nookterm.domain.pins import PINS, toggled
from nookterm.domain.polls import END, START, VOTE, end_content, outcome, start_content, vote_content
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.search import QueryError, read_query
from nookterm.domain.upgrade import newest
from nookterm.viewmodels.desk_deciding import Bar, Decision
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.message_lists import details, pins, said_now, threads
from nookterm.viewmodels.messages import Details, Listed, MessagesView, PollDraft, Way
from nookterm.viewmodels.model import Model
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.reacted import shown_reaction
from nookterm.viewmodels.talk import TimelineModel

T = TypeVar("T")
_PAGE = 500
_MOST_BACK = 10
"""Pages that are looked through for a message that names us."""
_NO_MENTION = "Nothing before this names you, as far as it is on this disk."
_NOT_A_LINK = "That is no address of a room or a message."


class MessagesModel(Model[MessagesView]):
    """Acts on messages of the room that the timeline shows; holds at most one redaction in its bar."""

    def __init__(self, timeline: TimelineModel) -> None:
        """`timeline` shows the room."""
        super().__init__(MessagesView())
        self._timeline = timeline
        self._hub: Hub | None = None
        self._bar = Bar(lambda pending: self.show(MessagesView(pending)))

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def end(self) -> None:
        """The account closes: what is in the bar is not done."""
        self._bar.take()

    async def _ask(self, work: Callable[[Hub, Room], Coroutine[Any, Any, T]], otherwise: Callable[[str], T]) -> T:
        """Do it on the engine's thread, about the open room; `otherwise` makes an answer of what went wrong."""
        hub = self._hub
        if hub is None or hub.open_room is None or hub.open_room not in hub.session.rooms:
            return otherwise("No room is open.")
        room = hub.session.rooms[hub.open_room]

        async def run() -> T:
            try:
                return await work(hub, room)
            except Problem as problem:
                return otherwise(safe_line(in_words(problem), longest=300))

        answer: T = await hub.do(run())
        return answer

    async def details(self, event_id: EventId) -> Details | None:
        """Earlier wordings, who reacted, who voted; None where it is not here."""

        async def work(hub: Hub, room: Room) -> Details | None:
            return details(hub, room, event_id)

        return await self._ask(work, lambda _words: None)

    async def take_back(self, event_id: EventId, reason: str = "") -> str:
        """Take a message back when the bar has drained."""

        async def work(hub: Hub, room: Room) -> str:
            said = said_now(hub, room, event_id)
            if said is None or said.redacted:
                return "That message is not here any more."
            if not room.power.may_redact(room.me, said.sender):
                return "Only its author or a facilitator can take it back."
            content = {"redacts": event_id} | ({"reason": reason} if reason else {})
            words = safe_line(said.message.body, longest=40)

            async def make() -> None:
                hub.session.outbox.queue(room.room_id, REDACTION, content)
                self.show(MessagesView(result="Taken back for everyone."))
                await hub.session.outbox.flush()

            await self._bar.make()
            self._bar.put(Decision(event_id, f"Taking back: {words}", make))
            return ""

        return await self._ask(work, str)

    async def undo(self) -> None:
        """What is in the bar is not done."""

        async def work(_hub: Hub, _room: Room) -> None:
            if self._bar.take():
                self.show(MessagesView(result="It stays. Nothing was taken back."))

        await self._ask(work, lambda _words: None)

    async def settle(self) -> None:
        """What is in the bar is done now."""

        async def work(_hub: Hub, _room: Room) -> None:
            await self._bar.make()

        await self._ask(work, lambda _words: None)

    async def react(self, event_id: EventId, shown: str) -> str:
        """Add a reaction that others gave, or take the same one back."""

        async def work(hub: Hub, room: Room) -> str:
            said = said_now(hub, room, event_id)
            keys = [key for key, _ in said.reactions] if said else []
            return next((key for key in keys if said and shown_reaction(said, key) == shown), shown)

        await self._timeline.react(event_id, await self._ask(work, lambda _words: shown))
        return ""

    async def threads(self) -> tuple[Listed, ...]:
        """The room's threads."""

        async def work(hub: Hub, room: Room) -> tuple[Listed, ...]:
            return threads(hub, room)

        return await self._ask(work, lambda _words: ())

    async def read_threads(self) -> None:
        """Everything in all threads has been seen."""

        async def work(hub: Hub, room: Room) -> None:
            read_up_to = hub.session.store.room(room.room_id).read_up_to
            for root in hub.session.reading.threads.unread(room.room_id, read_up_to):
                await hub.session.reading.mark_thread(room.room_id, root)

        await self._ask(work, lambda _words: None)

    async def pins(self) -> tuple[Listed, ...]:
        """The pinned messages."""

        async def work(hub: Hub, room: Room) -> tuple[Listed, ...]:
            return pins(hub, room)

        return await self._ask(work, lambda _words: ())

    async def pin(self, event_id: EventId) -> str:
        """Pin a message for everybody, or let it go again."""

        async def work(hub: Hub, room: Room) -> str:
            if not room.power.may_set(room.me, PINS):
                return "Pinning is for facilitators here."
            if event_id.startswith("~"):
                return "It can be pinned when it has been sent."
            await hub.session.gateway.set_state(room.room_id, PINS, "", toggled(room.pinned, event_id))
            return "No longer pinned." if event_id in room.pinned else "Pinned for everybody here."

        return await self._ask(work, str)

    async def vote(self, event_id: EventId, choices: Sequence[str]) -> str:
        """Vote in a poll, or change one's vote; no choices take it back."""

        async def work(hub: Hub, room: Room) -> str:
            said = said_now(hub, room, event_id)
            if said is None or said.message.poll is None or said.counted is None:
                return "That poll is not here."
            if said.counted.ended_at is not None:
                return "This poll has ended."
            hub.session.outbox.queue(room.room_id, VOTE, vote_content(event_id, choices))
            await hub.session.outbox.flush()
            return ""

        return await self._ask(work, str)

    async def begin_poll(self, draft: PollDraft) -> str:
        """Begin a poll in the open room, or in the thread that is shown."""

        async def work(hub: Hub, room: Room) -> str:
            content = start_content(draft.question, draft.answers, most=draft.most, disclosed=draft.disclosed)
            if thread := draft.thread or self._timeline.view.thread:
                reply = {"m.in_reply_to": {"event_id": thread}, "is_falling_back": True}
                content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread, **reply}
            if room.membership != Membership.JOIN or not room.power.may_send(room.me, START):
                message = "You may not begin a poll here."
                raise NotAllowed(message, code="not_allowed")
            hub.session.outbox.queue(room.room_id, START, content)
            await hub.session.outbox.flush()
            return ""

        return await self._ask(work, str)

    async def end_poll(self, event_id: EventId) -> str:
        """Close a poll."""

        async def work(hub: Hub, room: Room) -> str:
            said = said_now(hub, room, event_id)
            if said is None or said.message.poll is None or said.counted is None or said.counted.ended_at:
                return "There is no open poll."
            if not room.power.may_redact(room.me, said.sender):
                return "Only who began it, or a facilitator, can close it."
            words = outcome(said.message.poll, said.counted)
            hub.session.outbox.queue(room.room_id, END, end_content(event_id, words))
            await hub.session.outbox.flush()
            return ""

        return await self._ask(work, str)

    async def mention(self, before: EventId | None) -> Way:
        """The last message before this one that names us."""

        async def work(hub: Hub, room: Room) -> Way:
            found = _last_mention(hub, room, before)
            return Way(event_id=found) if found else Way(_NO_MENTION)

        return await self._ask(work, Way)

    async def day(self, date: str) -> Way:
        """The first message of a day."""

        async def work(hub: Hub, room: Room) -> Way:
            try:
                asked = read_query(f"on:{date.strip()}", hub.session.clock(), hub.zone, hub.forms)
            except QueryError:
                message = f"{safe_line(date, longest=40)} is no date."
                example = hub.forms.numbers(hub.session.clock().astimezone(hub.zone).date())
                raise WrongUsage(message, f"Write /date {example}, /date yesterday or /date 7d.") from None
            if asked.since is None or asked.since > hub.session.clock():
                return Way("Nothing has been said on that day yet.")
            return Way(event_id=(await Places(hub.session).on(room.room_id, asked.since)).event_id)

        return await self._ask(work, Way)

    async def link(self, event_id: EventId | None) -> str:
        """The address of a message, or of the open room."""

        async def work(_hub: Hub, room: Room) -> str:
            if event_id is None or event_id.startswith("~"):
                return room_link(room.room_id, room.me)
            return message_link(room.room_id, event_id, room.me)

        return await self._ask(work, lambda _words: "")

    async def follow(self, address: str) -> Way:
        """Where a matrix.to or matrix: address leads."""

        async def work(hub: Hub, _room: Room) -> Way:
            link = read_link(address)
            if link is None:
                return Way(_NOT_A_LINK)
            if link.user:
                return Way(f"That is somebody's address: {safe_line(link.user)}")
            room_id = RoomId(link.room)
            if link.room.startswith("#"):
                try:
                    room_id, _ = await hub.session.gateway.resolve(link.room)
                except NotFound:
                    return Way(f"Nothing is known of {safe_line(link.room, longest=100)}.")
            known = hub.session.rooms.get(room_id)
            if known is not None and known.membership == Membership.JOIN:
                # A message stands where it was said; a room that went on leads to the new one.
                on = room_id if link.event else newest(room_id, hub.session.rooms)
                return Way(room_id=on, event_id=link.event)
            return Way(ask=address)

        return await self._ask(work, Way)


def _last_mention(hub: Hub, room: Room, before: EventId | None) -> EventId | None:
    place, naming = before, Naming(hub.session.store, room.me)
    # Newer words that name us stand behind the message that they changed.
    since = hub.session.store.timeline(room.room_id, _PAGE) if before else ()
    edits = [event for event in hub.session.ignoring.heard(since) if isinstance(event.payload, Edit)]
    reworded = naming.in_these(room.room_id, edits, room.power)
    for _ in range(_MOST_BACK):
        events = hub.session.store.timeline(room.room_id, _PAGE, place)
        for event in reversed(hub.session.ignoring.heard(events)):
            if isinstance(event.payload, Edit):
                reworded |= naming.in_these(room.room_id, (event,), room.power)
            elif event.event_id in reworded or naming.in_these(room.room_id, (event,), room.power):
                return event.event_id
        if len(events) < _PAGE:
            return None
        place = events[0].event_id
    return None
