"""`config`: every setting, its value, and where that comes from; one set, or taken out of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nookterm.cli.context import Context
from nookterm.cli.home import home_folder
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.settings import DEFAULT, FILE, Setting, Settings, read_settings, rule_of
from nookterm.client.settings_file import checked_name, drop, put

_OPTIONS = ("sync", "profile", "timeout")
"""Settings of one command line; `--NAME` there wins over all else."""
_VARIABLES = {"passphrase_file": "NOOKTERM_PASSPHRASE_FILE"}


async def config(context: Context) -> None:
    """Print all settings, or change one; mistakes in the file go to the error stream and stop nothing."""
    home, args = home_folder(), context.args
    if args.act and not args.name:
        raise WrongUsage(f"Which setting? `nookterm config {args.act} NAME`.", code="usage")
    if args.act == "set":
        if args.value is None:
            raise WrongUsage(f"Which value? `nookterm config set {args.name} VALUE`.", code="usage")
        put(home, args.name, args.value)
    elif args.act == "unset" and not drop(home, args.name):
        checked_name(args.name)
        context.printer.remark(f"{args.name} does not stand in {home / FILE}.")
    settings = read_settings(home, os.environ)
    if args.act:
        _told(context, settings)
        return
    for line in settings.trouble:
        context.printer.problem(Problem(line, "The default holds there.", code="config"))
    found = {**settings.values, **{setting.name: setting for setting in (*_places(str(home)), *_given(context))}}
    for setting in found.values():
        _print(context, setting)


def _told(context: Context, settings: Settings) -> None:
    """How the setting stands that was changed, and why a change does not show where it does not."""
    name = context.args.name
    rule = rule_of(name)
    found = settings.values.get(name) or Setting(name, rule.default if rule else "")
    _print(context, found)
    if found.source not in {DEFAULT, FILE} and not found.source.startswith(f"{FILE}:"):
        context.printer.remark(f"{found.source} decides it as long as it is there.")
    elif rule and rule.next_start:
        context.printer.remark("A client that is open holds it from its next start.")


def _print(context: Context, setting: Setting) -> None:
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
