"""What parsing and decrypting a stranger's bytes may raise, in one place."""

from __future__ import annotations

from nio.exceptions import EncryptionError, VerificationError

HOSTILE = (
    ValueError,  # all of vodozemac's errors, broken JSON, broken UTF-8, what trust/ refuses
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    EncryptionError,
    VerificationError,
)
"""Errors of the database are not among them."""
