"""The form that shares messages: its exact text, what to look at in it, who will read it, whose yes it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.forms_pick import PickOne
from nookterm.tui.widgets.forms_share_field import FlagField
from nookterm.tui.widgets.forms_share_rows import flag_blocks, from_rows, head_rows, reader_rows, recognised, ways
from nookterm.viewmodels.highlights import Draft, DraftLook
from nookterm.viewmodels.model import Notice

_PAUSE = 0.3
"""Seconds without a key after which a text is looked at and kept."""
_MOST_FLAGS = 4
"""Rows of what is to look at where there is one column."""
_LOW = 16
_FIELD, _FIELD_BESIDE = 7, 12
"""Rows that the text gets at least before anything is said at length, and where the messages stand beside it."""
_AROUND = 4
"""Rows of the buttons with their air, and of air at the top."""
_SIDES = 4
"""Cells of air at both sides of what will be read."""
_MESSAGES_BESIDE = 60
"""Cells of the whole form's right half where the messages stand beside it."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What becomes of a text in the form."""

    look: Callable[[str], None]
    """Look at it and keep it; the answer comes by `ShareForm.looked`."""
    share: Callable[[str, bool, EventId | None], None]
    """Ask for it; whether without our name; with which picture."""
    exact: Callable[[str, EventId | None], None]
    """Show the exact JSON."""
    leave: Callable[[str], None]


class ShareForm(Horizontal):
    """Where there is room the messages stand beside it; all that counts is on screen without scrolling."""

    DEFAULT_CSS = """
    ShareForm {
        background: $background; height: 1fr;
        #share-from {
            display: none; width: 1fr; padding: 1 1 0 2; background: $background;
            scrollbar-size-vertical: 1; scrollbar-color: $line; scrollbar-background: $background;
        }
        #share-to { width: 1fr; padding: 1 2 0 2; background: $panel; }
        FlagField { height: 1fr; min-height: 4; background: $panel; }
        #share-look { height: 0; background: $panel; }
        #share-picture { background: $panel; }
        #share-ways { height: 1; margin: 1 0; }
        &.-short #share-ways { margin: 1 0 0 0; }
        &.-short #share-to { padding: 0 2; }
        &.-low #share-ways { margin: 0; }
        &.-low #share-to { padding: 0 1; }
        &.-low PickOne { display: none; }
        Confirm { dock: bottom; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("sharing")]

    def __init__(self, draft: Draft, does: Sharing) -> None:
        """`draft.kept` is what was typed before, if anything was."""
        super().__init__()
        self.draft = draft
        self._does = does
        self.look = draft.look
        self._timer: Timer | None = None
        self.busy = False

    def compose(self) -> ComposeResult:
        """Where it comes from, and what will be read."""
        draft = self.draft
        yes, no_name = ways(draft)
        with VerticalScroll(id="share-from", can_focus=False):
            yield Paper(lambda width: from_rows(draft, width))
        with Vertical(id="share-to"):
            yield Paper(lambda width: head_rows(draft, width, low=self.has_class("-low")))
            yield Paper(id="share-problem")
            title = f"To {draft.board}" if draft.board else "To the board"
            yield FlagField(title, draft.kept or draft.text, longest=draft.longest, audience=draft.audience)
            yield BlockList(lambda _width: flag_blocks(self.query_one(FlagField).flags), id="share-look")
            if draft.pictures:
                some = [(p.event_id, f"{p.words}, cleaned of place and camera") for p in draft.pictures]
                yield PickOne("Picture", [*some, ("", "no picture")], id="share-picture")
            yield Paper(lambda width: _readers(self, width))
            with Horizontal(id="share-ways"):
                yield Choice(yes, first=True, id="share-yes")
                if no_name:
                    yield Choice(no_name, id="share-unnamed")
                yield Choice("Not now", id="share-no")
        yield Confirm()

    def on_mount(self) -> None:
        """The keyboard is in the text."""
        self.looked(self.look)
        self.query_one(FlagField).focus()

    def on_resize(self, _event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(self.app.size.height < _LOW, "-low")
        self._show_flags()

    @property
    def text(self) -> str:
        """The exact text."""
        return self.query_one(FlagField).text

    @property
    def picture(self) -> EventId | None:
        """The message whose picture goes along."""
        chosen = next(iter(self.query("#share-picture").results(PickOne)), None)
        return EventId(chosen.value) if chosen and chosen.value else None

    def looked(self, look: DraftLook) -> None:
        """What is to be said of the text; an answer about an older text is followed to its places in this one."""
        self.look = look
        self.query_one(FlagField).mark(look.flags)
        self._show_flags()

    def trouble(self, notice: Notice | None) -> None:
        """What went wrong; the text stays."""
        self.wait(busy=False)
        self.query_one("#share-problem", Paper).show(lambda width: problem_rows(notice, width) if notice else ())

    def wait(self, *, busy: bool) -> None:
        """While it is on its way it cannot be shared twice."""
        self.busy = busy
        for choice in self.query("#share-ways Choice").results(Choice):
            choice.disabled = busy and choice.id != "share-no"

    def _show_flags(self) -> None:
        field, listed = self.query_one(FlagField), self.query_one("#share-look", BlockList)
        count = len(field.flags)
        if self.size:
            self.set_class(_is_short(self), "-short")
        most = 0 if self.has_class("-low") else _MOST_FLAGS
        listed.styles.height = min(count, most) + (1 if count and most else 0)
        listed.can_focus = bool(count and most)
        listed.rebuild()
        for paper in self.query("#share-to > Paper").results(Paper):
            paper.refresh(layout=True)

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._show_flags()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, lambda: self._does.look(self.text))

    @on(BlockList.Moved, "#share-look")
    def _flag_chosen(self, event: BlockList.Moved) -> None:
        event.stop()

    @on(BlockList.Opened, "#share-look")
    def _flag_opened(self, event: BlockList.Opened) -> None:
        event.stop()
        field = self.query_one(FlagField)
        flag = next((flag for flag in field.flags if f"{flag.start}" == event.key), None)
        if flag is not None:
            field.blank(flag)

    def action_next(self) -> None:
        """To the next piece that is marked."""
        self.query_one(FlagField).next_flag()

    def action_blank(self) -> None:
        """Take it out; where none is chosen the next one is chosen first."""
        field = self.query_one(FlagField)
        if not field.blank():
            field.next_flag()

    def action_exact(self) -> None:
        """Show what would leave."""
        self._does.exact(self.text, self.picture)

    @on(Choice.Pressed, "#share-yes")
    def action_share(self) -> None:
        """Ask for a yes to exactly this text; one's own text is agreed to by sharing it."""
        self._send(unnamed=False)

    @on(Choice.Pressed, "#share-unnamed")
    def _unnamed(self) -> None:
        if not self.busy:
            self.query_one(Confirm).ask(
                recognised(self.look.tells),
                lambda: self._send(unnamed=True),
                yes="go without my name",
                no="back to the words",
            )

    @on(Choice.Pressed, "#share-no")
    def action_leave(self) -> None:
        """Not now; what was changed stays."""
        if self._timer is not None:
            self._timer.stop()
        self._does.leave(self.text)

    def _send(self, *, unnamed: bool) -> None:
        if self.busy:
            return
        if not self.text.strip() and self.picture is None:
            self.query_one(FlagField).focus()
            return
        if self._timer is not None:
            self._timer.stop()
        self.trouble(None)
        self.wait(busy=True)
        self._does.share(self.text, unnamed, self.picture)


def _readers(form: ShareForm, width: int) -> list[Content]:
    count = len(form.query_one(FlagField).flags)
    short, low = form.has_class("-short"), form.has_class("-low")
    return reader_rows(form.draft, form.look.trouble, count, width, short=short, low=low)


def _is_short(form: ShareForm) -> bool:
    """Whether saying everything at length would leave too few rows for the text."""
    draft, beside = form.draft, form.query_one("#share-from").display
    width = (_MESSAGES_BESIDE if beside else form.size.width) - _SIDES
    count = len(form.query_one(FlagField).flags)
    said = len(head_rows(draft, width, low=False))
    said += len(reader_rows(draft, form.look.trouble, count, width, short=False, low=False))
    said += (min(count, _MOST_FLAGS) + 1 if count else 0) + (len(draft.pictures) + 3 if draft.pictures else 0)
    return form.size.height < said + _AROUND + (_FIELD_BESIDE if beside else _FIELD)
