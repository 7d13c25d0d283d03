"""What a screen may ask of Sessions and trust, and of comparing keys."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.trust import TrustView
from nookterm.viewmodels.verify import VerifyView


class TrustPanel(Panel[TrustView], Protocol):
    """Sessions and trust. What gives a text says what went wrong; empty when it is done."""

    async def refresh(self) -> None:
        """Ask the server anew: our devices, our identity, the backup."""

    async def sign_out(self, device: DeviceId) -> None:
        """Sign another device of ours out; `view.ask` asks for the proof that it is us."""

    async def prove(self, password: str | None) -> None:
        """Answer `view.ask`; where it shows a link, any text says that it was followed. None gives up."""

    async def rename(self, device: DeviceId, name: str) -> str:
        """Give a device of ours another name."""

    async def bar(self, device: DeviceId, *, barred: bool) -> None:
        """Shut a device of ours out of what is said from now on, or let it in again."""

    async def back_up(self) -> None:
        """Turn the key backup on."""

    async def restore(self) -> None:
        """Bring the keys of the backup here; `view.working` says how far it is."""

    async def export(self, path: str, passphrase: str) -> str:
        """Write our keys into a file that the passphrase seals."""

    async def take_in(self, path: str, passphrase: str) -> str:
        """Read keys from such a file."""

    async def stop(self) -> None:
        """Stop what `view.working` says; what is done stays done."""

    async def accept(self, user: UserId, shown: str) -> None:
        """Go on, unverified, with a person whose keys changed to exactly those that were shown."""

    async def forbid(self, room_id: RoomId) -> None:
        """End a room's exception for unsigned devices."""


class VerifyPanel(Panel[VerifyView], Protocol):
    """Comparing keys. Each answer names the verification that it is about; nothing ends but by `differ` and `end`."""

    async def ask_person(self, user: UserId) -> None:
        """Ask a person."""

    async def ask_device(self, device: DeviceId | None) -> None:
        """Ask another device of ours; None: all of them."""

    async def look(self) -> None:
        """A person sees the page."""

    async def tick(self) -> None:
        """Time has passed."""

    async def again(self) -> None:
        """Show what was put off."""

    async def accept(self, txn: str) -> None:
        """Go on with a request."""

    async def later(self, txn: str) -> None:
        """Put a request off, or put the page of an ended one away. Nothing is said to anybody."""

    async def compare(self, txn: str) -> None:
        """Begin with the pictures."""

    async def show_code(self, txn: str) -> None:
        """Show a code of ours."""

    async def read_code(self, txn: str, text: str) -> None:
        """Read their code, as text."""

    async def match(self, txn: str) -> None:
        """Both sides show the same."""

    async def differ(self, txn: str) -> None:
        """The two sides differ."""

    async def end(self, txn: str) -> None:
        """End it, and say so to the other side."""
