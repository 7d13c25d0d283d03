"""Policy lists are advice: they say who is meant and why, and nothing in them can decide, stop or slow anything."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.ids import UserId
from nookterm.domain.policy_lists import matches, read_rules
from tests.domain.builders import EVE, a_nook, json_values, state

BAN = "m.ban"


@pytest.mark.parametrize(
    ("what", "entity", "meant"),
    [
        ("user", "@eve:elsewhere.example", True),
        ("user", "@EVE:elsewhere.example", True),
        ("user", "@eve*:elsewhere.example", True),
        ("user", "@?ve:*", True),
        ("user", "@bo:elsewhere.example", False),
        ("user", "elsewhere.example", False),
        ("server", "elsewhere.example", True),
        ("server", "*.example", True),
        ("server", "else", False),
        ("server", "*.elsewhere.example", False),
    ],
)
def test_a_rule_means_whom_it_names(what: str, entity: str, meant: bool) -> None:  # noqa: FBT001 - a table
    rules = read_rules([state(f"m.policy.rule.{what}", {"entity": entity, "recommendation": BAN, "reason": "spam"})])
    assert [(rule.about, rule.reason) for rule in rules.about(EVE)] == ([(what, "spam")] if meant else [])


def test_a_server_is_meant_whatever_its_port() -> None:
    rules = read_rules([state("m.policy.rule.server", {"entity": "evil.example", "recommendation": BAN})])
    assert rules.about(UserId("@x:evil.example:8448"))


@pytest.mark.parametrize("type_", ["m.room.rule.user", "org.matrix.mjolnir.rule.user"])
def test_older_lists_are_read_too(type_: str) -> None:
    content = {"entity": EVE, "recommendation": "org.matrix.mjolnir.ban"}
    assert read_rules([state(type_, content)]).about(EVE)


@given(json_values, json_values, json_values)
@example("0", [], None)
def test_what_is_no_rule_is_none_and_breaks_nothing(entity: object, recommendation: object, reason: object) -> None:
    content = {"entity": entity, "recommendation": recommendation, "reason": reason}
    rules = read_rules([state("m.policy.rule.user", content), state("m.policy.rule.server", {})])
    rules.about(EVE)
    assert not rules or recommendation in (BAN, "org.matrix.mjolnir.ban")


@given(st.text("ab*?.", max_size=12), st.text("ab.", max_size=12))
def test_patterns_mean_what_stars_and_question_marks_mean(pattern: str, text: str) -> None:
    wanted = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    assert matches(pattern, text) == bool(re.fullmatch(wanted, text))


def test_a_malicious_pattern_costs_no_time() -> None:
    began = time.perf_counter()
    assert not matches("*a" * 120 + "b", "a" * 255)
    assert time.perf_counter() - began < 0.5


def test_a_rule_in_a_room_changes_nothing_about_who_may_decide_or_come_in() -> None:
    rule = state("m.policy.rule.user", {"entity": "*", "recommendation": BAN}, "r")
    plain, advised = a_nook(), a_nook(rule)
    assert advised.rules
    assert (plain.members, plain.power, plain.join_rule) == (advised.members, advised.power, advised.join_rule)
