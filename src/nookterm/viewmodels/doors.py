"""The ways in that a server offers beside a password, each as one line."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.client.errors import Problem
from nookterm.client.ports import Challenge, Doorway, Homeserver, Provider
from nookterm.client.registering import what_is_wanted
from nookterm.client.sso import SSO
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line

PASSWORD = "m.login.password"  # noqa: S105 - a kind of login
JOIN = "join"
"""The id of the line that makes an account."""
_BY = "by "
_QUIET = frozenset({"m.login.token", "m.login.application_service"})
"""Flows that are no way in for a person."""
_IN_WORDS = {"m.login.cas": "CAS", "org.matrix.login.jwt": "JWT"}


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One way in."""

    id: str
    label: str
    about: str
    """What it is like."""


def browser_doors(server: Homeserver) -> tuple[DoorLine, ...]:
    """A line for each of those by whom one can be known there."""
    if SSO not in server.flows:
        return ()
    return tuple(
        DoorLine(f"{_BY}{number}", safe_line(by.name, longest=60) or "Single sign-on", "in your browser")
        for number, by in enumerate(server.providers or (Provider("", ""),))
    )


def join_door(challenge: Challenge | None) -> tuple[DoorLine, ...]:
    """The line for making an account, where one can."""
    if challenge is None:
        return ()
    wanted = what_is_wanted(challenge)
    about = "with a registration token" if wanted.token else "open to all"
    if wanted.in_browser:
        about = "partly in your browser"
    return (DoorLine(JOIN, "Make an account", about),)


def provider_of(server: Homeserver, id_: str) -> Provider | None:
    """Who is meant by a line; None where it is none of those."""
    number = id_.removeprefix(_BY)
    offered: Sequence[Provider] = server.providers or (Provider("", ""),)
    return offered[int(number)] if id_ != number and number.isdecimal() and int(number) < len(offered) else None


def none_of_ours(server: Homeserver) -> Problem:
    """What is said of a server where nobody gets in from here."""
    flows = [_IN_WORDS.get(flow, safe_line(flow, longest=40)) for flow in server.flows if flow not in _QUIET]
    offers = f"it offers {', '.join(flows[:5])}" if flows else "it lets people sign in by OAuth only, as it seems"
    message = f"{safe_line(server.url, longest=200)} has no way in that nookterm knows: {offers}."
    return Problem(
        message, "OAuth comes with a later version. Passwords and single sign-on work now.", code="no_way_in"
    )


async def may_join(doorway: Doorway, server: Homeserver) -> Challenge | None:
    """What the server wants of somebody new; None where nobody can join, or it does not say."""
    try:
        return await doorway.terms_of_joining(server)
    except Problem:
        return None
