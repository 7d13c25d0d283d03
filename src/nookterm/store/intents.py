"""What one process asks of the one that holds the account: a row, taken once, answered in the same place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nookterm.client.ports import Intent
from nookterm.store.codec import Row, dumps, from_ticks, loads, ticks
from nookterm.store.database import Database

_INTENT = "SELECT id, words, asked_at, until, state, answer FROM intents"
_TAKE = "UPDATE intents SET state = 'taken' WHERE id = ? AND state = 'waiting' RETURNING id"
_WITHDRAW = "DELETE FROM intents WHERE id = ? AND state = 'waiting' RETURNING id"


class IntentTables(Database):
    """The part of the store through which processes speak to each other."""

    def add_intent(self, intent: Intent) -> None:
        """Ask, behind all that was asked before."""
        values = (intent.id, dumps({"words": list(intent.words)}), ticks(intent.asked_at), ticks(intent.until))
        with self.transaction():
            self._run("INSERT INTO intents (id, words, asked_at, until, state) VALUES (?, ?, ?, ?, 'waiting')", values)

    def intent(self, intent_id: str) -> Intent | None:
        """One of them, while it is here."""
        row = self._first(f"{_INTENT} WHERE id = ?", (intent_id,))
        return _intent(row) if row else None

    def waiting_intents(self) -> tuple[Intent, ...]:
        """What nobody has taken yet, in the order it was asked."""
        return tuple(map(_intent, self._run(f"{_INTENT} WHERE state = 'waiting' ORDER BY place")))

    def take_intent(self, intent_id: str) -> bool:
        """Begin it. False where it is not waiting (any more): then somebody else has it, or it was withdrawn."""
        with self.transaction():
            return bool(self._run(_TAKE, (intent_id,)))

    def answer_intent(self, intent_id: str, answer: Mapping[str, Any]) -> None:
        """Say how it went. Raises TypeError, ValueError for what is not JSON."""
        with self.transaction():
            self._run("UPDATE intents SET state = 'done', answer = ? WHERE id = ?", (dumps(answer), intent_id))

    def withdraw_intent(self, intent_id: str) -> bool:
        """Take it back. False where it was taken before: then it may happen."""
        with self.transaction():
            return bool(self._run(_WITHDRAW, (intent_id,)))

    def drop_intents(self, before: datetime) -> None:
        """Forget those for which nobody has waited since `before`, whatever became of them."""
        with self.transaction():
            self._run("DELETE FROM intents WHERE until < ?", (ticks(before),))

    def drop_intent(self, intent_id: str) -> None:
        """The answer has been read."""
        with self.transaction():
            self._run("DELETE FROM intents WHERE id = ?", (intent_id,))


def _intent(row: Row) -> Intent:
    intent_id, words, asked_at, until, state, answer = row
    return Intent(
        intent_id,
        tuple(map(str, loads(words).get("words", ()))),
        from_ticks(asked_at),
        from_ticks(until),
        state,
        None if answer is None else loads(answer),
    )
