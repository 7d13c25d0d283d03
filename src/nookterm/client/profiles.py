"""The accounts on this machine: which folder each has, and which vault holds its key. Nothing secret."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import asdict
from pathlib import Path

from nookterm.client.errors import CannotRead, CannotWrite, NotSignedIn, StoreDamaged, WrongUsage
from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass

DEFAULT = "default"
_FRONT = ".front"
"""Which account was in front last: beside the profiles' folders; no profile can be called so."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Profile:
    """A signed-in account, as its folder describes it."""

    name: str
    homeserver: str
    user_id: UserId
    device_id: DeviceId
    vault: str
    ended: str = ""
    """How the server ended its session: `soft_logout` (sign in again, the device lives on) or `signed_out`."""
    signed_in_after: DeviceId | None = None
    """Which device's crypto the next start takes over; None where that is done."""

    @property
    def key_name(self) -> str:
        """Under which name the vault holds the key of the database."""
        return f"{self.user_id}/{self.device_id}/store-key"

    @property
    def token_name(self) -> str:
        """Under which name the vault holds the tokens."""
        return f"{self.user_id}/{self.device_id}/access-token"


class Profiles:
    """The folder that holds them all."""

    def __init__(self, home: Path) -> None:
        """`home` need not exist yet."""
        self.home = home

    def folder(self, name: str) -> Path:
        """Where a profile's files lie. Raises WrongUsage for a name that is no plain file name."""
        if not _NAME.fullmatch(name):
            message = f"{name} cannot be a profile's name."
            raise WrongUsage(message, "Use letters, digits, dots, dashes and underscores.")
        return self.home / "accounts" / name

    def database(self, name: str) -> Path:
        """The account's database."""
        return self.folder(name) / "account.db"

    def has(self, name: str) -> bool:
        """Whether there is a profile of this name. Raises CannotRead, WrongUsage."""
        path = self.folder(name) / "profile.json"
        try:
            return path.exists()
        except OSError as error:
            raise _unreadable(path, error) from None

    def names(self) -> tuple[str, ...]:
        """The names of all profiles, also of those whose file makes no sense. Raises CannotRead."""
        folder = self.home / "accounts"
        try:
            return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / "profile.json").exists()))
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise _unreadable(folder, error) from None

    def all(self) -> tuple[Profile, ...]:
        """Every profile, by name. Raises CannotRead, StoreDamaged."""
        return tuple(self.load(name) for name in self.names())

    def load(self, name: str) -> Profile:
        """One profile. Raises NotSignedIn, CannotRead, or StoreDamaged where its file makes no sense."""
        path = self.folder(name) / "profile.json"
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            user, device, before = UserId(kept["user_id"]), DeviceId(kept["device_id"]), kept.get("signed_in_after")
            return Profile(
                name,
                str(kept["homeserver"]),
                user,
                device,
                str(kept["vault"]),
                str(kept.get("ended", "")),
                DeviceId(before) if before else None,
            )
        except FileNotFoundError:
            message = f"There is no profile called {name}."
            raise NotSignedIn(message, "`nookterm login HOMESERVER USER` makes one.", code="not_signed_in") from None
        except OSError as error:
            raise _unreadable(path, error) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            message = f"{path} cannot be read."
            raise StoreDamaged(message, "It was left as it is. Put a copy back, or move it away and log in.") from None

    def chosen(self, name: str | None) -> Profile:
        """The named profile; without a name the default one, or the only one there is."""
        if name:
            return self.load(name)
        names = self.names()
        found = [DEFAULT] if DEFAULT in names else list(names)
        if len(found) == 1:
            return self.load(found[0])
        if not found:
            message = "Nobody is signed in here."
            raise NotSignedIn(message, "`nookterm login HOMESERVER USER` signs in.", code="not_signed_in")
        message = "Several accounts are signed in here."
        raise WrongUsage(message, f"Say which: --profile {' | '.join(found)}")

    def first(self, named: str | None) -> Profile:
        """With whom the client begins: the named one, the default or only one, else the one in front last.

        Raises NotSignedIn where there is none.
        """
        try:
            return self.chosen(named)
        except WrongUsage:
            if named:
                raise
            return self.load(self._in_front() or self.names()[0])

    def remember_front(self, name: str) -> None:
        """The next start without a choice begins with this account. A disk that does not take it loses nothing."""
        with contextlib.suppress(OSError):
            path = self.home / "accounts" / _FRONT
            path.write_text(name, encoding="utf-8")
            path.chmod(0o600)

    def _in_front(self) -> str | None:
        try:
            name = (self.home / "accounts" / _FRONT).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return name if name in self.names() else None

    def save(self, profile: Profile) -> None:
        """Write a profile, whole or not at all."""
        folder = self.folder(profile.name)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept = {key: value for key, value in asdict(profile).items() if key != "name"}
            draft = folder / "profile.json.new"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / "profile.json")
        except OSError as error:
            message = f"{folder} cannot be written: {(error.strerror or 'the disk refuses').lower()}."
            hint = "Free some space, allow writing there, or choose another place with NOOKTERM_HOME."
            raise CannotWrite(message, hint, code="cannot_write") from None

    def delete(self, name: str) -> None:
        """Remove a profile's folder with everything in it."""
        shutil.rmtree(self.folder(name), ignore_errors=True)


def _unreadable(path: Path, error: OSError) -> CannotRead:
    message = f"{path} cannot be read: {(error.strerror or 'the disk refuses').lower()}."
    hint = "Nothing was changed. Allow reading there, or choose another place with NOOKTERM_HOME."
    return CannotRead(message, hint, code="cannot_read")
