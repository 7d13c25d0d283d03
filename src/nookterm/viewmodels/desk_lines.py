"""From what waits to lines on the desk: who, what, why, how long, who is on it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from nookterm.client.people import Known
from nookterm.domain.desk import Group, Item, Kind
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.inflow import offering
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sharing import ShareState
from nookterm.domain.space import title
from nookterm.domain.vetting import Request
from nookterm.domain.welcome import greeting, prompt, split_proposal
from nookterm.viewmodels.desk import DeskGroup, DeskLine
from nookterm.viewmodels.desk_detail import Seen, other_detail, request_detail
from nookterm.viewmodels.desk_rooms import Places
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.words import age, until

WORDS = {Kind.ASK: "ask", Kind.OVERRUN: "over"}
"""What a kind is called on a line, where that is not its value."""
_ASKING = frozenset({Kind.ASK, Kind.NUDGE, Kind.SLOT})
_QUOTED = 60
"""Characters of somebody's words on a line."""
_WHAT = {
    Kind.NUDGE: "waits for a word at",
    Kind.INVITE: "is invited to",
    Kind.SLOT: "is next for",
    Kind.HELLO: "joined",
    Kind.CARE: "asked to be noticed in",
    Kind.SHEET: "facilitates now:",
}
_STATE = {
    Kind.REPORT: ("", "nook-warn"),
    Kind.NUDGE: ("no answer", "nook-waiting"),
    Kind.SLOT: ("a place is free", "nook-new"),
    Kind.QUESTION: ("no answer", "nook-quiet"),
    Kind.TAKE_DOWN: ("to be taken down", "nook-leaves"),
    Kind.CONFLICT: ("look together", "nook-warn"),
    Kind.OFFER: ("could be of use", "nook-new"),
    Kind.OVERRUN: ("over the limit", "nook-warn"),
}
_LEVELS = {"over": "over its cap", "full": "full", "nearly": "nearly full"}
_UNKNOWN = datetime(2000, 1, 1, tzinfo=UTC)
"""What is said to be older has no known beginning."""
_CLAIMED = frozenset(Kind) - {Kind.SHARE, Kind.CARE}
"""What one can say that one is on. A wish to be noticed is nobody's case."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A line, and what it was made of."""

    line: DeskLine
    item: Item
    known: Known | None
    age: str
    room: Room

    def holds(self, seen: Seen, item: Item, known: Known | None) -> bool:
        """Whether it would come out the same. Rooms are compared by identity: a change makes another one."""
        if self.room is not seen.room or self.age != _age(item, seen.now):
            return False
        # Answers in a vetting room of ours may have come without anything here being another.
        settled = item.request is None or bool(item.request.answers) or item.request.asked_in is None
        return settled and self.known == known and self.item == item


class Lines:
    """Makes lines, and keeps those that would come out the same: with a thousand of them only what changed is made."""

    def __init__(self) -> None:
        """Nothing was made yet."""
        self._kept: dict[str, _Kept] = {}
        self.places = Places()

    def groups(self, hub: Hub, items: Iterable[Item]) -> tuple[DeskGroup, ...]:
        """The groups that have anything in them, in the desk's order. Engine's thread."""
        now, rooms = hub.session.clock(), hub.session.rooms
        seen: dict[RoomId, Seen] = {}
        found: dict[Group, list[DeskLine]] = {group: [] for group in Group}
        kept: dict[str, _Kept] = {}
        for item in items:
            room = rooms.get(item.room)
            if room is None:
                continue
            if item.room not in seen:
                seen[item.room] = Seen(hub, self.places.of(room), now)
            kept[item.case] = self._made(seen[item.room], item)
            found[item.group].append(kept[item.case].line)
        self._kept = kept
        return tuple(DeskGroup(group.value, tuple(lines)) for group, lines in found.items() if lines)

    def _made(self, seen: Seen, item: Item) -> _Kept:
        known = seen.hub.session.trust.people.known(item.user) if item.user and item.request else None
        before = self._kept.get(item.case)
        if before is not None and before.holds(seen, item, known):
            return before
        return _Kept(make_line(seen, item, known), item, known, _age(item, seen.now), seen.room)


def make_line(seen: Seen, item: Item, known: Known | None) -> DeskLine:
    """The line of an item."""
    request = item.request
    detail = request_detail(seen, item, request, known) if request else other_detail(seen, item)
    held = item.holder if item.holder not in (None, seen.me) else None
    who, what = _who_and_what(seen, item)
    state, meaning = _standing(seen, item, answered=bool(detail.answers))
    fold = _fold(item)
    opens = _opens(item)
    return DeskLine(
        case=item.case,
        kind=WORDS.get(item.kind, item.kind.value),
        who=who,
        what=what,
        state=state,
        state_meaning=meaning,
        age=_age(item, seen.now),
        nook_id=item.room,
        detail=detail,
        actions=tuple(f"desk.{word}" for word in _actions(seen, item)),
        read=str(item.event or ""),
        nook=seen.place.nook,
        user_id=item.user,
        server=server_of(item.user) if item.user and item.kind is Kind.ASK else "",
        fold=fold,
        mine=item.holder == seen.me,
        held=seen.name(held) if held else "",
        full=bool(request and request.is_full and not request.place and item.kind is Kind.ASK),
        stands_out=bool(item.holder or detail.answers or detail.warnings or detail.notes or opens != item.room),
        opens=opens,
        event=item.event if item.kind in {Kind.QUESTION, Kind.THREAD} else None,
        draft=_draft(seen, item),
    )


def _age(item: Item, now: datetime) -> str:
    """How long it waits; nothing where that is not known, or nobody's business."""
    return "" if item.kind is Kind.CARE or item.since < _UNKNOWN else age(item.since, now)


def _who_and_what(seen: Seen, item: Item) -> tuple[str, str]:
    nook = seen.place.nook
    who = seen.name(item.user) if item.user else nook
    if item.request:
        asks = item.kind in {Kind.ASK, Kind.CONFLICT}
        return request_name(item.request), f"→ {nook}" if asks else f"{_WHAT[item.kind]} {nook}"
    quote = f"“{safe_line(item.quote, longest=_QUOTED)}”" if item.quote else who
    if item.kind in {Kind.SHARE, Kind.TAKE_DOWN}:
        target = seen.hub.session.rooms.get(RoomId(item.details.get("target", "")))
        return who, safe_line(f"→ {title(target)}" if target else "→ highlights")
    own: dict[Kind, tuple[str, str]] = {
        Kind.QUESTION: (quote, nook),
        Kind.THREAD: (quote, nook),
        Kind.REPORT: (who if item.details.get("about") else quote, f"in {nook}"),
        Kind.QUIET: (nook, "is quiet"),
        Kind.CAP: (nook, f"{seen.place.size} of {seen.room.cap}"),
        Kind.DRIFT: (nook, safe_line(item.details.get("setting", item.why), longest=_QUOTED)),
        Kind.CARD: (nook, "has a new entry card"),
        Kind.OFFER: (quote, safe_line(f"{item.details.get('nook_name', '')} → {nook}", longest=_QUOTED)),
        Kind.OVERRUN: (safe_line(item.quote, longest=_QUOTED), item.why),
    }
    return own.get(item.kind, (who, f"{_WHAT.get(item.kind, '→')} {nook}"))


def request_name(request: Request) -> str:
    """How somebody who asks is called. Safe text."""
    return safe_line(shown_name(request.user, request.display_name))


def _standing(seen: Seen, item: Item, *, answered: bool) -> tuple[str, str]:
    """The word at the right of a line, and its meaning: what matters most about it now."""
    if item.snoozed_until:
        return until(item.snoozed_until, seen.now, seen.hub.zone, seen.hub.forms), "nook-quiet"
    request = item.request
    if request and item.kind is Kind.ASK and (found := _asking(seen, request, answered=answered)):
        return found
    if item.holder:
        return ("yours", "") if item.holder == seen.me else (f"{seen.name(item.holder)} is on it", "nook-quiet")
    if item.kind is Kind.ASK:
        return ("asked", "nook-quiet") if request and request.asked_in else ("free", "")
    who = seen.name(item.user) if item.user else "its author"
    if item.kind is Kind.SHARE:
        agreed = item.details.get("state") == ShareState.CONSENTED
        return ("agreed", "nook-safe") if agreed else (_yes(item, seen.me), "nook-waiting")
    if item.kind is Kind.CAP:
        return _LEVELS.get(item.details.get("level", ""), ""), "nook-waiting"
    if item.kind is Kind.THREAD:
        return f"waits for {who}", "nook-waiting"
    return (
        (item.why.removeprefix("reported: "), "nook-warn")
        if item.kind is Kind.REPORT
        else _STATE.get(item.kind, ("", ""))
    )


def _yes(item: Item, me: UserId) -> str:
    """Whose yes a highlight waits for; the line begins with the first author's name already."""
    missing = max(1, len(item.details.get("waits_for", "").split()))
    if item.user == me:
        return "waits for you" + (f" and {missing - 1} more" if missing > 1 else "")
    return "waits for a yes" if missing == 1 else f"waits for {missing} yeses"


def _asking(seen: Seen, request: Request, *, answered: bool) -> tuple[str, str] | None:
    """What comes before the question who is on it."""
    votes, cooling = request.votes, request.cooling_until
    heard = {*votes.in_favour, *votes.against}
    first = (
        (request.withdrawn, "took it back", "nook-quiet"),
        (cooling, cooling and until(cooling, seen.now, seen.hub.zone, seen.hub.forms), "nook-quiet"),
        (request.place, f"place {request.place}", "nook-waiting"),
        (request.is_full, "nook is full", "nook-waiting"),
        (request.blocked_at, "takes no invites", "nook-warn"),
        (votes.needed > 1 and heard and seen.me not in heard, "2nd opinion", "nook-mention"),
        (answered, "answered", "nook-new"),
    )
    return next(((str(word), meaning) for so, word, meaning in first if so), None)


def _fold(item: Item) -> str:
    if item.snoozed_until:
        return "snoozed"
    request = item.request
    if not item.folded or item.kind is not Kind.ASK or request is None:
        return "set aside" if item.folded else ""
    if request.withdrawn:
        return "withdrawn"
    return "cooling down" if request.cooling_until else "on the wait-list"


def _opens(item: Item) -> RoomId | None:
    """The room that `o` shows: the vetting room, the report's room, the board, else the nook."""
    if item.request and item.request.asked_in:
        return item.request.asked_in
    if item.kind is Kind.OVERRUN and item.details.get("board"):
        return RoomId(item.details["board"])
    room = item.details.get("room")
    return RoomId(room) if item.kind is Kind.REPORT and room else item.room


def _draft(seen: Seen, item: Item) -> str:
    """Words to begin with, for a human to change."""
    charter = seen.room.charter
    if item.kind in {Kind.HELLO, Kind.SHEET} and item.user:
        name = seen.name(item.user)
        return greeting(charter.welcome if charter else "", name) if item.kind is Kind.HELLO else f"@{name} "
    if item.kind is Kind.QUIET and charter and charter.prompts:
        return prompt(charter.prompts, seen.now)
    if item.kind is Kind.CAP and seen.room.cap is not None:
        return split_proposal(seen.place.size, seen.room.cap)
    if item.kind is Kind.OFFER:
        about = (safe_line(item.details.get(key, "")) for key in ("nook_name", "credit"))
        return offering(safe_text(item.quote), *about)
    if item.kind is Kind.NUDGE and item.request:
        answered = "Thank you for your answers. We are slow this time; you are not forgotten."
        return answered if item.request.answered_at else "Is there anything you would like to know before you answer?"
    return ""


def _actions(seen: Seen, item: Item) -> Iterable[str]:
    """The words of the commands that work on this line, the most likely first."""
    if item.kind in _ASKING and item.request:
        yield from _request_actions(seen, item, item.request)
    else:
        # Of a person there is no message to take back.
        yield from (act for act in _OTHER_ACTIONS.get(item.kind, ()) if act != "clean" or not item.details.get("about"))
    if item.kind is Kind.SHARE and item.details.get("state") == ShareState.CONSENTED:
        yield "publish"
    if item.kind is Kind.DRIFT and item.details.get("fixable") == "yes":
        yield "fix"
    if item.kind in {Kind.QUIET, Kind.CAP, Kind.HELLO, Kind.OFFER} and _draft(seen, item):
        yield "greet"
    if item.kind in _CLAIMED and item.kind not in _ASKING:
        yield "claim"
    if item.kind in _CLAIMED - {Kind.REPORT} and item.holder == seen.me and seen.place.others:
        yield "hand_over"


_OTHER_ACTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.REPORT: ("message", "clean", "settle"),
    Kind.CONFLICT: ("settle",),
    Kind.CARE: ("message",),
    Kind.TAKE_DOWN: ("clean",),
    Kind.CARD: ("approve", "decline"),
    Kind.SHEET: ("fix", "greet", "settle"),
    **dict.fromkeys((Kind.INVITE, Kind.HELLO, Kind.QUESTION, Kind.THREAD, Kind.QUIET, Kind.CAP), ("settle",)),
    **dict.fromkeys((Kind.OFFER, Kind.OVERRUN), ("settle",)),
}


def _request_actions(seen: Seen, item: Item, request: Request) -> Iterable[str]:
    room = seen.room
    if request.withdrawn:
        yield from ("clean", "claim")
        return
    yield from ("approve", "decline")
    if item.kind in {Kind.NUDGE, Kind.SLOT}:
        yield "settle"
    if item.kind is Kind.ASK:
        yield "claim"
        if not request.asked_in:
            yield "vet"
        if request.waitlisted_at is None:
            yield "waitlist"
        if room.power.of(seen.me) >= room.power.ban:
            yield "ban"
        if seen.place.others:
            yield from ("vote_for", "vote_against")
    asked_in = seen.hub.session.rooms.get(request.asked_in) if request.asked_in else None
    if asked_in is not None:
        yield "message"
