"""Comparing keys, as a dialog: a letter answers, Enter does nothing, and closing it ends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from textual import on
from textual.widgets import Input

from nookterm.tui.screens.verify_box import VerifyBox
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.cards_pane import GRACE
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.verify_hints import ACTIONS

_HASTY = "This page came just now. Look, then press once more."
_ANSWERS = frozenset({"accept", "match", "differ", "end", "compare", "later"})
"""What is meant for the page that was read, and not for one that came under the finger."""


class VerifyScreen(VerifyBox):
    """Shows one verification after the other. `hide` leaves all of them as they are."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works on the page that offers it; Esc hides every page."""
        if action in ACTIONS:
            return action == "hide" or f"verifying.{action}" in {id_ for id_, _word in self.hints()}
        return super().check_action(action, parameters)

    @on(Acts.Pressed)
    async def _clicked(self, event: Acts.Pressed) -> None:
        event.stop()
        await self.run_action(event.id.partition(".")[2])

    def _answer(self, act: str, intent: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Bound to the page that was read: one that changed under the finger, or is not drawn yet, is not answered."""
        view = self._panel.view
        unread = (view.txn, view.step) != self._page or time.monotonic() - self._since < GRACE
        if act in _ANSWERS and unread:
            self._remark = _HASTY
            self.draw()
            return
        self._remark = ""
        self.intend(intent(self._page[0]))

    def action_accept(self) -> None:
        """Go on with the request."""
        self._answer("accept", self._panel.accept)

    def action_later(self) -> None:
        """Leave the request open."""
        self._answer("later", self._panel.later)

    def action_compare(self) -> None:
        """Pictures, or numbers."""
        self._answer("compare", self._panel.compare)

    def action_show(self) -> None:
        """A code for the other device."""
        self._answer("show", self._panel.show_code)

    def action_paste(self) -> None:
        """A code of the other device."""
        self._pasting = True
        field = self.query_one("#verify-code", LineField)
        field.add_class("-open")
        field.focus()
        self.draw()

    @on(Input.Submitted, "#verify-code")
    def _pasted(self, event: Input.Submitted) -> None:
        event.stop()
        if text := event.value.strip():
            self.close_field()
            self._answer("paste", lambda txn: self._panel.read_code(txn, text))
            self.draw()

    def action_numbers(self) -> None:
        """Numbers instead of pictures, and back."""
        self._numbers = not self._numbers
        self.draw()

    def action_match(self) -> None:
        """Both show the same."""
        self._answer("match", self._panel.match)

    def action_differ(self) -> None:
        """They do not."""
        self._answer("differ", self._panel.differ)

    def action_end(self) -> None:
        """End it, and say so."""
        self._answer("end", self._panel.end)

    def action_hide(self) -> None:
        """Close the field, else the dialog. Only what is over is put away."""
        if self._pasting:
            self.close_field()
            self.draw()
            return
        if self._panel.view.ended:
            self.intend(self._panel.later(self._page[0]))
        if self.is_active:
            self.dismiss(None)
