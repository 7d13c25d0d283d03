"""Finding what was said: a line with filters, hits while one types, what stands around each, and the way there."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import GoTo
from nookterm.tui.screens.search_hints import SearchHints
from nookterm.tui.screens.search_list import HitsScreen
from nookterm.tui.screens.search_rows import MORE, SERVER, NearView, count_words, filter_rows, hit_blocks
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, ends, row, said
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.searching import SearchPanel, Suggestion, completed, suggestions

_PAUSE = 0.08
"""Seconds without a key after which is looked."""
_LONGEST_LINE = 1000
_AWAY = "You are not in that room any more. What was said there stands here."


class SearchScreen(HitsScreen):
    """A line and what it finds. The keyboard stays in the line: arrows and pages move among the hits."""

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("search"),
    ]

    def __init__(self, panel: SearchPanel, line: str | None = None) -> None:
        """`line` is what to begin with; None: what was looked for last."""
        super().__init__(panel)
        self._line = panel.view.line if line is None else line
        self._chosen = panel.view.near_to if line is None else ""
        """The hit at which one was last."""
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line, what could follow in it, then hits beside what stands around the chosen one."""
        with Widget(id="search-box"):
            yield Paper(self._head, id="search-head")
            field = LineField(
                "Find", readers=row(("on this disk, no server is asked by itself", QUIET)), id="search-line"
            )
            field.value, field.max_length = self._line, _LONGEST_LINE
            yield field
            yield SearchHints()
            yield FaceView("Looking")
            yield Paper(filter_rows, id="search-filters")
            with Widget(id="search-body"):
                hits = BlockList(lambda _width: hit_blocks(self._panel.view), id="search-hits")
                hits.can_focus = False
                yield hits
                yield NearView(lambda: self._panel.view.near)
            yield Acts(id="search-acts")

    def begin(self) -> None:
        """See what can be named, and look for what there is."""
        field = self.query_one("#search-line", LineField)
        field.cursor_position = len(field.value)
        field.focus()
        self._suggest()
        self._run(self._panel.begin, "names")
        self._look()

    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        face, hits = self.query_one(FaceView), self.query_one("#search-hits", BlockList)
        bare = not view.rows
        teaches = bare and view.face is Face.EMPTY and view.notice is None
        self.query_one("#search-filters").display = teaches
        self.query_one("#search-body").display = not bare
        face.show(view.face, view.notice, above=not bare)
        face.display = not teaches and (bare or view.notice is not None)
        hits.rebuild()
        if self._chosen and any(found.key == self._chosen for found in view.rows):
            hits.choose(self._chosen)
            self._chosen = ""
        self._suggest()
        self.query_one(NearView).refresh()
        self.query_one("#search-head").refresh()
        ids = ["search.complete", *(["search.older"] if view.more else []), "search.back"]
        ids[-1:-1] = ["search.server"] if view.server and not view.asking else []
        enter = [("list.open", "go there")] if view.rows else []
        self.query_one(Acts).show([*enter, *((id_, "") for id_ in ids)])
        self._see_around()

    def _head(self, width: int) -> list[Content]:
        count = count_words(self._panel.view)
        return [ends(row(("Search", STRONG), (f"  {count}", QUIET)), quiet_hint("escape", "back"), width)]

    def _suggest(self) -> None:
        view = self._panel.view
        line = self.query_one("#search-line", LineField).value
        self.query_one(SearchHints).show(suggestions(line, view.names), view.hint if view.line == line else "")

    # --- looking ------------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#search-line")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._suggest()
        if self._waiting is not None:
            self._waiting.stop()
        if event.value != self._panel.view.line:
            self._waiting = self.set_timer(_PAUSE, self._look)

    def _look(self, *, settled: bool = False) -> None:
        line = self.query_one("#search-line", LineField).value
        self._run(partial(self._panel.look, line, settled=settled), "look")

    @on(Input.Submitted, "#search-line")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        view = self._panel.view
        # Typed quickly, Enter overtakes what is found for it: nobody is led to a hit that they have not seen.
        if event.value != view.line or view.looking or view.hint or not view.rows:
            self._look(settled=True)
        else:
            self._open(self.query_one("#search-hits", BlockList).key)

    @on(BlockList.Opened, "#search-hits")
    def _clicked(self, event: BlockList.Opened) -> None:
        event.stop()
        self._open(event.key)

    def _open(self, key: str) -> None:
        if key == MORE:
            self.action_older()
            return
        if key == SERVER:
            self.action_server()
            return
        found = next((found for found in self._panel.view.rows if found.key == key), None)
        if found is None:
            return
        if found.away:
            self.app.notify(said(_AWAY, "").plain, markup=False)
            return
        self.leave_for(GoTo(found.room_id, found.event_id, found=found.key))

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Go to the chosen hit."""
        self._open(self.query_one("#search-hits", BlockList).key)

    def action_complete(self) -> None:
        """Take the first suggestion."""
        if first := self.query_one(SearchHints).first:
            self._take(first)

    @on(SearchHints.Taken)
    def _taken(self, event: SearchHints.Taken) -> None:
        event.stop()
        self._take(event.suggestion)

    def _take(self, suggestion: Suggestion) -> None:
        field = self.query_one("#search-line", LineField)
        field.value = completed(field.value, suggestion)
        field.cursor_position = len(field.value)
        field.focus()

    def action_older(self) -> None:
        """Find older ones; the first of them is chosen then."""
        if self._panel.view.more and not self._panel.view.looking:
            self._run(self._older, "look")

    async def _older(self) -> None:
        line, known = self._panel.view.line, {row.key for row in self._panel.view.rows}
        await self._panel.more()
        view = self._panel.view
        first = next((row.key for row in view.rows if row.key not in known), None)
        if self.is_mounted and view.line == line and first is not None:
            self.changed()
            self.query_one("#search-hits", BlockList).choose(first)

    def action_server(self) -> None:
        """Have the server look, too."""
        if self._panel.view.server and not self._panel.view.asking:
            self._run(self._panel.ask_server, "look")

    def action_back(self) -> None:
        """What was typed goes; then away."""
        field = self.query_one("#search-line", LineField)
        if field.value:
            field.value = ""
            field.focus()
        else:
            super().action_back()
