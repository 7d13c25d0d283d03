"""A way to the real server on which things go wrong: one rule decides what becomes of each request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_GONE = b'{"errcode":"M_UNKNOWN_TOKEN","error":"gone","soft_logout":%s}'
_SLOW = b'{"errcode":"M_LIMIT_EXCEEDED","error":"slow","retry_after_ms":%d}'
_TROUBLE = {
    "500": (b"500 Internal Server Error", b'{"errcode":"M_UNKNOWN","error":"Internal server error"}'),
    "502html": (b"502 Bad Gateway", _HTML),
    "200html": (b"200 OK", _HTML),
    "sso": (b"200 OK", b'{"flows":[{"type":"m.login.sso"}]}'),
    "jwt": (b"200 OK", b'{"flows":[{"type":"org.matrix.login.jwt"},{"type":"m.login.token"}]}'),
    "unrecognized": (b"404 Not Found", b'{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}'),
    "403": (b"403 Forbidden", b'{"errcode":"M_FORBIDDEN","error":"not here"}'),
    "401": (b"401 Unauthorized", _GONE % b"false"),
    "401soft": (b"401 Unauthorized", _GONE % b"true"),
    "429": (b"429 Too Many Requests", _SLOW % 7000),
    "429soon": (b"429 Too Many Requests", _SLOW % 200),
    "429header": (b"429 Too Many Requests\r\nRetry-After: 3", _SLOW % 100),
    "429huge": (b"429 Too Many Requests\r\nRetry-After: 999999999", _SLOW % 999_999_999),
}
_PIECES = 20
_BETWEEN_PIECES = 0.02
"""Seconds: a trickle takes about half a second."""


@dataclass
class Rule:
    """What becomes of requests whose line has `match` in it.

    drop_before and drop_after (the server did it), half (of the answer), hang, pause, trickle, or an answer of our own.
    """

    match: str
    fault: str
    times: int | None = None
    """How often; None: until the rule is lifted."""
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Lets the requests go on that `pause` holds."""

    async def has_hit(self, times: int = 1) -> None:
        """Wait until as many requests came under the rule."""
        async with asyncio.timeout(20):
            while self.hits < times:  # noqa: ASYNC110 - a counter that tests read tells nobody
                await asyncio.sleep(0.01)

    def takes(self, line: str) -> bool:
        """Whether this request is the rule's; counts it then."""
        if self.match not in line or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


@dataclass
class FaultyProxy:
    """Listens on loopback and passes each request on to one server, one request per connection."""

    upstream: str
    lines: list[str] = field(default_factory=list)
    """Every request line that came."""
    sent: list[bytes] | None = None
    """Every request that came, whole, in so far as somebody wants them kept."""
    weather: Callable[[str], str] | None = None
    """Picks the fault for a request line that no rule takes; `pass` for none."""
    _rules: list[Rule] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _at_work: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @contextlib.asynccontextmanager
    async def before(cls, upstream: str) -> AsyncIterator[Self]:
        """A proxy that runs for as long as the block."""
        proxy = cls(upstream)
        await proxy.open()
        try:
            yield proxy
        finally:
            await proxy.shut()

    async def open(self, port: int = 0) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def shut(self) -> None:
        """Listen no more and break what is open: the server is away."""
        if self._server:
            self._server.close()
        await self.drop_connections()

    async def drop_connections(self) -> None:
        """Break what is open and listen on."""
        for task in tuple(self._at_work):
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """What a client takes for the homeserver."""
        return f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def rule(self, match: str, fault: str, times: int | None = None) -> Iterator[Rule]:
        """Let things go wrong for a while."""
        rule = Rule(match, fault, times)
        self._rules.append(rule)
        try:
            yield rule
        finally:
            self._rules.remove(rule)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        work = asyncio.create_task(self._one(reader, writer))
        self._at_work.add(work)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await work
        finally:
            self._at_work.discard(work)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        body = await reader.readexactly(_length(fields))
        self.lines.append(line)
        if self.sent is not None:
            self.sent.append(head + body)
        rule = next((rule for rule in self._rules if rule.takes(line)), None)
        fault = rule.fault if rule else self.weather(line) if self.weather else "pass"
        if rule and fault == "pause":
            await rule.released.wait()
        if fault == "hang":
            await reader.read()
            return
        if fault == "drop_before":
            return
        if fault in _TROUBLE:
            status, words = _TROUBLE[fault]
            writer.write(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(words))
            writer.write(words)
            await writer.drain()
            return
        answer = await self._asked(line, fields, body)
        if fault == "trickle":
            size = len(answer) // _PIECES + 1
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await writer.drain()
                await asyncio.sleep(_BETWEEN_PIECES)
        elif fault != "drop_after":
            writer.write(answer[: len(answer) // 2] if fault == "half" else answer)
            await writer.drain()

    async def _asked(self, line: str, fields: list[str], body: bytes) -> bytes:
        where = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        kept = [f for f in fields if not f.lower().startswith(("connection:", "accept-encoding:"))]
        head = "\r\n".join((line, *kept, "Connection: close", "", ""))
        writer.write(head.encode("latin-1") + body)
        try:
            return await reader.read()
        finally:
            writer.close()


def _length(fields: list[str]) -> int:
    found = (f.partition(":")[2] for f in fields if f.lower().startswith("content-length:"))
    return int(next(found, "0"))
