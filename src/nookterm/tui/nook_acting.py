"""The ways into the forms about a community: begin one, write a nook's charter, choose its facilitators."""

from __future__ import annotations

from nookterm.domain.ids import RoomId
from nookterm.tui.last_frame import FramedApp
from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.charter import CharterForm
from nookterm.viewmodels.model import Told


class NookApp(FramedApp):
    """An app around the main screen, with the forms about nooks."""

    def action_found_space(self) -> None:
        """Begin a space."""
        from nookterm.tui.screens.found import FoundScreen

        self.push_screen(FoundScreen(self._shell.found, "space"), self._begun)

    def action_found_nook(self) -> None:
        """Begin a nook."""
        from nookterm.tui.screens.found import FoundScreen

        self.push_screen(FoundScreen(self._shell.found, "nook"), self._begun)

    def _begun(self, begun: RoomId | Told | None) -> None:
        if isinstance(begun, Told):
            way = f"{own_key('app.palette')}, Found a nook"
            self.notify(f"Your space has begun. Next comes its first nook: {way}.", markup=False)
        elif begun is not None:
            self.notify("Your nook has begun. /charter tells the rest, /invite asks people in.", markup=False)
            self.opening(self._main.open_room(begun))

    def action_charter(self) -> None:
        """Read or write the charter of the open nook."""
        if self.screen is self._main:
            self.opening(self._charter())

    async def _charter(self) -> None:
        form = await self._shell.charter.begin()
        if not isinstance(form, CharterForm):
            self.notify(said(form, "").plain, markup=False)
            return
        from nookterm.tui.screens.charter import CharterScreen

        self.push_screen(CharterScreen(self._shell.charter, form), self._written)

    def _written(self, written: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
        if written:
            self.notify("The charter is written.", markup=False)

    def action_facilitators(self) -> None:
        """Who decides in the open nook."""
        if self.screen is self._main:
            from nookterm.tui.screens.facilitators import FacilitatorsScreen

            self.push_screen(FacilitatorsScreen(self._shell.facilitators))

    def action_record(self) -> None:
        """What was decided in one's nooks."""
        if self.screen is self._main:
            from nookterm.tui.screens.record import RecordScreen

            self.push_screen(RecordScreen(self._shell.record))
