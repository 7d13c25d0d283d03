"""Hits for tests of the search screen, and a panel that writes down what it is asked."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.searching import Found, Names, Near, SearchView

GLAZE, BIKE = RoomId("!glaze"), RoomId("!bike")
NAMES = Names(("Ana", "Bo Lindqvist", "Cy Arden", "Dee Okafor"), ("bike-kitchen", "glaze-lab", "Makers of Rivertown"))
HITS = (
    Found(
        "a", GLAZE, EventId("$e1"), "glaze-lab", "Bo Lindqvist", "19 Nov 09:12",
        (("Opened the ", False), ("kiln", True), (", and the celadon has crawled on every vertical piece.", False)),
    ),
    Found(
        "b", BIKE, EventId("$e2"), "bike-kitchen", "Dee Okafor", "12 Nov 20:40",
        (("… who else has a ", False), ("kiln", True), (" that could dry a saddle? @Ana said hers does", False)),
        note="in a thread", calls=True,
    ),
    Found(
        "c", RoomId("!old"), EventId("$e3"), "old pottery club", "Cy Arden", "3 Jan 2025 11:00",
        (("kilns", True), (" and what to burn in them.pdf", False)),
        note="file", doubt="from a device that its owner has not signed", away=True,
    ),
)  # fmt: skip
OLDER = replace(HITS[0], key="d", event_id=EventId("$e4"), when="1 Jan 2025 08:00")
NEAR = (
    Near("Ana", "19 Nov 09:05", (("Who fires today?", False),)),
    Near("Eli Marsh", "19 Nov 09:10", (("Not me, the shed is full of bicycles.", False),)),
    Near(
        "Bo Lindqvist",
        "19 Nov 09:12",
        (
            ("Opened the ", False),
            ("kiln", True),
            (", and the celadon has crawled on every vertical piece.\nPictures tonight.", False),
        ),
        hit=True,
    ),
    Near("Dee Okafor", "19 Nov 09:40", (("Was the bisque dusty?", False),)),
)
FOUND = SearchView("kiln", HITS, more=True, names=NAMES, near=NEAR, near_to="a", face=Face.CONTENT)
ROOMS = (
    Found(
        "!glaze", GLAZE, EventId("$e9"), "glaze-lab", "Bo Lindqvist", "today 09:12",
        (("@Ana, is the second shelf yours?", False),), note="3 new · 1 names you", calls=True,
    ),
    Found(
        "!bike", BIKE, EventId("$e8"), "bike-kitchen", "Dee Okafor", "18 Nov 20:40", (("Chain day on Sunday", False),),
        note="8 new",
    ),
)  # fmt: skip
UNREAD = SearchView("is:unread ", ROOMS, names=NAMES, face=Face.CONTENT)
NOTHING = SearchView("heron", face=Face.EMPTY, notice=Notice("Nothing on this disk fits.", ("Fewer words find more.",)))
WRONG = SearchView(
    "before:heron ",
    names=NAMES,
    face=Face.PROBLEM,
    notice=Notice("heron is no date. Write 2026-03-21.", ("Words are enough.",)),
)
OFFLINE = replace(
    FOUND,
    face=Face.OFFLINE,
    notice=Notice("The server cannot be reached.", ("What is on this disk is searched all the same.",)),
)


THERE = replace(OLDER, key="!there $there", server=True)
OFFER = "also ask the server: 3 rooms not encrypted; it reads your words"

SERVED = replace(FOUND, rows=(*FOUND.rows, THERE), server=OFFER)


class FakeSearch(Model[SearchView]):
    """Finds the same for every line but an empty one; notes what is asked."""

    def __init__(self, done: list[tuple[object, ...]], answer: SearchView = FOUND) -> None:
        super().__init__(SearchView(names=NAMES))
        self.done = done
        self.answer = answer

    async def begin(self) -> None:
        self.done.append(("search begin",))

    async def look(self, line: str, *, settled: bool = False) -> None:
        self.done.append(("look", line, settled))
        answer = replace(self.answer, near=(), near_to="") if line.strip() else SearchView(names=NAMES)
        self.show(replace(answer, line=line))

    async def more(self) -> None:
        self.done.append(("more",))
        self.show(replace(self.view, rows=(*self.view.rows, OLDER), more=False))

    async def ask_server(self) -> None:
        self.done.append(("ask server",))
        self.show(replace(self.view, rows=(*self.view.rows, THERE), server="older ones from the server"))

    async def around(self, key: str) -> None:
        self.done.append(("around", key))
        self.show(replace(self.view, near=self.answer.near, near_to=key))

    async def line_in(self, room_id: RoomId | None) -> str:
        return "in:glaze-lab "
