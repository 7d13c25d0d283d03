"""Draws docs/gallery.md and its pictures: the demo's world as people see it, screen by screen.

Names of scenes draw only these. `--dir` keeps the world, so that it need not be made again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

PICTURES = ROOT / "docs" / "pictures"
PAGE = ROOT / "docs" / "gallery.md"


def main() -> int:
    """Draw. Returns the exit code: 1 where a screen did not come."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    from nookterm.demo.world_file import load_world
    from tools.gallery.drawing import draw
    from tools.gallery.page import drawn, gallery_page, picture
    from tools.gallery.scenes import SCENES
    from tools.gallery.stage import Missed
    from tools.gallery.village import village

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", choices=[[], *(scene.name for scene in SCENES)], metavar="SCENE")
    parser.add_argument("--dir", type=Path, help="keep the world here")
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    args = parser.parse_args()
    missed = 0
    args.out.mkdir(parents=True, exist_ok=True)
    with village(load_world(), lambda line: print(f"\r{line}", end="", flush=True), args.dir) as here:
        print()
        for scene in SCENES:
            if args.scenes and scene.name not in args.scenes:
                continue
            for size, theme in drawn(scene):
                try:
                    svg = draw(here, scene, size, theme)
                except Missed as problem:
                    missed += 1
                    print(f"{picture(scene, size, theme)}: {problem}", file=sys.stderr)
                    continue
                (args.out / picture(scene, size, theme)).write_text(svg, encoding="utf-8")
                print(picture(scene, size, theme), flush=True)
    PAGE.write_text(gallery_page(), encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
