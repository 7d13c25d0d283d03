"""The ways into the dialogs about files: of a message, by /upload, by pasting a path; and what follows after them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual import events, on

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.emoji_shelf import Shelf
from nookterm.tui.look import Look
from nookterm.tui.messages import LongPaste, OpenFile, OpenPage, ShareFile
from nookterm.tui.people_acting import PeopleApp
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.pasted import fenced
from nookterm.tui.widgets.picture_ways import side_for, way_of
from nookterm.tui.widgets.timeline_opening import OpeningList
from nookterm.viewmodels.files import Done, FileDraft, Shown

_HOW = "Write /upload and the file's path, for example /upload ~/heron.jpg, or paste its path."


class FileApp(PeopleApp, inherit_bindings=False):
    """An app around the main screen, with the dialogs about files. Each is loaded when it is first wanted."""

    _emoji: Shelf | None = None
    _emoji_of: Look | None = None
    """The look for which they were begun."""

    @property
    def picture_way(self) -> str:
        """How a picture would be drawn here."""
        return way_of(self.look.pictures, os.environ, colours=not self.no_color and self.look.glyphs != "ascii")

    @property
    def own_emoji(self) -> Shelf | None:
        """Pictures of people's own emoji, where they are wished and the terminal has pixels."""
        if not self.look.emoji:
            return None
        if self._emoji_of is not self.look:
            from nookterm.tui.emoji_drawing import shelf_for

            self._let_emoji_go()
            self._emoji_of = self.look
            self._emoji = shelf_for(self, self.picture_way, self._fetch_emoji, self.redraw_emoji)
        return self._emoji

    async def _fetch_emoji(self, address: str, side: int) -> Shown | Done:
        return await self._shell.files.emoji(address, side)

    def redraw_emoji(self) -> None:
        """Another emoji is there, or they are drawn in another way."""
        for timeline in self._main.query(OpeningList):
            timeline.redraw_emoji()

    @on(events.Unmount)
    def _let_emoji_go(self) -> None:
        if self._emoji is not None:
            self._emoji.forget()
            self._emoji = None

    def action_upload(self) -> None:
        """Begin the order where one writes: it completes the path. Where something stands there, say how."""
        here, view = self._main.writing_in, self._main.written_in.view
        field = here.query_one(Composer)
        if not view.can_write:
            self._tell(Done(view.why_not or "Open a room first."))
        elif field.text.strip():
            self.notify(_HOW, markup=False)
        else:
            field.load_draft("/upload ")
            field.look()
            here.focus_composer()

    @on(ShareFile)
    def _share_file(self, event: ShareFile) -> None:
        event.stop()
        self.opening(self._look_at(event.path))

    async def _look_at(self, path: str, afterwards: Callable[[], None] = lambda: None) -> None:
        """Show a file that is to leave; `afterwards` is done when that is over."""
        view = self._main.written_in.view
        if not view.can_write:
            self._tell(Done(view.why_not or "Open a room first."))
            afterwards()
            return
        self.notify("Looking at the file.", markup=False, timeout=2)
        draft = await self._shell.files.draft(path)
        if not isinstance(draft, FileDraft):
            self._tell(draft)
            afterwards()
            return
        from nookterm.tui.screens.file_out import FileOutScreen

        def ended(went: Done | None) -> None:
            afterwards()
            self._tell(went)

        self.push_screen(FileOutScreen(self._shell.files, replace(draft, thread=view.thread)), ended)

    @on(OpenPage)
    def _open_page(self, event: OpenPage) -> None:
        event.stop()

        async def open_it() -> None:
            self._tell(await self._shell.files.open_page(event.url))

        self.run_worker(open_it(), group="intents")

    @on(LongPaste)
    def _pasted(self, event: LongPaste) -> None:
        event.stop()
        lines = event.text.count("\n") + (not event.text.endswith("\n"))
        ways = [
            Choice("words", "as words", "as they stand, where the cursor is"),
            Choice("code", "as a code block", "every sign and blank kept, nothing is Markdown"),
            Choice("file", "as a file", "pasted.txt, shown before it leaves; short for those who read"),
        ]

        def chosen(way: str | None) -> None:
            if way == "words":
                event.insert(event.text)
            elif way == "code":
                event.insert(fenced(event.text))
            elif way == "file":
                self.run_worker(self._as_file(event.text), group="intents")

        self.push_screen(ChooseScreen(f"{lines} lines pasted: send them", lambda: ways, "Enter takes it"), chosen)

    async def _as_file(self, text: str) -> None:
        """Share what was pasted as a file, which lies in a folder that only we can read until that is done."""
        import shutil
        import tempfile

        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="nookterm-"))
        path = folder / "pasted.txt"
        await asyncio.to_thread(path.write_text, text, encoding="utf-8", errors="replace")
        await self._look_at(str(path), lambda: shutil.rmtree(folder, ignore_errors=True))

    @on(OpenFile)
    def _open_file(self, event: OpenFile) -> None:
        event.stop()
        self.opening(self._open_dialog(event.room_id, event.event_id))

    async def _open_dialog(self, room_id: RoomId, event_id: EventId) -> None:
        card = await self._shell.files.card(room_id, event_id)
        if isinstance(card, Done):
            self._tell(card)
            return
        from nookterm.tui.screens.file_in import FileInScreen

        side = side_for(self.picture_way, *self.size)
        self.push_screen(FileInScreen(self._shell.files, card, side, self._show_picture), self._tell)

    def _show_picture(self, shown: Shown) -> None:
        from nookterm.tui.screens.file_picture import PictureScreen

        self.push_screen(PictureScreen(shown, self.picture_way))

    def _tell(self, went: Done | None) -> None:
        if went and went.words:
            self.notify(said(went.words, "").plain, markup=False, timeout=8)
