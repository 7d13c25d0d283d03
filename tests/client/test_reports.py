"""Reports on a real server: two facilitators read them, never whom they are about, and the server reads none of it."""

from __future__ import annotations

import secrets

import pytest

from nookterm.client.errors import Changed, NotAllowed, NotFound, NotTrusted, Problem, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.domain.desk import Kind
from nookterm.domain.events import Membership, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.reports import Nature
from tests.client.people import Community, Person, Village
from tests.client.test_asking import on_the_server
from tests.faults.proxy import FaultyProxy


async def gathered(people: Village, *, url: str = "") -> tuple[Community, Person, Person, Person, Person]:
    """Ana, Cy and Dee may decide; Bo is a member, perhaps by another way to the server."""
    ana, cy, dee = [await people.person(name) for name in ("ana", "cy", "dee")]
    bo = await people.person("bo", url=url)
    here = await people.community(ana, cy, dee, bo)
    for helper in (cy, dee):
        await people.helper(here, ana, helper)
    await bo.sync()
    return here, ana, cy, dee, bo


async def hears(who: Person, room: RoomId, words: str) -> EventId:
    """The message, once it is here."""
    for _ in range(20):
        await who.sync()
        for event in who.session.store.timeline(room, 50):
            if isinstance(event.payload, Message) and words in event.payload.body:
                return event.event_id
    raise AssertionError(f"{words} did not come")


async def looks(*readers: Person) -> None:
    for reader in readers:
        await reader.sync()
        await reader.duties.run()
        await reader.sync()


async def test_a_report_reaches_two_facilitators_and_never_whom_it_is_about(people: Village) -> None:
    here, ana, cy, dee, bo = await gathered(people)
    words, public = f"canary{secrets.token_hex(8)}", f"public{secrets.token_hex(8)}"
    bad = await cy.say(here.nook, "you fool")
    await hears(bo, here.nook, "you fool")

    filed = await bo.reports.reporting.report(bo.room(here.nook), bad, Nature.HURTS, quote="you fool", words=words)
    assert set(filed.readers) == {ana.id, dee.id} == set(filed.told)
    assert filed.room
    assert filed.is_done
    await looks(ana, cy, dee)

    for reader in (ana, dee):
        (item,) = reader.reports.items()
        assert (item.kind, item.room, item.user, item.event) == (Kind.REPORT, here.nook, cy.id, bad)
        assert (item.quote, item.details["words"], item.details["reporter"]) == ("you fool", words, bo.id)
    assert cy.reports.items() == ()
    assert filed.room not in cy.session.rooms
    assert bo.reports.items() == ()
    assert [report.case for report in bo.reports.all()] == [ana.reports.items()[0].case]

    await bo.reports.reporting.tell_server(here.nook, bad, Nature.HURTS, public)
    assert on_the_server(people.server.folder, public), "the second question goes to the administrator, in clear text"
    assert not on_the_server(people.server.folder, words), "the first one does not"


async def test_what_is_done_about_a_report_is_said_in_its_own_room_until_it_is_settled(people: Village) -> None:
    here, ana, cy, dee, bo = await gathered(people)
    bad = await cy.say(here.nook, "you fool")
    await hears(bo, here.nook, "you fool")
    filed = await bo.reports.reporting.report(bo.room(here.nook), bad, Nature.HURTS)
    await looks(ana, dee)
    case = ana.reports.items()[0].case

    assert (await ana.reports.take(case)).holder == ana.id
    await dee.sync()
    assert dee.reports.items()[0].holder == ana.id
    with pytest.raises(Changed, match="looks into it"):
        await dee.reports.take(case)
    with pytest.raises(Changed, match="looks into it"):
        await dee.reports.resolve(case)
    with pytest.raises(NotAllowed):
        await bo.reports.resolve(case)
    with pytest.raises(Changed, match="reported this message already"):
        await bo.reports.reporting.report(bo.room(here.nook), bad, Nature.HURTS)

    await ana.reports.redact(case)
    event = ana.session.store.event(here.nook, bad)
    assert event
    assert isinstance(event.payload, Message)
    assert event.payload.kind == "redacted"
    with pytest.raises(Changed, match="taken back already"):
        await ana.reports.redact(case)

    room = await ana.reports.word(case)
    draft = ana.session.store.room(room).draft
    assert bad.removeprefix("$")[:20] in draft
    assert bo.id not in draft
    assert ana.heard(room) == [], "a quiet word is written and sent by a human"

    assert (await ana.reports.resolve(case, "I spoke with them.")).resolved_by == ana.id
    assert ana.reports.items() == ()
    await bo.sync()
    (mine,) = bo.reports.all()
    assert (mine.resolved_by, mine.resolution) == (ana.id, "I spoke with them.")
    assert filed.room
    assert any("has settled this. I spoke with them." in words for words in bo.heard(filed.room))
    with pytest.raises(Changed, match="settled this already"):
        await dee.reports.take(case)
    await cy.sync()
    assert not any("looks into" in words or "settled" in words for words in cy.heard(here.facilitators))


async def test_where_invites_have_to_wait_a_report_goes_on_by_itself_and_both_can_read_it(
    people: Village, proxy: FaultyProxy
) -> None:
    here, ana, cy, dee, bo = await gathered(people, url=proxy.url)
    bad = await cy.say(here.nook, "you fool")
    await hears(bo, here.nook, "you fool")
    nook = bo.room(here.nook)
    first, second = bo.reports.reporting.who_reads(nook, bo.reports.reporting.subject(nook, bad))
    with proxy.rule("invite", "429", times=None):
        waits = await bo.reports.reporting.report(bo.room(here.nook), bad, Nature.SPAM)
    assert waits.room
    assert waits.waiting == (first, second)
    with pytest.raises(Changed, match="on its way"):
        await bo.reports.reporting.report(bo.room(here.nook), bad, Nature.SPAM)
    await bo.duties.run()
    assert bo.reports.reporting.pending(), "not before the server lets us"

    await bo.reopen()
    people.watch.forward(seconds=70)
    await bo.sync()
    await bo.duties.run()
    assert bo.reports.reporting.pending() == ()
    await looks(ana, dee)
    assert len(ana.reports.items()) == len(dee.reports.items()) == 1
    assert ana.reports.items()[0].case == dee.reports.items()[0].case


async def test_nobody_is_told_but_those_who_were_named_to_the_reporter(people: Village, proxy: FaultyProxy) -> None:
    ana, bo = await people.person("ana"), await people.person("bo", url=proxy.url)
    here = await people.community(ana, bo)
    bad, mine = await ana.say(here.nook, "you fool"), await bo.say(here.nook, "me too")
    await hears(bo, here.nook, "you fool")
    nook, reporting = bo.room(here.nook), bo.reports.reporting
    with pytest.raises(WrongUsage, match="yours"):
        reporting.subject(nook, mine)
    with pytest.raises(NotFound, match="not here"):
        reporting.subject(nook, EventId("$unknown"))
    with pytest.raises(NotFound, match="nobody else"):
        await reporting.report(nook, bad, Nature.RULES)
    on_the_board = await ana.say(here.highlights, "on the board")
    await hears(bo, here.highlights, "on the board")
    with pytest.raises(WrongUsage, match="no nook"):
        reporting.subject(bo.room(here.highlights), on_the_board)

    cy = await people.person("cy", trusted=False)
    await people.let_in(here, ana, cy)
    await people.helper(here, ana, cy)
    await bo.sync()
    nook = bo.room(here.nook)
    with pytest.raises(Changed, match="changed since you looked"):
        await reporting.report(nook, bad, Nature.RULES, read_by=())
    again = await bo.say(here.nook, "me again")
    await cy.sync()
    with pytest.raises(NotTrusted):
        await cy.reports.reporting.report(cy.room(here.nook), again, Nature.RULES)
    edited = {"m.new_content": {"msgtype": "m.text", "body": "you dear"}, "m.relates_to": {"rel_type": "m.replace"}}
    edited["m.relates_to"]["event_id"] = bad
    assert reporting.quote(reporting.subject(nook, bad)) == "you fool"
    await ana.say(here.nook, "* you dear", **edited)
    await bo.sync()
    assert reporting.quote(reporting.subject(nook, bad)) == "you dear", "what the reporter sees"
    with proxy.rule("createRoom", "403"), pytest.raises(NotAllowed):
        await reporting.report(nook, bad, Nature.RULES)
    with proxy.rule("invite", "403"), pytest.raises(Problem, match="takes invites"):
        await reporting.report(nook, bad, Nature.RULES)
    assert reporting.pending() == ()


async def test_a_room_that_only_calls_itself_a_report_is_left_again(people: Village) -> None:
    ana, bo, eve = [await people.person(name) for name in ("ana", "bo", "eve")]
    here = await people.community(ana, bo)
    plain = await bo.session.gateway.create_room(RoomSpec("Report \u00b7 glaze-lab"))
    foreign = await eve.session.gateway.create_room(RoomSpec("Report \u00b7 glaze-lab", encrypted=True))
    await bo.session.gateway.invite(plain, ana.id)
    await eve.session.gateway.invite(foreign, ana.id)
    await ana.sync()
    assert await ana.reports.come_in() == 1
    await ana.sync()
    assert ana.room(plain).membership == Membership.LEAVE
    assert ana.room(foreign).membership == Membership.INVITE, "who is in none of our nooks waits for us to decide"
    assert bo.room(here.nook).membership == Membership.JOIN


async def test_a_setting_of_the_nook_is_no_message_that_a_report_can_take_back(people: Village) -> None:
    here, ana, cy, _dee, bo = await gathered(people)
    await ana.session.gateway.set_state(here.nook, "m.room.topic", "", {"topic": "We test glazes"})
    await bo.sync()
    newest = bo.session.store.timeline(here.nook, 20)
    topic = next(e for e in newest if getattr(e.payload, "type", "") == "m.room.topic")
    await bo.reports.reporting.report(bo.room(here.nook), topic.event_id, Nature.SPAM, quote="buy this")
    await looks(cy)
    (item,) = cy.reports.items()
    assert item.event == topic.event_id
    with pytest.raises(NotFound, match="no message"):
        await cy.reports.redact(item.case)
    await cy.session.refresh_state(here.nook)
    assert cy.room(here.nook).topic == "We test glazes"


async def test_a_person_is_reported_to_facilitators_never_to_themselves_and_to_the_server(people: Village) -> None:
    here, ana, cy, dee, bo = await gathered(people)
    words, public = f"canary{secrets.token_hex(8)}", f"public{secrets.token_hex(8)}"
    use, nook = bo.reports.reporting, bo.room(here.nook)
    assert set(use.who_reads_about(nook, cy.id)) == {ana.id, dee.id}
    filed = await use.report_person(nook, cy.id, words)
    assert (set(filed.told), filed.is_done) == ({ana.id, dee.id}, True)
    await looks(ana, cy, dee)

    (item,) = ana.reports.items()
    assert (item.kind, item.user, item.quote, item.details["about"]) == (Kind.REPORT, cy.id, "", "person")
    assert item.details["words"] == words
    assert cy.reports.items() == () == bo.reports.items()
    with pytest.raises(Changed, match="reported about them already"):
        await use.report_person(nook, cy.id, "again")
    with pytest.raises(NotFound, match="no message"):
        await ana.reports.redact(item.case)
    assert ana.session.store.room(await ana.reports.word(item.case)).draft == "", "nothing tells what it is about"
    assert (await ana.reports.resolve(item.case, "We spoke.")).resolved_by == ana.id

    await use.tell_server_about(cy.id, public)
    assert on_the_server(people.server.folder, public)
    assert not on_the_server(people.server.folder, words)
    for nobody in (bo.id, UserId("@nobody:river.example")):
        with pytest.raises(NotFound):
            await use.report_person(nook, nobody, words)


async def test_a_server_that_takes_no_reports_about_people_is_named(people: Village, proxy: FaultyProxy) -> None:
    bo = await people.person("bo", url=proxy.url)
    with proxy.rule("/report", "unrecognized"), pytest.raises(NotFound, match="takes no reports about people"):
        await bo.reports.reporting.tell_server_about(UserId("@cy:river.example"), "words")
