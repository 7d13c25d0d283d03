"""Being called reaches the person at the terminal, and the terminal says whether somebody sits in front of it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from textual import events

from nookterm.client.changes import Called, News
from nookterm.client.engine import Engine
from nookterm.tui.app import NooktermApp
from nookterm.tui.terminal_note import TITLE_KEEP, terminal_note, window_title
from nookterm.tui.widgets.title import Title
from nookterm.tui.widgets.tree import Tree
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


async def test_a_note_is_shown_by_a_terminal_that_can_and_the_title_counts_mentions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shell, written, rung = FakeShell(), list[str](), list[str]()
    app = NooktermApp(shell)
    monkeypatch.setenv("TERM", "foot")
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr(app, "bell", lambda: rung.append("bell"))
    monkeypatch.setattr(app, "_write", written.append)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        assert written == [], "a title that nobody wanted"
        shell.calling.show(replace(shell.calling.view, titled=True))
        await settle(pilot, lambda: bool(written))
        assert written.pop() == f"{TITLE_KEEP}{window_title(1, quiet=False)}"
        shell.status.show(replace(shell.status.view, toast="New message.", calls=1, aloud="New message."))
        await settle(pilot, lambda: bool(written))
        assert written == [terminal_note("New message.", {"TERM": "foot"})]
        shell.calling.show(replace(shell.calling.view, quiet="quiet until 07:00"))
        await settle(pilot, lambda: len(written) > 1)
        assert written[1:] == [window_title(1, quiet=True)]
        monkeypatch.setenv("TERM", "xterm-256color")
        shell.status.show(replace(shell.status.view, calls=2))
        await settle(pilot, lambda: bool(rung))
        assert (len(written), app.has_title) == (2, True)


async def test_slash_commands_set_quiet_and_a_mark_says_so_as_long_as_it_holds() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.press(*"/quiet 2h", "enter")
        await settle(pilot, lambda: ("quiet", "2h") in shell.done)
        await settle(pilot, lambda: "quiet until 2h" in _title(app))
        assert any("(3)" in line for line in _rooms(app)), "what is new is counted, and calls nobody"
        assert not any("@1" in line for line in _rooms(app))
        await pilot.press(*"/quiet off", "enter")
        await settle(pilot, lambda: "quiet until" not in _title(app))
        assert any("@1" in line for line in _rooms(app))
        await pilot.press(*"/done", "enter")
        await settle(pilot, lambda: ("done", "") in shell.done)
        assert "Nothing calls you until 07:00. /quiet off ends it." in [note.message for note in app._notifications]


def _title(app: NooktermApp) -> str:
    title = app._main.query_one(Title)
    return "\n".join(line.plain for line in title._rows(title.size.width))


def _rooms(app: NooktermApp) -> list[str]:
    tree = app._main.query_one(Tree)
    return ["".join(segment.text for segment in tree.render_line(y)) for y in range(tree.size.height)]


async def test_the_engine_hears_whether_somebody_is_there_and_what_they_look_at() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        app.post_message(events.AppBlur())
        await settle(pilot, lambda: ("focus", False) in shell.calling.told)
        app.post_message(events.AppFocus())
        await settle(pilot, lambda: ("focus", True) in shell.calling.told)
        await pilot.press("alt+d")
        await settle(pilot, lambda: ("conversation", False) in shell.calling.told)
        assert ("touch", True) in shell.calling.told
        await pilot.press("escape")
        await settle(pilot, lambda: shell.calling.told[-1] == ("conversation", True))


@pytest.mark.parametrize(
    ("env", "insist", "bytes_"),
    [
        ({"TERM": "foot"}, False, "\x1b]777;notify;nookterm;nookterm: hi, [2J,\x07"),
        ({"TERM": "xterm-ghostty"}, False, "\x1b]777;notify;nookterm;nookterm: hi, [2J,\x07"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, False, "\x1b]9;nookterm: hi; [2J;\x07"),
        ({"TERM": "xterm-kitty"}, False,
         f"\x1b]99;i=nookterm:o=unfocused:e=1;{b64encode(b'nookterm: hi; [2J;').decode()}\x1b\\"),
        ({"TERM": "xterm-256color"}, False, ""),
        ({"TERM": "xterm-256color"}, True, "\x1b]777;notify;nookterm;nookterm: hi, [2J,\x07"),
        ({"TERM": "tmux-256color"}, True, ""),
        ({"TERM": "foot", "TMUX": "1"}, False, ""),
    ],
)  # fmt: skip
def test_a_terminal_gets_the_note_that_it_knows_and_no_order_of_a_stranger(
    env: dict[str, str],
    insist: bool,  # noqa: FBT001 - a column of the table
    bytes_: str,
) -> None:
    assert terminal_note("hi; \x1b[2J\x07;\n", env, insist=insist) == bytes_


async def test_what_the_client_is_called_for_comes_to_the_status() -> None:
    async def nothing() -> None:
        raise AssertionError

    shell = ClientShell(Engine(), nothing)  # type: ignore[arg-type]  # never opened
    shell._on_change(Called("New request in \x1b[1mglaze-lab.", "New\x1b request."))
    view = shell.status.view
    assert (view.toast, view.calls, view.aloud) == ("New request in [1mglaze-lab.", 1, "New request.")
    shell._on_change(News())
    assert shell.status.view is view
