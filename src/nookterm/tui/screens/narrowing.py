"""A list over the whole screen that narrows as one types: what its screens do alike."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from nookterm.tui.widgets.acts import Acts, Hint
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.people_screen import PeopleScreen, told_rows
from nookterm.viewmodels.settings import SettingsPanel

_FEW = 20
"""Rows of the terminal under which only the list stays."""


class NarrowingScreen(PeopleScreen):
    """A filter, a list, what the chosen one is, what came of a change, keys."""

    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Down", show=False),
        Binding("up", "step(-1)", "Up", show=False),
        Binding("pagedown", "leap(1)", "Page down", show=False),
        Binding("pageup", "leap(-1)", "Page up", show=False),
    ]
    TYPE = ""
    """What is typed."""

    def __init__(self, panel: SettingsPanel, typed: str = "") -> None:
        """`typed`: what to look for first."""
        super().__init__(panel)
        self.panel = panel
        self._begun = typed

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Widget(id="settings-box"):
            yield Paper(self.head, id="settings-head")
            yield LineField(self.TYPE, id="settings-filter")
            yield BlockList(self.blocks, id="settings-list")
            yield Paper(self.detail, id="settings-detail")
            yield Paper(lambda width: told_rows(self.panel.view, width), id="settings-told")
            yield Acts(id="settings-acts")

    def head(self, width: int) -> list[Content]:
        """What this is."""
        raise NotImplementedError

    def blocks(self, width: int) -> list[Block]:
        """What fits."""
        raise NotImplementedError

    def detail(self, width: int) -> list[Content]:
        """What the chosen one is."""
        raise NotImplementedError

    def hints(self) -> list[Hint]:
        """The keys that work on the chosen one."""
        raise NotImplementedError

    def action_change(self) -> None:
        """Change what is chosen."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Type at once."""
        field = self.query_one(LineField)
        field.value = self._begun
        field.cursor_position = len(self._begun)
        super().on_mount()
        field.focus()

    def begin(self) -> None:
        """What came of an earlier change is old."""
        self.panel.hush()

    def on_resize(self, event: events.Resize) -> None:
        """Where rows are few only the list stays."""
        super().on_resize(event)
        self.set_class(event.size.height < _FEW, "-few")

    def changed(self) -> None:
        """Show the newest view."""
        self.listed.rebuild()
        self._follow()

    @property
    def listed(self) -> BlockList:
        """The list."""
        return self.query_one("#settings-list", BlockList)

    @property
    def typed(self) -> str:
        """What narrows it."""
        return self.query_one("#settings-filter", LineField).value

    def _follow(self) -> None:
        for paper in self.query("#settings-head, #settings-detail, #settings-told").results(Paper):
            paper.refresh(layout=True)
        self.query_one(Acts).show(self.hints())

    @on(BlockList.Moved, "#settings-list")
    def _moved(self, event: BlockList.Moved) -> None:
        event.stop()
        self._follow()

    @on(Input.Changed, "#settings-filter")
    def _narrowed(self, event: Input.Changed) -> None:
        event.stop()
        self.listed.rebuild()
        self.listed.action_edge(0)
        self._follow()

    @on(Input.Submitted, "#settings-filter")
    @on(BlockList.Opened, "#settings-list")
    def _entered(self, event: Input.Submitted | BlockList.Opened) -> None:
        event.stop()
        # Typed quickly, Enter overtakes the news of what was typed before it.
        self.listed.rebuild()
        if self.is_active:
            self.action_change()

    def action_step(self, by: int) -> None:
        """Another one, while one types."""
        self.listed.action_step(by)

    def action_leap(self, by: int) -> None:
        """A screenful further."""
        self.listed.action_leap(by)

    def action_back(self) -> None:
        """What was typed goes; then away."""
        field = self.query_one("#settings-filter", LineField)
        if field.value:
            field.value = ""
        else:
            super().action_back()
