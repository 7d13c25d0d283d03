"""The desk on a real server: what each facilitator's machine derives by itself, and that it is the same list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nookterm.client.desk_window import is_beginning
from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.sheet import Sheets
from nookterm.domain.charter import Charter, Question
from nookterm.domain.consent import Mode, consent_content
from nookterm.domain.desk import Group, Item, Kind
from nookterm.domain.ids import UserId
from nookterm.domain.reports import Nature
from nookterm.domain.wishes import CareWish
from tests.client.people import Community, Person, Village
from tests.client.test_identity import another_device

QUIET_DAYS = 13
GLAZES = Charter(
    purpose="We test glazes.",
    cap=20,
    questions=(Question("q1", "Why?"),),
    quiet_days=QUIET_DAYS,
    prompts=("What broke?", "What held?"),
)


async def two_facilitators(people: Village, *, charter: Charter = GLAZES) -> tuple[Person, Person, Community]:
    ana, cy = await people.person("ana"), await people.person("cy")
    here = await people.community(ana, cy, charter=charter)
    await people.helper(here, ana, cy)
    return ana, cy, here


async def asks(people: Village, here: Community, name: str) -> Person:
    somebody = await people.person(name)
    await somebody.enter(here.space)
    await somebody.asking.knock(here.nook, reason="hello")
    return somebody


async def settled(*everybody: Person) -> None:
    for somebody in everybody:
        await somebody.sync()
        await somebody.duties.run()
        await somebody.sync()


def kinds(items: tuple[Item, ...]) -> list[Kind]:
    return [item.kind for item in items]


def the(kind: Kind, who: Person) -> Item:
    (found,) = [item for item in who.desk.known_items() if item.kind == kind]
    return found


async def full_nook(ana: Person, cy: Person, here: Community) -> None:
    kiln = await ana.founding.nook(ana.room(here.space), "kiln", Charter(cap=2))
    await ana.session.gateway.invite(kiln, cy.id)
    await cy.enter(kiln)
    await ana.sync()
    await ana.facilitators.add(ana.room(kiln), cy.id)
    for who in (ana, cy):
        await who.say(kiln, "It is warm here.")


async def conversation(people: Village, ana: Person, here: Community) -> Person:
    """Bo, and what is said: a question, a thread that waits for Dee, a wish, a report, a request for a highlight."""
    bo, dee = await people.person("bo"), await people.person("dee")
    await people.let_in(here, ana, bo)
    await people.let_in(here, ana, dee)
    await bo.say(here.nook, "Which glaze holds?")
    hot = await dee.say(here.nook, "The kiln is hot.")
    root = await ana.say(here.nook, "Who comes on Friday.")
    thread = {"rel_type": "m.thread", "event_id": root}
    await bo.say(here.nook, "Dee, do you?", **{"m.relates_to": thread, "m.mentions": {"user_ids": [dee.id]}})
    await bo.care.set_wish(bo.room(here.nook), CareWish(2))
    await bo.reports.reporting.report(bo.room(here.nook), hot, Nature.RULES, quote="hot")
    await ana.sharing.share(ana.room(here.nook), [hot], "The kiln is hot.")
    return bo


async def requests(people: Village, ana: Person, cy: Person, here: Community) -> None:
    """Bob was asked, Eve is on the wait-list, Fay was let in by one and removed by the other, somebody never came."""
    bob, eve, fay = [await asks(people, here, name) for name in ("bob", "eve", "fay")]
    await ana.vetting.interviews.vet((await ana.request_of(bob.id)).case)
    await ana.vetting.wait_list((await ana.request_of(eve.id)).case)
    await ana.vetting.approve((await ana.request_of(fay.id)).case)
    await cy.sync()
    await cy.session.gateway.kick(here.nook, fay.id)
    await ana.session.gateway.invite(here.nook, UserId("@ghost:river.example"))
    await ana.session.gateway.set_state(here.nook, "m.room.topic", "", {"topic": "other words"})


async def test_every_facilitators_machine_derives_the_same_list(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    await full_nook(ana, cy, here)
    bo = await conversation(people, ana, here)
    await requests(people, ana, cy, here)
    await settled(ana, cy)
    seen: set[Kind] = set()
    for days in (4, 3, 8):
        people.watch.forward(days=days)
        theirs = [await who.desk.items() for who in (ana, cy)]
        assert theirs[0] == theirs[1] == cy.desk.known_items()
        assert len({item.case for item in theirs[0]}) == len(theirs[0])
        assert [list(Group).index(item.group) for item in theirs[0]] == sorted(
            list(Group).index(item.group) for item in theirs[0]
        )
        seen |= set(kinds(theirs[0]))
    with_own_tests = {Kind.TAKE_DOWN, Kind.CARD, Kind.SHEET, Kind.OFFER, Kind.OVERRUN}
    assert seen == set(Kind) - with_own_tests
    quiet = next(i for i in ana.desk.known_items(ana.room(here.nook)) if i.kind == Kind.QUIET)
    assert list(quiet.details.values()) == ["What broke?", "What held?"]
    await ana.reopen()
    assert len(list(ana.desk.prepare())) > 0
    assert list(ana.desk.prepare()) == [], "nothing is read twice"
    assert ana.desk.known_items() == cy.desk.known_items(), "from the store alone, after a start"
    await ana.say(here.nook, "It is open.")
    await ana.sync()
    assert len(list(ana.desk.prepare())) == 1, "where something is new, and nowhere else"
    await bo.sync()
    assert await bo.desk.items() == (), "who may not decide has no desk"


async def test_any_human_greeting_takes_a_newcomer_off_every_desk(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bo, dee = await people.person("bo"), await people.person("dee")
    for somebody in (bo, dee):
        await people.let_in(here, ana, somebody)
    joined = ana.room(here.nook).members[dee.id].event_id
    hello = await dee.say(here.nook, "Hello.")
    await settled(ana, cy)
    assert {i.user for i in cy.desk.known_items() if i.kind == Kind.HELLO} == {bo.id, dee.id}
    await bo.post(
        here.nook, {"m.relates_to": {"rel_type": "m.annotation", "event_id": hello, "key": "👋"}}, "m.reaction"
    )
    await settled(ana, cy)
    assert the(Kind.HELLO, cy).user == the(Kind.HELLO, ana).user == bo.id
    assert ana.session.store.event(here.nook, joined)
    await dee.say(here.nook, "Bo, good to have you.", **{"m.mentions": {"user_ids": [bo.id]}})
    await settled(ana)
    assert Kind.HELLO not in kinds(ana.desk.known_items())


async def test_a_line_is_put_off_for_everybody_or_for_oneself_and_a_word_ends_what_it_can(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob = await asks(people, here, "bob")
    case = (await ana.request_of(bob.id)).case
    until = people.watch() + timedelta(days=2)
    assert (await ana.desk.snooze(case, until)).snoozed_until == until
    await settled(cy)
    assert the(Kind.ASK, cy).snoozed_until == until
    assert (await cy.desk.wake(case)).snoozed_until is None
    await settled(ana)
    assert the(Kind.ASK, ana).snoozed_until is None
    assert (await ana.desk.snooze(case, until, shared=False)).snoozed_until == until
    await settled(cy)
    assert the(Kind.ASK, cy).snoozed_until is None, "nobody else is told"
    await ana.reopen()
    assert the(Kind.ASK, ana).snoozed_until == until
    people.watch.forward(days=2)
    assert the(Kind.ASK, ana).snoozed_until is None
    for wrong in (people.watch(), people.watch() + timedelta(days=91)):
        with pytest.raises(WrongUsage, match="up to 90 days"):
            await ana.desk.snooze(case, wrong)
    with pytest.raises(NotFound, match="Nothing waits"):
        await ana.desk.snooze("k-nobody", until)
    with pytest.raises(WrongUsage, match="ends when what it tells of does"):
        await ana.desk.settle(case)
    await greeted_in_person(people, ana, cy, here)


async def greeted_in_person(people: Village, ana: Person, cy: Person, here: Community) -> None:
    """Claims and words count on every kind of line: here on that of a newcomer."""
    people.watch.ahead = timedelta()
    await people.let_in(here, ana, await people.person("bo"))
    await settled(ana, cy)
    new = the(Kind.HELLO, ana)
    ana.desk.remember_listed([new])
    await ana.vetting.claims.claim(new.case)
    await settled(cy)
    assert the(Kind.HELLO, cy).holder == ana.id
    with pytest.raises(Changed, match="is on it"):
        await cy.desk.settle(new.case)
    assert (await ana.desk.settle(new.case, "We met at the kiln.")).outcome == "settled"
    await settled(cy)
    for who in (ana, cy):
        assert Kind.HELLO not in kinds(who.desk.known_items())


async def test_a_new_facilitator_is_handed_the_open_cases(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, eve, fay = [await asks(people, here, name) for name in ("bob", "eve", "fay")]
    await ana.vetting.wait_list((await ana.request_of(eve.id)).case)
    await ana.vetting.wait_list((await ana.request_of(fay.id)).case)
    await settled(cy)
    held = (await cy.request_of(bob.id)).case
    await cy.vetting.claims.claim(held)
    with pytest.raises(NotAllowed, match="may not decide"):
        await Sheets(bob.session).write(bob.room(here.space))
    dee = await people.person("dee")
    await people.let_in(here, ana, dee)
    await people.helper(here, ana, dee)
    await settled(ana, cy, dee)
    assert {r.place for r in dee.vetting.known_requests()} == {None}, "what was said before is not theirs to read"
    late, early = (who.desk.history_since(who.room(here.nook)) for who in (dee, ana))
    assert late is not None
    assert early is not None
    assert late > early
    assert the(Kind.SHEET, ana).user == the(Kind.SHEET, cy).user == dee.id
    (written,) = await Sheets(cy.session).write(cy.room(here.nook))
    assert (written.user, written.entries) == (dee.id, 5), "a claim, and that two were told their place in a room"
    await settled(ana, dee)
    for who in (ana, cy, dee):
        assert Kind.SHEET not in kinds(who.desk.known_items())
    for theirs, ours in zip(dee.vetting.known_requests(), ana.vetting.known_requests(), strict=True):
        assert replace(theirs, asked_by=None) == replace(ours, asked_by=None), "told by Cy, but else the same"
    assert {r.user: (r.place, r.holder) for r in dee.vetting.known_requests()} == {
        bob.id: (None, cy.id),
        eve.id: (1, None),
        fay.id: (2, None),
    }
    with pytest.raises(WrongUsage, match="lacks a hand-over sheet"):
        await Sheets(cy.session).write(cy.room(here.nook))


async def test_facilitators_rooms_are_read_back_to_the_oldest_open_request(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob = await asks(people, here, "bob")
    await cy.vetting.claims.claim((await cy.request_of(bob.id)).case)
    for number in range(48):
        room_id = (here.facilitators, here.nook)[number % 2]
        await ana.session.gateway.set_state(room_id, "m.room.topic", "", {"topic": f"{number}"})
    again = await another_device(people, ana)
    await again.sync()
    begun = again.session.store.timeline(here.facilitators, 500)
    await again.duties.run()
    read = again.session.store.timeline(here.facilitators, 500)
    assert len(read) > len(begun)
    assert read[0].sent_at <= again.room(here.nook).members[bob.id].since
    await again.duties.run()
    assert again.session.store.timeline(here.facilitators, 500) == read, "as far as it takes, and no further"
    assert not is_beginning(again.session.store.timeline(here.nook, 500)[0])
    await again.desk.items()
    assert is_beginning(again.session.store.timeline(here.nook, 500)[0]), "two weeks of what was said, or all"


async def test_what_only_some_may_do_waits_on_their_desks_alone(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    content = {"v": 1, "purpose": "We test other glazes.", "cap": 20}
    await cy.session.gateway.set_state(here.nook, "org.nookterm.charter", "", content)
    await cy.sync()
    (proposal,) = await cy.charters.propose(cy.room(here.nook))
    await settled(ana, cy)
    card = the(Kind.CARD, ana)
    assert (card.case, card.user, card.room) == (proposal.case, cy.id, here.nook)
    assert Kind.CARD not in kinds(cy.desk.known_items())
    assert "entry card" not in {i.details.get("setting") for i in ana.desk.known_items()}, "once is enough"
    said = await cy.say(here.nook, "The kiln is hot.")
    await ana.sync()
    share = await ana.sharing.share(ana.room(here.nook), [said], "The kiln is hot.")
    await cy.sync()
    await cy.sharing.consent(share.request, Mode.NAMED)
    await ana.sharing.publish(share.request)
    await cy.sync()
    content = consent_content(share.event_id, share.asks.terms, Mode.WITHDRAWN)
    await cy.session.outbox.send(here.nook, "m.room.message", content)
    for who in (ana, cy):
        await who.sync()
        assert the(Kind.TAKE_DOWN, who).case == share.request
    await settled(cy)
    await ana.sync()
    for who in (ana, cy):
        assert Kind.TAKE_DOWN not in kinds(who.desk.known_items()), "who may take it down does so by themselves"
