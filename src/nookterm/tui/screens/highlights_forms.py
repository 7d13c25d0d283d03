"""The forms of highlights in their pane: what they ask of the view-model, and what becomes of them after it."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.messages import OpenRoom
from nookterm.tui.screens.highlights_base import HighlightsBase
from nookterm.tui.widgets.board_consent import Answering, ConsentForm
from nookterm.tui.widgets.cards_highlight import Shelf
from nookterm.tui.widgets.forms_share import ShareForm, Sharing
from nookterm.viewmodels.highlights import Draft, ShareLine
from nookterm.viewmodels.model import Notice


async def begin_share(pane: HighlightsBase, room_id: RoomId, events: Sequence[EventId]) -> None:
    """The form that shares messages; where they cannot be shared the view says why."""
    draft = await pane.panel.draft(room_id, events)
    if draft is None or not pane.is_attached:
        return
    await close_forms(pane)

    def look(text: str) -> None:
        pane.intend(_look(pane, draft, text))

    def share(text: str, unnamed: bool, picture: EventId | None) -> None:  # noqa: FBT001 - the form says it in this order
        pane.intend(_share(pane, draft, text, picture, unnamed=unnamed))

    def exact(text: str, picture: EventId | None) -> None:
        pane.intend(_exact(pane, draft, text, picture))

    def leave(text: str) -> None:
        look(text)
        pane.intend(_closed(pane))

    await _mount(pane, ShareForm(draft, Sharing(look, share, exact, leave)))


async def begin_consent(pane: HighlightsBase, line: ShareLine) -> None:
    """The form that asks for our yes to exactly this line."""
    tells = await pane.panel.tells(line.request)
    if not pane.is_attached:
        return
    await close_forms(pane)

    def answer(mode: str, words: bool) -> None:  # noqa: FBT001 - the form says it in this order
        pane.intend(_answer(pane, line, mode, words=words))

    def exact() -> None:
        pane.intend(exact_of(pane, line, in_form=True))

    def leave() -> None:
        pane.intend(_closed(pane))

    await _mount(pane, ConsentForm(line, tells, Answering(answer, exact, leave)))


async def close_forms(pane: HighlightsBase) -> None:
    """No form; what was typed is kept by the view-model."""
    await pane.query("ShareForm, ConsentForm").remove()
    pane.remove_class("-form")


async def exact_of(pane: HighlightsBase, line: ShareLine, *, in_form: bool = False) -> None:
    """Show the exact JSON of what was asked; `in_form`: as long as its form is there."""
    text = await pane.panel.exact_of(line.request)
    if text and pane.is_attached and (not in_form or pane.query(ConsentForm)):
        pane.show_exact(text, line.audience)


async def _mount(pane: HighlightsBase, form: ShareForm | ConsentForm) -> None:
    pane.add_class("-form")
    await pane.mount(form, after="#highlights-body")
    pane.measure()
    pane.focus()


async def _closed(pane: HighlightsBase) -> None:
    await close_forms(pane)
    pane.changed()
    pane.focus()


async def _look(pane: HighlightsBase, draft: Draft, text: str) -> None:
    look = await pane.panel.look_at(draft, text)
    for form in pane.query(ShareForm):
        if form.draft is draft:
            form.looked(look)


async def _exact(pane: HighlightsBase, draft: Draft, text: str, picture: EventId | None) -> None:
    shown = await pane.panel.exact(draft, text, picture)
    if shown and any(form.draft is draft for form in pane.query(ShareForm)):
        pane.show_exact(shown, draft.audience)


async def _share(pane: HighlightsBase, draft: Draft, text: str, picture: EventId | None, *, unnamed: bool) -> None:
    done = await pane.panel.share(draft, text, anonymous=unnamed, picture=picture)
    if not pane.is_attached:
        return
    if done:
        pane.shelf = Shelf.WAITING
        await _closed(pane)
        return
    for form in pane.query(ShareForm):
        form.trouble(pane.panel.view.notice or Notice(pane.panel.view.result or "It could not be shared."))


async def _answer(pane: HighlightsBase, line: ShareLine, mode: str, *, words: bool) -> None:
    done = await pane.panel.answer(line.request, mode)
    if not pane.is_attached:
        return
    if not done:
        for form in pane.query(ConsentForm):
            form.trouble(pane.panel.view.notice or Notice(pane.panel.view.result or "It could not be said."))
        return
    await _closed(pane)
    if words and line.room_id and line.event_id:
        pane.post_message(OpenRoom(line.room_id, answering=line.event_id))
