"""What one setting may be, and what it is in plain words: every place that shows or checks it reads this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from nookterm.domain.records import dataclass

ALL = "all"
"""Of something that is kept: no limit."""
_MOST = 1_000_000
_SWITCH = frozenset({"on", "off"})


class Group(StrEnum):
    """Under which headline people find a setting."""

    LOOK = "Look"
    CONVERSATION = "Conversation"
    NOTIFICATIONS = "Notifications"
    PRIVACY = "Privacy"
    KEEPING = "Keeping"
    CONNECTION = "Connection"
    KEYS = "Keys"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be: one of `choices`; without them any text, or where it counts a number or `all`."""

    default: str
    choices: tuple[str, ...] = ()
    counts: bool = False
    group: Group = Group.LOOK
    label: str = ""
    """What it is called, in one to three words."""
    about: str = ""
    """What it is for: one sentence."""
    means: Mapping[str, str] = field(default_factory=dict)
    """What a choice means, in a few words, where its name alone does not say it."""
    shape: str = ""
    """What a text may be, in plain words; with `fits`."""
    fits: Callable[[str], bool] | None = None
    """Whether a text makes sense; None: every text does."""
    next_start: bool = False
    """It is read when the client starts, and holds from then on. All others hold at once."""

    def read(self, value: object) -> str | int | None:
        """The value, None where it makes no sense."""
        if self.counts:
            if value in (ALL, 0) and not isinstance(value, bool):
                return ALL
            return value if type(value) is int and 0 < value <= _MOST else None
        if isinstance(value, bool) and set(self.choices) == _SWITCH:
            return "on" if value else "off"
        if type(value) is int and str(value) in self.choices:
            return str(value)
        if not isinstance(value, str) or not value or (self.choices and value not in self.choices):
            return None
        return value if self.fits is None or self.fits(value) else None

    def typed(self, text: str) -> str | int | None:
        """The value that somebody typed, None where it makes no sense."""
        plain = text.strip()
        number = self.counts and plain.isascii() and plain.isdigit()
        return self.read(int(plain) if number else plain)

    @property
    def words(self) -> str:
        """What it may be, for people."""
        if self.counts:
            return f'a number from 1 on, or "{ALL}"'
        return " or ".join(self.choices) or self.shape or "a name"
