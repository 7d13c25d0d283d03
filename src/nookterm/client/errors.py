"""What can go wrong, in few kinds: what happened, what is safe, the way out, and when to try again."""

from __future__ import annotations

from nookterm.domain.records import dataclass


@dataclass(eq=False)
class Problem(Exception):
    """Something that did not work, told so that a person can go on."""

    message: str
    """What happened, in plain words; names the thing."""
    hint: str = ""
    """The way out."""
    retry_after: float | None = None
    """Seconds until another try makes sense; None where time does not help."""
    code: str = "failed"
    """A short word for scripts."""

    def __str__(self) -> str:
        """The message and the way out."""
        return f"{self.message} {self.hint}".strip()


class Offline(Problem):
    """The server cannot be reached: no network, no name, refused, timed out, TLS."""


class ServerTrouble(Problem):
    """The server answered, but not sensibly (5xx, HTML, broken JSON)."""


class Throttled(Problem):
    """The server asks us to wait `retry_after` seconds."""


class NotAllowed(Problem):
    """The server or the room's rules forbid it."""


INVITE_BLOCKED = "invite_blocked"
"""The code of a `NotAllowed` where somebody's own settings take no invites (spec: `M_INVITE_BLOCKED`)."""


class NotFound(Problem):
    """No such room, event, user or server feature."""


class SignedOut(Problem):
    """The token is not valid (any more); `code` is `soft_logout` where the device lives on."""


class WrongPassword(Problem):
    """The server refused the user name or password."""


class WrongRecoveryKey(WrongPassword):
    """The recovery key or passphrase does not fit; code and words say which kind of wrong. Nothing was changed."""


class WrongUsage(Problem):
    """The words of a command make no sense as they stand."""


class UnsafeFile(WrongUsage):
    """A file that cannot be read safely, or tells more than it shows and cannot be cleaned. It was left as it is."""


class NotSignedIn(Problem):
    """There is no such profile, or none at all."""


class Changed(Problem):
    """Somebody was faster, or what was read is not what is there now. Nothing was done."""


class Busy(Problem):
    """Another nookterm has this account, and this needs it alone."""


class VaultClosed(Problem):
    """The vault that holds this account's key is locked, gone, or the passphrase is wrong. Nothing was created."""


class StoreDamaged(Problem):
    """The account's database is missing, empty, foreign or broken. It was left as it is."""


class CannotWrite(Problem):
    """The data folder cannot be written (full, read-only)."""


class CannotRead(Problem):
    """The data folder cannot be read (rights, a broken disk)."""


class Unencryptable(Problem):
    """Sending was stopped because the message could not be encrypted safely; nothing left this machine."""


class NotTrusted(Problem):
    """A device that its own, proved identity has not signed wants to send: the others could not read it."""


class IdentityChanged(Problem):
    """Somebody who may read the room has another identity than before, and nobody here has looked at it yet."""
