"""`export-keys` and `import-keys`: the keys of one's messages in a sealed file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from nookterm.cli.alone import ask_secret, has_terminal, need_somebody, password_in, show
from nookterm.cli.context import Context
from nookterm.client import key_files
from nookterm.client.account import open_account
from nookterm.client.errors import Busy, Offline, ServerTrouble, Throttled, WrongUsage
from nookterm.client.key_files import ImportResult, check_passphrase
from nookterm.client.noting import free_place
from nookterm.client.ports import Secret
from nookterm.client.session import Session

_MANY = 1000
"""So many keys take long enough to count them aloud."""


async def export_keys(context: Context) -> None:
    """Write all keys into a new file. Needs no server."""
    path = free_place(Path(context.args.file))
    passphrase = _new_passphrase(context.args.passphrase_file)
    async with _held(context) as session:
        count = await key_files.export_keys(session, path, passphrase, _counting())
    line = f"{count} keys are in {path}, sealed with your passphrase. Whoever has both can read your messages."
    context.printer.row({"file": str(path), "keys": count}, line)


async def import_keys(context: Context) -> None:
    """Take the keys of a file."""
    args = context.args
    path = _there(Path(args.file))
    passphrase = _passphrase(args.passphrase_file, "Passphrase of the key file: ")
    async with _held(context) as session:
        result = await key_files.import_keys(session, path, passphrase, _counting())
        await _look(context, session)
    fields: dict[str, Any] = {"file": str(path), "keys": result.total, "new": result.new, "better": result.better}
    context.printer.row({**fields, "known": result.known, "refused": dict(result.refused) or None}, _line(result))


def _there(path: Path) -> Path:
    """Before anything is asked. Raises WrongUsage."""
    if not path.expanduser().is_file():
        raise WrongUsage(f"There is no file {path}.", "Check its name.", code="no_such_file")
    return path


def _line(result: ImportResult) -> str:
    parts = [f"{result.total} keys in the file: {result.new} new"]
    parts += [f"{result.better} that reach further back than before"] if result.better else []
    parts += [f"{result.known} known already"] if result.known else []
    parts += [f"{count} refused ({why})" for why, count in result.refused.items()]
    return ", ".join(parts) + "."


@asynccontextmanager
async def _held(context: Context) -> AsyncIterator[Session]:
    """The account, held by this process; nothing is asked of the server. Raises Busy (exit code 7)."""
    command = context.args.command
    if context.lent:
        message = f"`{command}` needs the account to itself."
        hint = "Close the nookterm that has it first, or do it there under Sessions and trust."
        raise Busy(message, hint, code="busy")
    account = open_account(context.parts, context.args.profile)
    try:
        yield account.session
    finally:
        await account.close()


async def _look(context: Context, session: Session) -> None:
    """Catch up, so that messages are read with the new keys; without a server that comes with the next command."""
    if context.args.offline:
        return
    try:
        await session.catch_up()
        await session.trust.carrying.leave(context.args.timeout)
    except (Offline, ServerTrouble, Throttled) as problem:
        context.printer.remark(f"{problem.message} The keys are here all the same.")


def _new_passphrase(file: str | None) -> Secret:
    """The passphrase of a new file, typed twice. Raises WrongUsage."""
    first = _passphrase(file, "Choose a passphrase for the key file: ")
    check_passphrase(first)
    if not file and ask_secret("The same once more: ") != first:
        raise WrongUsage("The two passphrases differ.", "Nothing was written. Try again.", code="wrong_passphrase")
    return first


def _passphrase(file: str | None, prompt: str) -> Secret:
    if file:
        return password_in(file, "")
    need_somebody("Use --passphrase-file F.")
    return ask_secret(prompt)


def _counting() -> Any:
    if not has_terminal():
        return None
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if total >= _MANY and (done == total or done >= told + total // 10):
            told = done
            show(f"  {done} of {total} keys")

    return tell
