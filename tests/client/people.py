"""People with real accounts, stores and gateways in one event loop: everything behind the screen, nothing pretended."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nookterm.cli.wiring import LazyDoorway, pickle_key
from nookterm.client.account import Hold, OpenAccount, Parts, keep, open_account
from nookterm.client.asking import Asking
from nookterm.client.care import Care
from nookterm.client.charters import Charters
from nookterm.client.desk import Desk
from nookterm.client.directory import Directory
from nookterm.client.duties import Duties
from nookterm.client.errors import VaultClosed
from nookterm.client.facilitators import Facilitators
from nookterm.client.founding import Founding
from nookterm.client.identity_keys import (
    keep_keys,
    kept_keys,
    publish_new_identity,
    shown_identity,
    sign_this_device,
)
from nookterm.client.ports import Credentials, Gateway, Homeserver, NewAccount, Secret, SendContent, Store, Vault
from nookterm.client.profiles import Profiles
from nookterm.client.reports import Reports
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.tokens import load_tokens
from nookterm.client.vetting import Vetting
from nookterm.client.welcoming import Welcoming
from nookterm.domain.charter import Charter, Question
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vetting import Request
from nookterm.matrix.gateway import NioGateway
from nookterm.pictures.cleaner import PictureCleaner
from nookterm.store.lock import hold_account
from nookterm.store.opening import open_store
from nookterm.trust.cross_signing import CrossSigningKeys
from tests.live_homeserver import LiveServer

TEXT = "m.room.message"
_OPEN = {"type": "m.login.dummy"}
"""The answer to a server that lets everybody make an account; given at once it saves a request."""
_NUMBER = itertools.count()
"""One server outlives many tests: no two people share a name."""
CHARTER = Charter(purpose="We test glazes.", cap=4, questions=(Question("q1", "Why?"), Question("q2", "Since when?")))


@dataclass(slots=True)
class Drawer:
    """A vault that lives as long as a test."""

    kind: str = "demo"
    locked: bool = False
    kept: dict[str, Secret] = field(default_factory=dict)

    def save(self, name: str, secret: Secret) -> None:
        self._look()
        self.kept[name] = secret

    def load(self, name: str) -> Secret | None:
        self._look()
        return self.kept.get(name)

    def delete(self, name: str) -> None:
        self._look()
        self.kept.pop(name, None)

    def _look(self) -> None:
        if self.locked:
            raise VaultClosed("The drawer is locked.", "Unlock it.", code="vault_locked")


@dataclass(slots=True)
class Watch:
    """The system's clock, which a test can put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)


class Person:
    """Somebody at their own nookterm."""

    def __init__(self, parts: Parts, name: str, password: Secret) -> None:
        """Open the profile `name`."""
        self.parts = parts
        self.name = name
        self.password = password
        self._open()

    def _open(self) -> None:
        self.account: OpenAccount = open_account(self.parts, self.name)
        self.session: Session = self.account.session
        self.asking = Asking(self.session)
        self.care = Care(self.session)
        self.desk = Desk(self.session)
        self.directory = Directory(self.session)
        self.duties = Duties(self.session)
        self.charters = Charters(self.session)
        self.facilitators = Facilitators(self.session)
        self.founding = Founding(self.session)
        self.reports = Reports(self.session)
        self.sharing = Sharing(self.session)
        self.vetting = Vetting(self.session)
        self.welcoming = Welcoming(self.session)

    @property
    def id(self) -> UserId:
        return self.session.gateway.user_id

    @property
    def token(self) -> str:
        """What this device shows the server now, for a test that speaks plain HTTP in its name."""
        kept = load_tokens(self.parts.open_vault(self.account.profile.vault), self.account.profile)
        assert kept
        return kept.token.reveal()

    async def reopen(self) -> None:
        """End this process's part and begin anew on the same files."""
        await self.account.close()
        self._open()

    async def found_identity(self) -> CrossSigningKeys:
        """Make an identity the quick way: without a recovery key."""
        return await publish_new_identity(self.session.gateway, os.urandom)

    async def identity_keys(self) -> CrossSigningKeys:
        """The private keys of the identity, to bring them to another device."""
        keys = kept_keys(self.session.gateway.identities, await shown_identity(self.session.gateway))
        assert keys
        return keys

    async def recovers(self, keys: CrossSigningKeys) -> None:
        """Get them on another device, as recovery brings them, and sign it."""
        keep_keys(self.session.gateway.identities, keys)
        await sign_this_device(self.session.gateway, keys)

    async def sync(self) -> None:
        await self.session.sync_once()

    async def enter(self, *rooms: RoomId) -> None:
        for room_id in rooms:
            await self.session.gateway.join(room_id)
        await self.sync()

    async def say(self, room_id: RoomId, body: str, **more: object) -> EventId:
        """Say something; it is in one's own store when this returns."""
        event_id = await self.session.outbox.send(room_id, TEXT, {"msgtype": "m.text", "body": body, **more})
        await self.sync()
        return event_id

    async def post(self, room_id: RoomId, content: dict[str, object], type_: str = TEXT) -> EventId:
        """Send anything at all, past the outbox: what another client might do."""
        return await self.session.gateway.send(room_id, SendContent(type_, content), TxnId(f"t{next(_NUMBER)}"))

    def heard(self, room_id: RoomId) -> list[str]:
        events = self.session.store.timeline(room_id, 200)
        return [e.payload.body for e in events if isinstance(e.payload, Message)]

    def room(self, room_id: RoomId) -> Room:
        return self.session.rooms[room_id]

    async def request_of(self, user: UserId) -> Request:
        """The request of somebody who waits, once it has come here; listed, as the desk does."""
        for _ in range(20):
            await self.sync()
            found = [r for r in await self.vetting.requests() if r.user == user]
            if found:
                self.vetting.remember_listed(tuple(found))
                return found[0]
        raise AssertionError(f"{user} does not wait anywhere")


@dataclass(frozen=True, slots=True)
class Community:
    """A space with one nook."""

    space: RoomId
    highlights: RoomId
    facilitators: RoomId
    nook: RoomId


@dataclass
class Village:
    """Makes people on one server and sends them home in the end."""

    server: LiveServer
    home: Path
    vault: Drawer = field(default_factory=Drawer)
    watch: Watch = field(default_factory=Watch)
    people: list[Person] = field(default_factory=list)
    way: str = "auto"
    """How everybody who signs in or comes back asks for news."""

    @property
    def parts(self) -> Parts:
        def gateway(credentials: Credentials, store: Store) -> Gateway:
            return NioGateway(credentials, store.connection, pickle_key(store), sync=self.way)

        def vault(_kind: str | None) -> Vault:
            return self.vault

        def hold(folder: Path) -> Hold:
            return hold_account(folder / "account.lock")

        return Parts(
            LazyDoorway(),
            vault,
            open_store,
            gateway,
            hold,
            self.watch,
            Profiles(self.home),
            PictureCleaner(),
        )

    async def profile(self, name: str, *, url: str = "", trusted: bool = True) -> tuple[str, Secret]:
        """A new account, signed in and closed: its profile and password. `url`: another way to the server.

        `trusted`: with an identity that has signed the device. Without, the profile was never opened yet.
        """
        localpart, password = await self._account(name, url)
        if trusted:
            account = open_account(self.parts, localpart)
            await account.session.gateway.after_sync()
            await publish_new_identity(account.session.gateway, os.urandom)
            await account.close()
        return localpart, password

    async def _account(self, name: str, url: str) -> tuple[str, Secret]:
        password = Secret(f"secret of {name}")
        localpart = f"{name}{next(_NUMBER)}"
        at = Homeserver(url or self.server.base_url, ())
        credentials = await self.parts.doorway.register(at, NewAccount(localpart, password, "a test"), _OPEN)
        assert isinstance(credentials, Credentials), "this server lets everybody make an account"
        keep(self.parts, self.vault, credentials, localpart)
        return localpart, password

    async def person(self, name: str, *, url: str = "", trusted: bool = True) -> Person:
        """Somebody new, caught up; `trusted`: with an identity that has signed the device, as people have one."""
        somebody = Person(self.parts, *await self._account(name, url))
        self.people.append(somebody)
        await somebody.sync()
        if trusted:
            await somebody.found_identity()
        return somebody

    async def community(self, founder: Person, *members: Person, charter: Charter = CHARTER) -> Community:
        """A space of `founder` with a nook that `members` are in."""
        made = await founder.founding.space("Makers", "things")
        nook = await founder.founding.nook(founder.room(made.space_id), "glaze-lab", charter)
        here = Community(made.space_id, made.highlights_id, made.facilitators_id, nook)
        for member in members:
            await self._take_in(here, founder, member)
        if members:
            await founder.sync()
        return here

    async def let_in(self, here: Community, founder: Person, member: Person) -> None:
        await self._take_in(here, founder, member)
        await founder.sync()

    async def _take_in(self, here: Community, founder: Person, member: Person) -> None:
        """Have a member in all rooms of the community; the founder hears of it with their next sync."""
        for room_id in (here.space, here.highlights):
            await member.session.gateway.join(room_id)
        await founder.session.gateway.invite(here.nook, member.id)
        await member.enter(here.nook)

    async def helper(self, here: Community, founder: Person, member: Person) -> None:
        """Make a member of the nook one of its facilitators, who has come into their room."""
        await founder.facilitators.add(founder.room(here.nook), member.id)
        await member.enter(here.facilitators)
        await founder.sync()

    async def go_home(self) -> None:
        for somebody in self.people:
            await somebody.account.close()
