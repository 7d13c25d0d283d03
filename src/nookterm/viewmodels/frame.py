"""The last frame of a screen, kept with the account for its next start, and shown again only while it is still true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nookterm.domain.records import dataclass

if TYPE_CHECKING:  # The frame is shown before anything is loaded that it can do without.
    from nookterm.client.ports import Store
    from nookterm.viewmodels.timeline import TimelineView

FRAME = "frame"
"""Its kind among what the store keeps. The database forgets it by itself when a message changes or goes (0004)."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Where one writes in a frame, in cells from the upper left corner, and how letters look there."""

    row: int
    column: int
    width: int
    begins: str
    ends: str
    """What the terminal is sent before and after the letters."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What was on a terminal, as it was sent there."""

    text: str
    columns: int
    rows: int
    drawn_for: str
    """The terminal and the look that it fits."""
    view: TimelineView
    """The conversation that is in it."""
    pen: Pen | None = None
    """None where nothing can be written, or something was already."""


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """What a start begins with."""

    text: str
    pen: Pen | None = None


def keep_frame(store: Store, frame: Frame | None, now: TimelineView) -> None:
    """Keep a frame if the conversation in it is the one that the store holds `now`; else keep none."""
    kept = None
    if frame and frame.view == now:
        kept = {
            "text": frame.text,
            "columns": frame.columns,
            "rows": frame.rows,
            "drawn_for": frame.drawn_for,
            "position": store.position(),
        }
        if pen := frame.pen:
            kept["pen"] = [pen.row, pen.column, pen.width, pen.begins, pen.ends]
    with store.transaction():
        store.remember(FRAME, "", kept)


def kept_frame(store: Store, columns: int, rows: int, drawn_for: str) -> KeptFrame | None:
    """The frame for such a terminal; None where there is none or where anything was synced since it was kept."""
    kept = store.recall(FRAME, "")
    wanted = {"columns": columns, "rows": rows, "drawn_for": drawn_for, "position": store.position()}
    if not kept or any(kept.get(key) != value for key, value in wanted.items()):
        return None
    text = kept.get("text")
    return KeptFrame(text, _pen(kept.get("pen"))) if isinstance(text, str) else None


def _pen(kept: object) -> Pen | None:
    match kept:
        case [int(row), int(column), int(width), str(begins), str(ends)] if width > 1:
            return Pen(row, column, width, begins, ends)
    return None
