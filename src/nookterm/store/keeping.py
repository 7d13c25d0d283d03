"""Which version of an event is kept: what a redaction leaves of it, and what a second copy may change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nookterm.domain.events import (
    SURE,
    Edit,
    Event,
    Json,
    MemberChange,
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
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.polls import END, VOTE

REDACTED = "redacted"
"""The kind of a message whose text is gone (the parser gives it to an empty message, too)."""

_STAYS = {
    "m.room.create": None,
    "m.room.join_rules": ("join_rule", "allow"),
    "m.room.history_visibility": ("history_visibility",),
    "m.room.power_levels": (
        "ban",
        "events",
        "events_default",
        "invite",
        "kick",
        "redact",
        "state_default",
        "users",
        "users_default",
    ),
}
"""Which content survives a redaction (spec: room version 11, redactions); None: all. Other types lose everything."""


_ABOUT = {Edit: "m.room.message", Reaction: "m.reaction", Vote: VOTE, PollEnd: END}


def emptied(payload: Payload) -> Payload:
    """What a redaction leaves: the kind and the place of the event, none of its words."""
    match payload:
        case Message():
            return Message(REDACTED, "", reply_to=payload.reply_to, thread=payload.thread)
        case Unreadable():
            return Message(REDACTED, "")
        case Edit() | Reaction() | Vote() | PollEnd():
            return Other(_ABOUT[type(payload)])
        case Redaction(target):
            return Redaction(target)
        case MemberChange(user, membership, _, _, previous):
            return MemberChange(user, membership, previous=previous)
        case StateChange(type_, state_key, content):
            return StateChange(type_, state_key, _surviving(type_, content))
        case Other():
            return payload


def is_emptied(payload: Payload) -> bool:
    """Whether a payload came from the server as a message without its text."""
    return isinstance(payload, Message) and payload.kind == REDACTED


def merged(old: Event, new: Event) -> Event:
    """What to keep when an event comes a second time.

    The first readable version stays: a server cannot swap the words of an event that is here. Only what could not be
    read or proved gives way, and everything gives way to a redaction. Trust and transaction id follow the newer copy,
    but never onto words that it does not prove: a copy that is the first to come from a signed device brings its own.
    """
    if old.sender != new.sender:
        return old
    if is_emptied(new.payload):
        return replace(old, payload=emptied(old.payload))
    proves = new.encrypted and new.trust in SURE and old.trust not in SURE
    if isinstance(new.payload, Unreadable) or (old.encrypted != new.encrypted and not proves):
        # Of two copies that cannot be read the newer one knows better why.
        payload = (
            new.payload if isinstance(new.payload, Unreadable) and isinstance(old.payload, Unreadable) else old.payload
        )
        return replace(old, payload=payload, txn_id=new.txn_id or old.txn_id)
    open_to_change = proves or isinstance(old.payload, Unreadable | Other) or old.trust is Trust.UNPROVED
    payload = new.payload if open_to_change else old.payload
    return replace(new, payload=payload, sent_at=old.sent_at, txn_id=new.txn_id or old.txn_id)


def words_of(message: Event, edits: Iterable[Event]) -> str:
    """The text of a message as it reads now. `edits` are the events that edit it, newest first.

    An edit counts when it is the sender's own, is not less protected than the message, and is proved if the message is.
    """
    if not isinstance(message.payload, Message) or is_emptied(message.payload):
        return ""
    for edit in edits:
        if isinstance(edit.payload, Edit) and _may_edit(edit, message):
            return edit.payload.message.body
    return message.payload.body


def named_in(message: Event, edits: Iterable[Event]) -> tuple[frozenset[UserId], bool]:
    """Whom a message has named so far, by itself or by newer words for it, and whether it named everybody.

    Who was called once has been called: newer words that leave a name out do not take that back. `edits` as above.
    """
    if not isinstance(message.payload, Message) or is_emptied(message.payload):
        return frozenset(), False
    people, everybody = message.payload.mentions, message.payload.everybody
    for edit in edits:
        if isinstance(edit.payload, Edit) and _may_edit(edit, message):
            people, everybody = people | edit.payload.named, everybody or edit.payload.everybody
    return people, everybody


def target_of(payload: Payload) -> EventId | None:
    """What an event edits, reacts to, redacts or answers."""
    if isinstance(payload, Edit | Reaction | Redaction | Vote | PollEnd):
        return payload.target
    return payload.reply_to if isinstance(payload, Message) else None


def thread_of(payload: Payload) -> EventId | None:
    """The root of the thread that an event is in."""
    return payload.thread if isinstance(payload, Message) else None


def _may_edit(edit: Event, message: Event) -> bool:
    protected = edit.encrypted or not message.encrypted
    proved = edit.trust is not Trust.UNPROVED or message.trust is Trust.UNPROVED
    return edit.sender == message.sender and protected and proved


def _surviving(type_: str, content: Json) -> Json:
    stays = _STAYS.get(type_, ())
    return content if stays is None else {key: content[key] for key in stays if key in content}
