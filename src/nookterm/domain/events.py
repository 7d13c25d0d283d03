"""What happened in a room, parsed once: past this module nobody looks into event JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.vocabulary import PREFIX

Json = Mapping[str, Any]
"""A JSON object as it came. Only parsers look inside."""

_LATEST_MS = 221_845_392_000_000
"""The year 9000: long before the last moment that a `datetime` can hold, so that every term still fits behind it."""


class Trust(StrEnum):
    """How sure we are that the sender wrote it."""

    OWN = "own"
    VERIFIED = "verified"
    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNPROVED = "unproved"
    """Encrypted, but the key is not shown to be the sender's: never shown as theirs."""
    NONE = "none"
    """Not encrypted: the server vouches, nobody else."""


SURE = frozenset({Trust.OWN, Trust.VERIFIED, Trust.SIGNED})
"""What a person said by a device that they signed. Only that decides anything: who is let in unsigned may talk, and no
server that could read along may act for them."""


class Membership(StrEnum):
    """A person's relation to a room (spec: `m.room.member`)."""

    JOIN = "join"
    INVITE = "invite"
    KNOCK = "knock"
    LEAVE = "leave"
    BAN = "ban"


_MEMBERSHIPS = {str(membership): membership for membership in Membership}


@dataclass(frozen=True, slots=True)
class Message:
    """Something said. `kind` is the msgtype without `m.`: text, notice, emote, image, file, ..."""

    kind: str
    body: str
    html: str | None = None
    reply_to: EventId | None = None
    thread: EventId | None = None
    mentions: frozenset[UserId] = frozenset()
    blocks: Json = field(default_factory=dict)
    """Our own blocks beside the body, by their type (`org.nookterm.*`)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for an earlier message of the same sender."""

    target: EventId
    message: Message


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to an event. Never encrypted, whatever the room."""

    target: EventId
    key: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """Somebody took an event back."""

    target: EventId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A move of `user` to `membership`; `previous` is None where the server did not say."""

    user: UserId
    membership: Membership
    display_name: str | None = None
    reason: str | None = None
    previous: Membership | None = None
    previous_name: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """Any other state event."""

    type: str
    state_key: str
    content: Json


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An encrypted event without its key, or with a broken body; `why` is for people."""

    session_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Other:
    """An event type that nookterm does not know."""

    type: str


Payload = Message | Edit | Reaction | Redaction | MemberChange | StateChange | Unreadable | Other


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a room's timeline or state."""

    event_id: EventId
    room_id: RoomId
    sender: UserId
    sent_at: datetime
    """By the sender's server's clock, UTC. Order is the server's, never this."""
    payload: Payload
    encrypted: bool = False
    trust: Trust = Trust.NONE
    txn_id: TxnId | None = None
    """Set on the echo of a send of this device."""


def moment(milliseconds: object) -> datetime:
    """A server's timestamp as UTC; nonsense (negative, huge, not a number) becomes the nearest possible moment."""
    value = milliseconds if isinstance(milliseconds, int) and not isinstance(milliseconds, bool) else 0
    return datetime.fromtimestamp(min(max(value, 0), _LATEST_MS) / 1000, UTC)


def parse_payload(type_: str, content: object, state_key: str | None = None, unsigned: object = None) -> Payload:
    """Read an event's content (clear text). Never raises: what makes no sense is `Other` or `Unreadable`."""
    body = content if isinstance(content, Mapping) else {}
    if state_key is not None:
        return _member(body, state_key, unsigned) if type_ == "m.room.member" else StateChange(type_, state_key, body)
    if type_ == "m.room.message":
        return _message_or_edit(body)
    if type_ == "m.reaction":
        relation = _object(body, "m.relates_to")
        target, key = _text(relation, "event_id"), _text(relation, "key")
        return Reaction(EventId(target), key) if target and key else Other(type_)
    if type_ == "m.room.redaction":
        target = _text(body, "redacts")
        return Redaction(EventId(target), _text(body, "reason")) if target else Other(type_)
    if type_ == "m.room.encrypted":
        return Unreadable(_text(body, "session_id"), "the key for this message has not arrived")
    return Other(type_)


def _message_or_edit(content: Json) -> Payload:
    relation = _object(content, "m.relates_to")
    new, target = _object(content, "m.new_content"), _text(relation, "event_id")
    if relation.get("rel_type") == "m.replace" and target and new:
        return Edit(EventId(target), _message(new))
    if not content:
        return Message("redacted", "")
    return _message(content)


def _message(content: Json) -> Message:
    relation = _object(content, "m.relates_to")
    reply = None if relation.get("is_falling_back") is True else _text(_object(relation, "m.in_reply_to"), "event_id")
    thread = _text(relation, "event_id") if relation.get("rel_type") == "m.thread" else None
    mentioned = _object(content, "m.mentions").get("user_ids")
    names = mentioned if isinstance(mentioned, list) else []
    kind = (_text(content, "msgtype") or "text").removeprefix("m.")
    html = _text(content, "formatted_body") if content.get("format") == "org.matrix.custom.html" else None
    body = _text(content, "body") or ""
    return Message(
        kind=kind,
        body=_without_quote(body) if reply else body,
        html=html,
        reply_to=EventId(reply) if reply else None,
        thread=EventId(thread) if thread else None,
        mentions=frozenset(UserId(name) for name in names[:50] if isinstance(name, str)),
        blocks={key: value for key, value in content.items() if isinstance(key, str) and key.startswith(f"{PREFIX}.")},
    )


def _without_quote(body: str) -> str:
    """Drop the quote that older clients put before a reply (`> <@user:server> ...`, a blank line); never all words."""
    lines = body.split("\n")
    if not lines[0].startswith(("> <@", "> * <@")):
        return body
    rest = 0
    while rest < len(lines) and lines[rest].startswith(">"):
        rest += 1
    return "\n".join(lines[rest + 1 if rest < len(lines) and not lines[rest] else rest :]) or body


def _member(content: Json, user: str, unsigned: object) -> Payload:
    membership = _MEMBERSHIPS.get(_text(content, "membership") or "")
    if membership is None:
        return Other("m.room.member")
    before = _object(unsigned if isinstance(unsigned, Mapping) else {}, "prev_content")
    return MemberChange(
        user=UserId(user),
        membership=membership,
        display_name=_text(content, "displayname"),
        reason=_text(content, "reason"),
        previous=_MEMBERSHIPS.get(_text(before, "membership") or ""),
        previous_name=_text(before, "displayname"),
    )


def _object(content: Json, key: str) -> Json:
    value = content.get(key)
    # The exact type first: an abstract class is asked slowly, and this is asked some times for each event.
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def _text(content: Json, key: str) -> str | None:
    value = content.get(key)
    return value if isinstance(value, str) and value else None
