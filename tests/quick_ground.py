"""Puts what tests write into memory: no promise is about a power cut, and waiting for disks took half the time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_PLACE = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder in it
_ROOM = 2 * 1024**3
"""Bytes that have to be free; a whole run needs a tenth of it."""


def use() -> None:
    """Let temporary files lie in memory, here and in every child process, unless somebody chose a place with TMPDIR."""
    if "TMPDIR" not in os.environ and _is_good(_PLACE):
        os.environ["TMPDIR"] = str(_PLACE)
        tempfile.tempdir = None


def _is_good(place: Path) -> bool:
    """Whether it is there, is ours to write, lets programs run (some tests install one) and is large enough."""
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    facts = os.statvfs(place)
    return not facts.f_flag & os.ST_NOEXEC and facts.f_bavail * facts.f_frsize >= _ROOM
