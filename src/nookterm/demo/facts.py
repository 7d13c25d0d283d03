"""What a finished world says about itself: the one line of `demo --serve` (docs/cli.md)."""

from __future__ import annotations

from typing import Any

from nookterm.demo.acts import Acts
from nookterm.demo.homeserver import Homeserver


def describe_world(acts: Acts, server: Homeserver) -> dict[str, Any]:
    """Everything that a script or a test needs to take part; passwords too, so it is kept and printed with care."""
    world = acts.world
    by_kind = {room.kind: acts.rooms[room.room] for room in reversed(world.rooms)}

    def user(name: str) -> str:
        return f"@{name}:{server.server_name}"

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
    for person in world.people:
        secrets = {"password": acts.people.password(person.id).reveal()}
        key = acts.people.recovery_key(person.id)
        if key:
            secrets["recovery_key"] = key.reveal()
        users.append({"user_id": user(person.id), **secrets, "role": person.role})
    return {
        "homeserver": server.base_url,
        "server_name": server.server_name,
        "space_id": acts.rooms[world.space],
        "highlights_id": by_kind["highlights"],
        "facilitators_id": by_kind["facilitators"],
        "nooks": nooks,
        "users": users,
    }
