"""Requests whose body is no JSON and may be large: sent and read piece by piece, with the token in a header."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from nookterm.client.errors import Problem, SignedOut
from nookterm.client.ports import Secret
from nookterm.matrix.http import Http, no_answer
from nookterm.matrix.problems import refusal, server_trouble
from nookterm.matrix.wire import as_object, read_json

_CONNECT = 10.0
_SILENCE = 30.0
"""Seconds without a byte after which a server counts as gone."""
_REFUSAL = 1 << 16
"""Bytes of a refusal that are read."""


@asynccontextmanager
async def streamed(
    http: Http,
    method: str,
    where: str,
    *,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    body: Callable[[], Any] | None = None,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The good answer to a request, its body still to be read. `body` gives what to send, afresh for each try.

    `timeout` is in seconds, for all of it. Redirections are not followed.

    Raises:
        Problem: as `Http.call`.
    """
    limits = aiohttp.ClientTimeout(total=timeout, connect=_CONNECT, sock_connect=_CONNECT, sock_read=_SILENCE)
    url = URL(f"{http.base_url}{where}", encoded=True)
    token = await http._tokens.token() if http._tokens else http._token
    try:
        for again in (True, False):
            with_token = dict(headers or {}) | ({"Authorization": f"Bearer {token.reveal()}"} if token else {})
            async with http._pool().request(
                method, url, data=body() if body else None, headers=with_token, timeout=limits, allow_redirects=False
            ) as answer:
                if 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own numbers
                    yield answer
                    return
                token = await _next_token(http, token, await _refused(answer), again=again)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise no_answer(url.host or "The server", error) from error


async def _next_token(http: Http, used: Secret | None, problem: Problem, *, again: bool) -> Secret:
    """The token for another try. Raises `problem` where there is none."""
    if not isinstance(problem, SignedOut) or http._tokens is None or used is None:
        raise problem
    if again:
        return await http._tokens.instead_of(used, problem)
    http._tokens.refused(used, problem)
    raise problem


async def _refused(answer: aiohttp.ClientResponse) -> Problem:
    raw = await answer.content.read(_REFUSAL)
    if answer.status < 400:  # noqa: PLR2004 - below are redirections
        return server_trouble("It points to another place, where nobody knows who would see your token.")
    try:
        told = as_object(read_json(raw))
    except ValueError:
        told = {}
    return refusal(answer.status, told, answer.headers.get("Retry-After"))
