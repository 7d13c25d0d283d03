"""`quiet`: nothing calls until then, for every account and client of this data folder; nobody is told."""

from __future__ import annotations

from datetime import datetime

from nookterm.cli.calls import quiet_hours
from nookterm.cli.context import Context
from nookterm.cli.home import home_folder
from nookterm.cli.wiring import now
from nookterm.client.live_settings import LiveSettings
from nookterm.domain.quiet import OFF


async def quiet(context: Context) -> None:
    """Begin it, end it, or say how it stands. Raises the Problem."""
    hours, words = quiet_hours(LiveSettings(home_folder())), str(context.args.until or "").strip()
    if words.casefold() == OFF:
        hours.end()
    elif words:
        hours.begin(words)
    until = hours.now().until
    said = f"quiet until {_shown(until.astimezone(hours.zone))}" if until else "not quiet"
    context.printer.row({"quiet": until is not None, "until": until.isoformat() if until else None}, said)


def _shown(until: datetime) -> str:
    soon = until.date() == now().astimezone(until.tzinfo).date()
    return f"{until:%H:%M}" if soon else f"{until:%Y-%m-%d %H:%M}"
