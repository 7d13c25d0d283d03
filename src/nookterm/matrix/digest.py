"""From one sync response to one `SyncStep`: whatever is in it, what is good comes out and what is broken is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, Protocol

from nookterm.client.ports import MAIN_THREAD, RoomUpdate
from nookterm.domain.events import Event, Json, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.matrix.parsing import CREATE, ENCRYPTED, ENCRYPTION, MEMBER, VISIBILITY, RawEvent, plain, shape
from nookterm.matrix.receipts import receipts_of_others
from nookterm.matrix.wire import as_count, as_list, as_object, as_text, tame

_SECTIONS = (
    ("join", Membership.JOIN),
    ("leave", Membership.LEAVE),
    ("invite", Membership.INVITE),
    ("knock", Membership.KNOCK),
)
"""In this order, because somebody who left and was invited again stands in both sections: the door comes last."""
_LONGEST_ID = 255
_MOST_TYPING = 20
OUTLINE = "outline"
"""Our mark on a room of which only some of the state was asked for."""
WHOLE_ACCOUNT = "account_whole"
"""Our mark on a room whose account data is all that there is."""
_READ = ("m.read", "m.read.private")


class Watcher(Protocol):
    """Who has to know of encrypted events and of changes to who may read a room."""

    def decrypt(self, raw: RawEvent) -> Event:
        """The event in an `m.room.encrypted`."""

    def note_about_keys(self, raw: RawEvent) -> None:
        """A clear-text event that may be about a verification."""

    def encryption_set(self, room_id: str, content: Mapping[str, Any]) -> None:
        """Clear-text state says that the room is encrypted."""

    def audience_changed(self, room_id: str) -> None:
        """Somebody came or went, or the rule who may read changed."""


@dataclass(slots=True)
class Digest:
    """Reads the rooms of one sync response for `me`."""

    me: UserId
    watcher: Watcher
    dropped: int = 0
    rooms: list[RoomUpdate] = field(default_factory=list)

    def take(self, raw_rooms: object) -> None:
        """Read all sections of `rooms`."""
        sections = as_object(raw_rooms)
        for name, membership in _SECTIONS:
            for room_id, room in as_object(sections.get(name)).items():
                if _is_room_id(room_id):
                    self.rooms.append(self._room(RoomId(room_id), membership, as_object(room)))
                else:
                    self.dropped += 1

    def _room(self, room_id: RoomId, membership: Membership, room: Mapping[str, Any]) -> RoomUpdate:
        account, whole = account_data(room.get("account_data")), room.get(WHOLE_ACCOUNT) is True
        if membership in {Membership.INVITE, Membership.KNOCK}:
            block = as_object(room.get(f"{membership}_state")).get("events")
            stripped = [plain(raw) for raw in self._shaped(block, room_id, stripped=True) if raw.state_key is not None]
            return RoomUpdate(room_id, membership, state=tuple(stripped), account=account, account_whole=whole)
        timeline = as_object(room.get("timeline"))
        before, after = (self._state(room.get(name), room_id) for name in ("state", "state_after"))
        events = list(self._shaped(timeline.get("events"), room_id))
        inside = [raw for raw in events if raw.state_key is not None and raw.type != ENCRYPTED]
        self._watch(room_id, (*before, *inside, *after))
        # State that is told as it is behind the timeline is not worked out from the timeline (MSC4222): an event there
        # may have lost against another one.
        changes = after if "state_after" in room else [*before, *inside]
        limited = timeline.get("limited") is True
        if limited or membership is Membership.LEAVE:
            self.watcher.audience_changed(room_id)
        counts = as_object(room.get("unread_notifications"))
        ephemeral = as_list(as_object(room.get("ephemeral")).get("events"))
        typing, receipts = self._ephemeral(ephemeral)
        outside = {thread: receipts.pop(thread) for thread in (None, MAIN_THREAD) if thread in receipts}
        return RoomUpdate(
            room_id=room_id,
            membership=membership,
            state=tuple(map(plain, changes)),
            whole=room.get(OUTLINE) is not True and any(raw.type == CREATE and raw.state_key == "" for raw in changes),
            timeline=tuple(self._events(events)),
            limited=limited,
            prev_batch=tame(as_text(timeline.get("prev_batch"))),
            unread=as_count(counts.get("notification_count")),
            mentions=as_count(counts.get("highlight_count")),
            typing=typing,
            read_up_to=max(outside.values())[1] if outside else None,
            read_all=outside[None][1] if None in outside else None,
            read_threads={EventId(thread): newest for thread, (_, newest) in receipts.items() if thread},
            receipts=receipts_of_others(ephemeral, self.me),
            account=account,
            account_whole=whole,
        )

    def _shaped(self, block: object, room_id: RoomId, *, stripped: bool = False) -> Iterator[RawEvent]:
        for event in as_list(block):
            raw = shape(event, room_id, stripped=stripped)
            if raw is None:
                self.dropped += 1
            else:
                yield raw

    def _state(self, block: object, room_id: RoomId) -> list[RawEvent]:
        """The clear-text state of a state block: an encrypted event never is."""
        events = list(self._shaped(as_object(block).get("events"), room_id))
        state = [raw for raw in events if raw.state_key is not None and raw.type != ENCRYPTED]
        self.dropped += len(events) - len(state)
        return state

    def _watch(self, room_id: RoomId, changes: Iterable[RawEvent]) -> None:
        for raw in changes:
            if raw.type == ENCRYPTION and raw.state_key == "":
                self.watcher.encryption_set(room_id, raw.content)
            elif raw.type in {MEMBER, VISIBILITY}:
                self.watcher.audience_changed(room_id)

    def _events(self, events: Iterable[RawEvent]) -> Iterator[Event]:
        for raw in events:
            if raw.type != ENCRYPTED:
                self.watcher.note_about_keys(raw)
                yield plain(raw)
            elif raw.state_key is None:
                yield self.watcher.decrypt(raw)
            else:
                self.dropped += 1

    def _ephemeral(
        self, events: Iterable[object]
    ) -> tuple[tuple[UserId, ...] | None, dict[str | None, tuple[int, EventId]]]:
        """Who is typing, and our own newest receipt of each thread with its time; None: one for all threads."""
        typing: tuple[UserId, ...] | None = None
        newest: dict[str | None, tuple[int, EventId]] = {}
        for event in map(as_object, events):
            content = as_object(event.get("content"))
            if event.get("type") == "m.typing":
                users = as_list(content.get("user_ids"))[:_MOST_TYPING]
                typing = tuple(UserId(tame(user)) for user in users if isinstance(user, str))
            elif event.get("type") == "m.receipt":
                for thread, receipt in self._receipts(content):
                    newest[thread] = max(receipt, newest.get(thread, receipt))
        return typing, newest

    def _receipts(self, content: Mapping[str, Any]) -> Iterator[tuple[str | None, tuple[int, EventId]]]:
        """Our own receipts in an `m.receipt`: for which thread, when, and up to which event."""
        for event_id, kinds in content.items():
            for kind in _READ:
                mine = as_object(as_object(kinds).get(kind)).get(self.me)
                if not isinstance(mine, Mapping) or not isinstance(event_id, str) or len(event_id) > _LONGEST_ID:
                    continue
                thread = mine.get("thread_id")
                if thread is None or (isinstance(thread, str) and 0 < len(thread) <= _LONGEST_ID):
                    receipt = (as_count(mine.get("ts")) or 0, EventId(tame(event_id)))
                    yield None if thread is None else tame(thread), receipt


def account_data(block: object) -> Mapping[str, Json]:
    """The pieces of account data in a block, by type; of two of one type the later one."""
    events = map(as_object, as_list(as_object(block).get("events")))
    return {
        tame(event["type"]): tame(as_object(event.get("content")))
        for event in events
        if isinstance(event.get("type"), str) and len(event["type"]) <= _LONGEST_ID
    }


def _is_room_id(text: object) -> bool:
    return isinstance(text, str) and text.startswith("!") and len(text) <= _LONGEST_ID and tame(text) == text
