"""Events as rows and back: the one place that knows how a payload is written down. Odd content never raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from nookterm.domain.attachment import Attachment
from nookterm.domain.events import (
    Edit,
    Event,
    Json,
    MemberChange,
    Membership,
    Message,
    Other,
    Payload,
    PollEnd,
    Reaction,
    Redaction,
    StateChange,
    Trust,
    Unreadable,
    Vote,
)
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.polls import Choice, Poll

Row = tuple[Any, ...]

_COLUMNS = "event_id, room_id, sender, sent_at, payload, encrypted, trust, txn_id"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DEEPEST = 100
"""How deeply content may be nested. Deeper content could be written and then not read again."""
_KEPT = 2048
"""Events that are kept as they were read: each message that comes has the newest of its room read several times."""
_LEAST_INTEGER, _GREATEST_INTEGER = -(2**63), 2**63 - 1


def with_columns(statement: str) -> str:
    """SQL in which `@event` stands for the columns of an event, in the order of `to_row` and `from_row`."""
    return statement.replace("@event", _COLUMNS)


def to_row(event: Event) -> Row:
    """The values of an event's columns."""
    return (
        event.event_id,
        event.room_id,
        event.sender,
        ticks(event.sent_at),
        encode(event.payload),
        int(event.encrypted),
        str(event.trust),
        event.txn_id,
    )


def from_row(row: Row) -> Event:
    """The event of a row that begins with an event's columns. The same columns may give the same event."""
    return _event(row[:8])


def forget_events() -> None:
    """Keep nothing of what was read: an account is closed."""
    _event.cache_clear()


@lru_cache(maxsize=_KEPT)
def _event(row: Row) -> Event:
    event_id, room_id, sender, sent_at, payload, encrypted, trust, txn_id = row
    return Event(
        event_id=EventId(event_id),
        room_id=RoomId(room_id),
        sender=UserId(sender),
        sent_at=from_ticks(sent_at),
        payload=decode(payload),
        encrypted=bool(encrypted),
        trust=_TRUSTS.get(trust, Trust.UNPROVED),
        txn_id=None if txn_id is None else TxnId(txn_id),
    )


def ticks(moment: datetime) -> int:
    """Microseconds since 1970; a moment without a zone counts as UTC."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _TICK


def from_ticks(count: int) -> datetime:
    """The moment, UTC."""
    return _EPOCH + count * _TICK


def clean(text: str) -> str:
    """`text` as UTF-8 can hold it: halves of a surrogate pair are joined, or replaced by U+FFFD where one is alone."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def storable(value: object) -> object:
    """`value` as a database column can hold it."""
    if isinstance(value, str):
        return clean(value)
    return min(max(value, _LEAST_INTEGER), _GREATEST_INTEGER) if isinstance(value, int) else value


def dumps(value: object) -> str:
    """JSON text that can be stored. Raises ValueError, TypeError or RecursionError for what is not JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    if text.count("{") + text.count("[") > _DEEPEST and _depth(value) > _DEEPEST:
        raise ValueError("nested too deeply")
    return clean(text)


def loads(text: str) -> dict[str, Any]:
    """A stored JSON object; empty where it cannot be read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def encode(payload: Payload) -> str:
    """A payload as JSON text. Free content that is not JSON or is nested absurdly deeply counts as empty."""
    try:
        return dumps(_to_json(payload))
    except (TypeError, ValueError, RecursionError):
        return dumps(_to_json(_without_free_content(payload)))


def decode(text: str) -> Payload:
    """The payload of a JSON text; `Other` where it makes no sense."""
    stored = loads(text)
    try:
        return _READERS[stored.pop("k")](stored)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Other("unknown")


def _to_json(payload: Payload) -> dict[str, Any]:
    match payload:
        case Message():
            return {"k": "message", **_message_to_json(payload)}
        case Edit(target, message, named, everybody):
            newly = {"named": sorted(named) or None, "everybody": everybody or None}
            return {"k": "edit", "target": target, "message": _message_to_json(message), **_present(newly)}
        case Reaction() | Redaction() | Vote() | PollEnd():
            return _about_to_json(payload)
        case MemberChange(user, membership, name, reason, previous, previous_name):
            said = {"display_name": name, "reason": reason, "previous": previous, "previous_name": previous_name}
            return {"k": "member", "user": user, "membership": membership, **_present(said)}
        case StateChange(type_, state_key, content):
            return {"k": "state", "type": type_, "state_key": state_key, "content": content}
        case Unreadable(session_id, why):
            return {"k": "unreadable", "session_id": session_id, "why": why}
        case Other(type_):
            return {"k": "other", "type": type_}


def _about_to_json(payload: Reaction | Redaction | Vote | PollEnd) -> dict[str, Any]:
    """What is said about another event."""
    match payload:
        case Reaction(target, key, shortcode):
            return {"k": "reaction", "target": target, "key": key, **({"shortcode": shortcode} if shortcode else {})}
        case Redaction(target, reason):
            return {"k": "redaction", "target": target, "reason": reason}
        case Vote(target, choices):
            return {"k": "vote", "target": target, "choices": list(choices)}
        case PollEnd(target):
            return {"k": "poll_end", "target": target}


def _message_to_json(message: Message) -> dict[str, Any]:
    extra = {"html": message.html, "reply_to": message.reply_to, "thread": message.thread}
    stored = {"kind": message.kind, "body": message.body, **_present(extra)}
    if message.mentions:
        stored["mentions"] = sorted(message.mentions)
    if message.everybody:
        stored["everybody"] = True
    if message.blocks:
        stored["blocks"] = message.blocks
    if message.attachment:
        stored["attachment"] = _present(asdict(message.attachment))
    if message.answers_in_clear:
        stored["answers_in_clear"] = True
    if message.poll:
        stored["poll"] = asdict(message.poll)
    return stored


def _message(stored: Json) -> Message:
    return Message(
        kind=stored["kind"],
        body=stored["body"],
        html=stored.get("html"),
        reply_to=stored.get("reply_to"),
        thread=stored.get("thread"),
        mentions=frozenset(stored.get("mentions", ())),
        everybody=stored.get("everybody") is True,
        blocks=stored.get("blocks", {}),
        attachment=Attachment(**stored["attachment"]) if "attachment" in stored else None,
        poll=_poll(stored.get("poll")),
        answers_in_clear=stored.get("answers_in_clear") is True,
    )


def _poll(stored: Json | None) -> Poll | None:
    if stored is None:
        return None
    choices = tuple(Choice(one["id"], one["text"]) for one in stored["choices"])
    return Poll(stored["question"], choices, stored["most"], stored["disclosed"])


def _member(stored: Json) -> MemberChange:
    before = stored.get("previous")
    return MemberChange(
        user=UserId(stored["user"]),
        membership=Membership(stored["membership"]),
        display_name=stored.get("display_name"),
        reason=stored.get("reason"),
        previous=None if before is None else Membership(before),
        previous_name=stored.get("previous_name"),
    )


_TRUSTS = {str(trust): trust for trust in Trust}
_READERS: Mapping[str, Callable[[Json], Payload]] = {
    "message": _message,
    "edit": lambda stored: Edit(
        stored["target"],
        _message(stored["message"]),
        frozenset(stored.get("named", ())),
        stored.get("everybody") is True,
    ),
    "reaction": lambda stored: Reaction(stored["target"], stored["key"], str(stored.get("shortcode", ""))),
    "redaction": lambda stored: Redaction(stored["target"], stored["reason"]),
    "vote": lambda stored: Vote(stored["target"], tuple(stored["choices"])),
    "poll_end": lambda stored: PollEnd(stored["target"]),
    "member": _member,
    "state": lambda stored: StateChange(stored["type"], stored["state_key"], stored["content"]),
    "unreadable": lambda stored: Unreadable(stored["session_id"], stored["why"]),
    "other": lambda stored: Other(stored["type"]),
}


def _without_free_content(payload: Payload) -> Payload:
    if isinstance(payload, StateChange):
        return StateChange(payload.type, payload.state_key, {})
    if isinstance(payload, Edit):
        return replace(payload, message=_without_blocks(payload.message))
    return _without_blocks(payload) if isinstance(payload, Message) else payload


def _without_blocks(message: Message) -> Message:
    return replace(message, blocks={}, attachment=None, poll=None)


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    raise TypeError(type(value).__name__)


def _depth(value: object) -> int:
    """How many containers lie inside one another."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        inside = [
            list(v.values()) if isinstance(v, Mapping) else v for v in level if isinstance(v, Mapping | list | tuple)
        ]
        depth += bool(inside)
        level = [item for items in inside for item in items]
    return depth
