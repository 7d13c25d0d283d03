"""What is done with messages, written down: for tests of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.desk import Pending
from nookterm.viewmodels.messages import Details, Listed, MessagesView, PollDraft, Way
from nookterm.viewmodels.model import Model

THREADS = (
    Listed(EventId("$e1"), "Bo Lindqvist", "Opened the kiln.", "19 Nov 10:02", "4 replies · 2 new", "Dee: wiped it", 2),
    Listed(EventId("$e3"), "Cy Arden", "I keep this next to the scale.", "18 Nov 08:00", "1 reply", "Ana: same"),
)
PINS = (
    Listed(EventId("$e2"), "Dee Okafor", "Was the bisque dusty?", "19 Nov 09:40"),
    Listed(EventId("$far"), "", "a message that is not on this disk yet", "", here=False),
)
DETAILS = Details(
    "Bo Lindqvist",
    "19 Nov 09:12",
    "from a device that its author has signed",
    (("19 Nov 09:12", "Opened the klin."), ("19 Nov 09:13", "Opened the kiln.")),
    (("👍", "Dee Okafor, Cy Arden"),),
    (("cone 6", "Ana"),),
    "https://matrix.to/#/!glaze/$e1",
)


class FakeMessages(Model[MessagesView]):
    """Its intents are only written down."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        super().__init__(MessagesView())
        self.done = done
        self.way = Way(event_id=EventId("$e1"))
        self.words = ""

    async def details(self, event_id: EventId) -> Details | None:
        self.done.append(("details", event_id))
        return DETAILS

    async def take_back(self, event_id: EventId, reason: str = "") -> str:
        self.done.append(("take_back", event_id, reason))
        self.show(MessagesView(Pending(event_id, "Taking back: Opened", 6, 6)))
        return self.words

    async def undo(self) -> None:
        self.done.append(("undo take_back",))
        self.show(MessagesView(result="It stays. Nothing was taken back."))

    async def settle(self) -> None:
        self.done.append(("settle take_back",))
        self.show(MessagesView())

    async def react(self, event_id: EventId, shown: str) -> str:
        self.done.append(("reaction", event_id, shown))
        return ""

    async def threads(self) -> tuple[Listed, ...]:
        self.done.append(("threads",))
        return THREADS

    async def read_threads(self) -> None:
        self.done.append(("read_threads",))

    async def pins(self) -> tuple[Listed, ...]:
        self.done.append(("pins",))
        return PINS

    async def pin(self, event_id: EventId) -> str:
        self.done.append(("pin", event_id))
        return "Pinned for everybody here."

    async def vote(self, event_id: EventId, choices: Sequence[str]) -> str:
        self.done.append(("vote", event_id, tuple(choices)))
        return self.words

    async def begin_poll(self, draft: PollDraft) -> str:
        self.done.append(("begin_poll", draft))
        return self.words

    async def end_poll(self, event_id: EventId) -> str:
        self.done.append(("end_poll", event_id))
        return ""

    async def mention(self, before: EventId | None) -> Way:
        self.done.append(("mention", before))
        return self.way

    async def day(self, date: str) -> Way:
        self.done.append(("day", date))
        return self.way

    async def link(self, event_id: EventId | None) -> str:
        self.done.append(("link", event_id))
        return "https://matrix.to/#/!glaze"

    async def follow(self, address: str) -> Way:
        self.done.append(("follow", address))
        return Way(room_id=RoomId("!bike"), event_id=EventId("$x")) if "bike" in address else self.way
