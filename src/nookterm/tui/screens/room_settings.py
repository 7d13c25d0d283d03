"""How a room or space is set: a line for each setting, what it means, what drifted; changed one at a time."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.asking import Asking
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    KEY,
    LEAVES,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    hanging,
    row,
    said,
)  # fmt: skip
from nookterm.tui.widgets.people_screen import PeopleScreen, told_rows
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.room_settings import RoomSettingsPanel, RoomSettingsView, SettingLine

_LABEL = 22
"""Cells for a setting's name."""


class RoomSettingsScreen(PeopleScreen):
    """The settings of the open room."""

    CSS_PATH = "room_settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("room")]

    def __init__(self, panel: RoomSettingsPanel) -> None:
        """`panel` is of the open room."""
        super().__init__(panel)
        self._panel = panel

    def compose(self) -> ComposeResult:
        """The list, what came of it, what is asked, keys."""
        with Widget(id="room-box"):
            yield Paper(lambda width: _head(self._panel.view, width), id="room-head")
            yield FaceView("Looking how this room is set")
            yield BlockList(self._blocks, id="room-list")
            yield Paper(lambda width: told_rows(self._panel.view, width), id="room-told")
            yield Asking(self._do, self._home)
            yield Acts(id="room-acts")

    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        listed, face, asking = self._home(), self.query_one(FaceView), self.query_one(Asking)
        full = view.face in {Face.CONTENT, Face.OFFLINE}
        face.show(view.face, view.notice, above=full)
        face.display = not full or view.notice is not None
        listed.display = full
        listed.rebuild()
        for paper in self.query("#room-head, #room-told").results(Paper):
            paper.refresh(layout=True)
        self._hint()
        if full and not asking.is_open and self.focused is not listed:
            listed.focus()

    def _home(self) -> BlockList:
        return self.query_one("#room-list", BlockList)

    def _blocks(self, width: int) -> list[Block]:
        lines = self._panel.view.lines
        return [Block(line.id, len(setting_rows(line, width)), partial(_drawn, line)) for line in lines]

    @property
    def _line(self) -> SettingLine | None:
        key = self._home().key
        return next((line for line in self._panel.view.lines if line.id == key), None)

    @on(BlockList.Moved, "#room-list")
    def _moved(self, event: BlockList.Moved) -> None:
        event.stop()
        self._hint()

    def _hint(self) -> None:
        line = self._line
        hints: list[tuple[str, str]] = []
        if line is not None:
            if line.act and not line.act.why_not:
                hints.append(("room.change", "change" if line.value else "add"))
            hints += [("room.fix", "")] if line.fix and not line.fix.why_not else []
            hints += [("room.remove", line.remove.label)] if line.remove and not line.remove.why_not else []
            hints += [("room.move_up", ""), ("room.move_down", "")] if line.child else []
        self.query_one(Acts).show([*hints, ("room.refresh", ""), ("room.back", "")])

    @on(BlockList.Opened, "#room-list")
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Change what is chosen."""
        if line := self._line:
            self._begin(line.act or line.fix, line.text)

    def action_fix(self) -> None:
        """Set right what has drifted."""
        if line := self._line:
            self._begin(line.fix)

    def action_remove(self) -> None:
        """Take it away."""
        if line := self._line:
            self._begin(line.remove)

    def action_move(self, by: int) -> None:
        """A room of a space, up or down."""
        line = self._line
        if line is not None and line.child is not None:
            self.app.run_worker(self._panel.move(line.child, by), group="intents")

    def begin(self) -> None:
        """Look how it is set."""
        self.app.run_worker(self._panel.begin(), group="intents")

    def action_refresh(self) -> None:
        """Read them anew."""
        self.begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are letters while one types."""
        if action in {"change", "fix", "remove", "move"} and self.query_one(Asking).is_open:
            return False
        return super().check_action(action, parameters)

    def _begin(self, act: Act | None, words: str = "") -> None:
        if act is None or self._panel.view.working:
            return
        if act.why_not:
            self.app.notify(said(f"{act.label}: {act.why_not}.", "").plain, markup=False)
        else:
            self.query_one(Asking).begin(act, words)

    def _do(self, act: Act, words: str, way: str) -> None:
        self.app.run_worker(self._panel.do(act, words, way), group="intents")


def _head(view: RoomSettingsView, width: int) -> list[Content]:
    name = f": {view.room}" if view.room else ""
    what = "Space settings" if view.is_space else "Room settings"
    head = ends(row((f"{what}{name}", STRONG)), quiet_hint("escape", "back"), width)
    readers = hanging(row(("↗ ", LEAVES)), said(view.readers, SOFT), width) if view.readers else []
    return [head, *readers, NOTHING]


def setting_rows(line: SettingLine, width: int, look: Look = Look.PLAIN) -> list[Content]:
    """A setting: its value, what that means, what drifted, why it is not ours."""
    style = STRONG if look is Look.FOCUSED else TEXT
    label = row((line.label.ljust(_LABEL)[:_LABEL], SOFT))
    indent = row((" " * _LABEL, ""))
    if width < _LABEL * 2:
        label, indent = row((line.label, SOFT), ("  ", "")), row(("  ", ""))
    value = said(line.value, style) if line.value else row(("+", KEY))
    rows = hanging(label, value, width) if width > label.cell_length else [label]
    if line.means:
        rows += hanging(indent, said(line.means, QUIET), width)
    if line.drift:
        rows += hanging(row(indent, ("! ", WARN)), said(line.drift, WARN), width)
    act = line.act or line.remove
    if act is not None and act.why_not:
        rows += hanging(indent, said(f"not yours to change: {act.why_not}", QUIET), width)
    return rows


def _drawn(line: SettingLine, width: int, look: Look) -> list[Content]:
    return setting_rows(line, width, look)
