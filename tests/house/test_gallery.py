"""The gallery shows every screen that matters in every theme there is, and no picture lies about unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nookterm.tui.screens.places import PANES
from tests.tui.every_screen import BASES, screen_kinds
from tools.gallery.page import THEMES, WIDTHS, drawn, gallery_page, picture
from tools.gallery.scenes import SCENES

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
PLAY = "play.svg"
"""What tools/draw_play.py draws."""
MOST = 6_000_000
"""Bytes that all pictures may have together: everybody who clones the repository gets them."""
ELSEWHERE = {
    "MainScreen": "the places of the main screen are shown, each by its name",
    **dict.fromkeys(
        ("AllReadScreen", "LeavingScreen", "NoticedScreen", "PassphraseScreen", "PressScreen", "ReasonScreen"),
        "a question with two or three answers",
    ),
    "ValueScreen": "a field with a number or words",
    **dict.fromkeys(("AddAccountScreen", "GoInScreen", "JoinScreen", "BrowserScreen"), "looks as signing in does"),
    **dict.fromkeys(("FileInScreen", "FileOutScreen", "PictureScreen"), "the demo's people have shared no file"),
    **dict.fromkeys(("LeadScreen", "ReportScreen", "PollScreen"), "a form as that of asking to join"),
    **dict.fromkeys(("FirstTrustScreen", "ProveScreen", "FormScreen"), "a page of keys, which no picture should have"),
    **dict.fromkeys(("BusyScreen", "ReturnScreen", "OnwardScreen"), "shown where something went wrong"),
    **dict.fromkeys(("KeysScreen", "SeenScreen", "MessageListScreen", "MessageDetailsScreen"), "a list as the others"),
    **dict.fromkeys(("AccountsScreen", "FacilitatorsScreen", "FarewellScreen"), "a list as that of the members"),
    "VerifyScreen": "two people compare there; its pictures are those of the tests",
}
"""Screens that are not in the gallery, and why."""


def _shown(page: Path) -> set[str]:
    """The files that a page shows."""
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    return {(page.parent / name).resolve().relative_to(ROOT).as_posix() for name in shown}


def test_every_kind_of_screen_is_in_the_gallery_or_has_its_reason() -> None:
    kinds = {kind.__name__ for kind in screen_kinds() - BASES}
    shown = {scene.shows for scene in SCENES}

    assert kinds - shown == set(ELSEWHERE)


def test_every_place_of_the_main_screen_is_shown_at_every_width() -> None:
    wide = {scene.shows for scene in SCENES if scene.wide}

    assert wide == {"room", *PANES}
    assert all(len({size for size, _ in drawn(scene)}) == len(WIDTHS) for scene in SCENES if scene.wide)


def test_the_conversation_and_the_desk_are_shown_in_every_theme() -> None:
    themes = {path.stem for path in (ROOT / "themes").glob("*.toml")}

    assert set(THEMES) == themes
    for scene in (scene for scene in SCENES if scene.themed):
        assert {theme for _, theme in drawn(scene)} == themes
    assert {scene.shows for scene in SCENES if scene.themed} == {"room", "desk"}


def test_the_page_is_what_the_scenes_say() -> None:
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == gallery_page(), "run `make screenshots`"


def test_every_picture_is_drawn_and_shown_and_there_is_no_other() -> None:
    wanted = {picture(scene, size, theme) for scene in SCENES for size, theme in drawn(scene)} | {PLAY}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = set().union(*map(_shown, pages))

    assert {path.name for path in PICTURES.iterdir()} == wanted
    assert {f"docs/pictures/{name}" for name in wanted} <= shown


def test_two_scenes_never_draw_the_same_file() -> None:
    names = [picture(scene, size, theme) for scene in SCENES for size, theme in drawn(scene)]

    assert len(set(names)) == len(names)


def test_the_pictures_are_small_enough_to_be_cloned() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST


@pytest.mark.parametrize("path", sorted(PICTURES.glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_asks_nobody_for_anything(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")

    assert re.findall(r"url\((?!#)|@import|<image|<script|xlink:href=\"(?!#)", svg) == []
    assert re.findall(r"https?://(?!www\.w3\.org/)[\w.:-]+", svg) in ([], ["http://127.0.0.1:18448"])
