"""`verify`: each step is printed, answers are read while the sync goes on, and the exit code says what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, TextIO

import pytest

from nookterm.cli.answers import Answers
from nookterm.cli.commands.verify import verify
from nookterm.cli.context import Context
from nookterm.cli.output import Printer, exit_code
from nookterm.cli.parser import build_parser
from nookterm.client.errors import NotFound, Problem
from nookterm.domain.ids import UserId
from nookterm.trust.pins import Standing
from nookterm.trust.secret_storage import MASTER, SELF_SIGNING, USER_SIGNING
from nookterm.trust.verification import Phase
from tests.client.people import Person, Village
from tests.client.test_verifying_people import another_device, flow_of, phase, until


@dataclass
class Desk(Printer):
    """Somebody at a shell: a real printer whose rows they can answer, and the pipe that is their keyboard."""

    people: Village
    steps: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What is typed at which step."""

    def __post_init__(self) -> None:
        super().__init__(as_json=True)
        reading, writing = os.pipe()
        self.keyboard: TextIO = os.fdopen(reading, "r")
        self.fingers: TextIO = os.fdopen(writing, "w")
        self._news = asyncio.Event()

    def row(self, fields: Any, line: str | None = None) -> None:
        self.steps.append({key: value for key, value in fields.items() if value is not None})
        self._news.set()
        typed = self.answers.get(fields["step"])
        if typed == "hang up":
            self.fingers.close()
        elif typed:
            print(typed, file=self.fingers, flush=True)

    async def run(self, name: str, *words: str) -> Problem | None:
        """Run the command of a profile. Returns the problem that it ended in."""
        line = ("verify", *words, "--profile", name)
        try:
            await verify(Context(self.people.parts, self, build_parser("").parse_args(list(line)), line))
        except Problem as problem:
            return problem
        finally:
            with contextlib.suppress(OSError):
                self.fingers.close()
        return None

    async def reached(self, step: str) -> None:
        while step not in self.names:
            await self._news.wait()
            self._news.clear()

    @property
    def names(self) -> list[str]:
        return [step["step"] for step in self.steps]


@pytest.fixture
async def desk(people: Village, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    made = Desk(people)
    monkeypatch.setattr("sys.stdin", made.keyboard)
    yield made
    for end in (made.fingers, made.keyboard):
        end.close()


@contextlib.asynccontextmanager
async def acting(somebody: Person, *acts: tuple[Phase, str]) -> AsyncIterator[None]:
    """Somebody at another client, who does these things as soon as it is time for each."""

    async def act() -> None:
        todo = list(acts)
        while True:
            await somebody.sync()
            flows = somebody.session.trust.flows
            if todo and flows and flow_of(somebody).phase is todo[0][0]:
                txn, what = flow_of(somebody).txn, todo.pop(0)[1]
                await getattr(somebody.session.trust.verifications, what)(txn)
            await somebody.session.trust.settle()
            await asyncio.sleep(0.05)

    task = asyncio.create_task(act())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def device_of(people: Village, phone: Person) -> str:
    """A new, closed device: the name of its profile."""
    laptop = await another_device(people, phone)
    people.people.remove(laptop)
    await laptop.account.close()
    return laptop.name


YES = ((Phase.ASKED, "accept"), (Phase.COMPARING, "same"))


async def test_a_new_device_is_trusted_by_a_look_at_the_old_one(desk: Desk) -> None:
    phone = await desk.people.person("ana")
    name = await device_of(desk.people, phone)
    desk.answers = {"compare": "yes"}
    async with acting(phone, *YES):
        assert await desk.run(name) is None

    assert desk.names[0] == "requested"
    assert desk.names[-1] == "done"
    [compare] = [step for step in desk.steps if step["step"] == "compare"]
    assert len(compare["emoji"]) == 7
    assert {"symbol", "name"} == set(compare["emoji"][0])
    assert all(1000 <= number <= 9191 for number in compare["numbers"])
    assert desk.steps[-1]["verified"] is True
    laptop = Person(desk.people.parts, name, phone.password)
    desk.people.people.append(laptop)
    assert laptop.session.trust.identity.state().step == "ready"
    json.dumps(desk.steps)


async def test_a_person_is_asked_in_a_direct_room(desk: Desk) -> None:
    bo = await desk.people.person("bo")
    name, _ = await desk.people.profile("ana")
    desk.answers = {"compare": "y"}

    async def come() -> None:
        while not bo.session.rooms.joined():
            await bo.sync()
            for room in bo.session.rooms.values():
                await bo.session.gateway.join(room.room_id)
            await asyncio.sleep(0.05)

    coming = asyncio.create_task(come())
    async with acting(bo, *YES):
        assert await desk.run(name, bo.id) is None
    await coming

    assert desk.steps[0]["room_id"] == bo.session.rooms.joined()[0].room_id
    assert [pin.standing for pin in bo.session.gateway.identities.everybody().values()].count(Standing.VERIFIED) == 2


@pytest.mark.parametrize("named", [True, False])
async def test_a_request_is_waited_for_and_taken_from_whom_the_command_names_or_after_a_question(
    desk: Desk, *, named: bool
) -> None:
    phone = await desk.people.person("ana")
    name = await device_of(desk.people, phone)
    desk.answers = {"asked": "" if named else "yes", "compare": "yes"}
    task = asyncio.create_task(desk.run(name, "--accept", *([phone.session.gateway.device_id] if named else [])))
    await desk.reached("waiting")
    await phone.sync()
    await phone.session.trust.verifications.ask_devices()
    async with acting(phone, (Phase.READY, "compare"), (Phase.COMPARING, "same")):
        assert await task is None

    assert desk.names[:2] == ["waiting", "asked"]
    assert desk.names[-1] == "done"


async def test_a_trusted_device_stays_until_the_new_one_has_its_secrets(desk: Desk) -> None:
    phone = await desk.people.person("ana")
    laptop = await another_device(desk.people, phone)
    desk.people.people.remove(phone)
    await phone.account.close()
    desk.answers = {"compare": "yes"}
    task = asyncio.create_task(desk.run(phone.name, "--accept", laptop.session.gateway.device_id))
    await desk.reached("waiting")
    await laptop.session.trust.verifications.ask_devices()
    async with acting(laptop, (Phase.READY, "compare"), (Phase.COMPARING, "same")):
        assert await task is None

    names = (MASTER, SELF_SIGNING, USER_SIGNING)
    assert all(laptop.session.gateway.identities.secret(name) for name in names)


async def test_a_request_that_is_not_wanted_is_turned_down_and_the_next_one_is_waited_for(desk: Desk) -> None:
    phone = await desk.people.person("ana")
    name = await device_of(desk.people, phone)
    desk.answers = {"asked": "no"}
    task = asyncio.create_task(desk.run(name, "--accept", "--timeout", "3"))
    await desk.reached("waiting")
    await phone.session.trust.verifications.ask_devices()
    async with acting(phone):
        problem = await task

    assert problem is not None
    assert problem.code == "timeout"
    assert flow_of(phone).phase is Phase.CANCELLED


@pytest.mark.parametrize(
    ("typed", "theirs", "code"),
    [("no", "same", "mismatch"), ("yes", "differ", "mismatch"), ("yes", "cancel", "cancelled"),
     ("hang up", "same", "no_answer")],
)  # fmt: skip
async def test_nothing_is_verified_where_one_of_two_does_not_say_yes(
    desk: Desk, typed: str, theirs: str, code: str
) -> None:
    phone = await desk.people.person("ana")
    name = await device_of(desk.people, phone)
    desk.answers = {"compare": typed}
    async with acting(phone, (Phase.ASKED, "accept"), (Phase.COMPARING, theirs)):
        problem = await desk.run(name)
    await until(phase(phone, Phase.CANCELLED), phone)

    assert problem is not None
    assert problem.code == code
    assert exit_code(problem) == 1
    assert "done" not in desk.names


async def test_nobody_waits_for_ever(desk: Desk) -> None:
    phone = await desk.people.person("ana")
    name = await device_of(desk.people, phone)
    problem = await desk.run(name, "--timeout", "1")

    assert problem is not None
    assert problem.code == "timeout"
    await phone.sync()
    await phone.session.trust.verifications.settled()
    assert flow_of(phone).over


async def test_the_account_has_to_be_free_and_the_name_known(desk: Desk) -> None:
    phone = await desk.people.person("ana")
    busy = await desk.run(phone.name)
    assert busy is not None
    assert exit_code(busy) == 7
    name, _ = await desk.people.profile("bo")
    unknown = await desk.run(name, "NODEVICE")
    assert isinstance(unknown, NotFound)
    stranger = await desk.run(name, "nobody-of-that-name")
    assert stranger is not None
    assert stranger.code == "no_identity"
    alone = await desk.run(name)
    assert alone is not None
    assert alone.code == "no_other_device"
    me = UserId(f"@{name}:{desk.people.server.server_name}")
    assert getattr(await desk.run(name, me), "code", "") == "no_other_device"


async def test_what_was_typed_before_a_question_is_no_answer_to_it() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "r") as keyboard, os.fdopen(writing, "w") as fingers:
        answers = Answers(keyboard)
        print("yes", file=fingers, flush=True)
        assert await answers.yes() is True
        print("yes\nyes\nperhaps", file=fingers, flush=True)
        asked = asyncio.create_task(answers.yes())
        await asked
        await until_read(answers)
        answers.forget()
        print("no", file=fingers, flush=True)
        assert await answers.yes() is False
        fingers.close()
        assert await answers.yes() is None
        answers.forget()
        assert await answers.yes() is None


async def until_read(answers: Answers) -> None:
    """Until the lines that were typed have arrived: a yes that nobody asked for, and a word."""
    async with asyncio.timeout(5):
        while answers._lines.qsize() < 2:  # noqa: ASYNC110 - a thread tells nobody
            await asyncio.sleep(0.01)


async def test_only_a_yes_or_a_no_is_an_answer() -> None:
    answers = Answers(io.StringIO('perhaps\n\n"Yes"\nN\n'))
    assert await answers.yes() is True
    assert await answers.yes() is False
    assert await answers.yes() is None
    assert await answers.yes() is None
