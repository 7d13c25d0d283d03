"""Reading what somebody looks for, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.search import Asked, QueryError, Term, is_held, kinds_of, line_with, read_query, words
from nookterm.domain.spelling import tokens

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def asked(line: str) -> Asked:
    return read_query(line, NOW, UTC)


def beginning(*found: str) -> Term:
    return Term(found, open_end=True)


def test_words_are_beginnings_and_phrases_are_exact() -> None:
    assert asked('heron "stands by" river').terms == (
        beginning("heron"),
        Term(("stands", "by"), False),
        beginning("river"),
    )
    assert asked('"not closed').terms == (Term(("not", "closed"), False),)
    assert asked("well-known it's http://x.example/a").terms == (
        beginning("well", "known"),
        beginning("it", "s"),
        beginning("http", "x", "example", "a"),
    )


def test_a_letter_of_a_script_without_spaces_has_no_beginning() -> None:
    assert asked("図書").terms == (Term(("図", "書"), False),)
    assert asked("東京tow").terms == (beginning("東", "京", "tow"),)


def test_a_minus_leaves_out() -> None:
    found = asked('heron -river -"at noon" - a-b')
    assert found.terms == (beginning("heron"), beginning("a", "b"))
    assert found.without == (beginning("river"), Term(("at", "noon"), False))


def test_people_and_rooms_keep_the_names_they_were_given() -> None:
    found = asked('From:ana in:"Glaze Lab" from:"Ben Ito" IN:!room:river.example')
    assert (found.people, found.rooms) == (("ana", "Ben Ito"), ("Glaze Lab", "!room:river.example"))
    assert found.terms == ()


def test_what_only_looks_like_a_filter_is_a_word() -> None:
    assert asked("note:this 12:30").terms == (beginning("note", "this"), beginning("12", "30"))


def day(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("before:2026-03-21", None, day("2026-03-21")),
        ("after:2026-03-21", day("2026-03-21"), None),
        ("on:2026-3-1", day("2026-03-01"), day("2026-03-02")),
        ("on:2026-02", day("2026-02-01"), day("2026-03-01")),
        ("on:2026-12", day("2026-12-01"), day("2027-01-01")),
        ("on:2026", day("2026-01-01"), day("2027-01-01")),
        ("on:today", day("2026-11-22"), day("2026-11-23")),
        ("on:Yesterday", day("2026-11-21"), day("2026-11-22")),
        ("after:7d", day("2026-11-15"), None),
        ("before:2W", None, day("2026-11-08")),
        ("after:2026-03 before:2026-05 after:2026-04", day("2026-04-01"), day("2026-05-01")),
        ("on:2026 before:2026-05 on:2026-03", day("2026-03-01"), day("2026-04-01")),
    ],
)
def test_dates_mean_whole_days_months_and_years(line: str, since: datetime | None, until: datetime | None) -> None:
    assert (asked(line).since, asked(line).until) == (since, until)


def test_days_begin_by_the_readers_own_clock() -> None:
    found = read_query("on:today after:2026-07", NOW, BERLIN)
    assert (found.since, found.until) == (day("2026-11-23", "Europe/Berlin"), day("2026-11-24", "Europe/Berlin"))
    assert read_query("after:2026-07", NOW, BERLIN).since == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["2026-13", "2026-02-30", "0001", "9999", "1969-12-31", "tomorrow", "9999w", "7", "2026/03", "+1d"]
)
def test_what_is_no_date_is_said_with_those_that_are(date: str) -> None:
    with pytest.raises(QueryError, match=r"is no date. Write 2026-03-21, 2026-03, 2026, today"):
        asked(f"heron before:{date}")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "no word"),
        ("!!! -", "no word"),
        ("heron from:", "nothing after from:"),
        ('in:" " heron', "nothing after in:"),
        ("-from:ana", "only words"),
        ("has:cake", "there are audio, file, image, link, video"),
    ],
)
def test_a_line_that_cannot_be_meant_is_said_to_be_one(line: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        asked(line)


@given(st.text())
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        found = asked(line)
    except QueryError:
        return
    assert found != Asked()
    assert all(term.tokens for term in (*found.terms, *found.without))


def test_kinds_are_what_a_message_carries() -> None:
    assert asked("has:File has:link").has == {"file", "link"}
    assert kinds_of("image", "glaze.png") == {"image", "file"}
    assert kinds_of("text", "see HTTPS://river.example") == {"link"}
    assert kinds_of("file", "http://x") == {"file", "link"}
    assert kinds_of("text", "https:// and xhttp://y") == frozenset()


def test_a_term_is_held_side_by_side_and_in_order() -> None:
    text = tokens("the heron stands by the river")
    assert is_held(beginning("heron", "st"), text)
    assert is_held(Term(("the", "river"), False), text)
    assert not is_held(Term(("the", "riv"), False), text)
    assert not is_held(beginning("stands", "heron"), text)
    assert not is_held(beginning("river", "bed"), text)


def test_a_message_is_shown_by_the_line_that_holds_most() -> None:
    body = "first line\n\na heron\na heron by the river"
    assert line_with(body, words("heron riv")) == "a heron by the river"
    assert line_with(body, words("heron")) == "a heron"
    assert line_with(body, ()) == "first line"
    assert line_with(" \n", words("heron")) == ""
