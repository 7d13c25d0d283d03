"""The record of decisions in words: a line for people, fields for scripts, a page for whoever keeps minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.record import Entry
from nookterm.domain.safe_text import safe_line

NameOf = Callable[[UserId], str | None]
"""The display name that somebody has in the nook."""
_LONGEST = 2000
_SIGNS = {1: "for", 0: "neither", -1: "against"}
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+-!|~"})
_WHAT = {
    "approved": "let in",
    "declined": "declined",
    "banned": "banned",
    "withdrawn": "taken back",
    "waitlisted": "put on the wait-list",
    "blocked": "approved, and their settings take no invites",
    "settled": "settled",
    "invited": "invited without having asked",
    "rescinded": "invite taken back",
    "removed": "removed",
    "unbanned": "allowed to ask again",
}


def what(entry: Entry) -> str:
    """What was decided, and how: `let in, although something spoke against it (elsewhere)`."""
    found = _WHAT.get(entry.outcome, entry.outcome)
    found += ", although something spoke against it" if entry.anyway else ""
    found += ", as they said" if entry.event is None and entry.outcome in {"approved", "declined", "banned"} else ""
    return f"{found} (elsewhere)" if entry.elsewhere else found


def by(entry: Entry, name_of: NameOf) -> str:
    """Who decided: `by Cy`; empty where somebody decided about themselves."""
    return "" if entry.by == entry.user else f"by {shown_name(entry.by, name_of(entry.by))}"


def who(entry: Entry) -> str:
    """Whom it was about, with the whole id."""
    name = shown_name(entry.user, entry.name)
    return name if entry.user in name else f"{name} ({safe_line(entry.user, longest=255)})"


def opinions(entry: Entry, name_of: NameOf) -> tuple[str, ...]:
    """What the facilitators thought: `Cy for it: knows kilns`."""
    return tuple(
        safe_line(
            f"{shown_name(o.user, name_of(o.user))} {_SIGNS.get(o.vote, 'neither')}" + (f": {o.words}" * bool(o.words)),
            longest=_LONGEST,
        )
        for o in entry.votes
    )


def line(entry: Entry, nook: str, name_of: NameOf) -> str:
    """One decision in one line of plain, safe text. `nook`: what it is called."""
    said = f': "{safe_line(entry.words, longest=_LONGEST)}"' if entry.words else ""
    votes = f" [{'; '.join(opinions(entry, name_of))}]" if entry.votes else ""
    parts = (f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M}", safe_line(nook), who(entry), what(entry), by(entry, name_of))
    return "  ".join(parts[:2]) + "  " + " ".join(part for part in parts[2:] if part) + said + votes


def fields(entry: Entry) -> dict[str, Any]:
    """One decision as `nookterm record --json` has it; None for what is not known."""
    return {
        "case": entry.case,
        "nook": entry.nook,
        "user": entry.user,
        "outcome": entry.outcome,
        "by": entry.by,
        "at": entry.at,
        "words": entry.words or None,
        "name": entry.name,
        "request": entry.request,
        "asked_at": entry.asked_at,
        "votes": [
            {"user": o.user, "vote": o.vote, **({"words": o.words} if o.words else {})} for o in entry.votes
        ] or None,
        "anyway": entry.anyway or None,
        "elsewhere": entry.elsewhere or None,
        "event": entry.event,
    }  # fmt: skip


def page(rows: Iterable[Entry], titles: Mapping[RoomId, str], names: Mapping[RoomId, NameOf], made_at: datetime) -> str:
    """The record as Markdown, the newest first under each nook's name. What people wrote is escaped."""
    found: dict[RoomId, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.nook, []).append(row)
    parts = ["# Record of decisions", f"Written {made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC. All times are UTC."]
    for nook, about in found.items():
        parts.append(f"## {_escaped(titles.get(nook, nook))}")
        parts.append("| when | who | what | by | words | votes |\n|---|---|---|---|---|---|")
        parts[-1] += "".join(f"\n{_row(row, names[nook])}" for row in about)
    return "\n\n".join(parts) + "\n"


def _row(entry: Entry, name_of: NameOf) -> str:
    cells = (
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M}",
        who(entry),
        what(entry),
        by(entry, name_of).removeprefix("by "),
        entry.words,
        "; ".join(opinions(entry, name_of)),
    )
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    """A stranger's text as text: one line that no reader of Markdown takes for a link, a picture or a heading."""
    return safe_line(text, longest=_LONGEST).translate(_MARKDOWN)
