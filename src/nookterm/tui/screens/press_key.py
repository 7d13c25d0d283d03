"""Giving a command a key by pressing it; one that belongs to somebody else is named first, and pressed once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.commands import Command, key_name
from nookterm.tui.keying import losers, refusal, taken_from
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SOFT, STRONG, WARN, row, said, wrapped
from nookterm.tui.widgets.forms import Choice


@dataclass(frozen=True, slots=True)
class Pressed:
    """The key that was chosen; empty: none."""

    key: str


class _Catch(Widget, can_focus=True):
    """Takes every key, whatever it would do elsewhere."""

    DEFAULT_CSS = "_Catch { height: 0; }"

    def on_key(self, event: events.Key) -> None:
        """Hand it over."""
        event.stop()
        event.prevent_default()
        screen = self.screen
        if isinstance(screen, PressScreen):
            screen.pressed(event.key, event.character)


class PressScreen(ModalScreen[Pressed | None]):
    """Gives the key, or None where nothing is to change."""

    DEFAULT_CSS = """
    PressScreen {
        align: center middle; background: $background 70%;
        #press-box {
            width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
            background: $background; border: round $accent;
        }
        #press-ways { height: 1; margin: 1 0 0 0; }
    }
    PressScreen:ansi { background: ansi_default; }
    """

    def __init__(self, command: Command, keymap: Mapping[str, str]) -> None:
        """`keymap` as it is now."""
        super().__init__()
        self._command = command
        self._keymap = keymap
        self._asked = ""
        """A key that belongs to another command, and was pressed once."""
        self._words = ""

    def compose(self) -> ComposeResult:
        """What to do, what stands in the way, the ways on for the mouse."""
        with Vertical(id="press-box"):
            yield Paper(self._rows)
            yield _Catch()
            with Horizontal(id="press-ways"):
                yield Choice("no key", key="Backspace", id="press-none")
                yield Choice("not now", key="Esc", id="press-leave")

    def on_mount(self) -> None:
        """All keys go to one place; the buttons are for the mouse."""
        for choice in self.query(Choice):
            choice.can_focus = False
        self.query_one(_Catch).focus()

    def _rows(self, width: int) -> Sequence[Content]:
        head = [*wrapped(row(("Press the new key for ", SOFT), (self._command.title, STRONG)), width=width)]
        if not self._words:
            return [*head, *wrapped(said(self._command.help, QUIET), width=width)]
        again = row((key_name(self._asked), KEY), (" once more takes it anyway.", SOFT)) if self._asked else NOTHING
        told = wrapped(row((f"! {self._words}", WARN)), width=width)
        return [*head, *told, *(wrapped(again, width=width) if again else [])]

    def pressed(self, key: str, character: str | None) -> None:
        """A key was pressed."""
        if key == "escape":
            self.leave()
        elif key in {"backspace", "ctrl+h"}:
            self._take("")
        elif words := refusal(self._command, key, character):
            self._say(words, "")
        elif key != self._asked and (taken := taken_from(self._command, key, self._keymap)):
            self._say(losers(self._command, taken), key)
        else:
            self._take(key)

    def _say(self, words: str, asked: str) -> None:
        self._words, self._asked = words, asked
        self.query_one(Paper).refresh(layout=True)

    @on(Choice.Pressed, "#press-none")
    def _none(self) -> None:
        self._take("")

    def _take(self, key: str) -> None:
        if self.is_active:
            self.dismiss(Pressed(key))

    @on(Choice.Pressed, "#press-leave")
    def leave(self) -> None:
        """Nothing."""
        if self.is_active:
            self.dismiss(None)
