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

    bob.call("kick", "glaze-lab", ana.user_id, code=5)
    ana.call("kick", "glaze-lab", bob.user_id, "--words", "for now")
    assert ana.call("kick", "glaze-lab", bob.user_id, code=6)[0]["error"] == "changed"
    ana.call("kick", "glaze-lab", bob.user_id, "--for-good")

    left = bob.call("leave", "Makers", "--with-nooks", "--forget")
    assert [row["membership"] for row in left][-1] == "leave"
    assert all(row["name"] != "Makers" for row in bob.call("rooms"))
