"""Every list and panel of the screen with its five faces: what it says in each, or why it never has that one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nookterm.tui.widgets.cards_highlight import EMPTY as SHELVES
from nookterm.tui.widgets.listed_rows import NO_PINS, NO_THREADS
from nookterm.viewmodels import (
    about,
    applying,
    board_work,
    facilitating,
    facilitators,
    finding,
    member_work,
    record,
    searching_work,
    talk,
    tree,
    trust_work,
)
from nookterm.viewmodels.leaving_room import LeavingModel
from nookterm.viewmodels.member_work import MembersModel
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.onward_work import OnwardModel
from nookterm.viewmodels.privacy import PrivacyModel
from nookterm.viewmodels.room_panel_work import RoomModel
from nookterm.viewmodels.room_settings_work import RoomSettingsModel
from nookterm.viewmodels.status import NOT_STORED, SIGNED_OUT, StatusView, away


@dataclass(frozen=True, slots=True)
class Never:
    """A face that a panel does not have."""

    why: str


@dataclass(frozen=True, slots=True)
class Says:
    """Words of the panel's own, with the file of `src/nookterm` in which they stand."""

    words: str
    file: str


Words = tuple[Notice, ...] | Never | Says


@dataclass(frozen=True, slots=True)
class Faces:
    """The five faces of a panel; its content is what all its other tests are about."""

    content: str
    """The view that it shows, or what is listed."""
    loading: Words
    empty: Words
    problem: Words
    offline: Words


def _noted(model: RoomModel[Any]) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """What a panel over one room says with none open, and while the server is away."""
    return (model._nothing_open,), (model._away_notice,)


AT_ONCE = Never("what it lists is at hand when it opens")
ON_DISK = Never("what it lists is on this disk")
TAKEN = Never("it lists what one can do, and there always is something")
AS_IT_CAME = Never("the problem's own words stand there, with what is safe and the way out")
ABOVE = Never("the conversation beside it says so")
PANELS: dict[str, Faces] = {
    "MainScreen": Faces("TreeView", Says("Opening your rooms", "tui/screens/main.py"), (tree._NO_SPACE,), ABOVE, ABOVE),
    "Conversation": Faces(
        "TimelineView",
        Says("Opening", "tui/screens/conversation.py"),
        (talk._NOTHING_OPEN, talk._NO_ROOMS, talk._QUIET),
        AS_IT_CAME,
        tuple(
            notice
            for state in ("offline", SIGNED_OUT, NOT_STORED)
            if (notice := away(StatusView(connection=state, detail="No answer from river.example."))) is not None
        ),
    ),
    "About": Faces("AboutView", AT_ONCE, (about._NOTHING_OPEN,), ABOVE, ABOVE),
    "DeskBoard": Faces(
        "DeskView",
        Says("Looking who waits", "tui/widgets/desk_board.py"),
        (facilitating._CLEAR, facilitating._NOT_YOURS),
        AS_IT_CAME,
        (facilitating._offline_notice(),),
    ),
    "HighlightsPane": Faces(
        "HighlightsView",
        Says("Looking at the board", "tui/screens/highlights.py"),
        tuple(SHELVES.values()),
        AS_IT_CAME,
        (board_work._AWAY,),
    ),
    "RequestsPane": Faces(
        "RequestsView",
        Says("Looking how they stand", "tui/screens/requests.py"),
        (applying._NONE,),
        AS_IT_CAME,
        (applying.AWAY,),
    ),
    "DirectoryPane": Faces(
        "DirectoryView",
        Says("Looking for nooks", "tui/screens/directory.py"),
        (finding._NO_NOOKS, finding._NO_SPACE),
        AS_IT_CAME,
        (applying.AWAY,),
    ),
    "TrustList": Faces(
        "TrustView",
        Says("Looking whose keys are whose", "tui/screens/trust_list.py"),
        (trust_work._FIRST,),
        AS_IT_CAME,
        (trust_work._AWAY,),
    ),
    "SearchScreen": Faces(
        "SearchView",
        Says("Looking", "tui/screens/search.py"),
        (searching_work._NOTHING, searching_work._NOT_THERE, searching_work._NOBODY, searching_work._ALL_READ),
        AS_IT_CAME,
        (searching_work._OFFLINE,),
    ),
    "RecordScreen": Faces(
        "RecordView",
        Says("Reading what was decided", "tui/screens/record.py"),
        (record._EMPTY, record._NO_NOOK),
        AS_IT_CAME,
        Says("The whole record cannot be read now.", "viewmodels/record.py"),
    ),
    "FacilitatorsScreen": Faces(
        "FacilitatorsView",
        Says("Looking who decides here", "tui/screens/facilitators.py"),
        (facilitators._NO_NOOK, facilitators._ONLY_NOOKS),
        AS_IT_CAME,
        Never("nothing of it is done from an old list: the server being away is a problem here"),
    ),
    "MembersScreen": Faces(
        "MembersView",
        Says("Looking who is in here", "tui/screens/members.py"),
        (member_work._ALONE, *_noted(MembersModel())[0]),
        AS_IT_CAME,
        _noted(MembersModel())[1],
    ),
    "PrivacyScreen": Faces(
        "PrivacyView",
        Says("Looking who reads this", "tui/screens/privacy.py"),
        _noted(PrivacyModel())[0],
        AS_IT_CAME,
        _noted(PrivacyModel())[1],
    ),
    "RoomSettingsScreen": Faces(
        "RoomSettingsView",
        Says("Looking how this room is set", "tui/screens/room_settings.py"),
        _noted(RoomSettingsModel())[0],
        AS_IT_CAME,
        _noted(RoomSettingsModel())[1],
    ),
    "ActPage": Faces(
        "PageView",
        Never("each page says what one waits for"),
        (*_noted(LeavingModel())[0], *_noted(OnwardModel())[0]),
        AS_IT_CAME,
        _noted(OnwardModel())[1],
    ),
    "ListFace": Faces(
        "threads, pins, members, the privacy sheet beside the conversation",
        Says("Looking", "tui/widgets/beside_lists.py"),
        (NO_PINS, NO_THREADS),
        AS_IT_CAME,
        ON_DISK,
    ),
    "MessageListScreen": Faces("threads and pins", AT_ONCE, (NO_PINS, NO_THREADS), ON_DISK, ON_DISK),
    "NarrowingScreen": Faces(
        "settings, and the keys of commands",
        AT_ONCE,
        Says("No setting is called so. Esc shows all of them again.", "tui/widgets/setting_rows.py"),
        Never("what is wrong in the file stands under the list"),
        Never("settings are this machine's"),
    ),
    "ChooseScreen": Faces(
        "rooms, commands, whatever is chosen by a few letters",
        AT_ONCE,
        Says("Nothing is called so. Fewer letters find more.", "tui/screens/jump.py"),
        ON_DISK,
        ON_DISK,
    ),
    "AccountsScreen": Faces(
        "AccountsView", AT_ONCE, Never("the account that one looks from is always there"), AS_IT_CAME, ON_DISK
    ),
    "MenuScreen": Faces("what can be done about one thing", AT_ONCE, TAKEN, ON_DISK, ON_DISK),
    "Asking": Faces("the ways that an act can go", AT_ONCE, TAKEN, ON_DISK, ON_DISK),
    "ShareForm": Faces(
        "what to look at in a text that is to leave",
        AT_ONCE,
        Says("Nothing in the text stands out.", "tui/widgets/forms_share_rows.py"),
        AS_IT_CAME,
        ON_DISK,
    ),
}
"""By the class that makes the list, or the face in its place."""
