"""Care and reports by commands alone: who reads it, what it costs, and what is done about it."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from nookterm.cli.context import Context
from nookterm.cli.main import module_of
from nookterm.cli.output import Printer
from nookterm.cli.parser import build_parser
from nookterm.client.errors import NotFound, WrongUsage
from tests.client.people import Person, Village

Rows = list[dict[str, Any]]


async def call(people: Village, who: Person, capsys: pytest.CaptureFixture[str], *words: str) -> Rows:
    """Run a command with the open account of `who`. Returns its rows."""
    capsys.readouterr()
    args = build_parser("").parse_args([*words, "--json"])
    module = importlib.import_module(str(module_of(args.command)))
    context = Context(people.parts, Printer(as_json=True), args, lent=who.session)
    await getattr(module, args.command.replace("-", "_"))(context)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_a_report_goes_its_way_by_commands_alone(people: Village, capsys: pytest.CaptureFixture[str]) -> None:
    ana, bo, cy = [await people.person(name) for name in ("ana", "bo", "cy")]
    here = await people.community(ana, bo, cy)
    bad = await cy.say(here.nook, "you fool")
    await bo.sync()
    (filed,) = await call(people, bo, capsys, "report", here.nook, bad, "--nature", "hurts", "--words", "look, please")
    assert set(filed) == {"room_id", "event_id", "readers", "waiting"}
    assert (filed["readers"], filed["waiting"]) == ([ana.id], [])
    for words, problem in ((["$unknown"], NotFound), ([await bo.say(here.nook, "me")], WrongUsage)):
        with pytest.raises(problem):
            await call(people, bo, capsys, "report", here.nook, *words)
    await ana.sync()
    await ana.duties.run()

    (line,) = [row for row in await call(people, ana, capsys, "desk") if row["kind"] == "report"]
    assert (line["user"], line["quote"], line["request"]) == (cy.id, "you fool", bad)
    case = line["case"]
    assert await call(people, ana, capsys, "claim", case) == [{"case": case, "by": ana.id, "outcome": "claimed"}]
    assert (await call(people, ana, capsys, "take-back", case))[0]["outcome"] == "redacted"
    with pytest.raises(WrongUsage, match="report's own room"):
        await ana.vetting.claims.release(case)
    assert (await call(people, ana, capsys, "message", case, "That hurt."))[0]["outcome"] == "told"
    with pytest.raises(WrongUsage, match="words of your own"):
        await call(people, ana, capsys, "message", case, " ")
    assert (await call(people, ana, capsys, "release", case))[0]["outcome"] == "released"
    assert (await call(people, ana, capsys, "settle", case, "--words", "We spoke."))[0]["outcome"] == "settled"
    assert not [row for row in await call(people, ana, capsys, "desk") if row["kind"] == "report"]
    said = await call(people, bo, capsys, "read", filed["room_id"])
    assert any("We spoke." in row["body"] for row in said)
    assert not any(bo.id in words for words in ana.heard(here.facilitators)), "nothing of it is said anywhere else"

    # Of somebody who alone decides nobody else can be told, but the server's administrator can.
    bad = await ana.say(here.nook, "you, too")
    await bo.sync()
    with pytest.raises(NotFound, match="nobody else"):
        await call(people, bo, capsys, "report", here.nook, bad)
    assert await call(people, bo, capsys, "report", here.nook, bad, "--to-server", "look") == [
        {"event_id": bad, "told": "server"}
    ]

    # A person is reported by their id: never to themselves, nor by themselves.
    (told,) = await call(people, bo, capsys, "report", here.nook, cy.id, "--words", "all day")
    assert (told["user"], told["readers"]) == (cy.id, [ana.id])
    with pytest.raises(NotFound):
        await call(people, bo, capsys, "report", here.nook, bo.id)
    assert await call(people, bo, capsys, "report", here.nook, ana.id, "--to-server", "look") == [
        {"user": ana.id, "told": "server"}
    ]


async def test_being_noticed_and_a_greeting_by_commands_alone(
    people: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    off = {"room_id": here.nook, "on": False}
    assert await call(people, bo, capsys, "care", here.nook) == [off]
    (on,) = await call(people, bo, capsys, "care", here.nook, "--after", "1", "--away-until", "2027-01-06")
    assert on == {**off, "on": True, "notice_after_days": 1, "away_until": "2027-01-06"}
    assert await call(people, bo, capsys, "care", here.nook, "--off") == [off]
    for wrong in (["--after", "91"], ["--after", "7", "--away-until", "soon"], ["--away-until", "2027-01-06"]):
        with pytest.raises(WrongUsage):
            await call(people, bo, capsys, "care", here.nook, *wrong)
    await call(people, bo, capsys, "care", here.nook, "--after", "1")

    await ana.sync()
    (words,) = await call(people, ana, capsys, "greet", here.nook, bo.id)
    assert words["text"] == f"@{bo.id[1:].partition(':')[0]} welcome. What brings you here?"
    with pytest.raises(NotFound):
        await call(people, ana, capsys, "greet", here.nook, "@nobody:river.example")

    people.watch.forward(days=1, minutes=5)
    (line,) = [row for row in await call(people, ana, capsys, "desk") if row["kind"] == "care"]
    assert (line["user"], line["why"]) == (bo.id, "asked to be noticed")
    assert (await call(people, ana, capsys, "message", line["case"], "Hello Bo"))[0]["outcome"] == "told"
