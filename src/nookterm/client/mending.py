"""Setting right what has drifted: one setting at a time, looked at anew right before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.renewing import list_instead
from nookterm.client.session import Session
from nookterm.client.surroundings import Surroundings, fresh, set_levels, written
from nookterm.domain.charter import Charter, charter_content, short_topic
from nookterm.domain.drift import Drift, Setting, drifts, stripped
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.power import FACILITATOR
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION, VERSION

_LEVELS: dict[Setting, tuple[str, int]] = {
    Setting.EVERYBODY: ("users_default", 0),
    Setting.INVITE: ("invite", FACILITATOR),
    Setting.KICK: ("kick", FACILITATOR),
    Setting.BAN: ("ban", FACILITATOR),
    Setting.REDACT: ("redact", FACILITATOR),
    Setting.STATE: ("state_default", FACILITATOR),
}


class Mending:
    """Fixes drifts, with the power that this account has."""

    def __init__(self, session: Session) -> None:
        """Fix as this account."""
        self._session = session

    async def fix(self, nook: Room, drift: Drift) -> bool:
        """Set one thing right. False where somebody was faster and it is right already.

        Raises:
            NotAllowed: it needs more power than we have.
            WrongUsage: no setting mends it; the words say what does.

        """
        here = await fresh(self._session, nook.room_id)
        now = drifts(here.nook, here.spaces, here.linked, here.before)
        found = next((d for d in now if d.case == drift.case), None)
        if found is None:
            return False
        if found.setting is Setting.FACILITATORS:
            message = f"{title(here.nook)} needs another facilitator."
            raise WrongUsage(message, "Choose one of its members: /facilitators", code="choose")
        if not found.fixable_by_me:
            message = f"You may not set {found.setting} in {title(here.nook)}."
            raise NotAllowed(message, "One of its founders or admins can.", code="not_allowed")
        if found.setting is Setting.PLACE and found.space:
            for old in here.before:
                await list_instead(self._session, found.space, old.room_id, nook.room_id)
        elif found.setting is Setting.CHARTER:
            where = next(room.room_id for room in here.before if room.charter)
            left = written(self._session, where, CHARTER)
            await self._session.gateway.set_state(nook.room_id, CHARTER, "", left)
        elif found.setting in _LEVELS:
            key, level = _LEVELS[found.setting]
            await set_levels(self._session, here.nook, {key: level})
        else:
            room, type_, key, content = self._state(here, found)
            await self._session.gateway.set_state(room, type_, key, content)
        await fresh(self._session, nook.room_id)
        return True

    def _state(self, here: Surroundings, drift: Drift) -> tuple[RoomId, str, str, dict[str, Any]]:
        """Where, which type and key, and the content that sets a drift right."""
        nook, room = here.nook, here.nook.room_id
        charter = nook.charter or Charter()
        match drift.setting:
            case Setting.ENCRYPTION:
                return room, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}
            case Setting.HISTORY:
                return room, "m.room.history_visibility", "", {"history_visibility": charter.history}
            case Setting.JOIN_RULE | Setting.DOORMAT:
                return room, "m.room.join_rules", "", {"join_rule": "knock"}
            case Setting.GUESTS:
                return room, "m.room.guest_access", "", {"guest_access": "forbidden"}
            case Setting.TOPIC:
                return room, "m.room.topic", "", {"topic": short_topic(charter)}
            case Setting.LINK_OUT:
                helpers = next(space.facilitation for space in here.spaces if space.facilitation)
                via = [server_of(helpers) or server_of(self._session.gateway.user_id)]
                return room, FACILITATION, "", {"v": VERSION, "room_id": helpers, "via": via}
            case Setting.LINK_BACK:
                assert here.linked is not None  # noqa: S101 - the drift is found by looking at it
                return here.linked.room_id, FACILITATES, room, {"v": VERSION}
            case _:
                assert drift.space is not None  # noqa: S101 - both cards say which space
                card = self._card(here, drift, charter)
                return drift.space, ENTRY, room, charter_content(card)

    def _card(self, here: Surroundings, drift: Drift, charter: Charter) -> Charter:
        """The card with what has drifted set right; what is another drift stays as it is."""
        held = next(space for space in here.spaces if space.room_id == drift.space).entries.get(here.nook.room_id)
        if held is None:
            return replace(stripped(charter), facilitators=here.nook.facilitators)
        if drift.setting is Setting.CARD:
            return replace(stripped(charter), facilitators=held.facilitators)
        return replace(held, facilitators=here.nook.facilitators)
