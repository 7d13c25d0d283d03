"""Opening a room and paging up in it: 10,000 messages over 100."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.keys import SILENCE, opened
from tests.bench.places import WORLDS
from tests.bench.table import Figure, Row
from tests.bench.world import MARK, Size, copy_of, home_of

_PAGE_UP = b"\x1b[5~"
_NEXT_ROOM, _PREVIOUS_ROOM = b"\x1b[1;3B", b"\x1b[1;3A"


def measure(rounds: int) -> list[Row]:
    """Two clients, one for each room, take turns."""
    with TemporaryDirectory() as folder:
        homes = [copy_of(home_of(Size(big=big), WORLDS), Path(folder) / str(big)) for big in (10_000, 100)]
        return _turns(homes[0], homes[1], rounds)


def _turns(large: Path, small: Path, rounds: int) -> list[Row]:
    came: dict[str, list[float]] = {"large": [], "small": []}
    paged: dict[str, list[float]] = {"large": [], "small": []}
    with opened(large) as first, opened(small) as second:
        for _ in range(rounds):
            for name, program in (("large", first), ("small", second)):
                program.write(_NEXT_ROOM)
                program.quiet()
                came[name].append(1000 * program.press(_PREVIOUS_ROOM, MARK))
                program.quiet()
                paged[name] += [1000 * program.settle(_PAGE_UP, SILENCE) for _ in range(3)]
    return [
        Row("open a room of 10,000 messages", Figure.median(came["large"]), "one of 100",
            Figure.median(came["small"]), "ms", 1.5),
        Row("page up in it", Figure.median(paged["large"]), "in one of 100", Figure.median(paged["small"]), "ms", 1.5),
    ]  # fmt: skip
