"""Warm start: from the process's start to the timeline that was read last, with the network off."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.places import WORLDS
from tests.bench.program import Program, environment, nookterm
from tests.bench.table import Figure, Row
from tests.bench.world import MARK, Size, copy_of, home_of

SMALL = Size(rooms=100, messages=10_000, big=2_000)
LARGE = Size()
EMPTY = [sys.executable, "-m", "tests.bench.empty_app"]
_LETTER = "Ж"
_OTHER_SCREEN = b"\x1b[?1049h"


def measure(rounds: int) -> list[Row]:
    """Warm start at 1,000 and 100 rooms over an empty Textual app's first paint, taken in turn."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {size: copy_of(home_of(size, WORLDS), Path(folder) / str(size.rooms)) for size in (SMALL, LARGE)}
        for home in homes.values():
            _close_once(home)
        runs: Mapping[str, Callable[[], float]] = {
            "empty": _empty,
            "first": lambda: _first(homes[LARGE]),
            "first small": lambda: _first(homes[SMALL]),
            "write": lambda: _can_write(homes[LARGE]),
            "write small": lambda: _can_write(homes[SMALL]),
            "program": lambda: _program_writes(homes[LARGE]),
            "program small": lambda: _program_writes(homes[SMALL]),
        }
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for turn in range(rounds + 1):
            for name, run in runs.items():
                if (seconds := run()) and turn:
                    taken[name].append(1000 * seconds)
    seen = {name: Figure.median(values) for name, values in taken.items()}
    weechat = _weechat(rounds)
    return [
        Row(
            "warm start, 1,000 rooms, 100,000 messages: the last-read timeline on screen",
            seen["first"], "empty Textual app", seen["empty"], "ms", 1.5,
            note="the last frame, from the encrypted store, before Textual is loaded; read-only until then",
        ),
        Row("the same over weechat's first paint", seen["first"], "weechat", weechat, "ms", 1.0,
            note="" if weechat else "weechat is not installed here"),
        Row("warm start until one can write", seen["write"], "empty Textual app", seen["empty"], "ms", 1.5,
            note="a letter stands where one writes, on the last frame, and goes into the composer when that is there"),
        Row("the same until the program draws it", seen["program"], "empty Textual app", seen["empty"], "ms",
            note="our own modules, some sixty widgets and their style sheets, where the empty app has one line"),
        Row("warm start, growth from 100 to 1,000 rooms", seen["first"], "100 rooms", seen["first small"], "ms", 1.15),
        Row("the same until one can write", seen["write"], "100 rooms", seen["write small"], "ms", 1.15),
        Row("the same until the program draws it", seen["program"], "100 rooms", seen["program small"], "ms", 1.15),
        *_vaults(rounds),
    ]  # fmt: skip


def _empty() -> float:
    with Program(EMPTY, environment()) as program:
        return program.until("first paint")


def _first(home: Path) -> float:
    with Program(*nookterm(home)) as program:
        return program.until(MARK)


def _can_write(home: Path) -> float:
    """A letter is sent again and again until it stands on the screen."""
    with Program(*nookterm(home)) as program:
        program.until(MARK)
        while _LETTER.encode() not in program.drawn:
            program.write(_LETTER.encode())
            program.rest(0.01)
        return time.perf_counter() - program.begun


def _program_writes(home: Path) -> float:
    """The same until the program draws it: then its own screen is up and alive under the keys."""
    with Program(*nookterm(home)) as program:
        program.until(MARK)
        # The last frame takes the terminal's other screen first, the program takes it again.
        while _LETTER.encode() not in b"".join(program.drawn.split(_OTHER_SCREEN)[2:]):
            program.write(_LETTER.encode())
            program.rest(0.01)
        return time.perf_counter() - program.begun


def _close_once(home: Path) -> None:
    """One whole run, left by its key: what the next start shows is kept then."""
    with Program(*nookterm(home)) as program:
        program.until(MARK)
        program.quiet(1.0)
        program.write(b"\x11")
        program.rest(0.5)
        program.gone()


def _weechat(rounds: int) -> Figure | None:
    import shutil

    command = shutil.which("weechat") or shutil.which("weechat-curses")
    if command is None:
        return None
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, Program([command, "-d", folder], environment()) as program:
            taken.append(1000 * program.until("WeeChat"))
    return Figure.median(taken)


def _vaults(rounds: int) -> list[Row]:
    """What a real vault adds: the time of the key's own derivation, and of loading the keyring's library."""
    code = (
        "import pathlib, tempfile\n"
        "from nookterm.client.ports import Secret\n"
        "from nookterm.vault.passphrase import PassphraseVault\n"
        "file = pathlib.Path(tempfile.mkdtemp()) / 'vault.json'\n"
        "PassphraseVault(file, lambda: Secret('one two three')).save('a', Secret('b'))\n"
    )
    return [
        _beside("beside it: a vault under a passphrase, with its key derivation", code, rounds),
        _beside("beside it: the keyring's library", "import nookterm.vault.system_keyring, keyring", rounds),
    ]


def _beside(what: str, code: str, rounds: int) -> Row:
    taken: dict[str, list[float]] = {"pass": [], code: []}
    for _ in range(rounds):
        for each, times in taken.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", each], env=environment(), check=True)
            times.append(1000 * (time.perf_counter() - begun))
    return Row(what, Figure.median(taken[code]), "python -c pass", Figure.median(taken["pass"]), "ms")
