"""Making an account: what a server wants of somebody new, whether a name or a token is good, and the asking itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from nookterm.client.errors import NotAllowed, NotFound, Problem, SignedOut, Throttled
from nookterm.client.ports import Auth, Challenge, NewAccount, Secret
from nookterm.domain.safe_text import safe_line
from nookterm.matrix.challenge import PROVE_YOURSELF, challenge_of
from nookterm.matrix.http import V1, Http, path

_PATIENCE = 15.0
_TAKEN = frozenset({"user_in_use", "exclusive"})
_NO_NAME = "invalid_username"
_SHOWN = 400
"""The first HTTP status that is no page."""


async def terms_of_joining(http: Http) -> Challenge | None:
    """What would be wanted; None where nobody can make an account. Raises Offline and its like."""
    try:
        status, answer = await http.call_expecting(PROVE_YOURSELF, "POST", path("register"), {})
    except (NotAllowed, NotFound, SignedOut):
        return None
    except Problem as problem:
        if type(problem) is Problem:
            return None
        raise
    return challenge_of(answer, answered=False) if status in PROVE_YOURSELF else None


async def is_free(http: Http, localpart: str) -> bool | None:
    """Whether a name is free; None where the server does not say. Raises Problem where no account can have it."""
    try:
        answer = await http.call("GET", path("register", "available"), query=[("username", localpart)])
    except (NotAllowed, NotFound, SignedOut, Throttled):
        return None
    except Problem as problem:
        if problem.code in _TAKEN:
            return False
        if problem.code == _NO_NAME:
            raise _unfit(localpart) from problem
        raise
    return answer.get("available") is True


async def takes_token(http: Http, token: Secret) -> bool | None:
    """Whether a registration token is good; None where the server does not say."""
    where = path("register", "m.login.registration_token", "validity", root=V1)
    try:
        answer = await http.call("GET", where, query=[("token", token.reveal())])
    except (NotAllowed, NotFound, SignedOut, Throttled):
        return None
    except Problem as problem:
        if type(problem) is Problem:
            return None
        raise
    return answer.get("valid") is True


async def register(http: Http, wish: NewAccount, auth: Auth | None) -> Mapping[str, Any] | Challenge:
    """Ask for an account: the server's answer, or what it wants first."""
    body: dict[str, Any] = {
        "username": wish.localpart,
        "password": wish.password.reveal(),
        "initial_device_display_name": wish.device_name,
        "refresh_token": True,
        **({"auth": dict(auth)} if auth else {}),
    }
    try:
        status, answer = await http.call_expecting(PROVE_YOURSELF, "POST", path("register"), body)
    except NotAllowed as refused:
        message = "This server does not let anyone make an account."
        raise NotAllowed(message, refused.hint or "Ask who runs it.", code="not_allowed") from refused
    except Problem as refused:
        raise _no_account(refused, wish.localpart) from refused
    if status not in PROVE_YOURSELF:
        return answer
    wanted = challenge_of(answer, answered=auth is not None)
    if wanted is None:
        raise NotAllowed("This server does not let anyone make an account.", "Ask who runs it.", code="not_allowed")
    return wanted


async def has_page(url: str) -> bool:
    """Whether something is shown at an address of the server."""
    limits = aiohttp.ClientTimeout(total=_PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return answer.status < _SHOWN
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False


def _no_account(refused: Problem, localpart: str) -> Problem:
    if refused.code in _TAKEN:
        return Problem(f"The name {localpart} is taken.", "Choose another one.", code="user_in_use")
    if refused.code == _NO_NAME:
        return _unfit(localpart)
    if refused.code == "weak_password":
        words = safe_line(refused.hint, longest=200)
        return Problem("The server does not take this password.", words or "Choose a longer one.", code="weak_password")
    return refused


def _unfit(localpart: str) -> Problem:
    message = f"{safe_line(localpart, longest=60)} cannot be a name on this server."
    return Problem(message, "Small letters, digits and . _ - = / are good everywhere.", code=_NO_NAME)
