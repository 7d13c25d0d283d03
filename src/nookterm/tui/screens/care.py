"""The ways into the dialogs of care: from a message, from a nook, and what follows when they close."""

from __future__ import annotations

from textual.app import App
from textual.screen import ModalScreen
from textual.widget import Widget

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.messages import OpenRoom
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.caring import CaringPanel, LeadDraft, NoticeForm, ReportDraft, Went


async def report(here: Widget, panel: CaringPanel, room_id: RoomId, event_id: EventId) -> None:
    """Ask what is wrong with a message, and say who will read it."""
    draft = await panel.report_draft(room_id, event_id)
    if isinstance(draft, ReportDraft):
        from nookterm.tui.screens.report import ReportScreen

        _ask(here, ReportScreen(panel, draft), follow=False)
    else:
        _say(here.app, draft)


async def lead(here: Widget, panel: CaringPanel, room_id: RoomId, event_id: EventId) -> None:
    """Ask which nook would be the better place, and open the room with the words to begin with."""
    draft = await panel.lead_draft(room_id, event_id)
    if isinstance(draft, LeadDraft):
        from nookterm.tui.screens.lead import LeadScreen

        _ask(here, LeadScreen(panel, draft), follow=True)
    else:
        _say(here.app, draft)


async def noticed(here: Widget, panel: CaringPanel, room_id: RoomId | None) -> None:
    """Show how being noticed stands in a nook."""
    form = await panel.notice_form(room_id)
    if isinstance(form, NoticeForm):
        from nookterm.tui.screens.noticed import NoticedScreen

        _ask(here, NoticedScreen(panel, form), follow=False)
    else:
        _say(here.app, form)


def _ask(here: Widget, screen: ModalScreen[Went | None], *, follow: bool) -> None:
    """`follow`: go where it leads."""

    def ended(went: Went | None) -> None:
        if went is None:
            return
        _say(here.app, went)
        if follow and went.room_id:
            here.post_message(OpenRoom(went.room_id))

    here.app.push_screen(screen, ended)


def _say(app: App[object], went: Went) -> None:
    if went.words:
        app.notify(said(went.words, "").plain, markup=False, timeout=8)
