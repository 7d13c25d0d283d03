"""Find a nook, My requests and the welcome screen: what they show, do, and say when it does not work."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.profiles import Profiles
from nookterm.client.proving import with_password
from nookterm.domain.ids import RoomId
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.signin import SignInModel, SignInView
from tests.client.people import Community, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


async def outside(people: Village, screens: Screens, url: str = "") -> tuple[ClientShell, Person, Community]:
    """Bob's screen, who is in the space; Ana, who may let him in."""
    ana, bob = await people.person("ana"), await people.person("bob", url=url)
    here = await people.community(ana)
    await bob.enter(here.space, here.highlights)
    shell = await screens.live(bob)
    await shows(shell.directory, lambda view: view.cards)
    return shell, ana, here


async def test_a_card_says_what_a_nook_asks_and_who_will_read_it(people: Village, screens: Screens) -> None:
    shell, ana, _here = await outside(people, screens)
    view = shell.directory.view
    (card,) = view.cards
    assert (card.name, card.purpose, card.cap, card.way_in) == ("glaze-lab", "We test glazes.", 4, "+ ask to join")
    assert [q.text for q in card.questions] == ["Why?", "Since when?"]
    assert ana.name in card.readers[0][1]
    assert view.summary == "1 nook, 1 open to ask"
    assert (view.space, view.face) == ("Makers", Face.CONTENT)


async def test_asking_shows_in_every_place_and_can_be_taken_back(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    assert await shell.directory.ask(here.nook, {"q1": "because", "q2": " "}, "Hello there.")
    (card,) = shell.directory.view.cards
    assert (card.way_in, card.can_ask) == ("◷ asked just now", False)
    requests = await shows(shell.requests, lambda view: view.lines)
    assert (requests.lines[0].nook, requests.lines[0].can_withdraw) == ("glaze-lab", True)
    assert (await ana.vetting.requests())[0].reason == "Hello there."
    await shows(shell.tree, lambda view: any(row.note == "asked" for row in view.rows))
    await shell.requests.withdraw(here.nook)
    await shows(shell.requests, lambda view: not view.lines[0].can_withdraw)
    await shell.requests.withdraw(here.nook)
    assert shell.requests.view.notice is not None
    assert "no open request" in shell.requests.view.notice.headline
    await shell.requests.refresh()


async def test_an_answer_that_is_too_long_is_said_in_the_form(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    assert not await shell.directory.ask(here.nook, {"q1": "x" * 501})
    assert shell.directory.view.face == Face.CONTENT, "the cards stay"
    assert shell.directory.view.notice is not None
    assert "501 characters" in shell.directory.view.notice.headline
    assert await ana.vetting.requests() == ()


async def test_every_state_of_a_request_has_its_words(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    await shell.directory.ask(here.nook, {"q1": "because"})
    bob = next(m.user for m in await ana.session.gateway.members(here.nook) if m.membership == "knock")
    seen = [(await shows(shell.requests, lambda view: view.lines)).lines[0].state]
    request = await ana.request_of(bob)
    await ana.vetting.interviews.vet(request.case)
    await shows(shell.requests, lambda view: view.lines[0].state not in seen)
    seen.append(shell.requests.view.lines[0].state)
    await ana.sync()
    await ana.vetting.approve(request.case)
    joined = await shows(shell.requests, lambda view: view.lines[0].can_open)
    await shows(shell.directory, lambda view: view.cards[0].way_in == "✓ you are in")
    assert joined.lines[0].state not in seen
    await shows(shell.status, lambda view: view.toast == "You are in glaze-lab.")


async def test_a_declined_request_stays_listed_as_such(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    await shell.directory.ask(here.nook, {})
    asked = (await shows(shell.requests, lambda view: view.lines)).lines[0].state
    (request,) = await ana.vetting.requests()
    await ana.sync()
    await ana.vetting.decline(request.case)
    view = await shows(shell.requests, lambda view: view.lines[0].state != asked)
    assert not view.lines[0].can_open


async def test_an_invite_opens_the_door(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    bob = shell._account.session.gateway.user_id  # type: ignore[union-attr]  # it is open
    await ana.session.gateway.invite(here.nook, bob)
    await shows(shell.directory, lambda view: view.cards[0].way_in == "you are invited")
    assert await shell.directory.join(here.nook)
    await shows(shell.directory, lambda view: view.cards[0].way_in == "✓ you are in")
    assert not await shell.directory.join(RoomId("!nowhere"))


async def test_outside_a_space_the_person_says_who_may_have_the_answers(people: Village, screens: Screens) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    shell = await screens.live(bob)
    assert await shell.directory.look_up(f"https://matrix.to/#/{here.nook}?via=x")
    (card,) = shell.directory.view.cards
    assert (card.name, [q.text for q in card.questions], card.cap) == ("glaze-lab", ["Why?", "Since when?"], None)
    assert "kept here until you have said" in card.readers[0][1]
    assert not await shell.directory.look_up("!nowhere:river.example")
    assert shell.directory.view.cards == (card,), "what was found stays"
    wrong = shell.directory.view.notice
    await shell.directory.refresh()
    assert shell.directory.view.notice == wrong is not None, "and why the other one was not, until one wants something"
    assert await shell.directory.ask(here.nook, {"q1": "because"})
    assert shell.directory.view.notice is None
    request = await ana.request_of(bob.id)
    await ana.vetting.interviews.vet(request.case)
    (line,) = (await shows(shell.requests, lambda view: view.lines and view.lines[0].doubts)).lines
    assert line.state == "who asks?"
    (doubt,) = line.doubts
    assert ana.id in doubt.question
    await shell.requests.answer(here.nook, doubt)
    await shows(shell.requests, lambda view: view.lines[0].state == "answers sent")


async def test_an_identity_that_changed_is_gone_on_with_from_my_requests(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    await shell.directory.ask(here.nook, {"q1": "because"})
    (request,) = await ana.vetting.requests()
    await ana.session.trust.identity.reset(with_password(ana.id, ana.password))
    await ana.sync()
    await ana.vetting.interviews.vet(request.case)
    (line,) = (await shows(shell.requests, lambda view: view.lines and view.lines[0].doubts)).lines
    assert line.state == "answers wait"
    await shell.requests.answer(here.nook, replace(line.doubts[0], shown="another key"))
    assert shell.requests.view.notice is not None
    assert "another one by now" in shell.requests.view.notice.headline
    await shell.requests.answer(here.nook, line.doubts[0])
    await shows(shell.requests, lambda view: view.lines[0].state == "answers sent")


async def test_doors_that_are_open_or_shut_are_told_apart(people: Village, screens: Screens) -> None:
    shell, ana, here = await outside(people, screens)
    for rule, words in (("public", "open"), ("invite", "by invite")):
        await ana.session.gateway.set_state(here.nook, "m.room.join_rules", "", {"join_rule": rule})
        await shell.directory.refresh()
        found = [card.way_in for card in shell.directory.view.cards]
        assert found in ([words], []), "what cannot be seen from outside is not listed"


def signin(people: Village, screens: Screens) -> SignInModel:
    return SignInModel(people.parts, screens.engine.call, None)


async def test_signing_in_goes_from_a_server_to_an_open_client(people: Village, screens: Screens) -> None:
    them = people.server.register("dora")
    model = signin(people, screens)
    views: list[SignInView] = []
    model.watch(views.append)
    await model.discover(people.server.base_url)
    assert (model.view.step, model.view.server) == ("password", people.server.base_url)
    await model.sign_in(f" {them.user_id} ", them.password)
    assert [view.step for view in views] == ["working", "password", "working", "done"]
    assert [view.doing for view in views if view.step == "working"][1] == "Signing in"
    assert [p.user_id for p in Profiles(people.home).all()] == [them.user_id]


async def test_a_wrong_password_is_said_and_typing_goes_on(people: Village, screens: Screens) -> None:
    them = people.server.register("dora")
    model = signin(people, screens)
    await model.sign_in(them.user_id, them.password)
    assert model.view == SignInView(), "no server was found yet"
    await model.discover(people.server.base_url)
    await model.sign_in(them.user_id, "guess")
    assert model.view.step == "password"
    assert model.view.notice is not None
    await model.sign_in(them.user_id, them.password)
    assert model.view.step == "done"
    await model.back()
    assert model.view == SignInView()


async def test_a_server_without_any_of_our_ways_in_is_said_and_typing_goes_on(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    model = signin(people, screens)
    with proxy.rule("/login", "jwt"), proxy.rule("/register", "403"):
        await model.discover(proxy.url)
    assert model.view.step == "server"
    assert model.view.notice is not None
    assert "no way in that nookterm knows: it offers JWT" in model.view.notice.headline
    assert "later version" in model.view.notice.steps[0]
    with proxy.rule("/login", "sso"), proxy.rule("/register", "429"):
        await model.discover(proxy.url)
    assert (model.view.step, model.view.by_password) == ("password", False)
    assert [(door.label, door.about) for door in model.view.doors] == [("Single sign-on", "in your browser")]
    await model.back()
    await model.discover(proxy.url)
    assert (model.view.step, model.view.by_password) == ("password", True)
    assert [(door.label, door.about) for door in model.view.doors] == [("Make an account", "open to all")]


async def test_a_server_that_is_not_there_is_said_and_typing_goes_on(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    model = signin(people, screens)
    gone = proxy.url
    await proxy.shut()
    await model.discover(gone)
    assert model.view.step == "server"
    assert model.view.notice is not None
    assert "cannot be reached" in model.view.notice.headline
