"""From the rooms of a sliding-sync response to those of `/v3/sync`, so that one digest reads both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from nookterm.domain.records import dataclass
from nookterm.matrix.digest import OUTLINE, WHOLE_ACCOUNT
from nookterm.matrix.parsing import MEMBER
from nookterm.matrix.wire import as_count, as_list, as_object, as_text

_STRIPPED = ("invite_state", "knock_state", "stripped_state")
_OUT = frozenset({"leave", "ban"})


@dataclass(frozen=True, slots=True)
class List:
    """The one list of rooms, as far as the response has it."""

    count: int
    """How many rooms there are."""
    room_ids: tuple[str, ...]


def list_of(answer: Mapping[str, Any]) -> List | None:
    """The list `rooms` of a response; None where it says nothing about it."""
    found = as_object(as_object(answer.get("lists")).get("rooms"))
    count = as_count(found.get("count"))
    if count is None:
        return None
    ids = (room for op in as_list(found.get("ops")) for room in as_list(as_object(op).get("room_ids")))
    return List(count, tuple(room for room in ids if isinstance(room, str)))


def as_classic(
    rooms: Mapping[str, Any], extensions: Mapping[str, Any], me: str, *, outline: bool = False
) -> dict[str, dict[str, Any]]:
    """The sections join, invite, knock and leave. `outline`: only some of the state was asked for.

    State comes as `state_after`: what holds behind the timeline. The number of unread events is left out: Synapse
    always says 0.
    """
    sections: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for room_id, raw in rooms.items():
        section, room = _room(as_object(raw), me)
        sections[section][room_id] = room | ({OUTLINE: True} if outline else {})

    def place(room_id: str) -> dict[str, Any]:
        section = next((name for name, listed in sections.items() if room_id in listed), "join")
        found: dict[str, Any] = sections[section].setdefault(room_id, {})
        return found

    for name in ("typing", "receipts"):
        for room_id, event in as_object(as_object(extensions.get(name)).get("rooms")).items():
            place(room_id).setdefault("ephemeral", {"events": []})["events"].append(event)
    for room_id, events in as_object(as_object(extensions.get("account_data")).get("rooms")).items():
        # With a room that comes for the first time on this connection comes all that is kept about it.
        whole = as_object(rooms.get(room_id)).get("initial") is True
        place(room_id).update({"account_data": {"events": events}, WHOLE_ACCOUNT: whole})
    return dict(sections)


def _room(room: Mapping[str, Any], me: str) -> tuple[str, dict[str, Any]]:
    stripped = next((as_list(room[key]) for key in _STRIPPED if room.get(key)), None)
    if stripped is not None:
        # Invites and knocks come alike: what we are there stands in our own member event.
        section = "knock" if _standing(stripped, me) == "knock" else "invite"
        return section, {f"{section}_state": {"events": stripped}}
    timeline, state = as_list(room.get("timeline")), as_list(room.get("required_state"))
    out = (_standing(state, me) or _standing(timeline, me)) in _OUT
    return "leave" if out else "join", {
        "state_after": {"events": state},
        "timeline": {
            "events": timeline,
            "limited": room.get("limited") is True,
            "prev_batch": room.get("prev_batch"),
        },
    }


def _standing(events: Iterable[object], me: str) -> str | None:
    """Our membership by the last of these events that tells it."""
    found = None
    for event in map(as_object, events):
        if event.get("type") == MEMBER and event.get("state_key") == me:
            found = as_text(as_object(event.get("content")).get("membership")) or found
    return found
