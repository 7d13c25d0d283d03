"""The people of a room with nobody behind them, and panels that note what is asked of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.privacy import Fix
from nookterm.viewmodels.leaving_room import LeavingView, StepLine
from nookterm.viewmodels.members import Act, MemberLine, MembersView, PersonPage, Way
from nookterm.viewmodels.model import Face, Model
from nookterm.viewmodels.privacy import PrivacyLine, PrivacyView
from nookterm.viewmodels.room_settings import RoomSettingsView, SettingLine
from tests.tui.room_menu_fakes import FakeRoomMenu

if TYPE_CHECKING:
    from tests.tui.onward_fakes import FakeOnward

Done = list[tuple[object, ...]]
ANA, BO, CY = UserId("@ana:river.example"), UserId("@bo:river.example"), UserId("@cy:river.example")
DEE, ELI, MIA = UserId("@dee:river.example"), UserId("@eli:elsewhere.example"), UserId("@mia.holt:river.example")
INVITE_HERE = Act(
    "invite", "invite to glaze-lab", "Invite {words} to glaze-lab?", "invite",
    "Whom? Their Matrix id, like @name:server", "they and everybody here see that you invited them", needs_words=True,
)  # fmt: skip
MEMBERS = MembersView(
    RoomId("!glaze"),
    "glaze-lab",
    (
        MemberLine(ELI, "Eli Marsh", "New here", shield="signed", when="joined 2 d ago"),
        MemberLine(ANA, "Ana", "Who decides", "you · founder"),
        MemberLine(CY, "Cy Arden", "Who decides", "facilitator", "verified"),
        MemberLine(BO, "Bo Lindqvist", "Members", shield="signed"),
        MemberLine(DEE, "Dee Okafor", "Members", shield="doubt", note="1 device not signed"),
        MemberLine(UserId("@fay:river.example"), "Fay", "Members", shield="signed", note="you ignore them"),
        MemberLine(MIA, "Mia Holt", "Invited", when="19 Nov"),
        MemberLine(UserId("@gil:river.example"), "Gil", "Kept out", when="3 Nov"),
    ),
    "34 of 60 · 1 invited",
    INVITE_HERE,
    face=Face.CONTENT,
)
_CLEAR = "not encrypted: everybody here and their servers can read this"
PERSON = PersonPage(
    BO,
    "Bo Lindqvist",
    "member",
    (
        ("Matrix id", BO, ""),
        ("Here since", "3 Nov", ""),
        ("May", "member: reads and writes", ""),
        ("Also with you in", "bike-kitchen and herb-garden", ""),
        ("Keys", "not compared; the first identity that was seen counts", ""),
        ("Devices", "2, signed by them", ""),
    ),
    (
        Act("message", "message"),
        Act("compare", "compare keys"),
        Act("ignore", "ignore", "Ignore Bo Lindqvist? The server knows whom you ignore.", "ignore"),
        Act(
            "invite", "invite", yes="invite",
            ways=(Way("!river", "river-watch", "12 of 20", "Invite Bo Lindqvist to river-watch?"),),
        ),
        Act(
            "power", "power", yes="yes",
            ways=(
                Way("facilitator", "facilitator", "lets people in, turns them away", "Make Bo a facilitator?"),
                Way("admin", "admin", "can do everything here", "Give Bo all power? You cannot take it back."),
            ),
        ),
        Act(
            "remove", "remove", "Remove Bo Lindqvist from glaze-lab?", "remove", "Why? May stay empty", _CLEAR,
        ),
        Act("ban", "ban", "Keep Bo Lindqvist out?", "ban", "Why?", _CLEAR, why_not="Cy Arden can"),
    ),
)  # fmt: skip


MYSELF = PersonPage(
    ANA,
    "Ana",
    "founder",
    (("Matrix id", ANA, ""), ("Here since", "1 Oct", "")),
    (
        Act("name", "name", "Call yourself “{words}” everywhere?", "call me so", "Your name", needs_words=True),
        Act("nick", "name here", "Call yourself “{words}” here?", "call me so", "Your name here", needs_words=True),
    ),
)


class FakeMembers(Model[MembersView]):
    """Opens Bo's page for everybody, and does nothing."""

    def __init__(self, view: MembersView = MEMBERS, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done

    async def begin(self, user: UserId | None = None, *, own: bool = False) -> None:
        self.calls.append(("begin members", user, own))
        if own:
            self.show(replace(self.view, person=MYSELF))

    async def open(self, user: UserId | None) -> None:
        self.calls.append(("open member", user))
        self.show(replace(self.view, person=PERSON if user else None))

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        self.calls.append(("do", act.word, words, way))
        self.show(replace(self.view, result=f"{act.label}: done"))


_NOT_OURS = "Ana and Cy Arden can"
SETTINGS = RoomSettingsView(
    RoomId("!glaze"),
    "glaze-lab",
    lines=(
        SettingLine(
            "name", "Name", "glaze-lab", text="glaze-lab",
            act=Act("name", "name", "Name of glaze-lab: write “{words}”?", "write it", "Name", needs_words=True),
        ),
        SettingLine(
            "topic", "Topic", "Cone 6 glazes, shared test tiles", text="Cone 6 glazes, shared test tiles",
            drift="should be the charter's short form. People on other clients read the topic instead of the charter.",
            act=Act("topic", "topic", "Topic of glaze-lab: write “{words}”?", "write it", "Topic"),
            fix=Act("fix k-topic22", "set right", "Set right: topic?", "set it right"),
        ),
        SettingLine(
            "join", "How people get in", "people ask to join", "whoever knows it asks; facilitators decide",
            act=Act(
                "join", "how people get in", yes="set it",
                ways=(
                    Way("invite", "by invitation only", "nobody can ask", "Get into glaze-lab: by invitation only?"),
                    Way("public", "open to everybody", "anybody walks in", "Get into glaze-lab: open to everybody?"),
                ),
            ),
        ),
        SettingLine(
            "history", "What newcomers read", "from their invite on",
            "newcomers read what is said from their invite on",
            act=Act("history", "what newcomers read", why_not=_NOT_OURS),
        ),
        SettingLine("encryption", "Encryption", "on", "no server reads what is said; nobody can switch it off"),
        SettingLine("guests", "Guests", "kept out", "people without an account"),
        SettingLine(
            "address #glaze:river.example", "Address", "#glaze:river.example",
            remove=Act("drop #glaze:river.example", "end address", "End the address?", "end it"),
        ),
        SettingLine("address", "New address", "", act=Act("address", "new address", "Let {words} lead here?")),
    ),
    readers="These settings are not encrypted: 34 people and their 5 servers can read them; name and topic whoever "
    "looks at it from outside, too.",
    face=Face.CONTENT,
)  # fmt: skip
SPACE = RoomSettingsView(
    RoomId("!makers"),
    "Riverside Makers",
    is_space=True,
    lines=(
        *SETTINGS.lines[:3],
        *(
            SettingLine(
                f"child !{name}", "Lists", name, "you are in it", child=RoomId(f"!{name}"),
                remove=Act(f"unlist !{name}", "list no longer", f"List {name} no longer?", "take it off"),
            )
            for name in ("glaze-lab", "bike-kitchen")
        ),
        SettingLine("child", "List a room", "", act=Act("child", "list a room", "List {words}?", writes="Which?")),
    ),
    readers="These settings are not encrypted: 60 people and their 5 servers can read them.",
    face=Face.CONTENT,
)  # fmt: skip


class FakeSettings(Model[RoomSettingsView]):
    """Sets nothing."""

    def __init__(self, view: RoomSettingsView = SETTINGS, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done

    async def begin(self) -> None:
        self.calls.append(("begin settings",))

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        self.calls.append(("do", act.word, words, way))
        self.show(replace(self.view, result=f"{act.label}: done."))

    async def move(self, child: RoomId, by: int) -> None:
        self.calls.append(("move", child, by))


_READERS, _OUT = "Who can read what is said", "What outsiders see"
PRIVACY = PrivacyView(
    None,
    "glaze-lab",
    lines=(
        PrivacyLine("1", _READERS, "34 people in this room.", "safe"),
        PrivacyLine("2", _READERS, "Also Mia Holt, who is only invited so far.", "warn", Fix.MEMBERS, "members"),
        PrivacyLine("3", _READERS, "End-to-end encrypted: no server can read it.", "safe"),
        PrivacyLine(
            "4", "From when on", "Newcomers read what is said from their invite on.", "", Fix.SETTINGS, "room settings"
        ),
        PrivacyLine(
            "5", "On which servers", "river.example: 30 people, your own; carries sealed messages."
        ),
        PrivacyLine("6", "On which servers", "elsewhere.example: 4 people; carries sealed messages."),
        PrivacyLine(
            "7", "With which devices", "1 device of Dee Okafor not signed by them: gets nothing.", "warn", Fix.MEMBERS,
            "members",
        ),
        PrivacyLine("8", "With which devices", "You compared keys with 2 of 33 people.", "", Fix.MEMBERS, "members"),
        PrivacyLine(
            "9", _OUT, "Whoever knows its address sees the name, the topic (“Cone 6 glazes, shared test tiles”), "
            "how many are in it, and how one gets in.", "leaves", Fix.SETTINGS, "room settings",
        ),
        PrivacyLine(
            "10", _OUT, "Riverside Makers shows the charter's copy, with its questions and facilitators, to 60 people.",
            "leaves", Fix.CHARTER, "charter",
        ),
        PrivacyLine("11", "What each of these servers sees", "Who writes when, and how much.", "leaves"),
        PrivacyLine("12", "Here, on this machine", "All messages stay, in an encrypted database.", "safe"),
        PrivacyLine(
            "13", "Here, on this machine", "The keys of your messages are kept on the server, sealed so that only you "
            "can open them.", "safe", Fix.TRUST, "sessions and trust",
        ),
    ),
    to_look_at=2,
    face=Face.CONTENT,
)  # fmt: skip


class FakePrivacy(Model[PrivacyView]):
    """A sheet of a room that is not there."""

    def __init__(self, view: PrivacyView = PRIVACY, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done

    async def begin(self) -> None:
        self.calls.append(("begin privacy",))


LEAVING = LeavingView(
    RoomId("!makers"),
    "Riverside Makers",
    "Leave Riverside Makers",
    (
        ("You lose", "What is said from now on. What you read so far stays on this disk until you forget it.", ""),
        ("Who stays", "59 people; they see that you left", ""),
        ("Who decides then", "Cy Arden", ""),
        ("Coming back", "To come back somebody in it has to invite you.", ""),
    ),
    steps=(
        StepLine("glaze-lab", note="You are the only one who decides in it."),
        StepLine("bike-kitchen"),
        StepLine("river-watch", note="stays: River lists it too", stays=True),
        StepLine("Riverside Makers highlights"),
        StepLine("Riverside Makers"),
    ),
    warning="You are its only founder: nobody else can change who decides.",
    acts=(
        Act("leave", "leave", "Leave Riverside Makers?", "leave"),
        Act("leave_all", "leave with its nooks", "Leave Riverside Makers and all 3 of its rooms?", "leave them all"),
    ),
    face=Face.CONTENT,
)
INVITED = LeavingView(
    RoomId("!looms"),
    "looms",
    "Invite to looms",
    (
        ("Invited by", "Mia Holt, 2 h ago", ""),
        ("Their id", "@mia.holt:river.example", ""),
        ("Keys", "not compared", ""),
        ("With you in", "2 of your nooks", ""),
        ("Its topic", "Weaving at home", ""),
        ("Encrypted", "yes", ""),
    ),
    warning="Name and topic are what the inviter's server says of it; nobody has checked them.",
    acts=(
        Act("enter", "go in", "Go into looms? Everybody there sees that you came.", "go in"),
        Act("decline", "decline", "Turn the invite to looms down?", "decline"),
        Act("silence", "decline and ignore", "Turn it down and ignore Mia Holt?", "yes"),
    ),
    face=Face.CONTENT,
)


class FakeLeaving(Model[LeavingView]):
    """Leaves nothing."""

    def __init__(self, view: LeavingView = LEAVING, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done

    async def begin(self, room_id: RoomId | None = None) -> None:
        self.calls.append(("begin leaving", room_id))

    async def do(self, act: Act) -> None:
        self.calls.append(("do", act.word))
        steps = tuple(replace(step, done=not step.stays) for step in self.view.steps)
        self.show(replace(self.view, steps=steps, result=f"{act.label}: done."))


class FakePeople:
    """All panels about people."""

    def __init__(self, done: Done) -> None:
        self.members = FakeMembers(done=done)
        self.settings = FakeSettings(done=done)
        self.privacy = FakePrivacy(done=done)
        self.leaving = FakeLeaving(done=done)
        self.menu = FakeRoomMenu(done)
        self.onward = _onward(done)


def _onward(done: Done) -> FakeOnward:
    """What is known of a room that goes on."""
    from tests.tui.onward_fakes import FakeOnward as Made

    return Made(done=done)
