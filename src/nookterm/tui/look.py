"""How a person wants the program to look and feel; known before the terminal's library is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from nookterm.domain.records import dataclass

_TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM")
"""What tells terminals apart that draw colours in different ways."""
_CHARSETS = ("LC_ALL", "LC_CTYPE", "LANG")
"""What says which letters a terminal takes; the first that is set counts."""
_FEW_MARKS = ("linux", "vt", "dumb", "ansi", "cons")
"""How terminals are called that have a small font of their own."""
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
    pictures: str = "auto"
    """How pictures are drawn when somebody wants to look at one: `kitty`, `sixel`, `blocks`, or not (`off`)."""
    emoji: bool = False
    """Whether somebody's own emoji are fetched and drawn between words."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Command ids and their keys, as Textual names keys (several: with commas)."""
    motion: bool = True
    """Whether pages slide and cursors blink."""
    plain: bool = False
    """Whether it begins with the conversation alone."""
    own_themes: Path | None = None
    layout: Path | None = None
    """The file that keeps how wide the columns are."""
    trouble: tuple[str, ...] = ()
    """What makes no sense in the file that this was read from; told once."""

    def fits(self, environ: Mapping[str, str], *, theme: str | None = None, compact: bool | None = None) -> str:
        """Which terminal and look a frame is drawn for, as a line; `theme` and `compact` as they are by now."""
        terminal = (environ.get(name, "") for name in _TERMINAL)
        airy = self.compact if compact is None else compact
        return " ".join((theme or self.theme, self.glyphs, "compact" if airy else "airy", *terminal))


def marks_for(wanted: str, environ: Mapping[str, str]) -> str:
    """`unicode` or `ascii`; for `auto` what the environment says of the terminal. Where it says nothing: unicode."""
    if wanted != "auto":
        return wanted
    if environ.get("TERM", "").startswith(_FEW_MARKS):
        return "ascii"
    said = [environ[name] for name in _CHARSETS if environ.get(name)]
    # Python itself puts this one in where the language is C, so that it is nobody's wish then.
    if said and not environ.get("LC_ALL") and said[0] == "C.UTF-8" and environ.get("LANG") in {"C", "POSIX"}:
        said = [environ["LANG"]]
    return "ascii" if said and "utf8" not in said[0].lower().replace("-", "") else "unicode"


def moves(wanted: str, environ: Mapping[str, str]) -> bool:
    """Whether anything may move by itself; for `auto` what the environment asks for."""
    if wanted != "auto":
        return wanted != "off"
    still = environ.get("REDUCED_MOTION", "0").lower() not in {"", "0", "false", "no"}
    return not still and environ.get("TEXTUAL_ANIMATIONS", "").lower() != "none"
