"""Lets tests of the screen go on as soon as it has nothing more to do."""

from __future__ import annotations

import asyncio
import math
import threading
from time import process_time
from typing import Any
from weakref import WeakSet

import pytest
import textual.app
import textual.pilot
import textual.screen
from textual._wait import SLEEP_IDLE, wait_for_idle
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.widgets import Input, TextArea

_SOON = 0.02
"""Seconds: who waits so short a time is at work (a redraw, an animation); Textual's own wait is of this length."""
_ROUNDS = 3
"""How often in a row nothing was to be done, until that counts."""
_ENDING = 0.05
"""Seconds for an app that has ended."""
_REDRAW = 0.002
"""Seconds until changes are drawn; for people it is 17 ms, in which each test of the screen waited most of its time."""


async def settled(min_sleep: float = _SOON, max_sleep: float = 1) -> None:
    """Stands in for Textual's wait, which sleeps 20 ms, as often as it must, until the processor has a rest.

    It asks the event loop instead what is still to be done; with a thread at work beside the loop it does as Textual.
    """
    if threading.active_count() > 1 + _idle_threads():
        await wait_for_idle(min_sleep, max_sleep)
    else:
        await _calm(max_sleep)
    if _pay():
        await settled(min_sleep, max_sleep)


def _idle_threads() -> int:
    """How many threads of the loop's pool wait for something to do."""
    loop: Any = asyncio.get_running_loop()
    pool = loop._default_executor
    return 0 if pool is None or pool._work_queue.qsize() else int(pool._idle_semaphore._value)


async def _calm(max_sleep: float) -> None:
    loop: Any = asyncio.get_running_loop()
    end, calm = loop.time() + max_sleep, 0
    began, worked = loop.time(), process_time()
    while calm < _ROUNDS and loop.time() < end:
        await asyncio.sleep(0)
        if _SEEN and all(app._exit for app in _SEEN):
            # Its screen is drawn no more, and would ask for that to the end.
            end = min(end, began + _ENDING)
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=math.inf)
        pause = due - loop.time()
        if loop._ready or pause < _SOON:
            calm = 0
            if not loop._ready:
                await asyncio.sleep(max(0.0, pause))
        else:
            calm += 1
        if loop.time() - began >= _SOON:
            # Some timers never end, such as that of a screen below another one: Textual's own measure counts, too.
            if process_time() - worked < SLEEP_IDLE:
                return
            began, worked = loop.time(), process_time()


_OWED: set[Screen[Any]] = set()
"""Screens that are not painted yet."""
_SEEN: WeakSet[App[Any]] = WeakSet()
"""Apps that this test has drawn."""
_paint = Screen._compositor_refresh


def _owe(self: Screen[Any]) -> None:
    """Stands in for Textual's: of all frames of a screen on its way to rest only the last one is painted."""
    _SEEN.add(self.app)
    if self is self.app.screen:
        _OWED.add(self)
        self._dirty_widgets.clear()
    else:
        _paint(self)


def _pay() -> bool:
    """Paint what is owed. Returns whether there was anything."""
    screens = [screen for screen in _OWED if screen.is_running and screen.is_current]
    _OWED.clear()
    for screen in screens:
        with screen.app._context():
            _paint(screen)
    return bool(screens)


_PARSED: dict[tuple[object, ...], list[RuleSet]] = {}
"""Rules by everything that they follow from."""
_parse = Stylesheet._parse_rules


def _parse_once(self: Stylesheet, css: str, **how: Any) -> list[RuleSet]:
    """Stands in for Textual's, which remembers its rules as long as an app lives: ours live for one test each."""
    key = (css, frozenset(how.items()), frozenset(self._variables.items()))
    rules = _PARSED.get(key)
    if rules is None:
        rules = _PARSED[key] = _parse(self, css, **how)
    return rules


@pytest.fixture(autouse=True)
def _quick_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_once)


@pytest.fixture(autouse=True)
def _cursors_stand_still(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture may depend on how much of a blink went by before it was taken."""
    if "snap_compare" in request.fixturenames:
        for field in (TextArea, Input):
            monkeypatch.setattr(field.cursor_blink, "_default", False)


@pytest.fixture(autouse=True)
def _quick_to_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", settled)
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", _REDRAW)


@pytest.fixture(autouse=True)
def _painted_at_rest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    _OWED.clear()
    _SEEN.clear()
    if not request.node.get_closest_marker("every_frame"):
        monkeypatch.setattr(Screen, "_compositor_refresh", _owe)
