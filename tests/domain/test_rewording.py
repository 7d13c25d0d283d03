"""Every field of a charter that changes is named with what it was and what it becomes, and no other."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from nookterm.domain.charter import Charter, Question
from nookterm.domain.rewording import rebased, rewordings
from tests.domain.builders import ANA

OLD = Charter("Foxes", questions=(Question("q1", "Why?"), Question("q2", "Where?")), prompts=("Seen any?",))
NEW = {
    "purpose": ("Otters", "Purpose", "Foxes", "Otters"),
    "who_belongs": ("Watchers", "Who belongs", "", "Watchers"),
    "not_for": ("Hunters", "Not for", "", "Hunters"),
    "differs": ("Slower", "How it differs", "", "Slower"),
    "who_welcomes": ("Cy", "Who welcomes", "", "Cy"),
    "questions": ((Question("q1", "Why?"),), "Question", "Where?", ""),
    "cap": (12, "How many it holds", "60", "12"),
    "cooldown_days": (7, "Cool-down after a decline", "30 days", "7 days"),
    "answer_by_days": (7, "An answer within", "14 days", "7 days"),
    "purge_days": (7, "Answers are kept", "30 days", "7 days"),
    "approvals_needed": (2, "Facilitators who have to agree", "1", "2"),
    "history": ("joined", "Newcomers read", "from their invite on", "from when they join"),
    "welcome": ("Hello", "Welcome", "", "Hello"),
    "prompts": ((), "Prompts", "Seen any?", ""),
    "quiet_days": (7, "Counts as quiet after", "14 days", "7 days"),
    "consent_by_reaction": (
        True,
        "A yes to share somebody's words",
        "counts in words only, encrypted, from their own device",
        "counts as a reaction, too: clear text that their server could make up",
    ),
    "board_way_in": (False, "Readers of the board", "are shown the way to ask to join", "see this nook's name only"),
    "offers": (
        True,
        "Highlights of other nooks",
        "stay on the board",
        "one a week is offered to facilitators, to be posted here",
    ),
}


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Charter)} - {"facilitators"}))
def test_a_changed_field_is_named_alone(name: str) -> None:
    value, label, before, after = NEW[name]

    (found,) = rewordings(OLD, replace(OLD, **{name: value}))  # type: ignore[arg-type]  # fields by name

    assert (found.label, found.before, found.after) == (label, before, after)


def test_who_facilitates_is_no_part_of_it() -> None:
    assert rewordings(OLD, replace(OLD, facilitators=(ANA,))) == ()


def test_questions_are_followed_by_their_ids() -> None:
    first, second = OLD.questions
    turned = rewordings(OLD, replace(OLD, questions=(second, first)))
    changed = rewordings(
        OLD, replace(OLD, questions=(replace(first, text="What for?"), second, Question("q3", "When?")))
    )

    assert [(one.label, one.before, one.after) for one in turned] == [("Order of the questions", "q1, q2", "q2, q1")]
    assert [(one.field, one.before, one.after) for one in changed] == [
        ("question q1", "Why?", "What for?"), ("question q3", "", "When?"),
    ]  # fmt: skip


def test_what_was_typed_is_put_over_what_others_wrote_meanwhile() -> None:
    typed, theirs = replace(OLD, cap=9, welcome="Mine"), replace(OLD, cap=8, purpose="Otters")

    assert rebased(typed, OLD, theirs) == replace(OLD, cap=9, welcome="Mine", purpose="Otters")
    assert rebased(OLD, OLD, theirs) == theirs
