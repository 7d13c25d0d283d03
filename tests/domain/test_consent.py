"""What counts as an author's answer, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.consent import (
    NO,
    UNNAMED,
    YES,
    Answer,
    How,
    Mode,
    changed_words,
    consent_content,
    read_answer,
    terms_hash,
)
from nookterm.domain.events import Trust
from nookterm.domain.ids import EventId
from nookterm.domain.vocabulary import HIGHLIGHT_CONSENT
from tests.domain.builders import BO, a_message, a_reaction, an_edit, json_values
from tests.domain.highlight_builders import REQUEST, reacting, saying, with_block

TERMS = terms_hash({"draft": "x"})
FORM = consent_content(REQUEST, TERMS, Mode.NAMED)
UNSIGNED = [{"trust": Trust.UNSIGNED}, {"trust": Trust.NONE}]


def mode_of(event: Any) -> Mode | None:
    answer = read_answer(event, REQUEST, TERMS)
    return answer.mode if answer else None


@pytest.mark.parametrize("mode", list(Mode))
def test_a_form_says_what_it_says_in_words_too(mode: Mode) -> None:
    content = consent_content(REQUEST, TERMS, mode)
    event = a_message(content, "$consent", by=BO)
    assert read_answer(event, REQUEST, TERMS) == Answer(BO, mode, How.FORM, EventId("$consent"))
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": REQUEST}}


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"request": "$other"}, {"mode": "maybe"}, {"mode": None}, {"mode": []}, {"terms": None}, {"terms": "0"}],
    ids=str,
)
def test_a_form_of_another_shape_or_to_other_terms_is_no_yes(change: dict[str, Any]) -> None:
    assert mode_of(a_message(with_block(HIGHLIGHT_CONSENT, FORM, **change), by=BO)) is None


@pytest.mark.parametrize("mode", [Mode.DECLINED, Mode.WITHDRAWN])
def test_a_no_needs_no_proof_of_the_terms(mode: Mode) -> None:
    assert mode_of(a_message(consent_content(REQUEST, "other", mode), by=BO)) == mode


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("yes", Mode.NAMED),
        ("Yes.", Mode.NAMED),
        ("  YES \n", Mode.NAMED),
        ("yes, with my name", Mode.NAMED),
        ("Yes, without my name!", Mode.ANONYMOUS),
        ("no", Mode.DECLINED),
        ("No.", Mode.DECLINED),
        ("Take it back", Mode.WITHDRAWN),
        ("✅", Mode.NAMED),
        ("🎭", Mode.ANONYMOUS),
        ("❌", Mode.DECLINED),
        ("yes but change the second line", None),
        ("yesterday", None),
        ("not yes", None),
        ("yes, without", None),
        ("ok", None),
        ("", None),
    ],
)
def test_plain_words_count_where_they_leave_no_doubt(words: str, mode: Mode | None) -> None:
    assert mode_of(saying(words)) == mode


def test_words_that_answer_something_else_are_no_answer() -> None:
    assert mode_of(a_message("yes", by=BO)) is None


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        (YES, Mode.NAMED),
        (YES + "\ufe0f", Mode.NAMED),
        (UNNAMED, Mode.ANONYMOUS),
        (NO, Mode.DECLINED),
        ("👍", None),
        ("✔️", None),
        ("yes", None),
        ("✅✅", None),
    ],
)
def test_three_reactions_are_answers(key: str, mode: Mode | None) -> None:
    assert mode_of(reacting(key)) == mode
    assert read_answer(a_reaction("$other", key, by=BO), REQUEST, TERMS) is None


@pytest.mark.parametrize("more", [*UNSIGNED, {"encrypted": False}], ids=str)
def test_a_yes_counts_only_encrypted_from_a_signed_device(more: dict[str, Any]) -> None:
    assert mode_of(a_message(FORM, by=BO, **more)) is None
    assert mode_of(saying("yes", **more)) is None


@pytest.mark.parametrize("more", UNSIGNED, ids=str)
def test_a_no_in_words_counts_from_any_device(more: dict[str, Any]) -> None:
    assert mode_of(saying("no", **more)) == Mode.DECLINED


def test_a_no_by_form_counts_from_a_device_that_nobody_signed() -> None:
    event = a_message(consent_content(REQUEST, TERMS, Mode.WITHDRAWN), by=BO, trust=Trust.UNSIGNED)
    assert mode_of(event) == Mode.WITHDRAWN


def test_changed_words_are_read_as_an_answer_to_the_same() -> None:
    changed = changed_words(an_edit("$consent", "No", by=BO), REQUEST, TERMS)
    assert changed == Answer(BO, Mode.DECLINED, How.WORDS, EventId("$edit"))
    assert changed_words(an_edit("$consent", "hm", by=BO), REQUEST, TERMS) is None
    assert changed_words(saying("yes"), REQUEST, TERMS) is None


@given(st.dictionaries(st.sampled_from(["request", "mode", "terms", "v"]), json_values | st.just(REQUEST)))
def test_no_block_breaks_the_reading(block: dict[str, Any]) -> None:
    answer = read_answer(a_message(with_block(HIGHLIGHT_CONSENT, FORM, **block), by=BO), REQUEST, TERMS)
    assert answer is None or answer.how == How.FORM


@given(json_values, json_values)
def test_two_requests_never_share_their_terms(one: object, other: object) -> None:
    same = terms_hash({"draft": one}) == terms_hash({"draft": other})
    assert same == (_told(one) == _told(other))


def _told(value: object) -> str:
    """Apart what Python takes for the same: `1`, `1.0` and `True`; no order of keys."""
    if isinstance(value, dict):
        return f"object {sorted((key, _told(inner)) for key, inner in value.items())}"
    return str([_told(inner) for inner in value]) if isinstance(value, list) else repr(value)
