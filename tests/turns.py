"""In which order files of tests have their turn, so that no worker waits while another one has too much to do."""

from __future__ import annotations

from collections.abc import Iterable

_TOGETHER = ("tests/federation",)
"""Folders that one worker takes as a whole: two servers and a town on them are begun once."""
_FIRST = ("federation", "interop", "live", "client", "viewmodels")
"""Folders that keep a processor busy all the time, those with the longest files first."""
_BESIDE = ("pty", "demo", "faults", "cli")
"""Those that wait a good deal: for programs that start and end, for a clock, for a server that is away."""
_THEN = ("tui", "matrix")
"""Busy and in small pieces; everything else is quick and comes last, where it evens out who has done when."""


def share(file: str) -> str:
    """What a worker takes at once with this file: the file alone, or its folder."""
    folder = file.rpartition("/")[0]
    return folder if folder in _TOGETHER else file


def in_turn(shares: Iterable[str]) -> dict[str, float]:
    """The place of each share, the first one lowest: busy ones and waiting ones by turns, then the small ones."""
    known = dict.fromkeys(shares)
    lanes = [[share for folder in lane for share in known if _folder(share) == folder] for lane in (_FIRST, _BESIDE)]
    places = {share: place / len(lane) for lane in lanes for place, share in enumerate(lane)}
    rank = {folder: 1 + number for number, folder in enumerate(_THEN)}
    return {share: places.get(share, rank.get(_folder(share), len(rank) + 1)) for share in known}


def _folder(share: str) -> str:
    return share.removeprefix("tests/").partition("/")[0]
