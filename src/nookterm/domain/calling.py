"""What calls a person, how often at most, and the words for it: by default none that say who, where or what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from nookterm.domain.events import Edit, Event, Message, Trust
from nookterm.domain.ids import EventId, RoomId, UserId, localpart
from nookterm.domain.levels import Level, calls
from nookterm.domain.power import Power
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line

_SILENT = frozenset({"notice", "redacted"})
"""Kinds of messages that call nobody, also where they name somebody (spec: `.m.rule.suppress_notices`)."""
_VERIFYING = "key.verification."
_HIDDEN = "data-mx-spoiler"
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(minutes=10)
_LONGEST_WORDS, _MOST_NAMES = 120, 2


class Cause(StrEnum):
    """Why somebody is called."""

    MENTION = "mention"
    EVERYBODY = "everybody"
    """Everybody in the room is called at once (`@room`)."""
    ANSWER = "answer"
    """To something that they said."""
    DIRECT = "direct"
    """In a room of two."""
    INVITE = "invite"
    MESSAGE = "message"
    """Anything that is said in a room of which they wish to hear everything."""


NAMED = frozenset({Cause.MENTION, Cause.ANSWER})
"""What may come through quiet hours where a person lets it: a call to everybody is no word to one."""
PERSONAL = NAMED | {Cause.EVERYBODY, Cause.DIRECT, Cause.INVITE}
"""What is meant for its reader, and not just said in a room."""


class Shown(StrEnum):
    """How much a call tells whoever sees it."""

    NOTHING = "nothing"
    ROOM = "room"
    SENDER = "sender"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Call:
    """One reason to call somebody."""

    cause: Cause
    room_id: RoomId
    sender: UserId
    event_id: EventId | None = None
    """What was said; None for an invite."""
    words: str = ""
    """What was said, where that may be shown."""
    sure: bool = True
    """Whether it is shown as the sender's own words anywhere."""


def named_by(event: Event, me: UserId, power: Power) -> Cause | None:
    """Whether something names `me`: alone, or with everybody where its sender may call everybody.

    Of words that came in place of others only what was not named before counts (`Edit.named`).
    """
    said = event.payload
    if event.sender == me or not isinstance(said, Message | Edit):
        return None
    if me in (said.mentions if isinstance(said, Message) else said.named):
        return Cause.MENTION
    return Cause.EVERYBODY if said.everybody and power.may_call_everybody(event.sender) else None


def is_named(said: Message, sender: UserId, me: UserId, power: Power) -> bool:
    """Whether a message as it stands names `me`, alone or with everybody."""
    if sender == me:
        return False
    return me in said.mentions or (said.everybody and power.may_call_everybody(sender))


def call_of(
    event: Event,
    me: UserId,
    level: Level,
    *,
    direct: bool,
    answers_me: bool,
    power: Power | None = None,
    heeds_everybody: bool = True,
) -> Call | None:
    """Why something said calls `me`; None where it does not.

    Who is named is what the event says (`m.mentions`); a name that merely stands in the words names nobody (spec 1.17).
    `answers_me`: it answers something that we said. `direct`: the room is one of two people. `power`: who may call
    everybody in it. `heeds_everybody`: the account lets such a call come through. Other words for what was said
    earlier call only whom they name anew; that they may take its place is for the caller to know.
    """
    payload = event.payload
    said = payload.message if isinstance(payload, Edit) else payload
    if not isinstance(said, Message) or said.kind in _SILENT or said.kind.startswith(_VERIFYING):
        return None
    named = named_by(event, me, power or Power())
    if named is Cause.EVERYBODY and not heeds_everybody:
        named = None
    if isinstance(payload, Edit) and named is None:
        return None
    if not calls(level, event_mentions_me=named is not None or answers_me, is_from_me=event.sender == me):
        return None
    cause = named or (Cause.ANSWER if answers_me else Cause.DIRECT if direct else Cause.MESSAGE)
    if cause is Cause.EVERYBODY and answers_me:
        cause = Cause.ANSWER
    hidden = _HIDDEN in (said.html or "") or said.poll is not None
    words = "" if hidden else safe_line(said.body, longest=_LONGEST_WORDS)
    return Call(cause, event.room_id, event.sender, event.event_id, words, sure=event.trust is not Trust.UNPROVED)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often somebody was called without having looked since: each time the pause after it is twice as long."""

    last: datetime | None = None
    times: int = 0

    @property
    def next(self) -> datetime | None:
        """The moment from which they may be called again; None: at once."""
        return self.last + min(_FIRST * 2 ** (self.times - 1), _LONGEST) if self.last and self.times else None

    def told(self, now: datetime) -> Pace:
        """They are called now."""
        return Pace(now, min(self.times + 1, 20))


def plain(found: Sequence[Call]) -> str:
    """Words for whoever may see them: how much is new, and nothing else."""
    return _sentence(_count(found))


def shown(
    found: Sequence[Call], how: Shown, rooms: Mapping[RoomId, str], people: Mapping[tuple[RoomId, UserId], str]
) -> str:
    """Words with as much in them as somebody wished: the rooms, then who, then what the newest of them says.

    `rooms` and `people` say what they are called; a room of two has no name of its own there.
    """
    if how is Shown.NOTHING or not found:
        return plain(found)
    if how is Shown.ROOM:
        return _sentence(f"{_count(found)}{_where(found, rooms)}")
    newest = found[-1]
    names = dict.fromkeys(_who(call, people) for call in found)
    if len(names) > _MOST_NAMES or "" in names:
        return _sentence(f"{_count(found)}{_where(found, rooms)}")
    line = f"{' and '.join(names)}{_where(found, rooms)}"
    if newest.cause is Cause.INVITE or not newest.words or how is Shown.SENDER:
        return _sentence(f"{line}: {_count(found).lower()}")
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    who = _who(newest, people)
    return safe_line(f"{who}{_where(found[-1:], rooms)}: {newest.words}{more}", longest=2 * _LONGEST_WORDS)


def _who(call: Call, people: Mapping[tuple[RoomId, UserId], str]) -> str:
    if not call.sure:
        return ""
    return safe_line(people.get((call.room_id, call.sender)) or localpart(call.sender), longest=40)


def _where(found: Sequence[Call], rooms: Mapping[RoomId, str]) -> str:
    names = [rooms.get(room_id, "") for room_id in dict.fromkeys(call.room_id for call in found)]
    if not names or not all(names):
        return ""
    first = safe_line(names[0], longest=40)
    rest = len(names) - 1
    return f" in {first}" if not rest else f" in {first} and {rest} other room{'s' if rest > 1 else ''}"


def _count(found: Sequence[Call]) -> str:
    invites = sum(call.cause is Cause.INVITE for call in found)
    messages = len(found) - invites
    parts = []
    if messages:
        parts.append("new message" if messages == 1 else f"{messages} new messages")
    if invites:
        parts.append("new invite" if invites == 1 else f"{invites} new invites")
    return " and ".join(parts)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def missed(unread: Sequence[int], mentions: int = 0, invites: int = 0) -> str:
    """One calm line about what came meanwhile, given each room's unread: `12 new in 3 rooms.`; empty for nothing."""
    rooms = [count for count in unread if count]
    where = "1 room" if len(rooms) == 1 else f"{len(rooms)} rooms"
    named = f", {mentions} of them {'names' if mentions == 1 else 'name'} you" if mentions else ""
    said = [f"{sum(rooms)} new in {where}{named}"] if rooms else []
    asked = [f"{invites} invite{'s' if invites > 1 else ''}"] if invites else []
    return f"{' and '.join((*said, *asked))}." if said or asked else ""
