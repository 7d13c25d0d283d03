"""Who calls the person at a client with a screen, and when not: joined from settings, this folder and the desktop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from nookterm.cli.desktop import on_desktop
from nookterm.cli.wiring import now
from nookterm.client.calling import calling
from nookterm.client.live_settings import LiveSettings
from nookterm.client.notifying import notifying
from nookterm.client.quiet_hours import QuietHours
from nookterm.client.session import Session
from nookterm.client.settings import DEFAULT, Setting, Settings
from nookterm.client.telling import HOW, OFF

Work = Callable[[Session], Awaitable[None]]


def quiet_hours(live: LiveSettings, folder: Path | None = None) -> QuietHours:
    """The quiet hours of whoever uses this data folder. What is said by hand lies there, or in another `folder`."""
    return QuietHours(folder or live.file.parent, lambda: live.settings, now)


def calls(live: LiveSettings) -> tuple[Work, ...]:
    """What calls the person of an account, beside showing it."""
    hours = quiet_hours(live)
    return (
        notifying(lambda: live.settings, hours, on_desktop),
        calling(lambda: live.settings, hours, on_desktop),
    )


def calls_if_set(live: LiveSettings, folder: Path) -> tuple[Work, ...]:
    """The same for a play in a folder of its own: it calls nobody who did not ask for it."""
    return (calling(lambda: demo_settings(live), quiet_hours(live, folder), on_desktop),)


def demo_settings(live: LiveSettings) -> Settings:
    """What holds now, and no call that nobody set."""
    holds = live.settings
    if HOW in holds.values and holds.values[HOW].source != DEFAULT:
        return holds
    return replace(holds, values={**holds.values, HOW: Setting(HOW, OFF)})
