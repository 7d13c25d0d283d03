"""A tour that notes that it was begun, for whoever the test says."""

from __future__ import annotations

from dataclasses import replace

from nookterm.viewmodels.model import Model
from nookterm.viewmodels.tour import TourView, Whose, steps


class FakeTour(Model[TourView]):
    """Made for `whose`."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        super().__init__(TourView())
        self.done = done
        self.whose = Whose(decides=True, space=True, room=True)

    async def begin(self) -> None:
        """Noted."""
        self.done.append(("tour",))
        self.show(replace(self.view, steps=steps(self.whose), wanted=False))
