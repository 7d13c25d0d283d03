"""Room keys into a sealed file and out of one: between clients, onto a shelf, without any server."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from nookterm.client.errors import CannotRead, Problem, WrongPassword, WrongUsage
from nookterm.client.noting import free_place, write_note
from nookterm.client.ports import Secret
from nookterm.client.session import Session
from nookterm.domain.records import dataclass
from nookterm.trust.key_file import LARGEST, read_key_file, write_key_file
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import Restored, RoomKey

_SLICE = 500
"""Keys in one go, between which others may work."""
_SHORTEST = 8
"""Characters of a passphrase for a file that may lie anywhere."""

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of the keys in a file."""

    new: int
    better: int
    """Were here from a later message on only."""
    known: int
    """Were here already, as good or better."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Were no keys, and why, with how many."""

    @property
    def total(self) -> int:
        """All that the file held."""
        return self.new + self.better + self.known + sum(self.refused.values())


def check_passphrase(passphrase: Secret) -> None:
    """Raises WrongUsage for one that seals nothing."""
    if len(passphrase.reveal()) < _SHORTEST:
        message = f"A passphrase for a key file has at least {_SHORTEST} characters."
        raise WrongUsage(message, "Several words are easy to keep.", code="weak_passphrase")


async def export_keys(session: Session, path: Path, passphrase: Secret, progress: Progress | None = None) -> int:
    """Write all keys of this device into a new file, sealed and for its owner alone. Returns how many.

    Raises:
        WrongUsage: a file is there already, or the passphrase is too short. Nothing was written.
        CannotWrite: nothing is there.
    """
    check_passphrase(passphrase)
    place = free_place(path)
    held, total = session.gateway.room_keys, session.gateway.room_keys.count()
    keys: list[RoomKey] = []
    for key in held.all():
        keys.append(key)
        if len(keys) % _SLICE == 0:
            if progress:
                progress(len(keys), max(total, len(keys)))
            await asyncio.sleep(0)
    text = await asyncio.to_thread(write_key_file, keys, passphrase.reveal(), os.urandom)
    await asyncio.to_thread(write_note, place, Secret(text.rstrip("\n")))
    if progress:
        progress(len(keys), len(keys))
    return len(keys)


async def import_keys(
    session: Session, path: Path, passphrase: Secret, progress: Progress | None = None
) -> ImportResult:
    """Take the keys of a file, of this or another client. They read messages and prove nobody.

    What came before it was cancelled stays. Messages that can be read now are read at once.

    Raises:
        WrongPassword (wrong_passphrase): or the file was changed; nothing was taken.
        CannotRead, Problem (no_key_file): there is no such file, or it holds no keys. Nothing was taken.
    """
    text = await asyncio.to_thread(_read, path)
    restored = await asyncio.to_thread(_open, text, passphrase.reveal(), path)
    held = session.gateway.room_keys
    before, taken, total = held.count(), 0, len(restored.keys)
    for start in range(0, total, _SLICE):
        taken += held.take(restored.keys[start : start + _SLICE])
        if progress:
            progress(min(start + _SLICE, total), total)
        await asyncio.sleep(0)
    new = min(taken, held.count() - before)
    await session.trust.carrying.keys_came(taken)
    refused = Counter(_WHY.get(reason, _OTHERWISE) for _, _, reason in restored.refused)
    return ImportResult(new, taken - new, total - taken, dict(refused))


_OTHERWISE = "not of the form that keys have"
_WHY = {
    Reason.UNKNOWN_ALGORITHM: "of a kind that nookterm does not know",
    Reason.TAMPERED: "not the key that they are called",
}


def _read(path: Path) -> str:
    place = path.expanduser()
    try:
        with place.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) <= LARGEST:
            return raw.decode()
        why = "it is too large for one"
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
    except UnicodeDecodeError:
        why = "it is no text"
    raise CannotRead(f"No keys can be read from {place}: {why}.", "Check its name and rights.", code="cannot_read")


def _open(text: str, passphrase: str, path: Path) -> Restored:
    try:
        return read_key_file(text, passphrase)
    except Refused as refusal:
        raise _problem(refusal, path) from None


def _problem(refusal: Refused, path: Path) -> Problem:
    match refusal.reason:
        case Reason.WRONG_PASSPHRASE:
            message = f"This passphrase does not open {path.name}, or the file was changed."
            return WrongPassword(message, "Nothing was taken. Try again.", code="wrong_passphrase")
        case Reason.UNKNOWN_ALGORITHM:
            message = f"{path.name} was written in a way that nookterm does not know."
            return Problem(message, "Nothing was taken. A newer nookterm may read it.", code="no_key_file")
        case Reason.TOO_MUCH:
            message = f"{path.name} asks for more work than an honest client does."
            return Problem(message, "Nothing was taken. Export the keys anew where they are.", code="no_key_file")
        case _:
            message = f"{path.name} is no key file, or it was cut off."
            return Problem(message, "Nothing was taken. Export the keys anew where they are.", code="no_key_file")
