"""The names in a folder of this machine, for whoever writes a path."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

_MOST = 5_000
"""Names that are looked at; of more, nobody chooses from a list."""


def names_in(typed: str) -> tuple[tuple[str, bool], ...]:
    """What is in the folder of a path that is being written, and whether each is a folder.

    Empty where it cannot be read.
    """
    folder = typed.rpartition("/")[0] + "/" if "/" in typed else "."
    try:
        with os.scandir(Path(folder).expanduser()) as found:
            return tuple((entry.name, _is_folder(entry)) for entry in islice(found, _MOST))
    except (OSError, RuntimeError, ValueError):
        return ()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
