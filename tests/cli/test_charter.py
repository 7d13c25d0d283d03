"""Charter and facilitators by commands alone: what changes is printed, and what is right stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]
CHANGE = {"nook", "what", "room_id", "label", "before", "after", "way", "done"}
STEP = {"nook", "user", "step", "done", "words"}


def test_a_charter_and_its_facilitators_by_commands_alone(terminals: Sequence[Terminal]) -> None:
    ana, bob = terminals
    ana.login()
    bob.login()
    ana.call("found", "space", "Makers")
    (nook,) = ana.call(
        "found", "nook", "Makers", "glaze-lab", "--purpose", "Glazes", "--cooldown", "7", "--approvals", "2",
        "--history", "joined", "--welcome", "Hello", "--question", "q1=Why?", "--with-creator", bob.user_id,
    )  # fmt: skip
    bob.call("join", nook["room_id"])
    (held,) = ana.call("charter", "glaze-lab")
    assert (held["cooldown_days"], held["approvals_needed"], held["history"], held["welcome"]) == (
        7,
        2,
        "joined",
        "Hello",
    )
    assert held["facilitators"] == [ana.user_id, bob.user_id], "a founder decides as soon as they are in"
    assert {"case", "setting", "is", "should_be", "why", "fixable"} == set(held["drift"][0])

    rows = ana.call(
        "charter", "glaze-lab", "--set", "cap=40", "--set", "welcome=Sit down", "--question", "q1=",
        "--question", "q2=What do you fire?", "--prompt", "What came out of the kiln?", "--set", "reactions=on",
    )  # fmt: skip
    assert all(set(row) == CHANGE for row in rows)
    assert {(row["label"], row["done"]) for row in rows} == {
        ("Question", True), ("How many it holds", True), ("Welcome", True), ("Prompts", True), ("Topic", True),
        ("A yes to share somebody's words", True), ("Entry card in Makers", True),
    }  # fmt: skip
    assert ana.call("charter", "glaze-lab", "--set", "cap=40") == []
    (held,) = ana.call("charter", "glaze-lab")
    assert (held["cap"], held["questions"][0]["text"], held["prompts"]) == (
        40, "What do you fire?", ["What came out of the kiln?"],
    )  # fmt: skip
    assert (held["consent_by_reaction"], held["board_way_in"], held["offers"]) == (True, True, False)
    page = ana.plain("charter", "glaze-lab")
    assert "Holds 40" in page
    assert "A yes to share somebody's words: counts as a reaction, too: clear text" in page
    for wrong in ("cap=1", "cap=many", "size=3", "cap", "offers=1"):
        ana.call("charter", "glaze-lab", "--set", wrong, code=2)
    ana.call("charter", "glaze-lab", "--question", "why?", code=2)

    steps = ana.call("facilitator", "add", "glaze-lab", bob.user_id)
    assert [(row["step"], row["done"]) for row in steps] == [
        ("power", True), ("board", True), ("helpers", True), ("card", True),
    ]  # fmt: skip
    assert all(set(row) == STEP for row in steps)
    assert ana.call("facilitator", "remove", "glaze-lab", bob.user_id, code=5)[0]["error"] == "not_allowed"
    assert ana.call("facilitator", "add", "glaze-lab", "@nobody:river.example", code=2)[0]["error"] == "not_a_member"
    ana.call("facilitator", "add", "glaze-lab", "nobody", code=2)


def test_what_has_drifted_is_fixed_by_its_case(terminals: Sequence[Terminal]) -> None:
    ana, _ = terminals
    ana.login()
    ana.call("found", "space", "Makers")
    ana.call("found", "nook", "Makers", "glaze-lab")
    (held,) = ana.call("charter", "glaze-lab")
    (alone,) = held["drift"]
    assert (alone["setting"], alone["fixable"]) == ("facilitators", False)
    assert ana.call("fix", alone["case"], code=2)[0]["error"] == "choose"
    assert ana.call("fix", "k-aaaaaa", code=1)[0]["error"] == "unknown_case"
    assert "! facilitators: one person; should be: two or more." in ana.plain("charter", "glaze-lab")
