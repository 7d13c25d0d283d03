"""What a server's refusal means: HTTP status and Matrix error code to one of our few problems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from nookterm.client.errors import (
    INVITE_BLOCKED,
    NotAllowed,
    NotFound,
    Offline,
    Problem,
    ServerTrouble,
    SignedOut,
    Throttled,
)
from nookterm.domain.safe_text import safe_line
from nookterm.matrix.wire import as_text

LONGEST_WAIT = 60.0
"""Seconds: a server cannot silence us for longer than this at a time."""
_USUAL_WAIT = 5.0
_MISSING = frozenset({"M_NOT_FOUND", "M_UNRECOGNIZED"})
KEPT = "What you wrote is kept."
_WAYS_OUT = {
    "unknown_server": "Check the name, and the network.",
    "tls": "Check this machine's clock; else whoever runs the server has to mend it.",
}
_BAD_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})


def refusal(status: int, body: Mapping[str, Any], retry_header: str | None = None) -> Problem:
    """The problem that an answer other than 2xx stands for."""
    code = as_text(body.get("errcode")) or ""
    words = safe_line(as_text(body.get("error")) or "")
    if code in _BAD_TOKEN:
        soft = body.get("soft_logout") is True
        return SignedOut(
            "This session has expired." if soft else "The server has signed this device out.",
            "What is on this machine stays. Sign in again: the client offers it, and `nookterm login` does it.",
            code="soft_logout" if soft else "signed_out",
        )
    if code == "M_LIMIT_EXCEEDED" or status == 429:  # noqa: PLR2004 - the HTTP status by its number
        wait = waiting_time(retry_header, body.get("retry_after_ms"))
        hint = f"{KEPT} Try again in about {wait:.0f} s."
        return Throttled("The server asks to wait a moment.", hint, wait, "throttled")
    if status >= 500:  # noqa: PLR2004
        pause = waiting_time(retry_header, None) if retry_header else None
        return server_trouble(f"It answered with error {status}.", pause)
    if code in _MISSING or (status == 404 and not code):  # noqa: PLR2004
        sure = code == "M_NOT_FOUND"
        return NotFound(
            "The server does not know this.",
            words or "Check the name or id.",
            code="not_found" if sure else "unrecognized",
        )
    if code == "M_INVITE_BLOCKED":
        return NotAllowed("They take no invites.", words or "Their own settings say so.", code=INVITE_BLOCKED)
    if code == "M_FORBIDDEN" or status == 403:  # noqa: PLR2004
        return NotAllowed("The server does not allow this.", words or "Ask who runs the room.", code="not_allowed")
    short = code.lower().removeprefix("m_") or "refused"
    return Problem("The server refused this.", words or "Nothing was changed.", code=short)


def server_trouble(what: str, wait: float | None = None) -> ServerTrouble:
    """The server answered, but not with anything of use. `wait`: seconds that it asks for."""
    hint = f"{KEPT} Try again in a while; if it stays so, tell whoever runs the server."
    return ServerTrouble(f"The server has a problem. {what}", hint, wait, "server_trouble")


def unreachable(host: str, why: str, code: str = "offline") -> Offline:
    """Nothing came back."""
    way_out = _WAYS_OUT.get(code, "Check the network, and whether the server is up.")
    return Offline(f"{host} cannot be reached: {why}.", f"{KEPT} {way_out}", code=code)


def waiting_time(header: str | None, milliseconds: object) -> float:
    """Seconds to wait, by `Retry-After` (seconds or a date) or the older `retry_after_ms`; at most `LONGEST_WAIT`."""
    wait = _header_seconds(header) if header else None
    if wait is None and isinstance(milliseconds, int) and not isinstance(milliseconds, bool):
        wait = min(milliseconds, 10**9) / 1000
    return min(max(_USUAL_WAIT if wait is None else wait, 0.0), LONGEST_WAIT)


def _header_seconds(header: str) -> float | None:
    if header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
