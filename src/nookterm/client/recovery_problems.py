"""What is wrong with a recovery key or passphrase, said so that a person who has lost a device can put it right."""

from __future__ import annotations

from nookterm.client.errors import NotFound, Problem, ServerTrouble, WrongRecoveryKey
from nookterm.trust import secret_storage
from nookterm.trust.refusals import Reason, Refused

LETTERS = 48
"""Of a recovery key."""
_GROUP = 4
_OTHER_WAYS = "Use another device of yours, or begin anew: `nookterm trust reset` says what that means."
_WORDS = {
    secret_storage.MASTER: "your identity",
    secret_storage.SELF_SIGNING: "the key that signs your devices",
    secret_storage.USER_SIGNING: "the key that vouches for people",
    secret_storage.BACKUP: "the key of the backup",
}


def words_for(name: str) -> str:
    """A secret's name in plain words."""
    return _WORDS.get(name, "a secret")


def mistyped(refusal: Refused) -> WrongRecoveryKey:
    """What `read_recovery_key` found."""
    if refusal.reason is Reason.WRONG_LETTER:
        group = (int(refusal.detail) - 1) // _GROUP + 1
        message = f"Character {refusal.detail} (in group {group}) cannot be in a recovery key."
        return WrongRecoveryKey(message, "0, O, I and l never occur in one. Look there again.", code="recovery_letter")
    if refusal.reason is Reason.WRONG_LENGTH:
        message = f"A recovery key has {LETTERS} characters without its spaces. This one has {refusal.detail}."
        hint = "Look whether a group is missing or there twice."
        return WrongRecoveryKey(message, hint, code="recovery_length")
    if refusal.reason is Reason.TYPING_ERROR:
        message = "There is a typing error in this recovery key."
        hint = "All its characters are possible, but they do not fit together. Compare it group by group."
        return WrongRecoveryKey(message, hint, code="recovery_typing_error")
    message = "This is a whole key, but not a recovery key."
    return WrongRecoveryKey(message, "Look for the one that was shown to you as the recovery key.", code="another_key")


def another_key() -> WrongRecoveryKey:
    """A right recovery key that opens something else."""
    message = "This is a recovery key without a mistake, but not the one of this account now."
    return WrongRecoveryKey(message, f"A newer one may have been made. {_OTHER_WAYS}", code="another_key")


def wrong_passphrase(typed: WrongRecoveryKey | None = None) -> WrongRecoveryKey:
    """Not the passphrase. `typed`: it looks like a recovery key, and what is wrong with it as one."""
    if typed:
        return WrongRecoveryKey(typed.message, f"{typed.hint} As a passphrase it does not fit either.", code=typed.code)
    message = "This is neither the passphrase nor a recovery key of this account."
    return WrongRecoveryKey(message, "Look for small and capital letters, and try again.", code="wrong_passphrase")


def no_storage() -> NotFound:
    """The server keeps no secrets of this account."""
    message = "This account keeps no secrets on the server, so no recovery key opens it."
    return NotFound(message, _OTHER_WAYS, code="no_storage")


def bad_storage(refusal: Refused) -> Problem:
    """What the server hands out as secret storage makes no sense, or is meant to do harm."""
    if refusal.reason in {Reason.TOO_MUCH, Reason.TOO_LITTLE}:
        much = "far too much" if refusal.reason is Reason.TOO_MUCH else "far too little"
        message = f"The server says that the passphrase takes {much} work to check. That is not safe."
        return ServerTrouble(message, "Nothing was tried. Use the recovery key itself.", code="passphrase_rounds")
    if refusal.reason is Reason.UNKNOWN_ALGORITHM:
        message = "The secrets of this account are sealed in a way that nookterm does not know."
        return ServerTrouble(message, _OTHER_WAYS, code="unknown_storage")
    message = "What the server keeps as the secrets of this account is broken."
    return ServerTrouble(message, f"Nothing was changed. {_OTHER_WAYS}", code="broken_storage")


def bad_secret(name: str, reason: Reason) -> Problem:
    """The storage was opened, and one of the three keys in it cannot be used."""
    what = words_for(name)
    if reason is Reason.MISSING:
        message = f"The recovery key is right, but {what} is not kept with it."
        return NotFound(message, _OTHER_WAYS, code="secret_missing")
    if reason is Reason.WRONG_KEY:
        message = f"The recovery key is right, but it keeps an older form of {what}: the identity was made anew since."
        return ServerTrouble(message, f"Nothing was changed. {_OTHER_WAYS}", code="old_secret")
    message = f"The recovery key is right, but {what} was damaged or changed on the server."
    return ServerTrouble(message, f"Nothing was taken over. {_OTHER_WAYS}", code="damaged_secret")


def hidden_key(name: str) -> Problem:
    """The storage has it, and the server shows no public half that belongs to the identity."""
    message = f"The recovery key is right, but the server does not show {words_for(name)} as it should."
    return ServerTrouble(message, "Nothing was taken over. Try again; if it stays so, ask who runs it.", code="hidden")
