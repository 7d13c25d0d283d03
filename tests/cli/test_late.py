"""The way to the server is made when it is first used, once, and not for what the store alone can answer."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

import pytest

from nookterm.cli.late import LateGateway
from nookterm.client.errors import StoreDamaged
from nookterm.client.ports import Gateway
from nookterm.domain.ids import DeviceId, UserId

ANA, PHONE = UserId("@ana:river.example"), DeviceId("PHONE")


class Made:
    """A gateway that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch_sync(self, since: str | None, timeout: float) -> dict[str, Any]:
        self.asked.append(f"fetch {since}")
        return {}

    def digest_sync(self, raw: object) -> str:
        self.asked.append("digest")
        return "step"

    def forget_crypto(self) -> None:
        self.asked.append("forget")

    async def close(self) -> None:
        self.asked.append("close")


class Bench:
    """Counts how often it loads and makes."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.loaded_on: list[str] = []

    def gateway(self) -> LateGateway:
        return LateGateway(ANA, PHONE, lambda: self.loaded_on.append(threading.current_thread().name), self._make)

    def _make(self) -> Gateway:
        self.made.append(Made())
        return cast("Gateway", self.made[-1])


async def test_who_one_is_and_closing_need_no_way_to_the_server() -> None:
    bench = Bench()
    late = bench.gateway()

    assert (late.user_id, late.device_id) == (ANA, PHONE)
    late.forget_crypto()
    await late.close()

    assert (bench.made, bench.loaded_on) == ([], [])


async def test_the_first_question_makes_it_and_loading_holds_up_nobody_on_this_thread() -> None:
    bench = Bench()
    late = bench.gateway()

    await asyncio.gather(late.fetch_sync("s1", 0.0), late.fetch_sync("s2", 0.0))
    await late.fetch_sync("s3", 0.0)
    late.forget_crypto()
    await late.close()

    assert [made.asked for made in bench.made] == [["fetch s1", "fetch s2", "fetch s3", "forget", "close"]]
    assert threading.current_thread().name not in bench.loaded_on


def test_what_answers_at_once_is_made_at_once() -> None:
    bench = Bench()

    assert bench.gateway().digest_sync({}) == "step"
    assert len(bench.made) == 1


async def test_a_gateway_that_cannot_be_made_says_why_each_time() -> None:
    def fail() -> Gateway:
        raise StoreDamaged("The keys are another device's.", "Put the file back.")

    late = LateGateway(ANA, PHONE, lambda: None, fail)

    for _ in range(2):
        with pytest.raises(StoreDamaged):
            await late.fetch_sync(None, 0.0)
