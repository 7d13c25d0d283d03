"""Going about in a conversation: to a message wherever it stands, to what is new; and what a click on a piece wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT, RIGHT
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.timeline_hits import WANTS
from nookterm.tui.widgets.timeline_opening import OpeningList
from nookterm.viewmodels.timeline import Rule, TimelineView, Words

_DIGITS = "123456789"


class GoingList(OpeningList):
    """Chooses messages that are not on screen, and hears clicks on what was drawn by `hit`."""

    @dataclass
    class Wanted(Message):
        """Something is wanted of a message: `act` is a timeline command's last word."""

        act: str
        entry: Words | None
        marked: tuple[EventId, ...] = ()
        """What is marked, in the order of the room."""
        about: str = ""
        """Which reaction or which answer of a poll was clicked."""

    @dataclass
    class Turned(Message):
        """Other things can be done about what is chosen."""

    def __init__(self, build: Callable[[int], Sequence[Block]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`build` draws the newest `prepared` entries."""
        super().__init__(build, id=id)
        self.prepared = 0
        self.at_end = True
        """Whether the reader follows what comes."""
        self._acts: tuple[bool, ...] = ()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some rows, of those that were made for this width.

        Whoever asks for a size between a change of what is shown and its layout has Textual find nothing new there, and
        send no Resize: what was made while this was hidden would stay as narrow as that.
        """
        if self._built_for != self._width:
            self.call_later(self.on_resize)
        return super().render_lines(crop)

    def choose(self, key: str) -> None:
        """Another message: other things can be done about it."""
        super().choose(key)
        self.tell_acts()

    def tell_acts(self) -> None:
        """Say so where what can be done is not what it was; most steps change nothing of that."""
        acts = sort_of(self.chosen, self.view)
        if acts != self._acts:
            self._acts = acts
            # In its own name: what is sent in the name of what is around it goes no further than there.
            self.post_message(self.Turned().set_sender(self))

    def arrive(self, event_id: EventId) -> None:
        """Choose a message, in the upper part of the screen; one that is not shown changes nothing."""
        if self._message(event_id) is None:
            return
        self.at_end = False
        self.prepared = max(self.prepared, len(self.view.entries))
        self.rebuild()
        self.choose(event_id)
        index = self._index_of.get(event_id)
        if index is not None and self.size.height:
            above = max(0, self._tops[index] - self.size.height // 3)
            self.scroll_to(y=above, animate=False, immediate=True, force=True)

    def action_first_unread(self) -> None:
        """Choose the first message under the unread rule, else the first one with new answers in its thread."""
        new = False
        for entry in self.view.entries:
            if isinstance(entry, Rule):
                new = new or entry.meaning == "new"
            elif new and isinstance(entry, Words):
                self.arrive(entry.event_id)
                return
        threads = (e.event_id for e in self.view.entries if isinstance(e, Words) and e.fresh)
        if root := next(threads, None):
            self.arrive(root)

    @on(BlockList.Opened)
    def _led_on(self, event: BlockList.Opened) -> None:
        """What is chosen leads somewhere."""
        event.stop()
        self.post_message(self.Wanted("opened", self.chosen))

    @on(events.Key)
    def _voted(self, event: events.Key) -> None:
        """A digit votes in the poll that is chosen: it stands before the answer."""
        said, sign = self.chosen, event.character or ""
        poll = said.poll if said else None
        if poll and not poll.ended and sign in _DIGITS[: len(poll.lines)] and sign:
            event.stop()
            self.post_message(self.Wanted("vote", said, about=poll.lines[int(sign) - 1].id))

    @on(events.Click)
    def _hit(self, event: events.Click) -> None:
        """What was clicked may want something by itself; the other button wants the message's menu."""
        wants = event.style.meta.get(WANTS) if event.button == LEFT else None
        block = self._at(event.y + self.scroll_offset.y)
        if block is not None and block.key and event.button == RIGHT:
            wants = ("menu", "")
        if isinstance(wants, tuple) and block is not None:
            act, about = wants
            self.post_message(self.Wanted(act, self._message(block.key), about=about))


def sort_of(said: Words | None, view: TimelineView) -> tuple[bool, ...]:
    """What of a message decides which keys are named for it; quick, because each step of the cursor asks."""
    if said is None:
        return ()
    polled = said.poll is not None
    return (said.colour == 0, bool(said.state), said.redacted, polled, view.may_redact, view.can_write)
