"""Answers reach whom they are meant for, and neither server: not by reading, and not by lying."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio

from nookterm.client.proving import with_password
from nookterm.domain.applying import Hitch
from nookterm.domain.knocking import reason_with_ref
from nookterm.domain.vocabulary import VETTING
from tests.client.people import Person
from tests.federation.stage import Stage, Town, known_request, request_of
from tests.live_homeserver import Account
from tests.matrix.attackers import BareDevice

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

_CANARY = "a kestrel nests above my third window"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(town: Town) -> Stage:
    """The facilitators of this file."""
    return await town.stage()


def _forms(words: str) -> Iterator[bytes]:
    raw = words.encode()
    yield raw
    yield words.encode("utf-16-le")
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + raw)[4:-4]


def _held(folder: Path) -> bytes:
    """Everything that a server has written."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_no_server_holds_a_word_of_the_answers(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.there, reason="Good evening.", answers={"q1": _CANARY})
    request = await stage.answered(bob, stage.ana)
    assert dict(stage.ana.vetting.answers(request)) == {"q1": _CANARY}
    brought = await request_of(stage.cy, bob.id, lambda r: r.answers)
    assert dict(brought.answers) == {"q1": _CANARY}
    await stage.ana.vetting.approve(request.case)

    for side in stage.banks.sides:
        held = _held(side.server.folder)
        assert b"Good evening." in held
        assert [form for form in _forms(_CANARY) if form in held] == []


async def _met(stage: Stage, name: str) -> tuple[Person, Person]:
    """A listed facilitator of the first server, and somebody of the second who has seen their identity before."""
    fay = await stage.banks.here.person(name)
    await stage.banks.seat(stage.wren, fay, stage.place)
    bob = await stage.banks.applicant(stage.banks.there, stage.wren, stage.place)
    await bob.session.gateway.key_server.query({fay.id})
    await bob.asking.knock(stage.nook, answers={"q1": _CANARY})
    await request_of(fay, bob.id)
    return fay, bob


def hitch_of(bob: Person) -> tuple[Hitch, str | None] | None:
    """What Bob's own list of requests says stands in the way, and whose doing it is."""
    stop = bob.asking.all()[0].stop
    return (stop.hitch, stop.user) if stop else None


async def _bob_does_what_is_due(bob: Person) -> None:
    for _ in range(8):
        await bob.session.sync_once(0.1)
        await bob.duties.run()


async def test_a_facilitators_swapped_identity_gets_no_answers(stage: Stage) -> None:
    fay, bob = await _met(stage, "fay")
    await fay.session.trust.identity.reset(with_password(fay.id, fay.password))
    await fay.vetting.interviews.vet((await request_of(fay, bob.id)).case)
    await _bob_does_what_is_due(bob)
    await fay.sync()
    assert hitch_of(bob) == (Hitch.IDENTITY, fay.id)
    assert not fay.vetting.answers(known_request(fay, bob.id))
    assert not any(_CANARY in words for room in fay.session.rooms.joined() for words in fay.heard(room.room_id))


async def test_a_device_that_the_server_added_to_a_facilitator_gets_no_key_to_the_answers(stage: Stage) -> None:
    fay, bob = await _met(stage, "flo")
    ghost = BareDevice(stage.banks.here.server, Account(fay.id, fay.password.reveal()))
    ghost.upload(device_keys=ghost.device_keys(), one_time_keys=ghost.one_time_keys(5))
    request = await stage.answered(bob, fay)
    assert dict(fay.vetting.answers(request)) == {"q1": _CANARY}
    assert [e for e in ghost.inbox() if e["sender"] == bob.id and e["type"] == "m.room.encrypted"] == []


async def test_an_invite_that_the_server_made_up_gets_no_answers_for_its_guests(stage: Stage) -> None:
    """A room in a listed facilitator's name, with this request's label, and somebody of the server's own in it."""
    fay, bob = await _met(stage, "fox")
    mallory = await stage.banks.here.person("mallory")
    request = await request_of(fay, bob.id)
    server = stage.banks.here.server
    as_fay, client = f"?user_id={quote(fay.id)}", "/_matrix/client/v3"
    state = [
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        {"type": VETTING, "state_key": "", "content": {"v": 1, "nook": stage.nook, "user": bob.id}},
    ]
    body = {"preset": "private_chat", "initial_state": state, "name": "glaze-lab · your request"}
    room = server.call("POST", f"{client}/createRoom{as_fay}", body, server.as_token)["room_id"]
    for guest, reason in ((mallory.id, ""), (bob.id, reason_with_ref("About your request", request.ref or ""))):
        invite = {"user_id": guest, "reason": reason}
        server.call("POST", f"{client}/rooms/{quote(room)}/invite{as_fay}", invite, server.as_token)
    await mallory.enter(room)
    await _bob_does_what_is_due(bob)
    await mallory.sync()
    assert hitch_of(bob) == (Hitch.COMPANY, mallory.id)
    assert not any(_CANARY in words for words in mallory.heard(room))
