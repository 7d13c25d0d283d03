"""How a person wants the client to look and feel, out of their settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nookterm.client.settings import EMOJI, PICTURES, Settings
from nookterm.tui.look import Look, marks_for, moves


def look_of(settings: Settings, home: Path, environ: Mapping[str, str] = os.environ, *, plain: bool = False) -> Look:
    """The look that these settings ask for (docs/guide/member.md), on the terminal that `environ` tells of.

    `plain`: asked for on the command line, for this time.
    """
    return Look(
        settings.text("theme"),
        compact=settings.text("density") == "compact",
        preset=settings.text("preset"),
        glyphs=marks_for(settings.text("glyphs"), environ),
        pictures=settings.text(PICTURES),
        emoji=settings.text(EMOJI) == "on",
        motion=moves(settings.text("motion"), environ),
        keys=settings.keys,
        plain=plain,
        own_themes=home / "themes",
        layout=home / "layout.json",
        trouble=settings.trouble,
    )
