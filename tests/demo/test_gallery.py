"""The tool that draws the gallery does so: a real homeserver, a small part of the demo's world, the real client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.demo.world import Founding, Joining, Line, Moment, Say, World
from nookterm.demo.world_file import load_world
from tools.gallery.drawing import draw
from tools.gallery.scenes import SCENES
from tools.gallery.village import village

pytestmark = [pytest.mark.live, pytest.mark.timeout(200)]
_ROOMS = {"makers", "highlights", "facilitators", "glaze-lab"}
_PEOPLE = {"wren", "ana", "bo", "dee", "eli"}
_TODAY = Moment(0, -100)


def _small_world() -> World:
    """One nook, those who speak there today, and what they say."""
    world = load_world()

    def belongs(step: object) -> bool:
        match step:
            case Founding():
                return step.room in _ROOMS
            case Joining():
                return step.room in _ROOMS and step.person in _PEOPLE
            case Line():
                return step.room == "glaze-lab" and step.at > _TODAY and isinstance(step.deed, Say)
        return False

    steps = tuple(step for step in world.steps if belongs(step))
    alone = tuple(replace(step, facilitators=("ana",)) if isinstance(step, Founding) else step for step in steps)
    return replace(world, people=tuple(p for p in world.people if p.id in _PEOPLE), steps=alone, read={})


def test_screens_of_a_seeded_world_are_drawn_and_one_leaves_the_next_as_it_was() -> None:
    scenes = {scene.name: scene for scene in SCENES}
    with village(_small_world(), lambda _line: None, port=None) as here:
        main = draw(here, scenes["main"], (80, 24), "dusk")
        members = draw(here, scenes["members"], (80, 24), "dusk")
        again = draw(here, scenes["main"], (80, 24), "dusk")

    assert "three&#160;weeks" in main
    assert "Bo&#160;Lindqvist" in members
    assert again == main
