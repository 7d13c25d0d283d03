"""What every view-model is: a frozen view that can be watched, and the faces that every panel has."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import Generic, TypeVar

from nookterm.domain.records import dataclass

V = TypeVar("V")


class Face(StrEnum):
    """The five faces of a panel."""

    LOADING = "loading"
    EMPTY = "empty"
    CONTENT = "content"
    PROBLEM = "problem"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a panel says instead of, or above, its content."""

    headline: str
    """What happened, or what this place is for: one sentence."""
    steps: tuple[str, ...] = ()
    """Empty: up to three next steps, in which a command's id in braces stands for its key (see `keyed`).
    Problem: what is safe, then what to do."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of something that was asked for."""

    words: str
    done: bool = True
    """False: `words` say why not."""


class Model(Generic[V]):
    """A view that changes. Callbacks run on the thread that changed it; a terminal posts itself a message."""

    def __init__(self, view: V) -> None:
        """Begin with `view`."""
        self._view = view
        self._watchers: list[Callable[[V], None]] = []
        self._lock = Lock()

    @property
    def view(self) -> V:
        """The newest view."""
        return self._view

    def watch(self, callback: Callable[[V], None]) -> Callable[[], None]:
        """Call back with each new view. Returns the way to stop."""
        with self._lock:
            self._watchers.append(callback)

        def stop() -> None:
            with self._lock:
                if callback in self._watchers:
                    self._watchers.remove(callback)

        return stop

    def show(self, view: V) -> None:
        """Replace the view; tells nobody when nothing changed."""
        if view == self._view:
            return
        self._view = view
        with self._lock:
            watchers = tuple(self._watchers)
        for callback in watchers:
            callback(view)
