"""Settings as they hold now: also after a change here, or in the file by somebody's hand, while nookterm runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from nookterm.client import settings_file
from nookterm.client.errors import WrongUsage
from nookterm.client.settings import FILE, Setting, Settings, read_settings

_LOOK = 1.0
"""Seconds between two looks at the file."""

Listener = Callable[[Settings, frozenset[str]], None]
"""Gets the settings that hold from now on, and the names of those that are new; none: there is word of trouble."""


class LiveSettings:
    """The settings of this process. Everything here is for one loop; what is told comes on it."""

    def __init__(
        self, home: Path, environ: Mapping[str, str] | None = None, given: Mapping[str, Setting] | None = None
    ) -> None:
        """`given` by this command line: it wins for as long as the process runs.

        Raises WrongUsage for a file that cannot be read or is no TOML.
        """
        self._home = home
        self._environ = dict(os.environ if environ is None else environ)
        self._given = dict(given or {})
        self._listeners: list[Listener] = []
        self._turn = asyncio.Lock()
        self._taken = self._seen = self._mark()
        self._settings = self._over(read_settings(home, self._environ))

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    @property
    def file(self) -> Path:
        """Where they are written by hand."""
        return self._home / FILE

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with what holds after each change. Returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def watch(self) -> None:
        """Look at the file now and then, until cancelled. Of several who watch one looks, then the next."""
        async with self._turn:
            while True:
                await asyncio.sleep(_LOOK)
                self.look()

    def look(self) -> None:
        """Take over what somebody wrote, as soon as the file is the same at two looks: editors write in pieces."""
        mark = self._mark()
        if mark == self._taken:
            self._seen = mark
        elif mark == self._seen:
            self._take(mark)
        else:
            self._seen = mark

    async def put(self, name: str, value: str | int | None) -> None:
        """Write a setting, or with None take it out of the file; it holds at once. Raises as `settings_file.put`."""
        if value is None:
            await asyncio.to_thread(settings_file.drop, self._home, name)
        else:
            await asyncio.to_thread(settings_file.put, self._home, name, value)
        self._take(self._mark())

    def _take(self, mark: tuple[int, ...]) -> None:
        self._taken = self._seen = mark
        before = self._settings
        try:
            found = self._over(read_settings(self._home, self._environ))
        except WrongUsage as problem:
            self._tell(replace(before, trouble=(f"{problem.message} What held before still holds.",)))
            return
        kept = {name: before.values[name] for name in found.wrong if name in before.values}
        self._tell(replace(found, values={**found.values, **kept}))

    def _tell(self, now: Settings) -> None:
        before, self._settings = self._settings, now
        names = before.values.keys() | now.values.keys()
        new = frozenset(name for name in names if _value(before, name) != _value(now, name))
        if before != now:
            for listener in tuple(self._listeners):
                listener(now, new)

    def _over(self, found: Settings) -> Settings:
        return replace(found, values={**found.values, **self._given})

    def _mark(self) -> tuple[int, ...]:
        """What tells one state of the file from another, for the price of a look."""
        with contextlib.suppress(OSError):
            about = self.file.stat()
            return (about.st_ino, about.st_size, about.st_mtime_ns)
        return ()


def _value(settings: Settings, name: str) -> str | int | None:
    return settings.values[name].value if name in settings.values else None
