"""Writing in one's own editor: the words lie in a private file for as long as it is open, and nowhere after."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

_LONGEST = 1_000_000
"""Bytes that are read back."""


class EditorProblem(Exception):
    """The editor could not be used; the text says why and what is safe, in words for people."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The person's editor with its arguments. Raises EditorProblem where none is named."""
    named = next((environ[name] for name in ("VISUAL", "EDITOR") if environ.get(name, "").strip()), "")
    try:
        command = shlex.split(named)
    except ValueError:
        command = []
    if not command:
        message = "No editor is set." if not named else "The editor's name in VISUAL or EDITOR makes no sense."
        raise EditorProblem(f"{message} Set EDITOR before you start nookterm, for example EDITOR=nano.")
    return command


def edit(app: App[object], words: str, environ: Mapping[str, str]) -> str:
    """The words as they are when the editor is left; meanwhile the terminal is the editor's.

    Raises:
        EditorProblem: there is none, it could not be opened here, or it failed. The words are as they were.

    """
    command = editor_command(environ)
    base = environ.get("XDG_RUNTIME_DIR", "")
    try:
        folder = Path(tempfile.mkdtemp(prefix="nookterm-", dir=base if base and os.access(base, os.W_OK) else None))
    except OSError as problem:
        raise _kept("There is no place for the editor's file.") from problem
    try:
        file = folder / "message.md"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(words.encode())
        with app.suspend():
            code = _run([*command, str(file)])
        if code:
            raise _kept("The editor ended with an error.")
        with file.open("rb") as back:
            return back.read(_LONGEST).decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
    except SuspendNotSupported as problem:
        raise _kept("No editor can be opened in this terminal.") from problem
    except OSError as problem:
        raise _kept(f"{command[0]} could not be used as an editor.") from problem
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kept(what: str) -> EditorProblem:
    return EditorProblem(f"{what} What you wrote is still here.")


def _run(command: list[str]) -> int:
    """Ctrl+c belongs to the editor: it must not end the program that waits for it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
