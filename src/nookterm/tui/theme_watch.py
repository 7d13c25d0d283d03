"""A person's own themes while they work on them: read again when a file is saved, and worn at once."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from nookterm.domain.safe_text import safe_line
from nookterm.tui.contrast import Weak, in_words, weak_pairs
from nookterm.tui.look import DEFAULT
from nookterm.tui.themes import Palette, read_folder, shipped_folder

if TYPE_CHECKING:
    from pathlib import Path

    from textual.theme import Theme

    from nookterm.tui.themed import ThemedApp

EVERY = 0.5
"""Seconds between two looks at the folder. A look costs as much as listing the folder."""
_LONG = 10.0
"""Seconds that a note stays which somebody reads beside their editor."""
_LONGEST = 600
"""Characters of a note."""

_Mark = dict["Path", tuple[int, ...]]


class ThemeWatch:
    """Keeps the palettes of an app in step with a folder."""

    def __init__(self, app: ThemedApp[Any], folder: Path) -> None:
        """The app has read the folder a moment ago."""
        self._app = app
        self._folder = folder
        self._seen = _marks(folder)
        self._taken: _Mark | None = None
        """Begins with nothing: what was saved between that moment and this one is read at the first look."""
        self._problems = read_folder(folder)[1]
        self._missing = app.look.theme not in app.palettes
        """The theme that was asked for could not be worn: it is, as soon as it can be."""
        self._told: set[tuple[str, tuple[Weak, ...]]] = set()

    def begin(self) -> None:
        """Look at the folder now and then, as long as the app runs."""
        self._app.theme_changed_signal.subscribe(self._app, self._tell_weak)
        self._app.set_interval(EVERY, self.look)
        self._tell_weak()

    def look(self) -> None:
        """Take over what was saved, as soon as the files are the same at two looks: editors write in pieces."""
        marks = _marks(self._folder)
        settled, self._seen = marks == self._seen, marks
        if settled and marks != self._taken:
            self._taken = marks
            self._take()

    def _take(self) -> None:
        app = self._app
        mine, problems = read_folder(self._folder)
        now = read_folder(shipped_folder(), own=False)[0] | mine
        # A file that cannot be used just now leaves what was read from it before; so does one that is gone, for the
        # theme that is worn.
        kept = {name: one for name, one in app.palettes.items() if one.file in problems or self._is_orphan(one, now)}
        before, app.palettes = app.palettes, now | kept
        for name in before.keys() - app.palettes.keys():
            app.unregister_theme(name)
        for name, palette in app.palettes.items():
            if before.get(name) != palette:
                app.register_theme(palette.theme())
        self._tell(problems)
        self._wear(before)

    def _is_orphan(self, palette: Palette, now: dict[str, Palette]) -> bool:
        return palette.name == self._app.theme and palette.name not in now

    def _wear(self, before: dict[str, Palette]) -> None:
        """Repaint, where what is on the screen is drawn in other colours now."""
        app = self._app
        wanted = app.look.theme
        if self._missing and wanted in app.palettes and app.theme == DEFAULT and not app.no_color:
            self._missing = False
            app.theme = wanted
        elif before.get(app.theme) != app.palettes[app.theme]:
            app.repaint()

    def _tell(self, problems: dict[Path, str]) -> None:
        """What is wrong with a file, each time it is saved with something else in it that is wrong."""
        for path, problem in problems.items():
            if self._problems.get(path) != problem:
                self._notify(f"{problem} Until that is mended it looks as before.")
        self._problems = problems

    def _tell_weak(self, _theme: Theme | None = None) -> None:
        """Say once which meanings of the theme that is worn are hard to read."""
        palette = self._app.palettes.get(self._app.theme)
        if palette is None or palette.file is None:
            return
        weak = weak_pairs(palette.name, palette.colours, lines=palette.lines)
        if weak and (palette.name, weak) not in self._told:
            self._told.add((palette.name, weak))
            colours = ", ".join(dict.fromkeys(one.pair.ink for one in weak))
            worst = in_words((min(weak, key=lambda one: one.ratio / one.least),))
            how = f"nookterm theme check {palette.file.name}"
            self._notify(f"Hard to read in {palette.name}: {colours}. Worst: {worst}. More: {how}")

    def _notify(self, words: str) -> None:
        self._app.notify(safe_line(words, longest=_LONGEST), markup=False, severity="warning", timeout=_LONG)


def _marks(folder: Path) -> _Mark:
    """What tells one state of the files from another. Editors may be at work in between: what is gone is gone."""
    marks: _Mark = {}
    for path in sorted(folder.glob("*.toml")):
        with contextlib.suppress(OSError):
            about = path.stat()
            marks[path] = (about.st_ino, about.st_size, about.st_mtime_ns)
    return marks
