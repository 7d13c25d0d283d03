"""The board of a space: what its nooks have shared, as everybody there can read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nookterm.domain.attachment import Attachment, attachment_of
from nookterm.domain.events import Edit, Event, Message, Reaction, Redaction, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.provenance import Claimed
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import HIGHLIGHT, VERSION


@dataclass(frozen=True, slots=True)
class Highlight:
    """A published highlight as the board shows it. All of it is the publisher's word; the proof is checked apart."""

    id: str
    nook_name: str
    credit: str
    """The names of those who agreed to be named; empty where nobody did."""
    body: str
    event_id: EventId
    room_id: RoomId
    at: datetime
    sender: UserId
    commit: str
    by_reaction: bool = False
    """Whether somebody agreed by a reaction only, which their server could have made."""
    picture: Attachment | None = None
    picture_sha256: str = ""
    reactions: tuple[tuple[str, int], ...] = ()
    """Key and how many people, in the order in which the keys first came."""
    mine: frozenset[str] = frozenset()
    """The keys among them that are ours."""
    altered: bool = False
    """Whether other clients show other words than these: somebody edited it, or wrote something else around it."""

    @property
    def claimed(self) -> Claimed:
        """What its proof has to bind."""
        return Claimed(self.body, self.credit, self.picture_sha256, self.nook_name, self.by_reaction)


def highlights(room: Room, events: Iterable[Event]) -> tuple[Highlight, ...]:
    """The board of a highlights room, newest first; taken-back ones are gone.

    Each person counts once for each reaction, however often they send it. `events` in the order of the room.
    """
    listed = [e for e in events if e.room_id == room.room_id and e.trust != Trust.UNPROVED]
    gone = taken_back(listed)
    found = {h.event_id: h for e in listed if e.event_id not in gone and (h := _highlight(e))}
    reacted: dict[EventId, dict[str, set[UserId]]] = {}
    edited: set[EventId] = set()
    for event in listed:
        payload = event.payload
        if isinstance(payload, Reaction) and event.event_id not in gone and payload.target in found:
            reacted.setdefault(payload.target, {}).setdefault(payload.key, set()).add(event.sender)
        elif isinstance(payload, Edit) and event.event_id not in gone and payload.target in found:
            edited |= {payload.target} if found[payload.target].sender == event.sender else set()
    return tuple(
        replace(
            highlight,
            reactions=tuple((key, len(who)) for key, who in reacted.get(id_, {}).items()),
            mine=frozenset(key for key, who in reacted.get(id_, {}).items() if room.me in who),
            altered=highlight.altered or id_ in edited,
        )
        for id_, highlight in reversed(found.items())
    )


def taken_back(events: Iterable[Event]) -> frozenset[EventId]:
    """What was redacted. The server judges redactions only where it can read them: encrypted ones are nothing."""
    listed = list(events)
    bare = {e.event_id for e in listed if isinstance(e.payload, Message) and e.payload.kind == "redacted"}
    return frozenset(bare | {e.payload.target for e in listed if isinstance(e.payload, Redaction) and not e.encrypted})


def _highlight(event: Event) -> Highlight | None:
    payload = event.payload
    block = payload.blocks.get(HIGHLIGHT) if isinstance(payload, Message) else None
    if not isinstance(payload, Message) or not isinstance(block, Mapping) or block.get("v") != VERSION:
        return None
    if not isinstance(block.get("id"), str):
        return None
    keys = ("nook_name", "credit", "text", "commit")
    nook_name, credit, text, commit = (value if isinstance(value := block.get(key), str) else "" for key in keys)
    sha256, picture = _picture(block.get("picture"))
    return Highlight(
        id=str(block["id"]),
        nook_name=nook_name,
        credit=credit,
        body=text,
        event_id=event.event_id,
        room_id=event.room_id,
        at=event.sent_at,
        sender=event.sender,
        commit=commit,
        by_reaction=block.get("consent") == "reaction",
        picture=picture,
        picture_sha256=sha256,
        altered=not _shows(payload, nook_name, text, credit) or _place(payload.attachment) != _place(picture),
    )


def _shows(message: Message, nook_name: str, text: str, credit: str) -> bool:
    """Whether clients that know nothing of highlights show the same words."""
    return message.html is None and message.body == shown_body(nook_name, text, credit)


def shown_body(nook_name: str, text: str, credit: str) -> str:
    """What every client shows of a highlight."""
    quoted = "> " + text.replace("\n", "\n> ")
    return f"From {nook_name}, shared with permission\n\n{quoted}" + (f"\n\n{credit}" if credit else "")


def _place(file: Attachment | None) -> tuple[object, ...]:
    """Where a picture lies and how it is opened: what other clients show has to be what the block names."""
    return (file.address, file.secret, file.stands_in) if file else ()


def _picture(said: Any) -> tuple[str, Attachment | None]:
    """The picture as the block names it (`{"sha256", "file" or "url", "info"}`): no other place may name another."""
    if not isinstance(said, Mapping) or not isinstance(said.get("sha256"), str):
        return "", None
    return str(said["sha256"]), attachment_of(said)
