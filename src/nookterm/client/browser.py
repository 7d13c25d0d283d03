"""Handing a page to the browser of whoever sits here; the caller has asked them, and shows the address in any case."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from nookterm.client.errors import Problem, WrongUsage

_OPENERS = {"darwin": "open"}
_USUAL_OPENER = "xdg-open"
_LONGEST = 8192


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether this is a machine that somebody reaches from another one, where their browser is."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def has_browser(environ: Mapping[str, str]) -> bool:
    """Whether there is a screen here on which a browser could open; one inside of this terminal is none."""
    if shutil.which(_opener()) is None:
        return False
    if sys.platform == "darwin":
        return not is_remote(environ)
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def is_page(address: str) -> bool:
    """Whether this is the whole address of a page on the web, and nothing that a program could take for an order."""
    if len(address) > _LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None


def is_letter(address: str) -> bool:
    """Whether this begins a mail, and nothing else."""
    fits = len(address) <= _LONGEST and address.isascii() and address.isprintable() and " " not in address
    return fits and address.startswith("mailto:")


async def open_page(address: str, *, letters: bool = False) -> None:
    """Hand an address to the system's browser; with `letters` also one that begins a mail.

    Raises:
        WrongUsage: it is no page on the web.
        Problem: `code` is `no_browser`; the system has no way.
    """
    if not is_page(address) and not (letters and is_letter(address)):
        raise WrongUsage("That is no page that a browser could open.", "Nothing was opened.", code="not_a_page")
    program = shutil.which(_opener())
    if program is None:
        raise _no_browser()
    quiet = asyncio.subprocess.DEVNULL
    try:
        # The address begins with its scheme: it cannot be an option.
        await asyncio.create_subprocess_exec(
            program, address, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        raise _no_browser() from error


def _opener() -> str:
    return _OPENERS.get(sys.platform, _USUAL_OPENER)


def _no_browser() -> Problem:
    message = "This system has no program that opens a browser."
    return Problem(message, "Copy the address into a browser yourself.", code="no_browser")
