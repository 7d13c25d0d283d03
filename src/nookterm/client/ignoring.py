"""People whom one does not want to hear: kept in the account data, so that every client of theirs agrees."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.client.changes import Changes, RoomsChanged
from nookterm.client.errors import WrongUsage
from nookterm.client.ports import Gateway, Store, SyncStep
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Event, Json, MemberChange, Membership, StateChange
from nookterm.domain.ids import RoomId, UserId, is_user_id
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

LIST = "m.ignored_user_list"
_USERS = "ignored_users"
_KEPT = "ignored"
KNOWS = "The server knows whom you ignore; the person is not told."
"""What is said before somebody is ignored."""


def ignored_users(store: Store) -> frozenset[UserId]:
    """Whom this account ignores, as far as it was heard here."""
    users = (store.recall(_KEPT, "") or {}).get("users")
    listed = users if isinstance(users, list) else []
    return frozenset(UserId(user) for user in listed if isinstance(user, str))


@dataclass(frozen=True, slots=True)
class Ignoring:
    """The list of one account, on this disk and on the server."""

    gateway: Gateway
    store: Store
    changes: Changes
    rooms: Rooms

    def users(self) -> frozenset[UserId]:
        """Whom we ignore."""
        return ignored_users(self.store)

    def heard(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Events without what ignored people say. Who is in a room and how it is set concerns everybody: that stays."""
        users = self.users()
        return tuple(e for e in events if e.sender not in users or isinstance(e.payload, MemberChange | StateChange))

    def is_quiet(self, room: Room) -> bool:
        """Whether this is an invite of somebody whom we ignore: nothing shows it."""
        mine = room.members.get(room.me)
        return mine is not None and mine.membership is Membership.INVITE and mine.sender in self.users()

    def fold(self, step: SyncStep) -> set[RoomId]:
        """Keep the list that came with a sync step, here or from another client. Returns the rooms that it concerns.

        Call inside the step's transaction.
        """
        if LIST not in step.account and not step.account_whole:
            return set()
        return set(self._where(self._remember(step.account.get(LIST, {}))))

    async def look(self) -> int:
        """Read the list where no sync ever brought one. Returns 1 where somebody is on it."""
        if self.store.recall(_KEPT, "") is not None:
            return 0
        return int(bool(await self.refresh()))

    async def refresh(self) -> frozenset[UserId]:
        """Read the list from the server."""
        return self._keep(await self.gateway.key_server.account_data(LIST))

    async def put(self, user: UserId, *, ignored: bool) -> bool:
        """Ignore somebody, or hear them again. False where it was so already.

        What other clients wrote into the list stays.

        Raises:
            WrongUsage: it is our own id, or none.

        """
        if not is_user_id(user) or user == self.gateway.user_id:
            message = f"{user} is nobody whom you could ignore."
            raise WrongUsage(message, "It takes somebody else's Matrix id, like @name:server.")
        server = self.gateway.key_server
        content = dict(await server.account_data(LIST))
        listed = dict(_listed(content))
        if (user in listed) is ignored:
            self._keep(content)
            return False
        if ignored:
            listed[user] = {}
        else:
            listed.pop(user)
        content[_USERS] = listed
        await server.set_account_data(LIST, content)
        self._keep(content)
        return True

    def _keep(self, content: Json) -> frozenset[UserId]:
        with self.store.transaction():
            moved = self._remember(content)
        if moved:
            self.changes.tell(RoomsChanged(self._where(moved)))
        return self.users()

    def _remember(self, content: Json) -> frozenset[UserId]:
        """Keep a list. Returns who is on it now and was not, or the other way round."""
        users = frozenset(UserId(user) for user in _listed(content))
        before = self.users()
        self.store.remember(_KEPT, "", {"users": sorted(users)})
        return users ^ before

    def _where(self, users: frozenset[UserId]) -> frozenset[RoomId]:
        return frozenset(room.room_id for room in self.rooms.values() if not users.isdisjoint(room.members))


def _listed(content: Json) -> Json:
    found = content.get(_USERS)
    return {user: what for user, what in found.items() if is_user_id(user)} if isinstance(found, dict) else {}
