"""A nook whose highlights are carried over two servers, with an author at Element: the stage of their tests."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.vocabulary import HIGHLIGHTS
from tests.client.people import Person
from tests.faults.proxy import FaultyProxy
from tests.federation.sides import Side, sees
from tests.federation.stage import CHARTER, Stage, Town
from tests.interop.install import PEER
from tests.interop.neighbours import at_element
from tests.interop.peer import Peer
from tests.pictures.samples import told_jpeg

_NUMBER = itertools.count()
PLENTY = {"per_nook_week": 100, "per_author_week": 100}


def asked(side: Side, method: str, path: str, body: object = None, token: str = "") -> bytes:
    """What a server answers, byte for byte. Raises urllib's HTTPError for anything but success."""
    request = urllib.request.Request(  # noqa: S310 - a server of the tests, on loopback
        side.server.base_url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return bytes(answer.read())


def admin_of(side: Side) -> str:
    """The token of a new administrator of the server."""
    path, name = "/_synapse/admin/v1/register", f"warden{next(_NUMBER)}"
    nonce = json.loads(asked(side, "GET", path))["nonce"]
    words = b"\x00".join(word.encode() for word in (nonce, name, "secret", "admin"))
    proof = hmac.new(side.secret.reveal().encode(), words, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": name, "password": "secret", "mac": proof, "admin": True}
    return str(json.loads(asked(side, "POST", path, body))["access_token"])


def unlimited(side: Side, *users: UserId) -> None:
    """Let people send as much as they like: a whole file of tests sends more than Synapse's limits let one."""
    admin = admin_of(side)
    for user in users:
        path = f"/_synapse/admin/v1/users/{quote(user)}/override_ratelimit"
        asked(side, "POST", path, {"messages_per_second": 0, "burst_count": 0}, admin)


async def limits(who: Person, space: RoomId, board: RoomId, **values: int) -> None:
    """Set what a space lets its nooks share."""
    content: dict[str, Any] = {"v": 1, "room_id": board, "via": [who.id.partition(":")[2]], **PLENTY, **values}
    await who.session.gateway.set_state(space, HIGHLIGHTS, "", content)
    await who.sync()


async def element_on(side: Side, name: str) -> Peer:
    """Somebody new at Element with an account on that side."""

    async def element(device: str) -> Peer:
        return await Peer.spawn(side.server.base_url, PEER.home(), device)

    return await at_element(element, name)


@dataclass
class Circle:
    """A nook over both servers: a facilitator on each, and Mia, who writes with Element on the second."""

    stage: Stage
    mia: Peer
    proxy: FaultyProxy

    @classmethod
    async def begin(cls, town: Town, proxy: FaultyProxy) -> Circle:
        """Everybody is in. Ana reaches her server by the proxy."""
        place, banks, wren = await town.nook(CHARTER), town.banks, town.wren
        ana, cy = await banks.here.person("ana", url=proxy.url), await banks.there.person("cy")
        for helper in (ana, cy):
            await banks.seat(wren, helper, place)
        stage = Stage(banks, wren, ana, cy, place)
        mia = await element_on(banks.there, "mia")
        unlimited(banks.here, stage.ana.id, wren.id)
        unlimited(banks.there, stage.cy.id, mia.id)
        with banks.hurry():
            await wren.session.gateway.invite(place.nook, mia.id)
            await mia.join(place.nook)
            await limits(wren, place.space, place.highlights)
        for who in (stage.ana, stage.cy):
            await sees(who, partial(_is_in, who, place.nook, mia.id), "Mia")
        return cls(stage, mia, proxy)

    @property
    def ana(self) -> Person:
        return self.stage.ana

    @property
    def cy(self) -> Person:
        return self.stage.cy

    @property
    def nook(self) -> RoomId:
        return self.stage.nook

    @property
    def board(self) -> RoomId:
        return self.stage.place.highlights

    async def heard(self, *events: EventId, by: Person | None = None) -> None:
        """Both facilitators have these messages, and can read them."""

        def readable(who: Person) -> bool:
            found = (who.session.store.event(self.nook, event) for event in events)
            return all(event and type(event.payload).__name__ != "Unreadable" for event in found)

        for who in (by,) if by else (self.ana, self.cy):
            await sees(who, partial(readable, who), f"{events}")

    async def asks(self, *sources: EventId, draft: str, picture: EventId | None = None) -> Share:
        """Ana asks; both facilitators and Element have the request."""
        await self.heard(*sources)
        share = await self.ana.sharing.share(self.ana.room(self.nook), sources, draft, picture=picture)
        await self.mia.reads(self.nook, share.event_id)
        await self.heard(share.event_id, by=self.cy)
        return share

    async def agreed(self, *sources: EventId, draft: str, words: str = "Yes, without my name.") -> Share:
        """Ana asks and Mia, whose words they are, answers in plain words at Element; both facilitators know."""
        share = await self.asks(*sources, draft=draft)
        await self.mia.answer(self.nook, share.event_id, words)
        for who in (self.ana, self.cy):
            await self.stands(who, share, ShareState.CONSENTED)
        return share

    async def photo(self) -> EventId:
        """Mia sends a picture as her camera made it, with the place where it was taken; everybody has heard of it."""
        photo = list(told_jpeg())
        sent = await self.mia.lines.do(
            "sendFile", roomId=self.nook, name="IMG_4711.jpg", bytes=photo, msgtype="m.image"
        )
        await self.heard(EventId(sent["eventId"]))
        return EventId(sent["eventId"])

    async def stands(self, who: Person, share: Share, state: ShareState) -> Share:
        """The highlight as somebody has it, once it stands so."""

        def now() -> Share | None:
            found = next((s for s in who.sharing.all() if s.event_id == share.event_id), None)
            return found if found and found.state == state else None

        return await sees(who, now, f"{share.request} to be {state}; it is {_state(who, share)}")

    def on_board(self, who: Person, draft: str) -> int:
        """How many copies of a text somebody sees."""
        return [h.body for h in who.sharing.board()].count(draft)

    async def boards_show(self, draft: str, copies: int) -> None:
        """Both servers' boards show so many copies of a text, once everybody did what is due."""
        for who in (self.ana, self.cy):

            async def due(who: Person = who) -> bool:
                await who.duties.run()
                return self.on_board(who, draft) == copies

            await comes_true(who, due, f"{copies} copies of {draft!r}")


async def comes_true(who: Person, ask: Callable[[], Awaitable[bool]], what: str) -> None:
    """Have somebody sync and act until it is so."""
    for _ in range(100):
        await who.session.sync_once(0.2)
        if await ask():
            return
    raise AssertionError(f"{who.id} waited in vain for {what}")


def _state(who: Person, share: Share) -> object:
    return next((s.state for s in who.sharing.all() if s.event_id == share.event_id), None)


def _is_in(who: Person, room: RoomId, user: UserId) -> bool:
    return user in who.room(room).members
