"""The lines of Sessions and trust, made of plain facts: what each state is called, what it means, what one can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from nookterm.client.backup_state import BackupState, BackupStep
from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.trust import LineKind, TrustLine
from nookterm.viewmodels.words import ago, date_of

_NEW_FOR = timedelta(days=7)
"""How long a device counts as new."""
_SAFE, _WARN, _QUIET = "nook-safe", "nook-warn", "nook-quiet"
_LONGEST_NAME = 60
_VAULTS = {
    "keyring": ("its key lies in your system's keyring", _SAFE, "sealed"),
    "passphrase": ("its key is sealed by your passphrase", _SAFE, "sealed"),
    "demo": ("its key lies beside it: this is the demo", _WARN, "not sealed"),
}


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """What is known of one of our devices."""

    id: DeviceId
    name: str = ""
    here: bool = False
    keys: bool = True
    """Whether it has keys at all."""
    listed: bool = True
    """Whether the server lists it."""
    signed: bool = False
    barred: bool = False
    last_seen: datetime | None = None
    since: datetime | None = None
    """When this device first heard of it; None where it was there from the start."""


def device_line(device: OwnDevice, now: datetime, zone: tzinfo, forms: Forms = PLAIN, *, proved: bool) -> TrustLine:
    """One of our devices. `proved`: this device has proved that our identity is ours."""
    name = safe_line(device.name, longest=_LONGEST_NAME) or safe_line(device.id, longest=_LONGEST_NAME)
    line = TrustLine(
        f"device {device.id}",
        LineKind.DEVICE,
        name,
        when="now" if device.here else ago(device.last_seen, now) if device.last_seen else "",
        subject=device.id,
        here=device.here,
        barred=device.barred,
    )
    acts = ["trust.rename"] if device.listed else []
    acts += ["trust.sign_out"] if device.listed and not device.here else []
    if device.here:
        return _here(line, acts, signed=device.signed and proved)
    acts += ["trust.bar"] if device.keys else []
    about = _new(device.since, now, zone, forms) if device.since else ""
    if not device.keys:
        words = "It has no keys, so it reads nothing that is encrypted. If you do not know it, sign it out."
        return replace(line, about=about, state="no keys", meaning=_QUIET, words=(words,), actions=tuple(acts))
    if device.barred:
        words = "You shut it out: it gets no keys from this device."
        return replace(line, about=about, state="shut out", meaning=_WARN, words=(words,), actions=tuple(acts))
    if device.signed and proved:
        words = "Your identity has signed it: it gets keys, and others see it as yours."
        return replace(line, about=about, state="signed", meaning=_SAFE, words=(words,), actions=tuple(acts))
    acts.insert(0, "trust.compare")
    if device.signed:
        words = "It is signed, but this device cannot tell yet by whom. Compare the two, or enter the recovery key."
        return replace(line, about=about, state="signed", meaning=_QUIET, words=(words,), actions=tuple(acts))
    words = "You have not signed it: nobody sends it keys. If it is yours, compare the two. If not, sign it out."
    return replace(line, about=about, state="not signed", meaning=_WARN, words=(words,), actions=tuple(acts), look=True)


def _new(since: datetime, now: datetime, zone: tzinfo, forms: Forms) -> str:
    if now - since >= _NEW_FOR:
        return ""
    today = since.astimezone(zone).date() == now.astimezone(zone).date()
    return f"new, since {'today' if today else date_of(since, now, zone, forms)}"


def _here(line: TrustLine, acts: list[str], *, signed: bool) -> TrustLine:
    if signed:
        words = "You are here. Your identity has signed it, and others see it as yours."
        return replace(line, about="this one", state="signed", meaning=_SAFE, words=(words,), actions=tuple(acts))
    both = (
        "Others cannot read what this device sends until it is signed.",
        "Enter the recovery key, or compare it with another device of yours.",
    )
    acts.insert(0, "trust.compare")
    return replace(
        line, about="this one", state="not signed", meaning=_WARN, words=both, actions=tuple(acts), look=True
    )


def person_line(
    user: UserId,
    name: str,
    standing: str,
    shown: str | None,
    met: datetime | None,
    now: datetime,
    zone: tzinfo,
    forms: Forms = PLAIN,
) -> TrustLine:
    """Somebody with whom keys were compared, or whose keys changed. `name` is safe.

    `standing`: that of their pin, or `again` where only our own identity is new.
    """
    line = TrustLine(
        f"person {user}", LineKind.PERSON, name, about=safe_line(user, longest=255), subject=user, shown=shown or ""
    )
    if standing == "verified":
        when = date_of(met, now, zone, forms) if met else ""
        words = "You compared keys. What their signed devices say is theirs."
        return replace(line, state="met", meaning=_SAFE, when=when, words=(words,))
    if standing == "hidden":
        words = "Their server shows no identity of theirs any more, so their devices get nothing. It heals by itself."
        return replace(line, state="hidden", meaning=_WARN, words=(words,), look=True, actions=("trust.compare",))
    actions = ("trust.compare", "trust.accept")
    if standing == "again":
        twice = (
            "You compared keys before your own identity was made anew. Theirs has not changed.",
            "Nothing is sent to rooms that they read until you compare again, or go on unverified.",
        )
        return replace(line, state="compare again", meaning=_WARN, words=twice, look=True, actions=actions)
    was = "those that you compared" if standing == "violated" else "those that this device first saw"
    both = (
        f"Their keys are not {was}. They may have begun anew, or somebody is in between.",
        "Nothing is sent to rooms that they read until you compare again, or go on unverified.",
    )
    return replace(line, state="changed", meaning=_WARN, words=both, look=True, actions=actions)


def recovery_line(*, step: str, storage: bool, passphrase: bool, unnoted: bool) -> TrustLine:
    """The recovery key."""
    line = TrustLine("recovery", LineKind.KEYS, "Recovery key", actions=("trust.recovery",))
    if unnoted:
        words = "A new recovery key was made here, and nobody has said to have kept it. Look at it and keep it."
        return replace(line, state="keep it now", meaning=_WARN, look=True, words=(words,))
    if step != "ready":
        words = "This device is not trusted yet. The recovery key opens your older messages here and signs this device."
        return replace(line, state="to enter", meaning=_WARN, words=(words,))
    if not storage:
        words = "There is none. When you lose your devices, your older messages are lost with them. Make one."
        return replace(line, state="none", meaning=_WARN, look=True, words=(words,))
    about = "it, or your passphrase, opens older messages" if passphrase else "opens your older messages"
    words = "It opens your older messages on a new device. nookterm does not keep it: only you have it."
    return replace(line, about=about, state="ready", meaning=_SAFE, words=(words,))


_BACKUP = {
    BackupStep.UNKNOWN: ("not asked", _QUIET),
    BackupStep.NONE: ("off", _WARN),
    BackupStep.ON: ("on", _SAFE),
    BackupStep.OFF: ("switched off", _WARN),
    BackupStep.FOREIGN: ("not yours?", _WARN),
    BackupStep.REPLACED: ("replaced", _WARN),
    BackupStep.GONE: ("deleted", _WARN),
}
_TO_MAKE = frozenset({BackupStep.NONE, BackupStep.FOREIGN, BackupStep.REPLACED, BackupStep.GONE})


def backup_line(backup: BackupState, *, ready: bool) -> TrustLine:
    """The key backup. `ready`: this device is trusted, so that it may make one."""
    state, meaning = _BACKUP[backup.step]
    about = f"{backup.here} {'key' if backup.here == 1 else 'keys'} here"
    if backup.step is BackupStep.ON and backup.unsaved:
        about += f", {backup.unsaved} {'waits' if backup.unsaved == 1 else 'wait'}"
    actions: tuple[str, ...] = ()
    if backup.step is BackupStep.OFF or (backup.step in _TO_MAKE and ready):
        actions = ("trust.backup", "trust.back_up")
    elif backup.step is BackupStep.ON and backup.has_key:
        actions = ("trust.backup", "trust.restore")
    return TrustLine(
        "backup",
        LineKind.KEYS,
        "Key backup",
        about,
        "waits" if backup.trouble and backup.step is BackupStep.ON else state,
        _WARN if backup.trouble else meaning,
        words=tuple(safe_line(text, longest=300) for text in (backup.trouble, backup.words, backup.way_out) if text),
        look=ready and backup.step in _TO_MAKE | {BackupStep.OFF},
        actions=actions,
    )


def disk_line(vault: str) -> TrustLine:
    """What lies on this disk, and how it is protected."""
    about, meaning, state = _VAULTS.get(vault, ("its key lies in a vault", _SAFE, "sealed"))
    both = (
        f"Messages, names, drafts and keys are in one encrypted database; {about}.",
        "Who has this machine unlocked, with you signed in, can read along: lock it when you leave.",
    )
    return TrustLine("disk", LineKind.KEYS, "On this disk", about, state, meaning, words=both)


def room_line(room_id: RoomId, name: str, people: Sequence[str] | None, ends: str, *, may_end: bool) -> TrustLine:
    """A room's exception. `people`: whose devices, as safe names; None: everybody's."""
    whose = "everybody's" if people is None else ", ".join(people)
    return TrustLine(
        f"room {room_id}",
        LineKind.ROOM,
        name,
        f"unsigned devices: {whose}",
        ends,
        _WARN,
        words=(
            "Devices that nobody has signed read and write here. Their server could have made them up.",
            *(() if may_end else ("Only who may change the room's settings can end it.",)),
        ),
        actions=("trust.forbid",) if may_end else (),
        room_id=room_id,
    )
