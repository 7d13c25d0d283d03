"""What stands behind being called, with a whole client: quiet by words, and one calm line when it is over."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest

from nookterm.client import calling as calls
from nookterm.client.calling import calling
from nookterm.client.quiet_hours import QuietHours
from nookterm.client.settings import Setting, Settings
from tests.client.people import Village
from tests.viewmodels.screens import Screens, shows


async def test_quiet_is_set_by_words_and_ends_and_says_what_came(
    people: Village, screens: Screens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_TICK", 0.05)
    looks = _looks(monkeypatch)
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    hours = QuietHours(tmp_path, settings, people.watch, UTC)
    shell = await screens.of(ana, calling(settings, hours, together=0.01))
    panel = shell.calling
    assert not (await panel.quiet("2h")).done, "there are no quiet hours here"
    panel.hours = hours
    await shell.timeline.open(here.nook)
    await shows(shell.status, lambda view: view.connection == "live")

    panel.focus(has=True)
    panel.look_at(conversation=True)
    names = {"m.mentions": {"user_ids": [ana.id]}}
    await bo.post(here.nook, {"msgtype": "m.text", "body": "in front of you", **names})
    await shows(shell.timeline, lambda view: "in front of you" in str(view.entries))
    await shell.timeline.read()
    panel.look_at(conversation=False)
    await bo.post(here.nook, {"msgtype": "m.text", "body": "behind the desk", **names})
    status = await shows(shell.status, lambda view: view.calls)
    assert (status.calls, status.aloud, "glaze-lab" in status.toast) == (1, "", True)

    assert (await panel.quiet("")).words.startswith("It is not quiet.")
    told = await panel.quiet("soon")
    assert (told.done, "no time until which" in told.words) == (False, True)
    assert (await panel.done("23:59")).words == "Nothing calls you until 23:59. /quiet off ends it."
    assert panel.view.quiet == "quiet until 23:59"
    assert "/quiet off ends it" in (await panel.quiet("")).words
    assert "Nothing calls you until " in (await panel.quiet("3d")).words
    assert re.fullmatch(r"quiet until [A-Z][a-z]{2} \d\d:\d\d", panel.view.quiet), "the day is named"
    await bo.post(here.nook, {"msgtype": "m.text", "body": "at night", **names})
    await shows(shell.timeline, lambda view: "at night" in str(view.entries))
    # The look that is under way may have begun before the message came; the next one has seen it while it is quiet.
    seen = len(looks)
    await shows(shell.status, lambda _view: len(looks) >= seen + 2)
    assert (await panel.quiet("off")).words == "You are called again."
    status = await shows(shell.status, lambda view: view.toast.startswith("Meanwhile"))
    assert (status.calls, panel.view.quiet) == (1, "")
    assert (await panel.quiet("off")).words == "It was not quiet."


def _looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each look at who calls ended with, as it ends."""
    ended: list[str] = []
    look = calls.Calling.look

    async def looked(self: calls.Calling) -> str:
        ended.append(await look(self))
        return ended[-1]

    monkeypatch.setattr(calls.Calling, "look", looked)
    return ended


def settings() -> Settings:
    """As it comes, with the bell."""
    return Settings({"notify.how": Setting("notify.how", "bell")})
