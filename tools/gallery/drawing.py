"""Draws scenes: each in a client of its own, which finds the world as the one before it did."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nookterm.client.engine import Engine
from nookterm.tui.look import Look
from nookterm.tui.welcome import WelcomeApp
from nookterm.viewmodels.signin import SignInModel
from tools.gallery.scenes import NEWCOMER, Scene
from tools.gallery.stage import before, client
from tools.gallery.village import Village, standing_parts

if TYPE_CHECKING:
    from textual.app import App

_DEVICE = "KESTRELDUO"
"""What every device is called in pictures: a server gives another name at each drawing, of the same length."""


def draw(village: Village, scene: Scene, size: tuple[int, int], theme: str) -> str:
    """A scene as SVG. Raises Missed where the screen does not come."""
    engine = Engine()
    engine.start()
    try:
        with tempfile.TemporaryDirectory() as place:
            # What is called by the person's own folder looks the same everywhere.
            os.environ["HOME"] = place
            home = Path(place) / ".local" / "share" / "nookterm"
            if scene.who == NEWCOMER:
                panel = SignInModel(standing_parts(home), engine.call, None)
                return asyncio.run(_drawn(WelcomeApp(panel, Look(theme=theme, motion=False)), scene, size))
            with village.as_it_was(scene.who):
                svg = asyncio.run(_drawn(client(village, engine, scene.who, home, theme), scene, size))
                return svg.replace(village.parts.profiles.load(scene.who).device_id, _DEVICE)
    finally:
        engine.stop()


async def _drawn(app: App[Any], scene: Scene, size: tuple[int, int]) -> str:
    async with before(app, size) as stage:
        await scene.way(stage)
        await stage.until(lambda: stage.shown == scene.shows, scene.shows)
        return await stage.picture("nookterm")
