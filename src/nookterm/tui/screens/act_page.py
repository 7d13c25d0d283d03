"""A page that says what something means for a room, with a question before each thing that can be done about it."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.messages import OpenRoom
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.asking import Asking
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, STRONG, WARN, ends, hanging, row, said
from nookterm.tui.widgets.people_rows import fact_rows
from nookterm.tui.widgets.people_screen import PeopleScreen, told_rows
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.act_page import PagePanel, PageView
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.model import Face

V = TypeVar("V", bound=PageView)


class ActPage(PeopleScreen, Generic[V]):
    """The page, what is asked, keys. A room into which it led is opened."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    CONTEXT = ""
    """Of its commands."""

    def __init__(self, page: PagePanel[V], loading: str) -> None:
        """`loading`: what one waits for."""
        super().__init__(page)
        self._page = page
        self._loading = loading
        self._led = False

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Widget(id="page-box"):
            yield Paper(self._head, id="page-head")
            yield FaceView(self._loading)
            with VerticalScroll(id="page", can_focus=True):
                yield Paper(self._rows)
            yield Asking(self._do, self._home)
            yield Acts(id="page-acts")

    def changed(self) -> None:
        """Show the newest view."""
        view, face, page = self._page.view, self.query_one(FaceView), self._home()
        if view.leads_to and not self._led and self.is_active:
            self._led = True
            self.leave_for(OpenRoom(view.leads_to))
            return
        full = bool(view.facts)
        face.show(view.face, view.notice, above=full)
        face.display, page.display = not full or view.face is Face.OFFLINE, full
        for paper in self.query("#page-head, #page Paper").results(Paper):
            paper.refresh(layout=True)
        acts = [(f"{self.CONTEXT}.{act.word}", act.label) for act in view.acts if not act.why_not and not view.working]
        self.query_one(Acts).show([*acts, (f"{self.CONTEXT}.back", self.way_back(view))])
        if full and not self.query_one(Asking).is_open and self.focused is not page:
            page.focus()

    def way_back(self, view: V) -> str:
        """What Esc means."""
        return "not now" if view.acts else "back"

    def more(self, _view: V, _width: int) -> list[Content]:
        """What stands under the facts and the warning."""
        return []

    def ask(self, word: str) -> None:
        """Ask before it is done."""
        act = self._page.view.act(word)
        if act is not None and not self._page.view.working:
            self.query_one(Asking).begin(act)

    def _do(self, act: Act, _words: str, _way: str) -> None:
        self.app.run_worker(self._page.do(act), group="intents")

    def _home(self) -> VerticalScroll:
        return self.query_one("#page", VerticalScroll)

    def _head(self, width: int) -> list[Content]:
        return [ends(row((self._page.view.head, STRONG)), quiet_hint("escape", "back"), width), NOTHING]

    def _rows(self, width: int) -> list[Content]:
        view = self._page.view
        rows = fact_rows(view.facts, width)
        if view.warning:
            rows += [NOTHING, *hanging(row(("! ", WARN)), said(view.warning, WARN), width)]
        rows += self.more(view, width)
        told = told_rows(view, width)
        return [*rows, NOTHING, *told] if told else rows
