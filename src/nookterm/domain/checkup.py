"""What `doctor` makes of what it saw of a server: each finding in plain words, with its way out."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from nookterm.domain.records import dataclass

_DAY = 86_400
_SOON_EXPIRED = 14
"""Days a certificate should still be good for."""
_OFF, _FAR_OFF = 60.0, 900.0
"""Seconds that two clocks may differ before it is worth a word, and before it does harm."""
_SLOW, _VERY_SLOW = 1.0, 5.0
_KNOCKING_SINCE, _SIGNED_MEDIA_SINCE = (1, 1), (1, 11)
_KNOCKING_ROOMS = frozenset(map(str, range(7, 100)))
"""Room versions in which one can ask to join."""
_TOO_OLD_ROOMS = frozenset({"1", "2", "3", "4", "5", "6"})
_WAYS = {
    "m.login.password": "password",
    "m.login.sso": "single sign-on in the browser",
    "m.login.token": "a one-time token",
    "m.login.application_service": "bridges and bots",
}
_OURS = frozenset({"m.login.password", "m.login.sso"})
_QUIET_WAYS = frozenset({"m.login.application_service"})


class State(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check-up."""

    check: str
    """A short word for scripts."""
    state: State
    message: str
    hint: str = ""
    """The way out, where one is needed."""


@dataclass(slots=True)
class Certificate:
    """What a server showed on an encrypted connection."""

    days_left: float | None = None
    protocol: str = ""
    trouble: str = ""
    """Why it is not to be trusted, as the TLS library says it."""


@dataclass(slots=True)
class ServerFacts:
    """What was seen of a server. None, and empty: not seen."""

    asked: str
    """As it was typed."""
    url: str = ""
    by: str = "address"
    """How it was found: `address` (typed), `directions` (its well-known file), `name` (no such file)."""
    trouble: tuple[str, str] | None = None
    """Why it could not be asked: what happened, and the way out."""
    certificate: Certificate | None = None
    """None on a plain connection."""
    versions: tuple[str, ...] = ()
    offers: frozenset[str] = frozenset()
    """Unstable features that are switched on."""
    software: str = ""
    flows: tuple[str, ...] | None = None
    registration: str = ""
    """`open`, `checked` (with more than a name and a password), `closed`."""
    has_sliding_sync: bool = False
    media: bool | None = None
    """Whether media are only given to people who are signed in."""
    clock_ahead: float | None = None
    """Seconds by which the server's clock is ahead of ours."""
    wait: float | None = None
    """Seconds that the server asked us to wait."""
    latencies: list[float] = field(default_factory=list)
    """Seconds for each answer."""


def server_findings(facts: ServerFacts) -> tuple[Finding, ...]:
    """Everything there is to say of a server before one is signed in."""
    found = [_discovery(facts), *_tls(facts)]
    if facts.trouble is None:
        found += [
            _versions(facts),
            _flows(facts),
            _registration(facts),
            _sync(facts),
            _knocking(facts),
            _media(facts),
            _clock(facts),
        ]
    return (*found, *_limits(facts), *_latency(facts))


def _discovery(facts: ServerFacts) -> Finding:
    if facts.trouble:
        return Finding("discovery", State.PROBLEM, facts.trouble[0], facts.trouble[1])
    how = {
        "address": "by the address that was given",
        "directions": f"by the directions of {facts.asked}",
        "name": f"at {facts.asked} itself, which has no directions to another place",
    }[facts.by]
    return Finding("discovery", State.OK, f"The homeserver is {facts.url}, found {how}.")


def _tls(facts: ServerFacts) -> tuple[Finding, ...]:
    seen = facts.certificate
    if seen is None:
        if facts.trouble or facts.url.startswith("https:"):
            return ()
        return (Finding("tls", State.NOTE, "The connection is not encrypted. It does not leave this machine."),)
    if seen.trouble:
        why = f"The certificate is not one to trust: {seen.trouble}."
        out = "Do not type a password there. Check this machine's clock; else whoever runs the server has to renew it."
        return (Finding("tls", State.PROBLEM, why, out),)
    if seen.days_left is None:
        return ()
    days = int(seen.days_left)
    words = f"The connection is encrypted ({seen.protocol}); the certificate is good for {days} more days."
    if days < _SOON_EXPIRED:
        return (Finding("tls", State.NOTE, words, "Whoever runs the server should renew it soon."),)
    return (Finding("tls", State.OK, words),)


def _versions(facts: ServerFacts) -> Finding:
    known = sorted(filter(None, map(_number, facts.versions)))
    software = f" ({facts.software})" if facts.software else ""
    if not known:
        words = f"The server speaks no version of Matrix that nookterm knows{software}."
        return Finding("versions", State.PROBLEM, words, "It has to be brought up to date, or use another server.")
    newest = ".".join(map(str, known[-1]))
    if known[-1] < _SIGNED_MEDIA_SINCE:
        words = f"The server speaks Matrix up to {newest}{software}, which is some years old."
        return Finding("versions", State.NOTE, words, "Most works. Whoever runs it should bring it up to date.")
    return Finding("versions", State.OK, f"The server speaks Matrix up to {newest}{software}.")


def _number(version: str) -> tuple[int, int] | None:
    major, _, minor = version.removeprefix("v").partition(".")
    return (int(major), int(minor)) if version.startswith("v") and major.isdecimal() and minor.isdecimal() else None


def _flows(facts: ServerFacts) -> Finding:
    if facts.flows is None:
        words = "The ways to sign in are not known: the server did not say them."
        return Finding("sign_in", State.PROBLEM, words, "Try again. A web server before it may stand in the way.")
    ways = [_WAYS.get(flow, flow) for flow in facts.flows if flow not in _QUIET_WAYS]
    words = f"One signs in by {', '.join(ways)}." if ways else "The server names no way to sign in."
    if not _OURS.isdisjoint(facts.flows):
        return Finding("sign_in", State.OK, words)
    out = "nookterm signs in by password and by single sign-on. OAuth comes with a later version."
    return Finding("sign_in", State.PROBLEM, words, out)


def _registration(facts: ServerFacts) -> Finding:
    words = {
        "open": "Anyone can make an account there.",
        "checked": "Making an account there takes more than a name and a password (an e-mail, a token, a puzzle).",
        "closed": "New accounts cannot be made from outside.",
    }.get(facts.registration, "Whether accounts can be made there was not said.")
    out = "" if facts.registration == "open" else "With an account there, all is well; without one, ask who runs it."
    return Finding("registration", State.OK if facts.registration == "open" else State.NOTE, words, out)


def _sync(facts: ServerFacts) -> Finding:
    if facts.has_sliding_sync:
        return Finding("sync", State.OK, "Sliding sync: the first start is quick, however many rooms there are.")
    words = "Classic sync: the first start takes longer the more rooms an account is in."
    return Finding("sync", State.NOTE, words, "It works. Newer versions of Synapse and others have sliding sync.")


def _knocking(facts: ServerFacts) -> Finding:
    if any(number >= _KNOCKING_SINCE for number in map(_number, facts.versions) if number):
        return Finding("knocking", State.OK, "One can ask to join nooks.")
    out = "It has to be brought up to date; until then people are invited."
    return Finding("knocking", State.PROBLEM, "The server is too old for asking to join nooks.", out)


def _media(facts: ServerFacts) -> Finding:
    if facts.media or any(number >= _SIGNED_MEDIA_SINCE for number in map(_number, facts.versions) if number):
        return Finding("media", State.OK, "Files are given only to people who are signed in.")
    words = "Files on this server can be fetched by anyone who knows their address."
    return Finding("media", State.NOTE, words, "What is encrypted stays closed to them.")


def _clock(facts: ServerFacts) -> Finding:
    ahead = facts.clock_ahead
    if ahead is None:
        return Finding("clock", State.NOTE, "The server does not say what time it is.")
    if abs(ahead) < _OFF:
        return Finding("clock", State.OK, "The server's clock and this one agree.")
    words = f"The server's clock is {_span(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this machine's."
    state = State.PROBLEM if abs(ahead) >= _FAR_OFF else State.NOTE
    return Finding("clock", state, words, "Set this machine's clock (or let it be set by the network), or tell them.")


def _span(seconds: float) -> str:
    for size, name in ((_DAY, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{round(seconds)} seconds"


def _limits(facts: ServerFacts) -> tuple[Finding, ...]:
    if facts.wait is None:
        return ()
    words = f"The server asked for a pause of {round(facts.wait)} s during this check."
    return (
        Finding("limits", State.NOTE, words, "nookterm waits by itself. Several clients at once make it likelier."),
    )


def _latency(facts: ServerFacts) -> tuple[Finding, ...]:
    if not facts.latencies:
        return ()
    middle = sorted(facts.latencies)[len(facts.latencies) // 2]
    words = f"An answer takes about {middle * 1000:.0f} ms."
    if middle < _SLOW:
        return (Finding("latency", State.OK, words),)
    state = State.PROBLEM if middle >= _VERY_SLOW else State.NOTE
    return (
        Finding("latency", state, words, "Check the network; the server may also be busy. What is here opens at once."),
    )


def room_version_finding(default: str, known: frozenset[str]) -> Finding:
    """What the server makes of new rooms, as it tells those who are signed in."""
    words = f"New rooms have version {default}; the server knows {len(known)} versions."
    if default in _TOO_OLD_ROOMS or not known & _KNOCKING_ROOMS:
        out = "Nooks need version 7 or later. Whoever runs the server has to bring it up to date."
        return Finding("room_versions", State.PROBLEM, words, out)
    return Finding("room_versions", State.OK, words)
