"""What a newcomer will be able to read is said in numbers, and never more than is so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nookterm.domain.past import Past, past_words

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "said", "empty"),
    [
        (Past(allowed=False, messages=3), "keeps its past", True),
        (Past(allowed=True), "nothing to hand over", True),
        (
            Past(allowed=True, messages=1, since=NOON),
            "1 message of what was said before, the oldest of 2026-03-04.",
            False,
        ),
        (Past(allowed=True, messages=12), "read 12 messages of what was said before.", False),
        (Past(allowed=True, messages=12, closed=1), "1 message of it stays closed to them.", False),
        (Past(allowed=True, messages=12, closed=4), "4 messages of it stay closed to them.", False),
    ],
)
def test_the_words_name_what_is_given_and_what_is_not(past: Past, said: str, *, empty: bool) -> None:
    assert said in past_words(past)
    assert past.is_empty is empty
    assert ("cannot be taken back" in past_words(past)) is not empty
