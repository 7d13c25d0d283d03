"""Quiet hours hold on the clock on the wall, over midnight and over the nights on which that clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nookterm.domain.quiet import ByHand, Span, are_hours, morning, quiet_until, read_spans, read_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = "22:00-07:00"


def at(words: str, fold: int = 0) -> datetime:
    """A moment by the clock in Berlin; `fold`: the second time that it shows this."""
    return datetime.fromisoformat(words).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def end(spans: str, now: datetime, hand: ByHand | None = None) -> datetime | None:
    return quiet_until(read_spans(spans) or (), hand, now, BERLIN)


@pytest.mark.parametrize(
    ("words", "spans"),
    [
        ("off", ()),
        ("", ()),
        (NIGHTS, (Span(1320, 420),)),
        ("9:05 - 10:00", (Span(545, 600),)),
        ("00:00-24:00", (Span(0, 1440),)),
        ("Sa Su 00:00-10:00", (Span(0, 600, frozenset({5, 6})),)),
        ("mo-fr 21:00-06:30", (Span(1260, 390, frozenset(range(5))),)),
        ("Friday - Monday 20:00-21:00", (Span(1200, 1260, frozenset({4, 5, 6, 0})),)),
        ("22:00-07:00,sat 07:00-10:00", (Span(1320, 420), Span(420, 600, frozenset({5})))),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(words: str, spans: tuple[Span, ...]) -> None:
    assert read_spans(words) == spans


@pytest.mark.parametrize(
    "words",
    ["night", "22-7", "25:00-07:00", "22:60-07:00", "24:00-07:00", "22:00-24:01", "Xy 22:00-07:00", "s 22:00-07:00",
     "22:00-07:00,", "22:00-07:00 07:00-08:00", "22:00", "٢٢:00-07:0x", "mo- 22:00-07:00"],
)  # fmt: skip
def test_what_makes_no_sense_is_not_guessed_at(words: str) -> None:
    assert read_spans(words) is None
    assert not are_hours(words)


@pytest.mark.parametrize(
    ("spans", "now", "until"),
    [
        (NIGHTS, "2026-11-22T21:59", None),
        (NIGHTS, "2026-11-22T22:00", "2026-11-23T07:00"),
        (NIGHTS, "2026-11-23T00:00", "2026-11-23T07:00"),
        (NIGHTS, "2026-11-23T06:59:59", "2026-11-23T07:00"),
        (NIGHTS, "2026-11-23T07:00", None),
        ("off", "2026-11-23T03:00", None),
        # A span belongs to the day on which it begins: the night to Saturday is Friday's.
        ("Fr 22:00-07:00", "2026-11-28T06:00", "2026-11-28T07:00"),
        ("Sa 22:00-07:00", "2026-11-28T06:00", None),
        ("Su 22:00-07:00", "2026-11-23T00:30", "2026-11-23T07:00"),
        # Spans that touch or overlap are one quiet time.
        ("22:00-07:00, Sa 07:00-10:00", "2026-11-28T05:00", "2026-11-28T10:00"),
        ("22:00-02:00, 01:00-06:00", "2026-11-22T23:00", "2026-11-23T06:00"),
        ("12:00-12:00", "2026-11-22T11:00", "2026-12-06T12:00"),
        # The night on which an hour is skipped, and the one that has an hour twice.
        (NIGHTS, "2026-03-29T01:30", "2026-03-29T07:00"),
        ("01:00-02:30", "2026-03-29T01:30", "2026-03-29T03:30"),
        ("02:30-04:00", "2026-03-29T01:29", None),
        ("02:30-04:00", "2026-03-29T01:30", "2026-03-29T04:00"),
        (NIGHTS, "2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_whether_it_is_quiet_and_until_when(spans: str, now: str, until: str | None) -> None:
    found = end(spans, at(now))
    assert (found and found.astimezone(BERLIN).replace(tzinfo=None).isoformat(timespec="minutes")) == until


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    night = "02:00-02:45"
    first, second = at("2026-10-25T02:30"), at("2026-10-25T02:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert end(night, first) == end(night, second) == at("2026-10-25T02:45", fold=1)
    assert end(night, at("2026-10-25T02:50")) is not None, "between both: the longer reading holds"
    assert end(night, at("2026-10-25T02:45", fold=1)) is None


def test_what_is_said_by_hand_goes_before_the_spans_until_its_time_is_up() -> None:
    noon = at("2026-11-23T12:00")
    assert end("off", noon, ByHand(noon + timedelta(hours=2))) == noon + timedelta(hours=2)
    assert end("off", noon, ByHand(noon)) is None
    assert end("13:30-15:00", noon, ByHand(noon + timedelta(hours=2))) == at("2026-11-23T15:00"), "it goes on there"
    night = at("2026-11-23T23:00")
    assert end(NIGHTS, night, ByHand(at("2026-11-24T07:00"), quiet=False)) is None
    assert end(NIGHTS, at("2026-11-24T22:30"), ByHand(at("2026-11-24T07:00"), quiet=False)) is not None


@pytest.mark.parametrize(
    ("spans", "now", "there"),
    [
        ("off", "2026-11-22T18:00", "2026-11-23T07:00"),
        ("off", "2026-11-23T01:00", "2026-11-23T07:00"),
        ("off", "2026-11-23T04:00", "2026-11-24T07:00"),
        ("22:00-08:30", "2026-11-22T18:00", "2026-11-23T08:30"),
        ("Fr 22:00-10:00, 22:00-06:30", "2026-11-27T18:00", "2026-11-28T10:00"),
        ("Fr 22:00-10:00, 22:00-06:30", "2026-11-26T18:00", "2026-11-27T06:30"),
        ("12:00-13:00", "2026-11-22T18:00", "2026-11-23T07:00"),
        ("off", "2026-10-24T18:00", "2026-10-25T07:00"),
    ],
)
def test_done_for_today_is_until_the_morning(spans: str, now: str, there: str) -> None:
    assert morning(read_spans(spans) or (), at(now), BERLIN) == at(there)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("2h", "2026-11-22T20:00"),
        ("45 min", "2026-11-22T18:45"),
        ("90 minutes", "2026-11-22T19:30"),
        ("3 days", "2026-11-25T18:00"),
        ("18:30", "2026-11-22T18:30"),
        ("18:00", "2026-11-23T18:00"),
        ("9:00", "2026-11-23T09:00"),
        ("Tomorrow", "2026-11-23T07:00"),
        ("monday", "2026-11-23T07:00"),
        ("su", "2026-11-29T07:00"),
        ("0h", None),
        ("15d", None),
        ("forever", None),
        ("25:00", None),
        ("", None),
    ],
)
def test_until_when_is_read_as_people_say_it(words: str, until: str | None) -> None:
    found = read_until(words, (), at("2026-11-22T18:00"), BERLIN)
    assert found == (at(until) if until else None)
