"""Nothing leaves a nook but the exact words that their authors agreed to, for the readers they agreed to.

All tests here share one community; each begins highlights of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from nookterm.client.begun_copies import BegunCopies
from nookterm.client.errors import Changed, NotAllowed, NotFound, Offline, Problem, WrongUsage
from nookterm.client.limits import SpaceLimits
from nookterm.client.surroundings import written
from nookterm.domain.attachment import Attachment
from nookterm.domain.audience import audience_of
from nookterm.domain.charter import charter_content
from nookterm.domain.consent import NO, YES, Mode, consent_content, terms_hash
from nookterm.domain.drafts import FlagKind
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.limits import Limits
from nookterm.domain.share_request import Quoted, SharedPicture, request_content
from nookterm.domain.sharing import Copy, Share, ShareState, ended_content, publishing_content
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_ENDED, HIGHLIGHT_REQUEST, HIGHLIGHTS
from tests.client.people import CHARTER, Community, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer
from tests.pictures.samples import CANARY, told_jpeg

pytestmark = pytest.mark.asyncio(loop_scope="module")
REDACTION = "m.room.redaction"
MANY = {"per_nook_week": 100, "per_author_week": 100}
WORDS = "Iron makes it blue."


@dataclass
class Place:
    """Ana and Dee look after the nook and its board; Bo and Cy say things."""

    village: Village
    proxy: FaultyProxy
    """Between Ana and the server."""
    here: Community
    ana: Person
    bo: Person
    cy: Person
    dee: Person
    number: int = 0

    @property
    def nook(self) -> RoomId:
        return self.here.nook

    async def settled(self, *who: Person) -> None:
        """Everybody knows what happened."""
        for person in who or (self.ana, self.bo, self.cy, self.dee):
            await person.sync()

    async def asked(self, by: Person | None = None, words: str = WORDS, **more: Any) -> Share:
        """Ana asks Bo to share words of his."""
        asker = by or self.ana
        self.number += 1
        source = await self.bo.say(self.nook, f"well ({self.number}), I think iron makes it blue")
        await asker.sync()
        share = await asker.sharing.share(asker.room(self.nook), [source], words, **more)
        await self.bo.sync()
        return share

    async def agreed(self, mode: Mode = Mode.NAMED, **more: Any) -> Share:
        share = await self.asked(**more)
        done = await self.bo.sharing.consent(share.request, mode)
        assert done.state == ShareState.CONSENTED
        return done

    async def published(self) -> Share:
        done = await self.ana.sharing.publish((await self.agreed()).request)
        assert done.state == ShareState.PUBLISHED
        return done

    def board(self, who: Person, share: Share) -> list[str]:
        """What `who` sees of this highlight on the board."""
        ids = {copy.id for known in who.sharing.all() for copy in known.copies if known.request == share.request}
        begun = BegunCopies(self.ana.session).of(share.request)
        ids |= {begun.copy.id} if begun else set()
        return [h.body for h in who.sharing.board() if h.id in ids]

    async def on_server(self, room: RoomId, what: str) -> int:
        """How many of a room's newest messages hold these words in their JSON, as the server has them in clear."""
        path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=40"
        events = self.village.server.call("GET", path, token=self.ana.token)["chunk"]
        return sum(what in json.dumps(event, ensure_ascii=False) for event in events)

    async def told_down(self, share: Share) -> int:
        """How often the nook was told that a copy of this is down."""
        await self.bo.sync()
        said = self.bo.session.store.marked(self.nook, [HIGHLIGHT_ENDED])
        blocks = [e.payload.blocks.get(HIGHLIGHT_ENDED, {}) for e in said if isinstance(e.payload, Message)]
        return sum(block.get("request") == share.event_id for block in blocks)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    village = Village(homeserver, tmp_path_factory.mktemp("sharing"))
    async with FaultyProxy.before(homeserver.base_url) as proxy:
        ana = await village.person("ana", url=proxy.url)
        bo, cy, dee = [await village.person(name) for name in ("bo", "cy", "dee")]
        here = await village.community(ana, bo)
        for member in (cy, dee):
            await village.let_in(here, ana, member)
        await ana.facilitators.add(ana.room(here.nook), dee.id)
        held = written(ana.session, here.space, HIGHLIGHTS)
        await ana.session.gateway.set_state(here.space, HIGHLIGHTS, "", {**held, **MANY})
        await _levels(ana, here.highlights, users={dee.id: 50})
        found = Place(village, proxy, here, ana, bo, cy, dee)
        await found.settled()
        yield found
        await village.go_home()


@pytest.fixture(autouse=True)
def _in_time(place: Place) -> Iterator[None]:
    """A test that put the clock forward leaves it as it was."""
    yield
    place.village.watch.ahead = timedelta()


async def _levels(who: Person, room: RoomId, users: dict[str, int] | None = None, **more: Any) -> None:
    held = written(who.session, room, "m.room.power_levels")
    changed = {**held, "users": {**held.get("users", {}), **(users or {})}, **more}
    await who.session.gateway.set_state(room, "m.room.power_levels", "", changed)
    await who.sync()


def _relation(kind: str, event: EventId, **more: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": f"m.{kind}", "event_id": event, **more}}


def _answer(event: EventId) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}}


def _send(room: RoomId) -> str:
    return f"{room.replace('!', '%21')}/send/"


# -- the way of a highlight


async def test_words_go_out_once_their_author_has_agreed(place: Place) -> None:
    share = await place.asked()
    assert share.state == ShareState.WAITING
    with pytest.raises(Changed, match="is waiting"):
        await place.ana.sharing.publish(share.request)
    await place.bo.sharing.consent(share.request, Mode.NAMED)
    done = await place.ana.sharing.publish(share.request)
    assert done.state == ShareState.PUBLISHED
    assert (await place.ana.sharing.publish(share.request)).copies == done.copies, "once more is no harm"
    await place.bo.sync()
    (highlight,) = (h for h in place.bo.sharing.board() if h.event_id == done.published)
    assert (highlight.body, highlight.nook_name) == (WORDS, "glaze-lab")
    assert highlight.credit == place.bo.name
    with pytest.raises(Changed, match="is published"):
        await place.dee.sharing.publish(share.request)


async def test_what_leaves_names_nothing_of_the_nook_but_its_name(place: Place) -> None:
    share = await place.agreed(Mode.ANONYMOUS)
    place.proxy.sent = []
    done = await place.ana.sharing.publish(share.request)
    out, place.proxy.sent = place.proxy.sent, None
    to_board = [sent for sent in out if _send(place.here.highlights).encode() in sent]
    assert len(to_board) == 1
    key = done.copies[0].key.hex()
    hidden = (
        place.nook,
        *share.asks.sources,
        share.event_id,
        share.request,
        place.bo.id,
        place.bo.name,
        key,
        "m.relates_to",
    )
    for word in (*hidden, "well ("):
        assert word.encode() not in to_board[0], word
        assert quote(word).encode() not in to_board[0], word
    assert WORDS.encode() in to_board[0]
    exact = place.ana.sharing.exact(share)
    sent = json.loads(to_board[0].partition(b"\r\n\r\n")[2])
    assert sent | {HIGHLIGHT: {**sent[HIGHLIGHT], "id": "", "commit": ""}} == exact | {
        HIGHLIGHT: {**exact[HIGHLIGHT], "id": "", "commit": ""}
    }


async def test_two_authors_are_both_asked_and_each_says_how(place: Place) -> None:
    one = await place.bo.say(place.nook, "> an old quote\n\ncobalt is stronger")
    two = await place.cy.say(place.nook, "iron is cheaper")
    await place.settled(place.ana, place.bo)
    room = place.ana.room(place.nook)
    start = place.ana.sharing.draft(room, [two, one])
    assert (start.text, start.authors, start.own) == (
        "cobalt is stronger\niron is cheaper",
        (place.bo.id, place.cy.id),
        False,
    )
    assert (start.picture, start.limits_left.none, start.flags) == (False, False, ())
    assert place.ana.sharing.exact(start)["body"].endswith(f"{place.bo.name} and {place.cy.name}")
    share = await place.ana.sharing.share(room, [one, two], start.text)
    await place.settled(place.bo, place.cy)
    answered = _answer(share.event_id)
    await place.cy.say(place.nook, "Yes, without my name.", **answered)
    await place.ana.sync()
    waiting = place.ana.sharing.find(share.request)
    assert (waiting.state, waiting.waits_for) == (ShareState.WAITING, (place.bo.id,))
    await place.bo.sharing.consent(share.request, Mode.NAMED)
    done = await place.dee.sharing.publish(share.request)
    assert done.state == ShareState.PUBLISHED
    (shown,) = (h for h in place.dee.sharing.board() if h.event_id == done.published)
    assert shown.credit == f"{place.bo.name} and one more"
    await place.cy.say(place.nook, "take it back", **answered)
    await place.settled()
    assert {p.sharing.find(share.request).state for p in (place.ana, place.bo, place.dee)} == {ShareState.WITHDRAWN}
    assert await place.ana.duties.run() == 1


async def test_ones_own_words_are_agreed_to_by_sharing_them(place: Place) -> None:
    source = await place.ana.say(place.nook, "cobalt, too")
    assert place.ana.sharing.draft(place.ana.room(place.nook), [source]).own
    share = await place.ana.sharing.share(place.ana.room(place.nook), [source], "Cobalt, too.", anonymous=True)
    assert (share.state, share.named) == (ShareState.CONSENTED, ())
    await place.ana.sharing.publish(share.request)
    assert (await place.ana.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    assert place.board(place.ana, share) == [], "who may take it down does so at once"
    assert await place.told_down(share) == 1


async def test_a_thread_is_shared_as_it_reads_now(place: Place) -> None:
    root = await place.bo.say(place.nook, "which glaze?")
    thread = {"rel_type": "m.thread", "event_id": root}
    answer = await place.cy.say(place.nook, "the blu one", **{"m.relates_to": thread})
    edit = {"m.new_content": {"msgtype": "m.text", "body": "the blue one"}}
    await place.cy.say(place.nook, "* x", **edit, **_relation("replace", answer))
    await place.cy.session.outbox.send(place.nook, "m.reaction", _relation("annotation", root, key="x"))
    await place.ana.sync()
    events = place.ana.sharing.thread(place.ana.room(place.nook), root)
    assert events == (root, answer)
    assert place.ana.sharing.draft(place.ana.room(place.nook), events).text == "which glaze?\nthe blue one"
    with pytest.raises(NotFound):
        place.ana.sharing.thread(place.ana.room(place.nook), EventId("$nowhere"))


# -- who may agree, and to what


async def test_only_the_author_agrees_and_only_to_these_terms(place: Place) -> None:
    share = await place.asked()
    with pytest.raises(NotAllowed, match="Only the author"):
        await place.ana.sharing.consent(share.request, Mode.NAMED)
    await place.bo.post(place.nook, consent_content(share.event_id, "0" * 64, Mode.NAMED))
    await place.ana.post(place.nook, consent_content(share.event_id, share.asks.terms, Mode.NAMED))
    reaction = _relation("annotation", share.event_id, key=YES)
    await place.bo.post(place.nook, reaction, "m.reaction")
    await place.settled(place.ana, place.bo)
    assert {p.sharing.find(share.request).state for p in (place.ana, place.bo)} == {ShareState.WAITING}


async def test_an_author_may_say_no_and_change_their_mind(place: Place) -> None:
    share = await place.asked()
    assert (await place.bo.sharing.consent(share.request, Mode.DECLINED)).state == ShareState.DECLINED
    with pytest.raises(Changed, match="is declined"):
        await place.ana.sharing.publish(share.request)
    assert (await place.bo.sharing.consent(share.request, Mode.NAMED)).state == ShareState.CONSENTED
    assert (await place.bo.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    with pytest.raises(Changed, match="is withdrawn"):
        await place.bo.sharing.consent(share.request, Mode.NAMED)


async def test_an_asker_may_take_the_question_back(place: Place) -> None:
    share = await place.asked(by=place.cy)
    assert (await place.cy.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    with pytest.raises(NotFound):
        place.cy.sharing.find(share.request)


async def test_a_reaction_agrees_where_the_charter_says_so_and_its_end_is_the_end(place: Place) -> None:
    charter = {**charter_content(CHARTER), "consent_by_reaction": True}
    await place.ana.session.gateway.set_state(place.nook, "org.nookterm.charter", "", charter)
    share = await place.asked()
    reaction = _relation("annotation", share.event_id, key=YES)
    yes = await place.bo.session.outbox.send(place.nook, "m.reaction", reaction)
    done = await place.ana.sharing.publish(share.request)
    assert done.by_reaction
    assert next(h for h in place.ana.sharing.board() if h.event_id == done.published).by_reaction
    await place.ana.session.gateway.set_state(place.nook, "org.nookterm.charter", "", charter_content(CHARTER))
    await place.ana.sync()
    assert await place.ana.duties.run() == 0, "what counted then still counts"
    assert place.ana.sharing.find(share.request).state == ShareState.PUBLISHED
    await place.bo.session.outbox.send(place.nook, REDACTION, {"redacts": yes})
    await place.ana.sync()
    assert place.ana.sharing.find(share.request).state == ShareState.WITHDRAWN
    assert await place.ana.duties.run() == 1
    assert place.board(place.ana, share) == []


# -- what has changed in between


async def test_nothing_goes_out_where_more_people_read_than_were_agreed_to(place: Place) -> None:
    share = await place.agreed()
    gateway, board = place.ana.session.gateway, place.here.highlights
    before = place.ana.room(board).history
    await gateway.set_state(board, "m.room.history_visibility", "", {"history_visibility": "world_readable"})
    with pytest.raises(Changed, match="More people can read"):
        await place.ana.sharing.publish(share.request)
    await gateway.set_state(board, "m.room.history_visibility", "", {"history_visibility": before})
    assert (await place.ana.sharing.publish(share.request)).state == ShareState.PUBLISHED


async def test_nothing_goes_out_whose_source_was_changed_or_taken_back(place: Place) -> None:
    share = await place.agreed()
    source = share.asks.sources[0]
    edit = {"m.new_content": {"msgtype": "m.text", "body": "No, copper."}}
    await place.bo.say(place.nook, "* x", **edit, **_relation("replace", source))
    with pytest.raises(Changed, match="is waiting"):
        await place.ana.sharing.publish(share.request)
    await place.bo.sharing.consent(share.request, Mode.NAMED)
    await place.bo.session.outbox.send(place.nook, REDACTION, {"redacts": source})
    with pytest.raises(Changed, match="is withdrawn"):
        await place.ana.sharing.publish(share.request)
    assert place.board(place.ana, share) == []


async def test_a_question_that_was_changed_or_hides_something_gets_no_plain_yes(place: Place) -> None:
    share = await place.asked()
    harmless = {"m.new_content": {"msgtype": "m.text", "body": "Lunch?"}, **_relation("replace", share.event_id)}
    edit = await place.ana.say(place.nook, "* Lunch?", **harmless)
    answered = _answer(share.event_id)
    await place.bo.sync()
    await place.bo.say(place.nook, "yes", **answered)
    with pytest.raises(Changed, match="is waiting"):
        await place.dee.sharing.publish(share.request)
    await place.ana.session.outbox.send(place.nook, REDACTION, {"redacts": edit})
    with pytest.raises(Changed, match="nobody knows what it was"):
        await place.dee.sharing.publish(share.request)
    await place.bo.sharing.consent(share.request, Mode.NAMED)
    assert (await place.dee.sharing.publish(share.request)).state == ShareState.PUBLISHED


async def test_a_consent_runs_out_after_a_week_and_with_whoever_leaves(place: Place) -> None:
    share = await place.agreed()
    place.village.watch.forward(days=8)
    with pytest.raises(Changed, match="is expired"):
        await place.ana.sharing.publish(share.request)
    place.village.watch.ahead = timedelta()
    source = await place.cy.say(place.nook, "I leave")
    await place.ana.sync()
    theirs = await place.ana.sharing.share(place.ana.room(place.nook), [source], "I leave")
    await place.cy.sync()
    await place.cy.sharing.consent(theirs.request, Mode.NAMED)
    await place.cy.session.gateway.leave(place.nook)
    with pytest.raises(Changed, match="is waiting"):
        await place.ana.sharing.publish(theirs.request)
    assert place.ana.sharing.find(theirs.request).answers[0].why == "left the nook"
    await place.ana.session.gateway.invite(place.nook, place.cy.id)
    await place.cy.enter(place.nook)
    assert (await place.ana.sharing.publish(theirs.request)).state == ShareState.PUBLISHED


# -- who may publish


async def test_an_author_publishes_only_where_the_board_lets_them(place: Place) -> None:
    share = await place.agreed()
    with pytest.raises(NotAllowed, match="may not post"):
        await place.bo.sharing.publish(share.request)
    await _levels(place.ana, place.here.highlights, events_default=0)
    try:
        with pytest.raises(NotAllowed, match="may not post"):
            await place.cy.sharing.publish(share.request)
        assert (await place.bo.sharing.publish(share.request)).state == ShareState.PUBLISHED
        assert (await place.bo.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
        assert place.board(place.bo, share) == []
    finally:
        await _levels(place.ana, place.here.highlights, events_default=50)


async def test_words_put_into_somebodys_mouth_go_nowhere(place: Place) -> None:
    """A request that names an author and a message that is not theirs, or not here, is nobody's word."""
    source = await place.bo.say(place.nook, "hello")
    await place.settled(place.ana, place.cy)
    target = place.cy.room(place.here.highlights)
    words = []
    for fake, author in ((source, place.ana), (EventId("$never-said"), place.bo)):
        quotes = [Quoted(fake, author.id)]
        content = request_content(
            quotes, "Buy my pots.", target.room_id, title(target), audience_of(target), place.village.watch()
        )
        words.append(await place.cy.post(place.nook, content))
        await author.sync()
        terms = terms_hash(content[HIGHLIGHT_REQUEST])
        await author.post(place.nook, consent_content(words[-1], terms, Mode.NAMED))
    await place.settled()
    (found,) = (s for s in place.ana.sharing.all() if s.event_id in words)
    assert found.asks.sources == ("$never-said",)
    with pytest.raises(NotFound, match="not here"):
        await place.ana.sharing.publish(found.request)
    assert "Buy my pots." not in [h.body for h in place.ana.sharing.board()]


async def test_a_member_without_power_neither_blocks_nor_ends_nor_publishes(place: Place) -> None:
    share = await place.agreed()
    await place.cy.sync()
    seen = place.cy.sharing.find(share.request)
    for event in (None, EventId("$nothing")):
        copy = Copy("0", b"\x01" * 32, place.cy.id, place.village.watch(), (), event)
        await place.cy.post(place.nook, publishing_content(seen, copy))
    with pytest.raises(NotAllowed, match="may not post"):
        await place.cy.sharing.publish(share.request)
    done = await place.ana.sharing.publish(share.request)
    assert done.state == ShareState.PUBLISHED
    await place.cy.sync()
    up = place.cy.sharing.find(share.request)
    assert done.published
    await place.cy.post(place.nook, ended_content(up, done.published))
    await place.cy.post(place.nook, consent_content(share.event_id, share.asks.terms, Mode.WITHDRAWN))
    await place.cy.post(place.nook, _relation("annotation", share.event_id, key=NO), "m.reaction")
    with pytest.raises(NotAllowed, match="Only its author"):
        await place.cy.sharing.withdraw(share.request)
    await place.settled()
    assert await place.ana.duties.run() == 0
    assert place.ana.sharing.find(share.request).state == ShareState.PUBLISHED
    assert place.board(place.ana, share) == [WORDS]


# -- races, crashes, no network


async def test_of_two_who_publish_at_once_one_does(place: Place) -> None:
    share = await place.agreed()
    await place.dee.sync()
    ends = await asyncio.gather(
        place.ana.sharing.publish(share.request), place.dee.sharing.publish(share.request), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["Changed", "Share"]
    (problem,) = (end for end in ends if isinstance(end, Problem))
    assert "is publishing it right now" in problem.message or "is published" in problem.message
    await place.settled()
    done = place.bo.sharing.find(share.request)
    assert (done.state, len([copy for copy in done.copies if copy.event])) == (ShareState.PUBLISHED, 1)
    assert len(place.board(place.bo, share)) == 1


async def test_of_two_copies_the_second_comes_down_and_the_nook_hears_it_once(place: Place) -> None:
    """As it can happen where two servers do not hear of each other: nobody sees the other's beginning in time."""
    share = await place.agreed()
    await place.settled()
    for person in (place.ana, place.dee):
        begun = BegunCopies(person.session).begin(share)
        share_here, board = person.sharing.find(share.request), person.room(place.here.highlights)
        content = person.sharing._publishing.looks.content(share_here, begun.copy)
        event = await person.post(board.room_id, content)
        consents = tuple(answer.event for answer in share_here.answers if answer.event)
        up = Copy(begun.copy.id, begun.copy.key, person.id, place.village.watch(), consents, event)
        BegunCopies(person.session).forget(begun)
        await person.post(place.nook, publishing_content(share_here, up))
    await place.settled()
    twice = place.bo.sharing.find(share.request)
    assert (twice.state, len(twice.up), len(twice.extra)) == (ShareState.PUBLISHED, 2, 1)
    for person in (place.ana, place.dee, place.ana, place.dee):
        await person.duties.run()
        await place.settled()
    for person in (place.ana, place.bo, place.dee):
        left = person.sharing.find(share.request)
        assert (left.state, left.published, left.extra) == (ShareState.PUBLISHED, twice.published, ())
        assert place.board(person, share) == [WORDS]
    assert await place.told_down(share) == 1


async def test_who_let_it_lie_is_taken_over_from(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nookterm.domain.sharing.PUBLISHING_FOR", timedelta(seconds=3))
    share = await place.agreed()
    with place.proxy.rule(_send(place.here.highlights), "drop_before"), pytest.raises(Offline):
        await place.ana.sharing.publish(share.request)
    with pytest.raises(Changed, match="is publishing it right now"):
        await place.dee.sharing.publish(share.request)
    assert len(place.dee.sharing.find(share.request).claims) == 1, "who came second takes no claim"
    claim = place.dee.sharing.find(share.request).claims[0]
    await asyncio.sleep((claim.at + timedelta(seconds=3.1) - place.village.watch()).total_seconds())
    done = await place.dee.sharing.publish(share.request)
    assert (done.state, done.copy and done.copy.by) == (ShareState.PUBLISHED, place.dee.id)
    await place.ana.session.outbox.flush(now=True)
    await place.ana.session.outbox.flush(now=True)
    await place.settled()
    assert place.ana.session.store.outgoing() == (), "what waited there never leaves"
    assert await place.on_server(place.here.highlights, done.copies[0].id) == 0
    assert len(place.board(place.bo, share)) == 1


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("step", ["claim", "copy", "note"])
async def test_a_break_while_publishing_doubles_nothing(place: Place, step: str, fault: str) -> None:
    share = await place.agreed()
    room = place.here.highlights if step == "copy" else place.nook
    passing = iter(["pass"] if step == "note" else [])
    place.proxy.weather = lambda line: next(passing, fault) if _send(room) in line else "pass"
    try:
        with pytest.raises(Offline):
            await place.ana.sharing.publish(share.request)
    finally:
        place.proxy.weather = None
    if step == "claim":
        assert place.ana.session.store.outgoing() == (), "nothing begins by itself later"
    await place.ana.reopen()
    again = await place.ana.sharing.publish(share.request)
    assert again.state == ShareState.PUBLISHED
    await place.ana.session.outbox.flush(now=True)
    await place.ana.sync()
    assert place.ana.session.store.outgoing() == ()
    assert place.board(place.ana, share) == [WORDS]
    assert await place.on_server(place.here.highlights, again.copies[0].id) == 1


async def test_a_note_that_was_never_sent_is_sent_by_the_next_client_that_runs(place: Place) -> None:
    share = await place.agreed()
    with place.proxy.rule(_send(place.here.highlights), "drop_after"), pytest.raises(Offline):
        await place.ana.sharing.publish(share.request)
    await place.ana.reopen()
    await place.ana.session.outbox.flush(now=True)
    await place.ana.sync()
    await place.ana.duties.run()
    await place.bo.sync()
    assert place.bo.sharing.find(share.request).state == ShareState.PUBLISHED
    assert len(place.board(place.bo, share)) == 1


async def test_without_the_network_nothing_begins(place: Place) -> None:
    share = await place.agreed()
    with place.proxy.rule("/_matrix/", "drop_before"), pytest.raises(Offline):
        await place.ana.sharing.publish(share.request)
    assert place.ana.session.store.outgoing() == ()
    assert place.ana.sharing.find(share.request).claims == ()
    assert BegunCopies(place.ana.session).of(share.request) is None
    await place.ana.sync()


async def test_a_copy_that_waits_is_looked_at_once_more_before_it_leaves(place: Place) -> None:
    share = await place.agreed()
    with place.proxy.rule(_send(place.here.highlights), "drop_before"), pytest.raises(Offline):
        await place.ana.sharing.publish(share.request)
    (row,) = place.ana.session.store.outgoing()
    with place.proxy.rule("/sync", "drop_before"):
        await place.ana.session.outbox.flush(now=True)
    assert place.ana.session.outbox.row(row.txn_id), "where nobody can tell it waits"
    await place.bo.sharing.withdraw(share.request)
    heard: list[str] = []
    ends = place.ana.session.changes.listen(lambda change: heard.append(str(change)))
    await place.ana.session.outbox.flush(now=True)
    assert place.ana.session.outbox.row(row.txn_id) is None
    assert any("is withdrawn" in words for words in heard)
    ends()
    await place.ana.session.outbox.flush(now=True)
    await place.settled(place.ana, place.bo)
    assert place.ana.session.store.outgoing() == ()
    assert place.bo.sharing.find(share.request).claims == (), "what was said of it is taken back"
    assert await place.on_server(place.here.highlights, row.what.content[HIGHLIGHT]["id"]) == 0


async def test_a_name_that_is_not_to_be_said_any_more_leaves_with_nothing_that_waits(place: Place) -> None:
    share = await place.agreed()
    with place.proxy.rule(_send(place.here.highlights), "drop_before"), pytest.raises(Offline):
        await place.ana.sharing.publish(share.request)
    await place.bo.sharing.consent(share.request, Mode.ANONYMOUS)
    with pytest.raises(Changed, match="Under which name"):
        await place.ana.sharing.publish(share.request)
    done = await place.ana.sharing.publish(share.request)
    assert next(h for h in place.ana.sharing.board() if h.event_id == done.published).credit == ""


async def test_a_copy_that_was_refused_goes_out_once_it_may(place: Place) -> None:
    share = await place.agreed()
    with place.proxy.rule(_send(place.here.highlights), "403"), pytest.raises(NotAllowed):
        await place.ana.sharing.publish(share.request)
    assert (await place.ana.sharing.publish(share.request)).state == ShareState.PUBLISHED
    assert place.board(place.ana, share) == [WORDS]
    assert place.ana.session.store.outgoing() == ()


# -- taking back


async def test_an_author_takes_words_back_and_any_facilitator_s_client_takes_the_copy_down(place: Place) -> None:
    done = await place.published()
    assert (await place.bo.sharing.withdraw(done.request)).state == ShareState.WITHDRAWN
    assert place.board(place.bo, done) == [WORDS], "Bo may not redact there himself"
    await place.dee.sync()
    assert await place.dee.duties.run() == 1
    await place.settled()
    assert {tuple(place.board(person, done)) for person in (place.ana, place.bo, place.dee)} == {()}
    assert [await person.duties.run() for person in (place.ana, place.dee)] == [0, 0]
    assert await place.told_down(done) == 1
    await place.bo.post(place.nook, consent_content(done.event_id, done.asks.terms, Mode.NAMED))
    await place.settled()
    assert place.ana.sharing.find(done.request).state == ShareState.WITHDRAWN, "that is final"


async def test_a_source_taken_back_takes_the_copy_down_and_a_missing_key_does_not(place: Place) -> None:
    done = await place.published()
    newcomer = await place.village.person("newcomer")
    await place.village.let_in(place.here, place.ana, newcomer)
    await _levels(place.ana, place.here.highlights, users={newcomer.id: 50})
    await newcomer.sync()
    while await newcomer.session.older(place.nook):
        pass
    await newcomer.duties.run()
    await newcomer.sync()
    assert done.published in [h.event_id for h in newcomer.sharing.board()], "what cannot be read here ends nothing"
    await place.bo.session.outbox.send(place.nook, REDACTION, {"redacts": done.asks.sources[0]})
    await place.ana.sync()
    assert await place.ana.duties.run() == 1
    assert place.board(place.ana, done) == []


async def test_an_asker_who_takes_the_question_back_takes_no_way_back_from_the_author(place: Place) -> None:
    done = await place.published()
    await place.ana.session.outbox.send(place.nook, REDACTION, {"redacts": done.event_id})
    await place.settled()
    assert place.bo.sharing.find(done.request).state == ShareState.PUBLISHED
    await place.bo.sharing.withdraw(done.request)
    await place.ana.sync()
    assert await place.ana.duties.run() == 1
    assert place.board(place.ana, done) == []


async def test_who_takes_a_copy_down_elsewhere_has_it_told_too(place: Place) -> None:
    done = await place.published()
    assert done.published
    await place.dee.sync()
    await place.dee.session.outbox.send(place.here.highlights, REDACTION, {"redacts": done.published})
    await place.settled()
    assert place.bo.sharing.find(done.request).state == ShareState.WITHDRAWN
    assert [await person.duties.run() for person in (place.ana, place.dee, place.ana)] == [0, 1, 0]
    assert await place.told_down(done) == 1


# -- where it comes from


async def test_members_can_tell_where_a_highlight_comes_from_and_nobody_can_fake_it(place: Place) -> None:
    done = await place.published()
    event = done.published
    assert event
    await place.settled()
    origin = place.cy.sharing.origin(event)
    assert (origin.nook, origin.sources, origin.authors) == (place.nook, done.asks.sources, (place.bo.id,))
    assert (origin.asked_by, origin.published_by) == (place.ana.id, place.ana.id)
    board = place.here.highlights
    held = place.ana.session.store.event(board, event)
    assert held
    assert isinstance(held.payload, Message)
    block = held.payload.blocks[HIGHLIGHT]
    fakes = {
        "altered": {**block, "text": "Iron makes it red."},
        "credited": {**block, "credit": "Cy"},
        "repeated": dict(block),
        "unknown": {**block, "id": "guess"},
    }
    codes = {}
    for name, fake in fakes.items():
        body: dict[str, object] = {"msgtype": "m.text", "body": held.payload.body, HIGHLIGHT: fake}
        posted = await place.ana.post(board, body)
        await place.cy.sync()
        with pytest.raises(Problem) as caught:
            place.cy.sharing.origin(posted)
        codes[name] = caught.value.code
        await place.ana.session.outbox.send(board, REDACTION, {"redacts": posted})
    assert codes == {"altered": "altered", "credited": "altered", "repeated": "altered", "unknown": "not_from_here"}
    with pytest.raises(NotFound) as missing:
        place.cy.sharing.origin(EventId("$guess"))
    assert missing.value.code == "gone"
    copy = done.copies[0]
    stolen = Copy(copy.id, copy.key, place.cy.id, place.village.watch(), (), event)
    await place.cy.post(place.nook, publishing_content(done, stolen))
    sly = {"msgtype": "m.text", "body": "* x", "m.new_content": {"msgtype": "m.text", "body": "Buy pots"}}
    await place.ana.post(board, {**sly, **_relation("replace", event)})
    await place.settled()
    with pytest.raises(Changed):
        place.cy.sharing.origin(event)
    assert await place.dee.duties.run() == 1, "what others see of it is not what was agreed to"
    await place.settled()


# -- drafts


async def test_words_of_somebody_who_is_not_asked_stay(place: Place) -> None:
    cys = await place.cy.say(place.nook, "I would never trust the old kiln with porcelain")
    source = await place.bo.say(place.nook, "as somebody said: never trust the old kiln with porcelain, ever")
    await place.settled(place.ana, place.bo)
    room = place.ana.room(place.nook)
    start = place.ana.sharing.draft(room, [source])
    assert [flag.kind for flag in start.flags] == [FlagKind.THIRD_PERSON]
    with pytest.raises(NotAllowed, match="who is not asked") as caught:
        await place.ana.sharing.share(room, [source], start.text)
    assert place.cy.name in caught.value.message
    both = await place.ana.sharing.share(room, [source, cys], start.text)
    assert both.authors == (place.cy.id, place.bo.id)
    later = await place.asked(words="Some say iron makes it blue, and I have tested that since 2019.")
    await place.bo.sharing.consent(later.request, Mode.NAMED)
    await place.cy.say(place.nook, later.draft)
    done = await place.ana.sharing.publish(later.request)
    assert done.state == ShareState.PUBLISHED, "nobody makes others' words theirs by repeating them"


async def test_only_words_can_be_shared_and_not_too_many(place: Place) -> None:
    source = await place.bo.say(place.nook, "hello")
    poll = await place.bo.say(place.nook, "x", **{HIGHLIGHT_REQUEST: {}})
    clear = await place.bo.session.outbox.send(place.nook, "m.reaction", _relation("annotation", source, key="x"))
    await place.ana.sync()
    room, share = place.ana.room(place.nook), place.ana.sharing.share
    for draft in ("", "  ", "x" * 1501):
        with pytest.raises(WrongUsage, match="1 to 1500 characters"):
            await share(room, [source], draft)
    with pytest.raises(NotFound, match="not here"):
        await share(room, [EventId("$nowhere")], "x")
    for odd in (poll, clear):
        with pytest.raises(WrongUsage, match="Only a message"):
            await share(room, [odd], "x")
    for events in ([], [EventId(f"${number}") for number in range(21)]):
        with pytest.raises(WrongUsage, match="1 to 20 messages"):
            await share(room, events, "x")
    with pytest.raises(WrongUsage, match="no picture"):
        await share(room, [source], "x", picture=source)
    with pytest.raises(NotFound, match="No highlight"):
        await place.ana.sharing.publish("k-nothere")


async def test_a_weeks_highlights_are_counted_before_anybody_is_asked_and_before_they_leave(place: Place) -> None:
    space = place.ana.room(place.here.space)
    share = await place.agreed()
    await SpaceLimits(place.ana.session).change(space, Limits(per_nook_week=0))
    try:
        with pytest.raises(NotAllowed, match="highlights of this week") as caught:
            await place.asked()
        assert caught.value.code == "limit"
        with pytest.raises(NotAllowed, match="highlights of this week"):
            await place.ana.sharing.publish(share.request)
        await SpaceLimits(place.ana.session).change(place.ana.room(space.room_id), Limits(100, per_author_week=0))
        with pytest.raises(NotAllowed, match="on the board already"):
            await place.ana.sharing.publish(share.request)
        assert place.ana.sharing.find(share.request).claims == ()
    finally:
        await SpaceLimits(place.ana.session).change(place.ana.room(space.room_id), Limits(**MANY))


async def test_a_nook_whose_board_one_is_not_in_says_what_to_join(place: Place) -> None:
    source = await place.cy.say(place.nook, "hello")
    await place.cy.session.gateway.leave(place.here.highlights)
    await place.cy.sync()
    with pytest.raises(NotFound, match="no highlights room") as caught:
        await place.cy.sharing.share(place.cy.room(place.nook), [source], "Hello.")
    assert caught.value.code == "no_highlights"
    await place.cy.enter(place.here.highlights)


# -- pictures


async def test_a_picture_leaves_cleaned_anew_and_only_as_it_was_agreed_to(place: Place) -> None:
    taken = told_jpeg()
    assert CANARY in taken
    gateway = place.bo.session.gateway
    name = f"{CANARY.decode()}.jpg"
    file = await gateway.upload_bytes(taken, Attachment("", "", name, "image/jpeg"), encrypted=True)
    source = await place.bo.post(place.nook, file.content("My kiln"))
    await place.settled(place.ana, place.bo)
    room = place.ana.room(place.nook)
    start = place.ana.sharing.draft(room, [source])
    assert (start.text, start.picture, start.pictures) == ("My kiln", True, (source,))
    exact = place.ana.sharing.exact(start)
    assert (exact["msgtype"], "url" in exact, "file" in exact) == ("m.image", True, False)
    share = await place.ana.sharing.share(room, [source], "My kiln", picture=source)
    await place.bo.sync()
    asked = share.asks.picture
    assert asked
    assert asked.file
    seen = await gateway.fetch(asked.file, 10**7)
    assert CANARY not in seen
    answered = _answer(share.event_id)
    await place.bo.say(place.nook, "yes", **answered)
    place.proxy.sent = []
    done = await place.ana.sharing.publish(share.request)
    out, place.proxy.sent = b"".join(place.proxy.sent), None
    shown = next(h for h in place.ana.sharing.board() if h.event_id == done.published)
    assert shown.picture
    held = place.ana.session.store.event(place.here.highlights, shown.event_id)
    assert held
    assert isinstance(held.payload, Message)
    assert held.payload.attachment
    assert (shown.picture.secret, held.payload.attachment.name, shown.altered) == (None, "picture.jpg", False)
    assert await gateway.fetch(shown.picture, 10**7) == seen, "what was agreed to, in clear on a clear board"
    for hidden in (CANARY, file.media_id.encode(), asked.file.media_id.encode()):
        leaving = out.replace(f"/{asked.file.media_id} ".encode(), b" ")
        assert hidden not in leaving, "but for the fetching of it"
    assert place.ana.sharing.origin(done.published or EventId("")).share.asks.picture


async def test_another_picture_than_the_one_agreed_to_stays(place: Place) -> None:
    gateway = place.ana.session.gateway
    source = await place.bo.say(place.nook, "my kiln, see the picture")
    await place.ana.sync()
    taken = told_jpeg()
    dirty = await gateway.upload_bytes(taken, Attachment("", "", "x.jpg", "image/jpeg"), encrypted=True)
    board, codes = place.ana.room(place.here.highlights), []
    for digest in ("ab" * 32, sha256(taken).hexdigest()):
        content = request_content(
            [Quoted(source, place.bo.id)],
            "My kiln",
            board.room_id,
            title(board),
            audience_of(board),
            place.village.watch(),
            picture=SharedPicture(digest, dirty, 3, 2),
        )
        request = await place.ana.post(place.nook, content)
        await place.bo.sync()
        share = next(s for s in place.bo.sharing.all() if s.event_id == request)
        await place.bo.sharing.consent(share.request, Mode.NAMED)
        with pytest.raises(Problem) as caught:
            await place.ana.sharing.publish(share.request)
        codes.append(caught.value.code)
    assert codes == ["changed", "not_clean"]
    assert "My kiln" not in [h.body for h in place.ana.sharing.board() if h.picture is None]
