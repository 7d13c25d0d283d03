"""Where one writes or decides: a field with its title and its readers in the line around it, and buttons of one row."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_text
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import KEY, QUIET, WARN, row, said
from nookterm.tui.widgets.pressing import with_keys

_FIELD_CSS = """
    {name} {{
        border: round $line; background: transparent; color: $foreground; padding: 0 1;
        border-title-color: $soft; border-title-background: transparent;
        border-subtitle-color: $nook-quiet; border-subtitle-align: right;
        &:focus {{ border: round $accent; border-title-color: $accent; background-tint: $foreground 0%; }}
        &.-leaves {{ border: round $nook-leaves; border-subtitle-color: $nook-leaves; }}
        &.-leaves:focus {{ border: round $accent; }}
        &:ansi:focus {{ border: heavy $accent; }}
    }}
"""


class Field(TextArea):
    """Several lines of one's own words. With `longest` it counts, and says when it is too much."""

    DEFAULT_CSS = (
        _FIELD_CSS.format(name="Field")
        + """
    Field {
        height: 5; scrollbar-size-vertical: 1; scrollbar-color: $line; scrollbar-background: $background;
        .text-area--cursor-line { background: transparent; }
    }
    """
    )

    def __init__(self, title: str, text: str = "", *, longest: int = 0, name: str | None = None) -> None:
        """`title` stands in the line above, the counter in the line below."""
        super().__init__(safe_text(text), soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, name=name)
        self._longest = longest
        self.border_title = said(title, "")
        self._count()

    @property
    def too_long(self) -> int:
        """Characters too many; 0 when it fits."""
        return max(0, len(self.text) - self._longest) if self._longest else 0

    def on_text_area_changed(self) -> None:
        """Count again."""
        self._count()

    def _count(self) -> None:
        if self._longest:
            style = WARN if self.too_long else QUIET
            self.border_subtitle = row((f"{len(self.text)} of {self._longest}", style))


class LineField(Input):
    """One line of one's own words."""

    DEFAULT_CSS = (
        _FIELD_CSS.format(name="LineField")
        + """
    LineField { height: 3; }
    """
    )

    def __init__(
        self,
        title: str,
        *,
        readers: Content | None = None,
        password: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """`title` in the line above; `readers`, who can read this, in the line below."""
        super().__init__(password=password, id=id, select_on_focus=False)
        self.border_title = with_keys(said(title, ""))
        self.border_subtitle = with_keys(readers) if readers else None


class Choice(Widget, can_focus=True):
    """A button of one row. The first of a row is the one that Enter would press."""

    DEFAULT_CSS = """
    Choice {
        width: auto; height: 1; padding: 0 2; margin: 0 1 0 0; color: $soft; background: transparent;
        &.-first { background: $accent; color: $on-accent; text-style: bold; }
        &:focus { text-style: bold underline; color: $accent; }
        &.-first:focus { color: $on-accent; }
        &:disabled { background: transparent; color: $nook-quiet; text-style: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Press", show=False)]

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        choice: Choice

        @property
        def control(self) -> Choice:
            """The button, for `@on(..., selector)`."""
            return self.choice

    def __init__(self, label: str, *, key: str = "", first: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`label` is what pressing it does; `key` does the same."""
        super().__init__(id=id, classes="-first" if first else None)
        self._label = label
        self._key_name = key

    def relabel(self, label: str) -> None:
        """Say something else."""
        self._label = label
        self.refresh(layout=True)

    def render(self) -> Content:
        """Its key, and its label."""
        return row((f"{self._key_name} " if self._key_name else "", KEY), said(self._label, ""))

    def action_press(self) -> None:
        """As a click."""
        if not self.disabled:
            self.post_message(self.Pressed(self))

    def on_click(self, event: events.Click) -> None:
        """Pressed with the mouse."""
        event.stop()
        if event.button == LEFT:
            self.action_press()


class Switch(Choice):
    """A button that is on or off, and shows which by its mark. `Pressed` comes when it has changed."""

    def __init__(self, label: str, *, on: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`label` is what holds while it is on."""
        super().__init__(label, id=id)
        self.on = on

    def render(self) -> Content:
        """Its mark, and its label."""
        return row(("● " if self.on else "○ ", KEY), super().render())

    def action_press(self) -> None:
        """The other way round."""
        if not self.disabled:
            self.on = not self.on
            self.refresh()
        super().action_press()
