"""Where an account's database is lost: a page that offers to begin anew as a new device, or to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nookterm.client.account import Parts, is_lost
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem

if TYPE_CHECKING:  # Loading the terminal's library takes longer than a command may need.
    from nookterm.tui.look import Look


def begun_anew(parts: Parts, profile: str | None, engine: Engine, look: Look, problem: Problem) -> bool:
    """Whether the person began anew after `problem`, so that the account can be opened now."""
    if not is_lost(problem):
        return False
    from nookterm.tui.returning import ReturnApp
    from nookterm.viewmodels.returning import ReturnModel

    model = ReturnModel(engine.call)
    model.attach(parts, parts.profiles.chosen(profile))
    return bool(ReturnApp(model, look).run())
