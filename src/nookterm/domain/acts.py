"""What facilitators did about a case, as they told each other: who is on it, who decided, and which acts count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.domain.cases import case_word
from nookterm.domain.events import SURE, Event, Message, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.power import FACILITATOR
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import ACT, VERSION

CLAIM_LASTS = timedelta(hours=2)
CLOCK_SLACK = timedelta(minutes=5)
TERMINAL = frozenset({"approved", "declined", "banned", "withdrawn", "settled"})


@dataclass(frozen=True, slots=True)
class Act:
    """What a facilitator did about a case: a block of a message in the facilitators' room."""

    case: str
    nook: RoomId
    user: UserId
    act: str
    """bell, claim, release, handover, asked, dossier, vote, snooze, approved, declined, waitlisted, banned, blocked,
    withdrawn, settled."""
    sender: UserId
    at: datetime
    event_id: EventId
    lasts: timedelta = CLAIM_LASTS
    to: UserId | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    room: RoomId | None = None
    """The vetting room, for `asked`."""
    ref: str | None = None
    """For `asked`: the label of the request that the room was made for."""
    knock: EventId | None = None
    """The very request that it was about."""
    event: EventId | None = None
    """The event that the case is about, where it is not about a person."""
    vote: int = 0
    """For `vote`: 1, 0 or -1."""
    until: datetime | None = None
    """For `snooze`."""
    anyway: bool = False
    """Although something spoke against it: somebody else was on it, the nook was full, a second opinion was missing."""
    told: bool = False
    """Whether the person it is about has been told in their vetting room."""
    sheet: EventId | None = None
    """The hand-over sheet that says so, where it is not an act of its own (`domain.sheet`)."""
    sheet_at: datetime | None = None


def knock_case(nook: RoomId, user: UserId) -> str:
    """The word of a request to join; a new knock of the same person is the same case."""
    return case_word("knock", nook, user)


def act_content(
    act: str,
    case: str,
    nook: RoomId,
    body: str,
    *,
    user: UserId | None = None,
    knock: EventId | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The message that records an act; readable as `body` in any client. `more`: further fields of the block."""
    about = {"user": user or "", **({"knock": knock} if knock else {})}
    block = {"v": VERSION, "case": case, "nook": nook, **about, "act": act, **more}
    return {"msgtype": "m.notice", "body": body, ACT: block}


def read_act(event: Event) -> Act | None:
    """The act that an event records; None where it is none, is not encrypted, or not from a signed device."""
    block = own_block(event, ACT) if event.trust in SURE else None
    if block is None:
        return None
    words = {key: block.get(key) for key in ("case", "nook", "user", "act")}
    if not all(isinstance(value, str) for value in words.values()):
        return None
    ttl, to, room, said = block.get("ttl_ms"), block.get("to"), block.get("room"), block.get("words")
    vote = block.get("vote")
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
        answers=texts(block.get("answers")),
        words=said if isinstance(said, str) else "",
        room=RoomId(room) if isinstance(room, str) else None,
        ref=ref if isinstance(ref := block.get("ref"), str) and ref else None,
        knock=_event_id(block.get("knock")),
        event=_event_id(block.get("event")),
        vote=vote if type(vote) is int and vote in {-1, 0, 1} else 0,
        until=_until(block.get("until")),
        anyway=block.get("anyway") is True,
        told=block.get("told") is True,
    )


def proved_message(event: Event) -> Message | None:
    """What somebody said whom the encryption shows to be its sender; None for anything else."""
    proved = event.encrypted and event.trust not in {Trust.UNPROVED, Trust.NONE}
    return event.payload if proved and isinstance(event.payload, Message) else None


def own_block(event: Event, kind: str) -> Mapping[str, Any] | None:
    """A block of ours in an encrypted message of a proved sender; None where it is not one, or of another version."""
    message = proved_message(event)
    block = message.blocks.get(kind) if message else None
    return block if isinstance(block, Mapping) and block.get("v") == VERSION else None


def texts(value: object) -> Mapping[str, str]:
    """The pairs of texts in a JSON object; anything else in it is left out."""
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}


def _event_id(value: object) -> EventId | None:
    return EventId(value) if isinstance(value, str) and value else None


def _until(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def acts_on(case: str, nook: Room, acts: Iterable[Act], now: datetime) -> tuple[Act, ...]:
    """The acts on a case of this nook, whatever it is about, that count now: see `live_acts`."""
    return since_end(counting(nook, (a for a in acts if a.case == case), now))


def live_acts(nook: Room, user: UserId, acts: Iterable[Act], now: datetime) -> tuple[Act, ...]:
    """The acts on a request that count now: by people with the power, not from the future, newer than its last end."""
    return acts_on(knock_case(nook.room_id, user), nook, (a for a in acts if a.user == user), now)


def counting(nook: Room, acts: Iterable[Act], now: datetime) -> tuple[Act, ...]:
    """The acts in this nook by people who have the power for them now, not from the future, in their order."""
    mine = (a for a in acts if a.nook == nook.room_id and _counts(a, nook, now))
    return tuple(sorted(mine, key=lambda a: (a.at, a.event_id)))


def requests_acts(nook: Room, acts: Iterable[Act], now: datetime) -> Mapping[UserId, tuple[Act, ...]]:
    """The acts on requests to join this nook that count, those before a request's last end as well, by person."""
    found: dict[UserId, list[Act]] = {}
    for act in counting(nook, acts, now):
        if act.user and act.case == knock_case(nook.room_id, act.user):
            found.setdefault(act.user, []).append(act)
    return {user: tuple(about) for user, about in found.items()}


def since_end(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Of the acts on one case, in their order, those after its last end."""
    ends = [place for place, act in enumerate(acts) if act.act in TERMINAL]
    return acts[ends[-1] + 1 :] if ends else acts


def _counts(act: Act, nook: Room, now: datetime) -> bool:
    if act.at > now + CLOCK_SLACK:
        return False
    if act.act == "handover" and not (act.to and nook.power.may_invite(act.to)):
        return False
    level = nook.power.of(act.sender)
    needed = {"declined": nook.power.kick, "banned": nook.power.ban}.get(act.act, nook.power.invite)
    # In a nook whose every member may invite, a facilitator's word is still a facilitator's.
    return level >= max(needed, FACILITATOR)


def holder(acts: Iterable[Act], now: datetime) -> tuple[UserId, datetime] | None:
    """Who is on it, and until when: the earliest claim neither run out nor released, or whom that was handed to."""
    claims: list[tuple[UserId, datetime]] = []
    for act in sorted(acts, key=lambda a: (a.at, a.event_id)):
        claims = [claim for claim in claims if claim[1] > act.at]
        if act.act == "claim":
            # Taken over from whoever has it: recorded as such, and for everybody to see.
            claims.insert(0 if act.anyway else len(claims), (act.sender, act.at + act.lasts))
        elif act.act == "release":
            claims = [claim for claim in claims if claim[0] != act.sender]
        elif act.act == "handover" and act.to and claims and claims[0][0] == act.sender:
            claims = [(act.to, act.at + act.lasts), *(claim for claim in claims if claim[0] != act.sender)]
    return next((claim for claim in claims if claim[1] > now), None)
