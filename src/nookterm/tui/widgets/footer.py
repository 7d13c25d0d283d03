"""The last row: at the left the keys that work now, at the right who and how one is connected."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from nookterm.tui.commands import command
from nookterm.tui.read_only import is_read_only
from nookterm.tui.widgets.cards_text import QUIET, SAFE, SOFT, WARN, row
from nookterm.tui.widgets.pressing import command_hint
from nookterm.viewmodels.status import StatusView

Hint = tuple[str, str]
"""A command's id and a short word for it here (empty: its title)."""
_GAP = Content("   ")
_LEAD_ON = ["app.palette", "list.keys"]
"""Among messages there are more acts than hints: the ways to all of them stay."""


class Footer(Widget):
    """Hints are shown whole or not at all; a click is as good as the key."""

    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; padding: 0 2; background: $panel; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._status = StatusView()
        self._quiet = False

    def _drawn(self, hint: Hint) -> Content:
        id_, word = hint
        return command_hint(id_, (word or command(id_).title).lower())

    def hints(self, hints: Sequence[Hint]) -> None:
        """Other keys work now."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def status(self, status: StatusView) -> None:
        """Another state."""
        self._status = status
        self.refresh()

    def soften(self, *, quiet: bool) -> None:
        """Whether counts are to call nobody."""
        self._quiet = quiet
        self.refresh()

    def render(self) -> Content:
        """One row."""
        width = self.size.width
        right = status_row(self._status, width, quiet=self._quiet)
        left = _GAP.join(self._shown())
        gap = max(1, width - left.cell_length - right.cell_length)
        return row(left, (" " * gap, ""), right).truncate(width)

    def _shown(self) -> list[Content]:
        """The hints for which there is room."""
        room = self.size.width - status_row(self._status, self.size.width, quiet=self._quiet).cell_length - 2
        stay = 2 if [id_ for id_, _ in self._hints[-2:]] == _LEAD_ON else 1
        return fitting([self._drawn(hint) for hint in self._hints], room, stay=stay)


def fitting(hints: Sequence[Content], width: int, *, stay: int = 1) -> list[Content]:
    """As many hints as there is room for, each whole; the last ones, which lead to all others, stay longest."""
    kept = list(hints)
    while kept and _GAP.join(kept).cell_length > width:
        del kept[-1 - min(stay, len(kept) - 1)]
    return kept


def status_row(status: StatusView, width: int, *, quiet: bool = False) -> Content:
    """Unsent, account, connection; narrow: what is new, or what is wrong."""
    narrow = 100
    parts: list[tuple[str, str] | Content] = []
    if status.unsent:
        parts += [("! ", WARN), (f"{status.unsent} not sent   ", SOFT)]
    if status.progress:
        parts.append((f"{status.progress}   ", QUIET))
    if status.elsewhere:
        parts += [(f"@{status.elsewhere}", SOFT if quiet else "$nook-mention"), (" elsewhere   ", QUIET)]
    if width < narrow and status.connection == "live":
        parts.append((f"{status.account}  " if status.accounts > 1 else "", SOFT))
        if status.mentions:
            parts.append((f"@{status.mentions} ", SOFT if quiet else "$nook-mention"))
        parts.append((f"{status.unread} unread" if status.unread else "", SOFT))
        return row(*parts)
    who = status.user if width >= narrow and status.user else status.account
    parts.append((f"{who}   " if who and (width >= narrow or status.accounts > 1) else "", SOFT))
    live = status.connection == "live"
    tone = SOFT if status.connection == "starting" else WARN
    said = f"{status.connection}: {status.detail}" if is_read_only(status) and width >= narrow else status.connection
    return row(*parts, ("● " if live else "○ ", SAFE if live else tone), (said, SOFT if live else tone))
