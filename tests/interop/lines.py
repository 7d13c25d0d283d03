"""A program in another language or environment, told by lines of JSON what to do, and ended whatever happens."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections import deque
from pathlib import Path
from typing import Any, Self

LONGEST_LINE = 1 << 24
"""Bytes: a file of keys is one line."""
LOG_LINES = 30


class PeerError(Exception):
    """The other program could not do what it was told; says what it said, and the end of its log."""


class Lines:
    """One process. Commands run side by side: an answer finds its question by number."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        self.name = name
        self._process = process
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._log: deque[str] = deque(maxlen=None if os.environ.get("PEER_LOG") else LOG_LINES)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._readers = [asyncio.create_task(self._hear()), asyncio.create_task(self._keep_log())]

    @classmethod
    async def begin(cls, name: str, *command: str | Path, **environment: str) -> Self:
        """Start the program and wait until it says that it is ready."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | environment,
            limit=LONGEST_LINE,
        )
        lines = cls(process, name)
        try:
            async with asyncio.timeout(30):
                await lines._ready
        except TimeoutError:
            await lines.end()
            raise lines.error("did not start within 30 s") from None
        return lines

    async def do(self, command: str, *, limit: float = 40, **words: Any) -> Any:
        """Have it do something; what it answered. `limit`: seconds. Raises PeerError."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        line = {"id": number, "do": command, **{name: word for name, word in words.items() if word is not None}}
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            async with asyncio.timeout(limit):
                await self._process.stdin.drain()
                return await answer
        except TimeoutError:
            raise self.error(f"{command}: no answer within {limit:g} s") from None
        except (PeerError, ConnectionError) as error:
            raise self.error(f"{command}: {error}") from None
        finally:
            del self._waiting[number]

    def error(self, words: str) -> PeerError:
        """The words with the end of the log."""
        return PeerError("\n  | ".join([f"{self.name}: {words}", *self._log]))

    async def end(self) -> None:
        """End it: by closing its input, and where that does not help, by its process id."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._readers)

    async def _hear(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            told = json.loads(line)
            if "ready" in told:
                self._ready.set_result(None)
                continue
            asked = self._waiting.get(told["id"])
            if asked is None or asked.done():
                continue
            if "error" in told:
                asked.set_exception(PeerError(told["error"]))
            else:
                asked.set_result(told["result"])
        gone = PeerError("the process has ended")
        for asked in (self._ready, *self._waiting.values()):
            if not asked.done():
                asked.set_exception(gone)

    async def _keep_log(self) -> None:
        assert self._process.stderr
        async for line in self._process.stderr:
            self._log.append(line.decode(errors="replace").rstrip()[:240])
