"""`trust allow`, `forbid`, `people` and `accept` for scripts, and what a device that nobody signed is told."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]
PEOPLE = {"user_id", "standing", "key", "signed", "unsigned"}


def in_one_nook(ana: Terminal, bob: Terminal) -> None:
    """Ana's nook, with Bob at a device that nobody signed."""
    ana.login()
    bob.register()
    ana.call("found", "space", "Makers")
    (nook,) = ana.call("found", "nook", "Makers", "glaze-lab")
    ana.call("invite", "glaze-lab", bob.user_id)
    bob.call("join", nook["room_id"])


def test_an_exception_and_a_changed_identity_by_commands_alone(terminals: Sequence[Terminal]) -> None:
    ana, bob = terminals
    in_one_nook(ana, bob)
    assert bob.call("send", "glaze-lab", "hello", code=8)[0]["error"] == "not_trusted"
    (row,) = ana.call("trust", "people")
    assert set(row) <= PEOPLE
    assert (row["standing"], row["signed"], row["unsigned"]) == ("none", 0, 1)
    assert bob.call("trust", "allow", "glaze-lab", code=5)[0]["error"] == "not_allowed"
    assert ana.call("trust", "allow", "glaze-lab", "--days", "31", code=2)
    assert ana.call("trust", "forbid", "glaze-lab", code=2)[0]["error"] == "no_exception"

    (row,) = ana.call("trust", "allow", "glaze-lab", "--user", bob.user_id, "--days", "2")
    assert set(row) == {"room_id", "until", "people"}
    assert row["people"] == [bob.user_id]
    bob.call("rooms")
    bob.call("send", "glaze-lab", "let in")
    (said,) = [row for row in ana.call("read", "glaze-lab") if row["body"] in {"hello", "let in"}][-1:]
    assert (said["body"], said["trust"]) == ("let in", "unsigned")
    assert "! from a device that its owner has not signed" in ana.plain("read", "glaze-lab")

    ana.call("trust", "forbid", "glaze-lab")
    ana.call("send", "glaze-lab", "signed devices only")
    assert "signed devices only" not in [row["body"] for row in bob.call("read", "glaze-lab")]

    bob.call("trust", "setup", "--key-file", str(bob.home.parent / "bob.key"))
    (row,) = ana.call("trust", "people")
    assert (row["standing"], row["signed"], row["unsigned"]) == ("pinned", 1, 0)
    password = str(bob.home.parent / "bob.password")
    bob.call("trust", "reset", "--yes", "--key-file", str(bob.home.parent / "new.key"), "--password-file", password)
    assert ana.call("trust", "accept", bob.user_id, str(row["key"]), code=6)[0]["error"] == "changed"
    (row,) = ana.call("trust", "people")
    assert row["standing"] == "changed"
    assert ana.call("send", "glaze-lab", "is it you?", code=8)[0]["error"] == "identity_changed"
    ana.call("trust", "accept", bob.user_id, str(row["key"]))
    assert "is it you?" in [row["body"] for row in bob.call("read", "glaze-lab")]
    assert ana.call("trust", "accept", bob.user_id, str(row["key"]), code=5)
