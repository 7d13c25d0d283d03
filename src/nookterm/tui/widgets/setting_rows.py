"""The rows of settings: what each is called, what holds, where that comes from; and what the chosen one is for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.settings import SettingRow, SettingsView

_LABEL = 25
"""Cells for a setting's name."""
_NARROW = 44
_DETAIL = 3
"""Rows that the chosen setting has for what it is."""


def fits(setting: SettingRow, typed: str) -> bool:
    """Whether a setting is meant by some letters: each word stands somewhere in what is said of it."""
    said_of_it = f"{setting.name} {setting.label} {setting.about} {setting.group} {setting.value} {setting.may_be}"
    return all(word in said_of_it.casefold() for word in typed.casefold().split())


def setting_blocks(view: SettingsView, typed: str) -> list[Block]:
    """Headlines and rows that fit what was typed."""
    blocks: list[Block] = []
    group = ""
    for setting in sorted(view.rows, key=lambda one: _order(view, one)):
        if not fits(setting, typed):
            continue
        if setting.group != group:
            group = setting.group
            blocks += [*([GAP] if blocks else []), heading(partial(_group, group))]
        blocks.append(Block(setting.name, 1, partial(_row, setting)))
    return blocks or nothing("No setting is called so. Esc shows all of them again.")


def _order(view: SettingsView, setting: SettingRow) -> int:
    """Groups stand in the order in which they are first met."""
    groups = list(dict.fromkeys(one.group for one in view.rows))
    return groups.index(setting.group)


def _group(name: str, width: int) -> Content:
    return row((name, HEADING)).truncate(width, ellipsis=True)


def _row(setting: SettingRow, width: int, look: Look) -> Sequence[Content]:
    style = STRONG if look is Look.FOCUSED or setting.source != "default" else TEXT
    label = ends(said(setting.label, SOFT), NOTHING, min(_LABEL, max(8, width // 2)))
    waits = row(("  ◌", WAITING)) if setting.waits else NOTHING
    source = row((setting.source, QUIET)) if width >= _NARROW else NOTHING
    return (ends(row(label, (" ", ""), said(setting.value or "none", style), waits), source, width),)


def detail_rows(setting: SettingRow | None, width: int) -> list[Content]:
    """What the chosen setting is for, what it may be, and what a change means; always as many rows."""
    if setting is None:
        return [NOTHING] * _DETAIL
    if setting.fixed:
        state = row((f"! {setting.fixed}.", WARN))
    elif setting.waits:
        state = row(("◌ changed: holds from the next start", WAITING))
    else:
        where = f"{setting.name} in {setting.source}" if setting.is_own else f"/set {setting.name}"
        state = row((f"{where}{' · a change holds from the next start' if setting.next_start else ''}", QUIET))
    about = said(setting.about, TEXT)
    may_be = row(("may be ", QUIET), (setting.may_be, SOFT)) if setting.may_be else NOTHING
    return [line.truncate(width, ellipsis=True) for line in (about, may_be, state)]


def head_rows(view: SettingsView, width: int, *, few: bool = False) -> list[Content]:
    """The title, the file, and what in it makes no sense; `few`: there is room for one row."""
    rows = [ends(row(("Settings", STRONG)), quiet_hint("escape", "back"), width)]
    if few:
        wrong = row((f"! {view.trouble[0]}", WARN)).truncate(width, ellipsis=True) if view.trouble else NOTHING
        return [wrong] if wrong else rows
    if view.file:
        rows.append(row(("You can edit them by hand, too: ", QUIET), (view.file, SOFT)).truncate(width, ellipsis=True))
    for line in view.trouble[:2]:
        rows += wrapped(row((f"! {line}", WARN)), width=width)
    return rows
