"""Where a browser comes back to: one address on this machine that nobody can guess, one visit, then it is closed."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from nookterm.client.errors import CannotWrite
from nookterm.client.ports import Secret

HOST = "127.0.0.1"
LONGEST_TOKEN = 1024
"""Characters; Synapse's have 40, and no server needs more than a few hundred."""
_LONGEST_LINE = 4096
_STATE_BYTES = 24
_TO_END = 1.0
"""Seconds that a connection has to close."""

_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>nookterm</title>"
    "<body style='font:1.1em/1.5 sans-serif;max-width:32em;margin:4em auto;padding:0 1em'><p>{words}</p></body></html>"
)
_HEADERS = {
    # The address of this page has the token in it: it is told to nobody, kept nowhere, and the page loads nothing.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_DONE = "You are back. You can close this tab; nookterm goes on by itself."
_NOTHING = "There is nothing here."


def _silence() -> logging.Logger:
    """Says nothing whatever the level: what aiohttp would log of a bad request is its first line, with the token."""
    silent = logging.getLogger("nookterm.loopback")
    silent.disabled = True
    return silent


class Loopback:
    """The Callback port: takes one visit to one address. Use `listening`."""

    def __init__(self, port: int) -> None:
        """`port` is where it listens."""
        self._host = f"{HOST}:{port}"
        self._path = f"/{secrets.token_urlsafe(_STATE_BYTES)}"
        self._taken = False
        self._brought: asyncio.Future[Secret] = asyncio.get_running_loop().create_future()

    @property
    def address(self) -> str:
        """Where the server is to send the browser."""
        return f"http://{self._host}{self._path}"

    async def token(self) -> Secret:
        """Wait for the visit."""
        return await asyncio.shield(self._brought)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take the visit, or say that nothing is here: for strangers' pages that try what listens on this machine."""
        status, words = self._judged(request)
        good = status == web.HTTPOk.status_code
        self._taken = self._taken or good
        response = web.Response(
            text=_PAGE.format(words=words), status=status, content_type="text/html", charset="utf-8", headers=_HEADERS
        )
        try:
            await response.prepare(request)
            await response.write_eof()
        finally:
            if good:
                # Only now, so that the browser has its page before everything here is closed.
                self._brought.set_result(Secret(request.query["loginToken"]))
        return response

    def _judged(self, request: web.BaseRequest) -> tuple[int, str]:
        # A name that somebody made to lead to this machine (DNS rebinding) is not the one that we gave out.
        if request.headers.getall("Host", []) != [self._host]:
            return web.HTTPMisdirectedRequest.status_code, _NOTHING
        if not hmac.compare_digest(request.path.encode(), self._path.encode()):
            return web.HTTPNotFound.status_code, _NOTHING
        if request.method != "GET":
            return web.HTTPMethodNotAllowed.status_code, _NOTHING
        if self._taken:
            return web.HTTPGone.status_code, "Somebody came back to this page already."
        if not is_token(request.query.getall("loginToken", [])):
            return web.HTTPBadRequest.status_code, "This page needs what the server sends along with you."
        return web.HTTPOk.status_code, _DONE


def is_token(given: list[str]) -> bool:
    """Whether this is one token, of a length and in letters that a server would choose."""
    return len(given) == 1 and 0 < len(given[0]) <= LONGEST_TOKEN and given[0].isascii() and given[0].isprintable()


@asynccontextmanager
async def listening() -> AsyncIterator[Loopback]:
    """Listen on a free port of this machine, and of this machine alone. Raises CannotWrite where that cannot be."""
    plug = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        plug.bind((HOST, 0))
        port = int(plug.getsockname()[1])
    except OSError as error:
        plug.close()
        message = "A browser could not come back to nookterm: this machine lets nobody listen."
        raise CannotWrite(message, "Nothing was changed.", code="no_loopback") from error
    here = Loopback(port)
    server = web.Server(
        here.answer, logger=_silence(), access_log=None, max_line_size=_LONGEST_LINE, max_field_size=_LONGEST_LINE
    )  # fmt: skip
    runner = web.ServerRunner(server, shutdown_timeout=_TO_END)
    await runner.setup()
    try:
        await web.SockSite(runner, plug, backlog=8).start()
        yield here
    finally:
        await runner.cleanup()
        plug.close()
