"""Why somebody else's message is taken back: a line that everybody can read, or none."""

from __future__ import annotations

from nookterm.tui.screens.line import LineScreen
from nookterm.tui.widgets.cards_text import STRONG, said, wrapped

_LINE = "Why (may stay empty)   Enter takes it back, Esc leaves it"
_READERS = "everybody here and the servers can read this; it is not encrypted"


class ReasonScreen(LineScreen):
    """Gives the reason, which may be empty; None where nothing is to be taken back."""

    def __init__(self, author: str) -> None:
        """`author` wrote it."""
        question = said(f"Take back what {author} wrote, for everyone?", STRONG)
        super().__init__(lambda width: wrapped(question, width=width), _LINE, _READERS)
