"""A command beside the client prints what it would have printed alone, and ends as it would have ended."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from nookterm.cli.context import Context
from nookterm.cli.handing import run_command
from nookterm.cli.main import module_of
from nookterm.cli.output import exit_code
from nookterm.cli.parser import build_parser
from nookterm.cli.recording import Recorder, replay
from nookterm.cli.serving import carry_out_with
from nookterm.client.account import OpenAccount, open_account
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem
from nookterm.client.intents import CarryOut
from nookterm.client.session import Session
from nookterm.domain.events import Json
from nookterm.viewmodels.shell import ClientShell
from tests.client.people import Community, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import shows

LOOKING = (
    ("rooms",), ("desk",), ("desk", "--nook", "glaze-lab"), ("requests",), ("highlights",), ("read", "glaze-lab"),
    ("read", "glaze-lab", "--limit", "1"), ("read", "Makers"), ("read", "no such room"), ("record",),
    ("highlights", "--digest", "text"), ("highlights", "--waiting"), ("limits", "Makers"), ("origin", "$nothing"),
)  # fmt: skip
REFUSED = (
    ("approve", "k-zzzzzz"), ("leave", "no such room"), ("invite", "glaze-lab", "@nobody"),
    ("found", "nook", "Makers", " "), ("publish", "h-zzzzzz"), ("consent", "h-zzzzzz", "--no"),
    ("limits", "Makers", "--chars", "0"), ("knock", "#nothing:river.example"),
    ("join", "!nothing:river.example"), ("send", "no such room", "x"), ("send", "Makers", " "),
)  # fmt: skip


@dataclass
class Desk:
    """Somebody whose account a client with a screen has, as soon as it is opened, and their shell prompt."""

    people: Village
    name: str
    engine: Engine
    shell: ClientShell | None = None

    async def open(self, carry_out: CarryOut | None = None) -> ClientShell:
        """Open the client and wait until it is live. `carry_out`: instead of the real one."""

        async def open_it() -> OpenAccount:
            return open_account(self.people.parts, self.name)

        self.shell = ClientShell(self.engine, open_it, carry_out=carry_out or carry_out_with(self.people.parts))
        await self.shell.start()
        await shows(self.shell.status, lambda view: view.connection == "live")
        return self.shell

    async def run(self, *words: str) -> tuple[Json, int]:
        """Run a command. Returns what it printed, and its exit code."""
        line = ("--profile", self.name, *words)
        args = build_parser("0").parse_args(line)
        module = importlib.import_module(str(module_of(args.command)))
        recorder = Recorder()
        try:
            await run_command(getattr(module, args.command), Context(self.people.parts, recorder, args, tuple(line)))
        except Problem as problem:
            recorder.problem(problem)
            return recorder.answer(), exit_code(problem)
        return recorder.answer(), 0

    async def do(self, *words: str) -> list[dict[str, Any]]:
        """Run a command that has to work. Returns its rows."""
        answer, code = await self.run(*words)
        assert code == 0, answer
        return [printed["fields"] for printed in answer["rows"] if "fields" in printed]


async def community(people: Village, url: str = "") -> tuple[Person, Person, Community]:
    ana, bo = await people.person("ana", url=url), await people.person("bo")
    here = await people.community(ana, bo)
    return ana, bo, here


@pytest.fixture
async def desks(people: Village) -> AsyncIterator[list[Desk]]:
    """Closes the clients that were opened."""
    made: list[Desk] = []
    yield made
    for desk in made:
        if desk.shell:
            await desk.shell.stop()
        desk.engine.stop()


async def at_prompt(people: Village, desks: list[Desk], person: Person) -> Desk:
    """Somebody leaves the test's hands and sits down at a prompt."""
    await person.account.close()
    people.people.remove(person)
    engine = Engine()
    engine.start()
    desks.append(Desk(people, person.name, engine))
    return desks[-1]


async def test_what_is_printed_and_how_it_ends_is_the_same_alone_and_beside_the_client(
    people: Village, desks: list[Desk]
) -> None:
    ana, bo, here = await community(people)
    await bo.say(here.nook, "hello")
    kit = await people.person("kit")
    await kit.enter(here.space)
    await kit.asking.knock(here.nook, answers={"q1": "because"})
    await ana.sync()
    desk = await at_prompt(people, desks, ana)
    alone_ = [await desk.run(*words) for words in (*LOOKING, *REFUSED)]
    await desk.open()
    beside = [await desk.run(*words) for words in (*LOOKING, *REFUSED)]
    for words, one, other in zip((*LOOKING, *REFUSED), alone_, beside, strict=True):
        assert other == one, words
    assert {code for _, code in alone_} >= {0, 1, 2}
    assert all(code for _, code in alone_[len(LOOKING) :])


async def test_two_askers_at_once_are_both_served_and_both_served_once(people: Village, desks: list[Desk]) -> None:
    desk = await at_prompt(people, desks, await people.person("ana"))
    shell = await desk.open()
    names = ("Hill", "Dale", "Brook")
    made = await asyncio.gather(*(desk.do("found", "space", name) for name in names))
    assert {rows[0]["name"] for rows in made} == set(names)
    spaces = [row["name"] for row in await desk.do("rooms") if row["kind"] == "space"]
    assert sorted(spaces) == sorted(names)
    helpers = {f"{name} facilitators" for name in names}
    await shows(shell.tree, lambda view: helpers <= {row.label for row in view.rows})


async def test_a_message_left_to_a_client_without_network_stays_queued_and_goes_out_later_in_order(
    people: Village, desks: list[Desk], proxy: FaultyProxy
) -> None:
    ana, bo, here = await community(people, proxy.url)
    desk = await at_prompt(people, desks, ana)
    shell = await desk.open()
    with proxy.rule("", "drop_before"):
        assert [row["state"] for row in await desk.do("send", "glaze-lab", "one")] == ["queued"]
        answer, code = await desk.run("send", "glaze-lab", "two", "--wait", "--timeout", "0.5")
        assert (code, answer["problem"]["code"]) == (4, "queued")
        assert [printed["fields"]["state"] for printed in answer["rows"]] == ["queued"]
        assert (await desk.run("leave", "glaze-lab"))[1] == 4
    _, last = await desk.do("send", "glaze-lab", "three", "--wait")
    assert last["state"] in {"sent", "echoed"}
    await shows(shell.status, lambda view: view.unsent == 0)
    await bo.sync()
    assert bo.heard(here.nook) == ["one", "two", "three"]


async def test_the_past_that_is_not_here_is_fetched_by_the_client(people: Village, desks: list[Desk]) -> None:
    """What is here is printed at once; where that is not all that was asked for, the holder looks further back."""
    ana, bo, here = await community(people)
    for n in range(12):
        await bo.post(here.nook, {"msgtype": "m.text", "body": f"word {n}"})
    desk = await at_prompt(people, desks, ana)
    await desk.open()
    rows = await desk.do("read", "glaze-lab", "--limit", "200")
    assert [row["body"] for row in rows] == [f"word {n}" for n in range(12)]


@pytest.mark.parametrize(
    ("words", "code"), [(("leave", "glaze-lab"), 0), (("invite", "glaze-lab", "@kit:river.example"), 1)]
)
async def test_what_the_client_left_in_the_middle_is_done_again_where_twice_is_as_once_and_else_said(
    people: Village, desks: list[Desk], words: tuple[str, ...], code: int
) -> None:
    _ana, bo, _here = await community(people)
    desk = await at_prompt(people, desks, bo)
    begun = threading.Event()

    async def never(_session: Session, _words: tuple[str, ...]) -> Json:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    shell = await desk.open(never)
    command = asyncio.create_task(desk.run(*words))
    await asyncio.to_thread(begun.wait, 20)
    await shell.stop()
    answer, ended = await command
    assert ended == code
    assert [printed["fields"]["membership"] for printed in answer["rows"]] == ([] if code else ["leave"])
    assert not code or answer["problem"]["code"] == "unfinished"


async def test_what_needs_the_account_alone_is_refused_beside_the_client(people: Village, desks: list[Desk]) -> None:
    desk = await at_prompt(people, desks, await people.person("ana"))
    await desk.open()
    answer, code = await desk.run("logout")
    assert (code, answer["problem"]["code"]) == (7, "busy")
    assert await desk.do("rooms") == []


async def test_a_mistake_of_ours_is_told_to_the_asker_and_what_is_unknown_is_not_tried(people: Village) -> None:
    carry_out = carry_out_with(people.parts)
    broken: Session = object()  # type: ignore[assignment]  # a session that nothing works with
    for words, code in ((("leave", "x"), "mistake"), (("demo",), "busy"), (("no-such-command",), "usage")):
        with pytest.raises(Problem) as caught:
            replay(await carry_out(broken, words), Recorder())
        assert caught.value.code == code
