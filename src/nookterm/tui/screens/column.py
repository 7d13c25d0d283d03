"""The column beside the conversation at work: which face it has, and where the keyboard goes."""

from __future__ import annotations

from textual import on
from textual.widget import Widget

from nookterm.domain.ids import EventId
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.widths import WidthsScreen
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.beside_faces import ORDER, FaceRow, Faces
from nookterm.viewmodels.panels import Shell


class FacesScreen(WidthsScreen):
    """A screen with a conversation and a column beside it, which has one of several faces."""

    shell: Shell
    place: str
    _face = Faces.ABOUT
    """The face that is wanted; a thread that is closed gives way to `_before`."""
    _before = Faces.ABOUT
    _from: Widget | None = None
    """Where the keyboard was before it went to the column."""
    _thread: EventId | None = None
    """The thread that was last seen beside the room."""

    @property
    def beside(self) -> Beside:
        """The column."""
        return self.query_one(Beside)

    @property
    def fits_column(self) -> bool:
        """Whether there is room for it."""
        return self.has_class("-wide") and not self.has_class("-plain")

    @property
    def has_column(self) -> bool:
        """Whether it is shown."""
        return self.fits_column and self.place == "room"

    async def _follow(self) -> None:
        """Show the face that is wanted now."""
        side, here = self.shell.side.view, self.shell.timeline.view.room_id
        thread = side.thread if side.room_id == here else None
        if thread != self._thread:
            self._thread = thread
            self._face = Faces.THREAD if thread else self._before if self._face is Faces.THREAD else self._face
        if self._face is Faces.THREAD and thread is None:
            self._face = self._before
        had = self.beside.has_keyboard
        await self.beside.show(self._face if self.fits_column else Faces.ABOUT)
        self.fit_widths()
        if had and not self.beside.has_keyboard:
            self._to_face() if self._face is Faces.THREADS else self._to_room()

    def _renew(self) -> None:
        from nookterm.tui.widgets.beside_lists import ListFace

        if isinstance(self.beside.shown, ListFace):
            self.beside.shown.renew()

    # --- turning to a face --------------------------------------------------------------------------------------------

    def show_face(self, face: Faces) -> bool:
        """Turn to a face, keyboard and all. False: there is no column, or the keyboard is in that face already."""
        if not self.has_column or (self._face is face and self.beside.has_keyboard):
            return False
        self.run_worker(self.turn_to(face), group="column")
        return True

    async def turn_to(self, face: Faces, *, keyboard: bool = True) -> None:
        """Turn to a face; a thread stays open behind it."""
        if face is not Faces.THREAD:
            self._before = Faces.ABOUT
        self._face = face
        await self._follow()
        if keyboard:
            self._to_face()

    def _to_face(self) -> None:
        if not self.beside.has_keyboard:
            self._from = self.focused
        shown = self.beside.shown
        if isinstance(shown, Conversation):
            shown.focus_composer()
        else:
            shown.focus()

    def _to_room(self) -> None:
        """Back to where the keyboard was in the conversation."""
        conversation, before = self.query_one(Conversation), self._from
        if before is not None and before.is_attached and conversation in before.ancestors:
            before.focus()
        else:
            conversation.focus_composer()

    @on(FaceRow.Turned)
    async def _turned(self, event: FaceRow.Turned) -> None:
        event.stop()
        await self.turn_to(event.face)

    async def action_turn(self, by: int) -> None:
        """The next face, or the one before."""
        at = ORDER.index(self._face.listed)
        if self.has_column:
            await self.turn_to(ORDER[(at + by) % len(ORDER)])

    async def action_turn_back(self) -> None:
        """Back to About and to the conversation; where the column has the whole screen, away from it."""
        if not self.has_column:
            await self.run_action("back")
            return
        self._before = Faces.ABOUT
        await self.turn_to(Faces.ABOUT, keyboard=False)
        self._to_room()

    async def action_column(self) -> None:
        """To the column, or from it to the conversation."""
        if not self.has_column:
            await self.action_about()
        elif self.beside.has_keyboard:
            self.query_one(Conversation).focus_composer()
        else:
            self._to_face()

    async def action_about(self) -> None:
        """About; where there is no room for it beside the conversation in its place, and back again."""
        if self.has_column:
            if self._face is Faces.ABOUT and self.beside.has_keyboard:
                self.query_one(Conversation).focus_composer()
            else:
                await self.turn_to(Faces.ABOUT)
            return
        self.toggle_class("-about")
        self.remove_class("-tree")
        if self.has_class("-about"):
            self.query_one(About).focus()
        else:
            self.query_one(Conversation).focus_composer()

    async def action_readers(self) -> None:
        """Who reads this room, in the About column."""
        if self.has_column:
            await self.turn_to(Faces.ABOUT)
        elif not self.has_class("-about"):
            await self.action_about()
        self.query_one(About).reveal("Who reads this")
