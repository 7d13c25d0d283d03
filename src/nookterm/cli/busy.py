"""Before the client opens: whether another process has the account, and what the person wants then."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING

from nookterm.cli.handing import hand_over
from nookterm.client.account import Parts
from nookterm.client.engine import Engine
from nookterm.client.errors import Busy, Problem
from nookterm.client.holding import is_free
from nookterm.client.intents import GIVE_WAY

if TYPE_CHECKING:  # Loading the terminal's library takes longer than most starts need it.
    from nookterm.tui.look import Look

_PATIENCE = 10.0
"""Seconds to wait for a command that is at work."""
_ANSWERS_WITHIN = 3.0
_PAUSE = 0.05


class WayIn(StrEnum):
    """How the client opens."""

    OPEN = "open"
    LOOK = "look"
    """Read-only, beside the process that has the account."""


def way_in(parts: Parts, profile: str | None, engine: Engine, look: Look) -> WayIn:
    """How to open the account. Raises Busy where another process has it and the person would rather leave."""
    problem = who_has(parts, profile)
    if problem is None:
        return WayIn.OPEN
    if problem.retry_after is not None:
        print("Another nookterm is at work. One moment.", file=sys.stderr, flush=True)
    problem = _waited(parts, profile, problem)
    if problem is None or _gave_way(parts, profile, engine):
        return WayIn.OPEN
    from nookterm.tui.busy import LOOK, OPEN, BusyApp

    chosen = BusyApp(problem.message, lambda: is_free(parts, profile), look).run()
    if chosen in {LOOK, OPEN}:
        return WayIn(chosen)
    raise problem


def who_has(parts: Parts, profile: str | None) -> Busy | None:
    """The problem that somebody else has the account; None where nobody has."""
    try:
        with parts.hold(parts.profiles.folder(parts.profiles.chosen(profile).name)):
            return None
    except Busy as problem:
        return problem


def _waited(parts: Parts, profile: str | None, problem: Busy | None) -> Busy | None:
    """Who still has it when commands that do not stay are done."""
    end = time.monotonic() + _PATIENCE
    while problem and problem.retry_after is not None and time.monotonic() < end:
        time.sleep(_PAUSE)
        problem = who_has(parts, profile)
    return problem


def _gave_way(parts: Parts, profile: str | None, engine: Engine) -> bool:
    """Ask who has the account to let it go. A screen does not; `read --follow` does, and goes on beside us."""
    try:
        answer = engine.submit(hand_over(parts, profile, GIVE_WAY, _ANSWERS_WITHIN)).result()
    except Problem:
        return False
    if answer is not None and answer.get("stays", True):
        return False
    end = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < end:
        if is_free(parts, profile):
            return True
        time.sleep(_PAUSE)
    return False
