"""What one process asks of another is done once, in order, and answered; or it is said that nobody knows."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nookterm.client.account import unplugged
from nookterm.client.changes import Change, OutboxChanged
from nookterm.client.errors import Busy, Offline
from nookterm.client.intents import GIVE_WAY, STAYS, Holder, Unfinished, ask
from nookterm.client.ports import Intent, Secret, Store
from nookterm.client.profiles import Profile
from nookterm.client.session import Session
from nookterm.domain.events import Json
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.pictures.cleaner import PictureCleaner
from nookterm.store.lock import hold_account
from nookterm.store.opening import new_key, open_store

ROOM = RoomId("!tea:river.example")
WORDS = ("leave", "Tea house")
TAKE_AND_STAY = """
import asyncio, pathlib, sys
from datetime import UTC, datetime
from nookterm.client.ports import Secret
from nookterm.store.lock import hold_account
from nookterm.store.opening import open_store
lock = hold_account(pathlib.Path(sys.argv[1]).with_name("lock"))
lock.serve()
store = open_store(pathlib.Path(sys.argv[1]), Secret(sys.stdin.readline().strip()), create=False)
print("held", flush=True)
wanted = sys.stdin.readline()
while not (waiting := store.waiting_intents()):
    pass
if wanted.strip() == "take":
    assert store.take_intent(waiting[0].id)
print("seen", flush=True)
sys.stdin.read()
"""


def now() -> datetime:
    return datetime.now(UTC)


def somebody_has_it() -> bool:
    return False


def session_on(store: Store) -> Session:
    """A session that reaches no server."""
    me = Profile("a", "http://127.0.0.1:9", UserId("@ana:river.example"), DeviceId("D"), "demo")
    return Session.open(unplugged(me, Offline("No server.", "", code="offline")), store, now, PictureCleaner())


@dataclass
class Two:
    """The holder's store and the asker's: the same file by two connections."""

    held: Store
    beside: Store
    done: list[tuple[str, ...]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    async def carry_out(self, _session: Session, words: tuple[str, ...]) -> Json:
        """Notes what was asked. `slow` never ends, `fail` is a mistake of ours."""
        self.done.append(words)
        if words[0] == "slow":
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        return {"words": list(words)}

    @asynccontextmanager
    async def holding(self, give_way: Callable[[], None] | None = None) -> AsyncIterator[asyncio.Task[None]]:
        """Somebody serves."""
        session = session_on(self.held)
        session.changes.listen(self.changes.append)
        task = asyncio.create_task(Holder(session, self.carry_out, give_way).run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def ask(
        self, *words: str, seconds: float = 20.0, is_free: Callable[[], bool] = somebody_has_it
    ) -> Json | None:
        return await ask(self.beside, words or WORDS, clock=now, seconds=seconds, is_free=is_free)

    async def begun(self, words: tuple[str, ...]) -> None:
        async with asyncio.timeout(10):
            while words not in self.done:  # noqa: ASYNC110 - the other side is in another connection
                await asyncio.sleep(0.01)


@pytest.fixture
def key() -> Secret:
    return new_key()


@pytest.fixture
async def two(tmp_path: Path, key: Secret) -> AsyncIterator[Two]:
    held = open_store(tmp_path / "account.db", key, create=True)
    beside = open_store(tmp_path / "account.db", key, create=False, beside=True)
    yield Two(held, beside)
    beside.close()
    held.close()


async def test_what_is_asked_is_done_by_the_holder_and_answered_and_leaves_no_row(two: Two) -> None:
    async with two.holding():
        assert await two.ask(*WORDS) == {"words": list(WORDS)}
    assert two.done == [WORDS]
    assert two.held.connection.execute("SELECT count(*) FROM intents").fetchone() == (0,)


async def test_many_askers_are_served_in_their_order_and_each_gets_its_own_answer(two: Two) -> None:
    asked = [("one",), ("two",), ("three",), ("four",)]
    waits = [asyncio.create_task(two.ask(*words)) for words in asked]
    await asyncio.sleep(0)
    async with two.holding():
        assert await asyncio.gather(*waits) == [{"words": list(words)} for words in asked]
    assert two.done == asked


async def test_an_account_that_came_free_is_left_to_the_asker_and_nothing_stays_behind(two: Two) -> None:
    assert await two.ask(is_free=lambda: True) is None
    async with two.holding():
        assert await two.ask("after") == {"words": ["after"]}
    assert two.done == [("after",)]


async def test_a_wait_that_is_over_takes_back_what_was_not_begun_and_says_so(two: Two) -> None:
    with pytest.raises(Offline, match="Nothing was done") as caught:
        await two.ask(seconds=0.2)
    assert caught.value.code == "timeout"
    assert two.held.waiting_intents() == ()


async def test_a_wait_that_is_over_says_that_what_was_begun_may_still_happen(two: Two) -> None:
    async with two.holding():
        with pytest.raises(Offline, match="may still happen"):
            await two.ask("slow", seconds=0.3)


async def test_an_interrupted_wait_takes_back_what_was_not_begun(two: Two) -> None:
    wait = asyncio.create_task(two.ask())
    async with asyncio.timeout(20):
        while not two.held.waiting_intents():  # noqa: ASYNC110 - the store is a file, which knows no event of ours
            await asyncio.sleep(0.01)
    assert len(two.held.waiting_intents()) == 1
    wait.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wait
    assert two.held.waiting_intents() == ()


async def test_what_nobody_waits_for_any_longer_is_not_begun(two: Two) -> None:
    """Its asker was killed: an approval must not happen a day later."""
    yesterday = now() - timedelta(days=1)
    two.beside.add_intent(Intent("old", ("approve", "k-7q2kx4"), yesterday, yesterday + timedelta(seconds=30)))
    async with two.holding():
        assert await two.ask("after") is not None
    assert two.done == [("after",)]
    assert two.held.intent("old") is None


async def test_a_holder_that_leaves_in_the_middle_says_that_it_is_unfinished(two: Two) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(two.holding())
        wait = asyncio.create_task(two.ask("slow"))
        await two.begun(("slow",))
        await stack.aclose()
        with pytest.raises(Unfinished, match="look before you try again"):
            await wait


async def test_a_holder_stays_or_gives_way_as_it_can(two: Two) -> None:
    async with two.holding():
        assert await two.ask(*GIVE_WAY) == {STAYS: True}
    gone = asyncio.Event()
    async with two.holding(gone.set):
        assert await two.ask(*GIVE_WAY) == {STAYS: False}
        await gone.wait()


async def test_a_message_committed_beside_the_holder_wakes_its_outbox_once(two: Two) -> None:
    before = session_on(two.held).outbox.queue(RoomId("!old:river.example"), "m.room.message", {})
    async with two.holding():
        await two.ask("settle")
        session_on(two.beside).outbox.queue(ROOM, "m.room.message", {"body": "tea"})
        await two.ask("look")
        await two.ask("look")
    told = [change for change in two.changes if isinstance(change, OutboxChanged)]
    assert told == [OutboxChanged(frozenset({ROOM}))]
    assert before.txn_id in {row.txn_id for row in two.held.outgoing()}


@pytest.mark.parametrize("what", ["look", "take"])
async def test_after_a_kill_an_intent_is_the_askers_again_unless_it_was_begun(
    tmp_path: Path, key: Secret, what: str
) -> None:
    path, lock = tmp_path / "account.db", tmp_path / "lock"
    open_store(path, key, create=True).close()
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TAKE_AND_STAY, str(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin
    assert holder.stdout
    holder.stdin.write(f"{key.reveal()}\n{what}\n".encode())
    assert await holder.stdout.readline() == b"held\n"
    store = open_store(path, key, create=False, beside=True)
    try:
        wait = asyncio.create_task(ask(store, WORDS, clock=now, seconds=30, is_free=lambda: is_free(lock)))
        assert await holder.stdout.readline() == b"seen\n"
        holder.kill()
        if what == "take":
            with pytest.raises(Unfinished):
                await wait
        else:
            assert await wait is None
        assert store.connection.execute("SELECT count(*) FROM intents").fetchone() == (0,)
    finally:
        with suppress(ProcessLookupError):
            holder.kill()
        await holder.wait()
        store.close()


def is_free(lock: Path) -> bool:
    try:
        with hold_account(lock):
            return True
    except Busy as problem:
        stays = problem.retry_after is None
    assert stays, "whoever serves is not waited for"
    return False
