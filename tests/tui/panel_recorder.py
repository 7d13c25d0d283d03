"""Panels of tests that write down what was asked of them."""

from __future__ import annotations


class Recorder:
    """Writes down every intent: its name and its arguments."""

    calls: list[tuple[object, ...]]

    def note(self, *call: object) -> None:
        self.calls.append(call)
