"""The other engines talk to one another; before anything is held against nookterm, they themselves have to work."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.interop.conftest import Elements, Seconds
from tests.interop.host import RUNNING, Host, host
from tests.interop.install import PEER
from tests.interop.lines import PeerError


async def test_two_people_at_element_read_one_another_before_and_after_a_restart(element: Elements) -> None:
    ana, bo = await element("ana"), await element("bo")
    for peer in (ana, bo):
        await peer.register("someone")
        await peer.start(kept=True)
        await peer.set_up()
    room = await ana.room(bo.id)
    await bo.join(room)
    await ana.sees_member(room, bo.id)

    said = await ana.say(room, "hello")
    assert (await bo.reads(room, said)).body == "hello"
    for peer in (ana, bo):
        await peer.restart()
    answered = await bo.say(room, "hello yourself")

    seen = await ana.reads(room, answered)
    assert (seen.body, seen.shield, seen.encrypted) == ("hello yourself", "none", True)
    await ana.end()
    with pytest.raises(PeerError, match="ana: "):
        await ana.standing()
    assert (await bo.standing()).ready, "who goes takes nobody along"


async def test_element_neither_shows_nor_writes_for_a_device_that_nobody_signed(
    element: Elements, second: Seconds
) -> None:
    ana, bo = await element("ana"), await second("bo")
    await ana.register("ana")
    await ana.start()
    await ana.set_up()
    room = await bo.room(ana.id)
    await ana.join(room)

    hidden = await bo.say(room, "unsigned")
    withheld = await ana.say(room, "not for the unsigned")
    assert (await ana.cannot_read(room, hidden)).failure == "UNSIGNED_SENDER_DEVICE"
    assert (await bo.sees(withheld)).failure == "SessionNotFound"
    await bo.sign()
    await ana.sees_signed(bo.id, bo.device_id)

    shown = await bo.say(room, "signed")
    assert (await ana.reads(room, shown)).body == "signed"


async def test_a_command_that_fails_says_what_was_the_matter(element: Elements) -> None:
    ana = await element("ana")

    with pytest.raises(PeerError, match="there is no command sing"):
        await ana.lines.do("sing")


async def test_a_process_that_is_gone_is_noticed_at_once_and_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    home = PEER.home()
    monkeypatch.setitem(RUNNING, home, gone := Host(home))
    ana, bo = await gone.connect("ana"), await gone.connect("bo")
    gone.process.send_signal(signal.SIGSTOP)
    waits = asyncio.create_task(ana.do("standing"))
    await asyncio.sleep(0)
    gone.process.kill()

    async with asyncio.timeout(5):
        for lines, doing in ((ana, waits), (bo, bo.do("standing"))):
            with pytest.raises(PeerError, match=rf"^{lines.name}: standing: "):
                await doing
            await lines.end()
    gone.end()
    again = host(home)
    try:
        await (await again.connect("ana")).end()
    finally:
        again.end()
    assert again is not gone
