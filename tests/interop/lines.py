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
START_SECONDS = 30.0


class PeerError(Exception):
    """The other program could not do what it was told; says what it said, and the end of its log."""


def _gone() -> PeerError:
    return PeerError("the process has ended")


class Lines:
    """A connection to a program. Commands run side by side: an answer finds its question by number."""

    def __init__(self, name: str, hears: asyncio.StreamReader, says: asyncio.StreamWriter) -> None:
        """Begin to listen to the program, which is `name` in errors."""
        self.name = name
        self._says = says
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._log: deque[str] = deque(maxlen=None if os.environ.get("PEER_LOG") else LOG_LINES)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._readers = [asyncio.create_task(self._hear(hears))]

    @classmethod
    async def connect(cls, name: str, port: int) -> Self:
        """Reach a program that listens on this machine."""
        lines = cls(name, *await asyncio.open_connection("127.0.0.1", port, limit=LONGEST_LINE))
        await lines.is_ready()
        return lines

    async def is_ready(self) -> None:
        """Wait until the program says so. Raises PeerError."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready
        except (TimeoutError, PeerError) as error:
            await self.end()
            raise self.error(f"did not start within {START_SECONDS:g} s: {error}") from None

    async def do(self, command: str, *, limit: float = 40, **words: Any) -> Any:
        """Have it do something; what it answered. `limit`: seconds. Raises PeerError."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        line = {"id": number, "do": command, **{name: word for name, word in words.items() if word is not None}}
        try:
            if self._readers[0].done():
                raise _gone()
            self._says.write(json.dumps(line).encode() + b"\n")
            async with asyncio.timeout(limit):
                await self._says.drain()
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
        """Say that nothing more will come, and wait until the program has let go of all that was this connection's."""
        if not self._says.is_closing() and self._says.can_write_eof():
            self._says.write_eof()
        await asyncio.wait(self._readers, timeout=5)
        self._says.close()
        await asyncio.gather(*self._readers)

    async def _hear(self, hears: asyncio.StreamReader) -> None:
        try:
            async for line in hears:
                self._take(json.loads(line))
        except ConnectionError as error:
            self._log.append(f"{error}")
        for asked in (self._ready, *self._waiting.values()):
            if not asked.done():
                asked.set_exception(_gone())

    def _take(self, told: dict[str, Any]) -> None:
        if "log" in told:
            self._log.append(told["log"])
        elif "ready" in told:
            self._ready.set_result(None)
        elif (asked := self._waiting.get(told["id"])) is None or asked.done():
            return
        elif "error" in told:
            asked.set_exception(PeerError(told["error"]))
        else:
            asked.set_result(told["result"])


class Program(Lines):
    """A process that does nothing but what this connection tells it."""

    _process: asyncio.subprocess.Process

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
        assert process.stdin
        assert process.stdout
        assert process.stderr
        lines = cls(name, process.stdout, process.stdin)
        lines._process = process
        lines._readers.append(asyncio.create_task(lines._keep_log(process.stderr)))
        await lines.is_ready()
        return lines

    async def end(self) -> None:
        """End it: by closing its input, and where that does not help, by its process id."""
        self._says.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._readers)

    async def _keep_log(self, errors: asyncio.StreamReader) -> None:
        async for line in errors:
            self._log.append(line.decode(errors="replace").rstrip()[:240])
