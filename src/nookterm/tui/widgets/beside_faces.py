"""The faces of the column beside the conversation, and its first row, in which a click turns to another one."""

from __future__ import annotations

from enum import StrEnum

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import SOFT, TEXT, row
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
_SHORT = {Faces.PINNED: "Pins"}
_WIDE, _NARROW = "  ", " "


@dataclass
class FaceChosen(Message):
    """Something was chosen in the list of a face."""

    face: Faces
    key: str


class FaceRow(Widget):
    """The faces that are not shown; each can be clicked."""

    DEFAULT_CSS = """
    FaceRow { height: 1; padding: 0 1 0 2; background: $panel; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Turned(Message):
        """A click: show this one."""

        face: Faces

    def __init__(self) -> None:
        super().__init__()
        self._face = Faces.ABOUT
        self._over = ""

    def show(self, face: Faces) -> None:
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

    def render(self) -> Content:
        """One row; a thread leads back to the list of them."""
        others = [face for face in ORDER if face is not self._face]
        words = [_SHORT.get(face, "Privacy" if face is Faces.PRIVACY else face.heading) for face in others]
        gap = _WIDE if sum(map(len, words)) + len(_WIDE) * (len(words) - 1) <= self.size.width else _NARROW
        parts: list[Content | tuple[str, str]] = []
        for face, word in zip(others, words, strict=True):
            style = f"{TEXT} underline" if face == self._over else SOFT
            parts += [(gap, "")] if parts else []
            parts.append(hit(row((word, style)), face))
        return row(*parts)
