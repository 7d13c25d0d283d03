"""What publishing a highlight tells a server that has no part in the nook: the agreed words, and nothing else of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio

from nookterm.domain.consent import Mode
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.sharing import ShareState
from tests.client.people import Community, Person
from tests.faults.proxy import FaultyProxy
from tests.federation.highlights import asked, element_on, limits, unlimited
from tests.federation.sides import sees
from tests.federation.stage import CHARTER, Town
from tests.interop.peer import Peer
from tests.pictures.samples import CANARY, told_jpeg

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

_CLIENT = "/_matrix/client/v3"


@dataclass
class Banks:
    """The space and its board lie on one server; the nook and all of its people on the other."""

    wren: Person
    """Founded the space; is not in the nook."""
    ana: Person
    """Facilitates the nook; may post on the board."""
    bo: Person
    """In the nook, and not in the space."""
    mia: Peer
    """At Element; in the nook, and not in the space."""
    place: Community
    proxy: FaultyProxy
    """Ana's way to her server."""
    canaries: dict[str, bytes] = field(default_factory=dict)
    """What must not leave the nook, by what it is."""

    def plant(self, **hidden: str | bytes) -> None:
        self.canaries |= {name: what.encode() if isinstance(what, str) else what for name, what in hidden.items()}

    def found_in(self, held: bytes, *but: str) -> list[str]:
        return [name for name, what in self.canaries.items() if name not in but and what in held]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def banks(town: Town) -> AsyncIterator[Banks]:
    """Everything up to the yes of both authors, through publishing."""
    here, there = town.banks.here, town.banks.there
    async with FaultyProxy.before(here.server.base_url) as proxy:
        wren, bo = await there.person("wren"), await here.person("bo")
        ana = await here.person("ana", url=proxy.url)
        unlimited(here, ana.id, bo.id)
        with town.banks.hurry():
            made = await wren.founding.space("Delta", "things")
            await wren.sync()
            await limits(wren, made.space_id, made.highlights_id)
            await town.banks.comes(wren, ana, made.space_id, made.highlights_id)
            for room in (made.space_id, made.highlights_id):
                levels = json.loads(_as(wren, town, f"{_CLIENT}/rooms/{quote(room)}/state/m.room.power_levels"))
                levels["users"] = {**levels.get("users", {}), ana.id: 50}
                await wren.session.gateway.set_state(room, "m.room.power_levels", "", levels)
            await sees(ana, lambda: ana.room(made.space_id).power.of(ana.id) == 50, "that she may add a nook")
            nook = await ana.founding.nook(ana.room(made.space_id), "Foxes", CHARTER)
        mia = await element_on(here, "mia")
        unlimited(here, mia.id)
        for guest in (bo.id, mia.id):
            await ana.session.gateway.invite(nook, guest)
        await mia.join(nook)
        await bo.enter(nook)
        place = Community(made.space_id, made.highlights_id, made.facilitators_id, nook)
        yield await _published(Banks(wren, ana, bo, mia, place, proxy))
        await mia.end()


def _as(who: Person, town: Town, path: str) -> bytes:
    side = town.banks.of_person(who)
    return asked(side, "GET", path, token=who.token)


async def _published(banks: Banks) -> Banks:
    """Two messages of two authors, one unnamed, and a photo with its place, from the first word to the board."""
    ana, bo, mia, nook = banks.ana, banks.bo, banks.mia, banks.place.nook
    sent = await mia.lines.do(
        "sendFile", roomId=nook, name="IMG_4711_at_home.jpg", bytes=list(told_jpeg()), msgtype="m.image"
    )
    photo, private = EventId(sent["eventId"]), "and never tell that my kiln stands in the church"
    his = await bo.say(nook, f"the celadon held, {private}")
    await sees(ana, lambda: all(_readable(ana, nook, event) for event in (photo, his)), "both messages")
    share = await ana.sharing.share(ana.room(nook), [his, photo], "The celadon held.", picture=photo)
    asking = ana.session.store.event(nook, share.event_id)
    assert asking
    assert isinstance(asking.payload, Message)
    assert asking.payload.attachment
    await mia.reads(nook, share.event_id)
    answer = await mia.answer(nook, share.event_id, "yes, without my name")
    await sees(bo, lambda: [s for s in bo.sharing.all() if s.event_id == share.event_id], "the request")
    await bo.sharing.consent(share.request, Mode.NAMED)
    await sees(ana, lambda: ana.sharing.find(share.request).state == ShareState.CONSENTED, "both answers")

    banks.proxy.sent = []
    done = await ana.sharing.publish(share.request)
    assert done.copy
    banks.plant(
        nook=nook, photo=photo, his=his, request=share.event_id, answer=answer, word=share.request, mia=mia.id,
        private=private, camera=CANARY, file="IMG_4711", photo_media=sent["content"]["file"]["url"].rpartition("/")[2],
        cleaned_media=asking.payload.attachment.media_id, key=done.copy.key.hex(), bo=bo.id,
    )  # fmt: skip
    for number, event in enumerate(ana.session.store.timeline(nook, 100)):
        banks.plant(**{f"event {number}": event.event_id})
    await sees(banks.wren, lambda: [h for h in banks.wren.sharing.board() if h.body == "The celadon held."], "it")
    return banks


def _readable(who: Person, room: RoomId, event: EventId) -> bool:
    found = who.session.store.event(room, event)
    return found is not None and isinstance(found.payload, Message)


def _told_beside(requests: list[bytes], nook: RoomId) -> Iterator[bytes]:
    """What was asked of the server apart from talk inside the nook, which it carries encrypted and by the nook's id."""
    for request in requests:
        line = request.split(b"\r\n", 1)[0]
        if quote(nook).encode() not in line and b"/sync" not in line and b"/keys/" not in line:
            yield request


async def test_no_request_that_publishing_sends_to_the_board_tells_of_the_nook(banks: Banks) -> None:
    assert banks.proxy.sent
    told = list(_told_beside(banks.proxy.sent, banks.place.nook))
    to_board = [request for request in told if quote(banks.place.highlights).encode() in request.split(b"\r\n", 1)[0]]
    uploads = [request for request in told if request.startswith(b"POST /_matrix/media/")]
    assert len(to_board) >= 1
    assert len(uploads) == 1
    # Fetching the picture that was agreed to names the nook's copy of it, to the server where that lies.
    told = [request for request in told if b"/media/download/" not in request]
    assert [(r.split(b" HTTP", 1)[0], found) for r in told if (found := banks.found_in(r))] == []


async def test_the_board_as_its_server_holds_it_says_nothing_of_the_nook(banks: Banks, town: Town) -> None:
    """Events, state, relations, and each file with all that is stored about it."""
    wren, board = banks.wren, quote(banks.place.highlights)
    room = f"{_CLIENT}/rooms/{board}"
    held = [_as(wren, town, f"{room}/messages?dir=b&limit=500"), _as(wren, town, f"{room}/state")]
    (shown,) = [h for h in wren.sharing.board() if h.body == "The celadon held."]
    held.append(_as(wren, town, f"/_matrix/client/v1/rooms/{board}/relations/{quote(shown.event_id)}"))
    assert shown.picture
    picture = f"/_matrix/client/v1/media/download/{shown.picture.server}/{shown.picture.media_id}"
    held.append(await asyncio.to_thread(_as, wren, town, picture))
    assert held[-1][:3] == b"\xff\xd8\xff"
    assert shown.credit.startswith("bo")
    assert [found for what in held if (found := banks.found_in(what))] == []


async def test_the_other_server_holds_nothing_of_the_nook_but_that_it_is_there(banks: Banks, town: Town) -> None:
    """Its whole database and media store; the nook's room id is public, in the space's list of what is in it."""
    held = _all_of(town.banks.there.server.folder)
    assert b"The celadon held." in held
    assert b"Foxes" in held
    assert banks.found_in(held, "nook") == []
    # The same search finds what the nook's own server has to have.
    assert {"nook", "photo", "his", "request", "mia"} <= set(banks.found_in(_all_of(town.banks.here.server.folder)))


def _all_of(folder: Path) -> bytes:
    """Everything that a server has written, also what its database has only in its log."""
    for path in folder.rglob("*.db"):
        with sqlite3.connect(path, timeout=20) as database:
            database.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
