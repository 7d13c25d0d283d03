"""Care behind the screen: who would read a report, a private draft, an offer that is made once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.care_work import CaringModel
from nookterm.viewmodels.caring import LeadDraft, NoticeForm, ReportDraft, Went
from tests.client.people import CHARTER, Village
from tests.viewmodels.screens import Screens, shows


async def test_a_member_reports_leads_elsewhere_and_is_noticed(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    other = await ana.founding.nook(ana.room(here.space), "bike-kitchen", CHARTER)
    await ana.session.gateway.invite(other, bo.id)
    await bo.enter(other)
    bad, mine = await ana.say(here.nook, "you fool"), await bo.say(here.nook, "me, too")
    await bo.sync()
    shell = await screens.live(bo)
    caring = shell.caring

    await shell.timeline.open(here.nook)
    offer = "You can ask glaze-lab to notice when you are away: /noticed"
    await shows(shell.status, lambda view: view.toast == offer)
    parts = await shows(shell.about, lambda view: view.parts)
    assert [p.lines for p in parts.parts if p.heading == "Being noticed"] == [(("off", "/noticed", "nook-quiet"),)]
    form = await caring.notice_form(here.nook)
    assert isinstance(form, NoticeForm)
    assert (form.on, form.days, form.why_not) == (False, 14, "")
    assert "1 to 90 days" in (await caring.notice(form, 91, None)).words
    said = (await caring.notice(form, 1, date(2999, 1, 1))).words
    assert said == "glaze-lab will notice when nothing comes from you for 1 day."
    on = "on, after 1 day, away until 1 Jan 2999"
    await shows(shell.about, lambda view: any(on in part.lines[0][0] for part in view.parts))
    assert (await caring.stop_notice(form)).done
    assert isinstance(await caring.notice_form(None), Went)
    board = await caring.notice_form(here.highlights)
    assert isinstance(board, NoticeForm)
    assert "no nook" in board.why_not

    draft = await caring.report_draft(here.nook, bad)
    assert isinstance(draft, ReportDraft)
    assert (draft.text, draft.readers, draft.natures[0]) == ("you fool", (), ("hurts", "it hurts somebody"))
    assert await caring.report_draft(here.nook, mine) == Went(
        "This message is yours. You can take it back instead.", done=False
    )
    went = await caring.report(replace(draft, read_by=(bo.id,)), "hurts", "", quote=True)
    assert "nobody else who could look into this" in went.words
    assert (await caring.tell_server(draft, "hurts", "look")).done

    lead = await caring.lead_draft(here.nook, bad)
    assert isinstance(lead, LeadDraft)
    assert [(room, name) for room, name, _ in lead.nooks] == [(other, "bike-kitchen")]
    assert isinstance(await caring.lead_draft(here.nook, EventId("$none")), Went)
    assert isinstance(await caring.lead_draft(here.nook, mine), Went)
    went = await caring.lead(lead, other)
    assert went.room_id
    await shell.timeline.open(went.room_id)
    assert "bike-kitchen would be a better place" in shell.timeline.view.draft
    assert shell.timeline.view.drafted == 1

    await shell.timeline.open(here.highlights)
    await shell.timeline.open(here.nook)
    assert shell.status.view.toast == offer, "an offer is made once; nothing else was said since"


async def test_nothing_is_asked_before_the_account_is_open() -> None:
    assert await CaringModel().notice_form(RoomId("!r")) == Went("The account is not open yet.", done=False)
