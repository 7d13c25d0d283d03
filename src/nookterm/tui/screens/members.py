"""Who is in a room: a list that narrows as one types, a page for each person, and what can be done about them."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import ComparePerson, OpenRoom
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.asking import Asking
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, STRONG, ends, row, said
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.people_rows import member_blocks, person_rows
from nookterm.tui.widgets.people_screen import PeopleScreen, told_rows
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.members import Act, MemberLine, MembersPanel, MembersView
from nookterm.viewmodels.model import Face

_ON_LIST = ("members.invite", "members.refresh", "members.back")
_TYPE = "Type a name"
_NOBODY = "Nobody in here is called so. Esc shows everybody again."


class PersonPane(VerticalScroll, can_focus=True):
    """The page of one person; its keys act on them."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("member")]

    @dataclass
    class Wanted(Message):
        """A key of one of these acts was pressed; none of them: back."""

        words: tuple[str, ...]

    def compose(self) -> ComposeResult:
        """One paper."""
        yield Paper()

    def _want(self, *words: str) -> None:
        self.post_message(self.Wanted(words))

    def action_message(self) -> None:
        """Write to them in private."""
        self._want("message")

    def action_compare(self) -> None:
        """Compare keys."""
        self._want("compare")

    def action_ignore(self) -> None:
        """Ignore them, or hear them again."""
        self._want("ignore")

    def action_invite(self) -> None:
        """Invite them elsewhere."""
        self._want("invite")

    def action_power(self) -> None:
        """Give or take power."""
        self._want("power")

    def action_remove(self) -> None:
        """Remove them."""
        self._want("remove")

    def action_ban(self) -> None:
        """Keep them out, or lift that."""
        self._want("ban", "unban")

    def action_report(self) -> None:
        """Tell somebody what is wrong with them."""
        self._want("report")

    def action_name(self) -> None:
        """Another name everywhere."""
        self._want("name")

    def action_picture(self) -> None:
        """Another picture of ours."""
        self._want("picture")

    def action_nick(self) -> None:
        """Another name here."""
        self._want("nick")

    def action_back(self) -> None:
        """To the list."""
        self._want()


class MembersScreen(PeopleScreen):
    """The people of the open room."""

    CSS_PATH = "members.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("members"),
        Binding("down", "step(1)", "Down", show=False),
        Binding("up", "step(-1)", "Up", show=False),
        Binding("pagedown", "leap(1)", "Page down", show=False),
        Binding("pageup", "leap(-1)", "Page up", show=False),
    ]

    def __init__(
        self, panel: MembersPanel, *, own: bool = False, user: UserId | None = None, invites: bool = False
    ) -> None:
        """`panel` is of the open room; `own`: begin with our own page, `user`: with theirs; `invites`: ask whom."""
        super().__init__(panel)
        self._user = user
        self._own = own
        self._invites = invites
        """Whether it is still to be asked who is invited."""
        self._panel = panel
        self._led = False

    def compose(self) -> ComposeResult:
        """The filter and the list, or a page; keys; what is asked; what came of it."""
        with Widget(id="members-box"):
            yield Paper(lambda width: _head(self._panel.view, width), id="members-head")
            yield FaceView("Looking who is in here")
            yield LineField(_TYPE, id="members-filter")
            yield BlockList(lambda _width: member_blocks(self._shown()) or nothing(_NOBODY), id="members-list")
            yield PersonPane(id="members-person")
            yield Paper(lambda width: told_rows(self._panel.view, width), id="members-told")
            yield Asking(self._do, self._home)
            yield Acts(id="members-acts")

    def begin(self) -> None:
        """Look who is here."""
        self.app.run_worker(self._panel.begin(self._user, own=self._own), group="intents")

    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        if view.leads_to and not self._led and self.is_active:
            self._led = True
            self.leave_for(OpenRoom(view.leads_to))
            return
        listed, filter_ = self.query_one("#members-list", BlockList), self.query_one("#members-filter")
        page, face = self.query_one(PersonPane), self.query_one(FaceView)
        full = view.face in {Face.CONTENT, Face.OFFLINE}
        face.show(view.face, view.notice, above=full)
        face.display = (not full or view.notice is not None) and view.person is None
        listed.display = filter_.display = full and view.person is None
        page.display = view.person is not None
        listed.rebuild()
        shown = view.person
        if shown is not None:
            page.query_one(Paper).show(lambda width: person_rows(shown, width))
        self.query_one(Acts).show(_hints(view))
        for paper in self.query("#members-head, #members-told").results(Paper):
            paper.refresh(layout=True)
        asking = self.query_one(Asking)
        if asking.is_open and not full:
            asking.close()
        if not asking.is_open and self.focused is not self._home():
            self._home().focus()
        if self._invites and full:
            self._invites = False
            self.action_invite()

    def _home(self) -> Widget:
        if self._panel.view.person is not None:
            return self.query_one(PersonPane)
        return self.query_one("#members-filter", LineField)

    def _shown(self) -> list[MemberLine]:
        typed = self.query_one("#members-filter", LineField).value
        return [line for line in self._panel.view.lines if line.fits(typed)]

    # --- what people do -----------------------------------------------------------------------------------------------

    @on(Input.Changed, "#members-filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#members-list", BlockList).rebuild()

    @on(Input.Submitted, "#members-filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._open(self.query_one("#members-list", BlockList).key)

    @on(BlockList.Opened, "#members-list")
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        self._open(event.key)

    def _open(self, key: str) -> None:
        if key:
            self.app.run_worker(self._panel.open(UserId(key)), group="intents")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What works on the list works there alone."""
        if action in {"invite", "step", "leap"} and (
            self._panel.view.person is not None or self.query_one(Asking).is_open
        ):
            return False
        return super().check_action(action, parameters)

    def action_step(self, by: int) -> None:
        """Another one of the list, while one types."""
        self.query_one("#members-list", BlockList).action_step(by)

    def action_leap(self, by: int) -> None:
        """A screenful further."""
        self.query_one("#members-list", BlockList).action_leap(by)

    def action_refresh(self) -> None:
        """Read it anew."""
        person = self._panel.view.person
        self.app.run_worker(self._panel.begin(person.user if person else None), group="intents")

    def action_invite(self) -> None:
        """Invite somebody new."""
        if act := self._panel.view.invite:
            self._begin(act)

    def action_back(self) -> None:
        """What was typed goes; then the page; then away."""
        typed = self.query_one("#members-filter", LineField)
        if self._panel.view.person is not None:
            self.app.run_worker(self._panel.open(None), group="intents")
        elif typed.value:
            typed.value = ""
        else:
            super().action_back()

    def target_of(self, id_: str) -> DOMNode:
        """Acts on a person are their page's."""
        return self.query_one(PersonPane) if id_.startswith("member.") else self

    @on(PersonPane.Wanted)
    def _wanted(self, event: PersonPane.Wanted) -> None:
        event.stop()
        if not event.words:
            self.action_back()
            return
        page = self._panel.view.person
        act = next((act for word in event.words if page and (act := page.act(word))), None)
        if act is not None:
            self._begin(act)

    def _begin(self, act: Act) -> None:
        if act.why_not:
            self.app.notify(said(f"{act.label}: {act.why_not}.", "").plain, markup=False)
        elif not self._panel.view.working:
            self.query_one(Asking).begin(act)

    def _do(self, act: Act, words: str, way: str) -> None:
        page = self._panel.view.person
        if act.word == "compare" and page is not None:
            self.leave_for(ComparePerson(page.user))
            return
        self.app.run_worker(self._panel.do(act, words, way), group="intents")


def _head(view: MembersView, width: int) -> list[Content]:
    if view.person is not None:
        left = row((view.person.name, STRONG), (f"  {view.person.role}", QUIET))
        return [ends(left, row((f"in {view.room} · ", QUIET), quiet_hint("escape", "back")), width), NOTHING]
    name = f" of {view.room}" if view.room else ""
    return [ends(row((f"Members{name}", STRONG), (f"  {view.summary}", QUIET)), quiet_hint("escape", "back"), width)]


def _hints(view: MembersView) -> list[tuple[str, str]]:
    if view.person is not None:
        ids = {"unban": "ban"}
        acts = [(f"member.{ids.get(a.word, a.word)}", a.label) for a in view.person.acts if not a.why_not]
        return [*acts, ("member.back", "")]
    full = view.face in {Face.CONTENT, Face.OFFLINE}
    return [(id_, "") for id_ in (_ON_LIST if full else ("members.back",))]
