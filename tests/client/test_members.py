"""What one does about somebody in a room, on a real server: asked for anew, never beyond one's power."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from nookterm.client.errors import CannotRead, Changed, NotAllowed, UnsafeFile, WrongUsage
from nookterm.client.members import Members
from nookterm.client.own_picture import set_picture
from nookterm.client.ports import Arrived
from nookterm.client.verification_requests import Requests
from nookterm.domain.events import Membership
from nookterm.domain.roles import Role, role_of
from nookterm.trust.verification import REQUEST
from tests.client.people import Person, Village


async def test_people_are_invited_removed_kept_out_and_let_ask_again(people: Village) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo)
    use, room = Members(ana.session), here.nook

    await use.invite(room, cy.id)
    with pytest.raises(Changed, match="is invited"):
        await use.invite(room, cy.id)
    await cy.enter(room)
    with pytest.raises(NotAllowed, match="remove"):
        await Members(cy.session).remove(room, bo.id)
    with pytest.raises(NotAllowed, match="keep"):
        await Members(cy.session).ban(room, ana.id)

    await use.remove(room, cy.id, "too loud")
    gone = ana.room(room).members[cy.id]
    assert (gone.membership, gone.reason) == (Membership.LEAVE, "too loud")
    with pytest.raises(Changed, match="not in glaze-lab any more"):
        await use.remove(room, cy.id)
    await use.ban(room, cy.id, "twice")
    with pytest.raises(NotAllowed, match="kept out"):
        await use.invite(room, cy.id)
    await use.unban(room, cy.id)
    assert ana.room(room).members[cy.id].membership is Membership.LEAVE
    with pytest.raises(WrongUsage, match="not a Matrix id"):
        await use.invite(room, "cy")  # type: ignore[arg-type]  # what somebody types

    # Power goes by words, and a facilitator is made with all that belongs to it.
    await use.give(room, bo.id, Role.FACILITATOR)
    assert role_of(ana.room(room), bo.id) is Role.FACILITATOR
    assert bo.id in ana.room(here.space).entries[room].facilitators
    with pytest.raises(NotAllowed, match="founder"):
        await Members(bo.session).give(room, ana.id, Role.MEMBER)
    await use.give(room, bo.id, Role.MEMBER)
    assert role_of(ana.room(room), bo.id) is Role.MEMBER
    assert bo.id not in ana.room(here.space).entries[room].facilitators


async def test_what_ignored_people_say_is_not_shown_and_not_counted_and_other_entries_stay(people: Village) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo)
    server = ana.session.gateway.key_server
    await server.set_account_data("m.ignored_user_list", {"ignored_users": {"@eve:x.org": {"why": 1}}, "more": 2})
    await bo.say(here.nook, "before")
    await ana.sync()
    assert ana.session.store.room(here.nook).unread == 1

    assert await ana.session.ignoring.put(bo.id, ignored=True)
    assert not await ana.session.ignoring.put(bo.id, ignored=True), "once is enough"
    kept = await server.account_data("m.ignored_user_list")
    assert kept == {"ignored_users": {"@eve:x.org": {"why": 1}, bo.id: {}}, "more": 2}
    events = ana.session.store.timeline(here.nook, 50)
    heard = ana.session.ignoring.heard(events)
    assert not [e for e in heard if e.sender == bo.id and e.payload.__class__.__name__ == "Message"]
    assert any(e.sender == bo.id for e in heard), "that they came in concerns everybody"
    with pytest.raises(WrongUsage):
        await ana.session.ignoring.put(ana.id, ignored=True)

    # They cannot ask to compare keys either; others can.
    door = Requests(ana.session.store, ana.session.rooms, ana.session.clock, ana.id)
    at = ana.session.clock()
    asks = {who: Arrived(REQUEST, who, {"from_device": "X"}, sent_at=at) for who in (bo.id, ana.id)}
    assert [door.let_in(f"txn {who}", event) for who, event in asks.items()] == [False, True]

    # An invite of theirs is quiet, one of somebody else is not.
    own = await bo.founding.space("Bo's", "x")
    await bo.session.gateway.invite(own.space_id, ana.id)
    other = await cy.founding.space("Cy's", "x")
    await cy.session.gateway.invite(other.space_id, ana.id)
    await ana.sync()
    invites = {r.room_id: ana.session.ignoring.is_quiet(r) for r in ana.session.rooms.values() if r.me in r.members}
    assert invites.get(own.space_id, True), "the server may hold it back, or it is quiet here"
    assert invites[other.space_id] is False

    # Another client of ours hears them again: it comes with the sync.
    await server.set_account_data("m.ignored_user_list", {"ignored_users": {}})
    assert await ana.session.ignoring.look() == 0, "nobody has to ask"
    await ana.sync()
    assert ana.session.ignoring.users() == frozenset()


async def test_a_picture_of_ours_is_cleaned_and_what_is_no_picture_stays_here(people: Village, tmp_path: Path) -> None:
    ana = await people.person("ana")
    file = tmp_path / "me.jpg"
    Image.new("RGB", (1200, 800), "teal").save(file, exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    await set_picture(ana.session, file)
    shown = shown_picture(people, ana)
    assert shown.startswith("mxc://")
    (tmp_path / "note.jpg").write_text("no picture")
    with pytest.raises(UnsafeFile):
        await set_picture(ana.session, tmp_path / "note.jpg")
    with pytest.raises(CannotRead):
        await set_picture(ana.session, tmp_path / "none.jpg")
    assert shown_picture(people, ana) == shown


def shown_picture(people: Village, who: Person) -> str:
    """As the server tells everybody."""
    return str(people.server.call("GET", f"/_matrix/client/v3/profile/{who.id}").get("avatar_url"))
