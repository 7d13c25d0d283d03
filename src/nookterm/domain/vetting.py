"""Who asks to come in, who is on it, and whether a decision still means what was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from nookterm.domain.cases import case_word
from nookterm.domain.events import SURE, Event, Membership, Message, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Member, Room
from nookterm.domain.vocabulary import ACT, ANSWERS, VERSION

CLAIM_LASTS = timedelta(hours=2)
CLOCK_SLACK = timedelta(minutes=5)
UNANSWERED_AFTER = timedelta(days=14)
LONGEST_REASON = 200
GREETING = "Hello. My answers are ready."
WITHDRAWN = "(withdrawn by applicant)"
TERMINAL = frozenset({"approved", "declined", "banned", "withdrawn", "settled"})
_REF = re.compile(r"\[nt1:([A-Z2-7]{6})\]")


class State(StrEnum):
    """Where a request of mine stands."""

    PREPARED = "prepared"
    SENT = "sent"
    ASKED = "asked"
    ANSWERED = "answered"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Act:
    """What a facilitator did about a case: a block of a message in the facilitators' room."""

    case: str
    nook: RoomId
    user: UserId
    act: str
    """claim, release, handover, asked, dossier, approved, declined, waitlisted, banned, settled."""
    sender: UserId
    at: datetime
    event_id: EventId
    lasts: timedelta = CLAIM_LASTS
    to: UserId | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    room: RoomId | None = None
    """The vetting room, for `asked`."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody waits at a nook's door."""

    case: str
    nook: RoomId
    user: UserId
    display_name: str | None
    since: datetime
    knock: EventId
    """The very knock that was read; a decision is bound to it."""
    reason: str = ""
    ref: str | None = None
    holder: UserId | None = None
    held_until: datetime | None = None
    asked_in: RoomId | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    cap: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self.cap is not None and self.size >= self.cap


def knock_case(nook: RoomId, user: UserId) -> str:
    """The word of a request to join; a new knock of the same person is the same case."""
    return case_word("knock", nook, user)


def reason_with_ref(reason: str, ref: str) -> str:
    """The public words of a knock: never answers, only a greeting or what the person typed, and a label."""
    words = _REF.sub("", reason).strip()[: LONGEST_REASON - 15].strip()
    return f"{words or GREETING} [nt1:{ref}]"


def ref_in(text: str | None) -> str | None:
    """The label in a knock's or invite's reason."""
    found = _REF.search(text or "")
    return found.group(1) if found else None


def act_content(act: str, request: Request, body: str, **more: Any) -> dict[str, Any]:
    """The message that records an act; readable as `body` in any client."""
    case = {"case": request.case, "nook": request.nook, "user": request.user, "knock": request.knock}
    return {"msgtype": "m.notice", "body": body, ACT: {"v": VERSION, **case, "act": act, **more}}


def read_act(event: Event) -> Act | None:
    """The act that an event records; None where it is none, is not encrypted, or not from a signed device."""
    block = _block(event, ACT) if event.trust in SURE else None
    if block is None:
        return None
    words = {key: block.get(key) for key in ("case", "nook", "user", "act")}
    if not all(isinstance(value, str) for value in words.values()):
        return None
    ttl, to, room, said = block.get("ttl_ms"), block.get("to"), block.get("room"), block.get("words")
    longest = int(CLAIM_LASTS.total_seconds() * 1000) * 12
    lasts = timedelta(milliseconds=ttl) if type(ttl) is int and 0 < ttl <= longest else CLAIM_LASTS
    return Act(
        case=str(words["case"]),
        nook=RoomId(str(words["nook"])),
        user=UserId(str(words["user"])),
        act=str(words["act"]),
        sender=event.sender,
        at=event.sent_at,
        event_id=event.event_id,
        lasts=lasts,
        to=UserId(to) if isinstance(to, str) else None,
        answers=_answers(block.get("answers")),
        words=said if isinstance(said, str) else "",
        room=RoomId(room) if isinstance(room, str) else None,
    )


def answers_content(ref: str, answers: Mapping[str, str], questions: Mapping[str, str]) -> dict[str, Any]:
    """The encrypted message with an applicant's answers, readable as chat in any client."""
    lines = [f"{questions.get(key, key)}\n{text}" for key, text in answers.items()]
    return {"msgtype": "m.text", "body": "\n\n".join(lines), ANSWERS: {"v": VERSION, "ref": ref, "a": dict(answers)}}


def read_answers(event: Event) -> Mapping[str, str] | None:
    """The answers in a message of a vetting room; only encrypted ones of a proved sender count.

    From an unsigned device they count as told: a facilitator let that person be asked so, and knows what it means.
    """
    block = _block(event, ANSWERS)
    return None if block is None else _answers(block.get("a"))


def _block(event: Event, kind: str) -> Mapping[str, Any] | None:
    """Our block in an encrypted message of a proved sender."""
    if not isinstance(event.payload, Message) or not event.encrypted or event.trust in {Trust.UNPROVED, Trust.NONE}:
        return None
    block = event.payload.blocks.get(kind)
    return block if isinstance(block, Mapping) and block.get("v") == VERSION else None


def _answers(value: object) -> Mapping[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}


def live_acts(nook: Room, user: UserId, acts: Iterable[Act], now: datetime) -> tuple[Act, ...]:
    """The acts on a case that count now: by people with the power, not from the future, newer than its last end."""
    case = knock_case(nook.room_id, user)
    mine = sorted(
        (a for a in acts if a.case == case and a.nook == nook.room_id and a.user == user and _counts(a, nook, now)),
        key=lambda a: (a.at, a.event_id),
    )
    ends = [place for place, act in enumerate(mine) if act.act in TERMINAL]
    return tuple(mine[ends[-1] + 1 :] if ends else mine)


def _counts(act: Act, nook: Room, now: datetime) -> bool:
    if act.at > now + CLOCK_SLACK:
        return False
    if act.act == "handover" and not (act.to and nook.power.may_invite(act.to)):
        return False
    level = nook.power.of(act.sender)
    needed = {"declined": nook.power.kick, "banned": nook.power.ban}.get(act.act, nook.power.invite)
    return level >= needed


def holder(acts: Iterable[Act], now: datetime) -> tuple[UserId, datetime] | None:
    """Who is on it, and until when: the earliest claim neither run out nor released, or whom that was handed to."""
    claims: list[tuple[UserId, datetime]] = []
    for act in sorted(acts, key=lambda a: (a.at, a.event_id)):
        claims = [claim for claim in claims if claim[1] > act.at]
        if act.act == "claim":
            claims.append((act.sender, act.at + act.lasts))
        elif act.act == "release":
            claims = [claim for claim in claims if claim[0] != act.sender]
        elif act.act == "handover" and act.to and claims and claims[0][0] == act.sender:
            claims = [(act.to, act.at + act.lasts), *(claim for claim in claims if claim[0] != act.sender)]
    return next((claim for claim in claims if claim[1] > now), None)


def waiting(nook: Room, knocks: Iterable[Member], acts: Iterable[Act], now: datetime) -> tuple[Request, ...]:
    """The requests at one nook, longest wait first. Empty for those who may not decide there."""
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    known, size = tuple(acts), nook.size
    found = [
        _request(nook, member, live_acts(nook, member.user, known, now), now, size)
        for member in knocks
        if member.membership == Membership.KNOCK
    ]
    return tuple(sorted(found, key=lambda request: (request.since, request.user)))


def _request(nook: Room, member: Member, acts: tuple[Act, ...], now: datetime, size: int) -> Request:
    held = holder(acts, now)
    asked = [act.room for act in acts if act.act == "asked" and act.room]
    dossiers = [act.answers for act in acts if act.act == "dossier"]
    return Request(
        case=knock_case(nook.room_id, member.user),
        nook=nook.room_id,
        user=member.user,
        display_name=member.display_name,
        since=member.since,
        knock=member.event_id,
        reason=_REF.sub("", member.reason or "").strip(),
        ref=ref_in(member.reason),
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
        asked_in=asked[-1] if asked else None,
        answers=dossiers[-1] if dossiers else {},
        size=size,
        cap=nook.cap,
    )


class Verdict(StrEnum):
    """Whether a decision may go on after the fresh re-read."""

    GO = "go"
    GONE = "gone"
    """They no longer ask: joined, were invited, left or withdrew."""
    ANOTHER = "another"
    """They asked anew since; read that first."""
    HELD = "held"
    """Another facilitator is on it."""
    FULL = "full"
    POWERLESS = "powerless"


def check(
    decision: str, nook: Room, request: Request, fresh: Member | None, read: EventId | None, *, anyway: bool = False
) -> Verdict:
    """Whether `approve` or `decline` may be done, given the membership as the server has it now.

    `read` is the knock that the person saw (None: whatever is there now). A decline of somebody who is in can never
    come out as GO, so it never removes a member.
    """
    me = nook.me
    if fresh is None or fresh.membership != Membership.KNOCK:
        return Verdict.GONE
    if read is not None and fresh.event_id != read:
        return Verdict.ANOTHER
    allowed = nook.power.may_invite(me) if decision == "approve" else nook.power.may_kick(me, request.user)
    if not allowed:
        return Verdict.POWERLESS
    if request.holder not in (None, me) and not anyway:
        return Verdict.HELD
    if decision == "approve" and request.is_full and not anyway:
        return Verdict.FULL
    return Verdict.GO


def reveals(nook: Room) -> str:
    """What approving shows a newcomer of the past, in a sentence."""
    words = {
        "joined": "New members see messages from the moment they join.",
        "invited": "New members see messages from their invite on.",
        "shared": "New members' apps may be handed everything said here so far.",
        "world_readable": "Anyone can read everything said here.",
    }
    return words.get(nook.history, "What new members see of the past is not known.")


@dataclass(frozen=True, slots=True)
class MyRequest:
    """A request of mine, as this machine remembers it."""

    nook: RoomId
    name: str
    ref: str
    sent_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    via: tuple[str, ...] = ()
    withdrawn: bool = False
    declined: bool = False
    """The answer was no: what was agreed to with this request no longer holds."""
    answered_in: RoomId | None = None
    """The vetting room that our answers went to."""
    asked_by: UserId | None = None


def is_open(mine: MyRequest) -> bool:
    """Whether a welcome to this request is taken up by itself."""
    return bool(mine.ref) and not mine.withdrawn and not mine.declined


def my_state(mine: MyRequest, membership: Membership, now: datetime) -> State:
    """Where a request of mine stands, given my membership in the nook."""
    if membership == Membership.JOIN:
        return State.JOINED
    if mine.declined:
        return State.DECLINED
    if membership == Membership.INVITE:
        return State.APPROVED
    if mine.withdrawn:
        return State.WITHDRAWN
    if membership in {Membership.LEAVE, Membership.BAN}:
        return State.DECLINED
    if mine.answered_in:
        return State.ANSWERED
    if mine.asked_by:
        return State.ASKED
    return State.UNANSWERED if now - mine.sent_at > UNANSWERED_AFTER else State.SENT
