"""Every key, grouped by where it works; made from the same declaration as the keys themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.commands import COMMANDS, CONTEXTS, Command, key_name, keys_of
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SOFT, STRONG, TEXT, ends, hanging, row
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.pressing import command_hint, with_keys

_COLUMN = 32
"""Cells from which a column can name keys and commands."""
_MOST_COLUMNS = 3
_GAP = 3
_KEYS = 13
"""Cells for the keys."""
_WORDS = "words"
"""The block of what works everywhere and has no key, but a word that is typed in the composer."""
_LOW = 18
"""Rows below which the box has no line around it."""
_AROUND, _AROUND_LOW = 8, 4
"""Rows around the page: the field, the foot, and the line around both."""


class HelpScreen(ModalScreen[None]):
    """The keys, those of where one was first. What is typed finds some of them; Esc takes that back, then closes."""

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
            &:focus { outline-left: none; }
        }
        #help-foot { height: 2; padding: 1 1 0 1; }
        &.-low #help { border: none; padding: 0; }
        &.-low #help-foot { height: 1; padding: 0 1; }
    }
    HelpScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Close", show=False),
        Binding("f1", "dismiss", "Close", show=False),
        Binding("up", "turn(-1, False)", "Up", show=False),
        Binding("down", "turn(1, False)", "Down", show=False),
        Binding("pageup", "turn(-1, True)", "Page up", show=False),
        Binding("pagedown", "turn(1, True)", "Page down", show=False),
    ]

    def __init__(self, here: Sequence[str] = ()) -> None:
        """`here`: the contexts of where the keyboard is, which come first."""
        super().__init__()
        self._here = tuple(here)
        self._made: dict[tuple[object, ...], list[Content]] = {}
        """Rows by what they follow from: a layout asks for them many times, at a few widths."""

    def compose(self) -> ComposeResult:
        """What is looked for, then one page that scrolls."""
        with Vertical(id="help") as box:
            box.border_title = row(("Keys", ""))
            yield LineField("Find a key or a command")
            yield Page()
            yield Paper(self._foot, id="help-foot")

    def on_mount(self) -> None:
        """Fill it."""
        page = self.query_one(Page)
        page.can_focus = False
        page.show(self._rows)
        self.query_one(LineField).focus()
        self.watch(page, "scroll_y", lambda _row: self._say_where(), init=False)

    def on_resize(self) -> None:
        """Leave the field and the foot their rows."""
        height = self.app.size.height
        self.set_class(height < _LOW, "-low")
        self.query_one(Page).styles.max_height = max(1, height - (_AROUND_LOW if height < _LOW else _AROUND))
        self.call_after_refresh(self._say_where)

    def _rows(self, width: int) -> list[Content]:
        typed, keymap = self.query_one(LineField).value, self._keymap
        key = (typed, tuple(keymap.items()), width)
        if key not in self._made:
            # What was typed before is not asked for again.
            self._made = {known: rows for known, rows in self._made.items() if known[:2] == key[:2]}
            self._made[key] = help_rows(width, keymap, self._here, typed)
        return self._made[key]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Page).turn(self._rows)
        self.call_after_refresh(self._say_where)

    def _say_where(self) -> None:
        """How far one has read, in rows."""
        page = self.query_one(Page)
        rows, height = page.virtual_size.height, page.size.height
        first = round(page.scroll_y)
        at = f"{first + 1}-{min(rows, first + height)} of {rows} rows · " if rows > height else ""
        self.query_one("#help", Vertical).border_subtitle = with_keys(row((f"{at}Esc closes", "")))

    def action_turn(self, by: int, whole: bool) -> None:  # noqa: FBT001 - a binding passes arguments by place
        """A row or a page up or down."""
        page = self.query_one(Page)
        page.scroll_relative(y=by * (max(1, page.size.height - 1) if whole else 1), animate=False)

    def action_back(self) -> None:
        """What was typed goes; then away."""
        field = self.query_one(LineField)
        if field.value:
            field.value = ""
        else:
            self.dismiss()

    @property
    def _keymap(self) -> Mapping[str, str]:
        return self.app.keymap if isinstance(self.app, ThemedApp) else {}

    def _foot(self, width: int) -> list[Content]:
        preset = self.app.look.preset if isinstance(self.app, ThemedApp) else "plain"
        right = row(("preset ", QUIET), (preset, TEXT), (" · every key can be changed", QUIET))
        finds = command_hint("app.palette", "finds a command by name")
        return [ends(finds, right, width) if finds.cell_length + right.cell_length < width else finds]


def contexts_of(focus: DOMNode) -> tuple[str, ...]:
    """Which contexts have keys where the keyboard is, the narrowest first; those of every list come last."""
    ids = (
        binding.id
        for node in focus.ancestors_with_self
        for kind in type(node).__mro__
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding)
    )
    known = {c.id: c.context for c in COMMANDS if c.context != "global"}
    found = dict.fromkeys(known[id_] for id_ in ids if id_ in known)
    return (*(c for c in found if c != "list"), *(c for c in found if c == "list"))


def help_rows(width: int, keymap: Mapping[str, str], here: Sequence[str] = (), typed: str = "") -> list[Content]:
    """Commands in as many columns as there is room for, those of `here` first; one column has the sentences too."""
    wanted = typed.casefold().split()
    found = {
        context: [c for c in COMMANDS if _belongs(c, context, keymap) and _fits(c, keymap, wanted)]
        for context in dict.fromkeys((*here, "global", _WORDS, *CONTEXTS))
    }
    contexts = [context for context, commands in found.items() if commands]
    if not contexts:
        return [row(("No key and no command has these words.", QUIET))]
    count = min(_MOST_COLUMNS, (width + _GAP) // (_COLUMN + _GAP))
    if count <= 1 or wanted:
        return [line for one in contexts for line in (*_block(one, found[one], width, keymap, _sentence), NOTHING)]
    each = (width + _GAP) // count - _GAP
    first = {*here, "global", _WORDS}
    rows: list[Content] = []
    for group in ([c for c in contexts if c in first], [c for c in contexts if c not in first]):
        pieces = [(context, some) for context in group for some in _pieces(context, found[context], count)]
        blocks = [[*_block(context, some, each, keymap, _name), NOTHING] for context, some in pieces]
        rows += _side_by_side(_columns(blocks, count), each)
    return rows[:-1]


def _pieces(context: str, commands: list[Command], count: int) -> list[list[Command]]:
    """The words are many and have sentences: over three columns they stand in two blocks."""
    half = (len(commands) + 1) // 2
    return [commands[:half], commands[half:]] if context == _WORDS and count > 2 and half > 1 else [commands]  # noqa: PLR2004 - columns


def _side_by_side(columns: Sequence[list[Content]], each: int) -> list[Content]:
    rows = max(map(len, columns))
    padded = [[*column, *[NOTHING] * (rows - len(column))] for column in columns]
    return [_beside(line, each) for line in zip(*padded, strict=True)]


def _belongs(command: Command, context: str, keymap: Mapping[str, str]) -> bool:
    """What works everywhere stands in two blocks: what has a key, and what is a word in the composer."""
    if context in {"global", _WORDS}:
        return command.context == "global" and bool(keys_of(command, keymap)) == (context == "global")
    return command.context == context


def _columns(blocks: Sequence[list[Content]], count: int) -> list[list[Content]]:
    """Blocks in their order, over columns of about one height."""
    height = min(h for h in range(max(map(len, blocks)), sum(map(len, blocks)) + 1) if _has_room(blocks, count, h))
    columns: list[list[Content]] = [[]]
    for block in blocks:
        if len(columns[-1]) + len(block) > height:
            columns.append([])
        columns[-1].extend(block)
    return columns


def _has_room(blocks: Sequence[list[Content]], count: int, height: int) -> bool:
    used, free = 1, height
    for block in blocks:
        if len(block) > free:
            used, free = used + 1, height
        free -= len(block)
    return used <= count


def _beside(line: Sequence[Content], each: int) -> Content:
    return Content(" " * _GAP).join([ends(cell, NOTHING, each) for cell in line])


def _fits(command: Command, keymap: Mapping[str, str], wanted: Sequence[str]) -> bool:
    """Whether all these words are in what is known of a command, its keys as people write them among it."""
    if not wanted:
        return True
    keys = " ".join(f"{key} {key_name(key)}" for key in keys_of(command, keymap))
    known = f"{command.title} {command.help} {command.slash} {keys} {CONTEXTS[command.context]}".casefold()
    return all(word in known for word in wanted)


def _block(
    context: str,
    commands: Sequence[Command],
    width: int,
    keymap: Mapping[str, str],
    draw: Callable[[Command, str, int], list[Content]],
) -> list[Content]:
    lines = [line for c in commands for line in draw(c, _keys(c, keymap), width)]
    title = "Words in the composer" if context == _WORDS else CONTEXTS[context]
    return [row((title, STRONG)), *lines]


def _keys(command: Command, keymap: Mapping[str, str]) -> str:
    names = [key_name(key) for key in keys_of(command, keymap)[:2]]
    keys = " ".join(names)
    return keys if 0 < len(keys) <= _KEYS else names[0] if names else command.slash


def _name(command: Command, keys: str, width: int) -> list[Content]:
    before = row((keys.ljust(_KEYS) + " ", KEY))
    if _is_named(command, keys):
        return hanging(before, row((command.help, SOFT)), width)
    return [row(before, (command.title[:1].lower() + command.title[1:], SOFT))]


def _sentence(command: Command, keys: str, width: int) -> list[Content]:
    name = NOTHING if _is_named(command, keys) else row((command.title, TEXT), ("  ", ""))
    return hanging(row((keys.ljust(_KEYS) + " ", KEY)), row(name, (command.help, QUIET)), width)


def _is_named(command: Command, keys: str) -> bool:
    """Whether its slash command stands there and says the name already."""
    return keys == "/" + "-".join(word for word in command.title.casefold().split() if word != "a")
