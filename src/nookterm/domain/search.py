"""What a person looks for, read from one line: words, exact phrases, who, where and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.spelling import stands_apart, tokens

FILES = frozenset({"file", "image", "video", "audio"})
"""The kinds of messages that carry a file; `has:file` means all of them."""
LINK = "link"

_LONGEST = 1000
"""Characters of a line that count; more words than that find nothing sensible."""
_PIECE = re.compile(r'(-?)(?:(from|in|before|after|on|has):)?(?:"([^"]*)"?|(\S+))?', re.IGNORECASE)
_ADDRESS = re.compile(r"\bhttps?://[^\s/]", re.IGNORECASE)
_AGO = re.compile(r"(\d{1,4})([dw])", re.IGNORECASE)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_DECEMBER = 12


class QueryError(ValueError):
    """A line that cannot be meant; says in plain words what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand side by side; `open_end`: the last one may go on."""

    tokens: tuple[str, ...]
    open_end: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it was typed: people and rooms still have the names that its writer gave them."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    people: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    has: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """What a store is asked for. Everything given must hold; an empty set of people or rooms holds for no message."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    senders: frozenset[UserId] | None = None
    rooms: frozenset[RoomId] | None = None
    since: datetime | None = None
    """The first moment that counts."""
    until: datetime | None = None
    """The first moment that counts no more."""
    has: frozenset[str] = frozenset()
    """Kinds of files, or `link`; one of them is enough."""
    naming: UserId | None = None
    """Whom a message names, or newer words for it: alone or with everybody, whether that counts or not."""


def words(text: str) -> tuple[Term, ...]:
    """Each word of `text` as the beginning of a word; no character is special."""
    return tuple(term for piece in text[:_LONGEST].split() for term in _term(piece, exact=False))


def read_query(line: str, now: datetime, zone: tzinfo, forms: Forms = PLAIN) -> Asked:
    """Read a line of words, "phrases", -words, from:, in:, before:, after:, on: and has:, by the clock of `zone`.

    Dates may be written as `forms` has them, too.

    Raises QueryError for a date or a thing that does not exist, and where nothing is left to look for.
    """
    terms: list[Term] = []
    without: list[Term] = []
    named: dict[str, list[str]] = {"from": [], "in": [], "has": [], "before": [], "after": [], "on": []}
    for minus, key, quoted, plain in _PIECE.findall(line[:_LONGEST]):
        value = quoted or plain
        if not key:
            (without if minus else terms).extend(_term(value, exact=bool(quoted)))
        elif minus:
            raise QueryError(f"-{key}: cannot be asked; only words can be left out.")
        elif not value.strip():
            raise QueryError(f"There is nothing after {key.lower()}:.")
        else:
            named[key.lower()].append(value.strip())
    since, until = _span(named, now, zone, forms)
    asked = Asked(
        tuple(terms), tuple(without), tuple(named["from"]), tuple(named["in"]), since, until, _things(named["has"])
    )
    if asked == Asked():
        raise QueryError("There is no word in this that could be found.")
    return asked


def spoken(line: str) -> str:
    """The words of a line that are looked for, as they were written: no filters, nothing that is to be left out."""
    pieces = _PIECE.findall(line[:_LONGEST])
    values = (quoted or plain for minus, key, quoted, plain in pieces if not minus and not key)
    return " ".join(" ".join(values).split())


def kinds_of(kind: str, body: str) -> frozenset[str]:
    """By which words after `has:` a message is found."""
    files = {kind, "file"} if kind in FILES else set()
    return frozenset(files | ({LINK} if _ADDRESS.search(body) else set()))


def is_held(term: Term, spelled: Sequence[str]) -> bool:
    """Whether a text, given as its tokens, holds a term."""
    size, (*firsts, last) = len(term.tokens), term.tokens
    for start in range(len(spelled) - size + 1):
        *before, end = spelled[start : start + size]
        if before == firsts and (end.startswith(last) if term.open_end else end == last):
            return True
    return False


def line_with(body: str, terms: Sequence[Term]) -> str:
    """The line of a message that holds most of what was looked for; its first one where none does."""
    lines = [line for line in body.split("\n") if line.strip()] or [""]
    return max(lines, key=lambda line: sum(is_held(term, tokens(line)) for term in terms))


def _term(text: str, *, exact: bool) -> tuple[Term, ...]:
    found = tokens(text)
    return (Term(found, not exact and not stands_apart(found[-1])),) if found else ()


def _things(named: Sequence[str]) -> frozenset[str]:
    for thing in named:
        if thing.lower() not in FILES | {LINK}:
            known = ", ".join(sorted(FILES | {LINK}))
            raise QueryError(f"has:{thing} is nothing that can be looked for; there are {known}.")
    return frozenset(thing.lower() for thing in named)


def _span(
    named: dict[str, list[str]], now: datetime, zone: tzinfo, forms: Forms
) -> tuple[datetime | None, datetime | None]:
    """The first moment that counts, and the first that counts no more: where several are named, all of them hold."""
    today = now.astimezone(zone).date()
    on = [_period(text, today, forms) for text in named["on"]]
    first = [begin for begin, _ in on] + [_period(text, today, forms)[0] for text in named["after"]]
    last = [end for _, end in on] + [_period(text, today, forms)[0] for text in named["before"]]
    return (
        _midnight(max(first), zone) if first else None,
        _midnight(min(last), zone) if last else None,
    )


def _period(text: str, today: date, forms: Forms) -> tuple[date, date]:
    """The first day of what a date means, and the first day after it."""
    day = timedelta(days=1)
    ago = _AGO.fullmatch(text)
    begin: date | None = None
    if text.lower() in {"today", "yesterday"}:
        begin = today if text.lower() == "today" else today - day
    elif text.lower() == "week":
        return (first := forms.week_of(today)), first + 7 * day
    elif ago:
        begin = today - day * int(ago[1]) * (1 if ago[2] in "dD" else 7)
    elif given := _PERIOD.fullmatch(text):
        return _calendar(text, int(given[1]), given[2], given[3])
    else:
        begin = forms.read(text, today)
    if begin is None or begin.year < _FIRST_YEAR:
        raise _unknown_date(text)
    return begin, begin + day


def _calendar(text: str, year: int, month: str | None, day: str | None) -> tuple[date, date]:
    """A year, a month or a day of the calendar."""
    try:
        begin = date(year, int(month or 1), int(day or 1))
    except ValueError:
        raise _unknown_date(text) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _unknown_date(text)
    if day:
        return begin, begin + timedelta(days=1)
    if month and begin.month < _DECEMBER:
        return begin, begin.replace(month=begin.month + 1)
    return begin, date(year + 1, 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _unknown_date(text: str) -> QueryError:
    known = "2026-03-21, 2026-03, 2026, today, yesterday, week, 7d or 2w (days or weeks ago)"
    return QueryError(f"{text} is no date. Write {known}.")
