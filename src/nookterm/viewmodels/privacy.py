"""The privacy sheet of the open room: who can read what, from when on, where, and where something can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.privacy import Fix, HereFacts, TrustFacts, privacy_sheet
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.room_panel import RoomView
from nookterm.viewmodels.room_panel_work import RoomModel
from nookterm.viewmodels.words import date_of

_LONGEST = 400
_FIXES = {
    Fix.SETTINGS: "room settings",
    Fix.MEMBERS: "members",
    Fix.CHARTER: "charter",
    Fix.EXCEPTION: "unsigned devices",
    Fix.TRUST: "sessions and trust",
}


@dataclass(frozen=True, slots=True)
class PrivacyLine:
    """One point of the sheet. Safe text."""

    id: str
    heading: str
    text: str
    mark: str = ""
    """`safe`, `warn`, `leaves`, or empty."""
    fix: Fix | None = None
    leads: str = ""
    """Where Enter leads, in words; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class PrivacyView(RoomView):
    """The sheet of a room."""

    lines: tuple[PrivacyLine, ...] = ()
    to_look_at: int = 0
    """How many points somebody should look at."""


class PrivacyPanel(Panel[PrivacyView], Protocol):
    """The sheet of the open room."""

    async def begin(self) -> None:
        """Show what is known, then look anew at the server."""


class PrivacyModel(RoomModel[PrivacyView]):
    """Makes the sheet of whatever room is open."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(PrivacyView(), "Who reads it stands here then.", "This is how it was when it last could.")

    async def begin(self) -> None:
        """Show it, look anew, show it again."""
        await self._begin()

    async def _look(self, hub: Hub, room_id: RoomId) -> None:
        await super()._look(hub, room_id)
        await hub.session.trust.people.look(room_id)

    def _draw(self, hub: Hub, room: Room) -> None:
        session = hub.session
        trust = trust_facts(session, room)
        if trust.exception:
            trust = replace(trust, until=date_of(trust.exception.until, session.clock(), hub.zone, hub.forms))
        sheet = privacy_sheet(room, session.rooms.listing(room.room_id), trust, here_facts(session))
        lines = tuple(
            PrivacyLine(
                f"{section.heading} {place}",
                section.heading,
                safe_line(point.text, longest=_LONGEST),
                point.mark,
                point.fix,
                _FIXES[point.fix] if point.fix else "",
            )
            for section in sheet
            for place, point in enumerate(section.points)
        )
        warn = sum(1 for line in lines if line.mark == "warn")
        self.show(self._faced(PrivacyView(lines=lines, to_look_at=warn), room))


def trust_facts(session: Session, room: Room) -> TrustFacts:
    """What is known of the devices of those who may read a room. Engine's thread."""
    people = session.trust.people.safety(room.room_id)
    rule = session.trust.exceptions.rule_of(room.room_id) if room.encrypted else None
    if people is None:
        alone = not [m for m in room.who(Membership.JOIN) if m.user != room.me]
        return TrustFacts(known=alone, exception=rule)
    known = people.people
    blocked = frozenset(one.user for one in people.blocked_by)
    hidden = frozenset(one.user for one in people.hidden)
    return TrustFacts(
        known=True,
        ready=people.ready,
        verified=frozenset(user for user, one in known.items() if one.verified),
        unsigned={user: len(one.unsigned) for user, one in known.items() if one.unsigned},
        excepted={user: one.excepted for user, one in known.items() if one.excepted},
        changed=blocked,
        hidden=hidden,
        unseen=frozenset(user for user, one in known.items() if not one.seen) - blocked - hidden,
        exception=rule,
    )


def here_facts(session: Session) -> HereFacts:
    """How this machine keeps what was said, as it was last carried out. Engine's thread."""
    kept: Mapping[str, Any] = session.store.recall("retention", "") or {}
    days, messages = kept.get("days"), kept.get("messages")
    backup = session.trust.carrying.backup.state()
    words = "" if backup.step == "unknown" else backup.words
    return HereFacts(
        days if isinstance(days, int) else None,
        messages if isinstance(messages, int) else None,
        words,
        backup.step == "on",
    )
