"""Reporting a message or person: to two facilitators in an encrypted room, step by step, each kept before the next."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.changes import Happened
from nookterm.client.errors import (
    Changed,
    NotAllowed,
    NotFound,
    NotTrusted,
    Offline,
    Problem,
    ServerTrouble,
    Throttled,
    WrongUsage,
)
from nookterm.client.filed_reports import Filed, FiledReports
from nookterm.client.patience import seconds_until
from nookterm.client.ports import RoomSpec
from nookterm.client.session import Session
from nookterm.domain.events import Edit, Event, Membership, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.reports import (
    NATURES,
    NATURES_OF_PEOPLE,
    Nature,
    Report,
    readers,
    report_content,
    reports,
    whom_about,
)
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, title
from nookterm.domain.vocabulary import ACT, REPORT

CANNOT_READ = "They cannot read it, only which message of whom it is, and that you reported it."
"""What a server's administrator gets, said before they are told."""
ROOM_NAME = "Report · "
"""How the name of a report's room begins, in clear text."""
_LATER = (Offline, Throttled, ServerTrouble)


class Reporting:
    """The reports that this account makes."""

    def __init__(self, session: Session) -> None:
        """Report as this account."""
        self._session = session
        self._filed = FiledReports(session.store, session.clock)

    def all(self) -> tuple[Report, ...]:
        """Every report in our rooms, ours and those of others, oldest first; from the store."""
        store, rooms, now = self._session.store, self._session.rooms, self._session.clock()
        found: list[Report] = []
        for room in (rooms[room_id] for room_id in store.rooms_marked(REPORT) if room_id in rooms):
            said = store.marked(room.room_id, [REPORT, ACT])
            named = ((report, store.event(report.nook, report.event)) for report in reports(room, said, rooms, now))
            senders = {report.event: whom_about(event) for report, event in named if event}
            found += reports(room, said, rooms, now, senders=senders)
        return tuple(sorted(found, key=lambda report: (report.at, report.case)))

    def subject(self, nook: Room, event_id: EventId) -> Event:
        """The message to report. Raises NotFound where it is not here, WrongUsage where there is nothing to report."""
        event = self._session.store.event(nook.room_id, event_id)
        if event is None:
            message = "That message is not here."
            raise NotFound(message, "Scroll back to it, or check its id.", code="unknown_event")
        if self._session.rooms.kind(nook) != Kind.NOOK:
            message = f"{title(nook)} is no nook: it has no facilitators whom one could tell."
            raise WrongUsage(message, "You can tell the server's administrator.", code="no_nook")
        if event.sender == nook.me:
            message = "This message is yours."
            raise WrongUsage(message, "You can take it back instead.", code="own_message")
        return event

    def quote(self, event: Event) -> str:
        """What a message says now, as its author last changed it; empty where it cannot be read here."""
        related = self._session.store.related(event.room_id, event.event_id)
        edits = [e.payload.message for e in related if isinstance(e.payload, Edit) and e.sender == event.sender]
        said = edits[-1] if edits else event.payload
        return said.body if isinstance(said, Message) and said.kind != "redacted" else ""

    def who_reads(self, nook: Room, event: Event) -> tuple[UserId, ...]:
        """Who would read a report of this message: at most two, never its author."""
        return readers(nook, event.sender, event.event_id)

    async def report(
        self,
        nook: Room,
        event_id: EventId,
        nature: Nature,
        *,
        quote: str = "",
        words: str = "",
        read_by: tuple[UserId, ...] | None = None,
    ) -> Filed:
        """Tell two facilitators. It is kept here first; what the server does not take now goes out by itself.

        `read_by`: who was named to its reporter. Raises as `subject`, and:
            NotFound: nobody but its author may decide there.
            Changed: others than those who were named would read it, or it is reported already and on its way.
            NotTrusted: others could not read what this device sends.
        """
        event = self.subject(nook, event_id)
        able = self.who_reads(nook, event)
        return await self._file(
            Filed(nook.room_id, event_id, event.sender, nature, able, quote.strip(), words.strip()), nook, read_by
        )

    def who_reads_about(self, nook: Room, user: UserId) -> tuple[UserId, ...]:
        """Who would read a report about a person; nobody where the room is no nook, or does not know them."""
        member = nook.members.get(user)
        is_nook = self._session.rooms.kind(nook) == Kind.NOOK
        return readers(nook, user, member.event_id) if is_nook and member and user != nook.me else ()

    async def report_person(self, nook: Room, user: UserId, words: str, nature: Nature = Nature.OTHER) -> Filed:
        """Tell two facilitators what is wrong with somebody, who is never one of them. Raises as `report`."""
        member = nook.members.get(user)
        if member is None or user == nook.me:
            message = "You are that." if member else f"{user} is not known in {title(nook)}."
            raise NotFound(message, "Nothing was sent. Whom do you mean?", code="unknown_user")
        able = self.who_reads_about(nook, user)
        return await self._file(
            Filed(nook.room_id, member.event_id, user, nature, able, words=words.strip(), person=True), nook
        )

    async def _file(self, filed: Filed, nook: Room, read_by: tuple[UserId, ...] | None = None) -> Filed:
        what, event_id, able = "about them" if filed.person else "this message", filed.event, filed.readers
        if not able:
            message = f"In {title(nook)} there is nobody else who could look into this."
            raise NotFound(message, "Nothing was sent. You can tell the server's administrator.", code="no_facilitator")
        if read_by is not None and read_by != able:
            message = f"The facilitators of {title(nook)} changed since you looked."
            raise Changed(message, "Nothing was sent. Look who would read it now.", code="changed")
        if self._filed.one(event_id):
            message = f"You reported {what}, and it is on its way."
            raise Changed(message, "Nothing more was sent.", code="already_reported")
        if any((r.event, r.reporter, r.resolved_by) == (event_id, nook.me, None) for r in self.all()):
            message = f"You reported {what} already."
            raise Changed(
                message, "Nothing more was sent. You can write in the report's room.", code="already_reported"
            )
        if self._session.trust.people.ready is False:
            message = "This device is not trusted yet: others could not read what it sends."
            raise NotTrusted(message, "Nothing was sent. `nookterm trust` says what to do.", code="not_trusted")
        return await self._go_on(self._filed.keep(filed))

    async def tell_server(self, room_id: RoomId, event_id: EventId, nature: Nature, words: str = "") -> None:
        """Tell the server's administrator which message it is; `words` go to them in clear text."""
        reason = f"{NATURES[nature]}. {words.strip()}".strip()
        await self._session.gateway.report(room_id, event_id, reason)

    async def tell_server_about(self, user: UserId, words: str, nature: Nature | None = None) -> None:
        """Tell the server's administrators about a person, in clear text. Raises NotFound where it takes none."""
        reason = f"{NATURES_OF_PEOPLE[nature]}. {words.strip()}" if nature else words
        try:
            await self._session.gateway.report_user(user, reason.strip())
        except NotFound as problem:
            message = "Your server takes no reports about people: it is too old for that, or does not know them."
            hint = "Report a message of theirs, or write to its administrators."
            raise NotFound(message, hint, code="no_reports") from problem

    # --- carried out --------------------------------------------------------------------------------------------------

    def pending(self) -> tuple[Filed, ...]:
        """Reports that are not all there yet."""
        return self._filed.all()

    async def go_on(self) -> int:
        """What is left to do for reports that could not go out at once. Returns how many are done now."""
        now, done = self._session.clock(), 0
        for filed in self.pending():
            if not seconds_until(filed.again_at, now) and (await self._go_on(self._filed.keep(filed))).is_done:
                self._tell("Your report is with those who look into it.", filed)
                done += 1
        return done

    async def _go_on(self, filed: Filed) -> Filed:
        try:
            filed = await self._with_room(filed)
            for user in filed.waiting:
                filed = await self._invite(filed, user)
        except _LATER as problem:
            filed = self._filed.put_off(self._filed.one(filed.event) or filed, problem)
        if filed.invited != filed.told and filed.room:
            filed = self._say(filed, filed.room)
            await self._session.outbox.flush()
            await self._see()
        return filed

    async def _see(self) -> None:
        try:
            await self._session.sync_once()
        except _LATER:
            return

    async def _with_room(self, filed: Filed) -> Filed:
        if filed.room:
            return filed
        name = f"{ROOM_NAME}{title(self._session.rooms[filed.nook])}"
        spec = RoomSpec(name, encrypted=True, join_rule="invite", history="invited")
        try:
            room = await self._session.gateway.create_room(spec)
        except _LATER:
            raise
        except Problem:
            self._filed.forget(filed)
            raise
        return self._filed.keep(replace(filed, room=room))

    async def _invite(self, filed: Filed, user: UserId) -> Filed:
        """Ask one of its readers in. Whoever takes no invites is no reader; nobody takes their place unasked."""
        assert filed.room is not None  # noqa: S101 - made before
        try:
            await self._session.gateway.invite(filed.room, user, "A report that you are asked to look into")
        except NotAllowed:
            there = await self._session.gateway.members(filed.room)
            if not any(m.user == user and m.membership in {Membership.JOIN, Membership.INVITE} for m in there):
                return self._filed.keep(self._without(filed, user))
        return self._filed.keep(replace(filed, invited=(*filed.invited, user)))

    def _without(self, filed: Filed, user: UserId) -> Filed:
        left = tuple(reader for reader in filed.readers if reader != user)
        if not left:
            message = "Nobody who could look into your report takes invites."
            self._filed.forget(filed)
            self._tell(message, filed)
            raise Problem(message, "You can tell the server's administrator.", code="no_facilitator")
        return replace(filed, readers=left)

    def _say(self, filed: Filed, room: RoomId) -> Filed:
        """Committed together with the mark for whom it was said."""
        nook = self._session.rooms[filed.nook]
        content = report_content(
            nook,
            filed.event,
            filed.accused,
            filed.nature,
            called=title(nook),
            quote=filed.quote,
            words=filed.words,
            person=filed.person,
        )
        said = replace(filed, told=filed.invited)
        with self._session.store.transaction():
            self._session.outbox.queue(room, "m.room.message", content)
            self._filed.keep(said)
        return said

    def _tell(self, words: str, filed: Filed) -> None:
        self._session.changes.tell(Happened(words, filed.room or filed.nook))
