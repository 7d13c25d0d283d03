"""`facilitator add` and `remove`: who decides in a nook, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nookterm.cli.agreeing import agree
from nookterm.cli.context import Context, acting
from nookterm.client.errors import WrongUsage
from nookterm.client.facilitators import Facilitators, Step
from nookterm.client.session import Session
from nookterm.domain.ids import UserId, is_user_id
from nookterm.domain.room import Room


async def facilitator(context: Context) -> None:
    """Make somebody a facilitator, or let them step back."""
    args = context.args
    if not is_user_id(args.user):
        message = f"{args.user} is not a Matrix id."
        raise WrongUsage(message, "It looks like @name:server.")
    user, adding = UserId(args.user), args.what == "add"

    def shown(session: Session) -> Sequence[str]:
        facilitators, nook = Facilitators(session), session.rooms.named(args.nook)
        warning = "" if adding else facilitators.warning(nook, user)
        steps = [_line(step) for step in _plan(facilitators, nook, user, adding=adding)]
        return [*steps, *([f"! {warning}"] if warning else [])]

    await agree(context, shown, "Go on")
    async with acting(context) as session:
        facilitators, nook = Facilitators(session), session.rooms.named(args.nook)
        warning = "" if adding else facilitators.warning(nook, user)
        if warning:
            context.printer.remark(warning)

        def told(step: Step) -> None:
            fields: dict[str, Any] = {
                "nook": nook.room_id, "user": user, "step": step.what, "done": step.done, "words": step.words,
                "waits_for": step.beyond or None,
            }  # fmt: skip
            context.printer.row(fields, _line(step))

        await (facilitators.add if adding else facilitators.remove)(nook, user, told)


def _plan(facilitators: Facilitators, nook: Room, user: UserId, *, adding: bool) -> tuple[Step, ...]:
    return facilitators.plan_add(nook, user) if adding else facilitators.plan_remove(nook, user)


def _line(step: Step) -> str:
    return f"{'✓' if step.done else '→'} {step.words}{f'  ({step.beyond})' if step.beyond else ''}"
