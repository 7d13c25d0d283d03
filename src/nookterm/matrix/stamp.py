"""The demo's last hop: its own application service dates what people's devices send, so that its world has a past."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.client.ports import Secret
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date for every send, knock, invite and join of one gateway. Only an embedded demo server takes it."""

    token: Secret
    """The application service's token."""
    now: Callable[[], int | None]
    """The time that it should seem to be, in milliseconds since 1970; None: this call is of today, as everyone's."""
