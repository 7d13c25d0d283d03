"""Palettes from `themes/*.toml` (and a person's own of the same form) as Textual themes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from nookterm.domain.records import dataclass
from nookterm.tui.look import DEFAULT as DEFAULT  # noqa: PLC0414 - one of the themes

if TYPE_CHECKING:
    from textual.theme import Theme

COLOURS = (
    "base", "side", "raise", "select", "line", "text", "soft", "accent", "on-accent",
    "nook-quiet", "nook-waiting", "nook-new", "nook-mention", "nook-safe", "nook-warn", "nook-leaves",
    "sender-1", "sender-2", "sender-3", "sender-4", "sender-5", "sender-6",
)  # fmt: skip
"""What a palette names."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|ansi_[a-z_]+|reverse")
_REVERSE = "reverse"
_SEPARATIONS = ("tone", "line")
_LARGEST = 100_000
"""Bytes that a theme file may have: a thousand times what one needs would only slow down the start."""


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
    file: Path | None = None
    """A person's own file; None for those that come with nookterm."""

    @property
    def ansi(self) -> bool:
        """Whether it uses the terminal's own colours."""
        return self.colours["base"].startswith("ansi_")

    def theme(self) -> Theme:
        """The Textual theme. Every name of the palette is a variable of the style sheets."""
        # Here, so that a command without a screen can look at a palette and loads no terminal's library.
        from textual.theme import Theme

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


def read_palette(text: str, origin: str, file: Path | None = None) -> Palette:
    """Read a theme file.

    Raises:
        ThemeProblem: it is no TOML, or something in it is missing or makes no sense; all of that at once.
    """
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeProblem(f"{origin} is no theme: {error}") from None
    palette = raw.get("palette")
    if not isinstance(palette, dict):
        raise ThemeProblem(f"{origin} is no theme: it has no table [palette].")
    colours = {str(key): str(value) for key, value in palette.items()}
    if wrong := [*_wrong_head(raw), *_wrong_colours(colours)]:
        found = (f"{_place(text, origin, key)}: {what}" for key, what in wrong)
        raise ThemeProblem(" ".join((*found, *_missing(colours, origin))))
    if missing := _missing(colours, origin):
        raise ThemeProblem(missing[0])
    lines = raw.get("separation") == "line"
    return Palette(raw["name"], raw.get("dark", True), lines, MappingProxyType(colours), file)


def _wrong_head(raw: Mapping[str, object]) -> list[tuple[str, str]]:
    """The keys above the palette that make no sense, and why."""
    found = []
    name, dark, separation = raw.get("name"), raw.get("dark", True), raw.get("separation", "tone")
    if not isinstance(name, str) or not name.strip():
        found.append(("name", 'it is no theme without a name, as in name = "moss".'))
    if not isinstance(dark, bool):
        found.append(("dark", "dark is true or false."))
    if separation not in _SEPARATIONS:
        found.append(("separation", 'separation is "tone" or "line".'))
    return found


def _wrong_colours(colours: Mapping[str, str]) -> list[tuple[str, str]]:
    """The colours that are none, or that mean nothing here, and why."""
    none = ((key, value) for key, value in colours.items() if key in COLOURS and not _COLOUR.fullmatch(value))
    return [
        *((key, f'{key} = "{value}" is no colour; write it as "#rrggbb".') for key, value in none),
        *((key, f"there is no colour {key}.") for key in colours if key not in COLOURS),
    ]


def _missing(colours: Mapping[str, str], origin: str) -> tuple[str, ...]:
    lacking = ", ".join(colour for colour in COLOURS if colour not in colours)
    return (f"{origin} lacks a colour for {lacking}.",) if lacking else ()


def _place(text: str, origin: str, key: str) -> str:
    """A file, and the line in which a key stands where one can tell."""
    is_key = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    line = next((number for number, one in enumerate(text.splitlines(), 1) if is_key.match(one)), None)
    return f"{origin}, line {line}" if line else origin


def shipped_folder() -> Path:
    """Where nookterm's own themes lie: in the package, or at the top of a working copy."""
    packaged = Path(str(files("nookterm"))) / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "themes"


def read_file(path: Path, *, own: bool = True) -> Palette:
    """Read a theme from a file. Raises ThemeProblem."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ThemeProblem(f"{path.name} is no theme: it is far too large.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ThemeProblem(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise ThemeProblem(f"{path.name} is no theme: it is not text in UTF-8.") from None
    return read_palette(text, path.name, path if own else None)


def read_folder(folder: Path, *, own: bool = True) -> tuple[dict[str, Palette], dict[Path, str]]:
    """The palettes of a folder by name, and what is wrong with the files that cannot be used."""
    found: dict[str, Palette] = {}
    problems: dict[Path, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            palette = read_file(path, own=own)
        except ThemeProblem as problem:
            problems[path] = str(problem)
        else:
            found[palette.name] = palette
    return found, problems


def load_palettes(own: Path | None = None) -> tuple[dict[str, Palette], list[str]]:
    """All palettes by name, a person's own over ours, and what was wrong with those that cannot be used."""
    found, problems = read_folder(shipped_folder(), own=False)
    if own is not None:
        mine, wrong = read_folder(own)
        found, problems = found | mine, problems | wrong
    return found, list(problems.values())
