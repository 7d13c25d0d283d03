"""Times and dates in a person's own form: each way of writing one, and what a system's language says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.forms import PLAIN, Forms, Locale, Order, forms
from nookterm.domain.search import QueryError, read_query

DAY = date(2026, 11, 9)
MDY, ISO = Forms(order=Order.MDY), Forms(order=Order.ISO)
AMERICAN = Forms(twelve=True, order=Order.MDY, sunday=True)


@pytest.mark.parametrize(
    ("hour", "minute", "plain", "twelve"),
    [
        (0, 0, "00:00", "12:00 am"), (0, 1, "00:01", "12:01 am"), (1, 5, "01:05", "1:05 am"),
        (11, 59, "11:59", "11:59 am"), (12, 0, "12:00", "12:00 pm"), (12, 59, "12:59", "12:59 pm"),
        (13, 0, "13:00", "1:00 pm"), (23, 59, "23:59", "11:59 pm"),
    ],
)  # fmt: skip
def test_a_time_is_written_with_24_or_12_hours(hour: int, minute: int, plain: str, twelve: str) -> None:
    moment = datetime(2026, 11, 9, hour, minute, tzinfo=UTC)
    assert (PLAIN.clock(moment, UTC), AMERICAN.clock(moment, UTC)) == (plain, twelve)
    assert len(twelve) <= AMERICAN.widest
    assert len(plain) <= PLAIN.widest


def test_a_time_is_that_of_the_readers_zone() -> None:
    moment = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
    assert AMERICAN.clock(moment, timezone(timedelta(hours=1))) == "12:30 am"


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (PLAIN, ("Monday 9 November", "9 November", "9 Nov", "9 Nov 2025", "9 November 2025", "09.11.2026")),
        (MDY, ("Monday, November 9", "November 9", "Nov 9", "Nov 9, 2025", "November 9, 2025", "11/09/2026")),
        (ISO, ("Monday 2026-11-09", "2026-11-09", "2026-11-09", "2025-11-09", "2025-11-09", "2026-11-09")),
    ],
)
def test_a_date_is_written_in_each_order(form: Forms, written: tuple[str, ...]) -> None:
    last = date(2025, 11, 9)
    assert written == (
        form.day(DAY), form.day_and_month(DAY), form.short(DAY, DAY), form.short(last, DAY), form.long(last, DAY),
        form.numbers(DAY),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "text", "meant"),
    [
        (PLAIN, "9.11.2026", DAY), (PLAIN, "9/11/2026", DAY), (PLAIN, "09.11.", DAY), (MDY, "11/9/2026", DAY),
        (MDY, "9.11.2026", DAY), (MDY, "11/9", DAY), (ISO, "2026-11-9", DAY), (ISO, "9.11", DAY),
        (MDY, "13/9/2026", None), (PLAIN, "31.4.2026", None), (PLAIN, "9-11-2026", None), (PLAIN, "", None),
        (PLAIN, "9.11/2026", None), (PLAIN, "24.12", date(2025, 12, 24)), (PLAIN, "29.2", date(2024, 2, 29)),
        (PLAIN, "9.11.26", None), (PLAIN, "٩.١١.٢٠٢٦", None), (MDY, "12/24", date(2025, 12, 24)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_its_writer_means_it(form: Forms, text: str, meant: date | None) -> None:
    assert form.read(text, DAY) == meant


def test_where_a_date_lies_ahead_it_needs_its_year() -> None:
    assert (PLAIN.read("9.11."), PLAIN.read("9.11.2026")) == (None, DAY)


@given(day=st.dates(date(1970, 1, 1), date(9998, 12, 31)), order=st.sampled_from(Order))
def test_what_is_typed_like_what_is_offered_means_the_same_day(day: date, order: Order) -> None:
    form = Forms(order=order)
    assert form.read(form.numbers(day), DAY) == day


@given(day=st.dates(date(1970, 1, 1), date(9998, 12, 31)), sunday=st.booleans())
def test_a_week_begins_with_its_first_day_and_holds_seven(day: date, *, sunday: bool) -> None:
    first = Forms(sunday=sunday).week_of(day)
    assert first.isoweekday() == (7 if sunday else 1)
    assert 0 <= (day - first).days < 7


@pytest.mark.parametrize(
    ("system", "meant"),
    [
        (Locale(), PLAIN),
        (Locale("%r", "%m/%d/%Y", "en_US.UTF-8"), AMERICAN),
        (Locale(name="en_US.UTF-8"), AMERICAN),
        (Locale("%T", "%d/%m/%y", "en_GB.UTF-8"), PLAIN),
        (Locale(name="de_DE@euro"), PLAIN),
        (Locale("%H:%M:%S", "%Y-%m-%d", "sv_SE.UTF-8"), ISO),
        (Locale("%T", "%Y年%m月%d日", "zh_CN.UTF-8"), ISO),
        (Locale("%I:%M:%S %p", "%A %d %b %Y", "en_IN"), Forms(twelve=True, sunday=True)),
        (Locale("%l:%M:%S %p", "%D", "en_PH"), AMERICAN),
        (Locale("%OH:%OM", "%-d.%-m.%Y", "fi_FI"), PLAIN),
        (Locale("%T", "%d/%m/%Y", "pt_BR.UTF-8"), Forms(sunday=True)),
        (Locale("", "", "C.UTF-8"), PLAIN),
    ],
)
def test_the_systems_language_decides_where_it_says_so(system: Locale, meant: Forms) -> None:
    assert forms("auto", "auto", "auto", system) == meant


def test_what_somebody_chose_wins_over_their_system() -> None:
    american = Locale("%r", "%m/%d/%Y", "en_US.UTF-8")
    assert forms("24", "iso", "monday", american) == ISO
    assert forms("12", "mdy", "sunday", Locale()) == AMERICAN


NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "line", "since", "until"),
    [
        (PLAIN, "on:9.11.", DAY, date(2026, 11, 10)), (AMERICAN, "on:11/9", DAY, date(2026, 11, 10)),
        (AMERICAN, "on:2026-11-09", DAY, date(2026, 11, 10)), (PLAIN, "on:week", DAY, date(2026, 11, 16)),
        (AMERICAN, "on:week", date(2026, 11, 8), date(2026, 11, 15)),
        (PLAIN, "after:24.12.", date(2025, 12, 24), None), (AMERICAN, "before:week", None, date(2026, 11, 8)),
    ],
)  # fmt: skip
def test_dates_of_a_search_are_read_in_the_writers_form(
    form: Forms, line: str, since: date | None, until: date | None
) -> None:
    asked = read_query(line, NOW, UTC, form)
    assert (asked.since and asked.since.date(), asked.until and asked.until.date()) == (since, until)


@pytest.mark.parametrize("line", ["on:13/13", "on:1.1.1969", "on:31.2.2026", "on:9."])
def test_a_date_that_does_not_exist_is_told(line: str) -> None:
    with pytest.raises(QueryError, match="is no date"):
        read_query(line, NOW, UTC)
