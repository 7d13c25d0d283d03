"""Files and folders that only their owner may open."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_OTHERS = 0o077


def private_folder(folder: Path) -> None:
    """Make `folder` (and what leads to it) for its owner only; close one of ours that is open. Raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    about = folder.stat()
    # A sticky folder (/tmp) is everybody's and stays so.
    if about.st_uid == os.geteuid() and not about.st_mode & stat.S_ISVTX and about.st_mode & _OTHERS:
        folder.chmod(PRIVATE_FOLDER)


def close_to_others(path: Path) -> None:
    """Take a file of ours away from other people's eyes. Raises OSError."""
    about = path.stat()
    if about.st_uid == os.geteuid() and about.st_mode & _OTHERS:
        path.chmod(PRIVATE_FILE)


def copy_privately(source: Path, target: Path) -> None:
    """Copy a file to `target`, which is there completely or not at all. Raises OSError."""
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
        with source.open("rb") as original, os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        unfinished.replace(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def put_in_place(finished: Path, path: Path) -> None:
    """Give a finished file its name, unless that name is taken. Raises FileExistsError, OSError."""
    try:
        path.hardlink_to(finished)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links. The account's lock keeps others away between the question and the move.
        if path.exists():
            raise FileExistsError(path) from None
        finished.rename(path)
    else:
        finished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
