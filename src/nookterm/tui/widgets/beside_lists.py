"""The lists that stand beside the conversation: threads, pinned messages, members, the privacy sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.widgets.beside_faces import FaceChosen, Faces
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, WARN, ends, hanging, row, said
from nookterm.tui.widgets.listed_rows import listed_blocks
from nookterm.tui.widgets.people_rows import member_blocks
from nookterm.tui.widgets.privacy_rows import privacy_blocks
from nookterm.viewmodels.members import MembersPanel
from nookterm.viewmodels.messages import Listed
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.privacy import PrivacyPanel

_SOON = 0.3
"""Seconds between a change in the room and looking at a list anew."""


class ListFace(Vertical):
    """A list; posts what was chosen in it."""

    DEFAULT_CSS = """
    ListFace {
        height: 1fr; background: $panel;
        #face-head { height: auto; padding: 0 2; margin: 0 0 1 0; background: $panel; }
        FaceView { background: $panel; }
        BlockList { height: 1fr; background: $panel; scrollbar-background: $panel; }
    }
    """

    def __init__(self, face: Faces, loading: str) -> None:
        """`loading` is what one waits for, as a sentence."""
        super().__init__()
        self.face = face
        self._loading = loading

    def compose(self) -> ComposeResult:
        """What is said of the list, what stands in its place, the list."""
        yield Paper(self.head, id="face-head")
        yield FaceView(self._loading)
        yield BlockList(self.blocks, opens_at_once=self.face is not Faces.PRIVACY)

    def focus(self, scroll_visible: bool = True) -> ListFace:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to the list."""
        self.query_one(BlockList).focus(scroll_visible)
        return self

    def head(self, width: int) -> list[Content]:
        """What is to be said of the list; its name stands above, among those of the other faces."""
        return [ends(row((self.count(), QUIET)), NOTHING, width)] if self.count() else []

    def count(self) -> str:
        """How many there are."""
        return ""

    def blocks(self, width: int) -> Sequence[Block]:
        """The list."""
        raise NotImplementedError

    def renew(self) -> None:
        """Something in the room may have changed."""

    def redraw(self, face: Face, notice: Notice | None) -> None:
        """Another list, or what stands in its place."""
        full = face in {Face.CONTENT, Face.OFFLINE}
        self.query_one(FaceView).show(face, notice, above=full)
        listed = self.query_one(BlockList)
        listed.display = full
        listed.rebuild()
        self.query_one(Paper).refresh(layout=True)

    @on(BlockList.Opened)
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        self.post_message(FaceChosen(self.face, event.key))


class MessagesFace(ListFace):
    """Threads or pinned messages of the open room."""

    def __init__(self, face: Faces, read: Callable[[], Awaitable[Sequence[Listed]]], empty: Notice) -> None:
        """`read` gives the list; `empty` is said where there is none."""
        super().__init__(face, "Looking")
        self._read = read
        self._empty = empty
        self._lines: tuple[Listed, ...] | None = None

    def on_mount(self) -> None:
        """Read at once."""
        self.run_worker(self._show(0), group="column", exclusive=True)

    def renew(self) -> None:
        """Read again, soon: much may come at once."""
        self.run_worker(self._show(_SOON), group="column", exclusive=True)

    async def _show(self, after: float) -> None:
        await asyncio.sleep(after)
        lines = tuple(await self._read())
        if lines != self._lines:
            self._lines = lines
            self.redraw(Face.CONTENT if lines else Face.EMPTY, None if lines else self._empty)

    def count(self) -> str:
        """How many there are, and how many of them have something new."""
        lines = self._lines or ()
        new = sum(1 for line in lines if line.fresh)
        return f"{len(lines)} · {new} new" if new else str(len(lines) or "")

    def blocks(self, _width: int) -> Sequence[Block]:
        """Each with who, when, and what was said last."""
        return listed_blocks(self._lines or ())


class PanelFace(ListFace):
    """A list of a panel that is watched while it is shown."""

    @dataclass
    class Changed(Message):
        """The view is newer."""

    def __init__(self, face: Faces, loading: str, panel: Panel[Any], begin: Callable[[], Awaitable[None]]) -> None:
        """`begin` asks the panel to look."""
        super().__init__(face, loading)
        self._watched = panel
        self._begin = begin
        self._stop: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Watch, and look."""

        def tell(_view: object) -> None:
            self.post_message(self.Changed())

        self._stop = self._watched.watch(tell)
        self.app.run_worker(self._begin(), group="intents")
        self.changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    @on(Changed)
    def changed(self) -> None:
        """Show the newest view."""
        self.redraw(self._watched.view.face, self._watched.view.notice)


class MembersFace(PanelFace):
    """Who is in the room, with roles and shields."""

    def __init__(self, panel: MembersPanel) -> None:
        """`panel` is of the open room."""
        super().__init__(Faces.MEMBERS, "Looking who is in here", panel, panel.begin)
        self._panel = panel

    def count(self) -> str:
        """`34 of 60`."""
        return self._panel.view.summary.partition(" · ")[0]

    def blocks(self, _width: int) -> Sequence[Block]:
        """A row for each."""
        return member_blocks(self._panel.view.lines)


class PrivacyFace(PanelFace):
    """Who can read what."""

    def __init__(self, panel: PrivacyPanel) -> None:
        """`panel` is of the open room."""
        super().__init__(Faces.PRIVACY, "Looking who reads this", panel, panel.begin)
        self._panel = panel

    def head(self, width: int) -> list[Content]:
        """With what is to be looked at."""
        look = self._panel.view.to_look_at
        return hanging(row(("! ", WARN)), said(f"{look} to look at", WARN), width) if look else []

    def blocks(self, width: int) -> Sequence[Block]:
        """The points under their headings."""
        return privacy_blocks(self._panel.view.lines, width) or [Block("", 1, lambda _width, _look: (NOTHING,))]
