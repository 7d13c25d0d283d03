"""Why something was not trusted, one word each: callers can say it to a person, and tests can tell them apart."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What was wrong with what we were given."""

    MALFORMED = "malformed"
    """Not of the form that the spec gives it: a wrong type, a missing field, base64 that is none, a wrong length."""
    NOT_SIGNED = "not_signed"
    """The signature that counts is not there."""
    BAD_SIGNATURE = "bad_signature"
    """The signature is there and is not of this key over this object."""
    TAMPERED = "tampered"
    """A MAC does not fit: it was changed, or meant for another name, or made with another key."""
    WRONG_KEY = "wrong_key"
    """A key that is well-formed and not the one that was meant."""
    WRONG_USER = "wrong_user"
    WRONG_DEVICE = "wrong_device"
    COLLISION = "collision"
    """A device bears the id or the key of a cross-signing key, or one key plays two parts (CVE-2022-39250)."""
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    TOO_MUCH = "too_much"
    """More work or more data than an honest sender would ask for."""
    TOO_LITTLE = "too_little"
    """Less than safety needs, such as a handful of PBKDF2 rounds."""
    MISSING = "missing"
    """There is no such thing: a deleted secret, a secret kept under another key."""
    WRONG_LETTER = "wrong_letter"
    """A recovery key with a character that recovery keys do not have; `detail` names its place, from 1."""
    WRONG_LENGTH = "wrong_length"
    """A recovery key with characters missing or too many; `detail` is how many there are."""
    TYPING_ERROR = "typing_error"
    """A recovery key of the right length whose check does not come out."""
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - a word for what happened
    NOT_ASKED = "not_asked"
    """An answer that we did not ask for, or that comes from somebody we did not ask."""
    NOT_TRUSTED = "not_trusted"
    """Whoever it comes from, or would go to, has not been shown to be ours."""


class Refused(ValueError):
    """What was given is not taken; nothing was changed by trying.

    Neither `reason` nor `detail` ever holds a secret or text of a stranger, so that both may be logged.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
