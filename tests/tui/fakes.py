"""A shell with a sample world, for tests of the screen: its views can be set, its intents are written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from nookterm.domain.charter import Charter
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.viewmodels.about import AboutView, Part, Someone
from nookterm.viewmodels.completing import RoomAddress
from nookterm.viewmodels.desk import DeskView, Plan, Wish
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.first_trust import FirstTrustView
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.highlights import HighlightsView
from nookterm.viewmodels.model import Face, Model, Told
from nookterm.viewmodels.requests import Doubt, RequestsView
from nookterm.viewmodels.returning import ReturnView
from nookterm.viewmodels.status import StatusView
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, TimelineView, Words
from nookterm.viewmodels.tree import RowKind, TreeRow, TreeView
from nookterm.viewmodels.trust import TrustView
from nookterm.viewmodels.verify import VerifyView
from tests.tui.calling_fakes import FakeCalling
from tests.tui.caring_fakes import FakeCaring
from tests.tui.file_fakes import FakeFiles
from tests.tui.first_trust_fakes import FakeFirstTrust
from tests.tui.message_fakes import FakeMessages
from tests.tui.nook_fakes import FACILITATORS, FakeCharter, FakeFacilitators
from tests.tui.panel_host import Highlights
from tests.tui.people_fakes import FakePeople
from tests.tui.record_fakes import FakeRecord
from tests.tui.search_fakes import FakeSearch
from tests.tui.seen_fakes import FakeSeen
from tests.tui.settings_fakes import FakeSettingsPanel
from tests.tui.tour_fakes import FakeTour
from tests.tui.trust_fakes import FakeTrust, FakeVerify
from tests.tui.way_in_fakes import Browser

V = TypeVar("V")
GLAZE, BIKE = RoomId("!glaze"), RoomId("!bike")
TREE = TreeView(
    title="Riverside Makers",
    subtitle="river.example",
    rows=(
        TreeRow("desk", RowKind.DESK, "Desk", waiting=4),
        TreeRow("highlights", RowKind.HIGHLIGHTS, "Highlights", waiting=2),
        TreeRow("requests", RowKind.REQUESTS, "My requests", waiting=1),
        TreeRow("directory", RowKind.DIRECTORY, "Find a nook"),
        TreeRow("nooks", RowKind.HEADING, "Nooks"),
        TreeRow("!glaze", RowKind.NOOK, "glaze-lab", GLAZE, unread=3, mentions=1),
        TreeRow("!bike", RowKind.NOOK, "bike-kitchen", BIKE, unread=7),
        TreeRow("!herb", RowKind.NOOK, "herb-garden", RoomId("!herb")),
        TreeRow("!river", RowKind.NOOK, "river-watch", RoomId("!river"), note="full", waits=True),
        TreeRow("people", RowKind.HEADING, "People"),
        TreeRow("!bo", RowKind.PERSON, "Bo Lindqvist", RoomId("!bo"), unread=1),
        TreeRow("!dee", RowKind.PERSON, "Dee Okafor", RoomId("!dee")),
        TreeRow("open", RowKind.HEADING, "Open to ask"),
        TreeRow("!looms", RowKind.OPEN, "looms", RoomId("!looms")),
        TreeRow("!radio", RowKind.OPEN, "radio-shack", RoomId("!radio"), note="asked", waits=True),
    ),
    face=Face.CONTENT,
)


def words(n: int, author: str, colour: int, time: str, body: str, **more: object) -> Words:
    """A message."""
    user = UserId(f"@{author.split(maxsplit=1)[0].lower()}:river.example")
    return replace(Words(EventId(f"$e{n}"), author, user, colour, time, body), **more)  # type: ignore[arg-type]  # fields by name


ENTRIES: tuple[Entry, ...] = (
    Rule("Thursday 19 November", "day"),
    words(
        1, "Bo Lindqvist", 1, "09:12", "Opened the kiln. The celadon crawled again, only on vertical tiles.",
        attachment="tiles-cone6.jpg", reactions=(("👍", 2, False), ("🔥", 4, True)), replies=4, last_reply="10:02",
    ),
    words(
        2, "Dee Okafor", 4, "09:40", "Was the bisque dusty? Mine crawled until I wiped every tile.",
        quote=Quote("Bo", 1, "Opened the kiln. The celadon crawled again, only on vertical tiles."),
    ),
    words(
        3, "Cy Arden", 5, "09:58", "I keep this next to the scale. It has saved me two firings.", role="facilitator",
        verified=True,
    ),
    words(4, "Cy Arden", 5, "09:58", "def zinc_ratio(recipe):\n    # above 0.06 it crawls\n    return recipe",
        first=False, edited=True,
    ),
    Rule("3 new since 09:58", "new"),
    Aside(EventId("$m1"), "10:14", "Eli Marsh joined"),
    words(5, "Eli Marsh", 6, "10:15", "First post here. I make test tiles by the hundred. Hello.", newcomer=True),
    words(6, "Bo Lindqvist", 1, "10:21", "Welcome, Eli. @ana could you show them the tile table?",
        mention=True, names=("@ana",),
    ),
    words(7, "Ana", 0, "10:24", "Gladly. It is pinned, and there is a blank one to copy.", state="failed",
          problem="no answer from river.example · next try in 20 s"),
    words(8, "Ana", 0, "10:24", "One row per tile, one column per oxide.", first=False, state="queued"),
)  # fmt: skip
TIMELINE = TimelineView(
    room_id=GLAZE,
    title="glaze-lab",
    purpose="Cone 6 glazes, shared test tiles",
    size="34/60",
    safety="encrypted",
    safe=True,
    trust=("everybody signed",),
    entries=ENTRIES,
    audience="34 people can read this",
    can_write=True,
    people=(("Bo Lindqvist", UserId("@bo:river.example")), ("Dee Okafor", UserId("@dee:river.example"))),
    face=Face.CONTENT,
)
ABOUT = AboutView(
    title="glaze-lab",
    purpose="Cone 6 glaze chemistry for home kilns. We share test tiles, failures first.",
    members=34,
    cap=60,
    waiting=2,
    parts=(
        Part("Facilitators", (("Ana", "", ""), ("Cy Arden", "", ""))),
        Part("Say hello to", (("Eli Marsh", "joined today", "nook-new"),)),
        Part("Who belongs", (("People who fire at home.", "", ""),)),
        Part(
            "Who reads this",
            (
                ("✓ 34 people, on devices that they signed.", "", "nook-safe"),
                ("New members see messages from their invite on.", "", ""),
            ),
        ),
    ),
    people=(
        Someone("Ana", UserId("@ana:river.example"), "facilitator"),
        Someone("Bo Lindqvist", UserId("@bo:river.example"), "", "signed"),
        Someone("Cy Arden", UserId("@cy:river.example"), "facilitator", "verified"),
    ),
    face=Face.CONTENT,
)
STATUS = StatusView(account="ana", connection="live", unsent=1, unread=11, mentions=1)


class FakePanel(Model[V]):
    """A panel whose intents are only written down: (name, arguments)."""

    def __init__(self, view: V, done: list[tuple[object, ...]]) -> None:
        super().__init__(view)
        self._done = done

    async def _note(self, *what: object) -> None:
        self._done.append(what)


class FakeTree(FakePanel[TreeView]):
    """The list of rooms."""

    async def fold(self, key: str) -> None:
        """Noted; folded from now on, or open again."""
        await self._note("fold", key)
        self.show(replace(self.view, folded=self.view.folded ^ {key}))


class FakeTimeline(FakePanel[TimelineView]):
    """The conversation's intents."""

    full = False
    """Whether the disk takes no more."""

    async def open(self, room_id: RoomId) -> None:
        """Noted; the view is of that room from now on."""
        await self._note("open", room_id)
        self.show(replace(self.view, room_id=room_id))

    async def older(self) -> None:
        """Noted."""
        await self._note("older")

    async def newer(self) -> None:
        """Noted."""
        await self._note("newer")

    async def jump(self, event_id: EventId | None) -> None:
        """Noted; the view is there from now on."""
        await self._note("jump", event_id)
        self.show(replace(self.view, target=event_id, jumps=self.view.jumps + 1))

    async def read(self) -> None:
        """Noted."""
        await self._note("read")

    async def send(self, text: str, *, everybody: bool = False) -> bool:
        """Noted; kept unless the disk is full."""
        await self._note("send", text, *(["everybody"] if everybody else []))
        return not self.full

    async def answer(self, event_id: EventId | None) -> None:
        """Noted."""
        await self._note("answer", event_id)

    async def thread(self, event_id: EventId | None) -> None:
        """Noted; the view is of that thread from now on."""
        await self._note("thread", event_id)
        self.show(replace(self.view, thread=event_id))

    async def edit(self, event_id: EventId | None) -> None:
        """Noted."""
        await self._note("edit", event_id)

    async def edit_last(self) -> None:
        """Noted."""
        await self._note("edit_last")

    async def react(self, event_id: EventId, key: str) -> None:
        """Noted."""
        await self._note("react", event_id, key)

    async def redact(self, event_id: EventId) -> None:
        """Noted."""
        await self._note("redact", event_id)

    async def go_on(self, user: UserId, shown: str) -> None:
        """Noted."""
        await self._note("go_on", user, shown)

    async def let_unsigned(self, *, allow: bool) -> None:
        """Noted."""
        await self._note("let_unsigned", allow)

    async def keep_draft(self, text: str) -> None:
        """Noted."""
        await self._note("keep_draft", text)

    async def retry(self) -> None:
        """Noted."""
        await self._note("retry")


class FakeSide(FakeTimeline):
    """A thread beside the conversation; what is asked of it is written down with the panel before it."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        super().__init__(TimelineView(), done)

    async def _note(self, *what: object) -> None:
        await super()._note("side", *what)

    async def open(self, room_id: RoomId) -> None:
        """No thread is open in another room."""
        if self.view.room_id not in {None, room_id}:
            self.show(TimelineView())

    async def keep_words(self, room_id: RoomId, thread: EventId, text: str) -> None:
        """Noted."""
        await self._note("keep_words", room_id, thread, text)

    async def thread(self, event_id: EventId | None) -> None:
        """Noted; the view is of that thread from now on."""
        await self._note("thread", event_id)
        said = (words(30, "Dee Okafor", 4, "10:01", "It was the dust."), words(31, "Ana", 0, "10:02", "Wiped now."))
        shown = replace(TIMELINE, entries=(*ENTRIES[1:2], *said), thread=event_id, draft="")
        self.show(shown if event_id else TimelineView())


class FakeDesk(FakePanel[DeskView]):
    """The desk's intents."""

    async def refresh(self) -> None:
        """Noted."""
        await self._note("refresh")

    async def do(self, wish: Wish) -> None:
        """Noted."""
        extras = (wish.words, wish.to, wish.number, *(w for w in ("shared", "anyway") if getattr(wish, w)))
        await self._note(wish.act, wish.case, *(extra for extra in extras if extra))

    async def batch(self, plan: Plan) -> None:
        """Noted."""
        await self._note("batch", plan.act, *(line.case for line in plan.meant), *filter(None, [plan.words, plan.days]))

    async def stop(self) -> None:
        """Noted."""
        await self._note("stop")

    async def undo(self) -> None:
        """Noted."""
        await self._note("undo")

    async def settle(self) -> None:
        """Noted."""
        await self._note("settle")


class FakeDirectory(FakePanel[DirectoryView]):
    """The directory's intents."""

    async def refresh(self) -> None:
        """Noted."""
        await self._note("refresh directory")

    async def look_up(self, room: str) -> bool:
        """Noted."""
        await self._note("look up", room)
        return True

    async def ask(self, room_id: RoomId, answers: Mapping[str, str], reason: str = "") -> bool:
        """Noted."""
        await self._note("ask", room_id, dict(answers), reason)
        return True

    async def join(self, room_id: RoomId) -> bool:
        """Noted."""
        await self._note("join", room_id)
        return True


class FakeRequests(FakePanel[RequestsView]):
    """The requests' intents."""

    async def refresh(self) -> None:
        """Noted."""
        await self._note("refresh requests")

    async def withdraw(self, room_id: RoomId) -> None:
        """Noted."""
        await self._note("withdraw", room_id)

    async def answer(self, room_id: RoomId, doubt: Doubt) -> None:
        """Noted."""
        await self._note("answer", room_id, doubt.user)


class FakeFound:
    """Beginning things, written down."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        self._done = done

    async def found_space(self, name: str, topic: str) -> Told:
        """Noted."""
        self._done.append(("found_space", name, topic))
        return Told("")

    async def found_nook(self, name: str, charter: Charter, with_creator: str = "") -> RoomId | Told:
        """Noted."""
        self._done.append(("found_nook", name, charter, with_creator))
        return RoomId("!begun")


class FakeReturn(Model[ReturnView]):
    """Signs nobody in."""

    def __init__(self, view: ReturnView, done: list[tuple[object, ...]]) -> None:
        super().__init__(view)
        self._done = done
        self.browser = Browser()

    async def choose(self, door: str) -> None:
        self._done.append(("choose", door))

    async def look(self) -> None:
        self._done.append(("look",))

    async def sign_in(self, password: str) -> None:
        self._done.append(("sign_in", password))


class FakeAddresses:
    """A public room, a nook that is not named elsewhere, and a room without an address."""

    async def all(self) -> tuple[RoomAddress, ...]:
        return (
            RoomAddress("glaze-lab", why_not="private: naming it here would tell others that it exists"),
            RoomAddress("lounge", "#lounge:river.example"),
            RoomAddress("loft", why_not="it has no address"),
        )


class FakeShell:
    """The whole shell, in front of nothing. `done` has the intents in order."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.tree = FakeTree(TREE, self.done)
        self.timeline = FakeTimeline(TIMELINE, self.done)
        self.side = FakeSide(self.done)
        self.messages = FakeMessages(self.done)
        self.about: Model[AboutView] = Model(ABOUT)
        self.status: Model[StatusView] = Model(STATUS)
        self.desk = FakeDesk(DeskView(), self.done)
        self.directory = FakeDirectory(DirectoryView(), self.done)
        self.requests = FakeRequests(RequestsView(), self.done)
        self.highlights = Highlights(HighlightsView())
        self.highlights.calls = self.done
        self.found = FakeFound(self.done)
        self.charter = FakeCharter(self.done)
        self.facilitators = FakeFacilitators(FACILITATORS, self.done)
        self.trust = FakeTrust(TrustView(), self.done)
        self.first_trust = FakeFirstTrust(FirstTrustView(), self.done)
        self.verify = FakeVerify(VerifyView(), self.done)
        self.caring = FakeCaring(self.done)
        self.calling = FakeCalling(self.done)
        self.files = FakeFiles(self.done)
        self.record = FakeRecord(done=self.done)
        self.people = FakePeople(self.done)
        self.search = FakeSearch(self.done)
        self.seen = FakeSeen(self.done)
        self.settings = FakeSettingsPanel(self.done)
        self.tour = FakeTour(self.done)
        self.addresses = FakeAddresses()
        self.returning = FakeReturn(ReturnView("password", "The session has expired."), self.done)

    async def start(self) -> None:
        """Noted."""
        self.done.append(("start",))

    async def stop(self, frame: Frame | None = None) -> None:
        """Noted."""
        self.done.append(("stop",))
