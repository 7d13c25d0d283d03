"""Keys stay in order: what is typed while a screen or a prompt opens waits for it, and does nothing to the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from nookterm.domain.records import dataclass
from nookterm.tui.themed import Look, ThemedApp

R = TypeVar("R")
_TRIPS = 4
"""How often a key and what follows from it may be passed on from widget to widget before the next key has its turn."""
_LONGEST = 2.0
"""Seconds after which keys are let in whatever became of what they wait for."""


@dataclass(eq=False)
class Passing(Message):
    """Goes the way of what a key brought about, behind it, and so is at the program when that is done."""

    trips: int
    widget: Widget
    then: Callable[[], None]


class KeysInOrderApp(ThemedApp[R]):
    """An app in which a key is done before the next one is looked at. Letters in a field wait for nothing.

    Textual by itself acts at once on a key that works everywhere, while the one before it is still on its way.
    """

    def __init__(self, look: Look | None = None) -> None:
        """Nothing is waited for yet."""
        super().__init__(look)
        self._holds = 0
        """How much is waited for now."""
        self._held: list[events.Event] = []
        """What was typed meanwhile."""
        self._under_way: list[Passing] = []
        self._ends: events.Event | None = None
        """The key that is waited for. It may come back from the widget that it was given to."""

    async def on_event(self, event: events.Event) -> None:
        """Typed: given to the widget that has the keyboard. Come back from there: a command, which may move that."""
        pasted = isinstance(event, events.Paste) and not event.is_forwarded
        if not (pasted or isinstance(event, events.Key)) or event is self._ends:
            await super().on_event(event)
        elif self._holds:
            self._keep(event)
        elif event.is_forwarded or not isinstance(self.focused, Input | TextArea) or _may_leave(event):
            self._ends = event
            went_by, let_in = self.focused, self._hold()
            try:
                await super().on_event(event)
            finally:
                self._pass(went_by, _TRIPS, let_in)
        else:
            await super().on_event(event)

    def _keep(self, event: events.Event) -> None:
        kept = event
        if event.is_forwarded and isinstance(event, events.Key):
            # It was given to a widget that has no use for it, before the key before it moved the keyboard.
            kept = events.Key(event.key, event.character)
            kept.time = event.time
        self._held.append(kept)
        self._held.sort(key=lambda one: one.time)

    # --- holding ------------------------------------------------------------------------------------------------------

    def hold_keys(self) -> None:
        """From this key on what is typed waits for what comes in front."""
        self._holds += 1

    def let_keys_in(self) -> None:
        """The keyboard has its place; what was typed before goes there first."""
        # Among the messages of the program itself: behind the one that moves the keyboard, before what is typed later.
        self.call_later(self._let_in)

    def drop_keys(self) -> None:
        """What it was typed for does not come."""
        self._held.clear()
        self._holds = max(0, self._holds - 1)

    async def _let_in(self) -> None:
        self._holds = max(0, self._holds - 1)
        if self._holds:
            return
        held, self._held = self._held, []
        for event in held:
            # The first of them may open something again: then the others wait for that.
            await self.on_event(event)

    def _hold(self) -> Callable[[], None]:
        """Hold keys until what is given back is called, or for as long as anybody would wait."""
        self.hold_keys()
        still = True

        def let_in() -> None:
            nonlocal still
            if still:
                still = False
                late.cancel()
                self.let_keys_in()

        late = asyncio.get_running_loop().call_later(_LONGEST, let_in)
        return let_in

    def opening(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do what ends with something else having the keyboard; what is typed meanwhile is for that."""
        let_in = self._hold()

        async def run() -> None:
            try:
                await work
            finally:
                self._pass(self.focused, _TRIPS, let_in)

        self.run_worker(run(), group="intents")

    def _pass(self, widget: Widget | None, trips: int, then: Callable[[], None]) -> None:
        if trips and self.screen_stack:
            way = widget if widget is not None and widget.is_attached and widget.screen is self.screen else self.screen
            passing = Passing(trips, way, then)
            if way.post_message(passing):
                self._under_way.append(passing)
                return
        then()

    @on(Passing)
    def _passed(self, event: Passing) -> None:
        if event in self._under_way:
            self._under_way.remove(event)
            self._pass(event.widget, event.trips - 1, event.then)

    def pop_screen(self) -> AwaitComplete:
        """What was passed on within the screen that goes may not come to its end there."""
        gone = self.screen
        went = super().pop_screen()
        lost = [one for one in self._under_way if one.widget is gone or gone in one.widget.ancestors]
        for one in lost:
            self._under_way.remove(one)
            self._pass(None, _TRIPS, one.then)
        return went

    def push_screen(
        self,
        screen: Screen[Any] | str,
        callback: Callable[[Any], Any] | None = None,
        wait_for_dismiss: bool = False,  # noqa: FBT001, FBT002 - Textual's own signature
        *,
        mode: str | None = None,
    ) -> Any:
        """What is typed before the screen has its keyboard is for the screen."""
        went = super().push_screen(screen, callback, wait_for_dismiss, mode=mode)  # type: ignore[call-overload]  # passed on as it came
        if isinstance(screen, Screen) and screen is self.screen:
            let_in = self._hold()
            if not screen.call_later(let_in):
                let_in()
        return went


class TypingAheadApp(KeysInOrderApp[int], inherit_bindings=False):
    """The same for the client, whose keys are all its own."""


def _may_leave(event: events.Event) -> bool:
    """Whether more can come of it than a letter in the field that has the keyboard."""
    return isinstance(event, events.Key) and not event.is_printable


def opening(here: Widget, work: Coroutine[Any, Any, Any]) -> None:
    """Do what ends with something else having the keyboard, from within a widget."""
    if isinstance(here.app, KeysInOrderApp):
        here.app.opening(work)
    else:
        here.app.run_worker(work, group="intents")
