"""The right column: what this room is for, who is in it, who reads it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    hanging,
    meaning_style,
    meter,
    paragraph,
    row,
    said,
    size_words,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.about import AboutView
from nookterm.viewmodels.model import Face

_PEOPLE = 40
"""People listed at most; the rest is counted."""


class About(Page):
    """The About column."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("about"), *bindings_for("column")]
    _about = AboutView()

    def display_view(self, view: AboutView) -> None:
        """Another view; reading goes on where it was, unless it is another room."""
        self._about = view
        self.show(self._rows)

    def _rows(self, width: int) -> list[Content]:
        """Beside the conversation, whose title names the room, under the names of the faces; else with a title."""
        return about_rows(self._about, width, titled=not self.screen.has_class("-wide"))

    async def action_compare(self) -> None:
        """Compare keys with somebody in the room: whom is chosen from a list."""
        await self.app.run_action("app.verify")

    async def action_charter(self) -> None:
        """The charter of the room that this is about."""
        await self.app.run_action("app.charter")

    async def action_facilitators(self) -> None:
        """Who decides in it."""
        await self.app.run_action("app.facilitators")

    async def action_members(self) -> None:
        """Who is in it."""
        await self.app.run_action("app.members")

    async def action_room_settings(self) -> None:
        """How it is set."""
        await self.app.run_action("app.room_settings")

    async def action_privacy(self) -> None:
        """Who can read what in it."""
        await self.app.run_action("app.privacy")

    def reveal(self, heading: str) -> None:
        """Bring a headed part into view."""
        rows = [line.plain for line in self._rows(self.query_one(Paper).size.width)]
        if heading in rows:
            self.scroll_to(y=rows.index(heading), animate=False)


def about_rows(view: AboutView, width: int, *, titled: bool = True) -> list[Content]:
    """The column's rows."""
    if view.face is not Face.CONTENT:
        headline = view.notice.headline if view.notice else ""
        return wrapped(row((headline, QUIET)), width=width)
    rows = [presses(row(("‹ ", SOFT), (view.title, f"{STRONG} underline")), "escape"), NOTHING] if titled else []
    rows += paragraph(view.purpose, width, TEXT) if view.purpose else [row(("No purpose is written down yet.", QUIET))]
    rows += [NOTHING, ends(row(("Members", HEADING)), size_words(view.members, view.cap), width)]
    if view.cap:
        rows.append(meter(view.members, view.cap, width))
    if view.waiting:
        waits = " waits at the door" if view.waiting == 1 else " wait at the door"
        rows.append(row((f"{view.waiting}", WAITING), (waits, SOFT)))
    for part in view.parts:
        rows += [NOTHING, row((part.heading, HEADING))]
        for left, right, meaning in part.lines:
            if right:
                rows.append(ends(row((left, TEXT)), row((right, meaning_style(meaning, QUIET))), width))
            elif left[:2] in {"✓ ", "! ", "↗ ", "○ "}:
                rows += hanging(row((left[:2], meaning_style(meaning))), said(left[2:], SOFT), width)
            else:
                rows += wrapped(row((left, meaning_style(meaning, SOFT))), width=width)
    return rows + _people(view, width)


def _people(view: AboutView, width: int) -> list[Content]:
    rows = [NOTHING, row(("People", HEADING))]
    for someone in view.people[:_PEOPLE]:
        mark = row((" ✓", SAFE)) if someone.shield == "verified" else NOTHING
        rows.append(ends(row((someone.name, TEXT), mark), row((someone.role, QUIET)), width))
        if someone.note:
            rows += hanging(row(("  ! ", WARN)), said(someone.note, SOFT), width)
    if len(view.people) > _PEOPLE:
        rows.append(row((f"and {len(view.people) - _PEOPLE} more", QUIET)))
    return rows
