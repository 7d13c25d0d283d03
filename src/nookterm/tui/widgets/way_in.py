"""The line that says how far one is on the way in: the same four steps over signing in and over trusting a device."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards_text import LINE, QUIET, SAFE, SOFT, STRONG, TEXT, row

_STEPS = ("Server", "Sign in", "Trust this device", "Your space")
_ROOM_FOR_NAMES = 60


def way_in(passed: int, width: int, *, between: bool = False) -> Content:
    """`passed` steps are done and one is at the next; `between`: one has not begun it.

    The names of the other steps go first where there is no room.
    """
    here = None if between else passed
    parts: list[tuple[str, str]] = []
    for number, name in enumerate(_STEPS):
        if number:
            parts.append((" ── ", LINE))
        mark, tone = (("○ ", QUIET), QUIET)
        if number < passed:
            mark, tone = ("✓ ", SAFE), SOFT
        elif number == here:
            mark, tone = ("● ", TEXT), STRONG
        parts += [mark, (name if number == here or width >= _ROOM_FOR_NAMES else "", tone)]
    return row(*parts)
