"""Randomness that is the same on every run, and the people and devices of these tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.entropy import Entropy
from nookterm.trust.recovery_key import read_recovery_key
from nookterm.trust.refusals import Reason, Refused

ANA = UserId("@ana:river.example")
BO = UserId("@bo:hill.example")
PHONE = DeviceId("PHONE")
LAPTOP = DeviceId("LAPTOP")
TABLET = DeviceId("TABLET")


def chance(name: str) -> Entropy:
    """A source that gives other bytes on every call and the same ones on every run."""
    calls = iter(range(1_000_000))

    def draw(length: int) -> bytes:
        return hashlib.shake_256(f"{name} {next(calls)}".encode()).digest(length)

    return draw


@contextmanager
def refused(reason: Reason, detail: str | None = None) -> Iterator[None]:
    """What happens inside is refused for this reason."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.reason == reason
    if detail is not None:
        assert caught.value.detail == detail


def mistyped(key: str, at: int) -> str:
    """A recovery key with another letter at `at`, one that its check byte catches: it misses one in 256."""
    for letter in "xyz":
        typed = f"{key[:at]}{letter}{key[at + 1 :]}"
        try:
            read_recovery_key(typed)
        except Refused as refusal:
            if refusal.reason is Reason.TYPING_ERROR:
                return typed
    raise AssertionError("three letters in a row slipped through the check byte")
