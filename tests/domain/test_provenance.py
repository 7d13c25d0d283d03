"""The proof of a highlight's origin holds for exactly what was shared, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.ids import EventId
from nookterm.domain.provenance import KEY_BYTES, Claimed, is_proved, provenance

KEY = bytes(range(KEY_BYTES))
SOURCES = (EventId("$a"), EventId("$b"))
CLAIMED = Claimed("Slow cooling.", "Bo", "ab", "Foxes")
MARK = provenance(KEY, SOURCES, CLAIMED)


def test_the_proof_holds_for_what_was_shared() -> None:
    assert is_proved(MARK, KEY, SOURCES, CLAIMED)


@pytest.mark.parametrize(
    ("key", "sources", "claimed"),
    [
        (bytes(KEY_BYTES), SOURCES, CLAIMED),
        (b"", SOURCES, CLAIMED),
        (KEY, SOURCES[:1], CLAIMED),
        (KEY, SOURCES[::-1], CLAIMED),
        (KEY, (EventId("$guess"), SOURCES[1]), CLAIMED),
        (KEY, SOURCES, replace(CLAIMED, text="Slow cooling")),
        (KEY, SOURCES, replace(CLAIMED, credit="")),
        (KEY, SOURCES, replace(CLAIMED, picture="")),
        (KEY, SOURCES, replace(CLAIMED, nook_name="Hares")),
        (KEY, SOURCES, replace(CLAIMED, by_reaction=True)),
        (KEY, SOURCES, Claimed("Slow cooling.Bo", "", "ab", "Foxes")),
    ],
)
def test_and_for_nothing_else(key: bytes, sources: tuple[EventId, ...], claimed: Claimed) -> None:
    assert not is_proved(MARK, key, sources, claimed)


@pytest.mark.parametrize("commit", ["", "0", "\ud800", MARK.upper(), MARK + "0"])
def test_no_other_mark_proves_it(commit: str) -> None:
    assert not is_proved(commit, KEY, SOURCES, CLAIMED)


def test_an_empty_key_proves_nothing_even_with_its_own_mark() -> None:
    assert not is_proved(provenance(b"", SOURCES, CLAIMED), b"", SOURCES, CLAIMED)


@given(st.text(), st.text())
@example("\ud800", "?")
@example("\ud800", "\udfff")
def test_different_words_never_share_a_mark(one: str, other: str) -> None:
    marks = [provenance(KEY, SOURCES, replace(CLAIMED, text=text)) for text in (one, other)]
    assert (marks[0] == marks[1]) is (one == other)
