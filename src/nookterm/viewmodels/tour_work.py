"""The tour at work: made for whoever has the account, and remembered, so that it comes up by itself but once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from nookterm.client.errors import Problem
from nookterm.client.record import Record
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model
from nookterm.viewmodels.tour import TourView, Whose, steps

_KIND = "tour"
_DUE, _SEEN = "due", "seen"


class TourModel(Model[TourView]):
    """Knows whether the account is new here."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__(TourView())
        self.newcomer = False
        """Whether whoever opens the account is new, however old it is: in a demo everybody is."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open. One that never asked its server anything has just signed in. Engine's thread."""
        self._hub = hub
        store = hub.session.store
        kept = store.recall(_KIND, "") or {}
        new = self.newcomer or store.position() is None
        due = not hub.read_only and not kept.get(_SEEN) and (new or bool(kept.get(_DUE)))
        self.show(TourView(wanted=due))
        if due and not kept:
            self._keep(hub, _DUE)

    async def begin(self) -> None:
        """Make the steps for how things stand now; from here on it does not come up by itself again."""
        hub = self._hub
        if hub is None:
            return

        async def work() -> None:
            spaces = bool(hub.session.rooms.spaces())
            whose = Whose(bool(Record(hub.session).nooks()), spaces, hub.open_room is not None)
            self.show(replace(self.view, steps=steps(whose), wanted=False))
            if not hub.read_only:
                self._keep(hub, _SEEN)

        await hub.do(work())

    def _keep(self, hub: Hub, what: str) -> None:
        """A full disk ends neither the start nor the tour."""
        with suppress(Problem), hub.session.store.transaction():
            hub.session.store.remember(_KIND, "", {what: True})
