"""What the use cases need from outside: a server, a disk, a safe place for keys. The ports and a clock."""

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
from nookterm.client.ports.trust import Arrived, Auth, Challenge, Identities, KeyServer, ListedDevice, RoomKeys

__all__ = [
    "FROM_EVENT",
    "SYNC_WAYS",
    "Arrived",
    "Auth",
    "Challenge",
    "Clock",
    "Credentials",
    "Doorway",
    "Gateway",
    "Homeserver",
    "Identities",
    "Intent",
    "Keep",
    "KeyServer",
    "ListedDevice",
    "Outgoing",
    "Page",
    "RoomKeys",
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
