"""`upgrade`: a new room in the place of an old one, shown first; where it stopped, the same command goes on."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.cli.agreeing import agree
from nookterm.cli.context import Context, acting
from nookterm.client.errors import WrongUsage
from nookterm.client.renewing import Renewing
from nookterm.client.session import Session
from nookterm.client.upgrading import Upgrading
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId, is_user_id
from nookterm.domain.space import title
from nookterm.viewmodels.onward_lines import renewing_facts
from nookterm.viewmodels.words import people


async def upgrade(context: Context) -> None:
    """Close a room for a new one, and bring its people there."""
    args = context.args
    for user in args.creator:
        if not is_user_id(user):
            message = f"{user} is not a Matrix id."
            raise WrongUsage(message, "It looks like @name:server.")
    creators = tuple(map(UserId, args.creator))

    def shown(session: Session) -> Sequence[str]:
        room = session.rooms.named(args.room)
        others = [m for m in room.who(Membership.JOIN, Membership.INVITE) if m.user != room.me]
        return [
            f"Close {title(room)} for a new room: nobody can open it for writing again",
            f"Bring {people(len(others))} there: by an invite, or by themselves where the door lets them",
            "Everything said so far stays in the old room, where it can still be read",
        ]

    await agree(context, shown, "Go on")
    async with acting(context) as session:
        use = Renewing(session)
        plan = await use.plan(session.rooms.named(args.room).room_id, args.room_version, creators)
        for label, words, _ in renewing_facts(plan):
            context.printer.remark(f"{label}: {words}")
        done = await use.renew(plan, context.printer.remark)
        await Upgrading(session).settle()
        fields = {
            "room_id": done.room_id,
            "replaces": plan.room.room_id,
            "version": session.rooms[done.room_id].version,
            "invited": list(done.invited),
            "not_invited": dict(done.failed) or None,
        }
        told = f"{title(plan.room)} goes on in {done.room_id}."
        context.printer.row(fields, f"{told} {len(done.invited)} invited." if done.invited else told)
