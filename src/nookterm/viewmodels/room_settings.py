"""How the open room or space is set: each setting with its value, who reads it, and what changing it means."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.room_panel import ActsView


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting. All of it safe text."""

    id: str
    label: str
    value: str
    means: str = ""
    """What that value means, or who can read it."""
    drift: str = ""
    """How it differs from the charter, or from what keeps a nook safe."""
    act: Act | None = None
    """How it is changed; its `why_not` says why it is not."""
    fix: Act | None = None
    """Sets the drift right."""
    remove: Act | None = None
    """Takes it away: an address, a room of a space."""
    text: str = ""
    """What one begins to change, where it is a text."""
    child: RoomId | None = None
    """The room that a space lists here; it can be moved up and down."""


@dataclass(frozen=True, slots=True)
class RoomSettingsView(ActsView):
    """The settings of a room."""

    is_space: bool = False
    lines: tuple[SettingLine, ...] = ()
    readers: str = ""
    """Who can read these settings."""


class RoomSettingsPanel(Panel[RoomSettingsView], Protocol):
    """The settings of the open room."""

    async def begin(self) -> None:
        """Show what is known, then look anew at the server."""

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        """Change something, as it was shown."""

    async def move(self, child: RoomId, by: int) -> None:
        """Move a room of a space up (-1) or down (1)."""
