"""`config`: every setting, its value, and where that comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nookterm.cli.context import Context
from nookterm.cli.wiring import home_folder
from nookterm.client.errors import Problem
from nookterm.client.settings import DEFAULT, FILE, Setting, read_settings

_OPTIONS = ("sync", "profile", "timeout")
"""Settings of one command line; `--NAME` there wins over all else."""
_VARIABLES = {"passphrase_file": "NOOKTERM_PASSPHRASE_FILE"}


async def config(context: Context) -> None:
    """Print all settings; mistakes in the file go to the error stream and stop nothing."""
    home = home_folder()
    settings = read_settings(home, os.environ)
    for line in settings.trouble:
        context.printer.problem(Problem(line, "The default holds there.", code="config"))
    found = {**settings.values, **{setting.name: setting for setting in (*_places(str(home)), *_given(context))}}
    for setting in found.values():
        fields = {"name": setting.name, "value": setting.value, "source": setting.source}
        context.printer.row(fields, f"{setting.name} = {setting.value}  ({setting.source})")


def _places(home: str) -> Iterator[Setting]:
    """Where the files are, and what else the environment says."""
    chosen = "NOOKTERM_HOME" if os.environ.get("NOOKTERM_HOME") else DEFAULT
    yield Setting("home", home, chosen)
    yield Setting("file", f"{home}/{FILE}", chosen)
    for name, variable in _VARIABLES.items():
        if value := os.environ.get(variable):
            yield Setting(name, value, variable)


def _given(context: Context) -> Iterator[Setting]:
    """What this command line says, and the default of what only a command line can say."""
    for name in _OPTIONS:
        value = getattr(context.args, name, None)
        if value is not None:
            given = any(word.partition("=")[0] == f"--{name}" for word in context.words)
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            yield Setting(name, shown, f"--{name}" if given else DEFAULT)
