"""Draws docs/pictures/main.svg and desk.svg: the screen with the tests' sample world, the same at every drawing."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from nookterm.tui.app import NooktermApp

PICTURES = ROOT / "docs" / "pictures"
SIZE = (140, 40)
_FONTS = '"DejaVu Sans Mono", Menlo, Consolas'
"""What a reader's own machine has. The picture asks no other server for a font."""


def standing_still(svg: str) -> str:
    """The picture without the fonts that it would fetch from elsewhere."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", _FONTS)


async def drawn(app: NooktermApp, *keys: str) -> str:
    """What is on the screen after these keys."""
    app.animation_level = "none"
    async with app.run_test(size=SIZE) as pilot:
        from nookterm.tui.widgets.composer import Composer

        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        while not composer.has_focus:
            await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()
        return standing_still(app.export_screenshot(title="nookterm"))


async def main() -> int:
    """Draw both. Returns the exit code."""
    from nookterm.tui.app import NooktermApp
    from tests.tui.fakes import FakeShell
    from tests.tui.panel_samples import DESK

    pictures = {"main": FakeShell(), "desk": FakeShell()}
    pictures["desk"].desk.show(DESK)
    keys = {"main": tuple("The tile table is pinned, @de"), "desk": ("alt+d",)}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, shell in pictures.items():
        (PICTURES / f"{name}.svg").write_text(await drawn(NooktermApp(shell), *keys[name]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
