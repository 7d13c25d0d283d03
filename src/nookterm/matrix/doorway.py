"""The way in: find the homeserver of a name, sign in, make an account."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp

from nookterm.client.errors import NotAllowed, NotFound, Problem, ServerTrouble, SignedOut, WrongPassword, WrongUsage
from nookterm.client.ports import Credentials, Homeserver, Secret
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.tokens import now, with_tokens
from nookterm.matrix.wire import as_list, as_object, as_text, read_json

_PATIENCE = 15.0
_LARGEST_WELL_KNOWN = 64 * 1024
_WELL_KNOWN = "/.well-known/matrix/client"
_VERSIONS = "/_matrix/client/versions"
_DUMMY = "m.login.dummy"
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
        body = {
            "type": _PASSWORD,
            "identifier": {"type": "m.id.user", "user": user.strip()},
            "password": password.reveal(),
            "refresh_token": True,
            **({"device_id": device_id} if device_id else {"initial_device_display_name": device_name}),
        }
        http = Http(server.url)
        try:
            answer = await http.call("POST", path("login"), body)
        except NotAllowed as refused:
            raise WrongPassword(
                "The server refused this user name or password.", "Check both and try again.", code="wrong_password"
            ) from refused
        finally:
            await http.close()
        return _credentials(server.url, answer)

    async def register(self, server: Homeserver, localpart: str, password: Secret, device_name: str) -> Credentials:
        """Make an account where the server lets anyone.

        Raises:
            Problem: `code` is `user_in_use` where the name is taken.
            NotAllowed: the server wants more than a name and a password.
        """
        body: dict[str, Any] = {
            "username": localpart,
            "password": password.reveal(),
            "initial_device_display_name": device_name,
            "auth": {"type": _DUMMY},
        }
        http = Http(server.url)
        try:
            answer = await http.call("POST", path("register"), body)
        except NotAllowed:
            raise
        except Problem as refused:
            raise _no_account(refused, localpart) from refused
        finally:
            await http.close()
        return _credentials(server.url, answer)

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


def _no_account(refused: Problem, localpart: str) -> Problem:
    if refused.code == "user_in_use":
        return Problem(f"The name {localpart} is taken.", "Choose another one.", code="user_in_use")
    if refused.code == "refused":
        return NotAllowed("This server does not let anyone make an account.", "Ask who runs it.", code="not_allowed")
    return refused


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
    ways = (as_text(as_object(flow).get("type")) for flow in as_list(flows.get("flows")))
    return Homeserver(http.base_url, tuple(way for way in ways if way), known)


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
