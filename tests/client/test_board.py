"""The board on a real server: all of its weeks, what people think of it, who shares too much, and what may come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from nookterm.client.board import Board
from nookterm.client.errors import NotAllowed, NotFound, WrongUsage
from nookterm.client.limits import SpaceLimits
from nookterm.domain.board import shown_body
from nookterm.domain.board_weeks import by_week
from nookterm.domain.charter import Charter
from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import EventId
from nookterm.domain.inflow import offering
from nookterm.domain.limits import Limits
from nookterm.domain.vocabulary import HIGHLIGHT
from tests.client.people import CHARTER, Community, Person, Village


async def put_up(who: Person, here: Community, text: str, nook: str = "Owls") -> EventId:
    """A highlight of a nook that nobody here is in."""
    block = {"v": 1, "id": text, "nook_name": nook, "text": text, "credit": "Mo", "commit": "c"}
    body = shown_body(nook, text, "Mo")
    content: dict[str, object] = {"msgtype": "m.text", "body": body, "m.mentions": {}, HIGHLIGHT: block}
    return await who.post(here.highlights, content)


def lines(who: Person, kind: Kind) -> list[Item]:
    return [item for item in who.desk.known_items() if item.kind == kind]


async def test_a_newcomer_reads_the_weeks_of_the_board_reacts_and_finds_the_way_in(people: Village) -> None:
    ana, eve = await people.person("ana"), await people.person("eve")
    here = await people.community(ana)
    for number in range(40):
        await put_up(ana, here, f"words {number}")
    last = await put_up(ana, here, "Cone 6.", "glaze-lab")
    await eve.enter(here.space)
    board = Board(eve.session)
    assert ([space.room_id for space in board.missing()], board.all()) == ([here.space], ())

    await eve.enter(here.highlights)
    assert len(board.all()) < 41
    assert board.missing() == ()
    assert await board.read_back() > 0
    assert len(board.all()) == 41
    assert sum(len(week.highlights) for week in by_week(board.all(), UTC)) == 41
    assert await board.read_back() == 0, "what was read back once is not asked for again"

    await board.react(last, "🔥")
    await ana.sync()
    assert Board(ana.session).find(last).reactions == (("🔥", 1),)
    await eve.sync()
    assert board.find(last).mine == {"🔥"}
    await board.react(last, "🔥")
    await eve.sync()
    assert board.find(last).reactions == ()
    with pytest.raises(NotFound):
        await board.react(EventId("$nothing"), "🔥")

    assert board.way_in(board.find(last)) is None
    await board.look_for_ways()
    assert board.way_in(board.find(last)) == here.nook
    assert {board.way_in(h) for h in board.all() if h.nook_name == "Owls"} == {None}
    inside = Board(ana.session)
    await inside.look_for_ways()
    assert inside.way_in(inside.find(last)) is None, "who is in it needs no way in"
    await ana.charters.write(ana.room(here.nook), replace(CHARTER, board_way_in=False))
    await eve.sync()
    assert board.way_in(board.find(last)) is None


async def test_who_shares_too_much_and_what_could_come_in_stand_on_the_same_desks(people: Village) -> None:
    ana, cy = await people.person("ana"), await people.person("cy")
    here = await people.community(ana, cy, charter=Charter(purpose="We test glazes.", offers=True))
    await people.helper(here, ana, cy)
    for number in range(4):
        await put_up(ana, here, f"words {number}")
    await ana.sync()
    (over,) = lines(ana, Kind.OVERRUN)
    assert (over.room, over.quote, over.details["count"]) == (here.space, "Owls", "1")
    assert lines(cy, Kind.OVERRUN) == [], "that is for who decides in the space"
    await ana.desk.settle(over.case)
    assert lines(ana, Kind.OVERRUN) == []
    await put_up(ana, here, "one more")
    await ana.sync()
    assert [item.details["count"] for item in lines(ana, Kind.OVERRUN)] == ["2"]

    assert lines(ana, Kind.OFFER) == [], "this week's are offered next week"
    people.watch.forward(days=7)
    await cy.sync()
    (offer,) = lines(ana, Kind.OFFER)
    assert lines(cy, Kind.OFFER) == [offer]
    assert (offer.quote, offer.room) == ("one more", here.nook)
    await cy.say(here.nook, offering(offer.quote, "Owls", "Mo") + "Could this work for us?")
    await ana.sync()
    assert lines(ana, Kind.OFFER) == lines(cy, Kind.OFFER) == []
    assert lines(ana, Kind.OVERRUN) == [], "a week is over"


async def test_the_limits_of_a_space_are_set_by_who_may(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    rules, wished = SpaceLimits(ana.session), Limits(per_nook_week=5, per_author_week=2, max_chars=800)
    assert await rules.change(ana.room(here.space), wished)
    assert not await rules.change(ana.room(here.space), wished)
    assert ana.room(here.space).highlights == here.highlights, "what else stands there stays"
    await bo.sync()
    theirs = SpaceLimits(bo.session)
    assert theirs.of(bo.room(here.space)) == wished
    with pytest.raises(NotAllowed):
        await theirs.change(bo.room(here.space), Limits())
    with pytest.raises(WrongUsage):
        await rules.change(ana.room(here.space), Limits(max_chars=0))
    with pytest.raises(NotFound):
        rules.of(ana.room(here.nook))
