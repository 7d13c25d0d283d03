"""How acts of Sessions and trust are carried out: one long one at a time, the server's questions, problems in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nookterm.client.backup_state import BackupState
from nookterm.client.changes import Change, KeysChanged, OutboxChanged, RoomOpened, RoomsChanged, TrustChanged
from nookterm.client.errors import Offline, Problem
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import in_words, way_out
from nookterm.viewmodels.trust import Ask, TrustView, Working
from nookterm.viewmodels.trust_facts import groups_of

if TYPE_CHECKING:
    from nookterm.client.own_state import Confirm

_AWAY = Notice(
    "The server cannot be reached.",
    ("What stands here is from this disk.", "Comparing, signing out and renaming come when it answers."),
)
_FIRST = Notice(
    "Nobody can tell yet that this device is yours.",
    (
        "{trust.recovery} sets up your identity and gives you a recovery key.",
        "Then others read what you send, and send you keys.",
    ),
)
_NOW_AND_THEN = timedelta(minutes=1)
Work = Callable[[Hub], Awaitable[str]]
"""Gives what it came to, in words, or nothing."""


class TrustWork(Model[TrustView]):
    """Keeps the place in step with the disk."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(TrustView())
        self._hub: Hub | None = None
        self._vault = ""
        self._homeserver = ""
        self._answer: asyncio.Future[str | None] | None = None
        self._job: asyncio.Task[str] | None = None
        self._opened = False
        """Whether anybody looked at it since the account was opened."""
        self._moved = True
        self._backup: BackupState | None = None
        self._stale = False
        """Whether keys came or went since they were counted."""
        self._counted = datetime.min.replace(tzinfo=UTC)

    def attach(self, hub: Hub, vault: str, homeserver: str) -> None:
        """The account is open. `vault`: what keeps the key of its database."""
        self._hub, self._vault, self._homeserver = hub, vault, homeserver
        self._moved, self._backup = True, None

    def heed(self, change: Change) -> None:
        """Something happened: what rests on it is read anew. Engine's thread."""
        self._moved = self._moved or not isinstance(change, RoomsChanged | RoomOpened | OutboxChanged)
        self._stale = self._stale or isinstance(change, KeysChanged | TrustChanged)

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew, from the disk. Engine's thread."""
        # The first frame does not wait for keys.
        if hub.session.phase == "starting" or not (self._moved or self._opened):
            return
        self._moved = False
        try:
            groups, step = groups_of(hub, self._vault, self._count(hub))
        except Problem as problem:
            self.show(replace(self.view, groups=(), face=Face.PROBLEM, notice=_notice(problem)))
            return
        look = hub.to_look_at = sum(line.look for group in groups for line in group.lines)
        view = replace(self.view, groups=groups, to_look_at=look)
        if step == "none":
            self.show(replace(view, face=Face.EMPTY, notice=_FIRST))
        elif hub.session.phase == "offline":
            self.show(replace(view, face=Face.OFFLINE, notice=_AWAY))
        else:
            self.show(replace(view, face=Face.CONTENT, notice=view.notice if view.face is Face.CONTENT else None))

    def _count(self, hub: Hub) -> BackupState:
        """How the backup stands. Counting reads all keys: at once for whoever looks, else now and then."""
        now = hub.session.clock()
        due = self._stale and (self._opened or now - self._counted > _NOW_AND_THEN)
        if self._backup is None or due:
            self._backup = hub.session.trust.backup.state()
            self._stale, self._counted = False, now
        return self._backup

    # --- acts -------------------------------------------------------------------------------------------------------

    async def _work(self, work: Work, *, told: bool = False) -> str:
        """Do it. `told`: what went wrong goes to who called, and not into the view."""
        hub = self._hub
        if hub is None:
            return "The account is not open yet."

        async def run() -> str:
            said, notice = "", None
            try:
                said = await work(hub)
            except Problem as problem:
                if told:
                    return safe_line(in_words(problem), longest=300)
                notice = _AWAY if isinstance(problem, Offline) else _notice(problem)
            self._moved = True
            self.rebuild(hub)
            if self.view.face is Face.CONTENT:
                self.show(replace(self.view, result=said or self.view.result, notice=notice))
            return ""

        return str(await hub.do(run()))

    async def _while(self, work: Work, text: str, *, told: bool = False) -> str:
        """Do what takes a while, and can be stopped."""

        async def run(hub: Hub) -> str:
            if self._job and not self._job.done():
                message = "Something else goes on."
                raise Problem(message, "Let it end, or stop it.")
            self.show(replace(self.view, working=Working(text), result=""))
            job = self._job = asyncio.ensure_future(work(hub))
            try:
                return await job
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task and task.cancelling():
                    job.cancel()
                    raise
                return "Stopped. What was done stays done."
            finally:
                self._backup = None
                self.show(replace(self.view, working=None))

        return await self._work(run, told=told)

    def _progress(self, done: int, total: int) -> None:
        if self.view.working:
            self.show(replace(self.view, working=replace(self.view.working, done=done, total=total)))

    async def stop(self) -> None:
        """Stop what takes a while."""

        async def work() -> None:
            if self._job:
                self._job.cancel()

        if self._hub:
            await self._hub.do(work())

    async def close(self) -> None:
        """The account closes: nothing goes on, and nobody is asked any more. Engine's thread."""
        if self._answer and not self._answer.done():
            self._answer.set_result(None)
        if self._job and not self._job.done():
            self._job.cancel()
            await asyncio.gather(self._job, return_exceptions=True)
        self.show(replace(self.view, ask=None, working=None))

    # --- who we are -------------------------------------------------------------------------------------------------

    def _confirm(self, hub: Hub, what: str) -> Confirm:
        """Answers challenges with what the person says to `view.ask`."""
        me, tries = hub.session.gateway.user_id, 0

        async def confirm(challenge: Challenge) -> Auth | None:
            from nookterm.client.proving import DUMMY, PASSWORD, page, password_answer, plain_answer, stage

            nonlocal tries
            wanted, link = stage(challenge), page(challenge, self._homeserver)
            if wanted == DUMMY:
                return plain_answer(challenge)
            if wanted != PASSWORD and not link:
                return None
            self._answer = asyncio.get_running_loop().create_future()
            ask = Ask(what, safe_line(me, longest=255), safe_line(link, longest=2000), tries)
            self.show(replace(self.view, ask=ask))
            tries += 1
            said = await self._answer
            if said is None:
                return None
            return plain_answer(challenge) if link else password_answer(challenge, me, Secret(said))

        return confirm

    async def prove(self, password: str | None) -> None:
        """Answer `view.ask`."""

        async def work() -> None:
            if self._answer and not self._answer.done():
                self._answer.set_result(password)

        if self._hub:
            await self._hub.do(work())


def _notice(problem: Problem) -> Notice:
    steps = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
    return Notice(safe_line(problem.message, longest=300), steps)
