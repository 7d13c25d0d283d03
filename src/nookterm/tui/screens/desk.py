"""The desk: who waits, everything a decision needs, and the decision, bound to the case under the cursor."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.binding import BindingType

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import ComparePerson, OpenRoom
from nookterm.tui.own_keys import in_own_keys
from nookterm.tui.screens.desk_acting import Hands, act, ask_days, batch_words
from nookterm.tui.widgets.cards_pane import GRACE, LOOK_AGAIN
from nookterm.tui.widgets.desk_board import DeskBoard
from nookterm.viewmodels.desk import DeskLine, Wish
from nookterm.viewmodels.desk_batch import BATCHED, plan

_IN_THE_BAR = "This is being decided. {desk.undo} takes it back."
_OF_THE_LIST = frozenset({"act", "compare", "open", "mark", "mark_all", "filter"})
"""What a key does only while nothing is being asked."""
_PLAIN = frozenset({"snooze", "snooze_shared"})
"""What can be done about every line."""


class DeskPane(DeskBoard):
    """What the desk's keys do."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("desk")]
    _last: tuple[str, str] = ("", "")
    _last_at = float("-inf")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the case allows it; where it does not, it is not offered."""
        line, view = self.line, self.panel.view
        if action == "undo":
            return view.pending is not None or (view.progress is not None and view.progress.running)
        if action == "back":
            return self.has_class("-drilled") or bool(self.standing.marked or self.standing.wanted)
        if action in _OF_THE_LIST and self.is_asking:
            return False
        if action in {"mark", "mark_all", "filter"}:
            return bool(self.standing.lines or self.standing.wanted)
        if action == "act":
            return self._can(str(parameters[0]), line)
        if action == "compare":
            return line is not None and line.detail is not None and line.kind == "ask"
        if action == "open":
            return line is not None and line.nook_id is not None
        return super().check_action(action, parameters)

    def _can(self, word: str, line: DeskLine | None) -> bool:
        if several := self.several:
            return word.removesuffix("_shared") in BATCHED or (word == "door" and self._has_door(several[0]))
        if line is None:
            return False
        return word in _PLAIN or f"desk.{word}" in line.actions or (word == "door" and self._has_door(line))

    def _has_door(self, line: DeskLine) -> bool:
        return any(door.nook_id == line.nook_id for door in self.panel.view.doors)

    def action_act(self, word: str) -> None:
        """Do something about the case under the cursor, or about all that are marked."""
        several = self.several
        if several and word != "door":
            self._plan(word, several)
        elif line := self._meant(word, several[0] if several else self.line):
            act(self._hands(), word, line)

    def _meant(self, word: str, line: DeskLine | None) -> DeskLine | None:
        """The line that a key is about; None when it cannot have been meant.

        Not when the list just put another case under the cursor, and not while this one is being decided already: a key
        held too long must not cut short its time for undoing.
        """
        if line is None:
            return None
        pending = self.panel.view.pending
        held = self._last == (word, line.case) and time.monotonic() - self._last_at < GRACE
        if not self.settled:
            self.remark = LOOK_AGAIN
        elif held or (pending is not None and pending.has(line.case)):
            self.remark = in_own_keys(_IN_THE_BAR)
        else:
            return line
        self.show_case()
        return None

    def _plan(self, word: str, several: tuple[DeskLine, ...]) -> None:
        """Show who is meant, after words or a number of days where it takes them."""
        hands, name, shared = self._hands(), word.removesuffix("_shared"), word.endswith("_shared")
        if name == "decline":
            batch_words(hands, len(several), lambda words: self.preview(plan(name, several, words=words)))
        elif name == "snooze":
            ask_days(
                hands, shared=shared, then=lambda days: self.preview(plan(name, several, days=days, shared=shared))
            )
        else:
            self.preview(plan(name, several))

    def _hands(self) -> Hands:
        return Hands(self.app, self.words, self.confirm, lambda: self.panel.view, self._wish, self._go)

    def _wish(self, wish: Wish) -> None:
        self._last, self._last_at = (wish.act, wish.case), time.monotonic()
        self.intend(self.panel.do(wish))

    def _go(self, room: OpenRoom) -> None:
        self.post_message(room)

    def action_compare(self) -> None:
        """Compare keys with who asks."""
        line = self._meant("compare", self.line)
        if line is not None and line.detail is not None:
            self.post_message(ComparePerson(line.detail.user_id))

    def action_undo(self) -> None:
        """The decision in the bar is not made; a batch that runs ends."""
        self._last = ("", "")
        progress = self.panel.view.progress
        stops = self.panel.view.pending is None and progress is not None
        self.intend(self.panel.stop() if stops else self.panel.undo())

    def action_open(self) -> None:
        """Open the room that this line is about."""
        line = self.line
        if line is not None and (room := line.opens or line.nook_id):
            self._go(OpenRoom(room, line.event))

    def action_mark(self, by: int) -> None:
        """Mark what the cursor is on, and go on by so many rows."""
        self.mark(by)

    def action_mark_all(self) -> None:
        """Mark everybody from a server, or everything; or nothing any more."""
        self.mark_all()

    def action_filter(self) -> None:
        """Show fewer lines."""
        self.filter.begin()

    def action_back(self) -> None:
        """From the case to the list; then the marks go, then the filter."""
        if self.has_class("-drilled"):
            self.leave_case()
        elif self.standing.marked:
            self.mark_all()
        else:
            self.filter.end()
            self.turn_back()
