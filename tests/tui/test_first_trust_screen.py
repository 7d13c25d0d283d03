"""Making a device trusted, page by page: by keyboard and mouse, at 80x24 and 140x40; nothing is replaced by one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from nookterm.client.ports import Secret
from nookterm.tui.app import NooktermApp
from nookterm.tui.messages import OpenTrust, WantRecovery
from nookterm.tui.screens.first_trust import DEVICE, LATER, FirstTrustScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.first_trust import FirstTrustView, Stage
from nookterm.viewmodels.model import Notice
from tests.tui.fakes import FakeShell
from tests.tui.first_trust_fakes import FakeFirstTrust
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

Snap = Callable[..., bool]
KEY = Secret("EsTc 9rqN 4oPa Wd2H 7Yxg bQ3v kL8m Rt5s Uw6z Jn2c Vf4h Xp9d")
BASE = FirstTrustView(user="ana", server="river.example", place="~/nookterm-recovery-key-ana.txt")
WRONG = Notice("Character 7 (in group 2) cannot be in a recovery key.", ("0, O, I and l never occur in one.",))
PAGES = {
    "offer": replace(BASE, stage=Stage.OFFER),
    "unlock": replace(BASE, stage=Stage.UNLOCK, passphrase=True),
    "wrong": replace(BASE, stage=Stage.UNLOCK, notice=WRONG, replaced=True),
    "key": replace(BASE, stage=Stage.KEY, key=KEY),
    "prove": replace(BASE, stage=Stage.PROVE, key=KEY, group=7),
    "replace": replace(BASE, stage=Stage.REPLACE),
    "password": replace(BASE, stage=Stage.CONFIRM, refused=True),
    "link": replace(BASE, stage=Stage.CONFIRM, link="https://account.river.example/?action=reset"),
    "working": replace(BASE, stage=Stage.WORKING, doing="Bringing older keys from the backup", done=400, total=1200),
    "done": replace(BASE, stage=Stage.DONE, trusted=True, words=("This device is trusted now.", "318 keys came.")),
    "trusted": replace(BASE, stage=Stage.DONE, trusted=True),
}
WAYS = [(80, 24), (140, 40)]


def _field(app: Host) -> LineField:
    return app.screen.query_one("#ft-field", LineField)


class Opened:
    """The screen over a host, and how it was left."""

    def __init__(self, view: FirstTrustView) -> None:
        self.app = Host()
        self.panel = FakeFirstTrust(view, [])
        self.left: list[object] = []

    async def show(self, pilot: Pilot[None]) -> None:
        await self.app.push_screen(FirstTrustScreen(self.panel), self.left.append)
        await pilot.pause()
        assert self.panel.done.pop(0) == ("look at trust",)

    async def asked(self, pilot: Pilot[None], *call: object) -> None:
        await settle(pilot, lambda: call in self.panel.done)


@pytest.mark.parametrize("size", WAYS)
async def test_a_new_account_sets_up_notes_its_key_and_goes_on(size: tuple[int, int]) -> None:
    opened = Opened(PAGES["offer"])
    async with opened.app.run_test(size=size) as pilot:
        await opened.show(pilot)
        assert "not even your server" in seen(opened.app)
        await pilot.press("enter")
        await opened.asked(pilot, "set_up")
        opened.panel.show(PAGES["key"])
        await settle(pilot, lambda: "7Yxg" in seen(opened.app))
        await pilot.press("enter")
        await opened.asked(pilot, "ask")
        opened.panel.show(PAGES["prove"])
        await settle(pilot, lambda: "group 7" in seen(opened.app))
        assert "7Yxg" not in seen(opened.app)
        await pilot.press(*"kL8m", "enter")
        await opened.asked(pilot, "prove", "kL8m")
        opened.panel.show(PAGES["done"])
        await settle(pilot, lambda: "318 keys came" in seen(opened.app))
        await pilot.press("enter")
        await settle(pilot, lambda: opened.left == [True])


@pytest.mark.parametrize("size", WAYS)
async def test_a_key_is_counted_while_it_is_typed_and_stays_when_it_is_wrong(size: tuple[int, int]) -> None:
    opened = Opened(PAGES["unlock"])
    async with opened.app.run_test(size=size) as pilot:
        await opened.show(pilot)
        await pilot.press(*"EsTc", "space", *"9rqN")
        await settle(pilot, lambda: "8 of 48 characters" in seen(opened.app))
        await pilot.press("enter")
        await opened.asked(pilot, "recover", "EsTc 9rqN")
        opened.panel.show(PAGES["working"])
        await settle(pilot, lambda: "400 of 1200" in seen(opened.app))
        opened.panel.show(PAGES["wrong"])
        await settle(pilot, lambda: "Character 7" in seen(opened.app))
        assert _field(opened.app).value == "EsTc 9rqN"
        assert opened.app.focused is _field(opened.app)
        assert "was replaced on another device" in seen(opened.app)


async def test_another_device_can_be_compared_with_instead() -> None:
    opened = Opened(PAGES["unlock"])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        await pilot.click("#ft-device")
        await settle(pilot, lambda: opened.left == [DEVICE])


@pytest.mark.parametrize("size", WAYS)
async def test_an_identity_is_replaced_only_after_the_word_and_the_servers_question(size: tuple[int, int]) -> None:
    opened = Opened(PAGES["unlock"])
    async with opened.app.run_test(size=size) as pilot:
        await opened.show(pilot)
        await pilot.press("tab", "tab", "tab", "tab", "enter")
        await opened.asked(pilot, "replace")
        opened.panel.show(PAGES["replace"])
        await settle(pilot, lambda: "has to be compared again" in seen(opened.app))
        await pilot.press("enter")
        await pilot.press(*"yes", "enter")
        await pilot.click("#ft-on")
        await pilot.pause()
        assert ("replace_now",) not in opened.panel.done
        _field(opened.app).value = "Replace"
        _field(opened.app).focus()
        await pilot.press("enter")
        await opened.asked(pilot, "replace_now")
        opened.panel.show(PAGES["password"])
        await settle(pilot, lambda: "That was not the password" in seen(opened.app))
        assert _field(opened.app).value == ""
        await pilot.press(*"kiln", "enter")
        await opened.asked(pilot, "answer", "kiln")
        assert "kiln" not in seen(opened.app)


async def test_a_page_of_the_server_is_shown_whole_and_answered() -> None:
    opened = Opened(PAGES["link"])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        assert "https://account.river.example/?action=reset" in seen(opened.app)
        assert opened.app.pages == [], "nothing is opened before one says so"
        await pilot.click("#ft-save")
        await settle(pilot, lambda: opened.app.pages == ["https://account.river.example/?action=reset"])
        opened.app.screen.query_one("#ft-on").focus()
        await pilot.press("enter")
        await opened.asked(pilot, "answer", "yes")
        await pilot.press("escape")
        await opened.asked(pilot, "answer", None)


async def test_the_key_is_copied_and_written_where_one_wants_it() -> None:
    opened = Opened(PAGES["key"])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        await pilot.click("#ft-copy")
        await settle(pilot, lambda: opened.app.clipboard == KEY.reveal())
        await pilot.click("#ft-save")
        await settle(pilot, lambda: _field(opened.app).display)
        assert _field(opened.app).value == BASE.place
        await pilot.press("enter")
        await opened.asked(pilot, "save", BASE.place)
        opened.panel.show(replace(PAGES["key"], saved="/home/ana/key.txt"))
        await settle(pilot, lambda: "Written to /home/ana/key.txt" in seen(opened.app))
        await pilot.click("#ft-on")
        await opened.asked(pilot, "noted")


@pytest.mark.parametrize("page", ["offer", "unlock", "key"])
async def test_all_of_it_can_wait(page: str) -> None:
    opened = Opened(PAGES[page])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        await pilot.press("escape")
        await opened.asked(pilot, "later")
        await settle(pilot, lambda: opened.left == [LATER])


async def test_what_goes_on_is_not_left_by_escape() -> None:
    opened = Opened(PAGES["working"])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert opened.left == []
        assert opened.panel.done == []
        assert any("cannot be left half done" in told.message for told in opened.app._notifications)
        assert "Esc waits until it is done" in seen(opened.app)


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_of_a_server_are_words_on_every_page(attack: str) -> None:
    opened = Opened(PAGES["link"])
    async with opened.app.run_test(size=(80, 24)) as pilot:
        await opened.show(pilot)
        for page in (PAGES["link"], PAGES["wrong"], replace(PAGES["key"], saved="x")):
            view = replace(poisoned(replace(page, key=None), HOSTILE[attack]), stage=page.stage, key=page.key)
            opened.panel.show(view)
            for size in SIZES[1::2] + SIZES[-1:]:
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert clean(seen(opened.app))
        assert opened.app.is_running


async def test_the_client_shows_it_by_itself_when_it_is_wanted_and_over_nothing_else() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shell.first_trust.show(replace(PAGES["offer"], wanted=True))
        await settle(pilot, lambda: isinstance(app.screen, FirstTrustScreen))
        shell.first_trust.show(replace(PAGES["unlock"], wanted=True))
        await pilot.pause()
        assert sum(isinstance(screen, FirstTrustScreen) for screen in app.screen_stack) == 1
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is not None and not isinstance(app.screen, FirstTrustScreen))


@pytest.mark.parametrize("message", [OpenTrust, WantRecovery])
async def test_every_place_that_asks_for_it_leads_there(message: type[OpenTrust | WantRecovery]) -> None:
    shell = FakeShell()
    shell.first_trust.show(PAGES["trusted"])
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.screen.post_message(message())
        await settle(pilot, lambda: isinstance(app.screen, FirstTrustScreen))
        await pilot.click("#ft-new")
        await settle(pilot, lambda: ("new_key",) in shell.done)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("page", ["offer", "unlock", "wrong", "key", "replace"])
def test_picture(snap_compare: Snap, page: str, size: tuple[int, int]) -> None:
    shell = FakeShell()
    shell.first_trust.show(PAGES[page])
    app = NooktermApp(shell, Look("dusk"))

    async def before(pilot: Pilot[int]) -> None:
        app.action_unlock()
        await settle(pilot, lambda: isinstance(app.screen, FirstTrustScreen))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
