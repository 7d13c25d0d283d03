"""How a key came to us: the difference between knowing who made it and having been told."""

from __future__ import annotations

from enum import StrEnum


class Provenance(StrEnum):
    """How a session's key came to us."""

    DIRECT = "direct"
    """Over Olm, from the device that made it."""
    SECOND_HAND = "second_hand"
    """From a backup, a file, another device or a bundle: whoever handed it over could have made it up."""
