"""Where `nookterm` begins: words to a command, problems to exit codes, a clean terminal whatever happens."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version

from nookterm.cli.output import Printer, exit_code
from nookterm.cli.parser import build_parser
from nookterm.client.errors import Problem, WrongUsage

_MODULES = {
    "login": "account", "logout": "account", "profiles": "account",
    "found": "rooms", "rooms": "rooms", "join": "rooms", "leave": "rooms", "invite": "rooms",
    "read": "talk", "send": "talk",
    "knock": "vetting", "requests": "vetting", "desk": "vetting", "approve": "vetting", "decline": "vetting",
    "claim": "vetting", "release": "vetting", "vet": "vetting",
    "share": "sharing", "consent": "sharing", "publish": "sharing", "withdraw": "sharing", "highlights": "sharing",
}  # fmt: skip
"""Which module of `cli.commands` has a command; loaded only when it is called."""


def run() -> None:
    """The console script."""
    os.umask(0o077)
    _no_core_dumps()
    sys.exit(main(sys.argv[1:]))


def main(words: Sequence[str]) -> int:
    """Run one command line. Returns the exit code (docs/cli.md)."""
    printer = Printer(as_json="--json" in words)
    try:
        args = build_parser(version("nookterm")).parse_args(list(words))
        printer = Printer(as_json=args.json)
        if args.command == "demo":
            return int(importlib.import_module("nookterm.cli.demo").run_demo(args, printer))
        if args.command is None:
            return int(importlib.import_module("nookterm.cli.screen").run_client(args))
        return _headless(args, printer)
    except Problem as problem:
        printer.problem(problem)
        return exit_code(problem)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _headless(args: object, printer: Printer) -> int:
    import asyncio

    from nookterm.cli.context import Context
    from nookterm.cli.wiring import home_folder, parts_for

    command = str(getattr(args, "command", ""))
    module = importlib.import_module(f"nookterm.cli.commands.{_MODULES[command]}")
    context = Context(parts_for(home_folder()), printer, args)  # type: ignore[arg-type]  # argparse's namespace
    asyncio.run(getattr(module, command)(context))
    return 0


def need_terminal() -> None:
    """Refuse to draw where nothing can be drawn. Raises WrongUsage."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        message = "There is no terminal to draw on."
        raise WrongUsage(message, "`nookterm rooms`, `read` and `send` work without one.", code="no_terminal")
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        message = f"The terminal {os.environ.get('TERM') or '(TERM is not set)'} cannot move its cursor."
        raise WrongUsage(message, "Set TERM, for example to xterm-256color, or use the commands without a screen.")


def _no_core_dumps() -> None:
    """A dump of this process would hold keys in the clear."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
