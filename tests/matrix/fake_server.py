"""A server on loopback that answers exactly what a test tells it to, down to the bytes."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

BREAK = b""
"""Closes the connection without an answer."""
HANG = b"hang"
"""Never answers."""


@dataclass
class FakeServer:
    """Gives its answers in order, the last one for ever, and keeps what was asked."""

    answers: list[bytes]
    routes: Mapping[str, bytes] = field(default_factory=dict)
    """Answers by a part of the request line; they go before the others."""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer, closed."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(head)
            line = head.partition("\r\n")[0]
            routed = [given for part, given in self.routes.items() if part in line]
            answer = routed[0] if routed else self.answers[min(len(self.asked), len(self.answers)) - 1]
            if answer == HANG:
                await asyncio.sleep(3600)
            writer.write(answer)
            await writer.drain()
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def answer(status: int, body: object, *headers: str) -> bytes:
    """An HTTP answer; `body` is sent as JSON unless it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(raw)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


@asynccontextmanager
async def fake_server(
    *answers: bytes, routes: Mapping[str, bytes] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[FakeServer]:
    """A running server with these answers."""
    fake = FakeServer(list(answers), routes or {})
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, ssl=tls)
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
