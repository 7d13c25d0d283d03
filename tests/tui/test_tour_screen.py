"""The tour in the real screen: it covers nothing, takes nobody's words, waits its turn, and leaves all as it was."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from nookterm.tui import tour_acting
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.join import GoInScreen
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.tour import TourCard
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.footer import Footer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.timeline import TimelineView
from nookterm.viewmodels.tour import TourView, Whose
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.panel_host import seen, settle


async def begun(app: NooktermApp, pilot: Pilot[int]) -> None:
    """Begin it by its command, as the palette does."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    app.action_tour()
    await settle(pilot, lambda: isinstance(app.focused, TourCard))
    await pilot.pause()


async def gone(app: NooktermApp, pilot: Pilot[int]) -> None:
    await settle(pilot, lambda: not app.screen.query(TourCard))


async def test_it_goes_by_keys_and_mouse_over_the_real_parts_and_covers_none_of_them() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(140, 40)) as pilot:
        await begun(app, pilot)
        card, screen = app.screen.query_one(TourCard), app.screen
        tree, talk, footer = screen.query_one("#left"), screen.query_one(Conversation), screen.query_one(Footer)

        assert "▲ Your rooms · 1 of 4" in seen(app)
        assert card.region.x == tree.region.x
        await pilot.press("enter")
        await pilot.pause()
        assert "▲ The conversation · 2 of 4" in seen(app)
        assert card.region.x == talk.region.x
        await pilot.press("right")
        await pilot.pause()
        assert "alt+d" in seen(app)
        assert screen.query_one(Tree).key == "desk"
        await pilot.press("left", "right", "space")
        await pilot.pause()
        assert "Whenever you are lost · 4 of 4" in seen(app)
        assert card.region.bottom == footer.region.y
        for part in (tree, talk, footer, screen.query_one(Composer)):
            assert not card.region.overlaps(part.region)
        await pilot.click(Acts, offset=(1, 0))
        await gone(app, pilot)

        assert isinstance(app.focused, Composer)
        assert screen.query_one(Tree).key == "!glaze"
        assert not [name for name in screen.classes if name.startswith("-tour")]

        await pilot.press("alt+d")
        app.action_tour()
        await settle(pilot, lambda: isinstance(app.focused, TourCard))
        await pilot.press("enter")
        await settle(pilot, lambda: app._main.place == "room")
        await pilot.press("escape")
        await gone(app, pilot)
        await settle(pilot, lambda: app._main.place == "desk")


async def test_it_comes_by_itself_when_nothing_lies_over_the_screen_and_takes_nobodys_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tour_acting, "_OFTEN", 0.1)
    shell = FakeShell()
    shell.tour.show(TourView(wanted=True))
    app = NooktermApp(shell)

    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.pause(0.15)
        assert ("tour",) not in shell.done
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, TourCard))
        await pilot.press(*"half")
        await gone(app, pilot)
        composer = app.screen.query_one(Composer)
        assert composer.text == "half"

        await begun(app, pilot)
        app.screen.query_one(Timeline).focus()
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        await pilot.press("escape")
        await gone(app, pilot)
        assert isinstance(app.focused, Timeline)
        assert composer.text == "half"
        assert shell.done.count(("tour",)) == 2


async def test_in_one_column_it_turns_to_what_it_tells_of_and_back() -> None:
    shell = FakeShell()
    shell.timeline.show(TimelineView())
    shell.tour.whose = Whose(space=True, room=True)
    app = NooktermApp(shell)

    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.has_class("-tree"))
        # With no room open there is nowhere to write an address after a slash.
        await pilot.press("alt+j")
        await settle(pilot, lambda: isinstance(app.screen, GoInScreen))
        await pilot.press(*"#kiln:x", "enter")
        await settle(pilot, lambda: ("join", "#kiln:x") in shell.done)

        shell.timeline.show(TIMELINE)
        screen = app.screen
        screen.remove_class("-tree")
        await settle(pilot, lambda: not screen.query_one(Composer).disabled)
        screen.query_one(Conversation).focus_composer()
        await begun(app, pilot)
        assert "My requests" in seen(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "Write to glaze-lab" in seen(app)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.query_one(Tree).key == "highlights"
        await pilot.press("escape")
        await gone(app, pilot)
        assert isinstance(app.focused, Composer)
        assert "Write to glaze-lab" in seen(app)

        await pilot.resize_terminal(100, 12)
        await begun(app, pilot)
        await pilot.resize_terminal(40, 12)
        await settle(pilot, lambda: screen.has_class("-tree"))
        await pilot.press("enter")
        await pilot.pause()
        assert "The conversation" in seen(app)
        assert "2 of 4" in seen(app)
