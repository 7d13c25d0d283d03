"""A file that is to leave: what it will tell and who can read it, before a byte of it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from nookterm.domain.safe_text import safe_line
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.files import FileDialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import LEAVES, NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, hanging, row, said
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.files import FileDraft, FilesPanel

_CLEANED, _AS_IT_IS = "As it is", "Cleaned"
_LONGEST = 4000


class FileOutScreen(FileDialog):
    """Name, size, what goes along, who reads it; words under it; yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("file_out")]
    HEAD = "Share a file"
    KEYS = (("file_out.send", "share it"), ("file_out.leave", "not now"))

    def __init__(self, panel: FilesPanel, draft: FileDraft) -> None:
        """`draft` is the file as it was looked at."""
        super().__init__(panel)
        self._draft = draft

    def form(self) -> ComposeResult:
        """What it is, and words under it."""
        yield Paper(self._about, id="file-about")
        field = LineField("Words under it, if you like", id="file-caption")
        field.max_length = _LONGEST
        yield field
        name = LineField("Its name for the others", id="file-name")
        name.value = safe_line(self._draft.name)
        yield name

    def ways(self) -> ComposeResult:
        """Yes, the other way, no."""
        yield Choice("Share it", first=True, id="file-send")
        if self._draft.may_choose:
            yield Choice(_CLEANED if self._draft.cleaned else _AS_IT_IS, id="file-other")
        yield Choice("Not now", id="file-no")

    def on_mount(self) -> None:
        """Write at once."""
        super().on_mount()
        self.query_one("#file-caption", LineField).focus()

    def _about(self, width: int) -> list[Content]:
        draft = self._draft
        rows = [*hanging(NOTHING, said(draft.name, STRONG), width), said(draft.what, SOFT), NOTHING]
        mark = row(("✓ ", SAFE)) if draft.cleaned else row(("! ", WARN))
        for line in draft.tells:
            rows += hanging(mark, said(line, SOFT), width)
            mark = row(("! ", WARN))
        if draft.encrypted:
            rows += hanging(row(("✓ ", SAFE)), said(f"{draft.where}: {draft.readers}. Encrypted.", QUIET), width)
        else:
            rows += hanging(row(("↗ ", LEAVES)), said(f"{draft.where}: {draft.readers}.", SOFT), width)
        return rows

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Choice.Pressed, "#file-send")
    def action_send(self) -> None:
        """Share it exactly as it is shown."""
        caption, name = (self.query_one(f"#file-{field}", LineField).value for field in ("caption", "name"))
        draft = self._draft
        self.carry_out(lambda: self.panel.send(draft, caption, name), self.end)

    @on(Choice.Pressed, "#file-other")
    def _other(self) -> None:
        as_it_is = self._draft.cleaned
        self.carry_out(lambda: self.panel.draft(self._draft.path, as_it_is=as_it_is), self._looked)

    def _looked(self, draft: FileDraft) -> None:
        name = self.query_one("#file-name", LineField)
        if name.value == safe_line(self._draft.name):
            # Cleaning can change the kind, and the ending with it.
            name.value = safe_line(draft.name)
        self._draft = replace(draft, thread=self._draft.thread, may_choose=True)
        self.query_one("#file-other", Choice).relabel(_CLEANED if draft.cleaned else _AS_IT_IS)
        self.query_one("#file-about", Paper).refresh(layout=True)

    @on(Choice.Pressed, "#file-no")
    def _no(self) -> None:
        self.action_leave()
