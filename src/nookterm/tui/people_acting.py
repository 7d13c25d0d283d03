"""The ways into what concerns people: the members of a room, its settings and privacy, leaving it, one's own name."""

from __future__ import annotations

from textual import on

from nookterm.domain.ids import RoomId
from nookterm.tui.messages import OpenMember, ShowInvite
from nookterm.tui.nook_acting import NookApp
from nookterm.tui.widgets.beside_faces import Faces


class PeopleApp(NookApp, inherit_bindings=False):
    """An app with the screens about people and rooms. Each is loaded when it is first wanted."""

    def action_members(self) -> None:
        """Who is in the open room: beside it where there is room, else, or once more, on a page of its own."""
        if self.screen is self._main and not self._main.show_face(Faces.MEMBERS):
            from nookterm.tui.screens.members import MembersScreen

            self.push_screen(MembersScreen(self._shell.people.members))

    @on(OpenMember)
    def _member(self, event: OpenMember) -> None:
        event.stop()
        if self.screen is self._main:
            from nookterm.tui.screens.members import MembersScreen

            self.push_screen(MembersScreen(self._shell.people.members, user=event.user))

    def action_invite(self) -> None:
        """Ask who is invited to the open room."""
        if self.screen is self._main:
            from nookterm.tui.screens.members import MembersScreen

            self.push_screen(MembersScreen(self._shell.people.members, invites=True))

    def action_profile(self) -> None:
        """Our own page, where our name is changed."""
        if self.screen is self._main:
            from nookterm.tui.screens.members import MembersScreen

            self.push_screen(MembersScreen(self._shell.people.members, own=True))

    def action_room_settings(self) -> None:
        """How the open room is set."""
        if self.screen is self._main:
            from nookterm.tui.screens.room_settings import RoomSettingsScreen

            self.push_screen(RoomSettingsScreen(self._shell.people.settings))

    def action_leave_room(self) -> None:
        """Leave the open room, after what that means was said."""
        self._farewell(None)

    @on(ShowInvite)
    def _invited(self, event: ShowInvite) -> None:
        event.stop()
        self._farewell(event.room_id)

    def _farewell(self, room_id: RoomId | None) -> None:
        if self.screen is self._main:
            from nookterm.tui.screens.farewell import FarewellScreen

            self.push_screen(FarewellScreen(self._shell.people.leaving, room_id))

    def action_privacy(self) -> None:
        """Who can read what in the open room: beside it where there is room, else or once more on a page of its own."""
        if self.screen is self._main and not self._main.show_face(Faces.PRIVACY):
            from nookterm.tui.screens.privacy import PrivacyScreen

            self.push_screen(PrivacyScreen(self._shell.people.privacy), self._go_on_to)

    def _go_on_to(self, action: str | None) -> None:
        """Where a point of the privacy sheet leads."""
        if action:
            self.run_worker(self.run_action(action, self._main), group="intents")
