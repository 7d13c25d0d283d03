"""How the backup of room keys stands, in words that a screen can hold; nothing here loads the cryptography."""

from __future__ import annotations

from enum import StrEnum

from nookterm.domain.records import dataclass


class BackupStep(StrEnum):
    """Where the backup stands."""

    UNKNOWN = "unknown"
    """Nobody has asked the server yet."""
    NONE = "none"
    ON = "on"
    """It is ours, and keys go in by themselves."""
    OFF = "off"
    """It is ours, and its owner does not want it: nothing goes in."""
    FOREIGN = "foreign"
    """There is one, and nothing shows that it is ours. Nothing goes in."""
    REPLACED = "replaced"
    """Ours was replaced by one of which nothing shows that it is ours. Nothing goes in."""
    GONE = "gone"
    """Ours was deleted on the server. Nothing is lost here."""


_WORDS = {
    BackupStep.UNKNOWN: "The server was not asked for a backup of your keys yet.",
    BackupStep.NONE: "There is no backup: what only this device can read is gone with it.",
    BackupStep.ON: "The keys of your messages are kept on the server, sealed so that only you can open them.",
    BackupStep.OFF: "Backups are switched off. Nothing new goes in; what is there stays there.",
    BackupStep.FOREIGN: "There is a backup, and nothing here shows that it is yours. Nothing goes into it.",
    BackupStep.REPLACED: (
        "Your backup was replaced by one that nothing shows to be yours. Nothing goes into it; nothing is lost here."
    ),
    BackupStep.GONE: "Your backup was deleted on the server. All keys are still here.",
}
_KEY_NOT_HERE = (
    "New keys go into your backup. What is in it cannot be read here: its key is on another device of yours."
)
_WAYS_OUT = {
    BackupStep.NONE: "`nookterm trust setup` makes one with a new identity; else begin one under Sessions and trust.",
    BackupStep.OFF: "Switch it on under Sessions and trust.",
    BackupStep.FOREIGN: "If another device of yours made it, `nookterm recover` shows that it is yours.",
    BackupStep.REPLACED: (
        "If another device of yours made the new one, `nookterm recover` shows that. Else begin a new one under"
        " Sessions and trust."
    ),
    BackupStep.GONE: "Begin a new one under Sessions and trust.",
}
_RECOVER = "`nookterm recover` brings the key, or compare this device with another one of yours."


@dataclass(frozen=True, slots=True)
class BackupState:
    """What this device knows of the backup of room keys."""

    step: BackupStep = BackupStep.UNKNOWN
    version: str = ""
    trusted: str = "none"
    """our_key (we hold its key), signed (our identity, or this device, says it is ours), none."""
    has_key: bool = False
    """Whether what is in it can be read here."""
    here: int = 0
    """Keys on this device."""
    unsaved: int = 0
    """Of these, how many are not in the backup yet."""
    on_server: int | None = None
    """How many the server said that it has, when it was last asked."""
    trouble: str = ""
    """Why keys could not go in at the last try; it is tried again."""

    @property
    def words(self) -> str:
        """What it means, in a sentence or two."""
        if self.step is BackupStep.ON and not self.has_key:
            return _KEY_NOT_HERE
        return _WORDS[self.step]

    @property
    def way_out(self) -> str:
        """What one can do about it; empty where all is well."""
        if self.step is BackupStep.ON and not self.has_key:
            return _RECOVER
        return _WAYS_OUT.get(self.step, "")
