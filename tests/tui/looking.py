"""What a person with a keyboard and eyes would notice of a screen: where Tab leads, what is cut, what does not show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.app import App
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.commands import COMMANDS, keymap_for, keys_of
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_page import Paper

_MOST = 40
"""Presses of Tab after which one has certainly been everywhere."""
_LONGEST_HINT = 40
Cells = tuple[tuple[str, str], ...]


def named(widget: Widget | None) -> str:
    """A widget as a failed test names it."""
    return "nothing" if widget is None else f"{type(widget).__name__}#{widget.id or ''}"


def drawn(app: App[Any]) -> list[Strip]:
    """The rows of the screen as they go to the terminal."""
    return app.screen._compositor.render_strips()


def segments(app: App[Any]) -> Iterator[Segment]:
    """All that is drawn."""
    for strip in drawn(app):
        yield from strip


def draw_anew(screen: Screen[Any]) -> None:
    """Every row is made once more, for the place that it has by now."""
    for widget in screen.walk_children(Widget):
        widget.notify_style_update()
        widget.refresh()


@dataclass
class Walk:
    """Where Tab led, and what was seen on the way."""

    been: list[Widget] = field(default_factory=list)
    looks: list[tuple[Widget, dict[Widget, Region], list[Strip]]] = field(default_factory=list)
    """Who had the keyboard, where everybody stood, and what was drawn."""
    places: set[tuple[str, ...]] = field(default_factory=set)
    """Whose keys worked where the keyboard was, from the inside out: contexts of commands."""
    rows: dict[Widget, set[int]] = field(default_factory=dict)
    """Which rows of each box that scrolls, and cannot have the keyboard itself, were in sight."""

    def see(self, app: App[Any], chain: Sequence[Widget]) -> None:
        """Look at the screen once."""
        for box in app.screen.query(ScrollableContainer):
            if (
                box.max_scroll_y
                and box.display
                and box.size.width
                and not (box.focusable or isinstance(box, BlockList))
            ):
                self.rows.setdefault(box, set()).update(
                    range(box.scroll_offset.y, box.scroll_offset.y + box.size.height)
                )
        self.places.add(tuple(contexts_here(app.screen)))
        if app.focused is not None:
            self.been.append(app.focused)
            self.looks.append((app.focused, {w: w.region for w in chain}, drawn(app)))

    def unseen(self) -> list[str]:
        """Widgets that look alike with the keyboard and without it."""
        wrong = []
        for one in dict.fromkeys(self.been):
            where = next(places.get(one, one.region) for at, places, _ in self.looks if at is one)
            views = {at is one: _cells(strips, where) for at, places, strips in self.looks if places.get(one) == where}
            if len(views) == 2 and views[True] == views[False]:
                wrong.append(f"{named(one)} looks the same with the keyboard and without it")
        return wrong


async def walk(pilot: Pilot[Any]) -> Walk:
    """Where Tab leads, from where the keyboard is, until it comes back to a place where it was."""
    app, found = pilot.app, Walk()
    chain = list(app.screen.focus_chain)
    found.see(app, chain)
    for _ in range(_MOST):
        await pilot.press("tab")
        if app.focused is None or app.focused in found.been:
            break
        found.see(app, chain)
    return found


def out_of_order(chain: Sequence[Widget]) -> list[str]:
    """Steps of Tab that lead back up, or back to the left."""
    wrong = []
    places = {widget: _place(widget) for widget in chain}
    for before, after in pairwise(chain):
        a, b = places[before], places[after]
        above = b.bottom <= a.y and b.x < a.right and a.x < b.right
        left = b.right <= a.x and b.y < a.bottom and a.y < b.bottom
        if above or left:
            wrong.append(f"{named(before)} leads back to {named(after)}")
    return wrong


def beyond_reach(screen: Screen[Any], found: Walk) -> list[str]:
    """What scrolls, cannot have the keyboard, and is neither brought into sight by Tab nor turned by the arrows."""
    if {"up", "down"} <= screen.active_bindings.keys():
        return []
    wrong = []
    for box, rows in found.rows.items():
        never = sorted(set(range(box.virtual_size.height)) - rows)
        if never:
            wrong.append(f"rows {never[0]} to {never[-1]} of {named(box)} never come into sight")
    lists = [one for one in screen.query(BlockList) if one.max_scroll_y and one.display and not one.focusable]
    return wrong + [f"no key moves in {named(one)}" for one in lists]


def cut_off(screen: Screen[Any]) -> list[str]:
    """Titles, rows and buttons for which there is not enough room."""
    wrong = []
    for widget in screen.walk_children(Widget):
        if not widget.display or not widget.region.width:
            continue
        titles = (widget.border_title, widget.border_subtitle) if widget.styles.border_top[0] else ()
        wide = [t for t in titles if t and Content.from_markup(t).cell_length + 4 > widget.region.width]
        wrong += [f"the title of {named(widget)} is cut: {title}" for title in wide]
        if isinstance(widget, Paper):
            wide = [r.plain for r in widget._build(widget.size.width) if r.cell_length > widget.size.width]
            wrong += [f"a row of {named(widget)} is cut: {text}" for text in wide]
        clip = screen.find_widget(widget)
        if 0 < clip.visible_region.width < clip.region.width:
            wrong.append(f"{named(widget)} is cut: {clip.region.width} columns, {clip.visible_region.width} seen")
    return wrong


@contextmanager
def cutting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """Notes each hint that is drawn cut: hints are what has a key in it."""
    cut: set[str] = set()
    whole = Content.truncate

    def note(self: Content, max_width: int, *, ellipsis: bool = False, pad: bool = False) -> Content:
        if _cut_hint(self, max_width):
            cut.add(self.plain)
        return whole(self, max_width, ellipsis=ellipsis, pad=pad)

    def told() -> list[str]:
        found = [f"a hint is cut: {text}" for text in sorted(cut)]
        cut.clear()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Content, "truncate", note)
        yield told


def _cells(strips: Sequence[Strip], region: Region) -> Cells:
    rows = strips[max(0, region.y) : region.bottom]
    return tuple(
        (part.text, str(part.style)) for strip in rows for part in strip.crop(max(0, region.x), max(0, region.right))
    )


def _place(widget: Widget) -> Region:
    """Where it stands among all others, whatever is scrolled away."""
    x, y = widget.region.offset
    for above in widget.ancestors:
        if isinstance(above, Widget):
            x, y = x + round(above.scroll_x), y + round(above.scroll_y)
    return Region(x, y, *widget.region.size)


def _cut_hint(content: Content, width: int) -> bool:
    """Whether a key with its few words is among what does not fit. A sentence that follows a key is no hint."""
    for span in content.spans:
        if "accent" in str(span.style) and "bold" in str(span.style):
            hint = re.split(r"\s{2,}", content.plain[span.start :].strip(), maxsplit=1)[0]
            if len(hint) <= _LONGEST_HINT and cell_len(content.plain[: span.start]) + cell_len(hint) > width:
                return True
    return False


def coloured(part: Segment) -> bool:
    """Whether the terminal is asked for a colour."""
    return part.style is not None and any((part.style.color, part.style.bgcolor))


def contexts_here(screen: Screen[Any]) -> Iterator[str]:
    """Whose keys work where the keyboard is: the commands of a widget, then of what it stands in."""
    known = {one.id: one.context for one in COMMANDS}
    for _node, bindings in screen._modal_binding_chain:
        ids = (binding.id for listed in bindings.key_to_bindings.values() for binding in listed)
        yield from dict.fromkeys(known[id_] for id_ in ids if id_ in known and known[id_] != "global")


def shadowed(places: set[tuple[str, ...]], preset: str, meant: frozenset[tuple[str, str]]) -> set[str]:
    """Keys that two commands of one place have, so that the outer one's never come; but for those that are `meant`."""
    keymap, wrong = keymap_for(preset, {}), set()
    for place in places:
        taken: dict[str, str] = {}
        for context in dict.fromkeys(place):
            for one in (c for c in COMMANDS if c.context == context):
                for key in keys_of(one, keymap):
                    inner = taken.setdefault(key, one.id)
                    if inner != one.id and (key, one.id) not in meant:
                        wrong.add(f"{preset}: {key} is {inner}, and never {one.id}")
    return wrong
