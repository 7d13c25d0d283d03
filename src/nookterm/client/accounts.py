"""The accounts of this machine as a person sees them: how each stands, which was in front last, a name for one more."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from nookterm.client.account import Parts
from nookterm.client.errors import Busy, Problem, SignedOut, StoreDamaged, VaultClosed
from nookterm.client.holding import is_free
from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.records import dataclass


class Standing(StrEnum):
    """How an account that is not open here stands."""

    READY = "ready"
    ELSEWHERE = "elsewhere"
    """Another process has it."""
    ENDED = "ended"
    """The server has ended its session."""
    LOCKED = "locked"
    """Its vault is closed."""
    DAMAGED = "damaged"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Found:
    """One account on this machine."""

    name: str
    """Of its profile."""
    profile: Profile | None
    """None: its file makes no sense."""
    standing: Standing = Standing.READY
    problem: Problem | None = None


def look_over(parts: Parts, ours: Iterable[str] = ()) -> tuple[Found, ...]:
    """Every account, by name. Opens none; `ours` are open in this process. One that is damaged hides no other."""
    own = frozenset(ours)
    return tuple(_look(parts, name, is_ours=name in own) for name in parts.profiles.names())


def _look(parts: Parts, name: str, *, is_ours: bool) -> Found:
    profile = None
    try:
        profile = parts.profiles.load(name)
        if not is_ours and not is_free(parts, name):
            return Found(name, profile, Standing.ELSEWHERE)
    except Problem as problem:
        return Found(name, profile, standing_of(problem), problem)
    return Found(name, profile, Standing.ENDED if profile.ended else Standing.READY)


def standing_of(problem: Problem) -> Standing:
    """How an account stands that could not be opened because of this."""
    kinds = {
        Busy: Standing.ELSEWHERE,
        SignedOut: Standing.ENDED,
        StoreDamaged: Standing.DAMAGED,
    }
    if isinstance(problem, VaultClosed):
        return Standing.DAMAGED if problem.code == "key_lost" else Standing.LOCKED
    return next((standing for kind, standing in kinds.items() if isinstance(problem, kind)), Standing.TROUBLE)


def another_name(profiles: Profiles) -> str:
    """A free name for one more account."""
    taken = set(profiles.names())
    return next(name for name in (f"account-{n}" for n in range(2, len(taken) + 3)) if name not in taken)
