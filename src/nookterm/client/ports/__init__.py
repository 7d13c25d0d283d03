"""What the use cases need from outside: a server, a disk, a safe place for keys. The ports and a clock."""

from nookterm.client.ports.disk import Clock, Intent, Keep, Notes, Outgoing, RoomRow, RoomStates, Store
from nookterm.client.ports.doorway import Callback, Doorway, Homeserver, NewAccount, Provider
from nookterm.client.ports.pictures import CleanPicture, Pictures, Preview
from nookterm.client.ports.secrets import Secret, Vault
from nookterm.client.ports.server import (
    FROM_EVENT,
    MAIN_THREAD,
    Credentials,
    Gateway,
    Page,
    Progress,
    RoomSpec,
    RoomUpdate,
    SendContent,
    Summary,
    Surroundings,
    SyncStep,
    TokenKeeper,
)
from nookterm.client.ports.trust import Arrived, Auth, Challenge, Identities, KeyServer, ListedDevice, RoomKeys

__all__ = [
    "FROM_EVENT",
    "MAIN_THREAD",
    "Arrived",
    "Auth",
    "Callback",
    "Challenge",
    "CleanPicture",
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
    "NewAccount",
    "Notes",
    "Outgoing",
    "Page",
    "Pictures",
    "Preview",
    "Progress",
    "Provider",
    "RoomKeys",
    "RoomRow",
    "RoomSpec",
    "RoomStates",
    "RoomUpdate",
    "Secret",
    "SendContent",
    "Store",
    "Summary",
    "Surroundings",
    "SyncStep",
    "TokenKeeper",
    "Vault",
]
