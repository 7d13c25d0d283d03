"""Signing in in the browser (spec: single sign-on): an address to go to, and what the browser brings back from it.

Nothing is sent to the server from here before the browser is back; then one token, good once, for a new session.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from nookterm.client.browser import is_page
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.ports import Callback, Doorway, Homeserver, Provider, Secret

SSO = "m.login.sso"
PATIENCE = 600.0
"""Seconds that somebody has in the browser: an account may have to be made there, with a letter to wait for."""
_REDIRECT = "/_matrix/client/v3/login/sso/redirect"
_TOKEN = "loginToken"  # noqa: S105 - the name of a field
_LONGEST_TOKEN = 1024


class InBrowser:
    """One sign-in in a browser, from its address to the token. Use `in_browser`."""

    def __init__(self, address: str, callback: Callback) -> None:
        """`address` is the server's page, `callback` where it sends the browser."""
        self.address = address
        """To be opened, or copied by hand."""
        self._callback = callback
        self._pasted: asyncio.Future[Secret] = asyncio.get_running_loop().create_future()

    @property
    def comes_back_to(self) -> str:
        """Where the browser ends up, without what it brings."""
        return self._callback.address

    def paste(self, text: str) -> None:
        """Take what somebody copied out of the browser: the address where it ended up, or the token of it alone.

        Raises:
            WrongUsage: neither, or an address of another sign-in. One can try again.
        """
        token = _token_in(text.strip(), self._callback.address)
        if not self._pasted.done():
            self._pasted.set_result(token)

    async def token(self, patience: float = PATIENCE) -> Secret:
        """Wait until the browser is back, or something was pasted. Raises Problem (`browser_late`) after `patience`."""
        visit = asyncio.ensure_future(self._callback.token())
        try:
            async with asyncio.timeout(patience):
                done, _ = await asyncio.wait({visit, self._pasted}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            message = f"Nobody came back from the browser within {patience / 60:.0f} minutes."
            raise Problem(message, "Nothing was changed. Begin again when you like.", code="browser_late") from None
        finally:
            if not visit.done():
                visit.cancel()
                with suppress(asyncio.CancelledError):
                    await visit
        return next(iter(done)).result()


@asynccontextmanager
async def in_browser(doorway: Doorway, server: Homeserver, provider: str = "") -> AsyncIterator[InBrowser]:
    """Begin a sign-in in the browser. `provider` is the id of one that the server names; empty: the server asks.

    Whoever leaves the block closes the way back.

    Raises:
        CannotWrite: this machine lets nobody listen.
        WrongUsage: the server's address is none that a browser can open.
    """
    async with doorway.await_browser() as callback:
        yield InBrowser(sso_address(server, provider, callback.address), callback)


def sso_address(server: Homeserver, provider: str, comes_back_to: str) -> str:
    """The server's own page for it, whatever the server calls its providers. Raises WrongUsage."""
    base = server.url.rstrip("/")
    by = f"/{quote(provider, safe='')}" if provider else ""
    address = f"{base}{_REDIRECT}{by}?{urlencode({'redirectUrl': comes_back_to})}"
    if not is_page(base) or not is_page(address) or provider in {".", ".."}:
        raise WrongUsage("This server's page for signing in has no address that could be opened.", code="not_a_page")
    return address


def find_provider(server: Homeserver, wanted: str | None) -> Provider:
    """One of the server's providers by its id or name; the only one where none is named. Raises WrongUsage."""
    if SSO not in server.flows:
        message = f"{server.url} does not let people sign in in the browser."
        raise WrongUsage(message, "`nookterm doctor HOMESERVER` says how one can.", code="no_sso")
    offered = server.providers or (Provider("", ""),)
    found = [one for one in offered if wanted in {one.id, one.name}] if wanted else list(offered)
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.id for one in offered if one.id)
    if wanted:
        raise WrongUsage(f"{server.url} has no {wanted} to sign in by.", f"It has: {names}.", code="no_provider")
    # The server asks on a page of its own.
    return Provider("", "")


def _token_in(text: str, comes_back_to: str) -> Secret:
    token = text
    if "://" in text or "?" in text:
        try:
            parts = urlsplit(text)
            given = parse_qs(parts.query).get(_TOKEN, [])
        except ValueError:
            parts, given = urlsplit(""), []
        if f"{parts.scheme}://{parts.netloc}{parts.path}" != comes_back_to:
            hint = f"It begins with {comes_back_to.rpartition('/')[0]}/ and was made for this sign-in alone."
            raise WrongUsage("That is not the address where this sign-in ends.", hint, code="wrong_page")
        token = given[0] if len(given) == 1 else ""
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        hint = "Copy the whole address from the browser, up to its last letter."
        raise WrongUsage("There is no sign-in in what was pasted.", hint, code="no_token")
    return Secret(token)
