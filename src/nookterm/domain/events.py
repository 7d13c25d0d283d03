"""What happened in a room, parsed once: past this module nobody looks into event JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.attachment import Attachment, attachment_of
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.polls import ENDS, STARTS, VOTES, Poll, read_end, read_poll, read_vote
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import PREFIX

Json = Mapping[str, Any]
"""A JSON object as it came. Only parsers look inside."""

_LONGEST_CODE = 100
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
    attachment: Attachment | None = None
    """The file that it shares; the body is then its caption, or its name again."""
    poll: Poll | None = None
    """What it asks everybody to vote on; the body is then all of its words."""
    answers_in_clear: bool = False
    """Whether only clear text beside an encrypted message says what it answers: a server could have written that."""
    everybody: bool = False
    """Whether it names everybody in the room (`@room`); that counts where its sender may do so."""


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for an earlier message of the same sender."""

    target: EventId
    message: Message
    named: frozenset[UserId] = frozenset()
    """Whom these words name and the earlier ones did not: only they are called (spec: intentional mentions)."""
    everybody: bool = False
    """Whether these words name everybody and the earlier ones did not."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to an event. Never encrypted, whatever the room."""

    target: EventId
    key: str
    shortcode: str = field(default="", compare=False)
    """What somebody's own emoji is called, where `key` is the address of a picture (MSC4027); as it came."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Somebody took an event back."""

    target: EventId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody chose in a poll; nothing chosen takes their earlier vote back."""

    target: EventId
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PollEnd:
    """Somebody closed a poll."""

    target: EventId


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


Payload = Message | Edit | Reaction | Redaction | Vote | PollEnd | MemberChange | StateChange | Unreadable | Other


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
    if type_ == "m.sticker":
        return replace(_message(body), kind="sticker", html=None) if body else Message("redacted", "")
    if type_ == "m.reaction":
        relation = _object(body, "m.relates_to")
        target, key = _text(relation, "event_id"), _text(relation, "key")
        called = _text(body, "shortcode") or _text(body, "com.beeper.reaction.shortcode") or ""
        return Reaction(EventId(target), key, called[:_LONGEST_CODE]) if target and key else Other(type_)
    if type_ == "m.room.redaction":
        target = _text(body, "redacts")
        return Redaction(EventId(target), _text(body, "reason")) if target else Other(type_)
    if type_ == "m.room.encrypted":
        return Unreadable(_text(body, "session_id"), "the key for this message has not arrived")
    return _polled(type_, body)


def _polled(type_: str, body: Json) -> Payload:
    """What is said by way of a poll."""
    if type_ in STARTS:
        poll = read_poll(body)
        if poll is None:
            return Other(type_) if body else Message("redacted", "")
        return replace(_message(body), kind="poll", body=poll.text, html=None, poll=poll, attachment=None)
    if type_ in VOTES and (vote := read_vote(body)):
        return Vote(*vote)
    if type_ in ENDS and (target := read_end(body)):
        return PollEnd(target)
    return Other(type_)


def _message_or_edit(content: Json) -> Payload:
    relation = _object(content, "m.relates_to")
    new, target = _object(content, "m.new_content"), _text(relation, "event_id")
    if relation.get("rel_type") == "m.replace" and target and new:
        return Edit(EventId(target), _message(new), *_mentions(content))
    if not content:
        return Message("redacted", "")
    return _message(content)


def _message(content: Json) -> Message:
    relation = _object(content, "m.relates_to")
    reply = None if relation.get("is_falling_back") is True else _text(_object(relation, "m.in_reply_to"), "event_id")
    thread = _text(relation, "event_id") if relation.get("rel_type") == "m.thread" else None
    mentions, everybody = _mentions(content)
    kind = (_text(content, "msgtype") or "text").removeprefix("m.")
    html = _text(content, "formatted_body") if content.get("format") == "org.matrix.custom.html" else None
    body = _text(content, "body") or ""
    return Message(
        kind=kind,
        body=_without_quote(body) if reply else body,
        html=html,
        reply_to=EventId(reply) if reply else None,
        thread=EventId(thread) if thread else None,
        mentions=mentions,
        everybody=everybody,
        blocks={key: value for key, value in content.items() if isinstance(key, str) and key.startswith(f"{PREFIX}.")},
        attachment=attachment_of(content),
    )


def _mentions(content: Json) -> tuple[frozenset[UserId], bool]:
    """Whom it names, and whether it names everybody in the room."""
    said = _object(content, "m.mentions")
    names = said.get("user_ids")
    listed = names if isinstance(names, list) else []
    return frozenset(UserId(name) for name in listed[:50] if isinstance(name, str)), said.get("room") is True


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
