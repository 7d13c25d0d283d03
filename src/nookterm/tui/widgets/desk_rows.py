"""The desk's list: lines in their groups, what is set aside behind one row, a flood behind one row for its server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from textual.content import Content

from nookterm.domain.records import dataclass
from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    ends,
    meaning_style,
    row,
)  # fmt: skip
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView
from nookterm.viewmodels.desk_filter import Filter, filtered

_KIND = {
    "ask": "waiting", "slot": "waiting", "nudge": "waiting", "invite": "waiting", "hello": "new", "share": "leaves",
    "back": "leaves", "report": "warn", "clash": "warn", "drift": "warn", "full": "waiting",
    "offer": "new", "over": "warn",
}  # fmt: skip
_KIND_CELLS = 7
_ROOMY = 46
"""Cells from which a line has room for its state."""
FLOOD = 12
"""Plain requests from one server from which on they share one row."""
FOLD, SERVER = "fold:", "server:"
"""How the keys of rows begin that open and close others."""


@dataclass(slots=True)
class Standing:
    """What a person opened, marked and filtered in the list; nothing of it is kept."""

    opened: set[str] = field(default_factory=set)
    marked: set[str] = field(default_factory=set)
    wanted: Filter = field(default_factory=Filter)
    places: dict[str, tuple[DeskLine, ...]] = field(default_factory=dict)
    """What stands behind each row that opens; made with the rows."""
    lines: dict[str, DeskLine] = field(default_factory=dict)
    """Every line of the view that fits, by its case."""

    def behind(self, key: str) -> tuple[DeskLine, ...]:
        """The lines that a row stands for: itself, or all that it opens."""
        line = self.lines.get(key)
        return (line,) if line is not None else self.places.get(key, ())

    def toggle(self, key: str) -> None:
        """Open what is closed, close what is open."""
        self.opened ^= {key}

    def mark(self, cases: Iterable[str]) -> None:
        """Mark these; where all of them are marked, take the marks away."""
        wanted = set(cases)
        self.marked = self.marked - wanted if wanted <= self.marked else self.marked | wanted

    def chosen(self) -> tuple[DeskLine, ...]:
        """The marked lines that are still there and fit, in the order of the desk."""
        return tuple(line for case, line in self.lines.items() if case in self.marked) if self.marked else ()


def desk_blocks(view: DeskView, standing: Standing | None = None, *, low: bool = False) -> list[Block]:
    """The queue: groups with their count, a gap before each."""
    standing = standing or Standing()
    groups = filtered(view, standing.wanted)
    standing.lines = {line.case: line for group in groups for line in group.lines}
    standing.marked &= standing.lines.keys()
    standing.places = {}
    blocks: list[Block] = []
    for group in groups:
        if not group.lines:
            continue
        if blocks or not low:
            blocks.append(GAP)
        blocks.append(heading(_group_row(group)))
        blocks += _group(group, view, standing)
    if not blocks and view.groups:
        blocks = nothing("No line fits that. f changes what is shown.")
    if view.since:
        blocks += [GAP, heading(lambda width: ends(row((view.since, QUIET)), NOTHING, width))]
    return blocks


def _group(group: DeskGroup, view: DeskView, standing: Standing) -> list[Block]:
    flood = _floods(group)
    blocks: list[Block] = []
    behind: dict[str, list[DeskLine]] = {}
    places: dict[str, int] = {}
    for line in group.lines:
        key = _row_of(group, line, flood)
        if not key:
            blocks.append(_line_block(line, view, standing))
            continue
        if key not in behind:
            behind[key] = []
            places[key] = len(blocks)
            blocks.append(GAP)
        behind[key].append(line)
    for key in sorted(behind, key=lambda key: -places[key]):
        lines = behind[key]
        standing.places[key] = tuple(lines)
        opened = key in standing.opened
        head = Block(key, 1, _opening_row(key, lines, standing, opened=opened))
        inside = [_line_block(line, view, standing) for line in lines] if opened else []
        blocks[places[key] : places[key] + 1] = [head, *inside]
    return blocks


def _floods(group: DeskGroup) -> frozenset[str]:
    """Servers from which more plain requests wait here than anybody wants to see as lines."""
    counts = Counter(line.server for line in group.lines if line.server and not line.fold and not line.stands_out)
    return frozenset(server for server, count in counts.items() if count > FLOOD)


def _row_of(group: DeskGroup, line: DeskLine, flood: frozenset[str]) -> str:
    """The key of the row that a line stands behind; empty where it stands by itself."""
    if line.fold:
        return f"{FOLD}{group.title}:{line.fold}"
    return f"{SERVER}{group.title}:{line.server}" if line.server in flood and not line.stands_out else ""


def _group_row(group: DeskGroup) -> Callable[[int], Content]:
    count = sum(1 for line in group.lines if not line.fold)
    return lambda width: ends(row((group.title, HEADING)), row((str(count), QUIET)), width)


def _line_block(line: DeskLine, view: DeskView, standing: Standing) -> Block:
    return Block(line.case, 1, _Line(line, view, standing).draw)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line and what is known of it when it is drawn; drawing waits until it is on the screen."""

    line: DeskLine
    view: DeskView
    standing: Standing

    def draw(self, width: int, look: Look) -> Sequence[Content]:
        line, pending = self.line, self.view.pending
        name = STRONG if look is not Look.PLAIN else TEXT
        kind = row((line.kind[: _KIND_CELLS - 1].ljust(_KIND_CELLS), _kind_style(line)))
        left = row(_mark(self.standing, {line.case}), kind, (line.who, name), (" ", ""), (line.what, QUIET))
        age = row((f"  {line.age:>6}", SOFT))
        deciding = pending is not None and pending.has(line.case)
        word, tone = ("not made yet", WAITING) if deciding else (line.state, meaning_style(line.state_meaning, QUIET))
        state = row((word, tone)) if width >= _ROOMY or not line.age else NOTHING
        return (ends(left, row(state, age) if line.age else state, width),)


def _kind_style(line: DeskLine) -> str:
    return QUIET if line.fold else meaning_style(_KIND.get(line.kind, ""))


def _mark(standing: Standing, cases: set[str]) -> Content:
    """A column for marks, as soon as there is one."""
    if not standing.marked:
        return NOTHING
    return row(("● ", SAFE)) if cases <= standing.marked else row(("  ", ""))


def _opening_row(
    key: str, lines: Sequence[DeskLine], standing: Standing, *, opened: bool
) -> Callable[[int, Look], tuple[Content]]:
    """`… 3 more cooling down`, `▸ 412 requests from evil.example`."""
    cases = {line.case for line in lines}
    flood = key.startswith(SERVER)

    def draw(width: int, look: Look) -> tuple[Content]:
        name = STRONG if look is not Look.PLAIN else TEXT if flood else QUIET
        sign = "▾" if opened else "▸" if flood else "…"
        words = opening_words(key, lines, more=not flood and not opened)
        sentence = presses(row((f"{sign} ", WAITING if flood else QUIET), (words, name)), "list.open")
        left = row(_mark(standing, cases), sentence)
        age = row((f"  {lines[0].age:>6}", SOFT)) if flood and lines[0].age else NOTHING
        return (ends(left, age, width),)

    return draw


def opening_words(key: str, lines: Sequence[DeskLine], *, more: bool = False) -> str:
    """What a row is called that stands for several lines: `3 more cooling down`, `412 requests from evil.example`."""
    if key.startswith(SERVER):
        return f"{len(lines)} requests from {lines[0].server}"
    return f"{len(lines)} {'more ' if more else ''}{lines[0].fold}"


def find_line(view: DeskView, case: str) -> DeskLine | None:
    """The line of a case."""
    return next((line for group in view.groups for line in group.lines if line.case == case), None)
