"""Highlights: what leaves a nook, who agreed to it, and the proof that it came from there."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from nookterm.domain.cases import case_word
from nookterm.domain.events import Event, Membership, Message, Reaction, Redaction, Trust, moment
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import (
    HIGHLIGHT,
    HIGHLIGHT_CONSENT,
    HIGHLIGHT_PUBLISHED,
    HIGHLIGHT_REQUEST,
    VERSION,
)

LASTS = timedelta(days=7)
LONGEST_DRAFT = 1500
YES, ANONYMOUS, NO = "✅", "🎭", "❌"
_HISTORY = ("joined", "invited", "shared", "world_readable")
_RULES = ("invite", "private", "knock", "knock_restricted", "restricted", "public")


class ShareState(StrEnum):
    """Where a highlight stands."""

    WAITING = "waiting"
    CONSENTED = "consented"
    DECLINED = "declined"
    EXPIRED = "expired"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will be able to read a highlight."""

    readers: int
    encrypted: bool
    join_rule: str
    history: str

    def widened(self, now: Audience) -> bool:
        """Whether the target lets more people read now than when this was agreed to."""
        return (
            (self.encrypted and not now.encrypted)
            or _rank(_HISTORY, now.history) > _rank(_HISTORY, self.history)
            or _rank(_RULES, now.join_rule) > _rank(_RULES, self.join_rule)
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A highlight from its request on."""

    request: str
    """The short word."""
    event_id: EventId
    """The request in the nook."""
    nook: RoomId
    source: EventId
    author: UserId
    asked_by: UserId
    draft: str
    target: RoomId
    audience: Audience
    asked_at: datetime
    expires: datetime
    state: ShareState
    anonymous: bool = False
    by_reaction: bool = False
    published: EventId | None = None


def audience_of(target: Room) -> Audience:
    """Who can read what is said in `target`."""
    return Audience(len(target.who(Membership.JOIN)), target.encrypted, target.join_rule, target.history)


def audience_words(audience: Audience) -> str:
    """The audience in a line."""
    people = "1 person" if audience.readers == 1 else f"{audience.readers} people"
    past = {"shared": "newcomers read the past", "world_readable": "anyone can read it"}.get(audience.history)
    return ", ".join(filter(None, (people, "encrypted" if audience.encrypted else "not encrypted", past)))


def share_word(nook: RoomId, request: EventId) -> str:
    """The short word of a highlight's request."""
    return case_word("share", nook, request)


def draft_hash(draft: str) -> str:
    """What a consent is bound to: SHA-256 of the exact text."""
    return hashlib.sha256(draft.encode("utf-8", "replace")).hexdigest()


def provenance(key: bytes, source: EventId, draft: str) -> str:
    """A mark that members, who hold `key`, can check and nobody else can guess: HMAC-SHA256(key, source 00 draft)."""
    return hmac.new(key, f"{source}\x00{draft}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def request_content(source: EventId, author: UserId, draft: str, target: Room, target_name: str, now: datetime) -> dict[str, Any]:
    """The encrypted message that asks an author to agree; readable and answerable in any client."""
    audience = audience_of(target)
    body = (
        f"May we share this in {target_name} ({audience_words(audience)})? "
        f"{YES} with your name · {ANONYMOUS} without · {NO} no\n\n> " + draft.replace("\n", "\n> ")
    )
    return {
        "msgtype": "m.text",
        "body": body,
        "m.mentions": {"user_ids": [author]},
        "m.relates_to": {"m.in_reply_to": {"event_id": source}},
        HIGHLIGHT_REQUEST: {
            "v": VERSION,
            "source": source,
            "author": author,
            "draft": draft,
            "target": target.room_id,
            "audience": {
                "joined": audience.readers,
                "encrypted": audience.encrypted,
                "join_rule": audience.join_rule,
                "history": audience.history,
            },
            "expires_ts": int((now + LASTS).timestamp() * 1000),
        },
    }


def consent_content(request: EventId, draft: str, mode: str) -> dict[str, Any]:
    """The author's encrypted answer: mode named, anonymous, declined or withdrawn."""
    words = {
        "named": "Yes, share it with my name.",
        "anonymous": "Yes, share it without my name.",
        "declined": "Please do not share it.",
        "withdrawn": "Please take it back.",
    }
    block = {"v": VERSION, "request": request, "mode": mode, "draft_sha256": draft_hash(draft)}
    return {
        "msgtype": "m.notice",
        "body": words[mode],
        "m.relates_to": {"m.in_reply_to": {"event_id": request}},
        HIGHLIGHT_CONSENT: block,
    }


def highlight_content(share: Share, *, id_: str, key: bytes, nook_name: str, credit: str | None) -> dict[str, Any]:
    """The event that leaves the nook: built from nothing but the agreed text, the nook's name and the credit."""
    quoted = "> " + share.draft.replace("\n", "\n> ")
    body = f"From {nook_name}, shared with permission\n\n{quoted}" + (f"\n\n{credit}" if credit else "")
    return {
        "msgtype": "m.text",
        "body": body,
        "m.mentions": {},
        HIGHLIGHT: {
            "v": VERSION,
            "id": id_,
            "nook_name": nook_name,
            "text": share.draft,
            "credit": credit or "",
            "commit": provenance(key, share.source, share.draft),
        },
    }


def published_content(share: Share, *, id_: str, key: bytes, target_event: EventId) -> dict[str, Any]:
    """The encrypted note in the nook that ties the copy to its source and holds the key of the proof."""
    return {
        "msgtype": "m.notice",
        "body": "Shared in the highlights.",
        HIGHLIGHT_PUBLISHED: {
            "v": VERSION,
            "request": share.event_id,
            "id": id_,
            "k": key.hex(),
            "source": share.source,
            "target_event": target_event,
        },
    }


def shares(nook: Room, events: Iterable[Event], now: datetime) -> tuple[Share, ...]:
    """Every highlight asked for in a nook, oldest first, with its state after everything that was said about it."""
    listed = [e for e in events if e.room_id == nook.room_id]
    gone = {e.payload.target for e in listed if isinstance(e.payload, Redaction)}
    sources = {e.event_id: e for e in listed}
    found = []
    for event in listed:
        share = _asked(event, nook)
        if share is None or event.event_id in gone:
            continue
        source = sources.get(share.source)
        if source is not None and source.sender != share.author:
            continue
        found.append(_judged(share, listed, gone, now))
    return tuple(found)


def _asked(event: Event, nook: Room) -> Share | None:
    block = _block(event, HIGHLIGHT_REQUEST)
    if not block or not event.encrypted or event.trust == Trust.UNPROVED:
        return None
    fields = {key: block.get(key) for key in ("source", "author", "draft", "target")}
    if not all(isinstance(value, str) and value for value in fields.values()):
        return None
    said = block.get("audience")
    seen: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    readers = seen.get("joined")
    return Share(
        request=share_word(nook.room_id, event.event_id),
        event_id=event.event_id,
        nook=nook.room_id,
        source=EventId(str(fields["source"])),
        author=UserId(str(fields["author"])),
        asked_by=event.sender,
        draft=str(fields["draft"]),
        target=RoomId(str(fields["target"])),
        audience=Audience(
            readers if isinstance(readers, int) else 0,
            seen.get("encrypted") is True,
            str(seen.get("join_rule", "invite")),
            str(seen.get("history", "joined")),
        ),
        asked_at=event.sent_at,
        expires=moment(block.get("expires_ts")),
        state=ShareState.WAITING,
    )


@dataclass(slots=True)
class _Answer:
    mode: str
    reaction: EventId | None = None


def _judged(share: Share, events: list[Event], gone: set[EventId], now: datetime) -> Share:
    answer: _Answer | None = None
    published: EventId | None = None
    for event in events:
        if event.event_id in gone:
            continue
        if event.sender == share.author and (given := _answer(event, share)):
            answer = given
        done = _block(event, HIGHLIGHT_PUBLISHED)
        if done and done.get("request") == share.event_id and event.encrypted and event.trust != Trust.UNPROVED:
            target = done.get("target_event")
            published = EventId(target) if isinstance(target, str) else published
    mode = answer.mode if answer else ""
    agreed = mode in {"named", "anonymous"} and share.source not in gone
    if published:
        state = ShareState.PUBLISHED if agreed else ShareState.WITHDRAWN
    elif agreed:
        state = ShareState.CONSENTED if now < share.expires else ShareState.EXPIRED
    elif share.source in gone or mode == "withdrawn":
        state = ShareState.WITHDRAWN
    elif mode == "declined":
        state = ShareState.DECLINED
    else:
        state = ShareState.WAITING if now < share.expires else ShareState.EXPIRED
    return _with(share, state, answer, published)


def _with(share: Share, state: ShareState, answer: _Answer | None, published: EventId | None) -> Share:
    return Share(
        share.request, share.event_id, share.nook, share.source, share.author, share.asked_by, share.draft, share.target,
        share.audience, share.asked_at, share.expires, state,
        anonymous=answer is not None and answer.mode == "anonymous",
        by_reaction=answer is not None and answer.reaction is not None,
        published=published,
    )  # fmt: skip


def _answer(event: Event, share: Share) -> _Answer | None:
    payload = event.payload
    if isinstance(payload, Reaction) and payload.target == share.event_id:
        mode = {YES: "named", ANONYMOUS: "anonymous", NO: "declined"}.get(payload.key.rstrip("\ufe0f"))
        return _Answer(mode, event.event_id) if mode else None
    block = _block(event, HIGHLIGHT_CONSENT)
    if not block or not event.encrypted or event.trust == Trust.UNPROVED or block.get("request") != share.event_id:
        return None
    mode = str(block.get("mode"))
    bound = block.get("draft_sha256") == draft_hash(share.draft)
    return _Answer(mode) if mode in {"declined", "withdrawn"} or (bound and mode in {"named", "anonymous"}) else None


@dataclass(frozen=True, slots=True)
class Highlight:
    """A published highlight as the board shows it."""

    id: str
    nook_name: str
    credit: str
    body: str
    event_id: EventId
    room_id: RoomId
    at: datetime
    sender: UserId
    commit: str


def highlights(room: Room, events: Iterable[Event]) -> tuple[Highlight, ...]:
    """The board of a highlights room, newest first; taken-back ones are gone."""
    listed = [e for e in events if e.room_id == room.room_id]
    gone = {e.payload.target for e in listed if isinstance(e.payload, Redaction)}
    found = [h for e in listed if e.event_id not in gone and (h := _highlight(e))]
    return tuple(reversed(found))


def _highlight(event: Event) -> Highlight | None:
    block = _block(event, HIGHLIGHT)
    if not block or not isinstance(block.get("id"), str):
        return None
    words = {key: value if isinstance(value := block.get(key), str) else "" for key in ("nook_name", "credit", "text", "commit")}
    return Highlight(
        str(block["id"]), words["nook_name"], words["credit"], words["text"], event.event_id, event.room_id, event.sent_at,
        event.sender, words["commit"],
    )  # fmt: skip


def _block(event: Event, kind: str) -> Mapping[str, Any] | None:
    block = event.payload.blocks.get(kind) if isinstance(event.payload, Message) else None
    return block if isinstance(block, Mapping) and block.get("v") == VERSION else None


def _rank(order: tuple[str, ...], word: str) -> int:
    return order.index(word) if word in order else len(order)


_FLAGS = (
    re.compile(r"@[^\s:@]+:[A-Za-z0-9.\-]+(?::\d+)?"),
    re.compile(r"(?:https?|matrix|mxc)://\S+|matrix:\S+|www\.\S+"),
    re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+\.[A-Za-z0-9.\-]+"),
    re.compile(r"\+?\d[\d\s()/\-]{6,}\d"),
)


def flagged(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Pieces of a draft that may tell who or where: ids, links, mail addresses, phone numbers, names of members."""
    pieces = [match.group(0) for pattern in _FLAGS for match in pattern.finditer(text)]
    shortest = 3
    for name in names:
        for word in {name, *name.split()}:
            if len(word) >= shortest and re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
                pieces.append(word)
    return tuple(dict.fromkeys(pieces))
