"""The rows of the welcome screen: its head, what is asked, the other ways in, the keys."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards_face import arch_rows
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SOFT, STRONG, ends, row, wrapped
from nookterm.tui.widgets.doors import FIRST_KEY, LAST_KEY
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.tui.widgets.way_in import way_in
from nookterm.viewmodels.signin import SignInView

ROOM_FOR_STEPS = 16
"""Rows of a terminal that has room for more than what is asked."""
_ROOM_FOR_ARCH = 22
_BOX = 6
"""Rows that a problem takes."""
_OVER_DOORS = 2
"""Rows above the other ways in."""
_SEALED = "Messages stay sealed to your devices."


def signin_head(view: SignInView, asking: str, width: int, height: int) -> list[Content]:
    """The arch and how far one is, where there is room."""
    height -= _BOX if view.notice is not None else 0
    if asking == "password" and view.doors and view.by_password:
        height -= len(view.doors) + _OVER_DOORS
    name = [row(("n o o k t e r m", STRONG))]
    rows = [*arch_rows(), NOTHING, *name, NOTHING] if height >= _ROOM_FOR_ARCH else []
    if height >= ROOM_FOR_STEPS:
        rows += [way_in(0 if asking == "server" else 1, width), NOTHING]
    return [row((" " * max(0, (width - line.cell_length) // 2), ""), line) for line in rows]


def signin_words(view: SignInView, asking: str, width: int, height: int) -> list[Content]:
    """What is asked."""
    head = row(("Where is your account?", STRONG))
    text = "Any Matrix homeserver will do: your own, a friend's, a public one."
    if asking == "password":
        head = row(("Sign in on ", STRONG), (view.server or "your server", STRONG))
        text = f"The name and password of your account there. {_SEALED}"
        if not view.by_password:
            text = f"This server has no passwords of its own. {_SEALED}"
    low = height < ROOM_FOR_STEPS
    return [*wrapped(head, width=width), *([] if low else wrapped(row((text, SOFT)), width=width))]


def other_ways(view: SignInView, asking: str, width: int, _height: int) -> list[Content]:
    """What stands above the other ways in."""
    if asking != "password" or not view.doors:
        return []
    words = "Or another way in:" if view.by_password else "Its ways in:"
    return [NOTHING, *wrapped(row((words, SOFT)), width=width)]


def signin_keys(view: SignInView, asking: str, width: int, _height: int) -> list[Content]:
    """The keys that work now."""
    ways = asking == "password"
    doors = len(view.doors) if ways else 0
    last = f"–F{min(FIRST_KEY + doors - 1, LAST_KEY)}" if doors > 1 else ""
    other = [row((f"F{FIRST_KEY}{last}", KEY), (" another way", QUIET))] if doors else []
    back = [key_hint("escape", "another server")] if ways else []
    hints = (key_hint("enter", "go on"), key_hint("tab", "next"), *other, *back, key_hint("ctrl+q", "quit"))
    return [ends(in_a_row(*hints), NOTHING, width)]
