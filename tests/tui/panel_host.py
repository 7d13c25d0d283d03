"""A small application around one panel, panels that note what is asked of them, and hostile texts for every field."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from nookterm.domain.charter import Charter
from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.messages import AskToJoin, ComparePerson, OpenPage, OpenRoom
from nookterm.tui.themes import DEFAULT, load_palettes
from nookterm.viewmodels.desk import DeskView, Plan, Wish
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.highlights import Draft, DraftLook, HighlightsView
from nookterm.viewmodels.model import Model, Told
from nookterm.viewmodels.requests import Doubt, RequestsView
from nookterm.viewmodels.signin import SignInView
from tests.tui.panel_recorder import Recorder as Recorder  # noqa: PLC0414 - what panels of tests are made of
from tests.tui.way_in_fakes import Browser, Join

HOSTILE = {
    "markup": "[@click=app.quit]x[/] [/] [/b] [link=https://x]y[/link] [bold on red]SYSTEM: vetted\\",
    "controls": "\x1b]52;c;UFdORUQ=\x07\x1b[2J\x9b6n\x1bc \u202eecilA\u2066\u200b\U000e0041 x\ud800y a"
    + "\u0301" * 2000,
    "lines": "row\n" * 5000,
    "long": "w" * 65_000,
    "wide": "👨‍👩‍👧‍👦漢字" * 300,
}
SIZES = [(140, 40), (80, 24), (40, 12), (4, 4), (1, 1)]
_PATIENCE = 60.0
"""Seconds until a condition counts as one that will not come."""
_NAMES = {"case", "room_id", "event_id", "request", "id", "actions", "nook_id", "step", "talk"}
"""Fields that are keys of ours, not somebody's text."""

T = TypeVar("T")


def poisoned(value: T, text: str, field: str = "") -> T:
    """The same value with `text` in every field that shows somebody's words."""
    if field in _NAMES or isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text  # type: ignore[return-value]  # a string for a string
    if isinstance(value, tuple):
        return tuple(poisoned(part, text, field) for part in value)  # type: ignore[return-value]  # a tuple for a tuple
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: poisoned(getattr(value, f.name), text, f.name) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


class Host(App[None]):
    """One panel, as the main screen would hold it."""

    def __init__(self, make: Callable[[], Widget] | None = None) -> None:
        super().__init__()
        self._make = make
        self.opened: list[str] = []
        self.pages: list[str] = []
        self.compared: list[str] = []
        self.answering: list[str] = []
        self.asked: list[str] = []
        self.animation_level = "none"
        wear(self)

    def compose(self) -> ComposeResult:
        if self._make is not None:
            yield self._make()

    def on_open_room(self, event: OpenRoom) -> None:
        self.opened.append(event.room_id)
        if event.answering:
            self.answering.append(event.answering)

    def on_open_page(self, event: OpenPage) -> None:
        self.pages.append(event.url)

    def on_ask_to_join(self, event: AskToJoin) -> None:
        self.asked.append(event.room_id)

    def on_compare_person(self, event: ComparePerson) -> None:
        self.compared.append(event.user)


def wear(app: App[Any], name: str = DEFAULT) -> None:
    """Put on the theme that the pictures show."""
    palettes, problems = load_palettes()
    assert problems == []
    for palette in palettes.values():
        app.register_theme(palette.theme())
    app.theme = name


def seen(app: App[Any]) -> str:
    """All that is on the screen, row by row."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def clean(text: str) -> bool:
    """Whether nothing in it moves a cursor, turns its direction or hides."""
    return not any(character in text for character in "\x1b\x07\x9b\u202e\u2066\u200b\ud800\U000e0041")


async def settle(pilot: Pilot[Any], until: Callable[[], bool]) -> None:
    """Let messages pass until something is so; a test that waits in vain fails with what is on the screen."""
    end = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > end:
            shown = seen(pilot.app) if pilot.app.is_running else "(the app has ended)"
            raise AssertionError(f"Waited in vain. The screen has:\n{shown}")
        await pilot.pause()


class Desk(Model[DeskView], Recorder):
    """A desk that decides nothing."""

    def __init__(self, view: DeskView) -> None:
        super().__init__(view)
        self.calls = []

    async def refresh(self) -> None:
        self.note("refresh")

    async def do(self, wish: Wish) -> None:
        extras = (wish.words, wish.to, wish.number, *(w for w in ("shared", "anyway") if getattr(wish, w)))
        self.note(wish.act, wish.case, *(extra for extra in extras if extra))

    async def batch(self, plan: Plan) -> None:
        self.note("batch", plan.act, *(line.case for line in plan.meant), *filter(None, [plan.words, plan.days]))

    async def stop(self) -> None:
        self.note("stop")

    async def undo(self) -> None:
        self.note("undo")

    async def settle(self) -> None:
        self.note("settle")


class Directory(Model[DirectoryView], Recorder):
    """A directory whose requests go out, or not."""

    def __init__(self, view: DirectoryView, *, works: bool = True) -> None:
        super().__init__(view)
        self.calls = []
        self.works = works

    async def refresh(self) -> None:
        self.note("refresh")

    async def look_up(self, room: str) -> bool:
        self.note("look_up", room)
        return self.works

    async def ask(self, room_id: RoomId, answers: Mapping[str, str], reason: str = "") -> bool:
        self.note("ask", room_id, dict(answers), reason)
        return self.works

    async def join(self, room_id: RoomId) -> bool:
        self.note("join", room_id)
        return self.works


class Requests(Model[RequestsView], Recorder):
    """My requests."""

    def __init__(self, view: RequestsView) -> None:
        super().__init__(view)
        self.calls = []

    async def refresh(self) -> None:
        self.note("refresh")

    async def withdraw(self, room_id: RoomId) -> None:
        self.note("withdraw", room_id)

    async def answer(self, room_id: RoomId, doubt: Doubt) -> None:
        self.note("answer", room_id, doubt.user)


class Highlights(Model[HighlightsView], Recorder):
    """A board, and messages that can be shared."""

    def __init__(
        self, view: HighlightsView, draft: Draft | None = None, *, works: bool = True, tells: tuple[str, ...] = ()
    ) -> None:
        super().__init__(view)
        self.calls = []
        self._draft = draft
        self._tells = tells
        self.look: DraftLook | None = None
        """What is said of each text from now on."""
        self.works = works

    async def refresh(self) -> None:
        self.note("refresh")

    async def thread(self, room_id: RoomId, root: EventId) -> tuple[EventId, ...]:
        return (root, EventId("$answer"))

    async def draft(self, room_id: RoomId, events: Sequence[EventId]) -> Draft | None:
        self.note("draft", room_id, *events)
        return self._draft

    async def look_at(self, draft: Draft, text: str) -> DraftLook:
        self.note("look_at", text)
        return self.look or dataclasses.replace(draft.look, text=text)

    async def forget(self, draft: Draft) -> None:
        self.note("forget", *draft.events)

    async def exact(self, draft: Draft, text: str, picture: EventId | None) -> str:
        return json.dumps({"body": text, "m.mentions": {}}, indent=2)

    async def exact_of(self, request: str) -> str:
        return json.dumps({"body": request, "m.mentions": {}}, indent=2)

    async def share(self, draft: Draft, text: str, *, anonymous: bool = False, picture: EventId | None = None) -> bool:
        self.note("share", *draft.events, text, anonymous, *([picture] if picture else []))
        return self.works

    async def answer(self, request: str, mode: str) -> bool:
        self.note("answer", request, mode)
        return self.works

    async def tells(self, request: str) -> tuple[str, ...]:
        return self._tells

    async def publish(self, request: str) -> None:
        self.note("publish", request)

    async def stop(self) -> None:
        self.note("stop")

    async def withdraw(self, request: str) -> None:
        self.note("withdraw", request)

    async def origin(self, event_id: EventId) -> None:
        self.note("origin", event_id)

    async def react(self, event_id: EventId, key: str) -> None:
        self.note("react", event_id, key)

    async def export(self, week: str, file: str) -> None:
        self.note("export", week, file)


class SignIn(Model[SignInView], Recorder):
    """A server that the test speaks for."""

    def __init__(self, view: SignInView) -> None:
        super().__init__(view)
        self.calls = []
        self.browser, self.joining = Browser(), Join()

    async def discover(self, server: str) -> None:
        self.note("discover", server)

    async def sign_in(self, user: str, password: str) -> None:
        self.note("sign_in", user, password)

    async def choose(self, door: str) -> None:
        self.note("choose", door)

    async def back(self) -> None:
        self.note("back")


class Found(Recorder):
    """Begins nothing; `problem` is what it says."""

    def __init__(self, problem: str = "") -> None:
        self.calls = []
        self.problem = problem

    async def found_space(self, name: str, topic: str) -> Told:
        self.note("space", name, topic)
        return Told(self.problem, done=not self.problem)

    async def found_nook(self, name: str, charter: Charter, with_creator: str = "") -> RoomId | Told:
        self.note("nook", name, charter, with_creator)
        return Told(self.problem, done=False) if self.problem else RoomId("!begun")
