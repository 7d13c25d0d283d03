"""Settings for a client with a screen: what holds at its start, and each change while it runs, also one by hand."""

from __future__ import annotations

import argparse
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from nookterm.cli.calls import calls_if_set, quiet_hours
from nookterm.cli.wiring import downloads_folder
from nookterm.client.account import OpenAccount
from nookterm.client.engine import Engine
from nookterm.client.forms import system_locale
from nookterm.client.live_settings import LiveSettings
from nookterm.client.settings import Setting, Settings
from nookterm.viewmodels.settings_work import SettingsModel
from nookterm.viewmodels.shell import ClientShell

Opening = Callable[[], Awaitable[OpenAccount]]
"""Opens an account."""
_OPTIONS = ("sync",)
"""Settings that a command line can say, too; there they win."""


def live_settings(home: Path, args: argparse.Namespace) -> LiveSettings:
    """The settings of this process. Raises WrongUsage for a file that cannot be read or is no TOML."""
    said = {name: getattr(args, name, None) for name in _OPTIONS}
    return LiveSettings(home, given={name: Setting(name, str(it), f"--{name}") for name, it in said.items() if it})


def settings_model(live: LiveSettings) -> SettingsModel:
    """The settings for the screen of one account. Ask before there are threads."""
    return SettingsModel(live, system_locale(os.environ))


def follow_settings(shell: ClientShell, live: LiveSettings) -> ClientShell:
    """Let what holds reach the panels that act on it, now and after each change."""

    def hold(settings: Settings) -> None:
        shell.timeline.markdown = settings.text("markdown") == "on"
        shell.files.folder = downloads_folder(settings)

    shell.calling.hours = quiet_hours(live)
    hold(live.settings)
    live.listen(lambda settings, _new: hold(settings))
    return shell


def shell_of_a_play(
    engine: Engine, opening: Opening, live: LiveSettings, shown: SettingsModel, folder: Path
) -> ClientShell:
    """An account of a demo: it heeds the person's settings, and what is said there stays in its own folder."""
    shell = ClientShell(engine, opening, settings=shown, beside=calls_if_set(live, folder))
    follow_settings(shell, live)
    shell.calling.hours = quiet_hours(live, folder)
    shell.tour.newcomer = True
    return shell
