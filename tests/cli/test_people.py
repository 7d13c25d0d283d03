"""Members, roles, ignoring, settings, privacy, names and leaving by commands alone."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]


def test_people_and_rooms_by_commands_alone(terminals: Sequence[Terminal]) -> None:
    ana, bob = terminals
    ana.login()
    bob.login()
    (space,) = ana.call("found", "space", "Makers")
    (nook,) = ana.call("found", "nook", "Makers", "glaze-lab", "--purpose", "Glazes")
    for room in (space["room_id"], nook["room_id"]):
        ana.call("invite", room, bob.user_id)
        bob.call("join", room)
    rows = {row["user_id"]: row for row in ana.call("members", "glaze-lab")}
    assert (rows[ana.user_id]["role"], rows[bob.user_id]["role"]) == ("founder", "member")
    assert rows[bob.user_id]["ignored"] is False

    assert ana.call("role", "glaze-lab", bob.user_id, "facilitator")[0]["role"] == "facilitator"
    assert ana.call("role", "glaze-lab", bob.user_id, "member")[0]["role"] == "member"

    assert ana.call("ignore", bob.user_id) == [{"user_id": bob.user_id, "ignored": True}]
    assert [row["user_id"] for row in ana.call("ignore")] == [bob.user_id]
    bob.call("send", "glaze-lab", "can you hear me?", "--wait")
    assert "can you hear me?" not in ana.plain("read", "glaze-lab")
    ana.call("unignore", bob.user_id)
    ana.call("ignore", "bob", code=2)

    ana.call("set", "glaze-lab", "history", "joined")
    ana.call("set", "glaze-lab", "history", "all", code=2)
    ana.call("set", "glaze-lab", "encryption", "off", code=2)
    bob.call("set", "glaze-lab", "name", "mine", code=5)
    sheet = bob.call("privacy", "glaze-lab")
    assert {"section", "text"} <= set(sheet[0])
    assert any("from the moment they join" in row["text"] and row["mark"] == "warn" for row in sheet)
    assert "Who can read what is said" in bob.plain("privacy", "glaze-lab")

    assert bob.call("profile", "--room", "glaze-lab", "--name", "Kiln")[0]["name"] == "Kiln"
    assert bob.call("profile", "--name", "Bob R.")[0]["name"] == "Bob R."
    bob.call("profile", "--name", " ", code=2)

    (said,) = bob.call("mark", "glaze-lab", "--level", "mentions", "--favourite", "on", "--unread")
    marks = ("level", "favourite", "low", "marked")
    assert [said[name] for name in marks] == ["mentions", True, False, True]
    (said,) = bob.call("mark", "glaze-lab", "--low", "on", "--read")
    assert [said[name] for name in marks] == ["mentions", False, True, False]
    assert "only mentions call you · low priority" in bob.plain("mark", "glaze-lab")
    (row,) = [row for row in bob.call("rooms") if row["name"] == "glaze-lab"]
    assert [row[name] for name in marks] == ["mentions", False, True, False]
    assert "mentions  low" in bob.plain("rooms")
    bob.call("mark", "glaze-lab", "--read", "--unread", code=2)
    _favourites_are_moved(bob)
    _who_has_read_is_told(ana, bob, nook["room_id"])

    bob.call("kick", "glaze-lab", ana.user_id, code=5)
    ana.call("kick", "glaze-lab", bob.user_id, "--words", "for now")
    assert ana.call("kick", "glaze-lab", bob.user_id, code=6)[0]["error"] == "changed"
    ana.call("kick", "glaze-lab", bob.user_id, "--for-good")

    left = bob.call("leave", "Makers", "--with-nooks", "--forget")
    assert [row["membership"] for row in left][-1] == "leave"
    assert all(row["name"] != "Makers" for row in bob.call("rooms"))


def _favourites_are_moved(bob: Terminal) -> None:
    """Among each other, and nothing else."""
    assert bob.call("mark", "glaze-lab", "--move", "up", code=2)[0]["error"] == "no_favourite"
    (space,) = bob.call("found", "space", "Owls")
    nook, other = "glaze-lab", space["facilitators_id"]
    assert bob.call("mark", nook, "--favourite", "on")[0]["place"] == 1
    assert bob.call("mark", other, "--favourite", "on")[0]["place"] == 2
    assert bob.call("mark", nook, "--move", "down")[0]["place"] == 2
    assert bob.call("mark", nook, "--move", "first")[0]["place"] == 1
    assert "favourite, number 2 of 2" in bob.plain("mark", other)
    assert {row["room_id"]: row["place"] for row in bob.call("rooms") if row["place"] == 2} == {other: 2}


def _who_has_read_is_told(ana: Terminal, bob: Terminal, room: str) -> None:
    """As far as they told it themselves, or wrote since."""
    first = ana.call("send", room, "who reads this?", "--wait")[-1]["event_id"]
    bob.call("receipts", room, "--send", "public")
    bob.call("mark", room, "--read")
    (row,) = ana.call("receipts", room, first)
    assert (row["event_id"], row["user_id"], row["how"]) == (first, bob.user_id, "read it")
    assert "Bob R.: read it" in ana.plain("receipts", room)
    second = ana.call("send", room, "and this?", "--wait")[-1]["event_id"]
    assert ana.call("receipts", room) == []
    bob.call("receipts", room, "--send", "off")
    bob.call("mark", room, "--read")
    assert ana.call("receipts", room, second) == [], "who told nothing is not named"
    bob.call("send", room, "I do", "--wait")
    assert [row["how"] for row in ana.call("receipts", room, second)] == ["wrote since"]
