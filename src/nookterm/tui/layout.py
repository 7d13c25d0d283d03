"""How wide somebody wants the columns, or that they want none; what there is room for, and the file that keeps it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from nookterm.domain.records import dataclass

LEFT, RIGHT = 28, 32
"""Cells that the list of rooms and the column at the right have where nobody wished anything else."""
LEAST = {"left": 16, "right": 24, "thread": 36}
"""Below this a column says nothing any more."""
MIDDLE = 44
"""What the conversation keeps, whatever is wished beside it."""
_LONGEST = 4096
"""Bytes: a longer file is none of ours."""
_MOST = 400


@dataclass(frozen=True, slots=True)
class Layout:
    """Widths in cells; 0 is: as it comes."""

    left: int = 0
    right: int = 0
    thread: int = 0
    """The column at the right while a thread is in it."""
    folded: bool = False
    """Neither column is shown: the conversation alone."""

    def widened(self, column: str, width: int) -> Layout:
        """With another width of one column; 0 lets it be as it comes."""
        widths = {"left": self.left, "right": self.right, "thread": self.thread, column: max(0, min(width, _MOST))}
        return Layout(**widths, folded=self.folded)


def fitted(wish: Layout, width: int, right: str) -> Layout:
    """What of a wish there is room for on `width` cells, with `right` (or nothing: empty) at the right."""
    room = width - MIDDLE
    left = _within(wish.left, LEAST["left"], room - (LEAST[right] if right else 0))
    if not right:
        return Layout(left)
    beside = _within(getattr(wish, right), LEAST[right], room - (left or LEFT))
    return Layout(left).widened(right, beside)


def _within(wish: int, least: int, most: int) -> int:
    return 0 if wish == 0 else max(least, min(wish, max(least, most)))


def read_layout(path: Path | None) -> Layout:
    """What is kept; where it is not to be understood: as it comes."""
    if path is None:
        return Layout()
    with suppress(OSError, ValueError, RecursionError):
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1)
        kept = json.loads(text) if len(text) <= _LONGEST else None
        if isinstance(kept, dict):
            left, right, thread = (_number(kept.get(name)) for name in ("left", "right", "thread"))
            return Layout(left, right, thread, kept.get("folded") is True)
    return Layout()


def write_layout(path: Path | None, layout: Layout) -> bool:
    """Keep it, whole or not at all. False: it could not be kept."""
    if path is None:
        return True
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    kept = {"left": layout.left, "right": layout.right, "thread": layout.thread, "folded": layout.folded}
    try:
        # On a machine where nobody has signed in yet the folder is not there: the demo needs none.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return False
    return True


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value <= _MOST else 0
