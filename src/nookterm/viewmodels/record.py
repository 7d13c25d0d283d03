"""The record of decisions for a screen: a line for each, what is known of it, a filter, and a file on wish."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from nookterm.client.errors import Problem
from nookterm.client.record import Ledger, Record, ledgers
from nookterm.domain.record import Entry
from nookterm.domain.record_words import by, opinions, what, who
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.problem_words import in_words, way_out
from nookterm.viewmodels.words import date_of

_LONGEST = 1000
_EMPTY = Notice(
    "Nothing was decided yet.",
    ("Who is let in or turned away in your nooks stands here afterwards", "{go.desk} shows who waits", "Esc goes back"),
)
_NO_NOOK = Notice(
    "You decide in no nook.",
    ("{app.found_nook} begins one of your own", "Or ask a facilitator to make you one", "Esc goes back"),
)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One decision. All of it safe text."""

    id: str
    when: str
    who: str
    what: str
    by: str
    nook: str
    outcome: str
    """As the command line names it."""
    words: str = ""
    votes: tuple[str, ...] = ()
    asked: str = ""
    elsewhere: bool = False

    def fits(self, text: str) -> bool:
        """Whether every word of a filter is somewhere in it."""
        here = f"{self.who} {self.what} {self.by} {self.nook} {self.outcome} {self.when}".casefold()
        return all(word in here for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record, and on what it rests."""

    lines: tuple[RecordLine, ...] = ()
    """Newest first."""
    since: str = ""
    """What is missing of the past; empty for nothing."""
    result: str = ""
    """What became of the last wish: where the file is, or why there is none."""
    file: str = ""
    """Where one would write it."""
    face: Face = Face.LOADING
    notice: Notice | None = None


class RecordPanel(Panel[RecordView], Protocol):
    """The record."""

    async def begin(self) -> None:
        """Read it from the server."""

    async def export(self, file: str, only: str) -> None:
        """Write the lines that fit a filter into a new file."""


class RecordModel(Model[RecordView]):
    """Reads the record when it is asked for, and keeps it as long as it is shown."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__(RecordView())
        self._hub: Hub | None = None
        self._entries: dict[str, Entry] = {}

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def begin(self) -> None:
        """Read it anew."""
        hub = self._hub
        if hub is not None:
            self.show(RecordView())
            await hub.do(self._begin(hub))

    async def _begin(self, hub: Hub) -> None:
        record, now = Record(hub.session), hub.session.clock()
        try:
            found = await ledgers(record, record.nooks()) if not hub.read_only else _known(record)
        except Problem as problem:
            notice = Notice(safe_line(problem.message), ("Nothing was changed.", safe_line(way_out(problem))))
            self.show(RecordView(face=Face.PROBLEM, notice=notice))
            return
        rows = sorted((row for ledger in found for row in ledger.entries), key=lambda row: row.at, reverse=True)
        self._entries = {str(place): row for place, row in enumerate(rows)}
        lines = tuple(_line(hub, id_, row) for id_, row in self._entries.items())
        offline = any(not ledger.whole for ledger in found)
        face = (Face.OFFLINE if offline else Face.CONTENT) if lines else Face.EMPTY
        away = Notice("The whole record cannot be read now.", ("This is what came here so far",))
        why = (away if offline else None) if lines else _EMPTY if found else _NO_NOOK
        file = f"~/nookterm-record-{now.astimezone(hub.zone):%Y-%m-%d}.md"
        self.show(RecordView(lines, _since(hub, found), file=file, face=face, notice=why))

    async def export(self, file: str, only: str) -> None:
        """Write what fits."""
        hub = self._hub
        if hub is not None:
            await hub.do(self._export(hub, file, only))

    async def _export(self, hub: Hub, file: str, only: str) -> None:
        rows = [self._entries[line.id] for line in self.view.lines if line.fits(only)]
        try:
            place = Record(hub.session).write(Path(file.strip()), rows)
        except Problem as problem:
            self.show(replace(self.view, result=safe_line(in_words(problem), longest=300)))
        else:
            said = f"{len(rows)} decisions are in {place}, unencrypted, for your eyes alone."
            self.show(replace(self.view, result=safe_line(said, longest=300)))


def _known(record: Record) -> tuple[Ledger, ...]:
    """Beside a process that has the account nothing is asked of the server."""
    return tuple(map(record.known, record.nooks()))


def _line(hub: Hub, id_: str, row: Entry) -> RecordLine:
    room, now = hub.session.rooms[row.nook], hub.session.clock()
    return RecordLine(
        id=id_,
        when=date_of(row.at, now, hub.zone, hub.forms),
        who=who(row),
        what=what(row),
        by=by(row, room.name_of),
        nook=safe_line(title(room)),
        outcome=row.outcome,
        words=safe_text(row.words, longest=_LONGEST, lines=12),
        votes=opinions(row, room.name_of),
        asked=date_of(row.asked_at, now, hub.zone, hub.forms) if row.asked_at else "",
        elsewhere=row.elsewhere,
    )


def _since(hub: Hub, found: tuple[Ledger, ...]) -> str:
    """Since when what the facilitators said is known, where that is not all."""
    late = [ledger.said_since for ledger in found if ledger.said_since and not ledger.said_whole]
    if not late:
        return ""
    return f"words and votes are known since {date_of(max(late), hub.session.clock(), hub.zone, hub.forms)}"
