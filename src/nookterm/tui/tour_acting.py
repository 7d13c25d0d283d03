"""The way to the first look around: by itself once, when nothing else needs the person, and from wherever one is."""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from nookterm.tui.account_quitting import QuittingApp
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.tour import may_begin

_OFTEN = 0.5
"""Seconds between two looks whether the tour, which nobody asked for, may begin."""


class TourApp(QuittingApp, inherit_bindings=False):
    """An app that shows whoever is new around."""

    _tour_waits: Timer | None = None

    def follow_tour(self) -> None:
        """Have it come up where it is wanted, as soon as it disturbs nothing."""
        if self._shell.tour.view.wanted:
            self._tour_waits = self.set_interval(_OFTEN, self._offer_tour)

    def _offer_tour(self) -> None:
        shell = self._shell
        begins = (
            shell.tour.view.wanted
            and self.screen is self._main
            and may_begin(
                tree=shell.tree.view,
                status=shell.status.view,
                trust=shell.first_trust.view,
                verify=shell.verify.view,
                draft=self._main.query_one(Composer).text,
            )
        )
        if self._tour_waits and (begins or not shell.tour.view.wanted):
            self._tour_waits.stop()
        if begins:
            self.action_tour()

    def action_tour(self) -> None:
        """A first look around; where it is open already, back to it."""
        if self.screen is self._main:
            from nookterm.tui.tour import show_tour

            self.opening(show_tour(self._main))

    async def on_event(self, event: events.Event) -> None:
        """Esc ends the tour wherever the keyboard is: one may try out what it tells of."""
        if isinstance(event, events.Key) and event.key == "escape" and self.screen is self._main:
            card = next(iter(self._main.query("#tour")), None)
            if card is not None:
                await card.run_action("end")
                return
        await super().on_event(event)
