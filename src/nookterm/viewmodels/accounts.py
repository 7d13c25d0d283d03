"""The accounts of this machine as a screen shows them: which are open, which is in front, what waits in the others."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.records import dataclass
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.panels import Shell, SignInPanel


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account. All text is safe text."""

    name: str
    """Of its profile."""
    user: str = ""
    server: str = ""
    state: str = ""
    """How it stands, in a few words: live, offline, not open, locked, ..."""
    meaning: str = "quiet"
    """safe, warn or quiet."""
    why: str = ""
    """What is wrong and what helps; empty where nothing is."""
    unread: int = 0
    mentions: int = 0
    unsent: int = 0
    in_front: bool = False
    is_open: bool = False
    """Whether this process has it open, in front or behind."""


@dataclass(frozen=True, slots=True)
class AccountsView:
    """All of them."""

    lines: tuple[AccountLine, ...] = ()
    toast: str = ""
    """What happened in one that is not in front, with its name."""
    told: int = 0
    """How often something was told, since the beginning."""
    working: str = ""
    problem: str = ""
    result: str = ""

    def line(self, name: str) -> AccountLine | None:
        """One by its name."""
        return next((line for line in self.lines if line.name == name), None)

    @property
    def front(self) -> str:
        """The name of the one in front; empty while nobody knows."""
        return next((line.name for line in self.lines if line.in_front), "")


@dataclass(frozen=True, slots=True)
class CannotOpen:
    """Why an account did not open. The one in front stays there."""

    words: str
    asks: bool = False
    """Whether its vault's passphrase would open it."""


class AccountsPanel(Panel[AccountsView], Protocol):
    """Several accounts in one client. All of this is asked on the screen's own thread."""

    async def look(self) -> None:
        """See anew how each stands; opens none."""

    async def begin_others(self) -> None:
        """Open those that are to be open beside the first. One that cannot be opened says so in its line."""

    async def open(self, name: str) -> Shell | CannotOpen:
        """Have an account open and its views in step with its store; what is in front stays there."""

    async def unlock(self, passphrase: str) -> None:
        """Give the vault its passphrase; whether it is the right one shows when an account is opened."""

    async def come_forward(self, name: str) -> None:
        """Draw this one from here on; the others sync behind."""

    async def losses(self, name: str) -> tuple[str, ...]:
        """What signing out would mean, a sentence each, what is lost first."""

    async def sign_out(self, name: str) -> Told:
        """End its session and remove what is here of it."""

    async def close(self, name: str) -> Told:
        """Let go of an account that is not in front: other processes can have it then."""

    @property
    def shells(self) -> tuple[Shell, ...]:
        """Of all that are open here."""

    def free_name(self, wanted: str = "") -> str:
        """A name for one more account: `wanted` where that can be had, else one like it. Empty: it cannot be used."""

    def adding(self, name: str) -> SignInPanel:
        """Signing in as one more account, under this name."""

    @property
    def pending(self) -> tuple[str, ...]:
        """The decisions that drain in any of them."""

    async def decide(self, *, now: bool) -> None:
        """Make these decisions now, or none of them."""

    async def stop(self, frame: Frame | None) -> None:
        """Close all; `frame` belongs to the one in front."""
