"""The panels about people and rooms, together: who is in a room, how it is set, who reads it."""

from __future__ import annotations

from typing import Protocol

from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.leaving_room import LeavingModel, LeavingPanel
from nookterm.viewmodels.member_work import MembersModel
from nookterm.viewmodels.members import MembersPanel
from nookterm.viewmodels.onward import OnwardPanel
from nookterm.viewmodels.onward_work import OnwardModel
from nookterm.viewmodels.privacy import PrivacyModel, PrivacyPanel
from nookterm.viewmodels.room_menu import RoomMenuPanel
from nookterm.viewmodels.room_menu_work import RoomMenuModel
from nookterm.viewmodels.room_settings import RoomSettingsPanel
from nookterm.viewmodels.room_settings_work import RoomSettingsModel


class PeoplePanels(Protocol):
    """What a screen may ask of them."""

    @property
    def members(self) -> MembersPanel:
        """The people of the open room."""

    @property
    def settings(self) -> RoomSettingsPanel:
        """How the open room is set."""

    @property
    def privacy(self) -> PrivacyPanel:
        """Who can read what in the open room."""

    @property
    def menu(self) -> RoomMenuPanel:
        """One room of the list, and what is done about all of them."""

    @property
    def onward(self) -> OnwardPanel:
        """Where the open room goes on, and what it goes on from."""

    @property
    def leaving(self) -> LeavingPanel:
        """The way out of the open room, and past an invite."""


class PeopleModels:
    """All of them over one open account."""

    def __init__(self) -> None:
        """No account is open."""
        self.members = MembersModel()
        self.settings = RoomSettingsModel()
        self.privacy = PrivacyModel()
        self.leaving = LeavingModel()
        self.menu = RoomMenuModel()
        self.onward = OnwardModel()

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        for model in (self.members, self.settings, self.privacy, self.leaving, self.menu, self.onward):
            model.attach(hub)

    def rebuild(self, hub: Hub) -> None:
        """Keep what is shown in step. Engine's thread."""
        for model in (self.members, self.settings, self.privacy, self.menu, self.onward):
            model.rebuild(hub)
