"""`nookterm demo`: a community on a homeserver of its own; with a screen, as a play, as a server, as somebody else."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nookterm.cli import stops
from nookterm.cli.demo_servers import Running, demo_parts, running
from nookterm.cli.home import home_folder
from nookterm.cli.main import need_terminal
from nookterm.cli.output import Printer
from nookterm.client.account import open_account
from nookterm.client.errors import Problem, WrongUsage
from nookterm.demo import errors
from nookterm.demo import folder as folders
from nookterm.demo.crowd import more_rooms
from nookterm.demo.making import Making, finished, reopen
from nookterm.demo.pair import both_folders
from nookterm.demo.play import play

_OFTEN = 0.5
_STEP = 10


def run_demo(args: argparse.Namespace, printer: Printer) -> int:
    """Run the demo in the way that was asked for. Returns the exit code; leaves no process and no file behind."""
    stops.heed()
    if args.as_user:
        return _join(args)
    if args.serve:
        return _serve(args)
    if args.play or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _play(args, printer)
    return _show(args)


# --- a server with a world ------------------------------------------------------------------------------------------


def _serve(args: argparse.Namespace) -> int:
    """Print the facts of the complete world as one JSON line, then stay."""
    with running(args, _to_stderr()) as here:
        facts = reopen(here.folder, here.homes) or stops.run(_made(here))
        more = stops.run(_more(here, args.rooms, _to_stderr()))
        facts = more or facts
        print(json.dumps(facts), flush=True)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            while True:
                here.demand()
                time.sleep(_OFTEN)
    return 0


async def _made(here: Running) -> dict[str, Any]:
    making = Making(here.world, here.folder, here.homes, _to_stderr())
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
    from nookterm.cli.live import live_settings, settings_model, shell_of_a_play
    from nookterm.cli.look import look_of
    from nookterm.cli.screen import open_client, opener
    from nookterm.client.engine import Engine

    need_terminal()
    live = live_settings(home_folder(), args)
    line, look, shown = _Line(), look_of(live.settings, home_folder(), plain=args.conversation), settings_model(live)
    engine = Engine()
    engine.start()
    try:
        with running(args, line.say) as here:
            if reopen(here.folder, here.homes):
                engine.submit(_more(here, args.rooms, line.count)).result()
                line.end()
                opening = opener(here.parts, here.world.opens_as)
                return open_client(shell_of_a_play(engine, opening, live, shown, here.folder), look)
            making = engine.submit(_begin(here, line.count)).result()
            line.end()
            shell = shell_of_a_play(engine, making.account, live, shown, here.folder)
            making.tell = shell.status.progress
            rest = engine.submit(_rest(making, here, args.rooms, shell.status.progress))
            try:
                return open_client(shell, look)
            finally:
                rest.cancel()
                engine.submit(making.leave(keep=True)).result()
    finally:
        engine.stop()


async def _begin(here: Running, tell: Callable[[str], None]) -> Making:
    making = Making(here.world, here.folder, here.homes, tell)
    try:
        await making.open()
    except BaseException:
        await making.leave()
        raise
    return making


async def _more(here: Running, rooms: int, tell: Callable[[str], None]) -> dict[str, Any] | None:
    """The facts of a complete world after as many more rooms as are wanted; None where it has them."""
    if rooms <= (finished(here.folder) or {}).get("more_rooms", 0):
        return None
    account = open_account(here.parts, here.world.opens_as)
    try:
        return await more_rooms(account.session, here.folder, here.server_name, rooms, tell)
    finally:
        await account.close()


async def _rest(making: Making, here: Running, rooms: int, tell: Callable[[str], None]) -> None:
    try:
        await making.finish(keep=True)
        if rooms:
            session = (await making.account()).session
            await more_rooms(session, here.folder, here.server_name, rooms, tell)
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
    worlds = [demo_parts(folder, None, args.sync) for folder in both_folders(path)]
    names = [profile.name for parts in worlds for profile in parts.profiles.all()]
    parts = next((parts for parts in worlds if name in {profile.name for profile in parts.profiles.all()}), None)
    if parts is None:
        message = f"Nobody in this world is called {args.as_user}."
        raise WrongUsage(message, f"There are: {', '.join(names)}.", code="unknown_person")
    need_terminal()
    from nookterm.cli.live import live_settings, settings_model, shell_of_a_play
    from nookterm.cli.look import look_of
    from nookterm.cli.screen import open_client, opener
    from nookterm.client.engine import Engine

    live = live_settings(home_folder(), args)
    look, shown = look_of(live.settings, home_folder(), plain=args.conversation), settings_model(live)
    with parts.hold(parts.profiles.folder(name)):
        pass  # Whether somebody else has this account is told before a screen is drawn.
    engine = Engine()
    engine.start()
    try:
        return open_client(shell_of_a_play(engine, opener(parts, name), live, shown, path), look)
    finally:
        engine.stop()


# --- as a play ------------------------------------------------------------------------------------------------------


def _play(args: argparse.Namespace, printer: Printer) -> int:
    """Play the main job through, a line for each step. Raises the Problem of the step that failed."""
    if args.dir:
        message = "The play is over when it has ended: there is nothing to keep in --dir."
        raise WrongUsage(message, "Leave --dir out, or use --serve.", code="usage")

    def tell(words: str, fields: dict[str, str] | None = None) -> None:
        printer.row(fields or {"step": "demo", "text": words}, words)

    if args.federated:
        message = "The play takes place on one server."
        raise WrongUsage(message, "Leave --federated out, use --serve, or open it at a terminal.", code="usage")
    with running(args, tell) as here:
        stops.run(play(here.world, here.homes["here"].base_url, here.parts, tell))
    return 0
