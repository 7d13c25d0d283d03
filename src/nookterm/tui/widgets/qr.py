"""A QR code out of half blocks: light on dark whatever the theme, so that a camera finds it."""

from __future__ import annotations

import base64
from functools import lru_cache

from textual.content import Content

_QUIET = 2
"""Light modules around it. The standard wants four; cameras do with two on a dark screen."""
_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_STYLE = "#ffffff on #000000"


@lru_cache(maxsize=1)
def qr_rows(text: str) -> list[Content]:
    """The rows of a code that is given as URL-safe base64; none where it is no such text or nothing can draw it."""
    from segno import make_qr  # needed on one page only

    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if not raw:
            return []
        code = make_qr(raw, mode="byte", error="l", boost_error=False)
    except ValueError:
        # No base64, or more than a code can hold.
        return []
    light = [[not module for module in line] for line in code.matrix]
    width = len(light[0]) + 2 * _QUIET
    blank = [True] * width
    padded = [blank] * _QUIET + [[True] * _QUIET + line + [True] * _QUIET for line in light] + [blank] * _QUIET
    if len(padded) % 2:
        padded.append(blank)
    pairs = zip(padded[::2], padded[1::2], strict=True)
    return [
        Content.styled("".join(_HALVES[upper, lower] for upper, lower in zip(*pair, strict=True)), _STYLE)
        for pair in pairs
    ]
