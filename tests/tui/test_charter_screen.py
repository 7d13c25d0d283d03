"""The charter's form: who reads it is said, nothing typed is lost, and what changes is shown before it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.domain.charter import Charter, Question
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.charter import CharterScreen
from nookterm.tui.screens.facilitators import FacilitatorsScreen
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.charter_pages import Movers
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import Choice, Field, LineField
from nookterm.tui.widgets.forms_pick import Pages, PickOne
from tests.tui.fakes import FakeShell
from tests.tui.nook_fakes import FORM, GLAZES, FakeCharter
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

WIDE = (140, 40)
NARROW = (80, 24)


async def opened(pilot: Pilot[Any], panel: FakeCharter, page: int = 0) -> list[bool | None]:
    done: list[bool | None] = []
    assert not isinstance(panel.form, str)
    await pilot.app.push_screen(CharterScreen(panel, panel.form, page), done.append)
    await pilot.pause()
    return done


def field(pilot: Pilot[Any], name: str) -> Any:
    return pilot.app.screen.query_one(f"#charter-{name}")


async def test_with_keys_only_every_page_is_filled_and_what_changes_is_shown_before_it_is_written() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=NARROW) as pilot:
        done = await opened(pilot, panel)
        assert "Clear text: the servers, and everybody in Riverside Makers" in seen(app)
        await pilot.press("down", "down", "end", *" Slowly.", "alt+right")
        await pilot.press("end", *"?", "ctrl+down", "alt+right")
        await pilot.press("end", "backspace", "backspace", *"40", "enter", "alt+right")
        field(pilot, "quiet_days").focus()
        await pilot.press("end", "backspace", "backspace", *"7", "enter")
        await settle(pilot, lambda: "counts as a reaction, too: clear text" in seen(app))
        await pilot.press("down")
        field(pilot, "offers").focus()
        await pilot.press("down", "alt+right")
        await settle(pilot, lambda: "60 → 40" in seen(app))
        assert "waits for those who have the power there" in seen(app)
        assert [call[0] for call in panel.calls] == ["plan"]
        await pilot.press("alt+enter")
        await settle(pilot, lambda: done == [True])
        first, second, third = GLAZES.questions
        wished = replace(
            GLAZES,
            purpose=f"{GLAZES.purpose} Slowly.",
            questions=(second, replace(first, text=f"{first.text}?"), third),
            cap=40,
            quiet_days=7,
            consent_by_reaction=True,
            offers=True,
        )
        assert panel.calls[-2:] == [("write", wished), ("keep", None)]


async def test_with_the_mouse_alone_a_question_moves_goes_and_the_form_is_written() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=WIDE) as pilot:
        done = await opened(pilot, panel)
        await pilot.click(Pages, offset=(22, 0))
        await pilot.pause()
        movers = list(app.screen.query(Movers))
        await pilot.click(movers[1], offset=(1, 1))
        await pilot.click(movers[2], offset=(5, 1))
        await pilot.click("#charter-next")
        pick = app.screen.query_one("#charter-history", PickOne)
        await pilot.click(pick, offset=(4, 2))
        assert pick.value == "joined"
        for _ in range(3):
            await pilot.click("#charter-next")
        await settle(pilot, lambda: "60 → 40" in seen(app))
        await pilot.click("#charter-next")
        await settle(pilot, lambda: done == [True])
        first, second, _ = GLAZES.questions
        assert panel.calls[-2] == ("write", replace(GLAZES, questions=(second, first), history="joined"))


async def test_a_new_question_gets_an_id_that_no_other_has() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, panel, 1)
        field(pilot, "q0").focus()
        await pilot.press("alt+x")
        field(pilot, "q2").focus()
        await pilot.press(*"Who are you?", *["alt+right"] * 4)
        await settle(pilot, lambda: bool(panel.calls))
        (_, charter) = panel.calls[-1]
        assert isinstance(charter, Charter)
        assert [(q.id, q.text) for q in charter.questions] == [
            ("q2", "What can you bring?"), ("q5", "Which kiln do you fire?"), ("q1", "Who are you?"),
        ]  # fmt: skip


WRONG = (
    (0, "purpose", "x" * 1001, "That text is 1 characters too long."),
    (1, "q1", "x" * 301, "A question has up to 300 characters."),
    (2, "cap", "151", "How many it holds: 2 to 150 people."),
    (2, "cap", "²", "How many it holds: 2 to 150 people."),
    (2, "approvals_needed", "0", "Who have to agree: 1 to 5 facilitators."),
    (2, "cooldown_days", "soon", "Cool-down after a decline: 0 to 365 days."),
    (3, "welcome", "x" * 1001, "The welcome has up to 1000 characters."),
    (3, "prompts", "a\n" * 13, "Up to 12 prompts; these are 13."),
    (3, "prompts", "x" * 301, "A prompt has up to 300 characters."),
    (3, "quiet_days", "-1", "Counts as quiet after: 0 to 365 days."),
)


async def test_what_cannot_be_is_said_where_it_is_and_stays_typed() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=WIDE) as pilot:
        for page, name, value, words in WRONG:
            await opened(pilot, panel, page)
            box = field(pilot, name)
            if isinstance(box, Field):
                box.text = value
            else:
                box.value = value
            app.screen.query_one(Pages).post_message(Pages.Turned(5))
            await settle(pilot, lambda said=words: said in seen(app))  # type: ignore[misc]  # bound in the loop
            assert box.has_focus
            assert (box.text if isinstance(box, Field) else box.value) == value
            app.pop_screen()
        assert panel.calls == []


async def test_leaving_keeps_what_was_typed_and_warns_once_of_what_it_cannot_keep() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=NARROW) as pilot:
        done = await opened(pilot, panel, 2)
        field(pilot, "approvals_needed").value = "2"
        await pilot.press("escape")
        await settle(pilot, lambda: done == [False])
        assert panel.calls == [("keep", replace(GLAZES, approvals_needed=2))]
        done = await opened(pilot, panel, 2)
        field(pilot, "cap").value = "many"
        field(pilot, "quiet_days").value = "3"
        await pilot.press("escape")
        await settle(pilot, lambda: "Esc once more leaves without it" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: done == [False])
        assert panel.calls[-1] == ("keep", replace(GLAZES, quiet_days=3))


async def test_what_went_wrong_is_said_and_writing_can_be_repeated() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=NARROW) as pilot:
        done = await opened(pilot, panel, 5)
        panel.problem = "river.example cannot be reached. What is done stays done."
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "cannot be reached" in seen(app))
        panel.problem = ""
        await pilot.press("alt+enter")
        await settle(pilot, lambda: done == [True])
        assert [call[0] for call in panel.calls].count("write") == 2


async def test_who_may_not_write_it_can_read_it() -> None:
    why = "You can read it here; facilitators of this nook can change it."
    app, panel = Host(), FakeCharter(form=replace(FORM, may_write=False, remark=why))
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, panel)
        assert "facilitators of this nook can change it" in seen(app)
        await pilot.press(*"mine")
        assert field(pilot, "purpose").text == GLAZES.purpose
        assert field(pilot, "cap").disabled
        for _ in range(5):
            await pilot.press("alt+right")
        await settle(pilot, lambda: "What people in the space see" in seen(app))
        await pilot.press("alt+enter")
        await pilot.pause()
        assert app.screen.query_one("#charter-next", Choice).disabled
        assert "write" not in [call[0] for call in panel.calls]


async def test_opening_all_of_the_past_is_said_in_words() -> None:
    app, panel = Host(), FakeCharter()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, panel, 2)
        field(pilot, "history").focus()
        await pilot.press("down", "down", "down", "up", "down")
        assert field(pilot, "history").value == "shared"
        await pilot.press(*["alt+right"] * 3)
        await settle(pilot, lambda: "opens to newcomers: their clients get the" in seen(app))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_charters_are_words_at_every_size(attack: str) -> None:
    text = HOSTILE[attack]
    bad = poisoned(GLAZES, text)
    form = replace(poisoned(FORM, text), charter=replace(bad, history="invited", questions=(Question("q", text),)))
    app, panel = Host(), FakeCharter(form=replace(form, read=form.charter))
    panel.answer = poisoned(panel.answer, text)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, panel, 5)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        await pilot.resize_terminal(*NARROW)
        for page in range(5):
            app.screen.query_one(Pages).post_message(Pages.Turned(page))
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
        assert app.screen.query_one("#charter-cap", LineField)


async def test_slash_palette_and_the_about_column_lead_to_charter_and_facilitators() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: bool(app.screen.query(Composer)) and app.screen.query_one(Composer).has_focus)
        await pilot.press(*"/charter", "enter")
        await settle(pilot, lambda: isinstance(app.screen, CharterScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, CharterScreen))
        app.screen.query_one(About).focus()
        await pilot.press("f")
        await settle(pilot, lambda: isinstance(app.screen, FacilitatorsScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FacilitatorsScreen))
        shell.charter.form = "Only nooks have a charter. Open one first."
        app.screen.query_one(About).focus()
        await pilot.press("c")
        await settle(pilot, lambda: [n.message for n in app._notifications] == [shell.charter.form])
