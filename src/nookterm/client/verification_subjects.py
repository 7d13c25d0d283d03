"""Whom one can compare keys with: fresh keys of a person or of our own devices, and the room to ask a person in."""

from __future__ import annotations

from nookterm.client.changes import Changes, Happened
from nookterm.client.direct import Direct
from nookterm.client.errors import NotAllowed, NotFound, NotTrusted, ServerTrouble
from nookterm.client.ports import Gateway
from nookterm.client.rooms import Rooms
from nookterm.client.verification_flows import this_side
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.trust.identity import DeviceKeys, Identity
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.verification import Me
from nookterm.trust.verifying import check_subject


class Subjects:
    """Finds and checks the other side before it is asked."""

    def __init__(self, gateway: Gateway, changes: Changes, rooms: Rooms) -> None:
        self._gateway = gateway
        self._changes = changes
        self._direct = Direct(gateway, rooms)

    async def person(self, user: UserId) -> Identity:
        """What the server says now of a person's keys. Raises NotTrusted (us), NotAllowed or NotFound (them)."""
        them = await self._ask(user)
        me = this_side(self._gateway)
        check_ready(me)
        if them is None:
            message = f"The server of {user} did not answer."
            raise ServerTrouble(message, "Try again later.", code="no_answer")
        hint = "They make one in their client: in Element under Settings, Encryption; here by `nookterm trust setup`."
        _check(me, them, f"{user} has no identity that could be compared yet.", hint)
        return them

    async def own_devices(self, device: DeviceId | None) -> tuple[Identity, tuple[DeviceId, ...]]:
        """What the server says now of our own keys, and which other devices to ask: this one, or all that may answer.

        Raises NotAllowed where this account has no identity, NotFound where there is no such device.
        """
        them = await self._ask(self._gateway.user_id)
        me = this_side(self._gateway)
        if them is None:
            raise ServerTrouble("The server says nothing about this account.", "Try again later.", code="no_answer")
        _check(me, them, "This account has no identity yet.", "`nookterm trust setup` makes one.")
        others = {name: keys for name, keys in them.devices.items() if name != me.device and not _dehydrated(keys)}
        if device is not None:
            if device not in others:
                message = f"There is no other device called {device}."
                raise NotFound(message, "Check its id in the list of your sessions.", code="unknown_device")
            return them, (device,)
        if not others:
            message = "No other device of yours is there to compare with."
            hint = "Use the recovery key instead: `nookterm recover`."
            raise NotFound(message, hint, code="no_other_device")
        # A device without trust learns something only from those that have it.
        signed = tuple(name for name, keys in others.items() if keys.signed_by_owner) if me.master is None else ()
        return them, signed or tuple(others)

    async def room_with(self, user: UserId) -> RoomId:
        """The direct room with a person; one is made where there is none."""
        room_id, made = await self._direct.room_with(user)
        if made:
            self._changes.tell(Happened(f"A direct room with {user} was made, to ask them there.", room_id))
        return room_id

    async def _ask(self, user: UserId) -> Identity | None:
        # Ourselves, too: what we vouch with may have been replaced by another device of ours.
        return (await self._gateway.key_server.query({user, self._gateway.user_id})).get(user)


def check_ready(me: Me) -> None:
    """Return where this device can verify others. Raises NotTrusted."""
    if me.master is None:
        message = "This device is not trusted yet, so nobody could verify you through it."
        hint = "First `nookterm trust setup`, `nookterm recover`, or compare with another device of yours."
        raise NotTrusted(message, hint, code="not_trusted")


def _check(me: Me, them: Identity, nothing: str, hint: str) -> None:
    try:
        check_subject(me, them)
    except Refused as refusal:
        if refusal.reason is Reason.COLLISION:
            message = f"A device of {them.user} poses as their identity. Nothing can be verified like this."
            raise NotAllowed(message, "Ask them to sign that device out.", code="no_identity") from refusal
        raise NotAllowed(nothing, hint, code="no_identity") from refusal


def _dehydrated(device: DeviceKeys) -> bool:
    """Whether nobody sits at it: a device that only keeps keys while all others are away (MSC3814)."""
    return device.document.get("dehydrated") is True
