"""The keys of commands: found by typing, changed by pressing the new one; whom it is taken from is said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from nookterm.tui.commands import COMMANDS, CONTEXTS, Command, bindings_for, key_name, keymap_for, keys_of
from nookterm.tui.keying import conflicts, taken_from, with_key, without
from nookterm.tui.screens.narrowing import NarrowingScreen
from nookterm.tui.screens.press_key import Pressed, PressScreen
from nookterm.tui.widgets.acts import Hint
from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.pressing import quiet_hint

_KEYS = 20
"""Cells for the keys."""
_NAME = 24
_TOLD = 2


class KeysScreen(NarrowingScreen):
    """Every command with its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("keying")]
    TYPE = "Type to find a command, or a key"

    @property
    def _keymap(self) -> Mapping[str, str]:
        view = self.panel.view
        return keymap_for(view.values.get("preset", "plain"), view.keys)

    @property
    def _command(self) -> Command | None:
        return next((c for c in COMMANDS if c.id == self.listed.key), None)

    def head(self, width: int) -> list[Content]:
        """The title, and which key means two things."""
        view = self.panel.view
        rows = [ends(row(("Keys of commands", STRONG)), quiet_hint("escape", "back"), width)]
        wrong = conflicts({**self._keymap, **view.keys})
        return rows + [line for words in wrong[:_TOLD] for line in wrapped(row((f"! {words}", WARN)), width=width)]

    def detail(self, width: int) -> list[Content]:
        """What the chosen command does."""
        chosen = self._command
        if chosen is None:
            return [NOTHING, NOTHING]
        slash = f" · {chosen.slash} does it, too" if chosen.slash else ""
        own = "your own key" if chosen.id in self.panel.view.keys else "as it comes"
        lines = (said(chosen.help, TEXT), row((f"{chosen.id} · {own}{slash}", QUIET)))
        return [line.truncate(width, ellipsis=True) for line in lines]

    def blocks(self, _width: int) -> list[Block]:
        """The commands that fit, by place."""
        typed = self.typed.casefold().split()
        keymap, own = self._keymap, self.panel.view.keys
        blocks: list[Block] = []
        for context, place in CONTEXTS.items():
            found = [c for c in COMMANDS if c.context == context and _is_meant(c, place, keymap, typed)]
            if found:
                blocks += [*([GAP] if blocks else []), heading(partial(_place, place))]
                blocks += [Block(c.id, 1, partial(_drawn, c, _named(c, keymap), c.id in own)) for c in found]
        return blocks or nothing("No command is called so. Esc shows all of them again.")

    def hints(self) -> list[Hint]:
        """Another key, one more, and those that it comes with."""
        chosen = self._command
        hints: list[Hint] = [("keying.change", ""), ("keying.add", "")] if chosen else []
        hints += [("keying.reset", "")] if chosen and chosen.id in self.panel.view.keys else []
        return [*hints, ("keying.back", "")]

    def action_change(self) -> None:
        """Another key instead of those that it has."""
        self._press(more=False)

    def action_add(self) -> None:
        """One more key."""
        self._press(more=True)

    def _press(self, *, more: bool) -> None:
        chosen, keymap = self._command, self._keymap
        if chosen is None or not self.is_active:
            return

        def put(pressed: Pressed | None) -> None:
            if pressed is not None:
                self.app.run_worker(self._give(chosen, pressed.key, keymap, more=more), group="intents")

        self.app.push_screen(PressScreen(chosen, keymap), put)

    async def _give(self, chosen: Command, key: str, keymap: Mapping[str, str], *, more: bool) -> None:
        """First whoever had the key in the same place loses it, so that it never means two things."""
        for other in taken_from(chosen, key, keymap) if key else ():
            if other.context == chosen.context and not await self.panel.put(
                f"keys.{other.id}", without(other, key, keymap)
            ):
                return
        await self.panel.put(f"keys.{chosen.id}", with_key(chosen, key, keymap, more=more) if key else "")

    def action_reset(self) -> None:
        """The keys that it comes with."""
        chosen = self._command
        if chosen is not None and chosen.id in self.panel.view.keys:
            self.app.run_worker(self.panel.reset(f"keys.{chosen.id}"), group="intents")


def _named(command: Command, keymap: Mapping[str, str]) -> str:
    return " ".join(key_name(key) for key in keys_of(command, keymap))


def _is_meant(command: Command, place: str, keymap: Mapping[str, str], typed: Sequence[str]) -> bool:
    keys = f"{_named(command, keymap)} {' '.join(keys_of(command, keymap))}"
    words = f"{command.title} {command.help} {command.id} {command.slash} {place} {keys}".casefold()
    return all(word in words for word in typed)


def _place(name: str, width: int) -> Content:
    return row((name, HEADING)).truncate(width, ellipsis=True)


def _drawn(command: Command, keys: str, own: bool, width: int, look: Look) -> Sequence[Content]:  # noqa: FBT001 - bound by place
    names, room = min(_NAME, max(8, width // 2)), min(_KEYS, max(6, width // 3))
    name = ends(row((command.title, STRONG if look is Look.FOCUSED else TEXT)), NOTHING, names)
    key = ends(row((keys or "no key", KEY if keys else QUIET)), NOTHING, room)
    note = row(("yours", SOFT)) if own else NOTHING
    return (ends(row(name, (" ", ""), key, (" ", ""), (command.help, QUIET)), note, width),)
