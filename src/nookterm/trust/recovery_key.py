"""The recovery key that people write down, and the passphrase that some have instead: both lead to 32 bytes.

The written form is the spec's cryptographic key representation (Appendices, 10). A key typed by hand is wrong in
ways that can be told apart, and somebody who has lost their device deserves to hear which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from nookterm.domain.records import dataclass
from nookterm.trust.encoding import KEY_LENGTH
from nookterm.trust.entropy import Entropy, random_name
from nookterm.trust.refusals import Reason, Refused

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"
_BYTES = len(_PREFIX) + KEY_LENGTH + 1
_LETTERS = 48
"""Every key of 35 bytes that begins with 8B has 48 letters in base58."""
_GROUP = 4

PBKDF2 = "m.pbkdf2"
OUR_ROUNDS = 500_000
FEWEST_ROUNDS = 10_000
"""Below this the server could try out passphrases; no known client asks for fewer than 100,000."""
MOST_ROUNDS = 5_000_000
"""Some seconds of work; a server that asks for more wants to stop the client, not to help."""


def write_recovery_key(key: bytes) -> str:
    """Write 32 bytes in groups of four letters."""
    if len(key) != KEY_LENGTH:
        raise Refused(Reason.MALFORMED, "key")
    body = _PREFIX + key
    number = int.from_bytes(body + bytes([reduce(xor, body)]), "big")
    letters = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return " ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def read_recovery_key(text: str) -> bytes:
    """Read a key as somebody typed it; white space does not matter, anywhere.

    Raises `Refused`: WRONG_LETTER (`detail`: which, counted from 1 without spaces), WRONG_LENGTH (`detail`: how many
    letters there are), TYPING_ERROR (a letter is wrong or two changed places), UNKNOWN_ALGORITHM (whole, but a key
    for something else).
    """
    letters = "".join(text.split())
    for place, letter in enumerate(letters, start=1):
        if letter not in _ALPHABET:
            raise Refused(Reason.WRONG_LETTER, str(place))
    if len(letters) != _LETTERS:
        raise Refused(Reason.WRONG_LENGTH, str(len(letters)))
    number = reduce(lambda sum_, letter: sum_ * len(_ALPHABET) + _ALPHABET.index(letter), letters, 0)
    if number >= 1 << 8 * _BYTES:
        raise Refused(Reason.TYPING_ERROR)
    raw = number.to_bytes(_BYTES, "big")
    if reduce(xor, raw):
        raise Refused(Reason.TYPING_ERROR)
    if not raw.startswith(_PREFIX):
        raise Refused(Reason.UNKNOWN_ALGORITHM)
    return raw[len(_PREFIX) : -1]


@dataclass(frozen=True, slots=True)
class PassphraseRule:
    """How a key is made from a passphrase; the server keeps it, so its numbers are not believed."""

    salt: str
    rounds: int

    def content(self) -> dict[str, object]:
        """As it stands in a key description."""
        return {"algorithm": PBKDF2, "salt": self.salt, "iterations": self.rounds, "bits": 8 * KEY_LENGTH}


def new_passphrase_rule(entropy: Entropy, rounds: int = OUR_ROUNDS) -> PassphraseRule:
    """Make a rule with a new salt."""
    return PassphraseRule(random_name(entropy), rounds)


def read_passphrase_rule(content: object) -> PassphraseRule:
    """Read a rule as the server hands it out.

    Raises `Refused`: MALFORMED, UNKNOWN_ALGORITHM, TOO_MUCH (rounds beyond `MOST_ROUNDS`), TOO_LITTLE (so few that the
    server could guess the passphrase from what is encrypted with it).
    """
    if not isinstance(content, Mapping):
        raise Refused(Reason.MALFORMED, "passphrase")
    if content.get("algorithm") != PBKDF2 or content.get("bits", 8 * KEY_LENGTH) != 8 * KEY_LENGTH:
        raise Refused(Reason.UNKNOWN_ALGORITHM, "passphrase")
    salt, rounds = content.get("salt"), content.get("iterations")
    if not isinstance(salt, str) or isinstance(rounds, bool) or not isinstance(rounds, int):
        raise Refused(Reason.MALFORMED, "passphrase")
    if rounds > MOST_ROUNDS:
        raise Refused(Reason.TOO_MUCH, "rounds")
    if rounds < FEWEST_ROUNDS:
        raise Refused(Reason.TOO_LITTLE, "rounds")
    return PassphraseRule(salt, rounds)


def key_from_passphrase(passphrase: str, rule: PassphraseRule) -> bytes:
    """Derive the 32 bytes. Takes about a second; it belongs in a thread of its own."""
    try:
        salt, words = rule.salt.encode(), passphrase.encode()
    except UnicodeEncodeError:
        raise Refused(Reason.MALFORMED, "passphrase") from None
    return PBKDF2HMAC(SHA512(), KEY_LENGTH, salt, rule.rounds).derive(words)
