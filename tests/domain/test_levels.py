"""Push rules say what of a room calls; what we write changes that and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import (
    Counted,
    Level,
    Rulebook,
    RuleChange,
    calls,
    counted,
    read_rules,
)

A, B = RoomId("!a:x.org"), RoomId("!b:x.org")
ALL, MENTIONS, MUTE = Level


def rules(**kinds: list[object]) -> dict[str, Any]:
    return {"global": kinds}


def mutes(room: object = A, *, rule_id: object = A, actions: object = (), **more: object) -> dict[str, Any]:
    condition = {"kind": "event_match", "key": "room_id", "pattern": room}
    return {"rule_id": rule_id, "actions": list(actions), "conditions": [condition], **more}  # type: ignore[call-overload]  # also nonsense


def said(room: RoomId = A, *actions: object, **more: object) -> dict[str, Any]:
    return {"rule_id": room, "actions": list(actions), **more}


def level(content: dict[str, Any], *, encrypted: bool = True, two: bool = False) -> Level:
    return read_rules(content).level(A, encrypted=encrypted, two=two)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({}, ALL),
        ({"global": "nonsense"}, ALL),
        (rules(override="nonsense", room=[7, {"rule_id": 7}]), ALL),  # type: ignore[arg-type]  # nonsense on purpose
        (rules(override=[mutes()]), MUTE),
        (rules(override=[mutes(actions=["dont_notify"], enabled=True)]), MUTE),
        (rules(override=[mutes(rule_id="another client's name")]), MUTE),
        (rules(override=[mutes(enabled=False)]), ALL),
        (rules(override=[mutes(B)]), ALL),
        (rules(override=[mutes("*")]), ALL),
        (rules(override=[mutes(actions=["notify"])]), ALL),
        (rules(override=[mutes(actions=[{"set_tweak": "sound"}])]), ALL),
        (rules(override=[mutes() | {"conditions": None}]), ALL),
        (rules(override=[mutes() | {"conditions": [*mutes()["conditions"], {"kind": "contains_display_name"}]}]), ALL),
        (rules(override=[{"rule_id": ".m.rule.master", "enabled": True, "actions": []}]), MUTE),
        (rules(override=[{"rule_id": ".m.rule.master", "enabled": False, "actions": []}]), ALL),
        (rules(room=[said(A)]), MENTIONS),
        (rules(room=[said(A, "dont_notify", enabled=True)]), MENTIONS),
        (rules(room=[said(A, "notify", {"set_tweak": "sound"})]), ALL),
        (rules(room=[said(A, enabled=False)]), ALL),
        (rules(room=[said(B)]), ALL),
        (rules(room=[{"rule_id": A, "actions": "nonsense"}]), MENTIONS),
        (rules(room=[said(A, "notify")], override=[mutes()]), MUTE),
        (rules(underride=[said(RoomId(".m.rule.encrypted"), enabled=False)]), MENTIONS),
        (rules(underride=[said(RoomId(".m.rule.encrypted"), "notify")]), ALL),
        (rules(underride=[said(RoomId(".m.rule.encrypted"), enabled=False)], room=[said(A, "notify")]), ALL),
        (rules(underride=[said(RoomId(".m.rule.encrypted_room_one_to_one"), enabled=False)]), ALL),
    ],
)
def test_a_room_has_the_level_that_the_rules_give_it(content: dict[str, Any], wanted: Level) -> None:
    assert level(content) is wanted


@pytest.mark.parametrize(
    ("rule", "encrypted", "two"),
    [
        (".m.rule.message", False, False),
        (".m.rule.room_one_to_one", False, True),
        (".m.rule.encrypted", True, False),
        (".m.rule.encrypted_room_one_to_one", True, True),
    ],
)
def test_where_no_rule_is_about_a_room_the_servers_own_rule_for_its_kind_counts(
    rule: str, *, encrypted: bool, two: bool
) -> None:
    book = read_rules(rules(underride=[{"rule_id": rule, "actions": [], "enabled": True}]))
    kinds = {(e, t): book.default(encrypted=e, two=t) for e in (False, True) for t in (False, True)}
    assert kinds.pop((encrypted, two)) is MENTIONS
    assert set(kinds.values()) == {ALL}
    assert book.needs_kind


def test_how_many_people_there_are_is_asked_only_where_it_makes_a_difference() -> None:
    assert not Rulebook().needs_kind
    both = frozenset({(True, True), (True, False)})
    assert not Rulebook(quiet_kinds=both).needs_kind
    assert Rulebook(quiet_kinds=frozenset({(True, True)})).needs_kind


@pytest.mark.parametrize(
    ("told", "heeds"),
    [
        ([], True),
        ([{"rule_id": ".m.rule.is_room_mention"}], True),
        ([{"rule_id": ".m.rule.is_room_mention", "enabled": False}], False),
        ([{"rule_id": ".m.rule.roomnotif", "enabled": False}], False),
        ([{"rule_id": ".m.rule.roomnotif", "enabled": False}, {"rule_id": ".m.rule.is_room_mention"}], True),
    ],
)
def test_the_account_says_whether_a_call_to_everybody_calls_its_reader(told: list[object], *, heeds: bool) -> None:
    assert read_rules(rules(override=told)).heeds_everybody is heeds


MUTED, SPOKEN = RuleChange("override", A, ("dont_notify",)), RuleChange("override", "theirs")
ONLY, LOUD, GONE = RuleChange("room", A, ("dont_notify",)), RuleChange("room", A, ("notify",)), RuleChange("room", A)
QUIET = frozenset({(True, False)})


@pytest.mark.parametrize(
    ("book", "wanted", "changes"),
    [
        (Rulebook(), ALL, ()),
        (Rulebook(), MENTIONS, (ONLY,)),
        (Rulebook(), MUTE, (MUTED,)),
        (Rulebook(rooms={A: False}), ALL, (GONE,)),
        (Rulebook(rooms={A: False}), MENTIONS, ()),
        (Rulebook(rooms={A: False}), MUTE, (MUTED,)),
        (Rulebook(rooms={A: True}), ALL, ()),
        (Rulebook(rooms={A: True}), MENTIONS, (ONLY,)),
        (Rulebook(muted={A: "theirs"}), MUTE, ()),
        (Rulebook(muted={A: "theirs"}), ALL, (SPOKEN,)),
        (Rulebook(muted={A: "theirs"}, rooms={A: False}), ALL, (SPOKEN, GONE)),
        (Rulebook(muted={A: "theirs"}, rooms={A: False}), MENTIONS, (SPOKEN,)),
        (Rulebook(quiet_kinds=QUIET), ALL, (LOUD,)),
        (Rulebook(quiet_kinds=QUIET), MENTIONS, ()),
        (Rulebook(quiet_kinds=QUIET, rooms={A: True}), MENTIONS, (ONLY,)),
        (Rulebook(quiet_kinds=QUIET, rooms={A: False}), ALL, (LOUD,)),
    ],
)
def test_as_little_as_possible_is_written(book: Rulebook, wanted: Level, changes: tuple[RuleChange, ...]) -> None:
    assert book.changes(A, wanted, encrypted=True, two=False) == changes


def test_what_is_written_reads_as_what_was_wanted() -> None:
    assert level(rules(override=[{"rule_id": A, **MUTED.body}])) is MUTE
    assert level(rules(room=[{"rule_id": A, **ONLY.body}])) is MENTIONS
    assert level(rules(room=[{"rule_id": A, **LOUD.body}])) is ALL
    assert GONE.actions is None


@pytest.mark.parametrize(
    ("of", "mentions_me", "from_me", "wanted"),
    [
        (ALL, False, False, True),
        (ALL, True, True, False),
        (MENTIONS, False, False, False),
        (MENTIONS, True, False, True),
        (MUTE, True, False, False),
    ],
)
def test_what_calls(of: Level, *, mentions_me: bool, from_me: bool, wanted: bool) -> None:
    assert calls(of, event_mentions_me=mentions_me, is_from_me=from_me) is wanted


def test_what_does_not_call_is_counted_quietly() -> None:
    assert counted(ALL, 5, 2) == Counted(5, 2, 0)
    assert counted(MENTIONS, 5, 2) == Counted(0, 2, 5)
    assert counted(MUTE, 5, 2) == Counted(0, 0, 5)
