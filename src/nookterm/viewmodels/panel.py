"""What every panel is to a screen: a newest view, and word of newer ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

V_co = TypeVar("V_co", covariant=True)
"""An intent that fails shows it in the panel's view (`face`, `notice`, `result`, `problem`); it does not raise."""


class Panel(Protocol[V_co]):
    """A view that can be watched."""

    @property
    def view(self) -> V_co:
        """The newest view."""

    def watch(self, callback: Callable[[V_co], None]) -> Callable[[], None]:
        """Call back with each new view, on any thread. Returns the way to stop."""
