"""Being called reaches the person: the terminal's bell rings once for each call, and the words say why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.client.changes import Called
from nookterm.client.engine import Engine
from nookterm.tui.app import NooktermApp
from nookterm.viewmodels.shell import ClientShell
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle


async def test_a_call_rings_once_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    shell, rung = FakeShell(), list[str]()
    app = NooktermApp(shell)
    monkeypatch.setattr(app, "bell", lambda: rung.append("bell"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        shell.status.show(replace(shell.status.view, toast="New request in glaze-lab.", calls=1))
        await settle(pilot, lambda: bool(rung))
        assert [note.message for note in app._notifications] == ["New request in glaze-lab."]
        shell.status.show(replace(shell.status.view, unread=9))
        await pilot.pause()
        assert rung == ["bell"]


def test_what_the_client_is_called_for_comes_to_the_status() -> None:
    async def nothing() -> None:
        raise AssertionError

    shell = ClientShell(Engine(), nothing)  # type: ignore[arg-type]  # never opened
    shell._on_change(Called("New request in \x1b[1mglaze-lab."))
    assert (shell.status.view.toast, shell.status.view.calls) == ("New request in [1mglaze-lab.", 1)
