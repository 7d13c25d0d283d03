"""One way to a homeserver: JSON over HTTP with finite patience, the token in a header, each failure a `Problem`."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from nookterm.client.errors import Problem, SignedOut, WrongUsage
from nookterm.client.ports import Secret
from nookterm.matrix.problems import refusal, server_trouble, unreachable
from nookterm.matrix.wire import read_json

V3 = "/_matrix/client/v3"
V1 = "/_matrix/client/v1"
PATIENCE = 30.0
"""Seconds for a whole request, where nothing else is said."""
_CONNECT = 10.0
_LARGEST_BODY = 256 * 1024 * 1024

Query = Sequence[tuple[str, str]]


def path(*parts: str, root: str = V3) -> str:
    """A path of quoted parts below `root`. Nothing in a part can leave its place."""
    if any(part in {"", ".", ".."} for part in parts):
        raise WrongUsage("That is not an id that a server can know.", code="wrong_id")
    return "/".join((root, *(quote(part, safe="", errors="replace") for part in parts)))


class TokenSource(Protocol):
    """Tokens that may expire and be renewed."""

    async def token(self) -> Secret:
        """The one to use now."""

    async def instead_of(self, used: Secret, problem: SignedOut) -> Secret:
        """Another one than that which was refused. Raises `problem` where there is none."""

    def refused(self, used: Secret, problem: SignedOut) -> None:
        """That other one was refused too."""


class Http:
    """A connection pool to one homeserver. Create and use it inside one event loop."""

    def __init__(self, base_url: str, token: Secret | None = None, tokens: TokenSource | None = None) -> None:
        """`token` stays as it is, `tokens` may have to be renewed; with neither one asks as a stranger."""
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._tokens = tokens
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        where: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Query = (),
        timeout: float = PATIENCE,
        token: Secret | None = None,
    ) -> Mapping[str, Any]:
        """Ask and return the JSON object that came back.

        aiohttp tries a GET or PUT once more on a connection that broke at once (a kept-alive one may have been closed
        by the server just then); nothing else is repeated. `timeout` is in seconds; `token` replaces our own.

        Raises:
            Problem: one of `Offline`, `ServerTrouble`, `Throttled`, `SignedOut`, `NotAllowed`, `NotFound`, or plain.
        """
        _status, answer = await self._ask(method, where, body, query, timeout, token)
        return _object(answer)

    async def call_expecting(
        self,
        refusals: frozenset[int],
        method: str,
        where: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Query = (),
    ) -> tuple[int, Mapping[str, Any]]:
        """The same where a refusal says what is to be done next: HTTP status and object, also for these `refusals`.

        A token that is not taken (any more) is raised as ever.
        """
        status, answer = await self._ask(method, where, body, query, PATIENCE, None, refusals)
        return status, _object(answer)

    async def call_list(self, method: str, where: str) -> list[Any]:
        """The same for the few paths that answer with a JSON list."""
        _status, answer = await self._ask(method, where, None, (), PATIENCE, None)
        if not isinstance(answer, list):
            raise server_trouble("Its answer makes no sense.")
        return answer

    async def _ask(
        self,
        method: str,
        where: str,
        body: Mapping[str, Any] | None,
        query: Query,
        timeout: float,
        token: Secret | None,
        refusals: frozenset[int] = frozenset(),
    ) -> tuple[int, Any]:
        url = URL(f"{self.base_url}{where}" + (f"?{urlencode(query)}" if query else ""), encoded=True)
        if token or self._tokens is None:
            return await self._answered(method, url, body, timeout, token or self._token, refusals)
        used = await self._tokens.token()
        try:
            return await self._answered(method, url, body, timeout, used, refusals)
        except SignedOut as problem:
            used = await self._tokens.instead_of(used, problem)
        try:
            return await self._answered(method, url, body, timeout, used, refusals)
        except SignedOut as problem:
            self._tokens.refused(used, problem)
            raise

    async def _answered(
        self,
        method: str,
        url: URL,
        body: Mapping[str, Any] | None,
        timeout: float,
        token: Secret | None,
        refusals: frozenset[int],
    ) -> tuple[int, Any]:
        try:
            return await self._once(method, url, body, timeout, token, refusals)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise no_answer(url.host or "The server", error) from error

    async def _once(
        self,
        method: str,
        url: URL,
        body: Mapping[str, Any] | None,
        timeout: float,
        token: Secret | None,
        refusals: frozenset[int],
    ) -> tuple[int, Any]:
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token.reveal()}"
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(dict(body), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        limits = aiohttp.ClientTimeout(total=timeout, connect=_CONNECT, sock_connect=_CONNECT)
        async with self._pool().request(
            method, url, data=data, headers=headers, timeout=limits, allow_redirects=False
        ) as answer:
            raw = await _whole_body(answer)
            return answer.status, _content(answer.status, raw, answer.headers.get("Retry-After"), refusals)

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()


def _object(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise server_trouble("Its answer makes no sense.")
    return answer


async def _whole_body(answer: aiohttp.ClientResponse) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.content.iter_chunked(1 << 16):
        size += len(piece)
        if size > _LARGEST_BODY:
            raise server_trouble("Its answer has no end.")
        pieces.append(piece)
    return b"".join(pieces)


def _content(status: int, raw: bytes, retry_header: str | None, refusals: frozenset[int]) -> Any:
    try:
        body = read_json(raw)
    except ValueError as error:
        if status < 300:  # noqa: PLR2004 - HTTP's own number
            raise server_trouble("Its answer makes no sense.") from error
        body = None
    if 200 <= status < 300:  # noqa: PLR2004
        return body
    problem = refusal(status, body if isinstance(body, Mapping) else {}, retry_header)
    if status in refusals and isinstance(body, Mapping) and not isinstance(problem, SignedOut):
        return body
    raise problem


def no_answer(host: str, error: Exception) -> Problem:
    """What an exception of the network means."""
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return unreachable(host, "no server of that name was found", "unknown_server")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return unreachable(host, "its certificate is not one to trust", "tls")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return unreachable(host, "the connection broke")
    if isinstance(error, TimeoutError):
        return unreachable(host, "it did not answer in time")
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError):
        return server_trouble("Its answer broke off.")
    return unreachable(host, "the connection failed")
