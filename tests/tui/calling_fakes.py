"""Being called without anybody to call: what the screen tells is noted, and quiet is as it was asked for."""

from __future__ import annotations

from dataclasses import replace

from nookterm.viewmodels.calling import CallingView
from nookterm.viewmodels.model import Model, Told


class FakeCalling(Model[CallingView]):
    """Notes what is asked of it."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        super().__init__(CallingView())
        self._done = done
        self.told: list[tuple[str, object]] = []
        """What the screen told of who sits in front of it."""

    async def quiet(self, words: str) -> Told:
        """Noted; quiet until then."""
        self._done.append(("quiet", words))
        self.show(replace(self.view, quiet="" if words == "off" else f"quiet until {words or '07:00'}"))
        return Told(f"Nothing calls you until {words}.")

    async def done(self, words: str) -> Told:
        """Noted; quiet until the morning."""
        self._done.append(("done", words))
        self.show(replace(self.view, quiet="quiet until 07:00"))
        return Told("Nothing calls you until 07:00. /quiet off ends it.")

    def focus(self, *, has: bool) -> None:
        """Noted."""
        self.told.append(("focus", has))

    def touch(self) -> None:
        """Noted."""
        self.told.append(("touch", True))

    def look_at(self, *, conversation: bool) -> None:
        """Noted."""
        self.told.append(("conversation", conversation))
