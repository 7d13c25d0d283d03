"""What a finished world says about itself: the one line of `demo --serve` (docs/cli.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.demo.acts import Acts
from nookterm.demo.people import Home


def describe_world(acts: Acts, homes: Mapping[str, Home]) -> dict[str, Any]:
    """Everything that a script or a test needs to take part; passwords too, so it is kept and printed with care."""
    facts = _seen_from(acts, homes, "here")
    return facts | ({"other": _seen_from(acts, homes, "other")} if acts.world.federated else {})


def _seen_from(acts: Acts, homes: Mapping[str, Home], home: str) -> dict[str, Any]:
    """The same rooms, with the address and the accounts of one server."""
    world, user = acts.world, acts.people.user
    by_kind = {room.kind: acts.rooms[room.room] for room in reversed(world.rooms)}
    nooks = [
        {
            "name": nook.name,
            "room_id": acts.rooms[nook.room],
            "cap": nook.charter.cap,
            "members": len(world.members(nook.room)),
            "facilitators": [user(name) for name in nook.facilitators],
            "questions": [{"id": question.id, "text": question.text} for question in nook.charter.questions],
        }
        for nook in world.nooks
        if nook.charter
    ]
    users = []
    for person in (person for person in world.people if person.home == home):
        secrets = {"password": acts.people.password(person.id).reveal()}
        key = acts.people.recovery_key(person.id)
        if key:
            secrets["recovery_key"] = key.reveal()
        users.append({"user_id": user(person.id), **secrets, "role": person.role})
    return {
        "homeserver": homes[home].base_url,
        "server_name": homes[home].server_name,
        "space_id": acts.rooms[world.space],
        "highlights_id": by_kind["highlights"],
        "facilitators_id": by_kind["facilitators"],
        "nooks": nooks,
        "users": users,
    }
