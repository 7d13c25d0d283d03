"""The same decision about many cases: what will be done, and who is left out and why, before anything is."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.desk import DeskLine, Plan, Planned
from nookterm.viewmodels.words import people

BATCHED = frozenset({"approve", "decline", "waitlist", "claim", "snooze", "clean"})
"""What can be done about several cases at once. A ban is never one of them: it is about one person."""
_TITLES = {
    "approve": "Let {} in",
    "decline": "Turn {} away",
    "waitlist": "Put {} on the wait-list",
    "claim": "Say that you are on {}",
    "snooze": "Put {} aside",
    "clean": "Clean up {}",
}
_DOING = {
    "approve": "Letting {} in",
    "decline": "Turning {} away",
    "waitlist": "Putting {} on the wait-list",
    "claim": "Taking on {}",
    "snooze": "Putting {} aside",
    "clean": "Cleaning up {}",
}


def plan(act: str, lines: Iterable[DeskLine], *, words: str = "", days: int = 0, shared: bool = False) -> Plan:
    """What `act` means for these lines, in their order: whoever waits longest gets the places that are left."""
    places = _Places()
    rows = tuple(Planned(line, _why_not(act, line, places)) for line in lines)
    count = sum(1 for row in rows if not row.why_not)
    return Plan(act, _TITLES[act].format(_many(act, count)), rows, words, days, shared)


def doing(planned: Plan) -> str:
    """The same as something that is about to happen: `Turning 12 people away`."""
    return _DOING[planned.act].format(_many(planned.act, len(planned.meant)))


def _many(act: str, count: int) -> str:
    if act in {"approve", "decline", "waitlist"}:
        return people(count)
    return "1 case" if count == 1 else f"{count} cases"


class _Places:
    """Places that are left while one after the other is let in."""

    def __init__(self) -> None:
        self._left: dict[RoomId, int] = {}

    def take(self, line: DeskLine) -> bool:
        """Whether there is one for this line; it is gone then."""
        about = line.detail
        if about is None or about.cap is None or line.nook_id is None:
            return True
        left = self._left.setdefault(line.nook_id, about.cap - about.members)
        self._left[line.nook_id] = left - 1
        return left > 0


def _why_not(act: str, line: DeskLine, places: _Places) -> str:
    if act == "snooze":
        return "set aside already" if line.fold == "snoozed" else ""
    if act == "claim" and line.mine:
        return "yours already"
    if f"desk.{act}" not in line.actions:
        return _does_not_fit(act, line)
    if line.held:
        return f"{line.held} is on it"
    if act == "approve" and line.detail and line.detail.needs:
        return line.detail.needs
    if act == "approve" and not places.take(line):
        return "no place is left"
    return ""


def _does_not_fit(act: str, line: DeskLine) -> str:
    if line.fold == "withdrawn":
        return "took it back"
    if act == "waitlist" and line.fold:
        return f"{line.fold} already" if line.fold == "on the wait-list" else line.fold
    if act == "clean":
        return "still asks"
    return "not somebody who asks to join" if line.kind != "ask" else "not possible now"
