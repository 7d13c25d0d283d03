"""The column beside the conversation: one place with several faces, of which one is shown."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.beside_faces import FaceRow, Faces
from nookterm.viewmodels.panels import Shell


class Beside(Vertical):
    """About is always there; any other face is made when it is wanted, for the room in which it is, and then goes."""

    DEFAULT_CSS = """
    Beside { background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("column")]

    def __init__(self, shell: Shell) -> None:
        """`shell` is the open account's."""
        super().__init__(id="beside")
        self._shell = shell
        self._one_at_a_time = asyncio.Lock()
        self.face = Faces.ABOUT
        self._of: tuple[Faces, RoomId | None, EventId | None] = (Faces.ABOUT, None, None)

    def compose(self) -> list[Widget]:
        """The names of the faces, and About."""
        return [FaceRow(), About(id="about")]

    @property
    def shown(self) -> Widget:
        """The face itself."""
        return next((child for child in self.children if child.has_class("-face")), self.query_one(About))

    @property
    def has_keyboard(self) -> bool:
        """Whether somebody writes or chooses here."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors

    async def show(self, face: Faces) -> None:
        """Turn to a face of the open room."""
        async with self._one_at_a_time:
            view, side = self._shell.timeline.view, self._shell.side.view
            of = (face, view.room_id, side.thread if face is Faces.THREAD else None)
            if face in {Faces.ABOUT, Faces.SEARCH}:
                of = (face, None, None)
            if of == self._of:
                return
            self._of, self.face = of, face
            before = list(self.query(".-face"))
            with self.app.batch_update():
                for child in before:
                    child.remove_class("-face")
                    child.display = False
                about = face is Faces.ABOUT
                self.query_one(About).display = about
                self.set_class(face is Faces.THREAD, "-thread")
                self.query_one(FaceRow).turn(face)
                if not about:
                    made = self._made(face)
                    made.add_class("-face")
                    await self.mount(made)
            for child in before:
                await child.remove()

    def _made(self, face: Faces) -> Widget:
        """Loaded when it is first wanted: the first frame does not wait for it."""
        from nookterm.tui.screens.beside_thread import ThreadFace
        from nookterm.tui.widgets.beside_lists import MembersFace, MessagesFace, PrivacyFace
        from nookterm.tui.widgets.listed_rows import NO_PINS, NO_THREADS

        shell = self._shell
        match face:
            case Faces.THREADS:
                return MessagesFace(face, shell.messages.threads, NO_THREADS)
            case Faces.PINNED:
                return MessagesFace(face, shell.messages.pins, NO_PINS)
            case Faces.MEMBERS:
                return MembersFace(shell.people.members)
            case Faces.PRIVACY:
                return PrivacyFace(shell.people.privacy)
            case Faces.SEARCH:
                from nookterm.tui.screens.beside_search import SearchFace

                return SearchFace(shell.search)
            case _:
                return ThreadFace(shell.side, shell.messages)
