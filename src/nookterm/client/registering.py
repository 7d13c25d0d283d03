"""Making an account, stage by stage, as its server wants it (spec: account registration).

A token, terms and nothing at all are answered from here; what needs a browser is done on the server's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nookterm.client.account import DEVICE_NAME, Entrance, Parts, enter
from nookterm.client.browser import is_page
from nookterm.client.errors import NotAllowed, Problem, ServerTrouble, WrongPassword
from nookterm.client.ports import Auth, Challenge, Credentials, Doorway, Homeserver, NewAccount, Secret
from nookterm.client.profiles import Profile
from nookterm.client.proving import fallback_page
from nookterm.domain.ids import DeviceId
from nookterm.domain.records import dataclass

TOKEN = "m.login.registration_token"  # noqa: S105 - the name of a stage
TERMS = "m.login.terms"
_DUMMY = "m.login.dummy"
_OURS = frozenset({TOKEN, TERMS, _DUMMY})
_IN_WORDS = {
    "m.login.recaptcha": "a puzzle that shows that you are human",
    "m.login.email.identity": "an e-mail address that you confirm",
    "m.login.msisdn": "a phone number that you confirm",
}
_MOST_TERMS = 8


@dataclass(frozen=True, slots=True)
class Terms:
    """One document that has to be agreed to. All of it is the server's word."""

    name: str
    url: str
    """Where it is; empty where that is no page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a server wants of somebody new."""

    token: bool = False
    """Whether nobody gets in without a registration token."""
    terms: tuple[Terms, ...] = ()
    in_browser: tuple[str, ...] = ()
    """In words, what has to be done on the server's own page."""


class Applicant(Protocol):
    """Whoever wants an account, and is asked."""

    async def agrees(self, terms: tuple[Terms, ...]) -> bool:
        """Whether they agree to what the server has put down."""

    async def has_visited(self, page: str, what: str, *, again: bool) -> bool:
        """Send them to a page and wait for their word that it is done; False gives up. `again`: it was not."""


def what_is_wanted(challenge: Challenge) -> Wanted:
    """What a server wants, the easiest way of those that it offers."""
    flow = _easiest(challenge, has_token=False)
    pages = tuple(_IN_WORDS.get(stage, "a step of its own") for stage in flow if stage not in _OURS)
    return Wanted(TOKEN in flow, _terms(challenge.params) if TERMS in flow else (), pages)


async def make_account(
    doorway: Doorway, server: Homeserver, wish: NewAccount, token: Secret | None, applicant: Applicant
) -> Credentials:
    """Make an account, and be signed in on it.

    Raises:
        WrongPassword: `code` is `registration_token`; the server does not take it.
        NotAllowed: nobody can make one, or the applicant does not go on (`not_agreed`, `not_confirmed`).
        Problem: `user_in_use`, `weak_password`, `token_needed`, `elsewhere` (it can be made with another client only).
    """
    if token and await doorway.takes_token(server, token) is False:
        raise _wrong_token()
    answer = await doorway.register(server, wish)
    given: set[str] = set()
    while isinstance(answer, Challenge):
        stage = next((part for part in _easiest(answer, has_token=token is not None) if part not in answer.done), None)
        if stage is None or (stage in given and stage in _OURS):
            raise _wrong_token() if stage == TOKEN else _stuck()
        auth = await _answer(doorway, server, answer, stage, token, applicant, again=stage in given)
        given.add(stage)
        answer = await doorway.register(server, wish, auth)
    return answer


async def join(
    parts: Parts,
    server: Homeserver,
    localpart: str,
    password: Secret,
    token: Secret | None,
    applicant: Applicant,
    name: str | None,
) -> Profile:
    """Make an account and its profile here. Raises as `make_account` and `client.account.sign_in`."""
    wish = NewAccount(localpart, password, DEVICE_NAME)

    async def made(_device: DeviceId | None) -> Credentials:
        return await make_account(parts.doorway, server, wish, token, applicant)

    entrance: Entrance = made
    return await enter(parts, entrance, name)


async def _answer(
    doorway: Doorway,
    server: Homeserver,
    challenge: Challenge,
    stage: str,
    token: Secret | None,
    applicant: Applicant,
    *,
    again: bool,
) -> Auth:
    here = {"type": stage, "session": challenge.session}
    if stage == _DUMMY:
        return here
    if stage == TOKEN:
        if token is None:
            message = "This server lets only those make an account who have a registration token."
            raise Problem(message, "Ask who runs it for one.", code="token_needed")
        return {**here, "token": token.reveal()}
    if stage == TERMS:
        if not await applicant.agrees(_terms(challenge.params)):
            raise NotAllowed("No account was made: its terms were not agreed to.", "", code="not_agreed")
        return here
    page, what = fallback_page(stage, challenge.session, server.url), _IN_WORDS.get(stage, "a step of its own")
    if not again and not await doorway.has_page(server, page):
        message = f"This server wants {what}, and has no page for it."
        hint = "No account was made. Make it with another client, such as Element; then sign in here."
        raise Problem(message, hint, code="elsewhere")
    if not await applicant.has_visited(page, what, again=again):
        raise NotAllowed(f"No account was made: the server wants {what}.", "", code="not_confirmed")
    return {"session": challenge.session}


def _easiest(challenge: Challenge, *, has_token: bool) -> tuple[str, ...]:
    """The way with the least to do outside of here; one without a token where there is none and none is needed."""

    def effort(flow: tuple[str, ...]) -> tuple[int, bool, int]:
        left = [stage for stage in flow if stage not in challenge.done]
        return sum(stage not in _OURS for stage in left), (TOKEN in left) is not has_token, len(left)

    return min(challenge.flows, key=effort)


def _terms(params: Mapping[str, Any]) -> tuple[Terms, ...]:
    about = params.get(TERMS)
    policies = about.get("policies") if isinstance(about, dict) else None
    found = (_document(one) for one in list(policies.values())[:_MOST_TERMS]) if isinstance(policies, dict) else ()
    return tuple(one for one in found if one)


def _document(policy: object) -> Terms | None:
    if not isinstance(policy, dict):
        return None
    said = [one for one in (policy.get("en"), *policy.values()) if isinstance(one, dict)]
    if not said:
        return None
    name, url = said[0].get("name"), said[0].get("url")
    return Terms(name if isinstance(name, str) else "Terms", url if isinstance(url, str) and is_page(url) else "")


def _wrong_token() -> Problem:
    message = "The server does not take this registration token."
    return WrongPassword(message, "Check it, or ask who runs the server for another one.", code="registration_token")


def _stuck() -> Problem:
    message = "The server asks for the same thing again and again."
    return ServerTrouble(message, "No account was made. Tell whoever runs it.", code="server_trouble")
