"""A highlight of Bo's words in the Foxes and all that can be said about it, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nookterm.domain.attachment import Attachment
from nookterm.domain.audience import audience_of
from nookterm.domain.board import highlights
from nookterm.domain.consent import Mode, consent_content
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.share_folding import shares
from nookterm.domain.share_request import Quoted, SharedPicture, ShareRequest, read_request, request_content
from nookterm.domain.share_sayings import OnBoard
from nookterm.domain.sharing import Copy, Share, ShareState, highlight_content, publishing_content, share_word
from nookterm.domain.vocabulary import HIGHLIGHT_REQUEST
from tests.domain.builders import (
    ANA,
    BO,
    BOARD,
    CY,
    DEE,
    EVE,
    FOXES,
    NOON,
    a_message,
    a_nook,
    a_reaction,
    a_room,
    member,
    minutes,
    state,
)

DRAFT = "Cone 6 at 1222 °C.\nSlow cooling."
SOURCE, OTHER_SOURCE = EventId("$source"), EventId("$source2")
REQUEST, COPY = EventId("$request"), EventId("$copy")
KEY = bytes(range(32))
HOUR_LATER = minutes(60)
NOOK = a_nook(member(EVE))
BY_REACTION = a_nook(
    member(EVE), state("org.nookterm.charter", {"v": 1, "purpose": "x", "consent_by_reaction": True}, by=DEE)
)
TARGET = a_room(
    state("m.room.name", {"name": "Highlights"}),
    state("m.room.join_rules", {"join_rule": "restricted"}),
    state("m.room.power_levels", {"users": {DEE: 100, ANA: 50, CY: 50}, "events_default": 50, "redact": 50}, by=DEE),
    member(ANA),
    member(BO),
    room_id=BOARD,
)
FILE = Attachment("river.example", "abc", "picture.png", "image/png", 9, {"v": "v2", "key": {}, "iv": "", "hashes": {}})
PICTURE = SharedPicture("ab" * 32, FILE, 3, 2)
ONE = (Quoted(SOURCE, BO),)
TWO = (*ONE, Quoted(OTHER_SOURCE, CY))


def asked_content(quotes: tuple[Quoted, ...] = ONE, **more: Any) -> dict[str, Any]:
    """The content of a request for `DRAFT`."""
    given = {"reactions": False, "picture": None, "draft": DRAFT, "name": "#highlights", **more}
    draft, name = given.pop("draft"), given.pop("name")
    content = request_content(quotes, draft, BOARD, name, audience_of(TARGET), NOON, **given)
    return dict(json.loads(json.dumps(content)))


def the_source(event_id: str = SOURCE, **more: Any) -> Event:
    return a_message("Cone 6 at 1222 °C, says @eve. Slow cooling.", event_id, **{"by": BO, **more})


def asking(content: Mapping[str, Any] | None = None, **more: Any) -> Event:
    return a_message(content or asked_content(), REQUEST, **{"by": ANA, "at": minutes(1), **more})


def with_block(kind: str, content: Mapping[str, Any], **change: Any) -> dict[str, Any]:
    """The same content with other fields in its block."""
    return {**content, kind: {**content[kind], **change}}


def terms(content: Mapping[str, Any] | None = None) -> str:
    asks = read_request(asking(content))
    assert asks
    return asks.terms


def answering(mode: Mode, event_id: str = "$consent", *, to: Mapping[str, Any] | None = None, **more: Any) -> Event:
    content = consent_content(REQUEST, terms(to), mode)
    return a_message(content, event_id, **{"by": BO, "at": minutes(2), **more})


def saying(words: str, event_id: str = "$consent", **more: Any) -> Event:
    """A plain answer to the request."""
    content = {"msgtype": "m.text", "body": words, "m.relates_to": {"m.in_reply_to": {"event_id": REQUEST}}}
    return a_message(content, event_id, **{"by": BO, "at": minutes(2), **more})


def reacting(key: str, event_id: str = "$reaction", **more: Any) -> Event:
    return a_reaction(REQUEST, key, event_id, **{"by": BO, **more})


def a_request(content: Mapping[str, Any] | None = None) -> ShareRequest:
    asks = read_request(asking(content))
    assert asks
    return asks


def a_share(content: Mapping[str, Any] | None = None, **more: Any) -> Share:
    share = Share(share_word(FOXES, REQUEST), REQUEST, FOXES, a_request(content), ANA, minutes(1), ShareState.CONSENTED)
    return replace(share, **more)


def a_copy(id_: str = "uuid", *, by: UserId = ANA, event: EventId | None = COPY, **more: Any) -> Copy:
    return Copy(
        id_, **{"key": KEY, "by": by, "begun_at": minutes(3), "consents": ("$consent",), "event": event, **more}
    )


def noting(copy: Copy, event_id: str = "", *, content: Mapping[str, Any] | None = None, **more: Any) -> Event:
    """A publisher's note: that a copy is up, or only begun where it has no event yet."""
    said = publishing_content(a_share(content), copy)
    id_ = event_id or f"$note-{copy.id}-{copy.event or 'begun'}"
    return a_message(said, id_, **{"by": copy.by, "at": copy.begun_at, **more})


def on_the_board(copy: Copy, share: Share | None = None, *, credit: str = "Bo", **more: Any) -> Event:
    """The copy itself."""
    content = highlight_content(share or a_share(), copy, nook_name="Foxes", credit=credit)
    where = {"room": BOARD, "encrypted": False, "by": copy.by, "at": copy.begun_at}
    return a_message(content, str(copy.event), **{**where, **more})


def board_of(*events: Event, gone: frozenset[EventId] = frozenset(), room: Room = TARGET) -> dict[RoomId, OnBoard]:
    """The board as these events make it."""
    return {BOARD: OnBoard(room, {h.event_id: h for h in highlights(room, events)}, gone)}


def seen(
    *events: Event, now: datetime = HOUR_LATER, nook: Room = NOOK, boards: dict[RoomId, OnBoard] | None = None
) -> list[Share]:
    return list(shares(nook, events, now, boards))


def one(*events: Event, **more: Any) -> Share:
    (share,) = seen(the_source(), *events, **more)
    return share


def standing(*events: Event, **more: Any) -> ShareState:
    """What has become of the usual request."""
    return one(asking(), *events, **more).state


def named_request(**change: Any) -> dict[str, Any]:
    """The usual request with other fields in its block."""
    return with_block(HIGHLIGHT_REQUEST, asked_content(), **change)
