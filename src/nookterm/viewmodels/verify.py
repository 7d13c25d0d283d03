"""Comparing keys with a person or another device of ours: what the dialog shows, one verification at a time."""

from __future__ import annotations

from enum import StrEnum

from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Notice


class Step(StrEnum):
    """Which page of the dialog it is."""

    NONE = "none"
    """Nothing goes on."""
    ASKED = "asked"
    """They ask; nobody here has answered."""
    WAITING = "waiting"
    """We asked, or it is their turn."""
    CHOOSE = "choose"
    """Both are willing: pictures or a code."""
    COMPARE = "compare"
    """Pictures or numbers are there."""
    SHOW = "show"
    """Our code is there, for them to read."""
    SCANNED = "scanned"
    """They have read it: does their device say so?"""
    DONE = "done"
    OVER = "over"
    """Ended without a result."""


@dataclass(frozen=True, slots=True)
class VerifyView:
    """One page. All text is safe text."""

    step: Step = Step.NONE
    txn: str = ""
    """What every answer is bound to."""
    title: str = ""
    headline: str = ""
    who: str = ""
    """The person; between our own devices the other device."""
    user_id: str = ""
    device: str = ""
    """The other device, as far as it is known: its name (a stranger's text) and id."""
    with_ourselves: bool = False
    pictures: tuple[tuple[str, str], ...] = ()
    """Seven pictures with their names; empty where both sides only know numbers."""
    numbers: tuple[int, ...] = ()
    ways: frozenset[str] = frozenset()
    """`compare`, `show`, `read`: what both devices can do."""
    code: str = ""
    """Our code as text (URL-safe base64)."""
    words: tuple[str, ...] = ()
    """What to do, or what came of it, a sentence each."""
    warns: bool = False
    """Whether `words` say that somebody may be in between."""
    minutes: int = 0
    """How long it stays open."""
    others: int = 0
    """Requests that wait behind this one."""
    notice: Notice | None = None
    """What went wrong just now; it goes on."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.step in {Step.DONE, Step.OVER}
