"""`verify`: comparing keys with a person or another device of ours, at a terminal or by a script, step by step."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

from nookterm.cli.alone import alone
from nookterm.cli.answers import Answers
from nookterm.cli.context import Context
from nookterm.client.account import OpenAccount, session_over
from nookterm.client.changes import Change, VerificationsChanged
from nookterm.client.errors import NotFound, Problem
from nookterm.client.own_state import READY
from nookterm.domain.ids import DeviceId, UserId, is_user_id, server_of
from nookterm.domain.names import shown_name
from nookterm.trust.verification import Flow, Phase
from nookterm.viewmodels.verify import VerifyView
from nookterm.viewmodels.verify_words import page

_LOOK = 0.25
"""Seconds between two looks where nothing is told: time passes, too."""
_THEIR_TURN = 3.0
"""Seconds that whoever asked has to begin with the emoji, before we do."""
_SECRETS = 20.0
"""Seconds that a new device waits for the other one to hand its secrets over."""
_NO_MORE = 1.5
"""Seconds without another question, after which it has all that it wants."""
_PATIENCE = 600.0
"""Seconds, where `--timeout` does not say otherwise: a verification takes no longer."""
_ENDED = {
    "m.timeout": "timeout",
    "m.mismatched_sas": "mismatch",
    "m.key_mismatch": "key_mismatch",
    "m.mismatched_commitment": "key_mismatch",
}
_UNPROVED = frozenset({"identity_changed", "nothing_proved"})


async def verify(context: Context) -> None:
    """Compare keys, and print each step. Needs the account to itself: answers are given here."""
    async with alone(context) as account:
        await account.session.trust.expire()
        syncing = asyncio.create_task(account.session.run())
        comparison = Comparison(context, account, syncing, Answers())
        try:
            await comparison.run()
        finally:
            await comparison.leave()
            syncing.cancel()
            await asyncio.gather(syncing, return_exceptions=True)


class Comparison:
    """One verification from the first word to what became of it."""

    def __init__(self, context: Context, account: OpenAccount, syncing: asyncio.Task[None], answers: Answers) -> None:
        """`syncing` keeps the account in step with the server."""
        self._context = context
        self._account = account
        self._session = account.session
        self._verifications = account.session.trust.verifications
        self._syncing = syncing
        self._answers = answers
        self._asked: asyncio.Task[bool | None] | None = None
        """The question that waits for an answer."""
        self._txn = ""
        self._news = asyncio.Event()
        given = any(word.split("=")[0] == "--timeout" for word in context.words)
        self._end = time.monotonic() + (context.args.timeout if given else _PATIENCE)
        account.session.changes.listen(self._on_change)

    async def run(self) -> None:
        """Ask or wait to be asked, compare, and say what came of it. Raises a Problem where nothing was verified."""
        flow = await (self._be_asked() if self._context.args.accept else self._ask())
        shown: Phase | None = None
        while not flow.over:
            if flow.phase is not shown:
                shown, since = flow.phase, time.monotonic()
                self._show(flow)
            if flow.phase is Phase.READY and (not self._context.args.accept or time.monotonic() - since > _THEIR_TURN):
                await self._verifications.compare(flow.txn)
            await self._wait()
            flow = self._current(flow)
        await self._conclude(flow)

    async def leave(self) -> None:
        """Whatever happens, nobody waits in vain for us."""
        if self._asked:
            self._asked.cancel()
        with contextlib.suppress(Problem):
            await self._verifications.cancel(self._txn)

    # --- beginning --------------------------------------------------------------------------------------------------

    async def _ask(self) -> Flow:
        user, device = self._subject()
        asked = self._verifications.ask_person(user) if user else self._verifications.ask_devices(device)
        self._txn = await asked
        return self._session.trust.flows[self._txn]

    async def _be_asked(self) -> Flow:
        """Wait for a request, and take it: at once from whom the command names, else after a question."""
        user, device = self._subject() if self._context.args.who else (None, None)
        wanted = user or (self._session.gateway.user_id if device else None)
        self._print("waiting", {"user": wanted, "device": device}, "Waiting to be asked.")
        refused: set[str] = set()
        while True:
            for flow in tuple(self._session.trust.flows.values()):
                meant = wanted in {None, flow.them.user} and device in {None, flow.device}
                if flow.phase is not Phase.ASKED or not meant or flow.txn in refused:
                    continue
                self._answers.forget()
                self._show(flow)
                if wanted is None and not await self._question(flow, "Accept? y or n"):
                    refused.add(flow.txn)
                    with contextlib.suppress(Problem):
                        await self._verifications.cancel(flow.txn)
                    continue
                self._txn = flow.txn
                await self._verifications.accept(flow.txn)
                return self._session.trust.flows[flow.txn]
            await self._wait()

    def _subject(self) -> tuple[UserId | None, DeviceId | None]:
        """The person, or the device of ours, that the command names. Neither: all other devices of ours."""
        words, me = self._context.args.who, self._session.gateway.user_id
        if not words:
            return None, None
        if is_user_id(words):
            return (None, None) if words == me else (UserId(words), None)
        if DeviceId(words) in self._session.gateway.identities.devices(me):
            return None, DeviceId(words)
        named = f"@{words.removeprefix('@')}:{server_of(me)}"
        if not is_user_id(named) or words.isupper():
            message = f"{words} is neither a person nor a device of yours."
            raise NotFound(message, "`nookterm trust` lists your devices; a person is @name:server.", code="unknown")
        return UserId(named), None

    # --- step by step -----------------------------------------------------------------------------------------------

    def _show(self, flow: Flow) -> None:
        view = self._page(flow)
        words = "\n".join([view.headline, *view.words])
        if flow.phase is Phase.READY:
            words = "Both are willing. The pictures are on their way."
        fields: dict[str, Any] = {"txn": flow.txn, "user": flow.them.user, "device": flow.device, "room_id": flow.room}
        if flow.phase is not Phase.COMPARING:
            self._print(str(flow.phase), fields, words)
            return
        fields["emoji"] = [{"symbol": symbol, "name": name} for symbol, name in view.pictures]
        fields["numbers"] = list(view.numbers)
        pictures = [f"  {symbol}  {name}" for symbol, name in view.pictures]
        numbers = "  ".join(map(str, view.numbers))
        lines = [*pictures, f"  The same as numbers: {numbers}" if pictures else f"  {numbers}"]
        self._answers.forget()
        self._print("compare", fields, "\n".join([words, *lines]))
        self._context.printer.say("Do they match? y or n")
        self._asked = asyncio.create_task(self._answers.yes())
        self._asked.add_done_callback(lambda _task: self._news.set())

    async def _answer(self, flow: Flow) -> None:
        """Do what was typed. The end of the input is no answer to anything."""
        if self._asked is None or not self._asked.done() or self._asked.cancelled():
            return
        same = self._asked.result()
        self._asked = None
        if same is None:
            raise Problem("Nobody answered whether they match.", "Nothing was verified.", code="no_answer")
        with contextlib.suppress(Problem):
            await (self._verifications.same(flow.txn) if same else self._verifications.differ(flow.txn))

    async def _question(self, flow: Flow, words: str) -> bool:
        self._context.printer.say(words)
        asked = asyncio.create_task(self._answers.yes())
        asked.add_done_callback(lambda _task: self._news.set())
        try:
            while not asked.done():
                await self._wait()
                if self._session.trust.flows.get(flow.txn, flow).phase is not Phase.ASKED:
                    return False
        finally:
            asked.cancel()
        if asked.result() is None:
            raise Problem("Nobody answered whether to accept.", "Nothing was verified.", code="no_answer")
        return bool(asked.result())

    def _current(self, flow: Flow) -> Flow:
        """The flow as it is now; or the one that goes on in its place, where two requests crossed."""
        now = self._session.trust.flows.get(self._txn, flow)
        if now.phase is Phase.CANCELLED:
            same = [f for f in self._session.trust.flows.values() if f.them.user == now.them.user]
            instead = next((f for f in same if not f.over and f.phase is not Phase.ASKED), None)
            if instead:
                self._txn = instead.txn
                return instead
        return now

    async def _conclude(self, flow: Flow) -> None:
        await self._verifications.settled()
        problem = self._verifications.problem(flow.txn)
        if flow.phase is not Phase.DONE:
            view, cancelled = self._page(flow), flow.cancelled
            code = _ENDED.get(str(cancelled.code), "cancelled") if cancelled else "elsewhere"
            raise problem or Problem(view.headline, " ".join(view.words), code=code)
        if problem and problem.code in _UNPROVED:
            raise problem
        if flow.with_ourselves and flow.me.master is None:
            await self._trusted()
        fields = {"txn": flow.txn, "user": flow.them.user, "device": flow.device, "verified": True}
        view = self._page(flow)
        self._print("done", fields, "\n".join([view.headline, *view.words]))
        if problem:
            self._context.printer.remark(str(problem))
        if flow.with_ourselves and flow.me.master and flow.other and not flow.other.signed_by_owner:
            await self._hand_over(flow.other.device)

    async def _trusted(self) -> None:
        """Wait a moment for the signature and the secrets; where they take longer, they come with a later start."""
        identity, end = self._session.trust.identity, time.monotonic() + _SECRETS
        while time.monotonic() < end and not self._syncing.done():
            if identity.state().step == READY and self._has_keys():
                return
            with contextlib.suppress(Problem):
                await self._session.trust.settle()
            await asyncio.sleep(_LOOK)

    async def _hand_over(self, device: DeviceId) -> None:
        """Stay until the new device has asked for what it needs: nobody else may be there to answer."""
        self._context.printer.say("It gets your secrets now.")
        gossip, end = self._session.trust.gossip, time.monotonic() + _SECRETS
        given, since = 0, time.monotonic()
        while time.monotonic() < end and not self._syncing.done():
            if gossip.given_to(device) != given:
                given, since = gossip.given_to(device), time.monotonic()
            if given and time.monotonic() - since > _NO_MORE:
                return
            with contextlib.suppress(Problem):
                await self._session.trust.settle()
            await asyncio.sleep(_LOOK)

    def _has_keys(self) -> bool:
        from nookterm.trust.secret_storage import MASTER, SELF_SIGNING, USER_SIGNING

        identities = self._session.gateway.identities
        return all(identities.secret(name) for name in (MASTER, SELF_SIGNING, USER_SIGNING))

    # --- waiting ----------------------------------------------------------------------------------------------------

    async def _wait(self) -> None:
        """Until something happens. Raises SignedOut, or a Problem where it took too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK):
                await self._news.wait()
        self._news.clear()
        await self._session.trust.expire()
        if self._syncing.done():
            self._syncing.result()
            raise session_over(self._context.parts.profiles.load(self._account.profile.name))
        if time.monotonic() > self._end:
            raise Problem("The other side did not answer in time.", "Nothing was verified.", code="timeout")
        flow = self._session.trust.flows.get(self._txn)
        if flow and not flow.over:
            await self._answer(flow)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, VerificationsChanged):
            self._news.set()

    def _page(self, flow: Flow) -> VerifyView:
        user, rooms = flow.them.user, self._session.rooms
        name = next((name for room in rooms.joined() if (name := room.name_of(user))), None)
        return page(flow, shown_name(user, name), self._session.clock())

    def _print(self, step: str, fields: dict[str, Any], words: str) -> None:
        self._context.printer.row({"step": step, **fields}, words)
