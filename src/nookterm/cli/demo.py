"""`nookterm demo`: a community on a homeserver of its own; with a screen, as a play, as a server, as somebody else."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from nookterm.cli.main import need_terminal
from nookterm.cli.output import Printer
from nookterm.cli.wiring import LazyDoorway, home_folder, pickle_key
from nookterm.client.account import Hold, Parts, open_account
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.ports import Credentials, Gateway, Secret, Store, Vault
from nookterm.client.profiles import Profiles
from nookterm.demo import errors, moments
from nookterm.demo import folder as folders
from nookterm.demo.crowd import more_rooms
from nookterm.demo.homeserver import Homeserver
from nookterm.demo.making import Making, finished, is_half_made, reopen
from nookterm.demo.synapse_config import last_words
from nookterm.demo.world_file import load_world

_OFTEN = 0.5
_STEP = 10
_STOPS = (signal.SIGTERM, signal.SIGHUP)


def run_demo(args: argparse.Namespace, printer: Printer) -> int:
    """Run the demo in the way that was asked for. Returns the exit code; leaves no process and no file behind."""
    for number in _STOPS:
        # Who started us with nohup wants us to outlive the terminal.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    if args.as_user:
        return _join(args)
    if args.serve:
        return _serve(args)
    if args.play or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _play(args, printer)
    return _show(args)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """End as by Ctrl-C, through every `finally`."""
    sys.exit(128 + number)


def demo_parts(world: Path, as_token: str | None, sync: str | None = None) -> Parts:
    """The real parts over a demo world: its own vault, and, with the token, a last hop that can date what is sent."""
    from nookterm.store.lock import hold_account
    from nookterm.store.opening import open_store

    def vault(_kind: str | None) -> Vault:
        from nookterm.vault.demo import DemoVault

        return DemoVault(world)

    def gateway(credentials: Credentials, store: Store) -> Gateway:
        from nookterm.matrix.gateway import NioGateway
        from nookterm.matrix.stamp import Stamp

        stamp = Stamp(Secret(as_token), moments.milliseconds) if as_token else None
        return NioGateway(credentials, store.connection, pickle_key(store), stamp=stamp, sync=sync or "auto")

    def hold(folder: Path) -> Hold:
        return hold_account(folder / "account.lock")

    return Parts(LazyDoorway(), vault, open_store, gateway, hold, moments.clock, Profiles(world))


# --- a server with a world ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _server(args: argparse.Namespace, tell: Callable[[str], None]) -> Iterator[Homeserver]:
    """The running homeserver, with the folder of `--dir` if one was given."""
    threading.Thread(target=_warm_up, daemon=True).start()
    path = Path(args.dir).expanduser().absolute() if args.dir else None
    if path and is_half_made(path):
        tell(f"the world in {path} was never finished; making it anew")
        folders.clear_kept(path)
    try:
        server = Homeserver.start(folder=path, port=args.port, progress=tell)
    except errors.WorldVersionMismatch as problem:
        if path is None or not _agreed(problem):
            raise
        folders.clear_kept(path)
        server = Homeserver.start(folder=path, port=args.port, progress=tell)
    with server:
        yield server


def _warm_up() -> None:
    """Load what takes half a second to load while the server starts."""
    importlib.import_module("nookterm.matrix.gateway")


def _agreed(problem: errors.WorldVersionMismatch) -> bool:
    """Whether a person at the terminal wants the old world thrown away."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(problem.message, file=sys.stderr)
    return input("Throw that world away and make a new one there? [y/N] ").strip().lower() in {"y", "yes"}


def _serve(args: argparse.Namespace) -> int:
    """Print the facts of the complete world as one JSON line, then stay."""
    with _server(args, _to_stderr()) as server:
        parts = demo_parts(server.folder, server.as_token, args.sync)
        facts = reopen(server, parts) or asyncio.run(_made(server, parts))
        more = asyncio.run(_more(server, parts, args.rooms, _to_stderr()))
        facts = more or facts
        print(json.dumps(facts), flush=True)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            while server.is_running():
                time.sleep(_OFTEN)
            raise errors.homeserver_ended(last_words(server.folder))
    return 0


async def _made(server: Homeserver, parts: Parts) -> dict[str, Any]:
    making = Making(load_world(), server, parts, _to_stderr())
    try:
        await making.open()
        return await making.finish()
    finally:
        await making.leave()


def _to_stderr() -> Callable[[str], None]:
    """Tells on stderr, one line for every ten of the same kind, so that stdout has the one JSON line only."""
    told = 0

    def tell(line: str) -> None:
        nonlocal told
        head, _, count = line.partition(": ")
        told = told + 1 if count else 0
        if told % _STEP == 0 or not count:
            print(f"nookterm demo: {head}{': ' if count else ''}{count}", file=sys.stderr, flush=True)

    return tell


# --- with a screen --------------------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    """Open the client as soon as there is something to read; the rest of the world is made behind it."""
    from nookterm.cli.screen import open_client, opener, read_look
    from nookterm.client.engine import Engine
    from nookterm.viewmodels.shell import ClientShell

    need_terminal()
    line, look = _Line(), read_look(home_folder())
    engine = Engine()
    engine.start()
    try:
        with _server(args, line.say) as server:
            parts, world = demo_parts(server.folder, server.as_token, args.sync), load_world()
            if reopen(server, parts):
                engine.submit(_more(server, parts, args.rooms, line.count)).result()
                line.end()
                return open_client(ClientShell(engine, opener(parts, world.opens_as)), look)
            making = engine.submit(_begin(server, parts, line.count)).result()
            line.end()
            shell = ClientShell(engine, making.account)
            making.tell = shell.status.progress
            rest = engine.submit(_rest(making, server, args.rooms, shell.status.progress))
            try:
                return open_client(shell, look)
            finally:
                rest.cancel()
                engine.submit(making.leave(keep=True)).result()
    finally:
        engine.stop()


async def _begin(server: Homeserver, parts: Parts, tell: Callable[[str], None]) -> Making:
    making = Making(load_world(), server, parts, tell)
    try:
        await making.open()
    except BaseException:
        await making.leave()
        raise
    return making


async def _more(server: Homeserver, parts: Parts, rooms: int, tell: Callable[[str], None]) -> dict[str, Any] | None:
    """The facts of a complete world after as many more rooms as are wanted; None where it has them."""
    if rooms <= (finished(server.folder) or {}).get("more_rooms", 0):
        return None
    account = open_account(parts, load_world().opens_as)
    try:
        return await more_rooms(account.session, server.folder, server.server_name, rooms, tell)
    finally:
        await account.close()


async def _rest(making: Making, server: Homeserver, rooms: int, tell: Callable[[str], None]) -> None:
    try:
        await making.finish(keep=True)
        if rooms:
            session = (await making.account()).session
            await more_rooms(session, server.folder, server.server_name, rooms, tell)
    except Problem as problem:
        tell(f"the rest of the world could not be made: {problem.message}")
    else:
        tell("")


class _Line:
    """Progress on a terminal: what happens now, and counts that grow in their place."""

    def __init__(self) -> None:
        self._counting = False

    def say(self, text: str) -> None:
        """Tell what happens now."""
        self.end()
        print(f"  {text}", flush=True)

    def count(self, text: str) -> None:
        """Tell how far it is."""
        self._counting = True
        print(f"\r  {text} ", end="", flush=True)

    def end(self) -> None:
        """Go on to the next line."""
        if self._counting:
            print(flush=True)
        self._counting = False


def _join(args: argparse.Namespace) -> int:
    """Open the client as somebody else of the world that runs."""
    name = args.as_user.removeprefix("@").partition(":")[0]
    path = folders.running(Path(args.dir) if args.dir else None, prefer=finished)
    if path is None:
        raise errors.no_world()
    if finished(path) is None:
        raise errors.world_unfinished()
    parts = demo_parts(path, None, args.sync)
    names = [profile.name for profile in parts.profiles.all()]
    if name not in names:
        message = f"Nobody in this world is called {args.as_user}."
        raise WrongUsage(message, f"There are: {', '.join(names)}.", code="unknown_person")
    need_terminal()
    from nookterm.cli.screen import open_client, opener, read_look
    from nookterm.client.engine import Engine
    from nookterm.viewmodels.shell import ClientShell

    look = read_look(home_folder())
    with parts.hold(parts.profiles.folder(name)):
        pass  # Whether somebody else has this account is told before a screen is drawn.
    engine = Engine()
    engine.start()
    try:
        return open_client(ClientShell(engine, opener(parts, name)), look)
    finally:
        engine.stop()


# --- as a play ------------------------------------------------------------------------------------------------------


def _play(args: argparse.Namespace, printer: Printer) -> int:
    """Play the main job through, a line for each step. Raises the Problem of the step that failed."""
    from nookterm.demo.play import play

    if args.dir:
        message = "The play is over when it has ended: there is nothing to keep in --dir."
        raise WrongUsage(message, "Leave --dir out, or use --serve.", code="usage")

    def tell(words: str, fields: dict[str, str] | None = None) -> None:
        printer.row(fields or {"step": "demo", "text": words}, words)

    with _server(args, tell) as server:
        asyncio.run(play(load_world(), server.base_url, demo_parts(server.folder, server.as_token, args.sync), tell))
    return 0
