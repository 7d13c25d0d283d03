"""Where news come from: the two ways to sync, as one. Both answer in the shape of `/v3/sync`, with our marks on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nookterm.client.errors import NotFound, Problem
from nookterm.domain.choices import SYNC_WAYS
from nookterm.domain.events import Json
from nookterm.domain.records import dataclass
from nookterm.matrix.http import Http
from nookterm.matrix.sync_position import CLASSIC, SLIDING, Position, read_position
from nookterm.matrix.wire import as_object

GRACE = 60.0
"""Seconds on top of a long poll: the first answer to a big account takes its time."""
MANY = 100
"""As many messages to a device fit into a response; where there are so many, more may wait."""
MARKS = "nookterm"
"""The key of our marks in a response. Sources build their answer anew, so no server can set them."""
OFFER = "org.matrix.simplified_msc3575"
_LOST = frozenset({"unknown_pos", "unknown", "invalid_param", "bad_json", "not_json"})
"""What servers answer to a position that they do not know or cannot read."""


class SyncSource(Protocol):
    """One way to ask a homeserver for news. Keeps nothing: all that must last is in the position."""

    async def fetch(self, before: Position | None, timeout: float) -> Json:
        """What is new since `before`, waiting up to `timeout` seconds where nothing is missing.

        A position of the other source, or one that the server has lost, is begun anew with; what the response says
        then, and `Marks`, are enough to end up where an unbroken sync would have.
        """


@dataclass(frozen=True, slots=True)
class Marks:
    """What a response says beyond `/v3/sync`."""

    complete: bool = True
    """Nothing that the server has by now is still to come."""
    anew: bool = False
    """The chain of responses was broken before this one: changes of other people's devices were not told."""
    partial: bool = False
    """Some of our rooms are outside: their changes are not told yet."""
    present: tuple[str, ...] | None = None
    """Where the list of rooms is whole again after a break: all rooms in it."""
    counts_told: bool = True
    """Whether it says how many of our one-time keys the server has."""
    account_whole: bool = False
    """Whether its account data, but for that of single rooms, is all that there is."""


def marks_of(raw: Mapping[str, Any]) -> Marks:
    """The marks of a response; those of a plain one where a source has set none."""
    found = raw.get(MARKS)
    return found if isinstance(found, Marks) else Marks()


def is_lost(problem: Problem) -> bool:
    """Whether the server refused a request because of the position in it."""
    return problem.code in _LOST


class ChosenSync:
    """The source that fits the server. The choice is made once for each start."""

    def __init__(self, http: Http, classic: SyncSource, sliding: SyncSource, way: str = "auto") -> None:
        """`way` is one of `SYNC_WAYS`; auto takes sliding sync where the server offers it."""
        if way not in SYNC_WAYS:
            raise ValueError(way)
        self._http = http
        self._sources = {CLASSIC: classic, SLIDING: sliding}
        self._way = way
        self.kind: str | None = None if way == "auto" else way
        """Which one is in use; None before the first answer."""

    async def fetch(self, text: str | None, timeout: float) -> Json:
        """What is new since the kept position `text`."""
        before = read_position(text)
        kind = self.kind or await self._offered(before)
        try:
            raw = await self._sources[kind].fetch(before, timeout)
        except Problem as refused:
            if kind != SLIDING or not (refused.code == "unrecognized" or is_lost(refused)):
                raise
            if self._way == SLIDING:
                message = "This server has no sliding sync."
                raise NotFound(message, "Leave out --sync, or say --sync classic.", code="no_sliding_sync") from refused
            kind = CLASSIC
            raw = await self._sources[kind].fetch(before, timeout)
        self.kind = kind
        return raw

    async def _offered(self, before: Position | None) -> str:
        if before and before.kind == SLIDING:
            return SLIDING
        try:
            versions = await self._http.call("GET", "/_matrix/client/versions")
        except NotFound:
            return CLASSIC
        return SLIDING if as_object(versions.get("unstable_features")).get(OFFER) is True else CLASSIC
