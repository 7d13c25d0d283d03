"""A setting that is typed: a number, a folder, a name; what makes no sense is said in place, what was typed stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, SOFT, TEXT, WARN, hanging, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.settings import SettingRow, SettingsPanel


class ValueScreen(ModalScreen[None]):
    """Writes one setting down."""

    DEFAULT_CSS = """
    ValueScreen {
        align: center top; background: $background 70%;
        #value-box {
            width: 72; max-width: 100%; height: auto; max-height: 100%; margin: 2 0 0 0; padding: 0 0;
            background: $background;
        }
        #value-box Paper { padding: 0 2; }
        #value-ways { height: 1; margin: 0 1; }
    }
    ValueScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]

    def __init__(self, panel: SettingsPanel, setting: SettingRow) -> None:
        """`setting` as it is now."""
        super().__init__()
        self._panel = panel
        self._setting = setting
        self._problem = ""

    def compose(self) -> ComposeResult:
        """The line, what it may be, what is wrong, the ways on."""
        with Vertical(id="value-box"):
            yield LineField(self._setting.label, readers=row(("Enter writes it down", QUIET)))
            yield Paper(self._about)
            with Horizontal(id="value-ways"):
                yield Choice("write it down", first=True, id="value-write")
                yield Choice("not now", id="value-leave")

    def on_mount(self) -> None:
        """Go on from what holds."""
        field = self.query_one(LineField)
        field.value = self._setting.value
        field.cursor_position = len(field.value)
        field.focus()

    def _about(self, width: int) -> Sequence[Content]:
        rows = [
            *wrapped(said(self._setting.about, TEXT), width=width),
            *wrapped(row(("may be ", QUIET), (self._setting.may_be, SOFT)), width=width),
        ]
        return [*rows, *hanging(row(("! ", WARN)), said(self._problem, WARN), width)] if self._problem else rows

    @on(Input.Submitted)
    @on(Choice.Pressed, "#value-write")
    def _written(self) -> None:
        self.run_worker(self._write(self.query_one(LineField).value.strip()), exclusive=True)

    async def _write(self, value: str) -> None:
        if await self._panel.put(self._setting.name, value):
            self.action_leave()
            return
        self._problem = self._panel.view.problem
        self._panel.hush()
        self.query_one(Paper).refresh(layout=True)

    @on(Choice.Pressed, "#value-leave")
    def action_leave(self) -> None:
        """Nothing."""
        if self.is_active:
            self.dismiss(None)
