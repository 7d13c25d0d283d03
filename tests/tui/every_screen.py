"""Every screen there is, with samples behind it: a screen that nobody put here fails the tests of all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.screen import Screen

import nookterm.tui
from nookterm.domain.ids import DeviceId
from nookterm.tui.busy import BusyScreen
from nookterm.tui.commands import command
from nookterm.tui.screens.account_adding import AddAccountScreen, PassphraseScreen
from nookterm.tui.screens.accounts import AccountsScreen
from nookterm.tui.screens.act_page import ActPage
from nookterm.tui.screens.all_read import AllReadScreen
from nookterm.tui.screens.browser import BrowserScreen
from nookterm.tui.screens.charter import CharterScreen
from nookterm.tui.screens.column import FacesScreen
from nookterm.tui.screens.column_threads import ColumnScreen
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.screens.facilitators import FacilitatorsScreen
from nookterm.tui.screens.farewell import FarewellScreen
from nookterm.tui.screens.file_in import FileInScreen
from nookterm.tui.screens.file_out import FileOutScreen
from nookterm.tui.screens.file_picture import PictureScreen
from nookterm.tui.screens.files import FileDialog
from nookterm.tui.screens.first_trust import FirstTrustScreen
from nookterm.tui.screens.found import FoundScreen
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.join import GoInScreen
from nookterm.tui.screens.joining import JoinScreen
from nookterm.tui.screens.jump import Choice as One
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.lead import LeadScreen
from nookterm.tui.screens.leaving import LeavingScreen
from nookterm.tui.screens.line import LineScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.screens.menu import ActsMenu, MenuScreen
from nookterm.tui.screens.message_details import MessageDetailsScreen
from nookterm.tui.screens.message_list import MessageListScreen
from nookterm.tui.screens.narrowing import NarrowingScreen
from nookterm.tui.screens.noticed import NoticedScreen
from nookterm.tui.screens.onward import OnwardScreen
from nookterm.tui.screens.poll import PollScreen
from nookterm.tui.screens.press_key import PressScreen
from nookterm.tui.screens.privacy import PrivacyScreen
from nookterm.tui.screens.reason import ReasonScreen
from nookterm.tui.screens.record import RecordScreen
from nookterm.tui.screens.report import ReportScreen
from nookterm.tui.screens.returning import ReturnScreen
from nookterm.tui.screens.room_menu import RoomMenuScreen
from nookterm.tui.screens.room_settings import RoomSettingsScreen
from nookterm.tui.screens.search import SearchScreen
from nookterm.tui.screens.search_list import HitsScreen
from nookterm.tui.screens.seen import SeenScreen
from nookterm.tui.screens.setting_value import ValueScreen
from nookterm.tui.screens.settings import SettingsScreen
from nookterm.tui.screens.settings_keys import KeysScreen
from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.screens.trust_forms import ProveScreen, export_form, import_form, rename_form
from nookterm.tui.screens.verify import VerifyScreen
from nookterm.tui.screens.verify_box import VerifyBox
from nookterm.tui.screens.way_in_page import WayInPage
from nookterm.tui.screens.widths import WidthsScreen
from nookterm.tui.widgets.people_screen import PeopleScreen
from nookterm.viewmodels.messages import PollDraft
from nookterm.viewmodels.signin import SignInView
from nookterm.viewmodels.trust import Ask
from tests.tui.account_fakes import MANY, FakeAccounts
from tests.tui.caring_fakes import LEAD, NOTICE, REPORT, FakeCaring
from tests.tui.fakes import GLAZE, FakeReturn, FakeShell
from tests.tui.file_fakes import CARD, DRAFT, FakeFiles, stripes
from tests.tui.first_trust_fakes import FakeFirstTrust
from tests.tui.message_fakes import DETAILS, THREADS
from tests.tui.nook_fakes import FORM, STEPS, FakeCharter, FakeFacilitators
from tests.tui.onward_fakes import FakeOnward
from tests.tui.panel_host import Found, SignIn
from tests.tui.people_fakes import INVITED, SPACE, FakeLeaving, FakeMembers, FakePrivacy, FakeSettings
from tests.tui.record_fakes import FakeRecord
from tests.tui.room_menu_fakes import FakeRoomMenu
from tests.tui.search_fakes import FakeSearch
from tests.tui.seen_fakes import SEEN
from tests.tui.settings_fakes import ROWS, FakeSettingsPanel
from tests.tui.test_first_trust_screen import PAGES as FIRST_TRUST
from tests.tui.test_return_screen import PAGE as RETURN
from tests.tui.test_verify_dialog import CHOOSE, DONE, OVER, SHOW
from tests.tui.trust_fakes import ASKED, COMPARE, TRUST, FakeTrust, FakeVerify
from tests.tui.way_in_fakes import DOORS, NEW, WAITS, Browser

BASES: frozenset[type[Screen[Any]]] = frozenset({
    ActPage, ColumnScreen, Dialog, LineScreen,
    FacesScreen, FileDialog, HitsScreen, MenuScreen, NarrowingScreen, PeopleScreen, VerifyBox,
    WayInPage, WidthsScreen,
})  # fmt: skip
"""What screens have in common; none of these is ever shown itself."""
ELSEWHERE: frozenset[type[Screen[Any]]] = frozenset({MainScreen, BusyScreen})
"""Screens that have a test of their own: they are not pushed over another one."""


async def _poll(_draft: PollDraft) -> str:
    return ""


def _join() -> JoinScreen:
    panel = SignIn(SignInView("join", "https://matrix.river.example", doors=DOORS))
    panel.joining.show(replace(NEW, name_says="gus is free", name_good=True))
    return JoinScreen(panel)


def _signing_in(step: str, **more: Any) -> Callable[[], Screen[Any]]:
    return lambda: SignInScreen(SignIn(replace(SignInView(step, "https://matrix.river.example"), **more)))


def _menu() -> RoomMenuScreen:
    return RoomMenuScreen(FakeRoomMenu([]), GLAZE)


def _choices() -> list[One]:
    return [One("a", "glaze-lab", "Cone 6 glazes"), One("b", "bike-kitchen", "Mending bicycles together", "alt+1")]


def _members() -> MembersScreen:
    return MembersScreen(FakeMembers())


def _trust() -> FakeTrust:
    return FakeTrust(TRUST, [])


def _prove() -> ProveScreen:
    return ProveScreen(FakeTrust(replace(TRUST, ask=Ask("Sign a device out", "password")), []))


def _first_trust(page: str) -> Callable[[], Screen[Any]]:
    return lambda: FirstTrustScreen(FakeFirstTrust(FIRST_TRUST[page], []))


def _charter(page: int) -> Callable[[], Screen[Any]]:
    return lambda: CharterScreen(FakeCharter(), FORM, page)


SCREENS: dict[str, Callable[[], Screen[Any]]] = {
    "another account": lambda: AddAccountScreen(SignIn(SignInView())),
    "a locked account": lambda: PassphraseScreen(FakeAccounts(FakeShell(), passphrase="open sesame"), "shut"),
    "accounts": lambda: AccountsScreen(FakeAccounts(FakeShell(), MANY)),
    "all read": lambda: AllReadScreen(3),
    "browser": lambda: BrowserScreen(Browser(WAITS)),
    "browser over ssh": lambda: BrowserScreen(Browser(replace(WAITS, can_open=False, remote=True))),
    **{f"charter {page}": _charter(page) for page in (0, 2, 4, 5)},
    "choose": lambda: ChooseScreen("Go to", _choices, "Enter goes there"),
    "facilitators": lambda: FacilitatorsScreen(FakeFacilitators(STEPS)),
    "leave a space": lambda: FarewellScreen(FakeLeaving()),
    "an invite": lambda: FarewellScreen(FakeLeaving(INVITED)),
    "a file that came": lambda: FileInScreen(FakeFiles([]), CARD, 1200, lambda _shown: None),
    "a file that leaves": lambda: FileOutScreen(FakeFiles([]), DRAFT),
    **{f"first trust {page}": _first_trust(page) for page in ("wrong", "key", "prove", "link", "working", "trusted")},
    "begin a nook": lambda: FoundScreen(Found(), "nook"),
    "begin a space": lambda: FoundScreen(Found(), "space"),
    "keys of the keyboard": HelpScreen,
    "go in by address": GoInScreen,
    "a new account": _join,
    "lead on": lambda: LeadScreen(FakeCaring([]), LEAD),
    "leaving the program": lambda: LeavingScreen("Approving Bob into glaze-lab"),
    "members": _members,
    "a message's menu": lambda: ActsMenu(
        "Opened the kiln.", (("timeline.answer", "reply"), ("timeline.share", "share"))
    ),
    "a message": lambda: MessageDetailsScreen(DETAILS),
    "threads": lambda: MessageListScreen(
        "Threads of glaze-lab", THREADS, empty="None yet.", enter="Enter opens it", read_all=lambda: None
    ),
    "being noticed": lambda: NoticedScreen(FakeCaring([]), replace(NOTICE, on=True)),
    "the next room": lambda: OnwardScreen(FakeOnward()),
    "a picture": lambda: PictureScreen(stripes(), "blocks"),
    "a poll": lambda: PollScreen(_poll, "34 people can read this"),
    "press a key": lambda: PressScreen(command("app.help"), {}),
    "privacy": lambda: PrivacyScreen(FakePrivacy()),
    "prove": _prove,
    "reason": lambda: ReasonScreen("Bo Lindqvist"),
    "record": lambda: RecordScreen(FakeRecord()),
    "report": lambda: ReportScreen(FakeCaring([]), REPORT),
    "return": lambda: ReturnScreen(FakeReturn(RETURN, [])),
    "a room's menu": _menu,
    "room settings": lambda: RoomSettingsScreen(FakeSettings()),
    "space settings": lambda: RoomSettingsScreen(FakeSettings(SPACE)),
    "search": lambda: SearchScreen(FakeSearch([])),
    "search with hits": lambda: SearchScreen(FakeSearch([]), "kiln"),
    "who has read it": lambda: SeenScreen(SEEN),
    "a setting": lambda: ValueScreen(FakeSettingsPanel([]), ROWS[5]),
    "settings": lambda: SettingsScreen(FakeSettingsPanel([])),
    "keys": lambda: KeysScreen(FakeSettingsPanel([])),
    "sign in: server": _signing_in("server"),
    "sign in: ways": _signing_in("password", doors=DOORS),
    "sign in: no passwords": _signing_in("password", doors=DOORS, by_password=False),
    "rename a device": lambda: rename_form(_trust(), DeviceId("KESTREL"), "nookterm on kestrel"),
    "export keys": lambda: export_form(_trust()),
    "import keys": lambda: import_form(_trust()),
    **{
        f"comparing: {view.step}": (lambda view=view: VerifyScreen(FakeVerify(view, [])))  # type: ignore[misc]  # a lambda's default has no type
        for view in (ASKED, CHOOSE, COMPARE, SHOW, DONE, OVER)
    },
}
"""Each of them as it is pushed over the conversation."""


def screen_kinds() -> set[type[Screen[Any]]]:
    """Every class of a screen that the program has, found by loading all its modules."""
    for module in pkgutil.walk_packages(nookterm.tui.__path__, "nookterm.tui."):
        importlib.import_module(module.name)
    found: set[type[Screen[Any]]] = set()
    left: list[type[Screen[Any]]] = [Screen]
    while left:
        for kind in left.pop().__subclasses__():
            if kind not in found:
                found.add(kind)
                left.append(kind)
    return {kind for kind in found if kind.__module__.startswith("nookterm.tui.")}


def kinds_made() -> set[type[Screen[Any]]]:
    """The classes of those that the samples make."""
    return {type(make()) for make in SCREENS.values()}
