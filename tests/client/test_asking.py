"""Asking to join shows nothing but that one asks; answers stay on one's own machine."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from nookterm.client.errors import Problem, WrongUsage
from nookterm.domain.applying import State
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy


def on_the_server(folder: Path, words: str) -> bool:
    """Whether any file of the server holds these words."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(words.encode() in path.read_bytes() for path in files)


async def test_answers_never_reach_the_server_before_somebody_asks(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    answer, reason = f"canary{secrets.token_hex(8)}", f"public{secrets.token_hex(8)}"
    standing = await bob.asking.knock(here.nook, answers={"q1": answer}, reason=reason)
    assert standing.state == State.SENT
    assert standing.request.answers == {"q1": answer}
    assert (await ana.request_of(bob.id)).reason == reason
    assert on_the_server(people.server.folder, reason), "the search does find what is public"
    assert not on_the_server(people.server.folder, answer)
    kept = [path for path in people.home.rglob("*") if path.is_file()]
    assert kept
    assert not any(answer.encode() in path.read_bytes() for path in kept), "and here it lies encrypted"
    await bob.reopen()
    assert bob.asking.all()[0].request.answers == {"q1": answer}


async def test_answers_that_do_not_fit_are_refused_before_anything_is_sent(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    for answers, words in (
        ({"q1": "x" * 501}, "501 characters; 500 fit"),
        ({"q9": "x"}, "asks no question q9"),
    ):
        with pytest.raises(WrongUsage, match=words):
            await bob.asking.knock(here.nook, answers=answers)
    assert bob.asking.all() == ()
    assert await ana.vetting.requests() == ()


async def test_a_request_that_did_not_go_out_is_not_kept(people: Village, proxy: FaultyProxy) -> None:
    ana, bob = await people.person("ana"), await people.person("bob", url=proxy.url)
    here = await people.community(ana)
    await bob.enter(here.space)
    with proxy.rule("/knock/", "403"), pytest.raises(Problem):
        await bob.asking.knock(here.nook)
    assert bob.asking.all() == ()
    assert bob.asking.request(here.nook) is None


async def test_a_member_is_told_that_they_are_in(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    with pytest.raises(WrongUsage, match="already in glaze-lab") as caught:
        await bo.asking.knock(here.nook)
    assert caught.value.code == "already_in"


async def test_taking_a_request_back_throws_the_answers_away(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    with pytest.raises(WrongUsage, match="no open request"):
        await bob.asking.withdraw(here.nook)
    await bob.asking.knock(here.nook, answers={"q1": "because"})
    await ana.request_of(bob.id)
    standing = await bob.asking.withdraw(here.nook)
    assert standing.state == State.WITHDRAWN
    assert standing.request.answers == {}
    assert await ana.vetting.requests() == ()
    assert (await bob.asking.knock(here.nook)).state == State.SENT, "one may ask again"


async def test_a_request_of_another_client_of_mine_is_listed_too(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.session.gateway.knock(here.nook, "from elsewhere")
    await bob.sync()
    (standing,) = bob.asking.all()
    assert (standing.request.nook, standing.state, standing.request.ref) == (here.nook, State.SENT, "")


async def test_a_request_without_an_answer_for_two_weeks_says_so(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.asking.knock(here.nook)
    people.watch.forward(days=15)
    assert bob.asking.all()[0].state == State.UNANSWERED


async def test_the_directory_shows_what_one_may_ask_at_and_nothing_else(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    (listing,) = await bob.directory.of(bob.room(here.space))
    assert listing.summary.name == "glaze-lab"
    assert (listing.can_ask, listing.can_join, listing.membership) == (True, False, Membership.LEAVE)
    assert listing.charter is not None
    assert listing.charter.facilitators == (ana.id,)
    (own,) = await ana.directory.of(ana.room(here.space))
    assert (own.can_ask, own.can_join, own.membership) == (False, False, Membership.JOIN)
    await bob.asking.knock(here.nook)
    (asked,) = await bob.directory.of(bob.room(here.space))
    assert (asked.can_ask, asked.membership) == (False, Membership.KNOCK)


async def test_nooks_with_room_come_before_full_ones(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    for name, cap in (("tiny", 2), ("wide", 60)):
        await ana.founding.nook(ana.room(here.space), name, Charter(cap=cap))
    listed = await ana.directory.of(ana.room(here.space))
    assert [listing.summary.name for listing in listed] == ["wide", "glaze-lab", "tiny"]
