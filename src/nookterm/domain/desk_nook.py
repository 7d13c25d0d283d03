"""The desk's lines about a nook's life: newcomers, questions, threads, silence. Rules of what was said and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.desk_talk import Said, Talk, Thread
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.room import Room

NEW_FOR = timedelta(days=14)
"""How long somebody counts as a newcomer."""
ANSWER_WITHIN = timedelta(hours=24)
STALLS_AFTER = timedelta(hours=72)
TALK_LASTS = timedelta(days=14)
"""Older questions and threads are not brought up any more."""
_FEW = 2
_REST = timedelta(days=3)
"""How long one person's word keeps a quiet nook off the desk."""


def nook_items(nook: Room, talk: Talk, now: datetime) -> tuple[Item, ...]:
    """Every line about the life of a nook. Empty for those who may not decide there."""
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    quiet = _quiet(nook, talk, now)
    return (
        *(_hello(nook, said) for said in talk.newcomers if _is_new(nook, said, now)),
        *(_question(nook, said) for said in talk.questions if _is_open(nook, said, now)),
        *(_thread(nook, thread) for thread in talk.threads if _is_stalled(nook, thread, now)),
        *((quiet,) if quiet else ()),
    )


def _is_in(nook: Room, user: UserId) -> bool:
    member = nook.members.get(user)
    return member is not None and member.membership == Membership.JOIN


def _is_new(nook: Room, joined: Said, now: datetime) -> bool:
    """Facilitators know the nook, and it knows them."""
    return now - joined.at <= NEW_FOR and _is_in(nook, joined.by) and not nook.power.may_decide(joined.by)


def _is_open(nook: Room, asked: Said, now: datetime) -> bool:
    return ANSWER_WITHIN <= now - asked.at <= TALK_LASTS and _is_in(nook, asked.by)


def _is_stalled(nook: Room, thread: Thread, now: datetime) -> bool:
    waits = any(_is_in(nook, user) for user in thread.waits_for)
    return waits and STALLS_AFTER <= now - thread.last.at <= TALK_LASTS and _is_in(nook, thread.by)


def _hello(nook: Room, joined: Said) -> Item:
    return Item(
        case=case_word(str(Kind.HELLO), nook.room_id, joined.by),
        kind=Kind.HELLO,
        room=nook.room_id,
        since=joined.at,
        user=joined.by,
        event=joined.event,
        why="is new, and nobody greeted them yet",
    )


def _question(nook: Room, asked: Said) -> Item:
    return Item(
        case=case_word(str(Kind.QUESTION), nook.room_id, asked.event),
        kind=Kind.QUESTION,
        room=nook.room_id,
        since=asked.at,
        user=asked.by,
        event=asked.event,
        why="asked something that nobody answered",
        quote=asked.body,
    )


def _thread(nook: Room, thread: Thread) -> Item:
    waits_for = sorted(user for user in thread.waits_for if _is_in(nook, user))
    return Item(
        case=case_word(str(Kind.THREAD), nook.room_id, thread.root),
        kind=Kind.THREAD,
        room=nook.room_id,
        since=thread.last.at,
        user=waits_for[0],
        event=thread.root,
        why="was named in a thread that nobody went on with",
        quote=thread.last.body,
        details={"last": thread.last.event, "by": thread.last.by, "waits_for": " ".join(waits_for)},
    )


def _quiet(nook: Room, talk: Talk, now: datetime) -> Item | None:
    """One line while fewer than two people talked for as long as the charter says; a single voice ends it for a while.

    What is known of the nook has to reach back so far: what was not read is never taken for silence.
    """
    days = nook.charter.quiet_days if nook.charter else 0
    if nook.charter is None or not days or talk.since is None or len(nook.who(Membership.JOIN)) < _FEW:
        return None
    span = timedelta(days=days)
    spoke = sorted((min(at, now) for at in talk.spoke.values()), reverse=True)
    newest, second = (max(at, talk.since) for at in (*spoke, talk.since, talk.since)[:_FEW])
    since = max(second + span, newest + min(span, _REST))
    if since > now:
        return None
    return Item(
        case=case_word(str(Kind.QUIET), nook.room_id, ""),
        kind=Kind.QUIET,
        room=nook.room_id,
        since=since,
        why=f"fewer than two people talked for {days} days" if days > 1 else "fewer than two people talked for a day",
        details={f"prompt {number}": words for number, words in enumerate(nook.charter.prompts, 1)},
    )
