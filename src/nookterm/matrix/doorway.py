"""The way in: find the homeserver of a name, sign in, make an account."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp

from nookterm.client.errors import NotAllowed, NotFound, Problem, ServerTrouble, SignedOut, WrongPassword, WrongUsage
from nookterm.client.ports import Auth, Callback, Challenge, Credentials, Homeserver, NewAccount, Provider, Secret
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix import joining
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.tokens import now, with_tokens
from nookterm.matrix.wire import as_list, as_object, as_text, read_json

_PATIENCE = 15.0
_PROVIDER = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_~.-]{1,255}")
"""What an identity provider's id is made of (spec: unreserved characters)."""
_MOST_PROVIDERS = 20
_LARGEST_WELL_KNOWN = 64 * 1024
_WELL_KNOWN = "/.well-known/matrix/client"
_VERSIONS = "/_matrix/client/versions"
SSO = "m.login.sso"
_TOKEN = "m.login.token"  # noqa: S105 - a kind of login
_PASSWORD = "m.login.password"  # noqa: S105 - a kind of login, not a password


class NioDoorway:
    """The Doorway port. Holds no connection between calls."""

    async def discover(self, server: str) -> Homeserver:
        """Find the homeserver of a server name or URL.

        Raises:
            WrongUsage: neither a name nor a URL, or plain http to another machine.
            Offline: nothing answers; `code` is `unknown_server` where the name does not exist.
            NotFound: something answers, but no Matrix server; `code` is `not_matrix`.
        """
        parts = split_address(server)
        base = base_of(parts)
        if not _is_url(server):
            base = await well_known(base) or base
        http = Http(base)
        try:
            return await _look(http)
        finally:
            await http.close()

    async def login(
        self, server: Homeserver, user: str, password: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in by password; `user` is a local part or a full id. `device_id`: this device once more.

        Raises:
            WrongPassword: the server refused the name or the password.
        """
        identifier = {"type": "m.id.user", "user": user.strip()}
        proof = {"type": _PASSWORD, "identifier": identifier, "password": password.reveal()}
        try:
            return await self._login(server, proof, device_name, device_id)
        except NotAllowed as refused:
            raise WrongPassword(
                "The server refused this user name or password.", "Check both and try again.", code="wrong_password"
            ) from refused

    async def login_by_token(
        self, server: Homeserver, token: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in with what a browser brought back, which is good once and for a short time.

        Raises:
            WrongPassword: `code` is `login_token`; it was used, or is too old, or is none of this server's.
        """
        try:
            return await self._login(server, {"type": _TOKEN, "token": token.reveal()}, device_name, device_id)
        except NotAllowed as refused:
            raise WrongPassword(
                "The server did not take what the browser brought back: it is good once, and for a few minutes.",
                "Begin again with the browser.",
                code="login_token",
            ) from refused

    async def _login(
        self, server: Homeserver, proof: Mapping[str, Any], device_name: str, device_id: DeviceId | None
    ) -> Credentials:
        body = {
            **proof,
            "refresh_token": True,
            **({"device_id": device_id} if device_id else {"initial_device_display_name": device_name}),
        }
        async with _way_to(server) as http:
            return _credentials(server.url, await http.call("POST", path("login"), body))

    def await_browser(self) -> AbstractAsyncContextManager[Callback]:
        """Listen on this machine for a browser that comes back, as long as the block lasts."""
        from nookterm.matrix.loopback import listening

        return listening()

    async def terms_of_joining(self, server: Homeserver) -> Challenge | None:
        """What the server would want of somebody who makes an account; None where nobody can."""
        async with _way_to(server) as http:
            return await joining.terms_of_joining(http)

    async def is_free(self, server: Homeserver, localpart: str) -> bool | None:
        """Whether an account can have this name; None where the server does not say."""
        async with _way_to(server) as http:
            return await joining.is_free(http, localpart)

    async def takes_token(self, server: Homeserver, token: Secret) -> bool | None:
        """Whether a registration token is good; None where the server does not say."""
        async with _way_to(server) as http:
            return await joining.takes_token(http, token)

    async def register(self, server: Homeserver, wish: NewAccount, auth: Auth | None = None) -> Credentials | Challenge:
        """Make an account, or say what is wanted first.

        Raises:
            Problem: `code` is `user_in_use` where the name is taken.
            NotAllowed: nobody can.
        """
        async with _way_to(server) as http:
            answer = await joining.register(http, wish, auth)
        return answer if isinstance(answer, Challenge) else _credentials(server.url, answer)

    async def has_page(self, server: Homeserver, page: str) -> bool:
        """Whether the server shows something at this address of its own."""
        return page.startswith(f"{server.url.rstrip('/')}/") and await joining.has_page(page)

    async def is_valid(self, credentials: Credentials) -> bool:
        """Whether the server takes this token. Nothing is renewed. Raises Offline and its like."""
        http = Http(credentials.homeserver, credentials.token)
        try:
            await http.call("GET", path("account", "whoami"), timeout=_PATIENCE)
        except SignedOut:
            return False
        finally:
            await http.close()
        return True

    async def end(self, credentials: Credentials) -> None:
        """End a device on the server; nothing happens where it has ended already. Raises Offline and its like."""
        http = Http(credentials.homeserver, credentials.token)
        try:
            await http.call("POST", path("logout"), {}, timeout=_PATIENCE)
        except SignedOut:
            return
        finally:
            await http.close()


@asynccontextmanager
async def _way_to(server: Homeserver) -> AsyncIterator[Http]:
    http = Http(server.url)
    try:
        yield http
    finally:
        await http.close()


def _is_url(server: str) -> bool:
    return "://" in server


def split_address(server: str) -> SplitResult:
    """The address of a server name or URL. Raises WrongUsage."""
    text = server.strip()
    try:
        if not _is_url(text):
            text = f"{'http' if _is_loopback(urlsplit(f'//{text}').hostname) else 'https'}://{text}"
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _no_address(server) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or any(c.isspace() for c in text):
        raise _no_address(server)
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise WrongUsage(
            "Plain http would show your password to the network.",
            "Use an address that begins with https.",
            code="plain_http",
        )
    return parts


def _no_address(server: str) -> WrongUsage:
    return WrongUsage(
        f"{server[:100]!r} is no server name and no address.", "Try one like matrix.example.", code="wrong_address"
    )


def _is_loopback(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def base_of(parts: SplitResult) -> str:
    """An address without a slash behind it."""
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


async def well_known(base: str, patience: float = _PATIENCE) -> str | None:
    """The homeserver that `base` names in its well-known file; None where it has none.

    Raises:
        Problem: the file is there and useless (spec: FAIL_PROMPT), or points to plain http.
    """
    body = await _fetch(base + _WELL_KNOWN, patience)
    if body is None:
        return None
    try:
        found = as_text(as_object(as_object(read_json(body)).get("m.homeserver")).get("base_url"))
    except ValueError:
        found = None
    if found is None:
        raise ServerTrouble(
            "This server's directions to its homeserver make no sense.",
            "Type the homeserver's address.",
            code="not_matrix",
        )
    return base_of(split_address(found)) if _is_url(found) else None


async def _fetch(url: str, patience: float) -> bytes | None:
    """The body at `url`; None where there is none or nothing answers (the server itself is asked next)."""
    limits = aiohttp.ClientTimeout(total=patience, connect=patience / 2)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits) as session,
            session.get(url, max_redirects=5) as answer,
        ):
            secure = answer.url.scheme == "https" or _is_loopback(answer.url.host)
            if answer.status != 200 or not secure:  # noqa: PLR2004
                return None
            return await answer.content.read(_LARGEST_WELL_KNOWN)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None


async def _look(http: Http) -> Homeserver:
    try:
        versions = await http.call("GET", _VERSIONS, timeout=_PATIENCE)
        known = tuple(v for v in as_list(versions.get("versions")) if isinstance(v, str))
        if not known:
            raise server_trouble("It names no versions.")
        flows = await http.call("GET", path("login"), timeout=_PATIENCE)
    except (ServerTrouble, NotFound, NotAllowed) as error:
        raise _not_matrix(http) from error
    except Problem as error:
        if error.code == "refused":
            raise _not_matrix(http) from error
        raise
    offered = [as_object(flow) for flow in as_list(flows.get("flows"))]
    ways = tuple(way for flow in offered if (way := as_text(flow.get("type"))))
    return Homeserver(http.base_url, ways, known, _providers(offered) if SSO in ways else ())


def _providers(flows: Sequence[Mapping[str, Any]]) -> tuple[Provider, ...]:
    """By whom one can be known there; where the server names nobody, it asks on a page of its own."""
    named = [
        as_object(one) for flow in flows if flow.get("type") == SSO for one in as_list(flow.get("identity_providers"))
    ]
    found = {
        id_: Provider(id_, as_text(one.get("name")) or id_)
        for one in named[:_MOST_PROVIDERS]
        if (id_ := as_text(one.get("id")) or "") and _PROVIDER.fullmatch(id_)
    }
    return tuple(found.values()) or (Provider("", ""),)


def _not_matrix(http: Http) -> NotFound:
    return NotFound(
        f"{http.base_url} answers, but not as a Matrix server.",
        "Check the name, or type its full address.",
        code="not_matrix",
    )


def _credentials(url: str, answer: Mapping[str, Any]) -> Credentials:
    user, device, token = (as_text(answer.get(key)) for key in ("user_id", "device_id", "access_token"))
    if not user or not device or not token:
        raise server_trouble("It signed us in and did not say as whom.")
    return with_tokens(Credentials(url, UserId(user), DeviceId(device), Secret(token)), answer, now())
