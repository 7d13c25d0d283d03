"""The list of Sessions and trust: what the chosen line means, the keys that work on it, what goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import OpenRoom
from nookterm.tui.screens.trust_forms import FormScreen, ProveScreen
from nookterm.tui.widgets.acts import Acts, Hint
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Band, Paper
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN, PanelPane
from nookterm.tui.widgets.cards_text import WARN, row
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.trust_rows import count_row, trust_blocks, word_rows, work_row
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.trust import TrustLine, TrustView, find_line
from nookterm.viewmodels.trust_panels import TrustPanel

_ON_A_LINE = ("compare", "sign_out", "rename", "bar", "accept", "forbid")
_ANYWHERE = ("backup", "recovery", "export", "import")
_WORDS = {"backup": "key backup", "recovery": "recovery key"}


class TrustList(PanelPane[TrustView]):
    """A list, and under it what the chosen line means and the keys that work on it."""

    DEFAULT_CSS = Path(__file__).with_name("trust.tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("trust")]

    def __init__(self, panel: TrustPanel) -> None:
        """`panel` is the view-model of trust."""
        super().__init__(panel, panel.refresh)
        self._panel = panel
        self._remark = ""

    def compose(self) -> ComposeResult:
        """From the title down."""
        yield Band("Sessions and trust")
        yield FaceView("Looking whose keys are whose")
        yield BlockList(lambda _width: trust_blocks(self._panel.view, low=self.has_class("-low")), id="trust-list")
        yield Paper(id="trust-words")
        yield Paper(id="trust-work")
        yield Acts(id="trust-acts")
        yield Confirm()

    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one(BlockList).rebuild()
        self.present(view.face, view.notice, sum(len(group.lines) for group in view.groups))
        self._show_line()
        if view.ask and not any(isinstance(screen, ProveScreen) for screen in self.app.screen_stack):
            self.app.push_screen(ProveScreen(self._panel))

    def _line(self) -> TrustLine | None:
        return find_line(self._panel.view, self.query_one(BlockList).key)

    def _show_line(self) -> None:
        view, line = self._panel.view, self._line()
        about = row((self._remark, WARN)) if self._remark else count_row(view)
        self.query_one(Band).show("Sessions and trust", about, self.place)
        self.query_one("#trust-words", Paper).show(lambda width: word_rows(line, width))
        self.query_one("#trust-work", Paper).show(lambda width: work_row(view.working, view.result, width))
        self.query_one(Acts).show(self._hints(line))
        self.refresh_bindings()

    def _hints(self, line: TrustLine | None) -> tuple[Hint, ...]:
        here = [word for word in _ON_A_LINE if line and f"trust.{word}" in line.actions]
        words = {**_WORDS, "bar": "let in again" if line and line.barred else "bar"}
        always = ("stop",) if self._panel.view.working else tuple(filter(self._offers, _ANYWHERE))
        return tuple((f"trust.{word}", words.get(word, "")) for word in (*here, *always))

    @on(BlockList.Moved)
    def _moved(self) -> None:
        self._remark = ""
        self._show_line()

    @on(Acts.Pressed)
    async def _clicked(self, event: Acts.Pressed) -> None:
        event.stop()
        await self.run_action(event.id.partition(".")[2])

    @on(BlockList.Opened)
    async def _opened(self, event: BlockList.Opened) -> None:
        """Enter begins what cannot do harm: it opens a room, or says what the line means."""
        event.stop()
        line = self._line()
        asking = self.query_one(Confirm).has_class("-asking")
        if line is not None and line.room_id is not None and not asking:
            self.post_message(OpenRoom(line.room_id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the line allows it."""
        if action in _ON_A_LINE:
            line = self._line()
            return line is not None and f"trust.{action}" in line.actions
        if action == "stop":
            return self._panel.view.working is not None
        if action in _ANYWHERE:
            return self._panel.view.working is None and self._offers(action)
        return super().check_action(action, parameters)

    def _offers(self, word: str) -> bool:
        """Nothing before keys are at hand; before there is an identity, only the way to one."""
        view = self._panel.view
        return word == "recovery" if view.face is Face.EMPTY else bool(view.groups)

    def meant(self) -> TrustLine | None:
        """The line that a key is about; None when the list just put another one there."""
        if self.settled:
            return self._line()
        self._remark = LOOK_AGAIN
        self._show_line()
        return None

    def ask(self, question: str, act: Callable[[], None], yes: str) -> None:
        """Ask in the row under the list; it is done when the answer is yes."""
        self.query_one(Confirm).ask(question, act, yes=yes, no="leave it")

    def open(self, form: FormScreen) -> None:
        """Show a form over everything."""
        self.app.push_screen(form)
