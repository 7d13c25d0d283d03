"""The client with a screen: an account, its view-models, the terminal program."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import wait
from functools import partial
from threading import Event

from nookterm.cli.accounts import Shells, side_by_side
from nookterm.cli.anew import begun_anew
from nookterm.cli.busy import WayIn, way_in
from nookterm.cli.calls import calls
from nookterm.cli.home import home_folder, passphrase_of
from nookterm.cli.last_frame import LastFrame
from nookterm.cli.live import live_settings
from nookterm.cli.look import look_of
from nookterm.cli.main import need_terminal
from nookterm.cli.output import exit_code
from nookterm.cli.passphrase import Passphrase
from nookterm.cli.wiring import parts_for
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.bell import ring_bells
from nookterm.client.engine import Engine
from nookterm.client.errors import Busy, Problem, VaultClosed
from nookterm.client.forms import system_locale
from nookterm.client.live_settings import LiveSettings
from nookterm.client.ports import Store
from nookterm.client.profiles import Profile
from nookterm.client.session import Session
from nookterm.tui.look import Look
from nookterm.viewmodels.accounts import AccountsPanel
from nookterm.viewmodels.shell import ClientShell

_COLLECTS = (50_000, 20, 50)
"""How seldom Python looks for garbage in rings once all is loaded."""
_REST = 2.0
"""Seconds in which next to nothing is done before garbage is looked for."""
_AT_REST = 0.03
"""The share of them in which something may be done."""
_WORTH_IT = 5_000
"""New things from which on looking is worth its while."""
_FIRST_FRAME_WAITS = 0.3
"""Seconds that the first frame waits for the account; a slower one is told that its rooms are being opened."""


def run_client(args: argparse.Namespace, painted: LastFrame | None = None) -> int:
    """Open the chosen account, or the welcome screen where nobody is signed in. Returns the exit code.

    `painted` is the account's last frame, where it is on the terminal already.
    """
    need_terminal()
    home = home_folder()
    live, system = live_settings(home, args), system_locale(os.environ)
    parts = parts_for(home, late=True, sync=live.settings.text("sync"))
    look = look_of(live.settings, home, plain=args.conversation)
    passphrase = passphrase_of(home)
    welcome = not _is_signed_in(parts, args.profile)
    if welcome:
        if parts.open_vault(None).kind == "passphrase" and not os.environ.get("NOOKTERM_PASSPHRASE_FILE"):
            passphrase()
    else:
        unlock(parts, parts.profiles.first(args.profile), passphrase)
    passphrase.hush()
    beside = done_beside(live, act=not args.no_act)
    engine = Engine()
    engine.start()
    try:
        if welcome and not _welcome(parts, args.profile, engine, look):
            return 0
        first = parts.profiles.first(args.profile).name
        read_only = way_in(parts, first, engine, look) is WayIn.LOOK
        with painted or LastFrame(look) as frame:
            opening = Opening(parts, first, read_only=read_only, opened=None if painted or look.plain else frame.paint)
            shells = Shells(parts, engine, live, system, beside)
            shell = shells.of(opening)
            shell.begin()
            opening.stored.wait(_FIRST_FRAME_WAITS)
            early = opening.problem
            accounts = side_by_side(shells, partial(_opening, parts), passphrase, first, shell)
            code = exit_code(early) if early else open_client(shell, look, frame, accounts)
        if opening.problem and begun_anew(parts, first, engine, look, opening.problem):
            return run_client(args)
        if early:
            raise early
        return exit_code(opening.problem) if opening.problem else code
    finally:
        engine.stop()


def done_beside(live: LiveSettings, *, act: bool) -> tuple[Callable[[Session], Awaitable[None]], ...]:
    """What a client with a screen does beside showing an account; `act`: also what others hear of."""
    return (settled, *((ring_bells,) if act else ()), *calls(live))


async def settled(_session: Session) -> None:
    """What is loaded by now stays: Python need not look through it again, which takes longer than a key may.

    Each frame leaves some rings; they are looked for while nobody types and nothing comes.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTS)
    while True:
        worked = time.process_time()
        await asyncio.sleep(_REST)
        if time.process_time() - worked < _REST * _AT_REST and gc.get_count()[0] > _WORTH_IT:
            gc.collect(1)


def _welcome(parts: Parts, profile: str | None, engine: Engine, look: Look) -> bool:
    """The first screen. Whether somebody is signed in after it."""
    from nookterm.tui.welcome import WelcomeApp
    from nookterm.viewmodels.signin import SignInModel

    return bool(WelcomeApp(SignInModel(parts, engine.call, profile), look).run())


def _is_signed_in(parts: Parts, name: str | None) -> bool:
    everyone = parts.profiles.names()
    return bool(everyone) if name is None else name in everyone


def unlock(parts: Parts, profile: Profile, passphrase: Passphrase) -> None:
    """Open the account's vault before anything is drawn; a wrong passphrase may be tried again. Raises VaultClosed."""
    for left in (2, 1, 0):
        try:
            parts.open_vault(profile.vault).load(profile.key_name)
        except VaultClosed as problem:
            if problem.code != "wrong_passphrase" or not left or not passphrase.possible:
                raise
            passphrase.forget()
            print(f"{problem.message} {left} more.", file=sys.stderr)
        else:
            return


class Opening:
    """Opens a signed-in account, on the engine's thread, and remembers why it could not be opened."""

    def __init__(
        self,
        parts: Parts,
        profile: str | None,
        *,
        read_only: bool = False,
        opened: Callable[[Store], None] | None = None,
    ) -> None:
        """`profile` is its name; None: the only one. `read_only`: beside the process that has it.

        `opened` is called once with the store, as soon as that is open; `stored` is set after it, or when none comes.
        """
        self._opened = opened
        self.stored = Event()
        self._parts = parts
        self._profile = profile
        self._read_only = read_only
        self.problem: Problem | None = None

    async def __call__(self) -> OpenAccount:
        """Open it. Raises the Problem."""
        try:
            account = self._open()
            opened, self._opened = self._opened, None
            if opened:
                opened(account.session.store)
        except Problem as problem:
            self.problem = problem
            raise
        finally:
            self.stored.set()
        return account

    def _open(self) -> OpenAccount:
        if self._read_only:
            # A second time it is asked for when the process that had the account is gone.
            with contextlib.suppress(Busy):
                return open_account(self._parts, self._profile)
        return open_account(self._parts, self._profile, offline=self._read_only)


def _opening(parts: Parts, name: str, read_only: bool) -> Opening:  # noqa: FBT001 - the model of accounts passes it by place
    return Opening(parts, name, read_only=read_only)


def opener(parts: Parts, profile: str | None) -> Callable[[], Awaitable[OpenAccount]]:
    """The way to open a signed-in account, for a shell."""
    return Opening(parts, profile)


def open_client(
    shell: ClientShell, look: Look | None = None, frame: LastFrame | None = None, accounts: AccountsPanel | None = None
) -> int:
    """Run the client until the person leaves. Returns the exit code."""
    begun = shell.begin()
    # The account opens on its own thread while the terminal's library is loaded here.
    from nookterm.tui.app import NooktermApp
    from nookterm.tui.themed import run_app

    app = NooktermApp(shell, look, accounts)
    wait((begun,), _FIRST_FRAME_WAITS)
    if frame:
        app.take_over = frame.hand_over
    return run_app(app)
