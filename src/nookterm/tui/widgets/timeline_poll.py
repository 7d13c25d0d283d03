"""A poll among the messages: the question, a line for each answer with how many chose it, and which is one's own."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards_text import LINE, NOTHING, QUIET, SOFT, STRONG, TEXT, ends, hanging, row, said
from nookterm.tui.widgets.timeline_hits import hit
from nookterm.viewmodels.timeline import PollLine, PollView

_BAR = 16
_CHOSEN = "$accent"


def poll_rows(poll: PollView, room: int) -> list[Content]:
    """The rows, `room` cells wide. A click on an answer votes for it."""
    rows = hanging(row(("◇ ", QUIET)), said(poll.question, STRONG), room)
    for number, line in enumerate(poll.lines, 1):
        rows += [hit(one, "vote", line.id) for one in _answer(line, number, poll, room)]
    return [*rows, row(("  ", ""), (poll.note, QUIET)).truncate(room, ellipsis=True)]


def _answer(line: PollLine, number: int, poll: PollView, room: int) -> list[Content]:
    mark = "●" if line.mine else "○"
    head = row((f"  {mark} ", _CHOSEN if line.mine else SOFT), (f"{number} ", QUIET))
    votes = NOTHING if poll.hidden else row((f"{line.votes}{' ✓' if line.best else ''}", TEXT if line.best else SOFT))
    cells = min(_BAR, max(0, room // 4))
    full = round(cells * line.share)
    bar = row(("━" * full, _CHOSEN if line.mine else SOFT), ("─" * (cells - full), LINE))
    beside = NOTHING if poll.hidden else row(bar, (" ", ""), votes)
    words = max(4, room - beside.cell_length - 2) if beside else room
    first, *rest = hanging(head, said(line.text, f"bold {TEXT}" if line.best else TEXT), words)
    return [ends(first, beside, room) if beside else first, *rest]
