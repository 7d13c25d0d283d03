"""The pages of a charter's form as one book: which page is open, and the charter that all of them together make."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.charter import Charter
from nookterm.tui.widgets.cards_page import Build, Paper
from nookterm.tui.widgets.charter_pages import (
    LAST,
    PAGES,
    DoorPage,
    FieldPage,
    QuestionsPage,
    SharingPage,
    TextsPage,
    WelcomePage,
    Wrong,
)
from nookterm.tui.widgets.forms import Field
from nookterm.tui.widgets.forms_pick import Pages

_FIELDS = "Field, LineField, PickOne"


class CharterBook(Widget):
    """Five pages of fields and one to look at."""

    DEFAULT_CSS = """
    CharterBook { height: 1fr; layout: vertical; }
    """

    def __init__(self, charter: Charter, space: str, look: Build) -> None:
        """`look` makes the rows of the last page."""
        super().__init__()
        self._charter = charter
        self._space = space
        self._look = look
        self.page = 0

    def compose(self) -> ComposeResult:
        """The names of the pages, and the pages."""
        yield Pages(PAGES)
        yield TextsPage(self._charter, self._space)
        yield QuestionsPage(self._charter)
        yield DoorPage(self._charter)
        yield WelcomePage(self._charter)
        yield SharingPage(self._charter)
        with VerticalScroll(id="charter-look", can_focus=True):
            yield Paper(self._look)

    def open(self, page: int) -> None:
        """Show a page and put the keyboard there."""
        self.page = page
        self.query_one(Pages).show(page)
        look = self.query_one("#charter-look", VerticalScroll)
        for number, one in enumerate((*self._pages(), look)):
            one.display = number == page
        if page == LAST:
            look.focus()
            look.scroll_home(animate=False)
        else:
            self._pages()[page].begin()

    def show_look(self) -> None:
        """Other rows on the last page."""
        self.query_one("#charter-look Paper", Paper).refresh(layout=True)

    def only_show(self) -> None:
        """The fields can be read, not changed."""
        for field in self.query(Field):
            field.read_only = True
        for line in self.query("LineField, PickOne").results(Widget):
            line.disabled = True

    def read(self) -> Charter | Wrong:
        """The charter that all fields together make, or the first thing that is wrong."""
        found: Charter | Wrong = self._charter
        for page in self._pages():
            if isinstance(found, Charter):
                found = page.take(found)
        return found

    def readable(self) -> Charter:
        """The charter that those pages make in which nothing is wrong."""
        found = self._charter
        for page in self._pages():
            taken = page.take(found)
            found = taken if isinstance(taken, Charter) else found
        return found

    def after(self, field: Input) -> Widget | None:
        """The field behind this one on its page; None where it is the last."""
        fields = list(self._pages()[self.page].query(_FIELDS).results(Widget))
        place = fields.index(field) + 1
        return fields[place] if place < len(fields) else None

    def _pages(self) -> list[FieldPage]:
        return list(self.query(FieldPage))
