"""The record of decisions: who was let in or turned away, by whom, and what was said; from memberships and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from nookterm.domain.acts import Act, counting, knock_case
from nookterm.domain.events import Event, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import WITHDRAWN
from nookterm.domain.letters import letter_room
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

_ASKED_FOR = frozenset({"approved", "declined", "banned", "waitlisted", "blocked"})
_ANSWERS = frozenset({"approved", "declined", "banned"})
_ACTS = frozenset({*_ASKED_FOR, "withdrawn", "settled"})
_SAME_TIME = timedelta(minutes=10)
"""An act that names no request is about a change of the room within this time."""
_WORD_COMES = timedelta(seconds=10)
"""How long the word about a decision may take to come here."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a facilitator thought of a request."""

    user: UserId
    vote: int
    """1 for it, -1 against it, 0 neither."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision about one person."""

    case: str
    nook: RoomId
    user: UserId
    outcome: str
    """One of `choices.OUTCOMES`."""
    by: UserId
    at: datetime
    name: str | None = None
    """The display name that the person had then."""
    request: EventId | None = None
    """The knock that it was about; None where they had not asked."""
    asked_at: datetime | None = None
    words: str = ""
    """What the person was told, or for `settled` what the facilitators were."""
    votes: tuple[Opinion, ...] = ()
    anyway: bool = False
    """Although something spoke against it."""
    elsewhere: bool = False
    """Made with another app, without a word to the other facilitators."""
    event: EventId | None = None
    """The change of the room; None where only the facilitators' words say so."""


@dataclass(slots=True)
class _Standing:
    """Where somebody stood while the past is walked through."""

    membership: Membership | None = None
    knock: EventId | None = None
    asked_at: datetime | None = None
    withdrawn: bool = False
    name: str | None = None


def entries(
    nook: Room, moves: Iterable[Event], acts: Iterable[Act], now: datetime, acts_since: datetime | None
) -> tuple[Entry, ...]:
    """The record of one nook, newest first.

    `moves` are its membership events, oldest first; `acts` those of its facilitators' room, which are all known from
    `acts_since` on (None: nothing of it is known). Power at the time of a change is the server's to check, so who
    decided then is listed, also where they may not decide any more; what is only said counts while the power is there.
    """
    said = [act for act in acts if act.sheet is None and act.user and act.case == knock_case(nook.room_id, act.user)]
    found = _Words(nook, said, now, acts_since)
    rows = [found.joined(entry) for entry in _changes(nook, moves)]
    deciders = {row.by for row in rows if row.by != row.user}
    rows += found.alone()
    rows = [replace(row, votes=found.votes(row, deciders)) for row in rows]
    return tuple(sorted(rows, key=lambda row: (row.at, row.event or "", row.user), reverse=True))


def chosen(
    rows: Iterable[Entry],
    *,
    user: UserId | None = None,
    outcomes: Collection[str] = (),
    since: datetime | None = None,
) -> tuple[Entry, ...]:
    """Those that are about a person, came to one of these, and are not older."""
    return tuple(
        row
        for row in rows
        if (user is None or row.user == user)
        and (not outcomes or row.outcome in outcomes)
        and (since is None or row.at >= since)
    )


def _changes(nook: Room, moves: Iterable[Event]) -> Iterator[Entry]:
    """The decisions that a room's membership events are."""
    people: defaultdict[UserId, _Standing] = defaultdict(_Standing)
    for event in moves:
        change = event.payload
        if not isinstance(change, MemberChange):
            continue
        who = people[change.user]
        before = change.previous or who.membership or Membership.LEAVE
        who.name = change.display_name or change.previous_name or who.name
        outcome = _outcome(before, change, event.sender, who)
        if outcome:
            asked = before == Membership.KNOCK
            yield Entry(
                case=knock_case(nook.room_id, change.user),
                nook=nook.room_id,
                user=change.user,
                outcome=outcome,
                by=event.sender,
                at=event.sent_at,
                name=who.name,
                request=who.knock if asked else None,
                asked_at=who.asked_at if asked else None,
                event=event.event_id,
            )
        who.membership = change.membership
        who.withdrawn = change.membership == Membership.KNOCK and change.reason == WITHDRAWN
        if change.membership == Membership.KNOCK and not who.withdrawn:
            who.knock, who.asked_at = event.event_id, event.sent_at


def _outcome(before: Membership, change: MemberChange, by: UserId, who: _Standing) -> str:
    """What a move decided; empty for those that nobody decided."""
    now, own = change.membership, by == change.user
    if before == now:
        taken_back = now == Membership.KNOCK and change.reason == WITHDRAWN and not who.withdrawn
        return "withdrawn" if taken_back else ""
    if now == Membership.BAN:
        return "banned"
    if before == Membership.KNOCK and own and not who.withdrawn:
        return "withdrawn" if now == Membership.LEAVE else ""
    cleared = who.withdrawn and now == Membership.LEAVE
    return "" if own or cleared else _MOVES.get((before, now), "")


_MOVES = {
    (Membership.KNOCK, Membership.INVITE): "approved",
    (Membership.KNOCK, Membership.LEAVE): "declined",
    (Membership.LEAVE, Membership.INVITE): "invited",
    (Membership.INVITE, Membership.LEAVE): "rescinded",
    (Membership.JOIN, Membership.LEAVE): "removed",
    (Membership.BAN, Membership.LEAVE): "unbanned",
}
"""What a move by somebody else decided."""


class _Words:
    """What the facilitators said about the cases of a nook; each act goes with one change at the most."""

    def __init__(self, nook: Room, said: Sequence[Act], now: datetime, since: datetime | None) -> None:
        self._nook = nook
        self._now = now
        self._since = since
        self._left = _by_user(act for act in said if act.act in _ACTS)
        self._votes = _by_user(act for act in said if act.act == "vote")

    def joined(self, row: Entry) -> Entry:
        """A change of the room with the words that go with it."""
        act = next((act for act in self._left.get(row.user, ()) if _goes_with(act, row)), None)
        if act is None:
            known = self._since is not None and self._since <= row.at < self._now - _WORD_COMES
            answer = row.outcome in _ANSWERS and row.request is not None and row.by != row.user
            return replace(row, elsewhere=known and answer)
        self._left[row.user].remove(act)
        outcome = act.act if row.outcome in {"declined", "invited"} else row.outcome
        return replace(row, outcome=outcome, request=row.request or act.knock, words=act.words, anyway=act.anyway)

    def alone(self) -> list[Entry]:
        """What was only said: places on the wait-list, answers to letters, what the room's past here does not show."""
        return [
            Entry(
                case=act.case,
                nook=self._nook.room_id,
                user=act.user,
                outcome=act.act,
                by=act.sender,
                at=act.at,
                name=self._nook.name_of(act.user),
                request=act.knock,
                words=act.words,
                anyway=act.anyway,
            )
            for act in counting(self._nook, chain.from_iterable(self._left.values()), self._now)
            # That a request was taken back shows in the room; who cleared it away afterwards decided nothing.
            if act.act != "withdrawn"
        ]

    def votes(self, row: Entry, deciders: Collection[UserId]) -> tuple[Opinion, ...]:
        """What those thought of the request who may decide, or decided then; the last word of each before it ended."""
        if row.request is None or row.outcome not in _ASKED_FOR:
            return ()
        latest: dict[UserId, Opinion] = {}
        for act in self._votes.get(row.user, ()):
            may = act.sender in deciders or self._nook.power.may_decide(act.sender)
            if may and act.knock == row.request and act.at <= row.at + _SAME_TIME:
                latest[act.sender] = Opinion(act.sender, act.vote, act.words)
        return tuple(latest[user] for user in sorted(latest))


def _by_user(acts: Iterable[Act]) -> dict[UserId, list[Act]]:
    found: dict[UserId, list[Act]] = {}
    for act in acts:
        found.setdefault(act.user, []).append(act)
    return found


def _goes_with(act: Act, row: Entry) -> bool:
    if act.sender != row.by:
        return False
    if row.outcome == "invited":
        wrote = act.knock is not None and letter_room(act.knock) is not None
        return act.act == "approved" and wrote and abs(act.at - row.at) <= _SAME_TIME
    alike = {"declined": {"declined", "withdrawn"}}.get(row.outcome, {row.outcome})
    if act.act not in alike:
        return False
    if act.knock and row.request:
        return act.knock == row.request
    return abs(act.at - row.at) <= _SAME_TIME
