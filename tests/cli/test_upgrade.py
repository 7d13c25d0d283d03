"""Upgrading a nook, following it, and asking the server's search, by commands alone."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]


def test_a_nook_is_upgraded_followed_and_the_server_asked_by_commands_alone(terminals: Sequence[Terminal]) -> None:
    ana, bob = terminals
    ana.login()
    bob.login()
    (space,) = ana.call("found", "space", "Makers")
    (nook,) = ana.call("found", "nook", "Makers", "glaze-lab", "--purpose", "Glazes")
    ana.call("invite", nook["room_id"], bob.user_id)
    for room in (space["room_id"], space["highlights_id"], nook["room_id"]):
        bob.call("join", room)
    bob.call("send", "glaze-lab", "the celadon crawled", "--wait")

    bob.call("upgrade", "glaze-lab", "--yes", code=5)
    ana.call("upgrade", "glaze-lab", "--version", "99", "--yes", code=2)
    (done,) = ana.call("upgrade", "glaze-lab", "--yes")
    assert (done["replaces"], done["invited"]) == (nook["room_id"], [bob.user_id])
    (again,) = ana.call("upgrade", nook["room_id"], "--yes")
    assert (again["room_id"], again["invited"]) == (done["room_id"], [])

    assert bob.call("send", nook["room_id"], "still here?", "--wait", code=5)[-1]["error"]
    assert bob.call("join", nook["room_id"])[0]["room_id"] == done["room_id"]
    rows = {row["room_id"]: row for row in bob.call("rooms")}
    assert rows[nook["room_id"]]["successor"] == done["room_id"]
    assert rows[done["room_id"]]["predecessor"] == nook["room_id"]
    assert rows[done["room_id"]]["kind"] == "nook"
    # The name means the new room; a search in it finds what was said in the old one.
    assert [row["room_id"] for row in bob.call("search", "in:glaze-lab celadon")] == [nook["room_id"]]

    bob.call("search", "--server", "in:glaze-lab celadon", code=2)
    ana.call("send", space["highlights_id"], "celadon for everybody", "--wait")
    found = bob.call("search", "--server", "celadon")
    assert [row["room_id"] for row in found] == [space["highlights_id"], nook["room_id"]]
    assert not any(row.get("from_server") for row in found), "what came by sync is on this disk"
