"""Making this device trusted: a first identity with its recovery key, the key for one that exists, or another one."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from nookterm.client.errors import Problem
from nookterm.client.noting import write_note
from nookterm.client.own_state import NONE, READY, UNKNOWN, Recovered
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.domain.ids import localpart
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.problem_words import way_out

if TYPE_CHECKING:
    from nookterm.client.identity import OwnIdentity

_KIND, _LATER = "first_trust", "later"
LETTERS = 48
"""Of a recovery key, without its spaces."""


class Stage(StrEnum):
    """Which page one is on."""

    LOOKING = "looking"
    AWAY = "away"
    """The server could not be asked."""
    OFFER = "offer"
    """There is no identity: a first one can be made."""
    UNLOCK = "unlock"
    """There is one, and this device does not have it."""
    KEY = "key"
    """The recovery key, to be noted."""
    PROVE = "prove"
    """Whether it was noted."""
    REPLACE = "replace"
    """What another identity would mean."""
    CONFIRM = "confirm"
    """The server wants to know that it is really us."""
    WORKING = "working"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FirstTrustView:
    """The page. All text is safe text; the recovery key prints nowhere but where it is drawn on purpose."""

    stage: Stage = Stage.LOOKING
    wanted: bool = False
    """Whether it should come up by itself."""
    user: str = ""
    server: str = ""
    passphrase: bool = False
    """Whether a passphrase opens it as well."""
    storage: bool = True
    """Whether a recovery key can open anything."""
    replaced: bool = False
    """Whether the identity that was ours is gone, and another one is there."""
    trusted: bool = False
    """Whether this device is trusted already, and one came for the recovery key."""
    key: Secret | None = None
    group: int = 0
    """Which group of the recovery key is asked for, from 1."""
    saved: str = ""
    """The file that the recovery key was written to."""
    place: str = ""
    """Where a file could go."""
    link: str = ""
    """The page on which the server wants a yes; empty where it wants the password."""
    refused: bool = False
    """The answer before this one was wrong."""
    doing: str = ""
    done: int = 0
    total: int = 0
    """How far it is; 0 where that is not known."""
    words: tuple[str, ...] = ()
    """What it came to, a sentence each."""
    notice: Notice | None = None
    """What went wrong; nothing typed is lost."""


class FirstTrustModel(Model[FirstTrustView]):
    """Walks from "not trusted" to "trusted". What it begins goes on, whether or not anybody looks."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__(FirstTrustView())
        self._hub: Hub | None = None
        self._answer: asyncio.Future[str | None] | None = None
        self._looked = False
        self._homeserver = ""

    # --- beside the sync --------------------------------------------------------------------------------------------

    def attach(self, hub: Hub, homeserver: str) -> None:
        """The account is open. One that never asked its server anything has just signed in."""
        self._hub, self._looked, self._homeserver = hub, False, homeserver
        gateway, store = hub.session.gateway, hub.session.store
        name = localpart(gateway.user_id)
        view = FirstTrustView(
            user=safe_line(name),
            server=safe_line(gateway.user_id.partition(":")[2]),
            place=f"~/nookterm-recovery-key-{''.join(c for c in name if c.isalnum() or c in '-_.')}.txt",
            wanted=not hub.read_only and store.position() is None,
        )
        self.show(view)

    def rebuild(self, hub: Hub) -> None:
        """Something changed: a comparison with another device may have made this one trusted."""
        view = self.view
        if view.stage is Stage.UNLOCK and _identity(hub).state().step == READY:
            self.show(replace(view, stage=Stage.DONE, words=("This device is trusted now.",), notice=None))

    async def watch_over(self) -> None:
        """Once, after the first news: whether this device has to be made trusted; again where it cannot be said."""
        hub = self._hub
        if hub is None or self._looked or hub.read_only:
            return
        self._looked = True
        state = _identity(hub).state()
        if (state.step == READY and not state.unnoted) or hub.session.store.recall(_KIND, _LATER):
            return
        try:
            # A new device that holds the identity's keys, after a sign-in in place, signs itself: nobody is asked.
            await _identity(hub).settle()
            state = await _identity(hub).look()
        except Problem:
            self._looked = False
            return
        if (state.step != READY or state.unnoted) and not self.view.wanted:
            self.show(replace(self.view, wanted=True))

    # --- pages ------------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """See how it stands, and show the page for it. What goes on is not disturbed."""
        if self.view.stage in {Stage.WORKING, Stage.CONFIRM}:
            return
        self.show(replace(self.view, stage=Stage.LOOKING, notice=None, words=()))

        async def work(hub: Hub) -> None:
            if hub.session.store.position() is None:
                # The device's keys go up with the first step, and nobody can sign it before.
                await hub.session.sync_once()
            identity = _identity(hub)
            state = await identity.look()
            self._looked = True
            page = replace(
                self.view,
                passphrase=state.passphrase,
                storage=state.storage,
                replaced=state.replaced,
                trusted=state.step == READY,
                key=identity.recovery_key(),
                notice=None,
            )
            if state.step in {NONE, UNKNOWN} or state.unfinished:
                self.show(replace(page, stage=Stage.OFFER))
            elif state.step == READY:
                self.show(replace(page, stage=Stage.KEY if page.key else Stage.DONE))
            else:
                self.show(replace(page, stage=Stage.UNLOCK))

        await self._work(work, Stage.AWAY)

    async def back(self) -> None:
        """To the page before; nothing was changed."""
        before = {Stage.REPLACE: Stage.DONE if self.view.trusted else Stage.UNLOCK, Stage.PROVE: Stage.KEY}
        if self.view.stage in before:
            self.show(replace(self.view, stage=before[self.view.stage], notice=None))

    async def later(self) -> None:
        """Not now: it does not come up by itself again."""

        async def work(hub: Hub) -> None:
            with hub.session.store.transaction():
                hub.session.store.remember(_KIND, _LATER, {"later": True})
            self.show(replace(self.view, wanted=False, key=None, notice=None))

        await self._work(work, self.view.stage)

    # --- a first identity, or another one ---------------------------------------------------------------------------

    async def set_up(self) -> None:
        """Make the first identity, and show its recovery key."""

        async def work(hub: Hub) -> None:
            key = await _identity(hub).set_up(confirm=self._confirm)
            self.show(_with_key(self.view, key))

        await self._while_working(work, "Making your identity", Stage.OFFER)

    async def new_key(self) -> None:
        """Make a new recovery key for the identity that is here, and show it."""

        async def work(hub: Hub) -> None:
            self.show(_with_key(self.view, await _identity(hub).new_recovery_key()))

        await self._while_working(work, "Making a new recovery key", self.view.stage)

    async def replace(self) -> None:
        """Show what another identity would mean."""
        self.show(replace(self.view, stage=Stage.REPLACE, notice=None))

    async def replace_now(self) -> None:
        """Make another identity in place of the one that is there."""

        async def work(hub: Hub) -> None:
            self.show(_with_key(self.view, await _identity(hub).reset(self._confirm)))

        await self._while_working(work, "Making a new identity", Stage.REPLACE)

    async def _confirm(self, challenge: Challenge) -> Auth | None:
        from nookterm.client.proving import PASSWORD, page, password_answer, plain_answer, stage

        hub, wanted = self._hub, stage(challenge)
        if hub is None or wanted is None:
            return None
        link = page(challenge, self._homeserver)
        if not link and wanted != PASSWORD:
            return plain_answer(challenge)
        self._answer = asyncio.get_running_loop().create_future()
        shown = safe_line(link, longest=2000)
        doing = self.view.doing
        self.show(replace(self.view, stage=Stage.CONFIRM, link=shown, refused=challenge.refused))
        try:
            answer = await self._answer
        finally:
            self._answer = None
        if answer is None:
            return None
        self.show(replace(self.view, stage=Stage.WORKING, doing=doing))
        return (
            plain_answer(challenge) if link else password_answer(challenge, hub.session.gateway.user_id, Secret(answer))
        )

    async def answer(self, password: str | None) -> None:
        """Answer what the server wants to know; any text where it shows a page. None gives up."""

        async def work(_hub: Hub) -> None:
            if self._answer and not self._answer.done():
                self._answer.set_result(password)

        await self._work(work, self.view.stage)

    # --- the recovery key -------------------------------------------------------------------------------------------

    async def save(self, place: str) -> None:
        """Write the recovery key into a new file that only we can read."""

        async def work(_hub: Hub) -> None:
            if self.view.key:
                written = await asyncio.to_thread(write_note, Path(place), self.view.key)
                self.show(replace(self.view, saved=safe_line(str(written), longest=500), notice=None))

        await self._work(work, Stage.KEY)

    async def ask(self) -> None:
        """Hide the recovery key, and ask for one group of it."""
        if self.view.key:
            groups = len(self.view.key.reveal().split())
            self.show(replace(self.view, stage=Stage.PROVE, group=secrets.randbelow(groups) + 1, notice=None))

    async def prove(self, typed: str) -> None:
        """Whether this is the group that was asked for: then the key is noted, and forgotten here."""

        async def work(hub: Hub) -> None:
            view = self.view
            if view.key is None:
                return
            if typed.strip() != view.key.reveal().split()[view.group - 1]:
                notice = Notice(
                    f"Group {view.group} is another one.", ("Small and capital letters count. Look at your note.",)
                )
                self.show(replace(view, notice=notice))
                return
            _identity(hub).noted()
            self.show(_without_key(view, "Your recovery key is noted, and this device is trusted."))

        await self._work(work, Stage.PROVE)

    async def noted(self) -> None:
        """It is in a file: that is enough."""

        async def work(hub: Hub) -> None:
            if self.view.saved:
                _identity(hub).noted()
                words = (f"Your recovery key is in {self.view.saved}.", "This device is trusted.")
                self.show(_without_key(self.view, *words))

        await self._work(work, Stage.KEY)

    async def recover(self, typed: str) -> None:
        """Open the identity with a recovery key or passphrase."""

        def progress(done: int, total: int) -> None:
            self.show(replace(self.view, doing="Bringing older keys from the backup", done=done, total=total))

        async def work(hub: Hub) -> None:
            done = await _identity(hub).recover(Secret(typed), progress)
            self.show(
                replace(self.view, stage=Stage.DONE, wanted=False, trusted=True, words=_came_to(done), notice=None)
            )

        await self._while_working(work, "Opening", Stage.UNLOCK)

    # --- on the engine's thread -------------------------------------------------------------------------------------

    async def _while_working(self, work: Callable[[Hub], Awaitable[None]], doing: str, before: Stage) -> None:
        if self.view.stage in {Stage.WORKING, Stage.CONFIRM}:
            return
        self.show(replace(self.view, stage=Stage.WORKING, doing=doing, done=0, total=0, notice=None))
        await self._work(work, before)

    async def _work(self, work: Callable[[Hub], Awaitable[None]], before: Stage) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Problem as problem:
                hint = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
                notice = Notice(safe_line(problem.message, longest=300), hint)
                self.show(replace(self.view, stage=before, notice=notice, link=""))

        await hub.do(run())


def _identity(hub: Hub) -> OwnIdentity:
    return hub.session.trust.identity


def _with_key(view: FirstTrustView, key: Secret) -> FirstTrustView:
    return replace(view, stage=Stage.KEY, key=key, trusted=True, saved="", notice=None, link="")


def _without_key(view: FirstTrustView, *words: str) -> FirstTrustView:
    return replace(view, stage=Stage.DONE, key=None, wanted=False, words=words, notice=None)


def _came_to(done: Recovered) -> tuple[str, ...]:
    words = [
        "This device is trusted now."
        if done.signed
        else "The key is right. This device is signed when the server is back."
    ]
    if done.restored is not None:
        words.append(f"{done.restored} keys of older messages came from the backup.")
    if done.missing:
        words.append(f"Not kept with it: {', '.join(done.missing)}.")
    if done.trouble:
        words.append(f"The backup could not be read: {safe_line(done.trouble, longest=300)}")
    return tuple(words)


_NEVER = frozenset("0OIl")


def typed_so_far(text: str, *, passphrase: bool) -> tuple[str, str]:
    """What can be said of a recovery key while it is typed: words, and `warn` where something is wrong."""
    letters = "".join(text.split())
    if not letters:
        return (f"{LETTERS} characters in groups of four. Spaces do not matter.", "")
    wrong = next((n for n, c in enumerate(letters, 1) if c in _NEVER or not (c.isascii() and c.isalnum())), 0)
    if wrong and passphrase:
        return ("Taken as the passphrase: letter by letter, spaces too.", "")
    if wrong:
        return (f"Character {wrong} cannot be in a recovery key: 0, O, I and l never occur.", "warn")
    if len(letters) > LETTERS:
        return (f"{len(letters)} characters: a recovery key has {LETTERS}.", "" if passphrase else "warn")
    so_far = "" if len(letters) == LETTERS else ", all good so far"
    return (f"{len(letters)} of {LETTERS} characters{so_far}. Spaces do not matter.", "")
