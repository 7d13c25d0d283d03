"""The main screen: rooms at the left, one conversation or panel in the middle, what it is about at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import AskToJoin, LeadElsewhere, OpenRoom, ReportMessage, ShareMessage, ShowInvite
from nookterm.tui.read_only import is_read_only
from nookterm.tui.room_list_filter import RoomFilter
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.care import lead, report
from nookterm.tui.screens.column_threads import ColumnScreen
from nookterm.tui.screens.conversation import Conversation, begin
from nookterm.tui.screens.doorstep import AwayBar, Doorstep
from nookterm.tui.screens.hints import hints_for
from nookterm.tui.screens.places import PANES
from nookterm.tui.themed import ThemedApp
from nookterm.tui.typing_ahead import opening
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.footer import Footer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.title import Title
from nookterm.tui.widgets.tree import Tree, TreeHead
from nookterm.tui.widgets.verify_bar import VerifyBar
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panels import Shell
from nookterm.viewmodels.tree import RowKind

WIDE = 120
ONE = 80
_PLACES = {
    RowKind.DESK: "desk",
    RowKind.HIGHLIGHTS: "highlights",
    RowKind.REQUESTS: "requests",
    RowKind.DIRECTORY: "directory",
    RowKind.TRUST: "trust",
}
_ROOMS = frozenset({RowKind.NOOK, RowKind.ROOM, RowKind.PERSON, RowKind.SPACE})


class MainScreen(ColumnScreen):
    """Wires the panels to the shell. `place` is what is in the middle: room, desk, highlights, ..."""

    CSS_PATH = "main.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]
    AUTO_FOCUS = ""

    @dataclass
    class Changed(Message):
        """A view of the frame is newer."""

        part: str

    def __init__(self, shell: Shell) -> None:
        """`shell` is the open account's."""
        super().__init__()
        self.shell = shell
        self.place = "room"
        self._wrote = False
        """Whether one was writing when one left the conversation for another place: Esc leads back to that."""
        self._stops: list[Callable[[], None]] = []
        self._told = ""
        """The last toast."""

    def compose(self) -> ComposeResult:
        """Three columns; the panels that are not the conversation come when they are first wanted."""
        # Before there is anything in it: a change of its classes styles everything in a screen anew.
        _say_room(self)
        with Horizontal(id="house"):
            with Vertical(id="left"):
                yield TreeHead()
                yield RoomFilter()
                yield FaceView("Opening your rooms")
                yield Tree()
            yield Conversation(self.shell.timeline, self.shell.messages)
            yield Beside(self.shell)
        yield Doorstep(self.shell.directory)
        yield AwayBar(self.shell.desk)
        yield VerifyBar(self.shell.verify)
        yield Footer()

    def on_mount(self) -> None:
        """Begin to watch. Callbacks come on the thread that changed the view."""
        shell = self.shell
        parts = {"tree": shell.tree, "about": shell.about, "status": shell.status, "calling": shell.calling}
        for name, panel in parts.items():
            self._stops.append(panel.watch(self._teller(name)))
        self._stops += self.watch_column()
        self.on_resize()
        self.read_widths()
        self.bindings_updated_signal.subscribe(self, lambda _screen: self.show_hints())
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.on_resize())
        for name in parts:
            self.on_main_screen_changed(self.Changed(name))
        self.query_one(Tree).focus()
        self.query_one(Composer).rooms_of = shell.addresses.all
        self.query_one(Composer).settings_of = lambda: shell.settings.view.rows
        if shell.timeline.view.room_id:
            self.query_one(Conversation).focus_composer()

    def on_unmount(self) -> None:
        """Stop watching."""
        for stop in self._stops:
            stop()

    def _teller(self, part: str) -> Callable[[object], None]:
        def tell(_view: object) -> None:
            self.post_message(self.Changed(part))

        return tell

    def on_main_screen_changed(self, event: Changed) -> None:
        """Show the newest view of a part."""
        part = event.part
        if part == "tree":
            view = self.shell.tree.view
            self.query_one(TreeHead).show_space(view)
            self.query_one(Tree).show(view)
            self.query_one(Title).show_place(view.title)
            bare = view.face is not Face.CONTENT and not view.rows
            self.query_one("#left FaceView", FaceView).show(view.face, view.notice, above=not bare)
        elif part == "about":
            self.query_one(About).display_view(self.shell.about.view)
        elif part == "calling":
            _soften(self, self.shell.calling.view.quiet)
        else:
            status = self.shell.status.view
            self.query_one(Footer).status(status)
            self.query_one(Conversation).connection(status)
            if status.toast and status.toast != self._told and self in self.app.screen_stack:
                self.app.clear_notifications()
                self.notify(said(status.toast, "").plain, markup=False, timeout=6)
            self._told = status.toast

    def on_resize(self) -> None:
        """Fit everything into the room that there is."""
        _say_room(self)
        self.fit_column()
        self.fit_widths()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _keys_changed(self) -> None:
        self.call_after_refresh(self.show_hints)

    @on(Conversation.Typed)
    @on(Composer.Turned)
    @on(Composer.Suggested)
    @on(Timeline.Marked)
    @on(Timeline.Turned)
    def show_hints(self) -> None:
        """The footer names the keys of where the keyboard is."""
        pane = next(iter(self.query(f"#pane-{self.place}")), None)
        self.query_one(Footer).hints(hints_for(self.place, self.focused, pane))

    @on(BlockList.Opened, "#tree")
    async def _tree_opened(self, event: BlockList.Opened) -> None:
        event.stop()
        await self.follow(event.key)

    async def follow(self, key: str) -> None:
        """Go where a row of the tree leads: to a place, into a room, to its door."""
        chosen = self.query_one(Tree).row(key)
        if chosen is None:
            return
        if chosen.kind in _PLACES:
            await self.action_go(_PLACES[chosen.kind])
        elif chosen.kind is RowKind.HEADING:
            await self.shell.tree.fold(key)
        elif chosen.kind in _ROOMS and chosen.room_id:
            await self.open_room(chosen.room_id)
        elif chosen.kind is RowKind.INVITE and chosen.room_id:
            self.post_message(ShowInvite(chosen.room_id))
        else:
            await self.action_go("directory")
            self.query_one("#pane-directory BlockList", BlockList).choose(key)

    @on(OpenRoom)
    async def _open_wanted(self, event: OpenRoom) -> None:
        event.stop()
        await self.open_room(event.room_id)
        if event.thread is not None:
            await self.open_thread(event.thread, event.draft)
        else:
            await begin(self.query_one(Conversation), self.shell.timeline, None, event.draft)
        if event.answering is not None:
            await self.shell.timeline.answer(event.answering)

    @on(AskToJoin)
    @on(ShareMessage)
    @on(ReportMessage)
    @on(LeadElsewhere)
    async def _about_a_message(self, event: AskToJoin | ShareMessage | ReportMessage | LeadElsewhere) -> None:
        event.stop()
        if isinstance(event, AskToJoin):
            await _ask_to_join(self, event.room_id)
        elif isinstance(event, ShareMessage):
            from nookterm.tui.screens.highlights import HighlightsPane, share

            await self.action_go("highlights")
            await share(self.query_one(HighlightsPane), event)
        else:
            ask = report if isinstance(event, ReportMessage) else lead
            opening(self, ask(self, self.shell.caring, event.room_id, event.event_id))

    async def open_room(self, room_id: RoomId) -> None:
        """Show a room and write in it."""
        await self.action_go("room")
        self.query_one(Tree).choose(room_id)
        await self.query_one(Conversation).open(room_id)

    def show_rooms(self) -> None:
        """In one column the rooms, which have the keyboard as long as none of them is open."""
        self.set_class(self.has_class("-one") and self.focused is self.query_one(Tree), "-tree")

    async def action_go(self, place: str) -> None:
        """Show a place in the middle."""
        # All at once: else each of these steps would be painted by itself.
        with self.app.batch_update():
            pane = await self._pane(place)
            if self.place == "room":
                self._wrote = isinstance(self.focused, Composer)
            self.place = place
            self.shell.calling.look_at(conversation=pane is None)
            _wear(self, place)
            for child in self.query("#house > PanelPane"):
                child.display = child is pane
            here = self.shell.timeline.view.room_id
            if pane is None:
                self.query_one(Tree).choose(here or "")
                self.query_one(Conversation).focus_composer()
            else:
                self.query_one(Tree).choose(place)
                pane.focus()
            self.show_hints()

    async def _pane(self, place: str) -> Widget | None:
        found = self.query(f"#pane-{place}")
        if found:
            return found.first()
        if place not in PANES:
            return None
        shell, pane = self.shell, PANES[place](self.shell)
        pane.id = f"pane-{place}"
        await self.query_one("#house").mount(pane)
        asks = {"desk": shell.desk.refresh, "directory": shell.directory.refresh, "trust": shell.trust.refresh}
        refresh = asks.get(place)
        if refresh and not is_read_only(shell.status.view):
            self.run_worker(refresh(), group="intents")
        return pane

    async def action_back(self) -> None:
        """From a panel to the conversation; in one column from there to the rooms."""
        if self.has_class("-about"):
            self.remove_class("-about")
        elif self.place != "room":
            wrote = self._wrote
            await self.action_go("room")
            if wrote:
                return
        elif self.has_class("-one"):
            self.add_class("-tree")
        if self.place == "room":
            (self.query_one(Tree) if self.has_class("-tree") else self.query_one(Conversation)).focus()
        self.show_hints()

    async def action_room(self, step: int, fresh: bool = False) -> None:  # noqa: FBT001, FBT002 - a binding passes arguments by place
        """The room above or below in the list; with `fresh` the next one with something new."""
        listed = self.query_one(Tree)
        rows = [r for r in (listed.rows if fresh else listed.rows_shown) if r.room_id and r.kind in _ROOMS]
        here = next((n for n, r in enumerate(rows) if r.room_id == self.shell.timeline.view.room_id), -1)
        around = [rows[(here + step * n) % len(rows)] for n in range(1, len(rows) + 1)] if rows else []
        found = next((r for r in around if not fresh or r.calls), None)
        if found and found.room_id:
            await self.open_room(found.room_id)


async def _ask_to_join(screen: MainScreen, room_id: RoomId) -> None:
    """A nook's card, with its form."""
    from nookterm.tui.screens.directory import DirectoryPane

    await screen.action_go("directory")
    pane = screen.query_one(DirectoryPane)
    pane.query_one(BlockList).choose(room_id)
    # The form takes over the chosen card first.
    screen.call_after_refresh(lambda: pane.action_ask() if pane.check_action("ask", ()) else None)


def _say_room(screen: MainScreen) -> None:
    """Say by classes how much room there is, and how panes are told apart."""
    app, (width, _) = screen.app, screen.app.size
    lines = isinstance(app, ThemedApp) and app.palettes[app.theme].lines
    said = {"-wide": width >= WIDE, "-one": width <= ONE, "-lines": lines}
    screen.set_classes((screen.classes - said.keys()) | {name for name, fits in said.items() if fits})


def _wear(screen: MainScreen, place: str) -> None:
    """Say by classes where one is. Each change styles the whole screen anew, so it is made once."""
    wanted = (screen.classes - {"-tree", "-about", "-panel", "-at-desk"}) | ({"-panel"} if place != "room" else set())
    screen.set_classes(wanted | ({"-at-desk"} if place == "desk" else set()))


def _soften(screen: MainScreen, quiet: str) -> None:
    """While it is quiet counts are there for whoever looks, and call nobody."""
    screen.query_one(Title).show_quiet(quiet)
    tree = screen.query_one(Tree)
    if tree.soft is not bool(quiet):
        tree.soft = bool(quiet)
        tree.rebuild()
    screen.query_one(Footer).soften(quiet=bool(quiet))
