"""The hand-over sheet: open cases as a facilitator knows them, for another who came too late to read how they began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.domain.acts import (
    CLAIM_LASTS,
    TERMINAL,
    Act,
    act_content,
    counting,
    holder,
    own_block,
    read_act,
    since_end,
)
from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Event, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.letters import letter_room
from nookterm.domain.outcomes import cooling_until, earlier_ends
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import ACT

SHEET = "sheet"
MOST_ENTRIES = 80
"""Of one message; more need another."""
_CLASSES: Mapping[str, str] = {
    "claim": "claim",
    "release": "claim",
    "handover": "claim",
    "asked": "asked",
    "dossier": "dossier",
    "waitlisted": "waitlisted",
    "declined": "declined",
    "snooze": "snooze",
}
"""Which acts speak of the same thing."""
_TOLD = ("claim", "asked", "dossier", "waitlisted", "declined", "snooze")
"""What a sheet may hand over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done about a case and still counts."""

    case: str
    act: str
    """claim, asked, dossier, waitlisted, declined, snooze."""
    at: datetime
    by: UserId
    user: UserId
    """Whom the case is about; empty where nobody."""
    knock: EventId | None = None
    event: EventId | None = None
    room: RoomId | None = None
    """For `asked`: the vetting room."""
    until: datetime | None = None
    """How long a claim or a snooze lasts; for `declined`: the end of the cool-down."""


def sheet_case(nook: RoomId, newcomer: UserId) -> str:
    """The word of the case that somebody needs a sheet."""
    return case_word(str(Kind.SHEET), nook, newcomer)


def open_entries(nook: Room, acts: Iterable[Act], now: datetime) -> tuple[Entry, ...]:
    """What counts now in this nook: who is on what, who was asked, answered, waits for a place, cools down."""
    by_case: dict[str, list[Act]] = {}
    for act in counting(nook, acts, now):
        by_case.setdefault(act.case, []).append(act)
    return tuple(entry for about in by_case.values() for entry in _of_case(nook, tuple(about), now))


def _of_case(nook: Room, about: tuple[Act, ...], now: datetime) -> list[Entry]:
    acts = since_end(about)
    member = nook.members.get(about[-1].user)
    asks = member is not None and member.membership == Membership.KNOCK
    wrote = any(act.knock and letter_room(act.knock) for act in acts)
    found: list[Entry] = []
    held = holder(acts, now)
    taken = [act for act in acts if held and _takes(act, held[0])]
    if held and taken:
        found.append(replace(_entry(taken[-1], "claim"), by=held[0], until=held[1]))
    if asks or wrote:
        for word, which in (("asked", -1), ("dossier", -1), ("waitlisted", 0)):
            said = [act for act in acts if act.act == word]
            found += [_entry(act, word) for act in said[which:][:1]]
    put_off = [act for act in acts if act.act == "snooze"][-1:]
    found += [replace(_entry(a, "snooze"), until=a.until) for a in put_off if a.until and a.until > now]
    days = nook.charter.cooldown_days if nook.charter else 0
    until = cooling_until(earlier_ends(about, EventId("")), days, now)
    ends = [act for act in about if act.act in TERMINAL]
    if until and ends[-1].act == "declined":
        found.append(replace(_entry(ends[-1], "declined"), until=until))
    return found


def _takes(act: Act, user: UserId) -> bool:
    return (act.act, act.sender) == ("claim", user) or (act.act, act.to) == ("handover", user)


def _entry(act: Act, word: str) -> Entry:
    return Entry(act.case, word, act.at, act.sender, act.user, act.knock, act.event, act.room)


def sheet_contents(nook: Room, newcomer: UserId, entries: Sequence[Entry], body: str) -> tuple[dict[str, Any], ...]:
    """The messages that hand these entries over; readable as `body` in any client."""
    case = sheet_case(nook.room_id, newcomer)
    pages = [entries[start : start + MOST_ENTRIES] for start in range(0, len(entries), MOST_ENTRIES)]
    return tuple(
        act_content(SHEET, case, nook.room_id, body, user=newcomer, entries=[_block(entry) for entry in page])
        for page in pages
    )


def _block(entry: Entry) -> dict[str, str]:
    fields = {
        "case": entry.case,
        "act": entry.act,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "user": entry.user,
        "knock": entry.knock,
        "event": entry.event,
        "room": entry.room,
        "until": entry.until.isoformat() if entry.until else None,
    }
    return {key: value for key, value in fields.items() if value}


def read_sheet(event: Event) -> tuple[Act, ...]:
    """What a sheet says, as acts of whoever wrote it: they count as far as that person has the power for them.

    Somebody else's claim becomes a claim of the writer's, handed over to them. Nothing is later than the sheet itself.
    """
    sheet, block = read_act(event), own_block(event, ACT)
    if sheet is None or block is None or sheet.act != SHEET:
        return ()
    entries = block.get("entries")
    listed = entries[:MOST_ENTRIES] if isinstance(entries, list) else []
    return tuple(act for number, entry in enumerate(listed) for act in _acts(sheet, number, entry))


def _acts(sheet: Act, number: int, entry: object) -> tuple[Act, ...]:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("case"), str):
        return ()
    word, at, until = entry.get("act"), _moment(entry.get("at")), _moment(entry.get("until"))
    if word not in _TOLD or at is None:
        return ()
    room, by = _text(entry, "room"), _text(entry, "by")
    act = Act(
        case=str(entry["case"]),
        nook=sheet.nook,
        user=UserId(_text(entry, "user") or ""),
        act=str(word),
        sender=sheet.sender,
        at=min(at, sheet.at),
        event_id=EventId(f"{sheet.event_id}/{number}"),
        room=RoomId(room) if room else None,
        knock=_event(entry, "knock"),
        event=_event(entry, "event"),
        until=until if word == "snooze" else None,
        sheet=sheet.event_id,
        sheet_at=sheet.at,
    )
    if word != "claim":
        return (act,)
    lasts = min(until - act.at, CLAIM_LASTS * 12) if until else CLAIM_LASTS
    claim = replace(act, lasts=max(lasts, timedelta()))
    if by in (None, sheet.sender):
        return (claim,)
    return (claim, replace(claim, act="handover", to=UserId(by), event_id=EventId(f"{act.event_id}+")))


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value else None


def _event(entry: Mapping[str, Any], key: str) -> EventId | None:
    text = _text(entry, key)
    return EventId(text) if text else None


def believed(nook: Room, acts: Iterable[Act]) -> tuple[Act, ...]:
    """The acts without what sheets say where the reader knows better: their own acts on it from before that sheet.

    Of several sheets on the same thing the newest counts.
    """
    listed = tuple(acts)
    told = [act for act in listed if act.sheet]
    if not told:
        return listed
    heard: dict[tuple[str, str], datetime] = {}
    newest: dict[tuple[str, str], tuple[datetime, EventId]] = {}
    for act in listed:
        word = _CLASSES.get(act.act)
        if word is None or not nook.power.may_invite(act.sender):
            continue
        key = (act.case, word)
        if act.sheet and act.sheet_at:
            newest[key] = max(newest.get(key, (act.sheet_at, act.sheet)), (act.sheet_at, act.sheet))
        else:
            heard[key] = min(heard.get(key, act.at), act.at)
    return tuple(a for a in listed if not a.sheet or _tells(a, heard, newest))


def _tells(
    act: Act,
    heard: Mapping[tuple[str, str], datetime],
    newest: Mapping[tuple[str, str], tuple[datetime, EventId]],
) -> bool:
    key = (act.case, _CLASSES[act.act])
    at, sheet = newest.get(key, (act.at, EventId("")))
    return sheet == act.sheet and not (key in heard and heard[key] <= at)


def came_when(events: Iterable[Event]) -> Mapping[UserId, datetime]:
    """When people last came into a room, as far as it is known; a change of name is no coming."""
    found: dict[UserId, datetime] = {}
    for event in events:
        move = event.payload
        if isinstance(move, MemberChange) and move.membership == Membership.JOIN and move.previous != Membership.JOIN:
            found[move.user] = event.sent_at
    return found


def sheet_items(
    nook: Room, helpers: Room, came: Mapping[UserId, datetime], acts: Iterable[Act], now: datetime
) -> tuple[Item, ...]:
    """A line for each facilitator who came into the facilitators' room too late to know what still counts."""
    known = tuple(acts)
    entries = open_entries(nook, (act for act in known if not act.sheet), now)
    found = []
    for user in nook.facilitators:
        since = came.get(user)
        member = helpers.members.get(user)
        here = member is not None and member.membership == Membership.JOIN
        if since is None or not here or user == nook.me or not any(entry.at < since for entry in entries):
            continue
        if any((act.act, act.user) == (SHEET, user) and act.at >= since for act in counting(nook, known, now)):
            continue
        found.append(
            Item(
                case=sheet_case(nook.room_id, user),
                kind=Kind.SHEET,
                room=nook.room_id,
                since=since,
                user=user,
                why="is a new facilitator, and cannot read how the open cases began",
                details={"entries": str(sum(entry.at < since for entry in entries))},
            )
        )
    return tuple(found)
