"""Somebody at their own nookterm who is killed: a process that forks one short life after another, as told on stdin.

The fork comes after the imports, so that a life costs what it does and not what Python does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nookterm.client.ports import Secret
from nookterm.domain.ids import RoomId
from nookterm.store.lock import hold_account
from nookterm.store.migrating import Migration, shipped
from nookterm.store.opening import open_store
from tests.client.people import TEXT, Drawer, Person, Village
from tests.faults.kill_points import BACKUP_POINTS, MIGRATION_POINTS, POINTS, PUBLISH_POINTS, Killer
from tests.live_homeserver import LiveServer

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Plan:
    """One life: whose, where it ends, and what it does until then."""

    home: str
    name: str
    secrets: dict[str, str]
    point: str = ""
    """Empty: it is not killed."""
    nth: int = 1
    say: list[tuple[str, str]] = field(default_factory=list)
    """Room and text, in this order."""
    fill: list[str] = field(default_factory=list)
    """Rooms whose gaps are filled."""
    publish: str = ""
    """The highlight that it publishes, by its short word."""
    back_up: bool = False
    """Whether it puts its keys into its backup."""
    way: str = "auto"
    """How it asks for news."""
    migrate: str = ""
    """SQL of a schema newer than any: the store is brought to it, and nothing else happens."""


@dataclass(frozen=True)
class Ended:
    """What became of a life."""

    killed: bool
    passed: int = 0
    """How often the place was passed; 0 for the killed, who cannot say."""
    asked: list[str] = field(default_factory=list)
    """Texts that the outbox was asked to take."""
    kept: list[str] = field(default_factory=list)
    """Texts that it took: from then on they must not be lost."""
    trouble: str = ""
    """A traceback, where it ended in another way."""


def newer_schema(sql: str) -> list[Migration]:
    """What this program ships, and one step more."""
    return [*shipped(), Migration(max(step.number for step in shipped()) + 1, sql)]


async def _live(plan: Plan, said: int) -> None:
    def tell(what: str, text: str) -> None:
        os.write(said, json.dumps([what, text]).encode() + b"\n")

    drawer = Drawer(kept={name: Secret(text) for name, text in plan.secrets.items()})
    village = Village(LiveServer("", "", "", Path()), Path(plan.home), drawer, way=plan.way)
    person = Person(village.parts, plan.name, Secret(""))
    outbox = person.session.outbox
    await person.sync()
    while plan.back_up and await person.session.trust.backup.save_some():
        pass
    for room in plan.fill:
        await person.session.fill_gaps(RoomId(room))
    if plan.publish:
        await person.sharing.publish(plan.publish)
    for room, text in plan.say:
        tell("asked", text)
        outbox.queue(RoomId(room), TEXT, {"msgtype": "m.text", "body": text})
        tell("kept", text)
    await outbox.flush(now=True)
    await person.sync()
    await person.sync()
    await person.account.close()


def _migrate(plan: Plan) -> None:
    folder = Path(plan.home)
    with hold_account(folder / "account.lock"):
        key = Secret(plan.secrets["key"])
        open_store(folder / plan.name, key, create=False, migrations=newer_schema(plan.migrate)).close()


def _be_born(plan: Plan, said: int) -> int:
    killer = Killer(plan.nth)
    if plan.point:
        {**POINTS, **MIGRATION_POINTS, **BACKUP_POINTS, **PUBLISH_POINTS}[plan.point].install(killer)
    try:
        if plan.migrate:
            _migrate(plan)
        else:
            asyncio.run(_live(plan, said))
    except BaseException:  # noqa: BLE001 - told to the parent, whatever it is
        os.write(said, json.dumps(["trouble", traceback.format_exc()]).encode() + b"\n")
        return 1
    os.write(said, json.dumps(["passed", killer.passed]).encode() + b"\n")
    return 0


def _one_life(plan: Plan) -> Ended:
    listening, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(listening)
        os._exit(_be_born(plan, said))
    os.close(said)
    with os.fdopen(listening, encoding="utf-8") as pipe:
        words: list[list[Any]] = [json.loads(line) for line in pipe if line.endswith("\n")]
    _, status = os.waitpid(pid, 0)
    told = {kind: [word for what, word in words if what == kind] for kind in ("asked", "kept", "passed", "trouble")}
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return Ended(killed, sum(told["passed"]), told["asked"], told["kept"], "\n".join(told["trouble"]))


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        raw = json.loads(line)
        plan = Plan(**raw | {"say": [tuple(pair) for pair in raw["say"]]})
        print(json.dumps(asdict(_one_life(plan))), flush=True)  # noqa: T201 - that is how it answers


class Nursery:
    """The other end: starts the process above and asks it for lives."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # What is about pytest and coverage is about this process only.
            env={key: word for key, word in os.environ.items() if not key.startswith(("PYTEST", "COV"))},
        )

    def live(self, plan: Plan) -> Ended:
        """Let somebody live as planned. Returns what became of them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(plan)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


if __name__ == "__main__":
    main()
