"""A command carried out for another process, with the open account of this one."""

from __future__ import annotations

import importlib

from nookterm.cli.context import Context
from nookterm.cli.main import module_of
from nookterm.cli.parser import build_parser
from nookterm.cli.recording import Recorder
from nookterm.client.account import Parts
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.intents import CarryOut
from nookterm.client.session import Session
from nookterm.domain.events import Json


def carry_out_with(parts: Parts) -> CarryOut:
    """The way to carry out the words of a command line with an open session."""

    async def carry_out(session: Session, words: tuple[str, ...]) -> Json:
        recorder = Recorder()
        try:
            await _run(parts, recorder, session, words)
        except Problem as problem:
            recorder.problem(problem)
        except Exception:  # noqa: BLE001 - whatever it was, the asker must hear of it and the holder live on
            message = "nookterm made a mistake while it carried this out."
            hint = "It may have happened in part: look before you try again. Please report it."
            recorder.problem(Problem(message, hint, code="mistake"))
        return recorder.answer()

    return carry_out


async def _run(parts: Parts, recorder: Recorder, session: Session, words: tuple[str, ...]) -> None:
    from importlib.metadata import version

    args = build_parser(version("nookterm")).parse_args(list(words))
    module = module_of(args.command)
    if module is None:
        message = f"The nookterm that has this account does not know how to `{args.command}` for another one."
        raise WrongUsage(message, "Close that one first.", code="busy")
    command = getattr(importlib.import_module(module), args.command.replace("-", "_"))
    await command(Context(parts, recorder, args, words, lent=session))
