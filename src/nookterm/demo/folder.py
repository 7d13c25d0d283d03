"""Where a demo world lies on disk: private, locked while it runs, swept when nobody cleaned up."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nookterm.demo.errors import disk_full, disk_problems, not_a_world, world_in_use, world_version
from nookterm.demo.synapse_config import write_private

WORLD_VERSION = 2
"""The form of the world on disk; raise it when `world.toml` or the layout of the folder changes."""
NEEDED_BYTES = 200 * 1024 * 1024
"""Free space that a world may grow into: Synapse's database, its log, and the profiles of the people."""

_WORLD_FILE = "world.json"
_LOCK_FILE = "lock"
_PREFIX = "world-"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class WorldFolder:
    """A folder that is ours alone until `lock` (a file descriptor, shared with the warden) is closed everywhere."""

    path: Path
    lock: int
    kept: bool
    """Whether the folder outlives the demo (`--dir`)."""


def root() -> Path:
    """Where worlds lie that nobody asked to keep."""
    home = os.environ.get("NOOKTERM_HOME")
    return Path(home) / "demo" if home else Path(tempfile.gettempdir()) / f"nookterm-demo-{os.getuid()}"


def make_temporary(needed: int = NEEDED_BYTES) -> WorldFolder:
    """A fresh private folder; worlds that a crash left behind are removed on the way.

    Raises:
        CannotWrite: no space, or no right to write.
    """
    place = root()
    with disk_problems(place):
        for _ in range(_TRIES):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place.is_symlink() or place.stat().st_uid != os.getuid():
                # Somebody else prepared this name: what we put there would not be private.
                place = Path(tempfile.mkdtemp(prefix="nookterm-demo-"))
            place.chmod(0o700)
            # The last world of another demo may take the place away with it just now: then make it again.
            with contextlib.suppress(FileNotFoundError):
                return _make_in(place, needed)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))


def open_kept(path: Path, needed: int = NEEDED_BYTES) -> WorldFolder:
    """The folder given with `--dir`: made if it is not there, continued if it holds a world of this version.

    Raises:
        WorldVersionMismatch: another version made it.
        DemoProblem: it holds something else, or another demo runs in it.
        CannotWrite: no space, or no right to write.
    """
    path = path.expanduser().absolute()
    with disk_problems(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = describe(path)
        if found is None and any(path.iterdir()):
            raise not_a_world(path)
        if found is not None and found.get("version") != WORLD_VERSION:
            raise world_version(path, found.get("version"), WORLD_VERSION)
        _check_space(path, needed)
        path.chmod(0o700)
        lock = _lock(path)
        if found is None:
            _describe(path, {"version": WORLD_VERSION})
    return WorldFolder(path, lock, kept=True)


def clear_kept(path: Path) -> None:
    """Empty a folder that holds a demo world of whatever version, so that a new one can be seeded in it.

    Raises:
        DemoProblem: it holds no world (nothing is touched), or another demo runs in it.
    """
    if describe(path) is None:
        raise not_a_world(path)
    with disk_problems(path):
        lock = _lock(path)
        try:
            for child in path.iterdir():
                if child.is_dir() and not child.is_symlink():
                    shutil.rmtree(child)
                else:
                    child.unlink()
        finally:
            os.close(lock)


def describe(path: Path) -> dict[str, Any] | None:
    """What the world in `path` says about itself (`world.json`); None where there is no world."""
    try:
        said = json.loads((path / _WORLD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def note(path: Path, **facts: Any) -> None:
    """Add to what the world in `path` says about itself."""
    with disk_problems(path):
        _describe(path, {**(describe(path) or {}), **facts})


def running(path: Path | None = None, *, prefer: Callable[[Path], object] | None = None) -> Path | None:
    """The folder of a world that runs right now: the one at `path`, or else the newest that `prefer` likes best."""
    places = [path.expanduser().absolute()] if path else sorted(root().glob(_PREFIX + "*"), key=_age)
    found = [place for place in places if _is_locked(place)]
    liked = (place for place in found if prefer is None or prefer(place))
    return next(liked, found[0] if found else None)


def _make_in(place: Path, needed: int) -> WorldFolder:
    with _exclusive(place):
        _sweep(place)
        _check_space(place, needed)
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        folder = WorldFolder(path, _lock(path), kept=False)
    _describe(path, {"version": WORLD_VERSION})
    return folder


def _describe(path: Path, facts: dict[str, Any]) -> None:
    fresh = path / (_WORLD_FILE + ".new")
    write_private(fresh, json.dumps(facts, indent=1))
    fresh.replace(path / _WORLD_FILE)


def _check_space(place: Path, needed: int) -> None:
    if shutil.disk_usage(place).free < needed:
        raise disk_full(place)


def _age(path: Path) -> float:
    with contextlib.suppress(OSError):
        return -path.stat().st_mtime
    return 0.0


def _lock(path: Path) -> int:
    descriptor = os.open(path / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise world_in_use(path) from None
    return descriptor


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path / _LOCK_FILE, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextlib.contextmanager
def _exclusive(place: Path) -> Iterator[None]:
    """One process at a time makes and sweeps, so that a folder just made is never taken for a left one."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(place: Path) -> None:
    for left in place.glob(_PREFIX + "*"):
        if not _is_locked(left):
            shutil.rmtree(left, ignore_errors=True)
