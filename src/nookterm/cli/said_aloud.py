"""Messages, and what becomes of them, as one line of words each: for people who read along, by eye or by ear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from nookterm.domain.events import Message, Trust
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sending import bytes_in_words, caption_of, kind_in_words
from nookterm.domain.timeline import Locked, Said

_DOUBTS = {
    Trust.UNSIGNED: "  ! from a device that its owner has not signed",
    Trust.UNPROVED: "  ! not proved to be from this person",
}
_QUOTED = 60
"""Characters of a message that is only meant to be recognised."""
_MOST_NAMES = 3
_LONGEST_KEY = 40
_EMOTE = "emote"


def message_line(item: Said | Locked, room: Room) -> str:
    """A message: when, who, to whom, the words, and what has become of them since."""
    who = _name(item.sender, room)
    if isinstance(item, Locked):
        return f"{_moment(item.sent_at)}  {who}: {item.why}"
    if item.redacted:
        return f"{_moment(item.sent_at)}  {who}: (taken back)"
    words = _one_line(_words(item.message))
    said = f"{who} {words}" if item.message.kind == _EMOTE else f"{who}{_addressed(item, room)}: {words}"
    since = ("edited" if item.edited else "", _reacted(item, room), _standing(item))
    marks = "; ".join(filter(None, since))
    return f"{_moment(item.sent_at)}  {said}{f' ({marks})' if marks else ''}{doubt(item, room)}"


def change_lines(then: Mapping[str, Any], item: Said | Locked, room: Room, at: datetime) -> Iterator[str]:
    """What has become of a message since it was printed. `then`: its fields at that time; `at`: now."""
    when, who = _moment(at), _name(item.sender, room)
    if isinstance(item, Locked):
        return
    quoted = f"“{safe_line(_words(item.message), longest=_QUOTED)}”"
    before = safe_line(str(then["body"]), longest=_QUOTED)
    if then["kind"] == "unreadable":
        yield f"{when}  Can be read now: {message_line(item, room)}"
        return
    if item.redacted:
        if not then["redacted"]:
            yield f"{when}  A message of {who} was taken back: “{before}”"
        return
    if then["body"] != item.message.body:
        yield f"{when}  {who} changed “{before}” to: {_one_line(_words(item.message))}{doubt(item, room)}"
    yield from (f"{when}  {line}: {quoted}" for line in _reactions(then["reacted"] or {}, item, room))
    polled = then.get("poll")
    if polled and _standing(item) and (polled["voters"], polled["ended"]) != _polled(item):
        yield f"{when}  {_standing(item).capitalize()}: {quoted}"


def doubt(item: Said, room: Room) -> str:
    """What is not proved about a message, behind its words; nothing where all is well."""
    if not item.encrypted:
        return "  ! not encrypted" if room.encrypted and not item.redacted else ""
    return _DOUBTS.get(item.trust, "")


def _addressed(item: Said, room: Room) -> str:
    """` answers Dee`, ` in a thread`: what is said of it before the words."""
    answers = f" answers {_name(item.answers.sender, room)}" if item.answers else ""
    return answers + (" in a thread" if item.message.thread else "")


def _words(message: Message) -> str:
    """What was said; of a file its name, what it is and its caption."""
    what = message.attachment
    if what is None:
        return message.body
    size = "" if what.size is None else f", {bytes_in_words(what.size)}"
    caption = caption_of(message)
    return f"[{what.name}: {kind_in_words(what)}{size}]{f' {caption}' if caption else ''}"


def _one_line(text: str) -> str:
    return " / ".join(line.strip() for line in safe_text(text).split("\n") if line.strip())


def _reacted(item: Said, room: Room) -> str:
    return ", ".join(f"{_key(item, key)} from {_names(users, room)}" for key, users in item.reactions)


def _reactions(then: Mapping[str, Sequence[UserId]], item: Said, room: Room) -> Iterator[str]:
    """Who has reacted with what since, and who has taken a reaction back."""
    now = dict(item.reactions)
    for key in dict.fromkeys((*then, *now)):
        before, after = then.get(key, ()), now.get(key, ())
        came = [user for user in after if user not in before]
        went = [user for user in before if user not in after]
        whose = _name(item.sender, room)
        if came:
            yield f"{_names(came, room)} reacted with {_key(item, key)} to {whose}"
        if went:
            yield f"{_names(went, room)} took {_key(item, key)} back from {whose}"


def _key(item: Said, key: str) -> str:
    """A reaction in words; somebody's own emoji by its name."""
    return safe_line(dict(item.own_emoji).get(key, key), longest=_LONGEST_KEY)


def _standing(item: Said) -> str:
    """How a poll stands; nothing for all else. How many chose what is said where the poll lets it be known."""
    poll, count = item.message.poll, item.counted
    if poll is None or count is None:
        return ""
    votes = f"{count.voters} {'vote' if count.voters == 1 else 'votes'}"
    each = ", ".join(f"{safe_line(one.text)} {len(count.votes[one.id])}" for one in poll.choices)
    told = f"{votes}: {each}" if poll.disclosed or count.ended_at else votes
    return f"closed with {told}" if count.ended_at else told


def _polled(item: Said) -> tuple[int, bool]:
    return (item.counted.voters, item.counted.ended_at is not None) if item.counted else (0, False)


def _names(users: Sequence[UserId], room: Room) -> str:
    known = [_name(user, room) for user in users[:_MOST_NAMES]]
    more = len(users) - len(known)
    if more:
        return f"{', '.join(known)} and {more} more"
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def _name(user: UserId, room: Room) -> str:
    return shown_name(user, room.name_of(user))


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
