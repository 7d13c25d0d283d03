"""Where `nookterm` begins: words to a command, problems to exit codes, a clean terminal whatever happens."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence

from nookterm.cli.output import Printer, exit_code
from nookterm.cli.parser import build_parser
from nookterm.client.errors import Problem, WrongUsage

_MODULES = {
    "login": "account", "logout": "account", "profiles": "account", "doctor": "doctor", "register": "registering",
    "found": "rooms", "rooms": "rooms", "join": "rooms", "invite": "rooms",
    "members": "people", "ignore": "people", "unignore": "people", "kick": "people", "role": "people",
    "leave": "people", "upgrade": "upgrade", "mark": "marks", "privacy": "people", "set": "people", "profile": "people",
    "read": "talk", "send": "talk", "search": "search", "config": "config", "quiet": "quiet",
    "theme": "theme",
    "upload": "files", "download": "files",
    "edit": "messages", "react": "messages", "redact": "messages", "poll": "messages", "ballot": "messages",
    "pin": "messages", "threads": "messages", "receipts": "receipts",
    "charter": "charter", "fix": "charter", "facilitator": "facilitator",
    "knock": "asking", "requests": "asking",
    "desk": "desk", "snooze": "desk", "wake": "desk", "sheet": "desk",
    "record": "record",
    "approve": "vetting", "decline": "vetting",
    "claim": "vetting", "release": "vetting", "vet": "vetting", "ban": "vetting", "waitlist": "vetting",
    "vote": "vetting", "settle": "vetting", "handover": "vetting", "message": "vetting", "door": "vetting",
    "share": "sharing", "consent": "sharing", "publish": "sharing", "withdraw": "sharing", "highlights": "sharing",
    "draft": "sharing", "origin": "sharing", "limits": "sharing",
    "care": "caring", "report": "caring", "take-back": "caring", "greet": "caring",
    "trust": "trust", "recover": "trust",
    "export-keys": "keys", "import-keys": "keys", "verify": "verify",
}  # fmt: skip
"""Which module of `cli.commands` has a command; loaded only when it is called."""


def run() -> None:
    """The console script."""
    set_up()
    sys.exit(main(sys.argv[1:]))


def set_up() -> None:
    """What holds for the whole process, before anything of it is loaded that asks for it."""
    os.umask(0o077)
    _no_core_dumps()
    _set_up_textual()


def main(words: Sequence[str]) -> int:
    """Run one command line. Returns the exit code (docs/cli.md)."""
    printer = Printer(as_json="--json" in words)
    try:
        args = build_parser(_version() if "--version" in words else "").parse_args(list(words))
        printer = Printer(as_json=args.json)
        if args.command == "demo":
            return int(importlib.import_module("nookterm.cli.demo").run_demo(args, printer))
        if args.command is not None and args.conversation:
            message = f"--plain is for the client; `{args.command}` draws no columns."
            raise WrongUsage(message, f"Leave it out before `{args.command}`.", code="usage")
        if args.command is None:
            return int(importlib.import_module("nookterm.cli.begin").run(args))
        return _headless(args, printer, tuple(words))
    except Problem as problem:
        printer.problem(problem)
        return exit_code(problem)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _version() -> str:
    """Read from what is installed, which takes longer than most of a start."""
    from importlib.metadata import version

    return version("nookterm")


def module_of(command: str | None) -> str | None:
    """The module that has a command's function, of the same name; None for those that are no plain commands."""
    found = _MODULES.get(command or "")
    return f"nookterm.cli.commands.{found}" if found else None


def _headless(args: object, printer: Printer, words: tuple[str, ...]) -> int:
    import asyncio

    from nookterm.cli.context import Context
    from nookterm.cli.handing import run_command
    from nookterm.cli.home import home_folder
    from nookterm.cli.wiring import parts_for
    from nookterm.client.settings import read_settings

    command = str(getattr(args, "command", ""))
    module = importlib.import_module(f"nookterm.cli.commands.{_MODULES[command]}")
    settings = read_settings(home_folder(), os.environ)
    parts = parts_for(home_folder(), sync=str(getattr(args, "sync", None) or settings.text("sync")))
    context = Context(parts, printer, args, words, settings=settings)  # type: ignore[arg-type]  # argparse's namespace
    asyncio.run(run_command(getattr(module, command.replace("-", "_")), context))
    return 0


def need_terminal() -> None:
    """Refuse to draw where nothing can be drawn. Raises WrongUsage."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "There is no terminal to draw on."
        raise WrongUsage(message, "`nookterm rooms`, `read` and `send` work without one.", code="no_terminal")
    if not sys.stderr.isatty():
        message = "The screen is drawn where errors are written, and they go elsewhere (2>)."
        raise WrongUsage(message, "Leave that out.", code="no_terminal")
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        message = f"The terminal {os.environ.get('TERM') or '(TERM is not set)'} cannot move its cursor."
        raise WrongUsage(message, "Set TERM, for example to xterm-256color, or use the commands without a screen.")


def _set_up_textual() -> None:
    """What Textual asks the environment once, before it is loaded.

    It can log all that it draws, for its developers: messages in the clear. And it holds what is new back for up to two
    of its frames after one: at four times the usual rate what came just before a key does not hold that back.
    """
    for name in ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT"):
        os.environ.pop(name, None)
    os.environ.setdefault("TEXTUAL_FPS", "250")


def _no_core_dumps() -> None:
    """A dump of this process would hold keys in the clear."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
