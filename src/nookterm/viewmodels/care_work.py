"""Care and safety at work: a report and who reads it, a private word, the wish to be noticed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from nookterm.client.care import COST
from nookterm.client.errors import NotFound, Problem, WrongUsage
from nookterm.client.filed_reports import Filed
from nookterm.client.reporting import CANNOT_READ
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name, shown_names
from nookterm.domain.newcomers import NEWCOMER_FOR
from nookterm.domain.reports import NATURES, Nature
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import title
from nookterm.domain.wishes import USUAL_WAIT, CareWish
from nookterm.viewmodels.caring import LeadDraft, NoticeForm, ReportDraft, Went
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.status import WHY_READ_ONLY
from nookterm.viewmodels.words import both

T = TypeVar("T")
_NOT_OPEN = Went("The account is not open yet.", done=False)


class CaringModel:
    """Carries out what a member asks for, on the engine's thread."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    # --- something is wrong -------------------------------------------------------------------------------------------

    async def report_draft(self, room_id: RoomId, event_id: EventId) -> ReportDraft | Went:
        """Begin to report a message."""

        async def work(hub: Hub) -> ReportDraft:
            nook = hub.session.rooms[room_id]
            event = hub.reports.reporting.subject(nook, event_id)
            read_by = hub.reports.reporting.who_reads(nook, event)
            return ReportDraft(
                room_id,
                event_id,
                safe_line(title(nook)),
                _called(nook, event.sender),
                safe_text(hub.reports.reporting.quote(event), longest=600, lines=8),
                tuple((str(nature), words) for nature, words in NATURES.items()),
                tuple(_called(nook, user) for user in read_by),
                read_by,
                CANNOT_READ,
            )

        return await self._work(work)

    async def report(self, draft: ReportDraft, nature: str, words: str, *, quote: bool) -> Went:
        """Tell those who were named."""

        async def work(hub: Hub) -> Went:
            nook = hub.session.rooms[draft.room_id]
            reporting = hub.reports.reporting
            said = reporting.quote(reporting.subject(nook, draft.event_id)) if quote else ""
            filed = await reporting.report(
                nook, draft.event_id, Nature(nature), quote=said, words=words, read_by=draft.read_by
            )
            return Went(_went(nook, filed), room_id=filed.room)

        return await self._work(work)

    async def tell_server(self, draft: ReportDraft, nature: str, words: str) -> Went:
        """Tell the server's administrator."""

        async def work(hub: Hub) -> Went:
            await hub.reports.reporting.tell_server(draft.room_id, draft.event_id, Nature(nature), words)
            return Went("The server's administrator has been told.")

        return await self._work(work)

    # --- a better place -----------------------------------------------------------------------------------------------

    async def lead_draft(self, room_id: RoomId, event_id: EventId) -> LeadDraft | Went:
        """Begin to lead somebody to another nook."""

        async def work(hub: Hub) -> LeadDraft:
            nook = hub.session.rooms[room_id]
            event = hub.session.store.event(room_id, event_id)
            if event is None or event.sender == nook.me:
                message = "You can say that yourself in the other nook." if event else "That message is not here."
                raise WrongUsage(message)
            better = hub.welcoming.better(nook)
            if not better:
                message = "You are in no other nook to lead somebody to."
                raise NotFound(message)
            nooks = tuple(
                (room.room_id, safe_line(title(room)), safe_line(room.charter.purpose if room.charter else ""))
                for room in better
            )
            return LeadDraft(room_id, event_id, _called(nook, event.sender), nooks)

        return await self._work(work)

    async def lead(self, draft: LeadDraft, to: RoomId) -> Went:
        """A private draft to the author."""

        async def work(hub: Hub) -> Went:
            rooms = hub.session.rooms
            where = await hub.welcoming.redirect(rooms[draft.room_id], draft.event_id, rooms[to])
            return Went(f"Change these words to {draft.author} and send them, or leave it.", room_id=where)

        return await self._work(work)

    # --- being noticed ------------------------------------------------------------------------------------------------

    async def notice_form(self, room_id: RoomId | None) -> NoticeForm | Went:
        """How being noticed stands in a nook."""

        async def work(hub: Hub) -> NoticeForm:
            nook = hub.session.rooms.get(room_id) if room_id else None
            if nook is None:
                message = "Open a nook first."
                raise WrongUsage(message)
            problem = hub.care.why_not(nook)
            wish = hub.care.wish(nook)
            return NoticeForm(
                nook.room_id,
                safe_line(title(nook)),
                wish is not None,
                wish.notice_after_days if wish else USUAL_WAIT,
                wish.away_until if wish else None,
                COST,
                safe_line(in_words(problem), longest=300) if problem else "",
                hub.forms,
            )

        return await self._work(work)

    async def notice(self, form: NoticeForm, days: int, away_until: date | None) -> Went:
        """Wish to be noticed."""

        async def work(hub: Hub) -> Went:
            await hub.care.set_wish(hub.session.rooms[form.room_id], CareWish(days, away_until))
            return Went(f"{form.nook} will notice when nothing comes from you for {days_of(days)}.")

        return await self._work(work)

    async def stop_notice(self, form: NoticeForm) -> Went:
        """Wish it no more."""

        async def work(hub: Hub) -> Went:
            await hub.care.set_wish(hub.session.rooms[form.room_id], None)
            return Went(f"{form.nook} does not look after you any more.")

        return await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[T]]) -> T | Went:
        hub = self._hub
        if hub is None:
            return _NOT_OPEN
        if hub.read_only:
            return Went(f"Here you can only read: {WHY_READ_ONLY}.", done=False)

        async def run() -> T | Went:
            try:
                return await work(hub)
            except Problem as problem:
                return Went(safe_line(in_words(problem), longest=300), done=False)

        result: T | Went = await hub.do(run())
        return result


def offer(hub: Hub, room_id: RoomId) -> str:
    """One quiet line for who came into a nook a short while ago, once: that one can be noticed here. Else empty."""
    nook = hub.session.rooms.get(room_id)
    me = nook.members.get(nook.me) if nook else None
    if nook is None or me is None or hub.read_only or hub.session.clock() - me.since > NEWCOMER_FOR:
        return ""
    if nook.creator == nook.me or not hub.care.to_offer(nook):
        return ""
    hub.care.offered(room_id)
    return f"You can ask {safe_line(title(nook))} to notice when you are away: /noticed"


def noticed(hub: Hub, nook: Room) -> tuple[tuple[str, str, str], ...]:
    """What the About column says of it; nothing where it cannot be wished for."""
    wish = hub.care.wish(nook)
    if wish is None:
        return (("off", "/noticed", "nook-quiet"),) if hub.care.may_wish(nook) else ()
    until, today = wish.away_until, hub.session.clock().date()
    later = f", away until {hub.forms.short(until, today)}" if until and until >= today else ""
    return ((f"on, after {days_of(wish.notice_after_days)}{later}", "/noticed", ""),)


def days_of(number: int) -> str:
    """`1 day`, `14 days`."""
    return "1 day" if number == 1 else f"{number} days"


def _called(nook: Room, user: UserId) -> str:
    return shown_names(nook.who(*Membership)).get(user) or shown_name(user, nook.name_of(user))


def _went(nook: Room, filed: Filed) -> str:
    told = both(_called(nook, user) for user in filed.told)
    waits = both(_called(nook, user) for user in filed.waiting)
    if not waits:
        return f"Reported to {told}. What they do about it stands in the report's own room."
    first = f"Reported to {told}. " if told else ""
    return f"{first}The server makes us wait before {waits} can be told: that goes out by itself."
