"""Messages that open where they stand: long ones unfold, hidden words show, by Enter or a click on what hides them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from nookterm.tui.emoji_shelf import Shelf
from nookterm.tui.pressing import LEFT, RIGHT
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards import Block
from nookterm.tui.widgets.selecting import SelectableList
from nookterm.tui.widgets.timeline_emoji import painted, with_emoji
from nookterm.tui.widgets.timeline_pen import Drawing, Shown
from nookterm.tui.widgets.timeline_rows import entry_rows
from nookterm.tui.widgets.timeline_text import OPENS
from nookterm.viewmodels.timeline import Entry, TimelineView, Words

_WITHOUT_LINKS = frozenset({"linux", "dumb", "unknown", "vt100", "vt220", "cons25"})
"""Terminals that would print where a link leads, or stumble over it."""


class OpeningList(SelectableList):
    """Knows how much of each message is shown."""

    def __init__(self, build: Callable[[int], Sequence[Block]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`build` draws each entry as `drawing_of` says, and keeps `how` as it is for all of them."""
        super().__init__(build, id=id)
        self.view = TimelineView()
        """What is shown."""
        self.how = Drawing(0)
        """How entries are drawn that nobody opened."""
        self._opened: dict[str, Shown] = {}

    @property
    def chosen(self) -> Words | None:
        """The message under the cursor."""
        return self._message(self.key)

    @property
    def links(self) -> bool:
        """Whether this terminal is told where links lead."""
        return os.environ.get("TERM", "") not in _WITHOUT_LINKS

    def drawing_of(self, entry: Entry) -> Drawing:
        """How this entry is drawn."""
        shown = self._opened.get(entry.event_id) if self._opened and isinstance(entry, Words) else None
        how = replace(self.how, shown=shown) if shown else self.how
        return with_emoji(how, entry, self._shelf)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Pictures come after Textual's own filters, which would take what paints them for text."""
        return painted(super().render_lines(crop), self._shelf)

    @property
    def _shelf(self) -> Shelf | None:
        """The pictures of people's own emoji, where they are drawn."""
        return self.app.own_emoji if isinstance(self.app, ThemedApp) else None

    def redraw_emoji(self) -> None:
        """Another emoji is there, or none is drawn any more; what is read stays where it is."""
        if self.is_attached:
            self._rebuild_in_place()

    def fold_all(self) -> None:
        """Nothing is open: another room."""
        self._opened.clear()

    def on_resize(self) -> None:
        """Another width: each message has more rows or fewer, and what is read stays where it is."""
        if self._width != self._built_for and self._keys:
            chosen = self._index_of.get(self._key)
            self._rebuild_in_place(chosen if self._is_seen() else None)
        super().on_resize()

    def _rebuild_in_place(self, held: int | None = None) -> None:
        """Build anew; a block stays in its row, else the first message on screen, whatever came above or below it."""
        top = self.scroll_offset.y
        if held is None:
            held = next((n for n in self._keys if self._tops[n] >= top), None)
        anchor, offset = (self._blocks[held].key, self._tops[held] - top) if held is not None else ("", 0)
        self.rebuild()
        place = next((self._tops[n] for n in self._keys if self._blocks[n].key == anchor), None)
        if place is not None:
            self.scroll_to(y=max(0, place - offset), animate=False, immediate=True, force=True)

    def action_open(self) -> None:
        """More of the chosen message: the rest of a long one, then what is hidden in it; then as it was."""
        said = self.chosen
        if said is None:
            super().action_open()
            return
        now = self.drawing_of(said)
        for step in range(1, len(Shown)):
            shown = Shown((now.shown + step) % len(Shown))
            if _text(said, replace(now, shown=shown)) != _text(said, now):
                self._open(said.event_id, shown)
                return
        super().action_open()

    def on_click(self, event: events.Click) -> None:
        """A click chooses, and opens what it hits: hidden words, the line that says how much more there is."""
        event.prevent_default()
        block = self._at(event.y + self.scroll_offset.y)
        if block is None or not block.key or event.button not in {LEFT, RIGHT}:
            return
        self.choose(block.key)
        opens = event.style.meta.get(OPENS)
        if isinstance(opens, int) and event.button == LEFT:
            self._open(block.key, Shown(opens))

    def _open(self, key: str, shown: Shown) -> None:
        if shown:
            self._opened[key] = shown
        else:
            self._opened.pop(key, None)
        self._rebuild_in_place()
        self.post_message(self.Moved(self, key, key, by_hand=True))

    def _message(self, key: str) -> Words | None:
        return next((e for e in self.view.entries if isinstance(e, Words) and e.event_id == key), None)


def _text(said: Words, how: Drawing) -> list[str]:
    return [line.plain for line in entry_rows(said, how)]
