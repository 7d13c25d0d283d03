"""How a terminal can show a picture, from what it says of itself in the environment: nothing is asked of it."""

from __future__ import annotations

from collections.abc import Mapping

KITTY, SIXEL, BLOCKS, OFF = "kitty", "sixel", "blocks", "off"
_KITTY = frozenset({"kitty", "ghostty"})
"""Those that have the graphics protocol with placeholders in the text."""
_SIXEL = frozenset({"foot", "foot-extra", "mlterm", "contour", "wezterm", "mintty", "iterm.app", "yaft-256color"})
_BETWEEN = ("tmux", "screen")
"""Programs between us and the terminal, which let neither through by themselves."""
_POOR = frozenset({"linux", "vt100", "vt220", "dumb", ""})
_SHARP = 1600
"""Pixels of the longer side that are drawn where the terminal has pixels."""


def way_of(chosen: str, environ: Mapping[str, str], *, colours: bool = True) -> str:
    """`kitty`, `sixel`, `blocks` or `off`. `chosen`: the setting; `auto` leaves it to the terminal.

    Without colours there are no pictures: half blocks would be nothing but bars.
    """
    if chosen in {KITTY, SIXEL, OFF}:
        return chosen
    term = environ.get("TERM", "").lower()
    if not colours or term in _POOR:
        return OFF
    if chosen == BLOCKS:
        return BLOCKS
    if environ.get("TMUX") or environ.get("STY") or term.startswith(_BETWEEN):
        return BLOCKS
    names = {term, term.removeprefix("xterm-"), environ.get("TERM_PROGRAM", "").lower()}
    if names & _KITTY or environ.get("KITTY_WINDOW_ID"):
        return KITTY
    return SIXEL if names & _SIXEL else BLOCKS


def side_for(way: str, columns: int, rows: int) -> int:
    """Pixels of the longer side that such a screen can show; 0 for none."""
    if way == OFF:
        return 0
    return max(columns, rows * 2, 8) if way == BLOCKS else _SHARP
