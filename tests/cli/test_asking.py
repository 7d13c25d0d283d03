"""Asking from outside by commands: whom one knows is said by hand, and where no door is a letter goes."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import REQUESTS, Terminal, founding, terminals, within

__all__ = ["terminals"]
"""The fixture."""


def state(who: Terminal, *words: str) -> tuple[str, str | None, bool | None]:
    rows = who.call("requests", *words)
    within(rows, REQUESTS, "room_id", "name", "since", "state")
    (row,) = rows
    return row["state"], row.get("waits"), row.get("listed")


def test_somebody_outside_the_space_asks_confirms_and_writes(terminals: Sequence[Terminal]) -> None:
    ana, bob = terminals
    for who in terminals:
        who.login()
    _space, nook = founding(ana)
    (problem,) = bob.call("knock", nook, "--answer", "q2=because", code=2)
    assert "Its questions: q1" in problem["hint"]
    assert bob.call("knock", nook, "--answer", "q1=because") == [{"room_id": nook, "state": "sent"}]
    (row,) = ana.call("desk", "--kind", "knock")
    ana.call("vet", row["case"])
    assert state(bob) == ("asked", "unknown", False)
    assert "glaze-lab" in bob.plain("requests")
    assert bob.call("knock", nook, "--confirm", "ana", code=2)[0]["error"] == "usage"
    assert bob.call("knock", nook, "--confirm", ana.user_id) == [{"room_id": nook, "state": "answered"}]
    (row,) = ana.call("desk", "--kind", "knock")
    assert row["answers"] == {"q1": "because"}
    assert bob.call("knock", "glaze-lab", "--withdraw") == [{"room_id": nook, "state": "withdrawn"}]
    assert ana.call("desk", "--kind", "knock") == []

    ana.call("door", "glaze-lab", "closed")
    assert bob.call("knock", nook, "--to", ana.user_id, "--answer", "q1=still") == [{"room_id": nook, "state": "sent"}]
    (letter,) = [row for row in ana.call("rooms") if row["membership"] == "invite"]
    ana.call("join", letter["room_id"])
    (row,) = ana.call("desk", "--kind", "knock")
    assert (row["user"], row["answers"]) == (bob.user_id, {"q1": "still"})
    ana.call("approve", row["case"])
    assert state(bob)[0] == "joined"
