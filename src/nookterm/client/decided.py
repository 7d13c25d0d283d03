"""What a facilitator decided: as a value, as a note on disk, and in the words that others read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nookterm.domain.events import Json
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import Told, word_block
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import WORD

_SOME_REASON = "asked to join"
"""Stands for public words in a note on disk, which does not repeat them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a facilitator decided about the request that they read."""

    act: str
    """approved, declined, withdrawn, banned, blocked or waitlisted."""
    request: Request
    words: str = ""
    """For the applicant."""
    anyway: bool = False
    place: int | None = None


_SAID: Mapping[str, str] = {
    "approved": "{me} approved {who} for {nook}.",
    "blocked": "{me} approved {who} for {nook}; their own settings take no invites.",
    "declined": "{me} declined {who} for {nook}.",
    "withdrawn": "{me} cleared away the request of {who} at {nook}: it was taken back.",
    "banned": "{me} banned {who} from {nook}.",
    "waitlisted": "{me} put {who} on the wait-list of {nook}.",
}
TOLD: Mapping[str, Told] = {
    "approved": Told.APPROVED,
    "declined": Told.DECLINED,
    "banned": Told.DECLINED,
    "blocked": Told.BLOCKED,
    "waitlisted": Told.WAITLISTED,
}
"""What an applicant's client is told; that somebody is banned is between the facilitators."""


def word(decision: Decision, nook: Room, *, moved: bool = False) -> dict[str, Any]:
    """What the applicant is told. `moved`: only that their place on the wait-list is another one now."""
    where, words = title(nook), decision.words
    full = f"{where} is full for now. " if decision.request.is_full and not moved else ""
    said = {
        "approved": f"You are welcome in {where}.",
        "declined": f"The answer of {where} is no this time.",
        "banned": f"The answer of {where} is no.",
        "waitlisted": f"{full}You are on the wait-list of {where}, at place {decision.place}.",
        "blocked": f"{where} would let you in, but your account takes no invites. Allow them, then say so here.",
    }[decision.act]
    body = words if words and decision.act in {"declined", "banned"} else f"{said} {words}".strip()
    block = word_block(TOLD[decision.act], place=decision.place, words=words, knock=decision.request.knock)
    return {"msgtype": "m.text", "body": body, WORD: block}


def act_words(decision: Decision, me: str, nook: Room) -> str:
    """What the other facilitators read in any client."""
    request = decision.request
    who = shown_name(request.user, request.display_name)
    return _SAID[decision.act].format(me=me, who=who, nook=title(nook))


def written(decision: Decision) -> dict[str, Any]:
    """The note that is kept until all is done that follows from it."""
    request = decision.request
    return {
        "act": decision.act,
        "case": request.case,
        "nook": request.nook,
        "user": request.user,
        "name": request.display_name,
        "since": request.since.isoformat(),
        "knock": request.knock,
        "reason": bool(request.reason),
        "ref": request.ref,
        "asked_in": request.asked_in,
        "asked_by": request.asked_by,
        "words": decision.words,
        "anyway": decision.anyway,
        "place": decision.place,
    }


def read_note(note: Json) -> Decision:
    """A decision from its note."""
    asked_in, asked_by, ref, place = note.get("asked_in"), note.get("asked_by"), note.get("ref"), note.get("place")
    request = Request(
        case=str(note["case"]),
        nook=RoomId(str(note["nook"])),
        user=UserId(str(note["user"])),
        display_name=str(note["name"]) if note.get("name") else None,
        since=datetime.fromisoformat(str(note["since"])),
        knock=EventId(str(note["knock"])),
        reason=_SOME_REASON if note.get("reason") else "",
        ref=str(ref) if ref else None,
        asked_in=RoomId(str(asked_in)) if asked_in else None,
        asked_by=UserId(str(asked_by)) if asked_by else None,
    )
    return Decision(
        act=str(note["act"]),
        request=request,
        words=str(note.get("words") or ""),
        anyway=note.get("anyway") is True,
        place=place if isinstance(place, int) else None,
    )
