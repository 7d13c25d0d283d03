"""What the use cases need from outside: a server, a disk, a safe place for keys. Three ports and a clock."""

from nookterm.client.ports.disk import Clock, Intent, Keep, Outgoing, RoomRow, Store
from nookterm.client.ports.secrets import Secret, Vault
from nookterm.client.ports.server import (
    FROM_EVENT,
    SYNC_WAYS,
    Credentials,
    Doorway,
    Gateway,
    Homeserver,
    Page,
    RoomSpec,
    RoomUpdate,
    SendContent,
    Summary,
    SyncStep,
    TokenKeeper,
)

__all__ = [
    "FROM_EVENT",
    "SYNC_WAYS",
    "Clock",
    "Credentials",
    "Doorway",
    "Gateway",
    "Homeserver",
    "Intent",
    "Keep",
    "Outgoing",
    "Page",
    "RoomRow",
    "RoomSpec",
    "RoomUpdate",
    "Secret",
    "SendContent",
    "Store",
    "Summary",
    "SyncStep",
    "TokenKeeper",
    "Vault",
]
