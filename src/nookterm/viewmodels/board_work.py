"""The view of highlights and how its intents run: made anew after each, said while it lasts, stopped on wish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from nookterm.client.errors import Offline, Problem
from nookterm.domain.audience import audience_of, audience_words
from nookterm.domain.board import Highlight
from nookterm.domain.safe_text import safe_line
from nookterm.domain.sharing import ShareState
from nookterm.domain.space import title
from nookterm.viewmodels.board_drafts import begun
from nookterm.viewmodels.board_lines import board_items, week_lines
from nookterm.viewmodels.board_shares import ENDED_FOR, share_line
from nookterm.viewmodels.highlights import HighlightsView, WeekLine
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import in_words

T = TypeVar("T")
_AWAY = Notice("The server cannot be reached.", ("What you see is from before", "Nothing was shared or taken back"))
_OPEN = frozenset({ShareState.WAITING, ShareState.CONSENTED})
_OVER = frozenset({ShareState.DECLINED, ShareState.EXPIRED, ShareState.WITHDRAWN})
_STOPPED = "Stopped. What was on its way already may still arrive; the list says how it stands."


class BoardWork(Model[HighlightsView]):
    """Keeps the board in step."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(HighlightsView())
        self._hub: Hub | None = None
        self._weeks: tuple[tuple[Highlight, ...], str, tuple[WeekLine, ...]] = ((), "", ())
        """The pages, for which board on which day."""
        self._running: asyncio.Task[Any] | None = None
        """What takes its time on the engine's thread."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        board = hub.sharing.reading.boards
        shares, now = hub.sharing.all(), hub.session.clock()
        lines = [share_line(hub, share) for share in shares if share.state in _OPEN]
        over = [s for s in shares if s.state in _OVER and now - s.asked_at < ENDED_FOR]
        rooms = board.rooms()
        items, typed = board_items(hub, board, shares), begun(hub)
        away = hub.session.phase == "offline" and self.view.face is Face.OFFLINE
        some = bool(items or lines or typed or over)
        self.show(
            replace(
                self.view,
                waiting=tuple(sorted(lines, key=lambda line: not line.mine_to_answer)),
                board=items,
                ended=tuple(line for line in (share_line(hub, share) for share in over) if line.mine),
                begun=typed,
                weeks=self.weeks_of(hub),
                room=safe_line(title(rooms[0])) if rooms else "",
                audience=audience_words(audience_of(rooms[0])) if rooms else "",
                face=Face.OFFLINE if away else Face.CONTENT if some else Face.EMPTY,
                notice=self.view.notice if away else None,
            )
        )

    def weeks_of(self, hub: Hub) -> tuple[WeekLine, ...]:
        """The board's weeks as pages; made anew where the board, or the day, is another one."""
        board = hub.sharing.reading.boards
        up, day = board.all(), f"{hub.session.clock().astimezone(hub.zone):%Y-%m-%d}"
        if (up, day) != self._weeks[:2]:
            self._weeks = (up, day, week_lines(hub, board))
        return self._weeks[2]

    async def stop(self) -> None:
        """Give up what takes its time."""
        hub = self._hub

        async def end() -> None:
            if self._running is not None:
                self._running.cancel()

        if hub is not None:
            await hub.do(end())

    def _say(self, words: str) -> None:
        self.show(replace(self.view, result=safe_line(words, longest=300)))

    async def _work(self, work: Callable[[Hub], Awaitable[T]], doing: str = "", *, quiet: bool = False) -> T | None:
        """Run it on the engine's thread. `doing`: what is said while it takes its time. `quiet`: nothing is redrawn."""
        hub = self._hub
        if hub is None:
            return None

        async def run() -> T | None:
            if doing:
                self._begin(doing)
            try:
                return await self._tried(work(hub))
            finally:
                if doing:
                    self._begin("")
                if not quiet:
                    self.rebuild(hub)

        found: T | None = await hub.do(run())
        return found

    def _begin(self, doing: str) -> None:
        """Say what takes its time from now on; empty: nothing does."""
        self._running = asyncio.current_task() if doing else None
        self.show(replace(self.view, doing=doing, result="" if doing else self.view.result))

    async def _tried(self, work: Awaitable[T]) -> T | None:
        """What it gives; None where it did not work, which is said."""
        try:
            return await work
        except asyncio.CancelledError:
            self._say(_STOPPED)
        except Offline:
            self.show(replace(self.view, face=Face.OFFLINE, notice=_AWAY))
        except Problem as problem:
            self._say(in_words(problem))
        return None
