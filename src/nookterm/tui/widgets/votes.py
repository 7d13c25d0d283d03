"""Voting in a poll, and closing it: one row with a digit for each answer."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.geometry import Size

from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.widgets.cards_text import KEY, QUIET, SOFT, TEXT, row
from nookterm.tui.widgets.pressing import lined
from nookterm.tui.widgets.strips import AskingStrip, way_out
from nookterm.tui.widgets.timeline_hits import WANTS, hit
from nookterm.viewmodels.timeline import PollView

_LONGEST = 18
_END = "end"


class VoteStrip(AskingStrip):
    """A digit for each answer."""

    def __init__(self) -> None:
        super().__init__()
        self._poll: PollView | None = None
        self._vote: Callable[[str], None] | None = None
        self._end: Callable[[], None] | None = None

    def ask(self, poll: PollView, vote: Callable[[str], None], end: Callable[[], None]) -> None:
        """Ask; `vote` gets an answer's id, `end` closes the poll."""
        self._poll, self._vote, self._end = poll, vote, end
        self.begin()

    def on_key(self, event: events.Key) -> None:
        """A digit votes, `c` closes the poll."""
        poll, key = self._poll, event.character or ""
        if poll and key.isdigit() and 1 <= int(key) <= len(poll.lines):
            self._take(poll.lines[int(key) - 1].id)
        elif poll and key == "c" and poll.may_end:
            self._take("", ends=True)
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """As the key of what was clicked."""
        if pressed(event):
            return
        event.stop()
        wants = event.style.meta.get(WANTS)
        if isinstance(wants, tuple) and event.button == LEFT:
            self._take(str(wants[1]), ends=wants[0] == _END)

    def _take(self, choice: str, *, ends: bool = False) -> None:
        vote, end = self._vote, self._end
        self.action_close()
        if ends and end:
            end()
        elif vote:
            vote(choice)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes, none of them cut."""
        return max(1, len(self._rows(width)))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        """The answers, then what else can be done."""
        if self._poll is None:
            return []
        parts: list[Content] = []
        for number, line in enumerate(self._poll.lines[:9], 1):
            mine, tone = ("● ", f"bold {TEXT}") if line.mine else ("", TEXT)
            name = row((f"{number} ", KEY), (f"{mine}{line.text}", tone))
            parts.append(hit(name.truncate(_LONGEST, ellipsis=True), "vote", line.id))
        if self._poll.may_end:
            parts.append(hit(row(("c ", KEY), ("close the poll", SOFT)), _END))
        if any(line.mine for line in self._poll.lines):
            parts.append(row(("the same again takes it back", QUIET)))
        parts.append(way_out())
        return lined([part.truncate(width, ellipsis=True) for part in parts], width)
