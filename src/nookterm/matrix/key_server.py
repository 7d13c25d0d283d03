"""The server's part in who is who: identities, signatures, secrets, backups, devices and what they are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nookterm.client.errors import NotAllowed, NotFound
from nookterm.client.ports import Challenge, ListedDevice
from nookterm.domain.events import Json, moment
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.matrix.challenge import PROVE_YOURSELF, challenge_of
from nookterm.matrix.crypto import Crypto
from nookterm.matrix.http import Http, path
from nookterm.matrix.key_files import KeyFiles
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.wire import as_count, as_list, as_object, as_text, tame
from nookterm.trust.cross_signing import failed_uploads
from nookterm.trust.identity import DeviceKeys, Identity

_VERIFICATION = "m.key.verification."


class HttpKeyServer(KeyFiles):
    """Implements the port `KeyServer` for one device."""

    def __init__(self, http: Http, user_id: UserId, crypto: Crypto) -> None:
        self._http = http
        self._me = user_id
        self._crypto = crypto

    # --- identities -------------------------------------------------------------------------------------------------

    async def query(self, users: Collection[UserId]) -> Mapping[UserId, Identity]:
        """Ask for identities and devices anew, and learn them."""
        return await self._crypto.query(users)

    async def publish_identity(self, body: Json, auth: Json | None = None) -> Challenge | None:
        """`POST /keys/device_signing/upload`. None when it is done, else what the server wants first."""
        return await self._proving("POST", path("keys", "device_signing", "upload"), body, auth)

    async def publish_signatures(self, body: Json) -> None:
        """`POST /keys/signatures/upload`."""
        answer = await self._http.call("POST", path("keys", "signatures", "upload"), body)
        if failed_uploads(answer):
            raise server_trouble("It did not take a signature.")

    # --- account data -----------------------------------------------------------------------------------------------

    async def account_data(self, type_: str) -> Json:
        """A piece of account data; empty where there is none."""
        try:
            return await self._http.call("GET", self._account_data(type_))
        except NotFound as problem:
            if problem.code != "not_found":
                raise
            return {}

    async def set_account_data(self, type_: str, content: Json) -> None:
        """Replace it."""
        await self._http.call("PUT", self._account_data(type_), content)

    def _account_data(self, type_: str) -> str:
        return path("user", self._me, "account_data", type_)

    # --- between devices --------------------------------------------------------------------------------------------

    async def send_to_devices(
        self, type_: str, messages: Mapping[UserId, Mapping[DeviceId, Json]], txn_id: TxnId | None = None
    ) -> None:
        """Send in clear text."""
        await self._crypto.deliver(messages, type_, txn_id)

    async def send_to_room(self, room_id: RoomId, type_: str, content: Json, txn_id: TxnId) -> EventId:
        """Send a piece of a verification into a room in clear text, and nothing else."""
        asks = type_ == "m.room.message" and content.get("msgtype") == _VERIFICATION + "request"
        if not asks and not type_.startswith(_VERIFICATION):
            message = f"{type_} is no part of a verification"
            raise ValueError(message)
        answer = await self._http.call("PUT", path("rooms", room_id, "send", type_, txn_id), content)
        event_id = as_text(answer.get("event_id"))
        if not event_id:
            raise server_trouble("It took the message and did not say under which name.")
        return EventId(event_id)

    async def send_sealed(self, type_: str, content: Json, devices: Sequence[DeviceKeys]) -> Sequence[DeviceKeys]:
        """Send over Olm. Returns the devices that could be reached."""
        return await self._crypto.send_sealed(type_, content, devices)

    # --- our devices ------------------------------------------------------------------------------------------------

    async def own_devices(self) -> Sequence[ListedDevice]:
        """Our devices as the server lists them."""
        answer = await self._http.call("GET", path("devices"))
        listed = map(as_object, as_list(answer.get("devices")))
        return [_device(name, device) for device in listed if (name := as_text(device.get("device_id")))]

    async def rename_device(self, device: DeviceId, name: str) -> None:
        """Give one another name."""
        await self._http.call("PUT", path("devices", device), {"display_name": name})

    async def end_devices(self, devices: Sequence[DeviceId], auth: Json | None = None) -> Challenge | None:
        """Sign devices out. None when it is done, else what the server wants first."""
        return await self._proving("POST", path("delete_devices"), {"devices": list(devices)}, auth)

    async def _proving(self, method: str, where: str, body: Json, auth: Json | None) -> Challenge | None:
        asked = {**body, "auth": dict(auth)} if auth else body
        status, answer = await self._http.call_expecting(PROVE_YOURSELF, method, where, asked)
        if status not in PROVE_YOURSELF:
            return None
        wanted = challenge_of(answer, answered=bool(auth))
        if wanted is None:
            raise NotAllowed("The server does not allow this.", "Ask who runs it.", code="not_allowed")
        return wanted


def _device(name: str, device: Mapping[str, Any]) -> ListedDevice:
    seen = as_count(device.get("last_seen_ts"))
    shown = as_text(device.get("display_name")) or ""
    return ListedDevice(DeviceId(tame(name)), tame(shown), None if seen is None else moment(seen))
