"""The client with a screen: an account, its view-models, the terminal program."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import wait
from pathlib import Path
from threading import Event

from nookterm.cli.anew import begun_anew
from nookterm.cli.busy import WayIn, way_in
from nookterm.cli.last_frame import LastFrame
from nookterm.cli.main import need_terminal
from nookterm.cli.output import exit_code
from nookterm.cli.passphrase import Passphrase
from nookterm.cli.serving import carry_out_with
from nookterm.cli.wiring import home_folder, parts_for, passphrase_of
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.bell import ring_bells
from nookterm.client.engine import Engine
from nookterm.client.errors import Busy, Problem, VaultClosed
from nookterm.client.notifying import notifying
from nookterm.client.ports import Store
from nookterm.client.profiles import Profile
from nookterm.client.retention import Retention
from nookterm.client.session import Session
from nookterm.client.settings import Settings, read_settings
from nookterm.tui.look import Look
from nookterm.viewmodels.shell import ClientShell

_FIRST_FRAME_WAITS = 0.3
"""Seconds that the first frame waits for the account; a slower one is told that its rooms are being opened."""


def run_client(args: argparse.Namespace) -> int:
    """Open the chosen account, or the welcome screen where nobody is signed in. Returns the exit code."""
    need_terminal()
    home = home_folder()
    settings = read_settings(home, os.environ)
    parts = parts_for(home, late=True, sync=args.sync or settings.text("sync"))
    look = look_of(settings, home)
    passphrase = passphrase_of(home)
    welcome = not _is_signed_in(parts, args.profile)
    if welcome:
        if parts.open_vault(None).kind == "passphrase" and not os.environ.get("NOOKTERM_PASSPHRASE_FILE"):
            passphrase()
    else:
        unlock(parts, parts.profiles.chosen(args.profile), passphrase)
    passphrase.hush()
    beside = done_beside(settings, act=not args.no_act)
    engine = Engine()
    engine.start()
    try:
        if welcome and not _welcome(parts, args.profile, engine, look):
            return 0
        read_only = way_in(parts, args.profile, engine, look) is WayIn.LOOK
        with LastFrame(look) as frame:
            opening = Opening(parts, args.profile, read_only=read_only, opened=frame.paint)
            shell = ClientShell(
                engine, opening, carry_out=carry_out_with(parts), let_go=Retention.of(settings).run, beside=beside
            )
            shell.begin()
            opening.stored.wait(_FIRST_FRAME_WAITS)
            early = opening.problem
            code = exit_code(early) if early else open_client(shell, look, frame)
        if opening.problem and begun_anew(parts, args.profile, engine, look, opening.problem):
            return run_client(args)
        if early:
            raise early
        return exit_code(opening.problem) if opening.problem else code
    finally:
        engine.stop()


def done_beside(settings: Settings, *, act: bool) -> tuple[Callable[[Session], Awaitable[None]], ...]:
    """What a client with a screen does beside showing an account; `act`: also what others hear of."""
    called = notifying(settings)
    return (*((ring_bells,) if act else ()), *((called,) if called else ()))


def _welcome(parts: Parts, profile: str | None, engine: Engine, look: Look) -> bool:
    """The first screen. Whether somebody is signed in after it."""
    from nookterm.tui.welcome import WelcomeApp
    from nookterm.viewmodels.signin import SignInModel

    return bool(WelcomeApp(SignInModel(parts, engine.call, profile), look).run())


def _is_signed_in(parts: Parts, name: str | None) -> bool:
    everyone = [profile.name for profile in parts.profiles.all()]
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


def opener(parts: Parts, profile: str | None) -> Callable[[], Awaitable[OpenAccount]]:
    """The way to open a signed-in account, for a shell."""
    return Opening(parts, profile)


def open_client(shell: ClientShell, look: Look | None = None, frame: LastFrame | None = None) -> int:
    """Run the client until the person leaves. Returns the exit code."""
    begun = shell.begin()
    # The account opens on its own thread while the terminal's library is loaded here.
    from nookterm.tui.app import NooktermApp
    from nookterm.tui.themed import run_app

    app = NooktermApp(shell, look)
    wait((begun,), _FIRST_FRAME_WAITS)
    if frame:
        frame.hand_over()
    return run_app(app)


def read_look(home: Path) -> Look:
    """How a person wants it to look and feel. Raises WrongUsage for a file that makes no sense."""
    return look_of(read_settings(home, os.environ), home)


def look_of(settings: Settings, home: Path) -> Look:
    """How a person wants it to look and feel (docs/guide/member.md)."""
    return Look(
        settings.text("theme"),
        compact=settings.text("density") == "compact",
        preset=settings.text("preset"),
        glyphs=settings.text("glyphs"),
        keys=settings.keys,
        own_themes=home / "themes",
        trouble=settings.trouble,
    )
