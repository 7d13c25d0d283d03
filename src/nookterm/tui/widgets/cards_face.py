"""What a panel shows instead of its list, or above it: loading, empty, problem, offline."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from nookterm.tui.own_keys import keymap_here
from nookterm.tui.widgets.cards_text import (
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    box,
    hanging,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.taught import taught
from nookterm.viewmodels.model import Face, Notice

_WIDEST = 72
_LABELS = ("What is safe", "What to do")
_TALL_ENOUGH = 10
"""Rows from which there is room for the arch."""


class FaceView(Widget):
    """The whole middle while there is nothing to list; a few rows above the list else."""

    DEFAULT_CSS = """
    FaceView {
        height: 1fr; display: none; background: $background; text-wrap: nowrap; text-overflow: clip;
        &.-shown { display: block; }
        &.-above { height: auto; padding: 1 2 0 2; }
    }
    """

    def __init__(self, loading: str) -> None:
        """`loading` is what one waits for, as a sentence."""
        super().__init__()
        self._loading = loading
        self._face = Face.LOADING
        self._notice: Notice | None = None
        self._shown: tuple[object, ...] = ()

    def show(self, face: Face, notice: Notice | None, *, above: bool) -> None:
        """`above`: there is a list, and this stands above it."""
        # It names keys, which may be other ones by now.
        shown, self._shown = self._shown, (face, notice, above, keymap_here())
        if shown == self._shown:
            return
        self._face, self._notice = face, notice
        self.set_class(notice is not None or not above, "-shown")
        self.set_class(above, "-above")
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many rows as it takes above a list."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows, in the middle when they have the place to themselves."""
        width, height = self.size
        rows = self._rows(width)
        free = 0 if self.has_class("-above") else max(0, (height - len(rows)) * 2 // 5)
        return Content("\n").join([NOTHING] * free + rows)

    def _rows(self, width: int) -> list[Content]:
        notice, left = self._notice, self.has_class("-above")
        if notice is not None and left and self._face is Face.EMPTY:
            return self._calm_rows(notice, width)
        if notice is not None and (self._face is Face.PROBLEM or (left and self._face is not Face.OFFLINE)):
            return problem_rows(notice, width, left=left)
        if self._face is Face.OFFLINE and notice is not None:
            return _offline_rows(notice, width, left=left)
        if self._face is Face.LOADING or notice is None:
            return _centred([row((self._loading if self._face is Face.LOADING else "", QUIET))], width)
        return self._empty_rows(notice, width)

    def _empty_rows(self, notice: Notice, width: int) -> list[Content]:
        room = min(_WIDEST, max(8, width - 4))
        arch = [*arch_rows(), NOTHING] if self.size.height >= _TALL_ENOUGH else []
        head = wrapped(said(notice.headline, STRONG), width=room)
        steps = [
            line for step in notice.steps[:3] for line in [NOTHING, *hanging(row(("○ ", WAITING)), taught(step), room)]
        ]
        gap = [NOTHING] if steps and arch else []
        return [
            *_centred(arch, width),
            *_centred(head, width),
            *gap,
            *_block(steps if arch else [s for s in steps if s], width),
        ]

    def _calm_rows(self, notice: Notice, width: int) -> list[Content]:
        """Above what is there all the same, and in columns that are too narrow for an arch."""
        rows = wrapped(said(notice.headline, STRONG), width=width)
        for step in notice.steps[:3]:
            rows += hanging(row(("○ ", WAITING)), taught(step), width)
        return [*rows, NOTHING]


def arch_rows() -> list[Content]:
    """A lit alcove."""
    return [
        row(("╭───────╮", "$accent")),
        row(("│", "$accent"), (" ╭───╮ ", QUIET), ("│", "$accent")),
        row(("│", "$accent"), (" │ ", QUIET), ("●", WAITING), (" │ ", QUIET), ("│", "$accent")),
    ]


def problem_rows(notice: Notice, width: int, *, left: bool = True) -> list[Content]:
    """What happened, what is safe, what to do, in a box."""
    room = min(_WIDEST, max(8, width - 6))
    inner: list[Content] = wrapped(row(("! ", WARN), (notice.headline, f"bold {WARN}")), width=room)
    steps = [step for step in notice.steps if step]
    labels = _LABELS if len(steps) > 1 else _LABELS[1:]
    for number, step in enumerate(steps):
        label = labels[number] if number < len(labels) else ""
        if room >= len(_LABELS[0]) * 3:
            inner += hanging(row((label.ljust(15), QUIET)), said(step, TEXT), room)
        else:
            inner += wrapped(said(step, TEXT), width=room)
    return _block(box(inner, room + 4, WARN), width, left=left)


def _offline_rows(notice: Notice, width: int, *, left: bool) -> list[Content]:
    room = min(_WIDEST, max(8, width - 4))
    rows = hanging(row(("○ ", WARN)), said(notice.headline, WARN), room)
    for step in notice.steps:
        rows += hanging(row(("  ", QUIET)), said(step, SOFT), room)
    return _block(rows, width, left=left)


def _centred(rows: list[Content], width: int) -> list[Content]:
    return [row((" " * max(0, (width - line.cell_length) // 2), ""), line) for line in rows]


def _block(rows: list[Content], width: int, *, left: bool = False) -> list[Content]:
    """Rows that keep their common left edge: at the left, or in the middle as one."""
    indent = 0 if left else max(0, (width - max((line.cell_length for line in rows), default=0)) // 2)
    return [row((" " * indent, ""), line) for line in rows]
