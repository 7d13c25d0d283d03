"""docs/gallery.md: every picture with what it shows."""

from __future__ import annotations

from tools.gallery.scenes import SCENES, Scene

DUSK = "dusk"
THEMES = ("dusk", "harbour", "linen", "frost", "beacon", "ansi")
WIDTHS = ((140, 40), (100, 30), (80, 24))
ONCE = (100, 30)
"""How large the terminal is for a screen that is drawn once, and for the themes."""
_HEAD = """<!-- Written by `make screenshots`, with its pictures. -->

# Gallery

Every picture here is the real client on a real homeserver: the community of `make demo`, as its people see it on a
Sunday evening. `make screenshots` draws them all anew. The main screens stand at three widths; below them are the
others, and the [themes](#in-six-themes).
"""


def picture(scene: Scene, size: tuple[int, int], theme: str = DUSK) -> str:
    """The name of a picture's file."""
    width = "" if size == drawn(scene)[0][0] else f"-{size[0]}"
    return f"{scene.name}{width if theme == DUSK else f'-{theme}'}.svg"


def drawn(scene: Scene) -> tuple[tuple[tuple[int, int], str], ...]:
    """At which sizes and in which themes a scene is drawn, in the page's order."""
    widths = WIDTHS if scene.wide else (ONCE,)
    others = [(ONCE, theme) for theme in THEMES if theme != DUSK] if scene.themed else []
    return (*((size, DUSK) for size in widths), *others)


def gallery_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for scene in SCENES:
        shown = [_shown(scene, size, theme) for size, theme in drawn(scene) if theme == DUSK]
        parts.append(f"## {scene.title}\n\n{scene.words}\n\n" + "\n\n".join(shown) + "\n")
    themed = [_shown(scene, size, theme) for theme in THEMES for scene in SCENES if scene.themed for size in (ONCE,)]
    parts.append(
        "## In six themes\n\nHow to choose one, change one and make one: [themes](guide/themes.md).\n\n"
        + "\n\n".join(themed)
        + "\n"
    )
    return "\n".join(parts)


def _shown(scene: Scene, size: tuple[int, int], theme: str) -> str:
    alt = f"{scene.title} on {size[0]} columns and {size[1]} rows in the theme {theme}. {scene.words}"
    return f"![{alt}](pictures/{picture(scene, size, theme)})"
