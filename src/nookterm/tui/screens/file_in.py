"""A file that somebody shared: what it claims to be, and what one wants of it. Nothing is fetched before that."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.files import FileDialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    LEAVES,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    WARN,
    hanging,
    paragraph,
    row,
    said,
)
from nookterm.tui.widgets.forms import Choice
from nookterm.viewmodels.files import Done, FileCard, FilesPanel, Shown

_HANDS_ON = "It is kept with your downloads and handed to the program that your system has for it."
_TRUST = "That program decodes it: only if you trust who sent it."


class FileInScreen(FileDialog):
    """Save, open after a question, or look at it here."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("file")]
    HEAD = "A file"

    def __init__(self, panel: FilesPanel, card: FileCard, side: int, show: Callable[[Shown], None]) -> None:
        """`side`: pixels that can be drawn; 0 where no picture can. `show` draws one."""
        super().__init__(panel)
        self._card = card
        self._side = side
        self._draw = show
        self._asks = False
        """Whether the question about opening is shown."""

    def form(self) -> ComposeResult:
        """What it claims to be."""
        yield Paper(self._about, id="file-about")

    def ways(self) -> ComposeResult:
        """What one can want."""
        if self._card.is_picture and self._side:
            yield Choice("Look", first=True, id="file-look")
        yield Choice("Save", first=not (self._card.is_picture and self._side), id="file-save")
        if self._card.may_open:
            yield Choice("Open", id="file-open")
        yield Choice("Not now", id="file-no")

    def on_mount(self) -> None:
        """The keyboard is at the first way."""
        super().on_mount()
        self.query("#dialog-ways Choice").first(Choice).focus()

    def _about(self, width: int) -> list[Content]:
        card = self._card
        rows = [*hanging(NOTHING, said(card.name, STRONG), width), said(card.what, SOFT)]
        rows += [row(said(f"from {card.author}", SOFT))] if card.author else []
        rows += [NOTHING, *paragraph(card.caption, width, SOFT)] if card.caption else []
        safe = row(("✓ ", SAFE)), said("End-to-end encrypted, and checked against what the message says of it.", SOFT)
        open_ = row(("! ", WARN)), said("Not encrypted: the servers can read and change it.", SOFT)
        rows += [NOTHING, *hanging(*(safe if card.encrypted else open_), width)]
        if self._asks:
            rows += [NOTHING, *hanging(row(("↗ ", LEAVES)), said(f"{_HANDS_ON} {_TRUST}", SOFT), width)]
        elif not card.may_open:
            words = "Other programs may run what is inside it, so nookterm saves it and does not open it."
            rows += hanging(row(("! ", WARN)), said(words, QUIET), width)
        return rows

    @on(Choice.Pressed, "#file-save")
    def action_save(self) -> None:
        """Keep it."""
        self.carry_out(lambda: self.panel.save(self._card), self._kept)

    @on(Choice.Pressed, "#file-look")
    def action_look(self) -> None:
        """Draw it here."""
        if self._card.is_picture and self._side:
            self.carry_out(lambda: self.panel.look(self._card, self._side), self._look)

    @on(Choice.Pressed, "#file-open")
    def action_open(self) -> None:
        """Ask first; the second time is the answer."""
        if not self._card.may_open or self.busy:
            return
        if self._asks:
            self.carry_out(lambda: self.panel.open(self._card), self._kept)
            return
        self._asks = True
        self.query_one("#file-open", Choice).relabel("Yes, open it")
        self.query_one("#file-no", Choice).focus()
        self.query_one("#file-about", Paper).refresh(layout=True)

    def _kept(self, went: Done) -> None:
        self.end(went)

    def _look(self, shown: Shown) -> None:
        self.end(None)
        self._draw(shown)

    @on(Choice.Pressed, "#file-no")
    def _no(self) -> None:
        self.action_leave()
