"""What is remembered of people's identities, our own private keys and rooms with an exception: on disk, and at hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nookterm.domain.events import Trust
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.matrix.tables import atomic
from nookterm.trust.pins import Pin
from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule

Signed = tuple[DeviceId, str]
"""A device and the ed25519 key under which its owner signed it."""
FORMER = ""
"""Instead of the master key of a signature: an identity that was accepted once and is not in use any more."""


class TrustTables:
    """Rows, read when they are first asked for and kept at hand until `forget`."""

    def __init__(self, connection: Any) -> None:
        """Use the lent database."""
        self._connection = connection
        self._pins: dict[UserId, Pin] = {}
        self._signed: dict[UserId, Mapping[Signed, str]] = {}
        self._rules: dict[RoomId, UnsignedRule] | None = None

    def forget(self) -> None:
        """Read everything anew: after a rollback memory and disk may differ."""
        self._pins.clear()
        self._signed.clear()
        self._rules = None

    # --- pins -------------------------------------------------------------------------------------------------------

    def pin(self, user: UserId) -> Pin:
        """What is remembered of a person's identity; an empty pin for strangers."""
        found = self._pins.get(user)
        if found is None:
            row = self._first("SELECT pinned, seen, verified, was_verified FROM crypto_pins WHERE user_id = ?", user)
            found = self._pins[user] = _pin(user, row) if row else Pin(user)
        return found

    def everybody(self) -> Mapping[UserId, Pin]:
        """All people with an identity that was ever seen."""
        rows = self._connection.execute("SELECT user_id, pinned, seen, verified, was_verified FROM crypto_pins")
        return {(user := UserId(row[0])): _pin(user, row[1:]) for row in rows.fetchall()}

    def save_pin(self, pin: Pin, *, changed: bool) -> None:
        """Keep it as it is now; `changed`: another master key than the pinned one was seen."""
        row = (pin.user, pin.pinned, pin.seen, pin.verified, int(pin.was_verified), int(changed))
        with atomic(self._connection):
            self._connection.execute(
                "INSERT INTO crypto_pins (user_id, pinned, seen, verified, was_verified, changes)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET"
                " pinned = excluded.pinned, seen = excluded.seen, verified = excluded.verified,"
                " was_verified = excluded.was_verified, changes = changes + excluded.changes",
                row,
            )
        self._pins[pin.user] = pin

    def has_changed(self, user: UserId) -> bool:
        """Whether another master key than the first one was ever seen of a person."""
        row = self._first("SELECT changes FROM crypto_pins WHERE user_id = ?", user)
        return bool(row and row[0])

    def self_signing(self, user: UserId) -> str | None:
        """The self-signing key that belongs to the identity seen last."""
        row = self._first("SELECT self_signing FROM crypto_pins WHERE user_id = ?", user)
        return row[0] if row else None

    def save_self_signing(self, user: UserId, public: str | None) -> None:
        """Keep it beside the pin, where there is one."""
        if public != self.self_signing(user):
            with atomic(self._connection):
                self._connection.execute("UPDATE crypto_pins SET self_signing = ? WHERE user_id = ?", (public, user))

    # --- what stored messages are to be rated now -------------------------------------------------------------------

    def owe(self, user: UserId, trust: Trust) -> None:
        """A person's stored messages are to be rated anew."""
        with atomic(self._connection):
            self._connection.execute("UPDATE crypto_pins SET owed = ? WHERE user_id = ?", (str(trust), user))

    def owed(self) -> Mapping[UserId, Trust]:
        """Whose stored messages have to be rated anew, and as what."""
        rows = self._connection.execute("SELECT user_id, owed FROM crypto_pins WHERE owed IS NOT NULL")
        return {UserId(user): Trust(owed) for user, owed in rows.fetchall()}

    def paid(self, user: UserId) -> None:
        """They have been."""
        with atomic(self._connection):
            self._connection.execute("UPDATE crypto_pins SET owed = NULL WHERE user_id = ?", (user,))

    # --- signed devices ---------------------------------------------------------------------------------------------

    def signed(self, user: UserId) -> Mapping[Signed, str]:
        """The devices that a person has signed, each with the master key behind that signature, or `FORMER`."""
        found = self._signed.get(user)
        if found is None:
            rows = self._connection.execute(
                "SELECT device_id, ed25519, master FROM crypto_signed WHERE user_id = ?", (user,)
            )
            found = self._signed[user] = {(DeviceId(name), key): master for name, key, master in rows.fetchall()}
        return found

    def save_signed(self, user: UserId, now: Mapping[Signed, str], gone: Collection[Signed]) -> None:
        """Keep these signatures, and drop those of `gone`."""
        known = self.signed(user)
        new = {device: master for device, master in now.items() if known.get(device) != master}
        lost = [device for device in gone if device in known]
        if not new and not lost:
            return
        with atomic(self._connection):
            self._connection.executemany(
                "DELETE FROM crypto_signed WHERE user_id = ? AND device_id = ? AND ed25519 = ?",
                [(user, *device) for device in lost],
            )
            self._connection.executemany(
                "REPLACE INTO crypto_signed VALUES (?, ?, ?, ?)",
                [(user, *device, master) for device, master in new.items()],
            )
        self._signed.pop(user, None)

    def retire(self, user: UserId, master: str) -> None:
        """An accepted identity is not in use any more. What it has signed was proved then, and is so no more now."""
        with atomic(self._connection):
            self._connection.execute("INSERT OR IGNORE INTO crypto_former VALUES (?, ?)", (user, master))
            self._connection.execute(
                "UPDATE crypto_signed SET master = ? WHERE user_id = ? AND master = ?", (FORMER, user, master)
            )
        self._signed.pop(user, None)

    def is_former(self, user: UserId, master: str) -> bool:
        """Whether this identity was accepted once and has been replaced."""
        return self._first("SELECT 1 FROM crypto_former WHERE user_id = ? AND master = ?", user, master) is not None

    # --- exceptions and secrets -------------------------------------------------------------------------------------

    def rule(self, room_id: RoomId) -> UnsignedRule:
        """A room's exception for unsigned devices."""
        if self._rules is None:
            rows = self._connection.execute("SELECT room_id, everybody, people FROM crypto_rules").fetchall()
            self._rules = {RoomId(room): _rule(everybody, people) for room, everybody, people in rows}
        return self._rules.get(room_id, NO_EXCEPTION)

    def save_rule(self, room_id: RoomId, rule: UnsignedRule) -> None:
        """Keep a room's exception; an empty one is no exception."""
        with atomic(self._connection):
            if rule == NO_EXCEPTION:
                self._connection.execute("DELETE FROM crypto_rules WHERE room_id = ?", (room_id,))
            else:
                row = (room_id, int(rule.everybody), json.dumps(sorted(rule.people)))
                self._connection.execute("REPLACE INTO crypto_rules VALUES (?, ?, ?)", row)
        self._rules = None

    def secret(self, name: str) -> str | None:
        """A private key of ours."""
        row = self._first("SELECT secret FROM crypto_secrets WHERE name = ?", name)
        return row[0] if row else None

    def save_secret(self, name: str, secret: str | None) -> None:
        """Keep it; None forgets it."""
        with atomic(self._connection):
            if secret is None:
                self._connection.execute("DELETE FROM crypto_secrets WHERE name = ?", (name,))
            else:
                self._connection.execute("REPLACE INTO crypto_secrets VALUES (?, ?)", (name, secret))

    def _first(self, statement: str, *values: str) -> Any:
        return self._connection.execute(statement, values).fetchone()


def _pin(user: UserId, row: Iterable[Any]) -> Pin:
    pinned, seen, verified, was_verified = row
    return Pin(user, pinned, seen, verified, bool(was_verified))


def _rule(everybody: object, people: str) -> UnsignedRule:
    return UnsignedRule(bool(everybody), frozenset(map(UserId, json.loads(people))))
