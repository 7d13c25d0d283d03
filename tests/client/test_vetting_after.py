"""What follows a decision, also after a crash; and what servers do to it: pauses, refusals, answers that are lost."""

from __future__ import annotations

import pytest

from nookterm.client.changes import Change, Happened
from nookterm.client.errors import Changed, NotAllowed, Offline, ServerTrouble, Throttled, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.domain.acts import act_content
from nookterm.domain.applying import State
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import WITHDRAWN
from nookterm.domain.vocabulary import VETTING
from tests.client.people import Community, Person, Village
from tests.client.vetting_scenes import (
    acts_seen,
    an_applicant,
    from_elsewhere,
    reasons,
    told,
    two_facilitators,
    vetting_room,
    words_seen,
)
from tests.faults.proxy import FaultyProxy


async def membership(who: Person, here: Community, user: UserId) -> Membership | None:
    member = await who.session.gateway.member(here.nook, user)
    return member.membership if member else None


# -- the plain words go


async def test_the_public_words_of_a_request_go_with_the_decision_on_every_request_of_that_person(
    people: Village,
) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here, reason="I am Bob Builder of Kiln Street")
    await ana.vetting.claims.claim(request.case)
    await bob.asking.withdraw(here.nook)
    await bob.asking.knock(here.nook, reason="Once more: Bob Builder")
    again = await ana.request_of(bob.id)
    assert again.reason == "Once more: Bob Builder"
    await cy.sync()
    assert len([words for words in reasons(cy, here.nook) if "Builder" in words]) >= 2
    await ana.vetting.approve(again.case)
    for who in (ana, cy):
        await who.sync()
        assert not [words for words in reasons(who, here.nook) if "Builder" in words]
    server = await cy.session.gateway.event(here.nook, request.knock)
    assert getattr(server.payload, "reason", "") is None
    assert await membership(ana, here, bob.id) == Membership.INVITE
    await bob.sync()
    await bob.duties.run()
    assert bob.asking.all()[0].state == State.JOINED


async def test_nothing_but_the_words_of_that_persons_own_requests_is_taken_back(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here, reason="Hello from Bob")
    fay = await people.person("fay")
    await ana.session.gateway.invite(here.nook, fay.id, "Come, and bring the kiln")
    await ana.sync()
    invite = ana.room(here.nook).members[fay.id].event_id
    for named in (invite, request.knock):
        content = act_content("vote", request.case, here.nook, "For it.", user=bob.id, knock=named, vote=1)
        await cy.session.outbox.send(here.facilitators, "m.room.message", content)
    await ana.sync()
    await ana.vetting.approve(request.case)
    people.watch.forward(days=2)
    await ana.duties.run()
    await ana.session.outbox.flush(now=True)
    await ana.sync()
    words = reasons(ana, here.nook)
    assert "Come, and bring the kiln" in words
    assert not [one for one in words if "Bob" in one]


async def test_words_that_another_app_left_standing_are_taken_back_a_day_later(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    request = await from_elsewhere(people, ana, here, reason="Bob Builder")
    await cy.session.gateway.kick(here.nook, request.user)
    await ana.sync()
    await ana.duties.run()
    assert reasons(ana, here.nook)
    people.watch.forward(days=1, minutes=11)
    await ana.duties.run()
    await ana.session.outbox.flush(now=True)
    await ana.sync()
    assert not reasons(ana, here.nook)


async def test_answers_and_their_room_go_when_the_charter_says_so(people: Village) -> None:
    ana, cy, here = await two_facilitators(people, purge_days=7)
    bob, request = await an_applicant(people, ana, here, answers=True)
    await ana.vetting.interviews.vet(request.case)
    await told(bob)
    people.watch.forward(hours=3)
    await ana.sync()
    assert (await ana.request_of(bob.id)).holder is None, (
        "answers come to the others also when nobody is on it any more"
    )
    await ana.duties.run()
    room = vetting_room(ana).room_id
    await ana.vetting.decline(request.case)
    false = ((VETTING, "", {"v": 1, "nook": here.nook, "user": bob.id}),)
    trap = await cy.session.gateway.create_room(RoomSpec("Chat", encrypted=True, state=false, invite=(ana.id,)))
    await ana.enter(trap)
    await ana.say(trap, "To be kept")
    assert [a.answers for a in acts_seen(ana, here) if a.act == "dossier"]
    people.watch.forward(days=6)
    await ana.duties.run()
    assert room in {r.room_id for r in ana.session.rooms.joined()}
    people.watch.forward(days=1, minutes=20)
    await ana.duties.run()
    await ana.session.outbox.flush(now=True)
    await ana.sync()
    await cy.sync()
    for who in (ana, cy):
        assert "dossier" not in words_seen(who, here)
        assert "declined" in words_seen(who, here)
        assert "because" not in "\n".join(who.heard(here.facilitators))
    assert [r.room_id for r in ana.session.rooms.joined() if r.vets] == [trap], "no room is left for its name"
    assert "To be kept" in ana.heard(trap)
    assert "because" not in "\n".join(ana.heard(room))
    await ana.duties.run()


# -- servers that say wait, or no


async def test_an_approval_sits_out_a_short_pause_and_a_long_one_is_told(people: Village, proxy: FaultyProxy) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    request = await from_elsewhere(people, ana, here)
    await ana.vetting.claims.claim(request.case)
    with proxy.rule("/invite", "429huge", times=1), pytest.raises(Throttled, match="a claim of yours stays"):
        await ana.vetting.approve(request.case)
    assert (await ana.request_of(request.user)).holder == ana.id
    with proxy.rule("/invite", "429soon", times=1) as rule:
        assert (await ana.vetting.approve(request.case)).outcome == "approved"
    assert rule.hits == 1
    assert await membership(ana, here, request.user) == Membership.INVITE


async def test_somebody_whose_settings_take_no_invites_is_told_and_still_asks(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here, answers=True)
    await ana.vetting.interviews.vet(request.case)
    await told(bob)
    server = bob.session.gateway.key_server
    await server.set_account_data("m.invite_permission_config", {"default_action": "block"})
    assert (await ana.vetting.approve(request.case)).outcome == "blocked"
    assert "takes no invites" in await told(bob)
    waiting = await cy.request_of(bob.id)
    assert waiting.blocked_at is not None
    await server.set_account_data("m.invite_permission_config", {})
    assert (await ana.vetting.approve(request.case)).outcome == "approved"


async def test_a_decision_whose_answer_was_lost_is_found_and_told_later(people: Village, proxy: FaultyProxy) -> None:
    ana, cy, here = await two_facilitators(people, proxy.url)
    request = await from_elsewhere(people, ana, here, reason="Bob Builder")
    with proxy.rule("/kick", "drop_after", times=1), pytest.raises(Offline):
        await ana.vetting.decline(request.case)
    assert await membership(cy, here, request.user) == Membership.LEAVE
    await ana.reopen()
    await ana.sync()
    await ana.duties.run()
    assert words_seen(ana, here) == [], "somebody may still be at it"
    people.watch.forward(minutes=3)
    await ana.duties.run()
    await ana.duties.run()
    await ana.session.outbox.flush(now=True)
    await cy.sync()
    assert words_seen(cy, here) == ["declined"]
    assert not [words for words in reasons(cy, here.nook) if "Builder" in words]


async def test_a_decision_that_never_reached_the_server_was_not_made(people: Village, proxy: FaultyProxy) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    request = await from_elsewhere(people, ana, here)
    with proxy.rule("/kick", "drop_before", times=1), pytest.raises(Offline):
        await ana.vetting.decline(request.case)
    people.watch.forward(minutes=3)
    await ana.sync()
    await ana.duties.run()
    assert words_seen(ana, here) == []
    assert (await ana.request_of(request.user)).knock == request.knock
    assert (await ana.vetting.decline(request.case)).outcome == "declined"


async def test_words_for_somebody_nobody_had_asked_wait_for_the_server(people: Village, proxy: FaultyProxy) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    bob, request = await an_applicant(people, ana, here)
    rooms = len(ana.session.rooms)
    with proxy.rule("/invite", "429", times=1):
        await ana.vetting.decline(request.case, words="Try the kiln group.")
    assert await membership(ana, here, bob.id) == Membership.LEAVE
    people.watch.forward(seconds=8)
    await ana.duties.run()
    assert len(ana.session.rooms) == rooms + 1, "the second try goes on in the room of the first"
    await bob.sync()
    (room,) = [r for r in bob.session.rooms.values() if r.membership == Membership.INVITE]
    await bob.enter(room.room_id)
    assert bob.heard(room.room_id) == ["Try the kiln group."]


async def test_words_that_somebodys_own_settings_turn_away_are_not_tried_over_and_over(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    bob, request = await an_applicant(people, ana, here)
    settings = {"default_action": "block"}
    await bob.session.gateway.key_server.set_account_data("m.invite_permission_config", settings)
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    await ana.vetting.decline(request.case, words="Try the kiln group.")
    assert any(isinstance(one, Happened) and "was not told" in one.text for one in told)
    before = len(proxy.lines)
    people.watch.forward(minutes=2)
    await ana.duties.run()
    assert not [line for line in proxy.lines[before:] if "/invite" in line or "createRoom" in line]


async def test_a_look_after_a_decline_is_not_taken_over_and_over_while_the_server_says_wait(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    request = await from_elsewhere(people, ana, here)
    await ana.vetting.decline(request.case)
    people.watch.forward(seconds=5)
    with proxy.rule("/state/m.room.member", "429") as rule:
        for _ in range(3):
            await ana.duties.run()
        assert rule.hits == 1
        assert 3 < (ana.duties.due_in() or 0.0) <= 60


# -- many at once, and the doormat


async def test_many_are_declined_in_a_row_until_the_server_asks_for_a_pause(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, cy, here = await two_facilitators(people, proxy.url)
    asked = [await from_elsewhere(people, ana, here, name) for name in ("bob", "fay", "gus", "hal")]
    cases = [(request.case, request.knock) for request in asked]
    await cy.sync()
    await cy.vetting.approve(cases[1][0])
    before = len(proxy.lines)
    with ana.vetting.in_a_row():
        for case, read in (cases[0], cases[2]):
            assert (await ana.vetting.decline(case, read=read)).outcome == "declined"
        asked_for = [line.split()[0] for line in proxy.lines[before:]]
        assert asked_for == ["GET", "POST"] * 2, "a look and a decision for each, and nothing else"
        with pytest.raises(Changed, match="already let in"):
            await ana.vetting.decline(cases[1][0], read=cases[1][1])
        with proxy.rule("/kick", "429"), pytest.raises(Throttled, match="wait"):
            await ana.vetting.decline(cases[3][0], read=cases[3][1])
    await ana.session.outbox.flush()
    await cy.sync()
    assert words_seen(cy, here) == ["approved", "declined", "declined"]
    assert [await membership(ana, here, who.user) for who in asked] == [
        Membership.LEAVE,
        Membership.INVITE,
        Membership.LEAVE,
        Membership.KNOCK,
    ]


async def test_with_the_doormat_in_nobody_new_asks_and_who_waits_can_be_let_in(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    _bob, request = await an_applicant(people, ana, here)
    fay = await people.person("fay")
    await fay.enter(here.space)
    assert await ana.vetting.close_door(ana.room(here.nook))
    assert not await ana.vetting.close_door(ana.room(here.nook))
    with pytest.raises(NotAllowed):
        await fay.asking.knock(here.nook)
    assert (await ana.vetting.approve(request.case)).outcome == "approved"
    await cy.sync()
    assert await cy.vetting.open_door(cy.room(here.nook))
    await fay.asking.knock(here.nook)
    await fay.enter(here.highlights)
    with pytest.raises(NotAllowed, match="may not change how people get in"):
        await fay.vetting.close_door(fay.room(here.highlights))
    with pytest.raises(WrongUsage, match="has no door"):
        await ana.vetting.open_door(ana.room(here.highlights))


# -- other ends


async def test_asking_at_the_door_of_a_space_is_like_asking_at_a_nook(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    await ana.session.gateway.set_state(here.space, "m.room.join_rules", "", {"join_rule": "knock"})
    await ana.sync()
    bob = await people.person("bob")
    await bob.session.gateway.knock(here.space, "May I?")
    request = await ana.request_of(bob.id)
    assert (request.nook, request.cap) == (here.space, None)
    await ana.vetting.vote(request.case, 1)
    await cy.sync()
    assert (await ana.vetting.approve(request.case)).outcome == "approved"
    assert words_seen(ana, here) == ["vote", "approved"]
    await ana.session.gateway.leave(here.facilitators)
    await ana.sync()
    fay = await people.person("fay")
    await fay.session.gateway.knock(here.space)
    again = await ana.request_of(fay.id)
    with pytest.raises(WrongUsage, match="no facilitators' room"):
        await ana.vetting.wait_list(again.case)


async def test_a_place_is_kept_also_for_who_cannot_be_told(people: Village, proxy: FaultyProxy) -> None:
    ana, _cy, here = await two_facilitators(people, proxy.url)
    mia = await people.person("mia", trusted=False)
    await mia.session.gateway.knock(here.nook)
    request = await ana.request_of(mia.id)
    heard: list[str] = []
    ana.session.changes.listen(lambda change: heard.append(getattr(change, "text", "")))
    assert (await ana.vetting.wait_list(request.case)).outcome == "waitlisted"
    assert any("was not told" in words for words in heard)
    rooms = len(ana.session.rooms)
    with proxy.rule("/invite", "500", times=1), pytest.raises(ServerTrouble):
        await ana.vetting.interviews.vet(request.case, allow_unsigned=True)
    await ana.sync()
    assert len(ana.session.rooms.joined()) <= rooms, "no empty room is left behind"
    assert (await ana.request_of(mia.id)).place == 1


async def test_who_is_banned_cannot_ask_again(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here)
    assert (await ana.vetting.ban(request.case)).outcome == "banned"
    with pytest.raises(NotAllowed):
        await bob.session.gateway.knock(here.nook)
    assert words_seen(ana, here) == ["banned"]


async def test_a_request_that_was_taken_back_elsewhere_is_cleared_away_and_nobody_cools_down(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here)
    await bob.session.gateway.knock(here.nook, WITHDRAWN)
    taken_back = await ana.request_of(bob.id)
    assert (taken_back.withdrawn, taken_back.is_folded) == (True, True)
    with pytest.raises(Changed, match="taken the request back"):
        await ana.vetting.approve(request.case, read=taken_back.knock, anyway=True)
    assert (await ana.vetting.decline(request.case)).outcome == "withdrawn"
    await bob.sync()
    await bob.session.gateway.knock(here.nook, "On second thought.")
    assert (await ana.request_of(bob.id)).cooling_until is None


async def test_who_was_declined_and_asks_again_is_set_aside_with_what_was_said(people: Village) -> None:
    ana, cy, here = await two_facilitators(people, cooldown_days=10)
    bob, request = await an_applicant(people, ana, here)
    await ana.vetting.decline(request.case, words="Not this year.")
    await bob.asking.knock(here.nook)
    again = await cy.request_of(bob.id)
    assert [(e.outcome, e.by, e.words) for e in again.earlier] == [("declined", ana.id, "Not this year.")]
    assert again.cooling_until is not None
    people.watch.forward(days=10)
    assert (await cy.request_of(bob.id)).cooling_until is None
    assert again.asked_in is None, "the room of the last answer is not one for new questions"
