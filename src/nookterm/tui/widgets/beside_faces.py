"""The faces of the column beside the conversation, and their names above it, on which a click turns to another one."""

from __future__ import annotations

from enum import StrEnum

from textual import events
from textual.content import Content
from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import SOFT, STRONG, TEXT, row
from nookterm.tui.widgets.timeline_hits import WANTS, hit


class Faces(StrEnum):
    """What the column shows."""

    ABOUT = "about"
    THREADS = "threads"
    PINNED = "pinned"
    MEMBERS = "members"
    PRIVACY = "privacy"
    THREAD = "thread"
    """One thread, which stands in place of the list of them."""
    SEARCH = "search"
    """What was found last, while one looks at one hit after another; it goes with another face."""

    @property
    def heading(self) -> str:
        """What people call it."""
        return "Who reads this" if self is Faces.PRIVACY else self.value.capitalize()

    @property
    def listed(self) -> Faces:
        """The face that stands for it in the row of faces."""
        return {Faces.THREAD: Faces.THREADS, Faces.SEARCH: Faces.ABOUT}.get(self, self)


ORDER = (Faces.ABOUT, Faces.THREADS, Faces.PINNED, Faces.MEMBERS, Faces.PRIVACY)
_SHORT = {Faces.PINNED: "Pins", Faces.PRIVACY: "Privacy"}
_GAP = 2
"""Cells between two of them."""


@dataclass
class FaceChosen(Message):
    """Something was chosen in the list of a face."""

    face: Faces
    key: str


class FaceRow(Paper):
    """The faces by their names, level with the room's title; each can be clicked. Where it is narrow, in two rows."""

    DEFAULT_CSS = """
    FaceRow { padding: 1 2; background: $panel; }
    """

    @dataclass
    class Turned(Message):
        """A click: show this one."""

        face: Faces

    def __init__(self) -> None:
        super().__init__(self._rows)
        self._face = Faces.ABOUT
        self._over = ""

    def turn(self, face: Faces) -> None:
        """Another one is shown."""
        self._face = face
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Turn to the one under the mouse."""
        event.stop()
        wants = event.style.meta.get(WANTS)
        if isinstance(wants, tuple) and event.button == LEFT:
            self.post_message(self.Turned(Faces(wants[0])))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The one under the mouse stands out: it can be clicked."""
        wants = event.style.meta.get(WANTS)
        self._hover(wants[0] if isinstance(wants, tuple) else "")

    def on_leave(self) -> None:
        """None of them."""
        self._hover("")

    def _hover(self, over: str) -> None:
        if over != self._over:
            self._over = over
            self.refresh()

    def _rows(self, width: int) -> list[Content]:
        """The one that is shown is underlined; of a thread it is the list of them, and a click leads back to it."""
        chosen = None if self._face is Faces.SEARCH else self._face.listed
        rows: list[Content] = []
        for face in ORDER:
            name = hit(row((_SHORT.get(face, face.heading), self._style(face, chosen))), face)
            longer = row(rows[-1], (" " * _GAP, ""), name) if rows else name
            if rows and longer.cell_length <= width:
                rows[-1] = longer
            else:
                rows.append(name)
        return rows

    def _style(self, face: Faces, chosen: Faces | None) -> str:
        if face is chosen:
            return f"{STRONG} underline"
        return f"{TEXT} underline" if face == self._over else SOFT
