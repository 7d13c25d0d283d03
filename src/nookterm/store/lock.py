"""One process holds an account: a lock of the kernel, which goes when the process goes, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from nookterm.client.errors import Busy, CannotWrite
from nookterm.store.files import PRIVATE_FILE, private_folder

_LONGEST_NOTE = 40
_SERVES = "serves"
_SOON = 0.2
"""Seconds after which a command that does not stay may be done."""


class AccountLock:
    """A held lock. Release it, or let the process end."""

    def __init__(self, descriptor: int) -> None:
        """Take over the open, locked file."""
        self._descriptor: int | None = descriptor

    def serve(self) -> None:
        """Tell those who come that this process stays, and does what it is asked."""
        if self._descriptor is not None:
            _note(self._descriptor, f"{os.getpid()} {_SERVES}")

    def release(self) -> None:
        """Give the account free; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Hold it for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release it."""
        self.release()


def hold_account(path: Path) -> AccountLock:
    """Lock the account whose lock file is `path`. Raises Busy while another holds it, CannotWrite without a disk.

    Busy has a time for another try unless the other one stays and does what it is asked.
    """
    try:
        private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE)
    except OSError as error:
        raise _unlockable(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _note(descriptor, str(os.getpid()))
    except BlockingIOError as error:
        holder, serves = _holder(descriptor)
        os.close(descriptor)
        raise Busy(
            f"Another nookterm{f' (process {holder})' if holder else ''} has this account.",
            "Close that one first, or use the commands that work beside it.",
            None if serves else _SOON,
            "busy",
        ) from error
    except OSError as error:
        os.close(descriptor)
        raise _unlockable(path, error) from error
    return AccountLock(descriptor)


def _note(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _holder(descriptor: int) -> tuple[str, bool]:
    """The holder's process number (empty where it is not written yet), and whether it does what it is asked."""
    number, _, word = os.pread(descriptor, _LONGEST_NOTE, 0).partition(b" ")
    return (number.decode(), word == _SERVES.encode()) if number.isdigit() else ("", False)


def _unlockable(path: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"The account cannot be locked with {path}: {(error.strerror or 'the disk refuses').lower()}.",
        "Nothing was changed. Allow writing there, or move the data folder to a disk of this machine.",
        code="cannot_write",
    )
