"""Whether somebody is to be left alone now: their quiet hours, and what they said by hand; it stays on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from nookterm.client.errors import CannotWrite, WrongUsage
from nookterm.client.own_zone import OwnZone
from nookterm.client.ports import Clock
from nookterm.client.settings import Settings
from nookterm.domain.quiet import ByHand, Span, morning, quiet_until, read_spans, read_until
from nookterm.domain.records import dataclass

HOURS, MENTIONS = "quiet.hours", "quiet.mentions"
FILE = "quiet.json"
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Quiet:
    """How it stands at one moment."""

    until: datetime | None = None
    """Until when nothing calls, UTC; None: it is not quiet."""
    mentions: bool = False
    """Whether what names them comes through all the same."""


class QuietHours:
    """The quiet hours of whoever uses this data folder: for all of their accounts and all processes at once."""

    def __init__(self, home: Path, settings: Callable[[], Settings], clock: Clock, zone: tzinfo | None = None) -> None:
        """`settings` says what holds now; `zone` is the person's own."""
        self._file = home / FILE
        self._settings = settings
        self._clock = clock
        self.zone = zone or OwnZone()
        self._read: tuple[tuple[int, int], ByHand | None] = ((0, 0), None)

    def now(self) -> Quiet:
        """How it stands."""
        until = quiet_until(self._spans(), self._by_hand(), self._clock(), self.zone)
        return Quiet(until, self._settings().text(MENTIONS) == "on")

    def begin(self, words: str) -> datetime:
        """Be quiet from now on: `2h`, `18:30`, `tomorrow`, `monday`. Returns until when, by these words.

        Raises:
            WrongUsage: the words make no sense.
            CannotWrite: it cannot be kept.

        """
        until = read_until(words, self._spans(), self._clock(), self.zone)
        if until is None:
            message = f"{words} is no time until which it could be quiet."
            raise WrongUsage(message, "Say 2h, 45 min, 18:30, tomorrow or monday; at most 14 days.", code="quiet_until")
        self._keep(ByHand(until))
        return until

    def done(self, words: str = "") -> datetime:
        """Done for today: until tomorrow morning, or until what the words say. Raises as `begin`."""
        if words.strip():
            return self.begin(words)
        until = morning(self._spans(), self._clock(), self.zone)
        self._keep(ByHand(until))
        return until

    def end(self) -> bool:
        """Be called again, also until the end of quiet hours that are under way. False where it was not quiet.

        Raises CannotWrite.
        """
        if self.now().until is None:
            return False
        goes_on = quiet_until(self._spans(), None, self._clock(), self.zone)
        self._keep(ByHand(goes_on, quiet=False) if goes_on else None)
        return True

    def _spans(self) -> tuple[Span, ...]:
        return read_spans(self._settings().text(HOURS)) or ()

    def _by_hand(self) -> ByHand | None:
        """What was said by hand, here or by another process; read again only where the file is another one."""
        try:
            about = self._file.stat()
        except OSError:
            return None
        mark = (about.st_ino, about.st_mtime_ns)
        if mark != self._read[0]:
            self._read = (mark, _read(self._file))
        return self._read[1]

    def _keep(self, hand: ByHand | None) -> None:
        beside = self._file.with_name(f".{FILE}.{secrets.token_hex(4)}")
        try:
            if hand is None:
                self._file.unlink(missing_ok=True)
                return
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
                json.dump({"until": hand.until.isoformat(), "quiet": hand.quiet}, file)
            beside.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            message = f"{self._file} cannot be written: {error.strerror}."
            raise CannotWrite(message, "It is as it was before.", code="cannot_write") from None


def _read(file: Path) -> ByHand | None:
    """A file that makes no sense says nothing: whoever would have been left alone is called, and sees it."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        until = datetime.fromisoformat(kept["until"])
        return ByHand(until.astimezone(UTC), kept["quiet"] is True)
    except (OSError, ValueError, OverflowError, KeyError, TypeError):
        return None
