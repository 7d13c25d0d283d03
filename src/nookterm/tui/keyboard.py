"""Keys that ordinary terminals send and Textual does not tell apart: Escape and Return together are alt+Enter."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class MoreKeys(StrEnum):
    """Named as Textual names keys."""

    ALT_ENTER = "alt+enter"


def teach_keys() -> None:
    """Let Textual's parser know them; teaching twice changes nothing."""
    cast("dict[str, Any]", ANSI_SEQUENCES_KEYS).setdefault("\x1b\r", (MoreKeys.ALT_ENTER,))
