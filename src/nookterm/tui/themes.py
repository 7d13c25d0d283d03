"""Palettes from `themes/*.toml` (and a person's own of the same form) as Textual themes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from textual.theme import Theme

from nookterm.domain.records import dataclass
from nookterm.tui.look import DEFAULT as DEFAULT  # noqa: PLC0414 - one of the themes

COLOURS = (
    "base", "side", "raise", "select", "line", "text", "soft", "accent", "on-accent",
    "nook-quiet", "nook-waiting", "nook-new", "nook-mention", "nook-safe", "nook-warn", "nook-leaves",
    "sender-1", "sender-2", "sender-3", "sender-4", "sender-5", "sender-6",
)  # fmt: skip
"""What a palette names."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|ansi_[a-z_]+|reverse")
_REVERSE = "reverse"


class ThemeProblem(ValueError):
    """A theme file that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Palette:
    """A theme file, read and checked."""

    name: str
    dark: bool
    lines: bool
    """Panes are told apart by hairlines, not by tones."""
    colours: Mapping[str, str]

    @property
    def ansi(self) -> bool:
        """Whether it uses the terminal's own colours."""
        return self.colours["base"].startswith("ansi_")

    def theme(self) -> Theme:
        """The Textual theme. Every name of the palette is a variable of the style sheets."""
        c = {name: "ansi_default" if value == _REVERSE else value for name, value in self.colours.items()}
        extra = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"} if self.ansi else {}
        return Theme(
            name=self.name,
            primary=c["accent"],
            secondary=c["soft"],
            accent=c["accent"],
            warning=c["nook-warn"],
            error=c["nook-warn"],
            success=c["nook-safe"],
            foreground=c["text"],
            background=c["base"],
            surface=c["raise"],
            panel=c["side"],
            dark=self.dark,
            ansi=self.ansi,
            variables={
                **c,
                **extra,
                "lit-text": c["text"],
                "scrollbar": c["line"],
                "scrollbar-background": c["base"],
                "input-selection-background": c["select"],
                "input-cursor-background": c["text"],
                "input-cursor-foreground": c["base"],
                "block-cursor-background": c["select"],
                "block-cursor-foreground": c["text"],
                "border": c["accent"],
                "border-blurred": c["line"],
            },
        )


def read_palette(text: str, origin: str) -> Palette:
    """Read a theme file.

    Raises:
        ThemeProblem: it is no TOML, or a colour is missing or is none.
    """
    try:
        raw = tomllib.loads(text)
        colours = {str(key): str(value) for key, value in dict(raw["palette"]).items()}
        name = str(raw["name"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ThemeProblem(f"{origin} is no theme: {error}") from None
    wrong = [colour for colour in COLOURS if not _COLOUR.fullmatch(colours.get(colour, ""))]
    if wrong:
        raise ThemeProblem(f"{origin} lacks a colour for {', '.join(wrong)}.")
    return Palette(name, bool(raw.get("dark", True)), raw.get("separation") == "line", MappingProxyType(colours))


def shipped_folder() -> Path:
    """Where nookterm's own themes lie: in the package, or at the top of a working copy."""
    packaged = Path(str(files("nookterm"))) / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "themes"


def load_palettes(own: Path | None = None) -> tuple[dict[str, Palette], list[str]]:
    """All palettes by name, a person's own over ours, and what was wrong with those that cannot be used."""
    found: dict[str, Palette] = {}
    problems: list[str] = []
    for folder in filter(None, (shipped_folder(), own)):
        for path in sorted(folder.glob("*.toml")):
            try:
                palette = read_palette(path.read_text(encoding="utf-8"), path.name)
            except (ThemeProblem, OSError, UnicodeDecodeError) as error:
                problems.append(str(error))
            else:
                found[palette.name] = palette
    return found, problems
