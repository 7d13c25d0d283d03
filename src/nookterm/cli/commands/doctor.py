"""`doctor`: how a server and an account are, each finding with its way out; also before anybody is signed in."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

from nookterm.cli.context import Context
from nookterm.cli.wiring import pickle_key
from nookterm.client.doctor import Doctor
from nookterm.client.errors import Offline, Problem
from nookterm.client.ports import Credentials, Store
from nookterm.domain.checkup import Finding, ServerFacts, State
from nookterm.domain.checkup_account import DeviceFacts
from nookterm.domain.safe_text import safe_line

_MARKS = {State.OK: "ok     ", State.NOTE: "note   ", State.PROBLEM: "PROBLEM"}
_QUIET_FOR = 1.0
"""Seconds after which a person is told that something goes on."""
_INDENT = " " * 9


async def doctor(context: Context) -> None:
    """Look a server over, or the account with its server. Raises Problem where a finding is one."""
    args, parts = context.args, context.parts
    checker = Doctor(parts, _at_server, _at_device, _own_key, args.timeout)
    if args.homeserver:
        if args.offline:
            raise Offline("A server cannot be looked over offline.", "Leave out --offline.", code="offline")
        findings, of = checker.server(args.homeserver), args.homeserver
    else:
        profile = parts.profiles.chosen(args.profile)
        findings, of = checker.account(profile, offline=args.offline), str(profile.user_id)
    problems = 0
    async with _progress(f"Looking at {safe_line(of)}", shown=not args.json):
        async for finding in findings:
            problems += finding.state is State.PROBLEM
            _print(context, finding)
    if problems:
        words = "One problem was found." if problems == 1 else f"{problems} problems were found."
        raise Problem(words, "The way out stands below each.", code="problems_found")


def _print(context: Context, finding: Finding) -> None:
    fields = {
        "check": finding.check,
        "state": str(finding.state),
        "message": finding.message,
        "hint": finding.hint or None,
    }
    _clear()
    way_out = f"\n{_INDENT}{finding.hint}" if finding.hint and finding.state is not State.OK else ""
    context.printer.row(fields, f"{_MARKS[finding.state]}  {finding.message}{way_out}")


@contextlib.asynccontextmanager
async def _progress(doing: str, *, shown: bool) -> AsyncIterator[None]:
    """A line that counts the seconds, on a terminal, while nothing else is said."""
    if not shown or not sys.stderr.isatty():
        yield
        return
    ticking = asyncio.create_task(_tick(doing))
    try:
        yield
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
        _clear()


async def _tick(doing: str) -> None:
    passed = 0
    while True:
        await asyncio.sleep(_QUIET_FOR)
        passed += 1
        print(f"\r{doing}, {passed} s", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


async def _at_server(server: str, patience: float) -> ServerFacts:
    from nookterm.matrix.probe import Probe

    return await Probe(patience).look(server)


async def _at_device(credentials: Credentials, patience: float) -> DeviceFacts:
    from nookterm.matrix.probe_device import look_at_device

    return await look_at_device(credentials, patience)


def _own_key(store: Store) -> str | None:
    from nookterm.matrix.probe_device import own_key

    try:
        return own_key(store.connection, pickle_key(store))
    except Problem:
        # A database that was never used has no such key yet, and it is only looked at.
        return None
