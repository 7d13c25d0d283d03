"""Messages that wait for a person and not for the network: nobody could read them, or somebody unknown could."""

from __future__ import annotations

from dataclasses import field

from nookterm.client.errors import IdentityChanged, NotTrusted, Problem
from nookterm.client.ports import Outgoing
from nookterm.domain.ids import RoomId, TxnId
from nookterm.domain.records import dataclass

WAITS_FOR_SOMEBODY = (NotTrusted, IdentityChanged)


@dataclass(frozen=True, slots=True)
class _Held:
    room_id: RoomId
    problem: Problem
    revision: int


@dataclass(slots=True)
class HeldBack:
    """The rows of the outbox that a verdict keeps here, as far as this process has tried them."""

    _rows: dict[TxnId, _Held] = field(default_factory=dict)

    def note(self, row: Outgoing, problem: Problem, revision: int) -> None:
        """A row was held back, by what was known at this `revision` of the identities."""
        self._rows[row.txn_id] = _Held(row.room_id, problem, revision)

    def end(self, txn_id: TxnId) -> None:
        """It has left, or waits for something else."""
        self._rows.pop(txn_id, None)

    def problem(self, txn_id: TxnId) -> Problem | None:
        """What holds a row back. Made anew each time: a raised one carries the trace of whoever raised it."""
        held = self._rows.get(txn_id)
        return type(held.problem)(held.problem.message, held.problem.hint, code=held.problem.code) if held else None

    def moved(self, revision: int) -> set[RoomId]:
        """The rooms whose rows may leave by now: something about people or devices is another thing than it was."""
        return {held.room_id for held in self._rows.values() if held.revision != revision}

    def __bool__(self) -> bool:
        """Whether anything is held back."""
        return bool(self._rows)
