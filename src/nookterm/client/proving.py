"""Showing the server that it is really us (spec: User-Interactive Authentication): by password, or on its own page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from nookterm.client.errors import NotAllowed, WrongPassword
from nookterm.client.own_state import Confirm
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.domain.events import Json
from nookterm.domain.ids import UserId

PASSWORD = "m.login.password"  # noqa: S105 - the name of a stage
DUMMY = "m.login.dummy"
_OWN_PAGES = ("m.oauth", "org.matrix.cross_signing_reset")
"""Stages that name a page of the server's own; the second name is older."""


async def prove(ask: Callable[[Json | None], Awaitable[Challenge | None]], confirm: Confirm | None) -> None:
    """Ask until the server is content. Raises NotAllowed where nobody can or wants to answer; nothing was changed."""
    challenge = await ask(None)
    while challenge is not None:
        auth = await confirm(challenge) if confirm else None
        if auth is None:
            if challenge.refused:
                raise WrongPassword("The server did not take this password.", "Nothing was changed.", code="password")
            message = "The server wants to know first that it is you."
            raise NotAllowed(message, "Nothing was changed.", code="not_confirmed")
        challenge = await ask(auth)


def stage(challenge: Challenge) -> str | None:
    """The next stage of a way through that we can go; None where there is none. A password is the easiest."""
    ahead = [next((part for part in flow if part not in challenge.done), "") for flow in challenge.flows]
    for wanted in (PASSWORD, DUMMY, *_OWN_PAGES):
        if wanted in ahead:
            return wanted
    return next((part for part in ahead if part), None)


def page(challenge: Challenge, homeserver: str) -> str:
    """The page on which one says yes, where that is the way; else nothing. The server's word: show it safely."""
    wanted = stage(challenge)
    if wanted is None or wanted in {PASSWORD, DUMMY}:
        return ""
    about = challenge.params.get(wanted)
    named = about.get("url") if isinstance(about, dict) else None
    if isinstance(named, str) and urlsplit(named).scheme in {"https", "http"}:
        return named
    if wanted in _OWN_PAGES:
        return ""
    return fallback_page(wanted, challenge.session, homeserver)


def fallback_page(wanted: str, session: str, homeserver: str) -> str:
    """The server's own page for any stage (spec: fallback)."""
    base = f"{homeserver.rstrip('/')}/_matrix/client/v3/auth"
    return f"{base}/{quote(wanted, safe='')}/fallback/web?session={quote(session, safe='')}"


def password_answer(challenge: Challenge, user: UserId, password: Secret) -> Auth:
    """The answer with a password."""
    identifier = {"type": "m.id.user", "user": str(user)}
    return {"type": PASSWORD, "identifier": identifier, "password": password.reveal(), "session": challenge.session}


def plain_answer(challenge: Challenge) -> Auth:
    """The answer after one has said yes on a page (the session is enough), and to a stage that asks for nothing."""
    if stage(challenge) == DUMMY:
        return {"type": DUMMY, "session": challenge.session}
    return {"session": challenge.session}


def with_password(user: UserId, password: Secret) -> Confirm:
    """A `Confirm` for those who cannot be asked: it tries the password once."""

    async def confirm(challenge: Challenge) -> Auth | None:
        wanted = stage(challenge)
        if wanted == DUMMY:
            return plain_answer(challenge)
        return password_answer(challenge, user, password) if wanted == PASSWORD and not challenge.refused else None

    return confirm
