"""A message or person that a member finds wrong, told to two facilitators in a room of its own: words, readers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import Act, acts_on, holder, own_block, read_act
from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Event, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.links import message_link
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import REPORT, VERSION

READERS = 2
"""How many facilitators read a report."""
LONGEST_WORDS = 1000
LONGEST_QUOTE = 500
MOST_IN_A_ROOM = 10
"""What more is said in one room makes no more lines: a report has a room of its own."""
PERSON = "person"
"""What a report is about that is about no message."""
RESOLVED = "resolved"
"""The act that closes a report, said in the report's own room."""


class Nature(StrEnum):
    """What is wrong with a message, as its reporter sees it."""

    HURTS = "hurts"
    SPAM = "spam"
    PRIVATE = "private"
    RULES = "rules"
    OTHER = "other"


NATURES: Mapping[Nature, str] = {
    Nature.HURTS: "it hurts somebody",
    Nature.SPAM: "it is spam",
    Nature.PRIVATE: "it shows private things",
    Nature.RULES: "it breaks our rules",
    Nature.OTHER: "something else",
}
"""In words for people."""
NATURES_OF_PEOPLE: Mapping[Nature, str] = {
    Nature.HURTS: "they hurt somebody",
    Nature.SPAM: "they send spam",
    Nature.PRIVATE: "they show private things",
    Nature.RULES: "they break our rules",
    Nature.OTHER: "something else",
}
"""The same, said of somebody as a whole."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, as its room holds it."""

    case: str
    room: RoomId
    """The encrypted room of this report: its reporter and those who look into it."""
    nook: RoomId
    event: EventId
    """The message that it is about; of a report about a person, what says how they stand in the nook."""
    accused: UserId
    reporter: UserId
    nature: Nature
    at: datetime
    quote: str = ""
    words: str = ""
    holder: UserId | None = None
    held_until: datetime | None = None
    resolved_by: UserId | None = None
    resolution: str = ""
    """What was said when it was closed."""
    person: bool = False
    """Whether it is about somebody as a whole, and no message of theirs."""


def report_case(room: RoomId, event: EventId) -> str:
    """The word of a report: of its own room and the message that it is about."""
    return case_word(str(Kind.REPORT), room, event)


def readers(nook: Room, accused: UserId, event: EventId) -> tuple[UserId, ...]:
    """Who is to read a report: up to two people with the power to decide, never its reporter and never the accused.

    Which two of many is left to chance, but is the same each time for one message.
    """
    able = [user for user in nook.facilitators if user not in {nook.me, accused}]
    return tuple(sorted(able, key=lambda user: _lot(user, event))[:READERS])


def _lot(user: UserId, event: EventId) -> str:
    return hashlib.sha256(f"{user}\x00{event}".encode("utf-8", "replace")).hexdigest()


def whom_about(event: Event) -> UserId:
    """Whom a report of this event is about: its author, or whose standing it tells."""
    return event.payload.user if isinstance(event.payload, MemberChange) else event.sender


def report_content(
    nook: Room,
    event: EventId,
    accused: UserId,
    nature: Nature,
    *,
    called: str,
    quote: str = "",
    words: str = "",
    person: bool = False,
) -> dict[str, Any]:
    """The message that reports another one, or a person; readable in any client. `called`: how the nook is called."""
    said = "\n".join(f"> {line}" for line in quote[:LONGEST_QUOTE].splitlines())
    reported = f"{accused} in {called}" if person else f"A message of {accused} in {called}"
    parts = (
        f"{reported} is reported: {(NATURES_OF_PEOPLE if person else NATURES)[nature]}.",
        said,
        words[:LONGEST_WORDS],
        "" if person else message_link(nook.room_id, event, nook.me),
    )
    block = {
        "v": VERSION,
        "nature": str(nature),
        "event_id": event,
        "room_id": nook.room_id,
        "accused": accused,
        "quote": quote[:LONGEST_QUOTE],
        "words": words[:LONGEST_WORDS],
        **({"about": PERSON} if person else {}),
    }
    return {"msgtype": "m.text", "body": "\n\n".join(part for part in parts if part), REPORT: block}


def read_report(event: Event) -> Report | None:
    """The report in a message; None where it is none, is not encrypted, or not shown to be its sender's."""
    block = own_block(event, REPORT)
    if block is None:
        return None
    told = {key: block.get(key) for key in ("event_id", "room_id", "accused")}
    if not all(isinstance(value, str) and value for value in told.values()):
        return None
    nature = block.get("nature")
    target = EventId(str(told["event_id"]))
    return Report(
        case=report_case(event.room_id, target),
        room=event.room_id,
        nook=RoomId(str(told["room_id"])),
        event=target,
        accused=UserId(str(told["accused"])),
        reporter=event.sender,
        nature=next((known for known in Nature if known == nature), Nature.OTHER),
        at=event.sent_at,
        quote=_text(block, "quote", LONGEST_QUOTE),
        words=_text(block, "words", LONGEST_WORDS),
        person=block.get("about") == PERSON,
    )


def _text(block: Mapping[str, Any], key: str, longest: int) -> str:
    value = block.get(key)
    return value[:longest] if isinstance(value, str) else ""


def reports(
    room: Room,
    events: Iterable[Event],
    nooks: Mapping[RoomId, Room],
    now: datetime,
    *,
    senders: Mapping[EventId, UserId] | None = None,
) -> tuple[Report, ...]:
    """The reports that a room holds, oldest first: by whoever made the room, about a nook that they are or were in.

    `events`: messages of the room with reports or acts; `nooks`: the rooms that we are in; `senders`: who sent the
    messages that are known here, which counts more than what a report says of it. What is said about a report counts
    from people who may decide in its nook. None is shown to whom it is about, should they come to be here.
    """
    if not room.encrypted or room.membership != Membership.JOIN:
        return ()
    told, acts = dict[str, Report](), list[Act]()
    for event in sorted(events, key=lambda e: (e.sent_at, e.event_id)):
        report, act = read_report(event), read_act(event)
        if report:
            report = replace(report, accused=(senders or {}).get(report.event, report.accused))
            if len(told) < MOST_IN_A_ROOM and _counts(report, room, nooks.get(report.nook)):
                told.setdefault(report.case, report)
        if act:
            acts.append(act)
    return tuple(_as_it_stands(report, nooks[report.nook], acts, now) for report in told.values())


def _counts(report: Report, room: Room, nook: Room | None) -> bool:
    if nook is None or report.room != room.room_id or room.room_id == nook.room_id:
        return False
    reporter = nook.members.get(report.reporter)
    # Who was turned out after a report has reported all the same: by whom might be what it is about.
    was_in = reporter is not None and reporter.membership in {Membership.JOIN, Membership.LEAVE, Membership.BAN}
    return was_in and room.creator == report.reporter and report.accused != room.me


def _as_it_stands(report: Report, nook: Room, acts: Iterable[Act], now: datetime) -> Report:
    # Whom it is about has no say in it, whatever their power.
    counted = acts_on(report.case, nook, (act for act in acts if act.sender != report.accused), now)
    closed = next((act for act in counted if act.act == RESOLVED), None)
    held = holder(counted, now)
    return replace(
        report,
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
        resolved_by=closed.sender if closed else None,
        resolution=closed.words if closed else "",
    )


def report_items(found: Iterable[Report], nooks: Mapping[RoomId, Room]) -> tuple[Item, ...]:
    """A line of the desk for each report that is open and that we may look into; its reporter looks on."""
    return tuple(
        Item(
            report.case,
            Kind.REPORT,
            report.nook,
            since=report.at,
            user=report.accused,
            event=report.event,
            why=f"reported: {(NATURES_OF_PEOPLE if report.person else NATURES)[report.nature]}",
            quote=report.quote,
            holder=report.holder,
            held_until=report.held_until,
            details={
                "room": report.room,
                "reporter": report.reporter,
                "nature": str(report.nature),
                "words": report.words,
                **({"about": PERSON} if report.person else {}),
            },
        )
        for report in found
        if report.resolved_by is None and _looks_into(report, nooks.get(report.nook))
    )


def _looks_into(report: Report, nook: Room | None) -> bool:
    return nook is not None and nook.me != report.reporter and nook.power.may_decide(nook.me)
