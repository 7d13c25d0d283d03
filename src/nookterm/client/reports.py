"""Looking into reports, as a facilitator: who is on one, the message taken back, a word in private, and its end.

What is done about a report is said in the report's own room and nowhere else: whom it is about may be a facilitator.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from nookterm.client.direct import Direct
from nookterm.client.drafting import add_draft
from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.outbox import REDACTION
from nookterm.client.reporting import ROOM_NAME, Reporting
from nookterm.client.session import Session
from nookterm.client.stepping_in import SteppingIn
from nookterm.domain.acts import CLAIM_LASTS, act_content
from nookterm.domain.desk import Item
from nookterm.domain.events import Edit, Membership, Message, Other, Reaction, Unreadable
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.links import message_link
from nookterm.domain.names import shown_name
from nookterm.domain.reports import RESOLVED, Report, report_items
from nookterm.domain.room import Room

_MOST_OF_ONE = 50
"""Rooms of one person's reports that we go into by ourselves; more wait as invites."""


class Reports:
    """Reports that this account made or looks into."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self._direct = Direct(session.gateway, session.rooms)
        self._stepping_in = SteppingIn(session)
        self.reporting = Reporting(session)

    async def come_in(self) -> int:
        """Go into the rooms of reports to which members of nooks that we care for asked us. Returns how many.

        What an invite says of its room is the inviter's server's word; a room that is not what it said is left again.
        """
        done = 0
        for room in [r for r in self._session.rooms.values() if self._is_for_us(r)]:
            inviter = room.members[room.me].sender
            if self._made_by(inviter) >= _MOST_OF_ONE:
                continue
            if not await self._stepping_in.enter(room.room_id, partial(_is_report_of, inviter)):
                # The next run goes on with the others: nobody keeps them waiting by a room that lets nobody in.
                break
            done += 1
        return done

    def _made_by(self, user: UserId) -> int:
        """How many rooms of reports of theirs we are in."""
        rooms = (room for room in self._session.rooms.joined() if room.creator == user)
        return sum((room.name or "").startswith(ROOM_NAME) for room in rooms)

    def _is_for_us(self, room: Room) -> bool:
        if room.membership != Membership.INVITE or room.is_space or not (room.name or "").startswith(ROOM_NAME):
            return False
        if self._stepping_in.is_put_off(room.room_id):
            return False
        inviter = room.members[room.me].sender
        cared = (nook for nook in self._session.rooms.nooks() if nook.power.may_decide(nook.me))
        return any(inviter in {m.user for m in nook.who(Membership.JOIN)} for nook in cared)

    # --- what there is ------------------------------------------------------------------------------------------------

    def all(self) -> tuple[Report, ...]:
        """Every report in our rooms, ours and those of others, oldest first; from the store."""
        return self.reporting.all()

    def items(self) -> tuple[Item, ...]:
        """The lines of the desk: open reports that we may look into."""
        return report_items(self.all(), self._session.rooms)

    def is_case(self, case: str) -> bool:
        """Whether a word means a report."""
        return any(report.case == case for report in self.all())

    def find(self, case: str) -> Report:
        """A report by its word. Raises NotFound."""
        found = next((report for report in self.all() if report.case == case), None)
        if found is None:
            message = f"No report is called {case}."
            raise NotFound(message, "`nookterm desk` lists what waits.", code="unknown_case")
        return found

    # --- what is done -------------------------------------------------------------------------------------------------

    async def take(self, case: str) -> Report:
        """Say that we look into it. Raises Changed where somebody else does, or it is over."""
        report, nook = await self._open(case)
        me = self._session.gateway.user_id
        if report.holder not in (None, me):
            raise self._held(report, nook)
        if report.holder is None:
            ttl = int(CLAIM_LASTS / timedelta(milliseconds=1))
            await self._act(report, nook, "claim", "looks into this.", ttl_ms=ttl)
            report = self.find(case)
            if report.holder not in (None, me):
                raise self._held(report, nook)
        return report

    async def release(self, case: str) -> Report:
        """Say that we do not look into it any more."""
        report, nook = await self._open(case)
        await self._act(report, nook, "release", "hands this back.")
        return self.find(case)

    async def redact(self, case: str) -> None:
        """Take the message back for everybody. Raises NotAllowed without the power, Changed where it is gone."""
        report, nook = await self._open(case)
        if not nook.power.may_redact(nook.me, report.accused):
            message = "You may not take back what others said there."
            raise NotAllowed(message, "Ask another facilitator.", code="not_allowed")
        event = self._session.store.event(report.nook, report.event)
        if event is None or not isinstance(event.payload, Message | Edit | Unreadable | Reaction | Other):
            # A report names what it likes: a setting of the nook, for instance.
            message = "What is reported is no message that is here."
            raise NotFound(message, "Nothing was done. Look at it first: scroll back to it.", code="unknown_event")
        if isinstance(event.payload, Message) and event.payload.kind == "redacted":
            message = "That message has been taken back already."
            raise Changed(message, "Nothing was done.", code="changed")
        # Without a reason: that would be clear text.
        await self._session.outbox.send(report.nook, REDACTION, {"redacts": report.event})
        await self._act(report, nook, "redacted", "took the message back.")

    async def word(self, case: str) -> RoomId:
        """A direct room with the author, and a draft there that names the message; a human writes the rest.

        Nothing is sent, and nothing tells who reported it.
        """
        room_id, opening = await self._author(case)
        add_draft(self._session, room_id, opening)
        return room_id

    async def say(self, case: str, words: str) -> RoomId:
        """The same with the words at hand: sent to the author alone. Raises WrongUsage without words."""
        if not words.strip():
            message = "A word in private has words of your own."
            raise WrongUsage(message, "Nothing was sent.", code="no_words")
        room_id, opening = await self._author(case)
        content = {"msgtype": "m.text", "body": f"{opening}{words.strip()}"}
        await self._session.outbox.send(room_id, "m.room.message", content)
        return room_id

    async def _author(self, case: str) -> tuple[RoomId, str]:
        report, nook = await self._open(case)
        room_id, _ = await self._direct.room_with(report.accused)
        await self._session.sync_once()
        if report.person:
            return room_id, ""
        return room_id, f"About this message of yours: {message_link(report.nook, report.event, nook.me)}\n\n"

    async def resolve(self, case: str, words: str = "") -> Report:
        """Close it, with words that its reporter reads. Raises Changed where it is closed, or another is on it."""
        report, nook = await self._open(case)
        if report.holder not in (None, self._session.gateway.user_id):
            raise self._held(report, nook)
        said = words.strip()
        await self._act(
            report, nook, RESOLVED, f"has settled this. {said}".strip(), **({"words": said} if said else {})
        )
        return self.find(case)

    async def _open(self, case: str) -> tuple[Report, Room]:
        """The report as it stands now, and its nook. Raises NotFound, NotAllowed or Changed."""
        await self._session.sync_once()
        report = self.find(case)
        nook = self._session.rooms[report.nook]
        if report.reporter == nook.me or not nook.power.may_decide(nook.me):
            message = "Facilitators look into reports, never those who made them."
            raise NotAllowed(message, "You can write to them in its room.", code="not_allowed")
        if report.resolved_by:
            by = shown_name(report.resolved_by, nook.name_of(report.resolved_by))
            message = f"{by} has settled this already."
            raise Changed(message, "Nothing was done.", code="changed")
        return report, nook

    def _held(self, report: Report, nook: Room) -> Changed:
        other = shown_name(report.holder, nook.name_of(report.holder)) if report.holder else "Somebody"
        return Changed(f"{other} looks into it.", "Nothing was done. Write to them in its room.", code="held")

    async def _act(self, report: Report, nook: Room, act: str, what: str, **more: Any) -> None:
        body = f"{shown_name(nook.me, nook.name_of(nook.me))} {what}"
        content = act_content(act, report.case, report.nook, body, event=report.event, **more)
        await self._session.outbox.send(report.room, "m.room.message", content)
        await self._session.sync_once()


def _is_report_of(inviter: UserId, room: Room) -> bool:
    return room.encrypted and room.creator == inviter
