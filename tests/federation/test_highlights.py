"""Highlights over two servers, an author at Element: nothing goes out without a yes that stands, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from nookterm.client.errors import Changed, NotAllowed, Offline, Problem
from nookterm.domain.consent import Mode
from nookterm.domain.ids import RoomId
from nookterm.domain.sharing import ShareState
from nookterm.domain.vocabulary import HIGHLIGHT_ENDED
from tests.client.people import Person
from tests.faults.proxy import FaultyProxy
from tests.federation.highlights import Circle, limits
from tests.federation.sides import sees
from tests.federation.stage import Town

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def circle(town: Town) -> AsyncIterator[Circle]:
    """The people of this file."""
    async with FaultyProxy.before(town.banks.here.server.base_url) as proxy:
        made = await Circle.begin(town, proxy)
        yield made
        await made.mia.end()


async def test_words_from_element_are_asked_for_agreed_to_published_and_taken_back(circle: Circle) -> None:
    """Asked on one server, published from the other, unnamed; taken back in plain words, and the nook is told once."""
    draft = "Iron makes it blue, in reduction."
    source = await circle.mia.say(circle.nook, "I fired again: iron makes it blue, in reduction")
    share = await circle.agreed(source, draft=draft)
    await circle.cy.sharing.publish(share.request)
    await circle.boards_show(draft, 1)
    (shown,) = [h for h in circle.ana.sharing.board() if h.body == draft]
    assert shown.credit == ""
    proof = circle.ana.sharing.origin(shown.event_id)
    assert (proof.authors, proof.published_by) == ((circle.mia.id,), circle.cy.id)

    await circle.mia.answer(circle.nook, share.event_id, "Take it back.")
    for who in (circle.ana, circle.cy):
        await circle.stands(who, share, ShareState.WITHDRAWN)
    await circle.boards_show(draft, 0)
    for who in (circle.ana, circle.cy):
        await who.duties.run()
        await who.sync()
    told = circle.ana.session.store.marked(circle.nook, [HIGHLIGHT_ENDED])
    assert len([e for e in told if HIGHLIGHT_ENDED in getattr(e.payload, "blocks", {})]) == 1


async def test_two_publishers_on_two_servers_put_up_one_copy(circle: Circle) -> None:
    draft = "Cobalt is stronger than one thinks."
    source = await circle.mia.say(circle.nook, "cobalt is stronger than one thinks")
    share = await circle.agreed(source, draft=draft, words="yes")
    done = await asyncio.gather(
        circle.ana.sharing.publish(share.request), circle.cy.sharing.publish(share.request), return_exceptions=True
    )
    assert [one for one in done if isinstance(one, BaseException) and not isinstance(one, Problem)] == []
    await circle.boards_show(draft, 1)
    for who in (circle.ana, circle.cy):
        assert (await circle.stands(who, share, ShareState.PUBLISHED)).copy
    assert circle.ana.sharing.find(share.request).published == circle.cy.sharing.find(share.request).published


async def test_a_source_edited_at_element_after_the_yes_keeps_the_words_inside(circle: Circle) -> None:
    draft = "Bisque slower than you want to."
    source = await circle.mia.say(circle.nook, "bisque slower than you want to")
    share = await circle.agreed(source, draft=draft)
    edit = await circle.mia.edit(circle.nook, source, "bisque as quick as you like")
    await circle.heard(edit)
    for who in (circle.ana, circle.cy):
        with pytest.raises(Changed, match="is waiting"):
            await who.sharing.publish(share.request)
    assert "changed the message" in circle.cy.sharing.find(share.request).answers[0].why


async def test_a_source_redacted_at_element_after_the_yes_keeps_the_words_inside(circle: Circle) -> None:
    source = await circle.mia.say(circle.nook, "zinc crystals want patience")
    share = await circle.agreed(source, draft="Zinc crystals want patience.")
    await circle.mia.take_back(circle.nook, source)
    await circle.stands(circle.cy, share, ShareState.WITHDRAWN)
    for who in (circle.ana, circle.cy):
        with pytest.raises(Changed, match="is withdrawn"):
            await who.sharing.publish(share.request)


def history_is(who: Person, room: RoomId, history: str) -> bool:
    return who.room(room).history == history


async def test_a_board_opened_wider_after_the_yes_gets_nothing(circle: Circle) -> None:
    draft = "Ash glazes run; leave room."
    source = await circle.mia.say(circle.nook, "ash glazes run, leave room at the foot")
    share = await circle.agreed(source, draft=draft)
    wren = circle.stage.wren
    before = wren.room(circle.board).history
    await wren.session.gateway.set_state(
        circle.board, "m.room.history_visibility", "", {"history_visibility": "world_readable"}
    )
    try:
        for who in (circle.ana, circle.cy):
            await sees(who, partial(history_is, who, circle.board, "world_readable"), "the wider board")
            with pytest.raises(Changed, match="More people can read"):
                await who.sharing.publish(share.request)
    finally:
        await wren.session.gateway.set_state(
            circle.board, "m.room.history_visibility", "", {"history_visibility": before}
        )
    for who in (circle.ana, circle.cy):
        await sees(who, partial(history_is, who, circle.board, before), "the board as it was")
    assert circle.on_board(circle.ana, draft) == 0


async def test_two_authors_unnamed_both_have_to_agree_and_neither_is_named(circle: Circle) -> None:
    draft = "Slow cooling makes it matt.\nAnd a second firing does not mend it."
    hers = await circle.mia.say(circle.nook, "slow cooling makes it matt, always")
    his = await circle.cy.say(circle.nook, "and a second firing does not mend it")
    share = await circle.asks(hers, his, draft=draft)
    await circle.mia.answer(circle.nook, share.event_id, "Yes, without my name")
    answered = await sees(
        circle.ana, lambda: next((s for s in circle.ana.sharing.all() if s.waits_for == (circle.cy.id,)), None), "hers"
    )
    with pytest.raises(Changed, match="is waiting"):
        await circle.ana.sharing.publish(answered.request)
    await circle.cy.sharing.consent(share.request, Mode.ANONYMOUS)
    await circle.stands(circle.ana, share, ShareState.CONSENTED)
    await circle.ana.sharing.publish(share.request)
    await circle.boards_show(draft, 1)
    (shown,) = [h for h in circle.cy.sharing.board() if h.body == draft]
    assert shown.credit == ""


async def test_a_reaction_at_element_agrees_to_nothing_where_the_charter_asks_for_words(circle: Circle) -> None:
    source = await circle.mia.say(circle.nook, "the kiln god likes biscuits")
    share = await circle.asks(source, draft="The kiln god likes biscuits.")
    await circle.mia.react(circle.nook, share.event_id, "✅")
    seen = await sees(circle.cy, lambda: circle.cy.sharing.find(share.request).answers[0].why, "her reaction")
    assert "yes in words" in seen
    with pytest.raises(Changed, match="is waiting"):
        await circle.cy.sharing.publish(share.request)
    no = await circle.mia.react(circle.nook, share.event_id, "❌")
    await circle.stands(circle.cy, share, ShareState.DECLINED)
    await circle.mia.take_back(circle.nook, no)


async def test_words_of_somebody_who_is_not_asked_go_nowhere(circle: Circle) -> None:
    third = await circle.cy.say(circle.nook, "my sister's studio burned down last winter and we never said why")
    hers = await circle.mia.say(circle.nook, "what Cy told us moved me")
    await circle.heard(third, hers)
    text = "It moved me: my sister's studio burned down last winter and we never said why"
    with pytest.raises(NotAllowed, match="cy"):
        await circle.ana.sharing.share(circle.ana.room(circle.nook), [hers], text)


async def test_a_week_that_is_used_up_lets_nothing_more_out(circle: Circle) -> None:
    wren, place = circle.stage.wren, circle.stage.place
    source = await circle.mia.say(circle.nook, "one more thing about wax resist")
    share = await circle.agreed(source, draft="One more thing about wax resist.")
    await limits(wren, place.space, place.highlights, per_nook_week=1)
    try:
        await sees(circle.ana, lambda: circle.ana.room(place.space).limits.per_nook_week == 1, "the limit")
        with pytest.raises(NotAllowed, match="used its highlights"):
            await circle.ana.sharing.publish(share.request)
    finally:
        await limits(wren, place.space, place.highlights)
        await sees(circle.ana, lambda: circle.ana.room(place.space).limits.per_nook_week > 1, "the limit as it was")


async def test_publishing_without_the_network_begins_nothing_and_leaves_nothing_behind(circle: Circle) -> None:
    draft = "Glaze thin on vertical walls."
    source = await circle.mia.say(circle.nook, "glaze thin on vertical walls")
    share = await circle.agreed(source, draft=draft)
    ana = circle.ana
    with circle.proxy.rule("", "drop_before"), pytest.raises(Offline):
        await ana.sharing.publish(share.request)
    assert ana.session.store.outgoing() == ()
    assert ana.sharing.find(share.request).copies == ()
    assert circle.on_board(circle.cy, draft) == 0


async def test_a_picture_with_a_place_in_it_reaches_the_board_without_it(circle: Circle) -> None:
    source, draft = await circle.photo(), "The first celadon that did not crawl."
    share = await circle.asks(source, draft=draft, picture=source)
    await circle.mia.answer(circle.nook, share.event_id, "yes")
    await circle.stands(circle.cy, share, ShareState.CONSENTED)
    await circle.cy.sharing.publish(share.request)
    await circle.boards_show(draft, 1)
    (shown,) = [h for h in circle.ana.sharing.board() if h.body == draft]
    assert shown.picture
    held = await circle.ana.session.gateway.fetch(shown.picture, 4_000_000)
    assert held[:3] == b"\xff\xd8\xff"
    assert [word for word in (b"CANARY", b"Exif", b"GPS") if word in held] == []


async def test_an_author_who_left_the_nook_has_not_agreed(circle: Circle) -> None:
    source = await circle.mia.say(circle.nook, "I am off to the mountains for a year")
    share = await circle.agreed(source, draft="Off to the mountains for a year.")
    await circle.mia.leave(circle.nook)
    for who in (circle.ana, circle.cy):
        await circle.stands(who, share, ShareState.WAITING)
        with pytest.raises(Changed, match="is waiting"):
            await who.sharing.publish(share.request)
    assert circle.cy.sharing.find(share.request).answers[0].why == "left the nook"
