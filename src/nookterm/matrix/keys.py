"""Other people's devices and keys, as the server hands them out: asked for with patience, and not in vain for ever."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from nookterm.domain.ids import UserId
from nookterm.matrix.devices import learn_devices, signed_by
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.http import Http, path
from nookterm.matrix.learning import Learning
from nookterm.matrix.tables import atomic
from nookterm.matrix.upload import SIGNED
from nookterm.matrix.wire import as_list, as_object, as_text
from nookterm.trust.identity import Identity

if TYPE_CHECKING:
    from nio.crypto import OlmDevice

_SERVER_PATIENCE = 10_000
"""Milliseconds that our server may wait for other servers."""
_DEVICES_A_REQUEST = 100
_SILENCE = 60.0
"""Seconds for which a user is not asked for again whose server did not answer."""
_FIRST_PAUSE = 15.0
_LONGEST_PAUSE = 900.0
_MOST_DOUBLINGS = 6


class KeyDuties:
    """The network side of other people's keys. Several callers may wait for answers at the same time."""

    def __init__(self, http: Http, olm: HardenedOlm, learning: Learning) -> None:
        self._http = http
        self._olm = olm
        self._learning = learning
        self._clock = time.monotonic
        self._silent_until: dict[str, float] = {}
        self._empty: dict[tuple[str, str], tuple[int, float]] = {}
        """Devices that had no one-time key: how often in a row, and when to ask again."""
        self._turn = 0
        self._answered: dict[str, int] = {}
        """For each user, the turn of the newest question whose answer was taken."""
        self._owed: dict[str, int] = {}
        """For each user whose devices have changed, the turn of the question that was begun since."""
        self.asked: set[str] = set()
        """Users whose device list we have and are told the changes of."""

    # --- devices ----------------------------------------------------------------------------------------------------

    def note_changes(self, lists: Mapping[str, Any]) -> None:
        """Take over `device_lists` of a sync response."""
        changed = {user for user in as_list(lists.get("changed")) if isinstance(user, str)}
        self._olm.device_store.fetch(changed)
        self._olm.users_for_key_query |= {
            user
            for user in changed
            if user == self._olm.user_id or user in self.asked or user in self._owed or self._olm.device_store[user]
        }
        for user in changed:
            self._silent_until.pop(user, None)
        self._empty = {who: pause for who, pause in self._empty.items() if who[0] not in changed}
        self.asked -= {user for user in as_list(lists.get("left")) if isinstance(user, str)}

    def note_missed_changes(self) -> None:
        """What changed meanwhile was not told: every device list is asked for anew before it is used."""
        self.asked.clear()
        self._olm.users_for_key_query.add(self._olm.user_id)

    def doubtful(self, users: Iterable[str]) -> set[str]:
        """Those of `users` whose devices have changed, and no answer has come that was asked for since.

        Another one may be asking already. Its answer is not waited for: it may ask for others too, of dead servers.
        """
        return {user for user in users if user in self._olm.users_for_key_query or user in self._owed}

    def due(self, users: Iterable[str]) -> set[str]:
        """Those of `users` that may be asked for now: not those whose server did not answer a moment ago."""
        now = self._clock()
        return {user for user in users if self._silent_until.get(user, now) <= now}

    async def query(self, users: Iterable[str]) -> set[str]:
        """Ask for the devices of `users` anew. Returns those that an answer came for; the others stay marked."""
        wanted = self.due(users)
        if not wanted:
            return set()
        self._turn += 1
        turn = self._turn
        # Taken off before asking: a change that a sync reports meanwhile marks them once more.
        self._owed |= dict.fromkeys(wanted & self._olm.users_for_key_query, turn)
        self._olm.users_for_key_query -= wanted
        heard: set[str] = set()
        try:
            body = {"device_keys": {user: [] for user in sorted(wanted)}, "timeout": _SERVER_PATIENCE}
            answer = await self._http.call("POST", path("keys", "query"), body)
            # Of two questions about one user that ran side by side, the answer to the earlier one must not win.
            current = {user for user in wanted if self._answered.get(user, 0) < turn}
            heard = set(self._take(answer, current))
            self._answered |= dict.fromkeys(heard, turn)
            heard |= wanted - current
            self._silent_until |= dict.fromkeys(wanted - heard, self._clock() + _SILENCE)
        finally:
            for user in wanted:
                if self._owed.get(user, 0) <= max(turn, self._answered.get(user, 0)):
                    self._owed.pop(user, None)
            self._olm.users_for_key_query |= {user for user in wanted if self._answered.get(user, 0) < turn}
        return heard

    async def identities_of(self, users: Collection[UserId]) -> dict[UserId, Identity]:
        """Ask for the identities and devices of `users` now, and learn them."""
        self._turn += 1
        turn = self._turn
        body = {"device_keys": {user: [] for user in sorted(users)}, "timeout": _SERVER_PATIENCE}
        answer = await self._http.call("POST", path("keys", "query"), body)
        current = {user for user in users if self._answered.get(user, 0) < turn}
        found = self._take(answer, current)
        self._answered |= dict.fromkeys(found, turn)
        return found

    def _take(self, answer: Mapping[str, Any], users: AbstractSet[str]) -> dict[UserId, Identity]:
        """Learn what an answer says about `users`, all of it or nothing."""
        try:
            with atomic(self._olm.store.connection):
                return self._learning.learn(answer, learn_devices(self._olm, answer, users))
        except BaseException:
            self._learning.forget()
            raise

    # --- sessions ---------------------------------------------------------------------------------------------------

    async def claim(self, devices: Iterable[OlmDevice]) -> None:
        """Start Olm sessions with `devices`. Those without a good one-time key are left out.

        They are asked again at the next call, then after pauses that double. An answer that does not come because
        another server is away costs one wait, not one for each message.
        """
        now = self._clock()
        wanted = {
            who: device for device in devices if self._empty.get(who := (device.user_id, device.id), (0, now))[1] <= now
        }
        if not wanted:
            return
        body: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for user, name in wanted:
            body[user][name] = SIGNED
        answer = await self._http.call(
            "POST", path("keys", "claim"), {"one_time_keys": body, "timeout": _SERVER_PATIENCE}
        )
        claimed, away = as_object(answer.get("one_time_keys")), as_object(answer.get("failures"))
        with atomic(self._olm.store.connection):
            for who, device in wanted.items():
                if self._start_session(device, as_object(as_object(claimed.get(who[0])).get(who[1]))):
                    self._empty.pop(who, None)
                else:
                    self._pause(who, away=who[0].partition(":")[2] in away)

    def _pause(self, who: tuple[str, str], *, away: bool) -> None:
        times = self._empty.get(who, (0, 0.0))[0] + 1
        doublings = min(times - 2 + away, _MOST_DOUBLINGS)
        pause = 0.0 if doublings < 0 else min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
        self._empty[who] = (times, self._clock() + pause)

    def _start_session(self, device: OlmDevice, keys: Mapping[str, Any]) -> bool:
        for signed in keys.values():
            key = as_text(as_object(signed).get("key"))
            if not key or not signed_by(signed, device.user_id, device.id, device.ed25519):
                continue
            try:
                session = self._olm.create_session(key, device.curve25519)
            except HOSTILE:
                continue
            if device in self._olm.wedged_devices:
                self._olm.wedged_devices.remove(device)
                self._olm._queue_dummy_message(session, device)
            return True
        return False

    # --- messages to devices ----------------------------------------------------------------------------------------

    async def repair(self) -> None:
        """Start anew with devices whose Olm session broke, and tell them by an empty message."""
        await self.claim(list(self._olm.wedged_devices))
        for message in list(self._olm.outgoing_to_device_messages):
            await self.deliver({message.recipient: {message.recipient_device: message.content}})
            self._olm.outgoing_to_device_messages.remove(message)

    async def deliver(
        self,
        messages: Mapping[Any, Mapping[Any, Any]],
        type_: str = "m.room.encrypted",
        txn_id: str | None = None,
    ) -> None:
        """Send messages to devices: user id -> device id -> content. One `txn_id` never delivers twice."""
        where = path("sendToDevice", type_, txn_id or uuid.uuid4().hex)
        await self._http.call("PUT", where, {"messages": messages})


def in_portions(devices: list[OlmDevice]) -> Iterable[list[OlmDevice]]:
    """Devices in groups small enough for one request."""
    return (devices[start : start + _DEVICES_A_REQUEST] for start in range(0, len(devices), _DEVICES_A_REQUEST))
