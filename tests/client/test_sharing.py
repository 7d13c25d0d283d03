"""Nothing leaves a nook but the exact words that their author agreed to, for the readers they agreed to."""

from __future__ import annotations

import json

import pytest

from nookterm.client.errors import Changed, NotAllowed, NotFound, Offline, WrongUsage
from nookterm.domain.ids import EventId
from nookterm.domain.sharing import (
    Share,
    ShareState,
    consent_content,
    published_content,
    request_content,
    share_word,
)
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHT_PUBLISHED
from tests.client.people import Community, Person, Village
from tests.faults.proxy import FaultyProxy


async def nook(people: Village, url: str = "") -> tuple[Person, Person, Community]:
    """Ana, who may publish, and Bo, who says things."""
    ana, bo = await people.person("ana", url=url), await people.person("bo")
    return ana, bo, await people.community(ana, bo)


async def asked(ana: Person, bo: Person, here: Community, draft: str = "Iron makes it blue.") -> Share:
    """Ana asks Bo to share words of his."""
    source = await bo.say(here.nook, "well, I think iron makes it blue")
    await ana.sync()
    share = await ana.sharing.share(ana.room(here.nook), source, draft)
    await bo.sync()
    return share


async def agreed(ana: Person, bo: Person, here: Community, *, anonymous: bool = False) -> Share:
    share = await asked(ana, bo, here)
    done = await bo.sharing.consent(share.request, yes=True, anonymous=anonymous)
    assert done.state == ShareState.CONSENTED
    return done


def board(who: Person) -> list[str]:
    return [h.body for h in who.sharing.board()]


async def test_words_go_out_once_their_author_has_agreed(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await asked(ana, bo, here)
    assert share.state == ShareState.WAITING
    with pytest.raises(Changed, match="is waiting"):
        await ana.sharing.publish(share.request)
    await bo.sharing.consent(share.request, yes=True)
    assert (await ana.sharing.publish(share.request)).state == ShareState.PUBLISHED
    await bo.sync()
    (highlight,) = bo.sharing.board()
    assert highlight.body == "Iron makes it blue."
    assert highlight.credit.startswith("bo")
    assert highlight.nook_name == "glaze-lab"


async def test_what_leaves_names_nothing_of_the_nook_but_its_name(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here, anonymous=True)
    done = await ana.sharing.publish(share.request)
    token = people.vault.load(ana.account.profile.token_name)
    assert token is not None
    path = f"/_matrix/client/v3/rooms/{here.highlights}/event/{done.published}"
    event = people.server.call("GET", path, token=token.reveal())
    sent = json.dumps(event["content"], ensure_ascii=False)
    for hidden in (here.nook, share.source, share.event_id, share.request, bo.id, "well, I think", done.key.hex()):
        assert hidden not in sent
    assert "Iron makes it blue." in sent
    assert [h.credit for h in ana.sharing.board()] == [""]


async def test_ones_own_words_are_agreed_to_by_sharing_them(people: Village) -> None:
    ana, _bo, here = await nook(people)
    source = await ana.say(here.nook, "cobalt, too")
    share = await ana.sharing.share(ana.room(here.nook), source, "Cobalt, too.", anonymous=True)
    assert (share.state, share.anonymous) == (ShareState.CONSENTED, True)


async def test_only_the_author_agrees_and_only_to_this_text(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await asked(ana, bo, here)
    with pytest.raises(NotAllowed, match="Only the author"):
        await ana.sharing.consent(share.request, yes=True)
    await bo.post(here.nook, consent_content(share.event_id, "Iron makes it red.", "named"))
    await ana.post(here.nook, consent_content(share.event_id, share.draft, "named"))
    await bo.sync()
    await ana.sync()
    assert ana.sharing.find(share.request).state == ShareState.WAITING
    assert bo.sharing.find(share.request).state == ShareState.WAITING


async def test_an_author_may_say_no_and_change_their_mind(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await asked(ana, bo, here)
    assert (await bo.sharing.consent(share.request, yes=False)).state == ShareState.DECLINED
    with pytest.raises(Changed, match="is declined"):
        await ana.sharing.publish(share.request)
    assert (await bo.sharing.consent(share.request, yes=True)).state == ShareState.CONSENTED
    assert (await bo.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    with pytest.raises(Changed, match="is withdrawn"):
        await bo.sharing.consent(share.request, yes=True)


async def test_nothing_goes_out_where_more_people_read_than_were_agreed_to(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here)
    wider = {"history_visibility": "world_readable"}
    await ana.session.gateway.set_state(here.highlights, "m.room.history_visibility", "", wider)
    with pytest.raises(Changed, match="More people can read"):
        await ana.sharing.publish(share.request)
    assert board(ana) == []


async def test_nothing_goes_out_whose_source_was_taken_back(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here)
    await bo.session.outbox.send(here.nook, "m.room.redaction", {"redacts": share.source})
    with pytest.raises(Changed, match="is withdrawn"):
        await ana.sharing.publish(share.request)
    assert board(ana) == []


async def test_a_consent_runs_out_after_a_week(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here)
    people.watch.forward(days=8)
    with pytest.raises(Changed, match="is expired"):
        await ana.sharing.publish(share.request)


async def test_who_may_not_post_on_the_board_publishes_nothing(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here)
    with pytest.raises(NotAllowed, match="may not post"):
        await bo.sharing.publish(share.request)
    await ana.session.gateway.leave(here.highlights)
    with pytest.raises(NotAllowed, match="may not post"):
        await ana.sharing.publish(share.request)


async def test_words_put_into_somebodys_mouth_go_nowhere(people: Village) -> None:
    """A request that names an author and a message that is not theirs, or not here, is nobody's word."""
    ana, bo, here = await nook(people)
    source = await bo.say(here.nook, "hello")
    await ana.sync()
    now = people.watch()
    target = bo.room(here.highlights)
    for fake, author in ((source, ana.id), (EventId("$never-said"), bo.id)):
        content = request_content(fake, author, "Buy my pots.", target, title(target), now)
        request = await bo.post(here.nook, content)
        whose = bo if author == bo.id else ana
        await whose.sync()
        await whose.post(here.nook, consent_content(request, "Buy my pots.", "named"))
    await ana.sync()
    await bo.sync()
    found = ana.sharing.all()
    assert [s.source for s in found] == ["$never-said"]
    with pytest.raises(NotFound, match="not here"):
        await ana.sharing.publish(found[0].request)
    assert board(ana) == []


async def test_an_old_message_of_somebody_else_is_not_taken_for_the_authors(people: Village) -> None:
    """However far back it lies: a request that names the wrong author is none, whoever agrees to it."""
    ana, bo, here = await nook(people)
    source = await bo.say(here.nook, "hello")
    for number in range(4):
        await bo.say(here.nook, f"{number}")
    content = request_content(source, ana.id, "Hello.", bo.room(here.highlights), "the board", people.watch())
    request = await bo.post(here.nook, content)
    await ana.sync()
    await ana.post(here.nook, consent_content(request, "Hello.", "named"))
    await ana.sync()
    assert ana.sharing.all() == ()
    with pytest.raises(NotFound):
        await ana.sharing.publish(share_word(here.nook, request))
    assert board(ana) == []


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("step", ["copy", "note"])
async def test_a_crash_while_publishing_doubles_nothing(
    people: Village, proxy: FaultyProxy, step: str, fault: str
) -> None:
    ana, bo, here = await nook(people, proxy.url)
    share = await agreed(ana, bo, here)
    room = here.highlights if step == "copy" else here.nook
    with proxy.rule(f"{room.replace('!', '%21')}/send/", fault), pytest.raises(Offline):
        await ana.sharing.publish(share.request)
    await ana.reopen()
    again = await ana.sharing.publish(share.request)
    assert again.state == ShareState.PUBLISHED
    await ana.session.outbox.flush(now=True)
    await ana.sync()
    assert ana.session.store.outgoing() == ()
    assert board(ana) == ["Iron makes it blue."]
    copies = await ana.session.gateway.messages(here.highlights, None, 50)
    assert sum("shared with permission" in getattr(e.payload, "body", "") for e in copies.events) == 1


async def test_a_copy_that_was_refused_goes_out_once_it_may(people: Village, proxy: FaultyProxy) -> None:
    ana, bo, here = await nook(people, proxy.url)
    share = await agreed(ana, bo, here)
    with proxy.rule(f"{here.highlights.replace('!', '%21')}/send/", "403"), pytest.raises(NotAllowed):
        await ana.sharing.publish(share.request)
    assert (await ana.sharing.publish(share.request)).state == ShareState.PUBLISHED
    assert board(ana) == ["Iron makes it blue."]
    assert ana.session.store.outgoing() == ()


async def test_an_author_takes_words_back_and_the_copy_goes_down(people: Village) -> None:
    ana, bo, here = await nook(people)
    share = await agreed(ana, bo, here)
    await ana.sharing.publish(share.request)
    assert (await bo.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    assert board(bo) == ["Iron makes it blue."], "Bo may not redact there himself"
    await ana.sync()
    assert await ana.duties.run() == 1
    await ana.sync()
    assert board(ana) == []
    assert await ana.duties.run() == 0
    await bo.sync()
    assert board(bo) == []


async def test_a_facilitator_may_take_a_copy_down_and_others_may_not(people: Village) -> None:
    ana, bo, here = await nook(people)
    cy = await people.person("cy")
    await people.let_in(here, ana, cy)
    share = await agreed(ana, bo, here)
    await ana.sharing.publish(share.request)
    await cy.sync()
    with pytest.raises(NotAllowed, match="Only its author"):
        await cy.sharing.withdraw(share.request)
    await ana.sharing.withdraw(share.request)
    assert board(ana) == []


async def test_taking_back_ones_own_highlight_takes_it_down_at_once(people: Village) -> None:
    ana, _bo, here = await nook(people)
    source = await ana.say(here.nook, "cobalt, too")
    share = await ana.sharing.share(ana.room(here.nook), source, "Cobalt, too.")
    await ana.sharing.publish(share.request)
    assert (await ana.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    assert board(ana) == []


async def test_a_false_note_takes_nobody_elses_highlight_down(people: Village) -> None:
    ana, bo, here = await nook(people)
    cy = await people.person("cy")
    await people.let_in(here, ana, cy)
    theirs = await ana.sharing.publish((await agreed(ana, bo, here)).request)
    assert theirs.published is not None
    await cy.sync()
    source = await cy.say(here.nook, "mine")
    fake = await cy.sharing.share(cy.room(here.nook), source, "Mine.")
    note = published_content(fake, id_="any", key=b"\x01" * 32, target_event=theirs.published)
    assert HIGHLIGHT_PUBLISHED in note
    await cy.post(here.nook, note)
    await cy.sync()
    await cy.sharing.withdraw(fake.request)
    await ana.sync()
    assert ana.sharing.find(fake.request).state == ShareState.WITHDRAWN
    assert await ana.duties.run() == 0
    with pytest.raises(NotAllowed):
        await ana.sharing.withdraw(fake.request)
    await ana.sync()
    assert board(ana) == ["Iron makes it blue."]


async def test_only_words_can_be_shared_and_not_too_many(people: Village) -> None:
    ana, bo, here = await nook(people)
    source = await bo.say(here.nook, "hello")
    await ana.sync()
    room = ana.room(here.nook)
    for draft in ("", "  ", "x" * 1501):
        with pytest.raises(WrongUsage, match="1 to 1500 characters"):
            await ana.sharing.share(room, source, draft)
    with pytest.raises(NotFound, match="not here"):
        await ana.sharing.share(room, EventId("$nowhere"), "x")
    joined = next(e for e in ana.session.store.timeline(here.nook, 50) if e.event_id != source)
    with pytest.raises(WrongUsage, match="Only a message"):
        await ana.sharing.share(room, joined.event_id, "x")
    with pytest.raises(NotFound, match="No highlight"):
        await ana.sharing.publish("k-nothere")


async def test_a_nook_whose_board_one_is_not_in_says_what_to_join(people: Village) -> None:
    _ana, bo, here = await nook(people)
    source = await bo.say(here.nook, "hello")
    await bo.session.gateway.leave(here.highlights)
    await bo.sync()
    with pytest.raises(NotFound, match="no highlights room") as caught:
        await bo.sharing.share(bo.room(here.nook), source, "Hello.")
    assert caught.value.code == "no_highlights"
