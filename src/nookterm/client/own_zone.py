"""The zone of the person at this machine with its changes to summer time and back, which Python does not hand out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class OwnZone(tzinfo):
    """The system's zone as it holds at each moment, past and to come."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """How far the clock on the wall is from UTC at a wall time; `fold` picks one of two."""
        wall = (dt or datetime.now()).replace(tzinfo=None)  # noqa: DTZ005 - the system's own clock is what is asked for
        return wall.astimezone().utcoffset() or timedelta()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """The system does not say how much of it is summer time."""
        del dt
        return None

    def tzname(self, dt: datetime | None) -> str:
        """What the system calls it."""
        wall = (dt or datetime.now()).replace(tzinfo=None)  # noqa: DTZ005 - the system's own clock is what is asked for
        return wall.astimezone().tzname() or "local"

    def fromutc(self, dt: datetime) -> datetime:
        """The wall time of a moment, with `fold` where the clock shows it for the second time."""
        moment = dt.replace(tzinfo=UTC)
        wall = moment.astimezone().replace(tzinfo=None)
        again = wall.astimezone().astimezone(UTC) != moment
        return wall.replace(tzinfo=self, fold=int(again))
