"""How a person wants the program to look and feel; known before the terminal's library is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM")
"""What tells terminals apart that draw colours in different ways."""
DEFAULT = "dusk"
"""The theme of those who chose none."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants it to look and feel."""

    theme: str = DEFAULT
    compact: bool = False
    preset: str = "plain"
    """`plain` or `vim`."""
    glyphs: str = "unicode"
    """`unicode`, or `ascii` for terminals without the marks."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Command ids and their keys, as Textual names keys (several: with commas)."""
    own_themes: Path | None = None
    trouble: tuple[str, ...] = ()
    """What makes no sense in the file that this was read from; told once."""

    def fits(self, environ: Mapping[str, str], *, theme: str | None = None, compact: bool | None = None) -> str:
        """Which terminal and look a frame is drawn for, as a line; `theme` and `compact` as they are by now."""
        terminal = (environ.get(name, "") for name in _TERMINAL)
        airy = self.compact if compact is None else compact
        return " ".join((theme or self.theme, self.glyphs, "compact" if airy else "airy", *terminal))
