"""What the lines of Sessions and trust are made of: read from the disk, without the network."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from nookterm.client.backup_state import BackupState
from nookterm.client.errors import Busy, CannotWrite
from nookterm.client.ports import ListedDevice
from nookterm.domain.exceptions import may_allow
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.names import known_name
from nookterm.viewmodels.trust import TrustGroup, TrustLine
from nookterm.viewmodels.trust_lines import (
    OwnDevice,
    backup_line,
    device_line,
    disk_line,
    person_line,
    recovery_line,
    room_line,
)
from nookterm.viewmodels.words import until

_DEVICES = "own_devices"
_MET = "met"
_WORTH_A_LINE = frozenset({"verified", "changed", "violated", "hidden"})
_BLOCKING = frozenset({"changed", "violated"})


def groups_of(hub: Hub, vault: str, backup: BackupState) -> tuple[tuple[TrustGroup, ...], str]:
    """All groups, and how our own identity stands (the step of `OwnState`). Raises the Problem where keys are away."""
    state = hub.session.trust.identity.state()
    proved = str(hub.session.gateway.identities.pin(hub.session.gateway.user_id).standing) == "verified"
    keys = (
        recovery_line(step=state.step, storage=state.storage, passphrase=state.passphrase, unnoted=state.unnoted),
        backup_line(backup, ready=state.step == "ready"),
        disk_line(vault),
    )
    groups = (
        TrustGroup("Your devices", _devices(hub, proved=proved)),
        TrustGroup("People you have met", _people(hub)),
        TrustGroup("Keys", keys),
        TrustGroup("Exceptions", _exceptions(hub)),
    )
    return tuple(group for group in groups if group.lines), state.step


def note_devices(hub: Hub, listed: Iterable[ListedDevice]) -> None:
    """Keep the server's list, and since when this device has heard of each one."""
    kept = hub.session.store.recall(_DEVICES, "")
    known: Mapping[str, Any] = kept["devices"] if kept else {}
    now = hub.session.clock().isoformat()
    devices = {
        one.device: {
            "name": one.name,
            "seen": one.last_seen.isoformat() if one.last_seen else None,
            "since": known[one.device].get("since") if one.device in known else now if kept else None,
        }
        for one in listed
    }
    with contextlib.suppress(Busy, CannotWrite), hub.session.store.transaction():
        hub.session.store.remember(_DEVICES, "", {"devices": devices})


def note_met(hub: Hub, user: UserId) -> None:
    """Keep when keys were compared with somebody."""
    with contextlib.suppress(Busy, CannotWrite), hub.session.store.transaction():
        hub.session.store.remember(_MET, user, {"at": hub.session.clock().isoformat()})


def whose_keys_changed(hub: Hub) -> tuple[UserId, ...]:
    """Of whom the newest is worth knowing."""
    everybody = hub.session.gateway.identities.everybody()
    return tuple(user for user, pin in everybody.items() if str(pin.standing) in _BLOCKING)


def _devices(hub: Hub, *, proved: bool) -> tuple[TrustLine, ...]:
    identities, me = hub.session.gateway.identities, hub.session.gateway.user_id
    kept = hub.session.store.recall(_DEVICES, "")
    listed: Mapping[str, Any] = kept["devices"] if kept else {}
    keys, barred, here = identities.devices(me), identities.barred(me), identities.this_device
    found = []
    for id_ in {here.device, *keys, *map(DeviceId, listed)}:
        entry = listed.get(id_, {})
        mine = here if id_ == here.device else keys.get(id_)
        found.append(
            OwnDevice(
                id_,
                str(entry.get("name") or (mine.name if mine else "")),
                here=id_ == here.device,
                keys=mine is not None,
                listed=id_ in listed,
                signed=mine is not None and mine.signed_by_owner,
                barred=id_ in barred,
                last_seen=_time(entry.get("seen")),
                since=_time(entry.get("since")),
            )
        )
    found.sort(key=lambda d: (not d.here, -(d.last_seen.timestamp() if d.last_seen else 0), d.id))
    now = hub.session.clock()
    return tuple(device_line(device, now, hub.zone, hub.forms, proved=proved) for device in found)


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _people(hub: Hub) -> tuple[TrustLine, ...]:
    now, zone, me = hub.session.clock(), hub.zone, hub.session.gateway.user_id
    met = hub.session.store.recall_all(_MET)
    lines = []
    for user, pin in hub.session.gateway.identities.everybody().items():
        standing = str(pin.standing)
        if user == me or standing not in _WORTH_A_LINE or not (standing == "verified" or _is_near(hub, user)):
            continue
        when = _time(met[user].get("at")) if user in met else None
        shown = "again" if pin.ours_is_new else standing
        lines.append(person_line(user, known_name(hub, user), shown, pin.seen, when, now, zone, hub.forms))
    return tuple(sorted(lines, key=lambda line: (not line.look, line.name.casefold(), line.subject)))


def _is_near(hub: Hub, user: UserId) -> bool:
    """Whether we share a room: a stranger's change is nobody's business here."""
    return any(user in room.members for room in hub.session.rooms.joined())


def _exceptions(hub: Hub) -> tuple[TrustLine, ...]:
    now, lines = hub.session.clock(), []
    for name in hub.session.store.recall_all("exception"):
        room = hub.session.rooms.get(RoomId(name))
        found = hub.session.trust.exceptions.rule_of(RoomId(name)) if room else None
        if room is None or found is None:
            continue
        people = None if found.people is None else sorted(known_name(hub, user) for user in found.people)
        ends = until(found.until, now, hub.zone, hub.forms)
        lines.append(room_line(room.room_id, safe_line(title(room)), people, ends, may_end=may_allow(room, room.me)))
    return tuple(sorted(lines, key=lambda line: line.name.casefold()))
