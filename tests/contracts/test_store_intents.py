"""What every Store promises about intents: one suite, run on the encrypted database and on the double."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nookterm.client.ports import Intent, Store
from tests.contracts.sample_events import START
from tests.contracts.test_store import store

__all__ = ["store"]

SOON = START + timedelta(seconds=30)
FIRST = Intent("i1", ("approve", "k-7q2kx4", "--json"), START, SOON)
SECOND = Intent("i2", ("leave", "Tee 🍵 \N{RIGHT-TO-LEFT OVERRIDE}haus"), START, SOON)


def test_intents_wait_in_the_order_in_which_they_were_asked(store: Store) -> None:
    store.add_intent(SECOND)
    store.add_intent(FIRST)
    assert store.waiting_intents() == (SECOND, FIRST)
    assert store.intent("i1") == FIRST
    assert store.intent("unknown") is None


def test_an_intent_is_taken_once(store: Store) -> None:
    store.add_intent(FIRST)
    assert store.take_intent("i1")
    assert not store.take_intent("i1")
    assert not store.take_intent("unknown")
    assert store.waiting_intents() == ()
    assert store.intent("i1") == replace(FIRST, state="taken")


def test_what_is_taken_cannot_be_withdrawn_and_what_is_withdrawn_cannot_be_taken(store: Store) -> None:
    store.add_intent(FIRST)
    store.add_intent(SECOND)
    assert store.withdraw_intent("i1")
    assert not store.take_intent("i1")
    assert store.take_intent("i2")
    assert not store.withdraw_intent("i2")
    assert not store.withdraw_intent("unknown")
    assert (store.intent("i1"), store.intent("i2")) == (None, replace(SECOND, state="taken"))


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    store.add_intent(FIRST)
    store.take_intent("i1")
    answer = {"rows": [{"fields": {"case": "k-7q2kx4", "n": 1.5}, "line": None}], "problem": None, "said": "→ äöü"}
    store.answer_intent("i1", answer)
    assert store.intent("i1") == replace(FIRST, state="done", answer=answer)
    store.answer_intent("unknown", answer)
    store.drop_intent("i1")
    store.drop_intent("i1")
    assert store.intent("i1") is None


def test_an_answer_that_is_not_json_is_refused_and_the_intent_stays_taken(store: Store) -> None:
    store.add_intent(FIRST)
    store.take_intent("i1")
    with pytest.raises(TypeError):
        store.answer_intent("i1", {"rows": {1, 2}, "what": object()})
    assert store.intent("i1") == replace(FIRST, state="taken")


def test_only_those_for_which_nobody_waits_are_forgotten(store: Store) -> None:
    store.add_intent(FIRST)
    store.add_intent(replace(SECOND, until=SOON + timedelta(minutes=1)))
    store.take_intent("i1")
    store.drop_intents(SOON)
    assert store.intent("i1") is not None
    store.drop_intents(SOON + timedelta(seconds=1))
    assert store.intent("i1") is None
    assert [intent.id for intent in store.waiting_intents()] == ["i2"]


def test_a_failed_transaction_takes_nothing(store: Store) -> None:
    store.add_intent(FIRST)

    def half() -> None:
        with store.transaction():
            store.take_intent("i1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert store.waiting_intents() == (FIRST,)


def test_our_own_commits_are_not_those_of_somebody_else(store: Store) -> None:
    before = store.commits_elsewhere()
    store.add_intent(FIRST)
    store.set_position("s1")
    assert store.commits_elsewhere() == before
