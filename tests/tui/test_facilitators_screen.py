"""Who decides in a nook: chosen from its people, shown step by step, done after a yes, gone on with after a stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.facilitators import FacilitatorsScreen
from nookterm.viewmodels.facilitators import FacilitatorsView
from nookterm.viewmodels.model import Face, Notice
from tests.tui.nook_fakes import BO, FACILITATORS, STEPS, FakeFacilitators
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

NARROW = (80, 24)


async def test_a_person_is_chosen_the_steps_are_read_and_a_yes_does_them() -> None:
    app, panel = Host(), FakeFacilitators(FACILITATORS)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(FacilitatorsScreen(panel))
        await pilot.pause()
        assert "make them a facilitator" in seen(app)
        await pilot.press("y")
        await pilot.press("enter")
        await settle(pilot, lambda: "Make Bo Lindqvist a facilitator?" in seen(app))
        assert "✓ Bo Lindqvist can decide in glaze-lab" in seen(app)
        assert "→ Bo Lindqvist can publish" in seen(app)
        assert "it is proposed to those who can" in seen(app)
        assert ("go",) not in panel.calls, "a y in the list means nothing"
        await pilot.press("y")
        await settle(pilot, lambda: "is a facilitator now" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: panel.view.chosen is None)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FacilitatorsScreen))
        assert panel.calls == [("begin facilitators",), ("choose", BO), ("go",), ("back",)]


async def test_the_mouse_chooses_says_yes_and_closes() -> None:
    app, panel = Host(), FakeFacilitators(FACILITATORS)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(FacilitatorsScreen(panel))
        await pilot.pause()
        await pilot.click("#who-list", offset=(3, 0))
        await settle(pilot, lambda: panel.view.chosen is not None)
        await pilot.pause()
        await pilot.click("#who-yes")
        await settle(pilot, lambda: ("go",) in panel.calls)
        await pilot.click("#who-no")
        await settle(pilot, lambda: panel.view.chosen is None)
        await pilot.pause()
        await pilot.click("#who-no")
        await settle(pilot, lambda: not isinstance(app.screen, FacilitatorsScreen))


async def test_what_stopped_half_way_is_said_and_a_y_goes_on() -> None:
    stopped = replace(STEPS, problem="river.example cannot be reached. y goes on with the rest.")
    app, panel = Host(), FakeFacilitators(stopped)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(FacilitatorsScreen(panel))
        await settle(pilot, lambda: "cannot be reached" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: "is a facilitator now" in seen(app))


@pytest.mark.parametrize(
    "view",
    [
        FacilitatorsView(),
        FacilitatorsView(face=Face.EMPTY, notice=Notice("Only nooks have facilitators.", ("Open one first.",))),
        FacilitatorsView("glaze-lab", face=Face.PROBLEM, notice=Notice("The server is away.")),
    ],
    ids=["loading", "empty", "problem"],
)
async def test_every_other_face_says_what_it_is_and_can_be_left(view: FacilitatorsView) -> None:
    app, panel = Host(), FakeFacilitators(view)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(FacilitatorsScreen(panel))
        words = view.notice.headline if view.notice else "Looking who decides here"
        await settle(pilot, lambda: words in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FacilitatorsScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_names_are_words_at_every_size(attack: str) -> None:
    app, panel = Host(), FakeFacilitators(poisoned(FACILITATORS, HOSTILE[attack]))
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(FacilitatorsScreen(panel))
        for view in (panel.view, poisoned(replace(STEPS, warning="x", problem="x"), HOSTILE[attack])):
            panel.show(view)
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert clean(seen(app))
        assert app.is_running
