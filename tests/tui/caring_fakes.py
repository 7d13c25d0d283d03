"""Care in front of nothing: drafts that can be set, intents that are written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.reports import NATURES
from nookterm.viewmodels.caring import LeadDraft, NoticeForm, ReportDraft, Went

GLAZE = RoomId("!glaze")
REPORT = ReportDraft(
    GLAZE,
    EventId("$e2"),
    "glaze-lab",
    "Dee Okafor",
    "Was the bisque dusty? Mine crawled until I wiped every tile.",
    tuple((str(nature), words) for nature, words in NATURES.items()),
    ("Ana Ferreira", "Cy Arden"),
    (UserId("@ana:river.example"), UserId("@cy:river.example")),
    "They cannot read it, only which message of whom it is, and that you reported it.",
)
LEAD = LeadDraft(
    GLAZE,
    EventId("$e2"),
    "Dee Okafor",
    (
        (RoomId("!bike"), "bike-kitchen", "Mending bicycles together"),
        (RoomId("!herb"), "herb-garden", "What grows on the roof"),
    ),
)
NOTICE = NoticeForm(
    GLAZE,
    "glaze-lab",
    on=False,
    days=14,
    cost="That you wish it can be read by everybody in the nook and by the servers; what you say here cannot.",
)


class FakeCaring:
    """Answers with what a test set; `problem` fails the next act."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        self.done = done
        self.draft = REPORT
        self.form = NOTICE
        self.problem = ""
        self.cannot = ""

    async def report_draft(self, room_id: RoomId, event_id: EventId) -> ReportDraft | Went:
        self.done.append(("report_draft", room_id, event_id))
        return Went(self.cannot, done=False) if self.cannot else replace(self.draft, event_id=event_id)

    async def report(self, draft: ReportDraft, nature: str, words: str, *, quote: bool) -> Went:
        return self._note("report", nature, words, quote, draft.read_by, said="Reported to Ana Ferreira and Cy Arden.")

    async def tell_server(self, draft: ReportDraft, nature: str, words: str) -> Went:
        return self._note(
            "tell_server", draft.event_id, nature, words, said="The server's administrator has been told."
        )

    async def lead_draft(self, room_id: RoomId, event_id: EventId) -> LeadDraft | Went:
        self.done.append(("lead_draft", room_id, event_id))
        return Went(self.cannot, done=False) if self.cannot else LEAD

    async def lead(self, draft: LeadDraft, to: RoomId) -> Went:
        went = self._note("lead", draft.event_id, to, said="Change these words.")
        return replace(went, room_id=RoomId("!bo")) if went.done else went

    async def notice_form(self, room_id: RoomId | None) -> NoticeForm | Went:
        self.done.append(("notice_form", room_id))
        return Went(self.cannot, done=False) if self.cannot else self.form

    async def notice(self, form: NoticeForm, days: int, away_until: date | None) -> Went:
        return self._note("notice", form.room_id, days, away_until, said="glaze-lab will notice.")

    async def stop_notice(self, form: NoticeForm) -> Went:
        return self._note("stop_notice", form.room_id, said="It is off.")

    def _note(self, *what: object, said: str) -> Went:
        self.done.append(what)
        return Went(self.problem, done=False) if self.problem else Went(said)
