"""Files at work: fetched when somebody asks, cleaned and shown before they leave, stopped by a key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from nookterm.client.browser import open_page
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.files import Files, Ready, open_with_system
from nookterm.client.ports import Progress
from nookterm.domain.events import Event, Membership, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sending import bytes_in_words, caption_of, kind_in_words, may_be_opened, renamed
from nookterm.domain.space import title
from nookterm.viewmodels.files import Done, FileCard, FileDraft, FilesView, Shown, described
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.status import WHY_READ_ONLY
from nookterm.viewmodels.words import people

T = TypeVar("T")
_NOT_OPEN = Done("The account is not open yet.", done=False)
_STEPS = 200
"""How often at most progress is told: more would only be drawn over."""


class FilesModel(Model[FilesView]):
    """Carries out what is asked about files, on the engine's thread; one thing at a time."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__(FilesView())
        self._hub: Hub | None = None
        self._ready: Ready | None = None
        """The file that was last looked at, exactly as it will leave."""
        self._running: asyncio.Task[object] | None = None
        self.markdown: Callable[[], bool] = lambda: True
        """Whether the words under a file are read as Markdown."""
        self.folder: Path | None = None
        """Where files are kept."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    # --- one that came ------------------------------------------------------------------------------------------------

    async def card(self, room_id: RoomId, event_id: EventId) -> FileCard | Done:
        """The file of a message."""

        async def work(hub: Hub, files: Files) -> FileCard:
            what = files.shared(room_id, event_id)
            event = hub.session.store.event(room_id, event_id)
            name = safe_line(what.name, longest=200) or "a file without a name"
            return FileCard(
                room_id,
                event_id,
                name,
                described(what),
                _author(hub, event),
                _caption(event),
                encrypted=what.secret is not None,
                is_picture=what.kind == "image" or _is_sticker(event),
                may_open=may_be_opened(what.name),
            )

        return await self._work(work, alone=False)

    async def save(self, card: FileCard) -> Done:
        """Keep it where downloads lie."""

        async def work(_hub: Hub, files: Files) -> Done:
            kept = await files.download(card.room_id, card.event_id, told=self._told(card.name))
            return Done(safe_line(f"Kept as {kept}", longest=400), path=str(kept))

        return await self._work(work)

    async def open(self, card: FileCard) -> Done:
        """Keep it, and hand it to the system's program."""

        async def work(_hub: Hub, files: Files) -> Done:
            kept = await files.download(card.room_id, card.event_id, told=self._told(card.name))
            await open_with_system(kept)
            return Done(safe_line(f"Kept as {kept} and opened.", longest=400), path=str(kept))

        return await self._work(work)

    async def look(self, card: FileCard, side: int) -> Shown | Done:
        """A picture to draw."""

        async def work(_hub: Hub, files: Files) -> Shown:
            found = await files.look(card.room_id, card.event_id, side, told=self._told(card.name))
            return Shown(card.name, found.pixels, found.width, found.height, found.moves)

        return await self._work(work)

    async def emoji(self, address: str, side: int) -> Shown | Done:
        """Somebody's own emoji to draw between words."""

        async def work(hub: Hub, files: Files) -> Shown | Done:
            if hub.read_only or hub.session.phase == "offline":
                return Done("It cannot be fetched now.", done=False)
            found = await files.emoji(address, side)
            return Shown("", found.pixels, found.width, found.height, found.moves, found.sheer)

        return await self._work(work, alone=False)

    async def open_page(self, url: str) -> Done:
        """Hand an address of the web to the system's browser. The caller has asked."""

        async def work(_hub: Hub, _files: Files) -> Done:
            await open_page(url, letters=True)
            return Done(safe_line(f"Opened {url}", longest=200))

        return await self._work(work, alone=False)

    # --- one that is to leave -----------------------------------------------------------------------------------------

    async def draft(self, path: str, *, as_it_is: bool = False) -> FileDraft | Done:
        """Look at a file that is to leave for the open room."""

        async def work(hub: Hub, files: Files) -> FileDraft:
            room = _open_room(hub)
            self._ready = ready = await files.prepare(_path(path), as_it_is=as_it_is)
            told = ready.told
            readers = people(len(room.who(Membership.JOIN)))
            return FileDraft(
                room.room_id,
                path,
                safe_line(told.what.name),
                f"{kind_in_words(told.what)}, {told.size}",
                told.lines,
                safe_line(title(room)),
                f"{readers} can read this" if room.encrypted else f"{readers}, not encrypted",
                encrypted=room.encrypted,
                cleaned=told.cleaned,
                may_choose=told.cleaned or (as_it_is and told.what.kind == "image"),
            )

        return await self._work(work)

    async def send(self, draft: FileDraft, caption: str, name: str = "") -> Done:
        """Share it, exactly as it was shown; with a name, as that."""

        async def work(hub: Hub, files: Files) -> Done:
            ready = self._ready
            if ready is None or safe_line(ready.told.what.name) != draft.name or ready.told.cleaned != draft.cleaned:
                message = "This is not the file that was looked at last."
                raise WrongUsage(message, "Look at it once more.", code="changed")
            if name != draft.name:
                ready = replace(ready, told=renamed(ready.told, name))
            called = safe_line(ready.told.what.name)
            row = await files.send(
                draft.room_id,
                ready,
                caption,
                thread=draft.thread,
                told=self._told(called),
                markdown=self.markdown(),
            )
            self._ready = None
            await hub.session.outbox.flush()
            held = hub.session.outbox.row(row.txn_id)
            if held and held.event_id is None:
                return Done(f"{called} is on the server. The message about it waits and goes out by itself.")
            return Done(f"{called} is shared with {draft.where}.")

        return await self._work(work)

    # --- both ---------------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """End what is under way."""

        async def work() -> None:
            if self._running:
                self._running.cancel()

        if self._hub:
            await self._hub.do(work())

    def _told(self, name: str) -> Progress:
        steps = -1

        def tell(done: int, whole: int | None) -> None:
            nonlocal steps
            step = done * _STEPS // whole if whole else done >> 18
            if step != steps:
                steps = step
                of = f" of {bytes_in_words(whole)}" if whole else ""
                self.show(FilesView(f"{name}: {bytes_in_words(done)}{of}"))

        return tell

    async def _work(self, work: Callable[[Hub, Files], Awaitable[T]], *, alone: bool = True) -> T | Done:
        hub = self._hub
        if hub is None:
            return _NOT_OPEN
        if hub.read_only and alone:
            return Done(f"Here you can only read: {WHY_READ_ONLY}.", done=False)
        if alone and self._running:
            return Done("Another file is on its way. Wait for it, or stop it.", done=False)

        async def run() -> T | Done:
            task = asyncio.ensure_future(work(hub, Files(hub.session, self.folder)))
            if alone:
                self._running = task
            try:
                return await task
            except Problem as problem:
                return Done(safe_line(in_words(problem), longest=300), done=False)
            except asyncio.CancelledError:
                if not task.cancelled():
                    task.cancel()
                    raise
                return Done("Stopped. Nothing was kept or sent.", done=False)
            finally:
                if alone:
                    self._running = None
                    self.show(FilesView())

        result: T | Done = await hub.do(run())
        return result


def _open_room(hub: Hub) -> Room:
    room = hub.session.rooms.get(hub.open_room) if hub.open_room else None
    if room is None:
        message = "Open a room first."
        raise WrongUsage(message)
    return room


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _author(hub: Hub, event: Event | None) -> str:
    room = hub.session.rooms.get(event.room_id) if event else None
    return shown_name(event.sender, room.name_of(event.sender)) if event and room else ""


def _is_sticker(event: Event | None) -> bool:
    """A sticker is a picture, whatever is said of its kind; what it truly is its bytes tell."""
    return event is not None and isinstance(event.payload, Message) and event.payload.kind == "sticker"


def _caption(event: Event | None) -> str:
    said = event.payload if event else None
    return safe_text(caption_of(said), longest=400, lines=4) if isinstance(said, Message) else ""
