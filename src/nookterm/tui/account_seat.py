"""Which account something on the screen belongs to: what began in one stays in it, whichever is in front by then."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from textual import events
from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from nookterm.domain.records import dataclass
from nookterm.tui.painting import paint_closely
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.themed import Look
from nookterm.tui.typing_ahead import TypingAheadApp
from nookterm.viewmodels.panels import Shell

_ONE = "_default"
"""Textual's own name for the stack of screens that a program begins with."""


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One account on the screen: its shell, its main screen, and the stack that its dialogs lie on."""

    shell: Shell
    main: MainScreen
    mode: str = _ONE


_HERE: ContextVar[Seat | None] = ContextVar("nookterm_seat", default=None)
"""The seat that the running code belongs to. Tasks inherit it: a screen's widgets, and the work that they begin."""


@contextmanager
def at(seat: Seat | None) -> Iterator[None]:
    """Belong to this seat; None: to whichever is in front."""
    token = _HERE.set(seat)
    try:
        yield
    finally:
        _HERE.reset(token)


class SeatedApp(TypingAheadApp, inherit_bindings=False):
    """An app around main screens, one for each account that was in front; `_shell` and `_main` are the right one's."""

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """The first account's shell."""
        super().__init__(look)
        first = Seat(shell, MainScreen(shell))
        self.seats: dict[str, Seat] = {_ONE: first}
        """By the stack of screens."""
        self._seat_of: WeakKeyDictionary[Screen[Any], Seat] = WeakKeyDictionary()
        self._seat_of[first.main] = first

    @property
    def front(self) -> Seat:
        """The account that is drawn, and that keys are for."""
        return self.seats[self.current_mode]

    @property
    def seat(self) -> Seat:
        """The account that the running code belongs to."""
        return _HERE.get() or self.front

    @property
    def _shell(self) -> Shell:
        return self.seat.shell

    @property
    def _main(self) -> MainScreen:
        return self.seat.main

    def take_seat(self, shell: Shell, mode: str) -> Seat:
        """One more account that can be drawn, on a stack of screens of its own."""
        seat = Seat(shell, MainScreen(shell), mode)
        paint_closely(seat.main)
        self.add_mode(mode, lambda: seat.main)
        # Textual leads back only to stacks that it knows by name; the one that it began with is none of them.
        self._modes.setdefault(_ONE, Screen)
        self.seats[mode] = seat
        self._seat_of[seat.main] = seat
        return seat

    async def give_up(self, seat: Seat) -> None:
        """An account is drawn no more. The stack that the program began with stays, with nothing that is looked at."""
        if seat.mode != _ONE:
            del self.seats[seat.mode]
            await self.remove_mode(seat.mode)

    def seat_of(self, node: MessagePump | None) -> Seat | None:
        """The account that a widget shows; None for what belongs to none."""
        while node is not None and not isinstance(node, Screen):
            node = node._parent  # noqa: SLF001 - Textual has no public way up from what is no DOM node
        return self._seat_of.get(node) if node is not None else None

    async def _dispatch_message(self, message: Message) -> None:
        """What a screen sent is for its own account, whichever is in front by now."""
        with at(self.seat_of(message._sender)):  # noqa: SLF001 - Textual has no public way to the sender
            await super()._dispatch_message(message)

    def post_message(self, message: Message) -> bool:
        """What work of an account tells the program comes back to that account."""
        here = _HERE.get()
        if here is not None and self.seat_of(message._sender) is None:  # noqa: SLF001 - as above
            message.set_sender(here.main)
        return super().post_message(message)

    async def on_event(self, event: events.Event) -> None:
        """Keys and the mouse are for what is in front when their turn comes."""
        if isinstance(event, events.InputEvent | events.Paste):
            with at(None):
                await super().on_event(event)
        else:
            await super().on_event(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do it in the account of the widget that asks for it, to its end."""
        with at(self.seat_of(default_namespace) or self.seat):
            return await super().run_action(action, default_namespace, namespaces)

    def push_screen(
        self,
        screen: Screen[Any] | str,
        callback: Callable[[Any], Any] | None = None,
        wait_for_dismiss: bool = False,  # noqa: FBT001, FBT002 - Textual's own signature
        *,
        mode: str | None = None,
    ) -> Any:
        """Over the main screen of the account that asks for it, also where another one is in front by now."""
        seat = self.seat
        if isinstance(screen, Screen):
            self._seat_of[screen] = seat
            paint_closely(screen)
        then = None if callback is None else _belonging(seat, callback)
        with at(seat):
            return super().push_screen(screen, then, wait_for_dismiss, mode=mode or seat.mode)


def _belonging(seat: Seat, callback: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same callback, in the account that asked."""

    def told(result: Any) -> Any:
        with at(seat):
            went = callback(result)
        return later(went) if inspect.isawaitable(went) else went

    async def later(went: Any) -> Any:
        with at(seat):
            return await went

    return told
