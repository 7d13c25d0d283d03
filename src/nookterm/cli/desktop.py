"""Notes on the desktop: what is private goes over the session's own bus, never into the arguments of a program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from html import escape
from typing import Any

from nookterm.client.telling import Note
from nookterm.domain.safe_text import safe_line

_NAME = "nookterm"
_PATIENCE = 5.0
"""Seconds that the desktop may take to show something."""
_LONGEST = 300
_PLACE, _INTERFACE = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
_shown = 0
"""The note that the desktop shows by now: the next one takes its place, so that there is one and not a pile."""


async def on_desktop(note: Note, *, anyhow: bool = False) -> bool:
    """Show a note. False where there is no desktop here; over ssh only where `anyhow` says so: it would be a far one.

    What stands in the arguments of a program can be read by everybody on the machine while it runs, and stays in the
    system's records of who ran what. So `notify-send` gets the plain words alone; the rest needs the bus.
    """
    if os.environ.get("SSH_CONNECTION") and not anyhow:
        return False
    if note.more and await _by_bus(note.more):
        return True
    return await _by_program(note.plain) or await _by_bus(note.plain)


async def _by_program(words: str) -> bool:
    """By `notify-send`, where that is. What it is given can be no option of its own and no markup."""
    program = shutil.which("notify-send")
    if program is None:
        return False
    try:
        process = await asyncio.create_subprocess_exec(
            program, f"--app-name={_NAME}", "--hint=int:transient:1", "--", _NAME, escape(safe_line(words)),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            return await process.wait() == 0
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return False


async def _by_bus(words: str) -> bool:
    """By the session's bus, which only this user's programs can join (spec: Desktop Notifications)."""
    try:
        from jeepney.io.asyncio import open_dbus_router  # type: ignore[import-untyped]  # it comes without types
    except ImportError:  # It comes with the keyring, where that speaks to a desktop's own.
        return False
    try:
        async with asyncio.timeout(_PATIENCE), open_dbus_router(bus="SESSION") as router:
            return await _notify(router, words)
    except Exception:  # noqa: BLE001 - whatever is wrong with somebody's desktop: the terminal rings instead
        return False


async def _notify(router: Any, words: str) -> bool:
    global _shown  # noqa: PLW0603 - one desktop, one note
    from jeepney import DBusAddress, MessageType, new_method_call  # type: ignore[import-untyped]  # the same

    desktop = DBusAddress(_PLACE, bus_name=_INTERFACE, interface=_INTERFACE)
    can = await router.send_and_get_reply(new_method_call(desktop, "GetCapabilities"))
    if can.header.message_type is not MessageType.method_return:
        return False
    line = safe_line(words, longest=_LONGEST)
    body = escape(line, quote=False) if "body-markup" in can.body[0] else line
    # Transient: to be shown, not to be kept in the list of what was.
    hints = {"transient": ("b", True), "category": ("s", "im.received")}
    call = new_method_call(desktop, "Notify", "susssasa{sv}i", (_NAME, _shown, "", _NAME, body, [], hints, -1))
    reply = await router.send_and_get_reply(call)
    if reply.header.message_type is not MessageType.method_return:
        return False
    _shown = int(reply.body[0])
    return True
