"""The dialog of comparing keys: letters answer for the page that was read, and nothing else ends anything."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
import segno
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens import verify
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.verify import VerifyScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.qr import qr_rows
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.verify_bar import VerifyBar
from nookterm.tui.widgets.verify_rows import picture_rows
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.verify import Step, VerifyView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, clean, poisoned, seen, settle
from tests.tui.panel_samples import DESK
from tests.tui.trust_fakes import ASKED, COMPARE, Done

ALL_WAYS = frozenset({"compare", "show", "read"})
CODE = base64.urlsafe_b64encode(b"MATRIX\x02" + bytes(range(130))).decode().rstrip("=")
SHOW = replace(
    COMPARE,
    step=Step.SHOW,
    code=CODE,
    ways=ALL_WAYS,
    headline="Let your phone read this code.",
    words=("It proves both directions at once.",),
)
CHOOSE = replace(ASKED, step=Step.CHOOSE, ways=ALL_WAYS, headline="Bo is willing. How do you want to compare?")
WAITING = replace(ASKED, step=Step.WAITING, headline="Waiting for Bo to accept.")
DONE = replace(
    ASKED,
    step=Step.DONE,
    headline="Bo Lindqvist is verified.",
    words=("The devices that Bo Lindqvist has signed are theirs, and nobody is in between.",),
)
OVER = replace(ASKED, step=Step.OVER, headline="The two sides differ.", words=("Nothing is trusted.",), warns=True)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes up may be answered at once."""
    monkeypatch.setattr(verify, "GRACE", 0.0)


def an_app(page: VerifyView, look: Look | None = None) -> tuple[NooktermApp, FakeShell]:
    shell = FakeShell()
    shell.verify.show(page)
    return NooktermApp(shell, look), shell


def answers(shell: FakeShell) -> Done:
    told = {"accept", "later", "compare", "show_code", "read_code", "match", "differ", "end", "ask_person"}
    return [call for call in shell.done if call[0] in told]


async def saying(pilot: Pilot[int], text: str) -> None:
    await settle(pilot, lambda: text in seen(pilot.app))


async def opened(pilot: Pilot[int]) -> VerifyScreen:
    app = pilot.app
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    await pilot.press("alt+v")
    await settle(pilot, lambda: isinstance(app.screen, VerifyScreen))
    await pilot.pause()
    assert isinstance(app.screen, VerifyScreen)
    return app.screen


@pytest.mark.usefixtures("unhurried")
async def test_a_request_waits_in_a_row_until_somebody_looks_at_it() -> None:
    app, shell = an_app(VerifyView())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        assert not app.screen.query_one(VerifyBar).display
        await pilot.press(*"a dam")
        shell.verify.show(replace(ASKED, others=1))
        await settle(pilot, lambda: "Bo Lindqvist asks to compare keys" in seen(app))
        await pilot.press(*"mad")
        assert app.screen.query_one(Composer).text == "a dammad"
        assert answers(shell) == []

        await pilot.click(VerifyBar)
        await settle(pilot, lambda: isinstance(app.screen, VerifyScreen))
        await pilot.pause()
        for said in ("@bo:river.example", "Studio laptop (STUDIO)", "in 9 min", "1 more waits", "a accept"):
            assert said in seen(app)
        await pilot.press("enter", "m", "d", "e")
        assert answers(shell) == []
        await pilot.press("a")
        await settle(pilot, lambda: bool(answers(shell)))
        assert answers(shell) == [("accept", "txn")]


PAGES: list[tuple[VerifyView, str, tuple[object, ...]]] = [
    (ASKED, "a accept", ("accept", "txn")),
    (ASKED, "n not now", ("later", "txn")),
    (ASKED, "x decline", ("end", "txn")),
    (WAITING, "x end it", ("end", "txn")),
    (CHOOSE, "e seven pictures", ("compare", "txn")),
    (CHOOSE, "s show a code", ("show_code", "txn")),
    (COMPARE, "m they match", ("match", "txn")),
    (COMPARE, "d they differ", ("differ", "txn")),
    (SHOW, "e pictures instead", ("compare", "txn")),
    (replace(SHOW, step=Step.SCANNED), "m it says so", ("match", "txn")),
    (replace(SHOW, step=Step.SCANNED), "d it does not", ("differ", "txn")),
]


@pytest.mark.usefixtures("unhurried")
async def test_every_page_has_its_answers_by_key_and_by_mouse_and_no_others() -> None:
    app, shell = an_app(WAITING)
    async with app.run_test(size=(100, 40)) as pilot:
        dialog = await opened(pilot)
        for page, hint, wanted in PAGES:
            for by_mouse in (False, True):
                shell.done.clear()
                shell.verify.show(page)
                await saying(pilot, hint)
                if by_mouse:
                    place = next((row.index(hint), y) for y, row in enumerate(seen(app).split("\n")) if hint in row)
                    await pilot.click(offset=place)
                else:
                    await pilot.press(hint[0])
                await settle(pilot, lambda: bool(answers(shell)))
                assert answers(shell) == [wanted]
        shell.done.clear()
        for page in (DONE, OVER):
            shell.verify.show(page)
            await saying(pilot, page.headline)
            await pilot.press("enter", *"anxespmdt")
        assert answers(shell) == []
        assert app.screen is dialog


@pytest.mark.usefixtures("unhurried")
async def test_closing_it_ends_nothing_and_only_what_is_over_is_put_away() -> None:
    app, shell = an_app(COMPARE)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is app._main)
        assert "goes on" in seen(app)
        assert answers(shell) == []
        await opened(pilot)
        shell.verify.show(DONE)
        await settle(pilot, lambda: "is verified" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: bool(answers(shell)))
        assert answers(shell) == [("later", "txn")]


async def test_a_page_that_came_under_the_finger_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "GRACE", 3600.0)
    app, shell = an_app(WAITING)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        shell.verify.show(COMPARE)
        await settle(pilot, lambda: "they match" in seen(app))
        await pilot.press("m", "m", "d")
        await settle(pilot, lambda: "came just now" in " ".join(seen(app).split()))
        assert answers(shell) == []
        monkeypatch.setattr(verify, "GRACE", 0.0)
        await pilot.press("m")
        await settle(pilot, lambda: bool(answers(shell)))
        assert answers(shell) == [("match", "txn")]


@pytest.mark.usefixtures("unhurried")
async def test_a_page_that_is_not_drawn_yet_is_not_answered() -> None:
    app, shell = an_app(WAITING)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        # The engine's thread has the pictures already, and the screen has not.
        shell.verify._view = COMPARE
        await pilot.press("m", "d")
        await pilot.pause()
        assert answers(shell) == []


async def test_a_code_is_pasted_and_letters_in_it_answer_nothing() -> None:
    app, shell = an_app(CHOOSE)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("p", *"mxd", "escape")
        assert answers(shell) == []
        assert isinstance(app.screen, VerifyScreen)
        await pilot.press("p", *"abc", "enter")
        await settle(pilot, lambda: bool(answers(shell)))
        assert answers(shell) == [("read_code", "txn", "abc")]
        shell.verify.show(replace(CHOOSE, notice=Notice("This is not a code.", ("Copy all of it.",))))
        await settle(pilot, lambda: "This is not a code." in seen(app))
        assert "Copy all of it." in seen(app)


async def test_pictures_have_their_names_and_plain_terminals_names_and_numbers_alone() -> None:
    app, _shell = an_app(COMPARE)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert all(f"{symbol}" in seen(app) and name in seen(app) for symbol, name in COMPARE.pictures)
        assert "Enter" not in seen(app)
        await pilot.press("t")
        await settle(pilot, lambda: "1234   5678   9012" in seen(app))
        assert "Octopus" not in seen(app)
        await pilot.press("t")
        await settle(pilot, lambda: "Octopus" in seen(app))

    plain, _shell = an_app(COMPARE, Look(glyphs="ascii"))
    async with plain.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert all(symbol not in seen(plain) and name in seen(plain) for symbol, name in COMPARE.pictures)
        assert all(str(number) in seen(plain) for number in range(1, 8))


@pytest.mark.parametrize("width", [84, 60, 30, 12])
def test_no_name_of_a_picture_is_cut(width: int) -> None:
    longest = replace(
        COMPARE, pictures=(("💡", "Light Bulb"), ("🎧", "Headphones"), ("🍓", "Strawberry")) * 2 + (("✂️", "Scissors"),)
    )
    text = "\n".join(row.plain for row in picture_rows(longest, width))
    assert text.count("Strawberry") == 2
    assert "Scissors" in text
    assert "\ufe0f" not in text


def test_the_code_on_the_screen_is_the_one_that_a_camera_reads() -> None:
    drawn = [row.plain for row in qr_rows(CODE)]
    light = [[cell in "█▀" for cell in row] for row in drawn], [[cell in "█▄" for cell in row] for row in drawn]
    modules = [line for pair in zip(*light, strict=True) for line in pair]
    wanted = segno.make_qr(
        base64.urlsafe_b64decode(CODE + "=" * (-len(CODE) % 4)), mode="byte", error="l", boost_error=False
    )
    dark = [[not module for module in line] for line in modules]

    inside = [line[2:-2] for line in dark[2 : 2 + len(wanted.matrix)]]
    assert inside == [[bool(module) for module in line] for line in wanted.matrix]
    assert not any(dark[0] + dark[1] + dark[-1])
    assert not any(line[0] or line[1] or line[-1] or line[-2] for line in dark)


@pytest.mark.parametrize("text", ["", "a", "not base64!", "ä" * 20])
def test_what_is_no_code_is_not_drawn(text: str) -> None:
    assert qr_rows(text) == []


async def test_a_code_is_a_picture_where_there_is_room_and_text_elsewhere() -> None:
    app, _shell = an_app(SHOW)
    async with app.run_test(size=(140, 46)) as pilot:
        await opened(pilot)
        assert "▀" in seen(app)
        assert CODE[:20] not in seen(app)
        await pilot.resize_terminal(80, 24)
        await settle(pilot, lambda: CODE[:20] in seen(app))
        assert "shows it as a picture" in " ".join(seen(app).split())


async def test_without_a_request_one_chooses_with_whom_to_compare() -> None:
    app, shell = an_app(VerifyView())
    shell.verify.after = WAITING
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+v")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press(*"bo", "enter")
        await settle(pilot, lambda: isinstance(app.screen, VerifyScreen))
        assert answers(shell) == [("ask_person", "@bo:river.example")]


async def test_it_begins_at_the_desk_and_beside_the_conversation_too() -> None:
    app, shell = an_app(VerifyView())
    shell.verify.after = WAITING
    shell.desk.show(DESK)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+d")
        await saying(pilot, "Bob Reyes")
        await pilot.press("t")
        await settle(pilot, lambda: isinstance(app.screen, VerifyScreen))
        assert answers(shell) == [("ask_person", "@bob:elsewhere.example")]
        await pilot.press("escape", "escape")
        shell.verify.show(VerifyView())
        await settle(pilot, lambda: isinstance(app.focused, Composer | Timeline))
        await pilot.press("alt+i")
        await settle(pilot, lambda: isinstance(app.focused, About))
        await saying(pilot, "v compare keys")
        await pilot.press("v")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))


async def test_hostile_names_are_names_at_every_size() -> None:
    app, shell = an_app(poisoned(ASKED, HOSTILE["controls"]))
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        for attack in HOSTILE.values():
            for page in (ASKED, COMPARE):
                shell.verify.show(poisoned(page, attack))
                await pilot.pause()
                assert clean(seen(app))
        shell.verify.show(poisoned(replace(COMPARE, notice=Notice("x", ("y",))), HOSTILE["markup"]))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
        assert answers(shell) == []
