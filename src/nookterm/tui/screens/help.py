"""Every key, grouped by where it works; made from the same declaration as the keys themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.commands import COMMANDS, CONTEXTS, Command, key_name, keys_of
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SOFT, STRONG, TEXT, ends, hanging, row

_COLUMN = 32
"""Cells from which a column can name keys and commands."""
_MOST_COLUMNS = 3
_GAP = 3
_KEYS = 13
"""Cells for the keys."""


class HelpScreen(ModalScreen[None]):
    """The keys. Any of the keys that close things closes it."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle; background: $background 70%;
        #help {
            width: 124; max-width: 100%; height: auto; max-height: 100%;
            background: $background; border: round $accent; padding: 1 1 0 1;
            border-title-color: $accent; border-title-style: bold;
            border-subtitle-color: $soft; border-subtitle-background: $background;
        }
        #help Page {
            background: $background; height: auto; padding: 0 1;
            scrollbar-gutter: auto; scrollbar-background: $background;
        }
        #help-foot { height: 2; padding: 1 1 0 1; }
    }
    HelpScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close", show=False)]

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(id="help") as box:
            box.border_title = row(("Keys", ""))
            box.border_subtitle = row(("Esc closes", ""))
            yield Page()
            yield Paper(self._foot, id="help-foot")

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Page).show(lambda width: help_rows(width, self._keymap))
        self.query_one(Page).focus()

    def on_resize(self) -> None:
        """Leave the foot its rows."""
        self.query_one(Page).styles.max_height = max(1, self.app.size.height - 6)

    @property
    def _keymap(self) -> Mapping[str, str]:
        return self.app.keymap if isinstance(self.app, ThemedApp) else {}

    def _foot(self, width: int) -> list[Content]:
        preset = self.app.look.preset if isinstance(self.app, ThemedApp) else "plain"
        right = row(("preset ", QUIET), (preset, TEXT), (" · every key can be changed", QUIET))
        return [ends(row(("^p", KEY), (" finds a command by name", QUIET)), right, width)]


def help_rows(width: int, keymap: Mapping[str, str]) -> list[Content]:
    """All commands, in as many columns as there is room for; one column has the sentences too."""
    count = min(_MOST_COLUMNS, (width + _GAP) // (_COLUMN + _GAP))
    if count <= 1:
        return [line for context in CONTEXTS for line in (*_block(context, width, keymap, _sentence), NOTHING)]
    each = (width + _GAP) // count - _GAP
    columns = _columns([[*_block(context, each, keymap, _name), NOTHING] for context in CONTEXTS], count)
    rows = max(map(len, columns))
    padded = [[*column, *[NOTHING] * (rows - len(column))] for column in columns]
    return [_beside(line, each) for line in zip(*padded, strict=True)][:-1]


def _columns(blocks: Sequence[list[Content]], count: int) -> list[list[Content]]:
    """Blocks in their order, over columns of about one height."""
    height = min(h for h in range(max(map(len, blocks)), sum(map(len, blocks)) + 1) if _fits(blocks, count, h))
    columns: list[list[Content]] = [[]]
    for block in blocks:
        if len(columns[-1]) + len(block) > height:
            columns.append([])
        columns[-1].extend(block)
    return columns


def _fits(blocks: Sequence[list[Content]], count: int, height: int) -> bool:
    used, free = 1, height
    for block in blocks:
        if len(block) > free:
            used, free = used + 1, height
        free -= len(block)
    return used <= count


def _beside(line: Sequence[Content], each: int) -> Content:
    return Content(" " * _GAP).join([ends(cell, NOTHING, each) for cell in line])


def _block(
    context: str, width: int, keymap: Mapping[str, str], draw: Callable[[Command, str, int], list[Content]]
) -> list[Content]:
    chosen = [c for c in COMMANDS if c.context == context]
    lines = [line for c in chosen for line in draw(c, _keys(c, keymap), width)]
    return [row((CONTEXTS[context], STRONG)), *lines]


def _keys(command: Command, keymap: Mapping[str, str]) -> str:
    keys = " ".join(key_name(key) for key in keys_of(command, keymap)[:2])
    return keys if 0 < len(keys) <= _KEYS else key_name(command.keys[0]) if command.keys else command.slash


def _name(command: Command, keys: str, _width: int) -> list[Content]:
    return [row((keys.ljust(_KEYS) + " ", KEY), (command.title[:1].lower() + command.title[1:], SOFT))]


def _sentence(command: Command, keys: str, width: int) -> list[Content]:
    return hanging(row((keys.ljust(_KEYS) + " ", KEY)), row((command.title, TEXT), (f"  {command.help}", QUIET)), width)
