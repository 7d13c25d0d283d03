"""Draws docs/pictures/play.svg: the main job as `nookterm demo --play` tells it, from a real run on a real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PICTURE = ROOT / "docs" / "pictures" / "play.svg"
WIDTH = 112


def main() -> int:
    """Play, and draw what was printed. Returns the play's exit code; a play that failed draws nothing."""
    command = [str(Path(sys.executable).parent / "nookterm"), "demo", "--play"]
    played = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if played.returncode:
        print(played.stderr, file=sys.stderr)
        return played.returncode
    from tools.gallery.still import standing_still

    console = Console(record=True, width=WIDTH, file=Path("/dev/null").open("w", encoding="utf-8"))  # noqa: SIM115 - for the process
    for line in played.stdout.splitlines():
        heading = line[:1].strip() and not line.startswith(("making", "starting", "homeserver"))
        shown = Text(line, style="bold" if heading else "")
        shown.truncate(WIDTH, overflow="ellipsis")
        console.print(shown)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title="nookterm demo --play", unique_id="play")
    PICTURE.write_text(standing_still(svg), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
