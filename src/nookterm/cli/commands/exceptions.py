"""`trust allow`, `forbid`, `people`, `accept`: exceptions for unsigned devices, and changed identities."""

from __future__ import annotations

from typing import Any

from nookterm.cli.context import Context, acting
from nookterm.client.errors import NotAllowed
from nookterm.client.people import Known
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.exceptions import USUAL_DAYS
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.domain.space import title
from nookterm.trust.pins import Standing

_WORDS = {
    Standing.NONE: "no identity",
    Standing.PINNED: "not verified",
    Standing.VERIFIED: "verified",
    Standing.CHANGED: "identity changed",
    Standing.VIOLATED: "was verified, identity changed",
    Standing.HIDDEN: "identity hidden by the server",
}


def _standing(known: Known) -> str:
    return "was verified, compare again: your identity is new" if known.ours_is_new else _WORDS[known.standing]


async def allow(context: Context) -> None:
    """Let unsigned devices take part in a room for some days."""
    args = context.args
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        people = [UserId(user) for user in args.user] or None
        days = USUAL_DAYS if args.days is None else args.days
        rule = await session.trust.exceptions.allow(room.room_id, people, days)
        fields = {
            "room_id": room.room_id,
            "until": rule.until,
            "people": None if rule.people is None else sorted(rule.people),
        }
        whose = "of everybody" if rule.people is None else f"of {', '.join(sorted(rule.people))}"
        until = rule.until.astimezone().strftime("%Y-%m-%d %H:%M")
        context.printer.row(fields, f"Unsigned devices {whose} may take part in {title(room)} until {until}.")


async def forbid(context: Context) -> None:
    """End a room's exception."""
    async with acting(context) as session:
        room = session.rooms.named(context.args.room)
        await session.trust.exceptions.forbid(room.room_id)
        line = f"Only signed devices take part in {title(room)} from now on."
        context.printer.row({"room_id": room.room_id, "until": None}, line)


async def people(context: Context) -> None:
    """How sure one can be of everybody with whom one shares encrypted rooms."""
    async with acting(context) as session:
        joined = [room for room in session.rooms.joined() if room.encrypted]
        me = session.gateway.user_id
        users = sorted({m.user for room in joined for m in room.who(Membership.JOIN, Membership.INVITE)} - {me})
        await session.trust.people.look_at(users)
        found = [known for user in users if (known := session.trust.people.known(user))]
        context.printer.rows(((_fields(known), _line(known, session)) for known in found), "You share no room yet.")


def _fields(known: Known) -> dict[str, Any]:
    return {
        "user_id": known.user,
        "standing": str(known.standing),
        "key": known.master,
        "signed": known.signed,
        "unsigned": len(known.unsigned),
    }


def _line(known: Known, session: Session) -> str:
    name = next((n for room in session.rooms.joined() if (n := room.name_of(known.user))), None)
    devices = f", {len(known.unsigned)} unsigned" if known.unsigned else ""
    key = f"  new key: {known.master}" if known.blocks else ""
    who = shown_name(known.user, name)
    return f"{who} ({known.user}): {_standing(known)}, {known.signed} signed devices{devices}{key}"


async def accept(context: Context) -> None:
    """Go on, unverified, with somebody whose identity changed to exactly this key."""
    args = context.args
    async with acting(context) as session:
        trust, user = session.trust.people, UserId(args.user)
        standing = trust.standing(user).standing
        if standing not in {Standing.CHANGED, Standing.VIOLATED}:
            message = f"The identity of {user} has not changed."
            raise NotAllowed(message, "Nothing was done. `nookterm trust people` says how everybody stands.")
        decide = trust.withdraw if standing is Standing.VIOLATED else trust.acknowledge
        await decide(user, args.key)
        context.printer.row({"user_id": user, "standing": str(Standing.PINNED)}, f"You go on with {user}, unverified.")
