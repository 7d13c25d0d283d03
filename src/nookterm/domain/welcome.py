"""The words that welcoming begins with: the nook's own where it has some, plain ones where not. Humans change them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

NAME = "{name}"
"""Where a charter's greeting wants the newcomer's name; else it stands in front."""
_PLAIN = "welcome. What brings you here?"


def greeting(welcome: str, name: str) -> str:
    """A greeting for somebody called `name`: with `@` before it, so that it notifies them when it is sent."""
    words = welcome.strip()
    if NAME in words:
        return words.replace(f"@{NAME}", NAME).replace(NAME, f"@{name}")
    return f"@{name} {words or _PLAIN}"


def prompt(prompts: Sequence[str], now: datetime) -> str:
    """One of the nook's prompts, each day another one. `prompts` is not empty."""
    return prompts[now.toordinal() % len(prompts)]


def redirection(name: str, link: str, message: str) -> str:
    """A private word to somebody whose message would be better off in another nook."""
    return f"I think {name} would be a better place for what you wrote: {link}\n\nI mean this message: {message}\n"


def split_proposal(size: int, cap: int) -> str:
    """What one could say when a nook is (nearly) full."""
    half = (size + 1) // 2
    full = "We are" if size <= cap else "We are already"
    return (
        f"{full} {size} of {cap}. People know each other by name up to a point, and those who ask to join wait.\n"
        f"Shall we become two nooks of about {half} and {size - half}? What would be the second one's own purpose, "
        "and who would like to begin it? Nobody has to move who does not want to.\n"
    )
