"""Reporting, a better place, being noticed: who reads it is said first, the second question stands alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from textual.screen import ModalScreen

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.lead import LeadScreen
from nookterm.tui.screens.noticed import NoticedScreen
from nookterm.tui.screens.report import ReportScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import Field, LineField
from nookterm.viewmodels.caring import Went
from tests.tui.caring_fakes import LEAD, NOTICE, REPORT, FakeCaring
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

WIDE = (140, 40)
ALL: list[Callable[[FakeCaring], ModalScreen[Went | None]]] = [
    lambda fake: ReportScreen(fake, fake.draft),
    lambda fake: LeadScreen(fake, LEAD),
    lambda fake: NoticedScreen(fake, fake.form),
]


async def test_a_report_names_who_reads_it_and_then_asks_about_the_server() -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Went | None] = []
        await app.push_screen(ReportScreen(fake, REPORT), ended.append)
        await pilot.pause()
        assert "Ana Ferreira and Cy Arden read this, encrypted. Dee Okafor does not." in seen(app)
        assert "administrator" not in seen(app), "that is another question"
        await pilot.press("down", "down")
        app.screen.query_one(Field).text = "my address"
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "Also tell the server's administrator?" in seen(app))
        assert fake.done == [("report", "private", "my address", True, REPORT.read_by)]
        assert "They cannot read it" in seen(app)
        assert app.screen.query_one(Field).text == "", "nothing of the first answer goes on to them by itself"
        assert app.focused
        assert app.focused.id == "report-no", "Enter is not a yes"
        await pilot.press("enter")
        await settle(pilot, lambda: bool(ended))
        assert len(fake.done) == 1
        assert ended == [Went("Reported to Ana Ferreira and Cy Arden.")]


async def test_the_administrator_is_told_only_by_a_second_yes() -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Went | None] = []
        await app.push_screen(ReportScreen(fake, REPORT), ended.append)
        await pilot.pause()
        await pilot.click("#report-quote")
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "Also tell" in seen(app))
        app.screen.query_one(Field).text = "spam"
        await pilot.press("alt+enter")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [
            ("report", "hurts", "", False, REPORT.read_by),
            ("tell_server", REPORT.event_id, "hurts", "spam"),
        ]


async def test_where_nobody_else_could_read_it_that_is_said_and_nobody_is_told() -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(ReportScreen(fake, replace(REPORT, readers=(), read_by=())))
        await pilot.pause()
        assert "Nobody else in glaze-lab could look into this." in seen(app)
        assert "Also tell the server's administrator?" in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, ReportScreen))
        assert fake.done == []
        await app.push_screen(ReportScreen(fake, replace(REPORT, readers=("Ana",), read_by=REPORT.read_by[:1])))
        await pilot.pause()
        assert "Ana reads this, encrypted." in seen(app)
        assert "one facilitator, not two" in seen(app)


@pytest.mark.parametrize("make", ALL)
async def test_what_went_wrong_is_said_and_what_was_typed_stays(
    make: Callable[[FakeCaring], ModalScreen[Went | None]],
) -> None:
    app, fake = Host(), FakeCaring([])
    fake.problem = "The server asks to wait a moment."
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Went | None] = []
        await app.push_screen(make(fake), ended.append)
        await pilot.pause()
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "asks to wait a moment" in seen(app))
        assert len(fake.done) == 1
        await pilot.press("escape")
        await settle(pilot, lambda: ended == [None])


async def test_being_noticed_says_what_it_gives_away_before_it_is_set() -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Went | None] = []
        await app.push_screen(NoticedScreen(fake, NOTICE), ended.append)
        await pilot.pause()
        assert "can be read by everybody in the nook" in seen(app)
        assert "Nobody sees when you were here" in seen(app)
        assert "Switch it off" not in seen(app)
        days, away = (app.screen.query_one(f"#noticed-{name}", LineField) for name in ("days", "away"))
        for typed, problem in (("0", "1 to 90 days"), ("91", "1 to 90 days"), ("²", "1 to 90 days")):
            days.value = typed
            await pilot.press("alt+enter")
            await settle(pilot, lambda problem=problem: problem in seen(app))  # type: ignore[misc]  # bound on purpose
        days.value, away.value = "21", "tomorrow"
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "written as 2026-12-20" in seen(app))
        assert fake.done == []
        away.value = "2026-12-20"
        await pilot.press("alt+enter")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [("notice", NOTICE.room_id, 21, date(2026, 12, 20))]


async def test_being_noticed_is_switched_off_again_and_says_where_it_cannot_be() -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Went | None] = []
        await app.push_screen(NoticedScreen(fake, replace(NOTICE, on=True, days=7)), ended.append)
        await pilot.pause()
        await pilot.click("#noticed-off")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [("stop_notice", NOTICE.room_id)]
        await app.push_screen(NoticedScreen(fake, replace(NOTICE, why_not="A facilitator can allow it.")))
        await pilot.pause()
        assert "A facilitator can allow it." in seen(app)
        await pilot.press("alt+enter")
        assert len(fake.done) == 1


async def test_keys_on_a_message_lead_to_the_dialogs_and_a_private_draft_opens_its_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        await pilot.press("escape", "exclamation_mark")
        await settle(pilot, lambda: isinstance(app.screen, ReportScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, ReportScreen))
        await pilot.press("R")
        await settle(pilot, lambda: isinstance(app.screen, LeadScreen))
        await pilot.press("down", "alt+enter")
        await settle(pilot, lambda: ("open", "!bo") in shell.done)
        assert next(what for what in shell.done if what[0] == "lead")[2] == "!herb"
        await pilot.press(*"/noticed", "enter")
        await settle(pilot, lambda: isinstance(app.screen, NoticedScreen))


async def test_where_it_cannot_be_the_reason_is_said() -> None:
    shell = FakeShell()
    shell.caring.cannot = "This message is yours."
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        await pilot.press("escape", "exclamation_mark")
        await settle(pilot, lambda: [n.message for n in app._notifications] == ["This message is yours."])
        assert not isinstance(app.screen, ReportScreen)


async def test_words_to_begin_with_come_after_what_is_being_written() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        composer = app.screen.query_one(Composer)
        composer.text = "I was saying"
        view = shell.timeline.view
        shell.timeline.show(replace(view, draft="@Eli welcome.", drafted=1))
        await settle(pilot, lambda: "Eli" in composer.text)
        assert composer.text == "I was saying\n\n@Eli welcome."


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_hostile_gets_out_of_a_dialog(size: tuple[int, int]) -> None:
    app, fake = Host(), FakeCaring([])
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE.values():
            fake.draft, fake.form = poisoned(REPORT, text), poisoned(NOTICE, text)
            for make in ALL:
                await app.push_screen(make(fake))
                await pilot.pause()
                assert clean(seen(app))
                app.pop_screen()
