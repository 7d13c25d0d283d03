"""Files in front of nothing: what a dialog shows can be set, intents are written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.files import Done, FileCard, FileDraft, FilesView, Shown
from nookterm.viewmodels.model import Model

GLAZE = RoomId("!glaze")
CARD = FileCard(
    GLAZE,
    EventId("$e1"),
    "tiles-cone6.jpg",
    "picture, 1200 × 800, 1.2 MB",
    "Bo Lindqvist",
    "After the third firing",
    is_picture=True,
    may_open=True,
)
DRAFT = FileDraft(
    GLAZE,
    "~/kiln.jpg",
    "kiln.jpg",
    "picture, 2048 × 1536, 0.9 MB instead of 4.5 MB",
    ("Only what the picture shows goes along: place, date, device and notes were taken out of it.",),
    "glaze-lab",
    "34 people can read this",
    cleaned=True,
    may_choose=True,
)
AS_IT_IS = "It goes as it is. What it tells beside what it shows (who made it, when, where) goes along."


def stripes(width: int = 40, height: int = 20) -> Shown:
    """Left red, right blue."""
    row = b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width - width // 2)
    return Shown("tiles-cone6.jpg", row * height, width, height)


class FakeFiles(Model[FilesView]):
    """Answers with what a test set; `problem` fails the next act; with `slow` it goes on until it is stopped."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        super().__init__(FilesView())
        self.done = done
        self.its_card: FileCard | Done = CARD
        self.its_draft = DRAFT
        self.shown = stripes()
        self.problem = ""
        self.slow = False
        self._stopped = asyncio.Event()

    async def card(self, room_id: RoomId, event_id: EventId) -> FileCard | Done:
        self.done.append(("card", room_id, event_id))
        return self.its_card

    async def save(self, card: FileCard) -> Done:
        return await self._note("save", card.event_id, said="Kept as /home/ana/Downloads/tiles-cone6.jpg")

    async def open(self, card: FileCard) -> Done:
        return await self._note("open", card.event_id, said="Kept and opened.")

    async def look(self, card: FileCard, side: int) -> Shown | Done:
        went = await self._note("look", card.event_id, side, said="")
        return self.shown if went.done else went

    async def emoji(self, address: str, side: int) -> Shown | Done:
        self.done.append(("emoji", address))
        return Done("Gone.", done=False) if "gone" in address else replace(self.shown, name="")

    async def open_page(self, url: str) -> Done:
        return await self._note("open_page", url, said=f"Opened {url}")

    async def draft(self, path: str, *, as_it_is: bool = False) -> FileDraft | Done:
        went = await self._note("draft", path, as_it_is, said="")
        if not went.done:
            return went
        return replace(self.its_draft, path=path, cleaned=False, tells=(AS_IT_IS,)) if as_it_is else self.its_draft

    async def send(self, draft: FileDraft, caption: str, name: str = "") -> Done:
        return await self._note("send", name, caption, draft.cleaned, draft.thread, said="It is shared.")

    async def stop(self) -> None:
        self.done.append(("stop",))
        self._stopped.set()

    async def _note(self, *what: object, said: str) -> Done:
        self.done.append(what)
        if self.slow:
            self.show(FilesView("tiles-cone6.jpg: 0.4 MB of 1.2 MB"))
            await self._stopped.wait()
            self.show(FilesView())
            return Done("Stopped. Nothing was kept or sent.", done=False)
        problem, self.problem = self.problem, ""
        return Done(problem, done=False) if problem else Done(said)
