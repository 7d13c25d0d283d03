"""Acts on cases of the desk that are no request: a report has a room of its own, a hello is a direct message."""

from __future__ import annotations

from nookterm.cli.context import Context
from nookterm.client.care import Care
from nookterm.client.reports import Reports
from nookterm.client.session import Session
from nookterm.domain.space import title


async def done_as_care(act: str, context: Context, session: Session) -> bool:
    """Do `claim`, `release`, `settle` or `message` where the case is a report or a wish to be noticed.

    False, and nothing done, where it is neither. What is done about a report is said in its own room alone.
    """
    case, args = context.args.case, context.args
    reports, care = Reports(session), Care(session)
    if act == "message" and care.is_case(case):
        await care.hello(case, args.text)
        _say(context, session, case, "told", "they have your words")
        return True
    if not reports.is_case(case):
        return False
    nook = title(session.rooms[reports.find(case).nook])
    if act == "claim":
        await reports.take(case)
    elif act == "release":
        await reports.release(case)
    elif act == "settle":
        await reports.resolve(case, args.words)
    else:
        await reports.say(case, args.text)
    outcome = {"claim": "claimed", "release": "released", "settle": "settled"}.get(act, "told")
    _say(context, session, case, outcome, f"a report in {nook}: {outcome}")
    return True


def _say(context: Context, session: Session, case: str, outcome: str, words: str) -> None:
    fields = {"case": case, "by": session.gateway.user_id, "outcome": outcome}
    context.printer.row(fields, f"{case}: {words}")
