"""People name rooms in many ways; each means one room or is told why not."""

from __future__ import annotations

import pytest

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.rooms import room_word
from nookterm.domain.ids import RoomId
from tests.client.people import Person, Village


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  glaze lab ", "glaze lab"),
        ("!abc:river.example", "!abc:river.example"),
        ("https://matrix.to/#/%21abc%3Ariver.example?via=river.example", "!abc:river.example"),
        ("https://matrix.to/#/!abc:river.example/$event?via=a.b", "!abc:river.example"),
        ("http://matrix.to/#/#pots:river.example", "#pots:river.example"),
        ("matrix:roomid/abc:river.example?via=a.b", "!abc:river.example"),
        ("matrix:roomid/abc:river.example/e/event", "!abc:river.example"),
        ("matrix:r/pots:river.example?action=join", "#pots:river.example"),
        ("matrix:u/ana:river.example", "ana:river.example"),
    ],
)
def test_links_and_ids_say_which_room_is_meant(typed: str, meant: str) -> None:
    assert room_word(typed) == meant


async def rooms_of(people: Village, *names: str) -> tuple[Person, list[RoomId]]:
    ana = await people.person("ana")
    made = [await ana.session.gateway.create_room(RoomSpec(name)) for name in names]
    await ana.sync()
    return ana, made


async def test_a_room_is_found_by_id_link_and_name_in_any_case(people: Village) -> None:
    ana, (pots,) = await rooms_of(people, "Pots and Pans")
    rooms = ana.session.rooms
    for words in (pots, f"https://matrix.to/#/{pots}", "Pots and Pans", "pots AND pans"):
        assert rooms.named(words).room_id == pots


async def test_an_unknown_room_says_how_to_list_them(people: Village) -> None:
    ana, _ = await rooms_of(people, "Pots")
    for words in ("!nowhere:river.example", "Pans", "#pots:river.example"):
        with pytest.raises(NotFound, match="nookterm rooms") as caught:
            ana.session.rooms.named(words)
        assert caught.value.code == "unknown_room"


async def test_a_name_that_two_rooms_have_is_asked_back_with_their_ids(people: Village) -> None:
    ana, made = await rooms_of(people, "Pots", "pots")
    with pytest.raises(WrongUsage) as caught:
        ana.session.rooms.named("Pots")
    assert all(room_id in caught.value.hint for room_id in made)


async def test_a_room_that_one_is_in_comes_before_one_that_one_left(people: Village) -> None:
    ana, (old, new) = await rooms_of(people, "Pots", "Pots")
    await ana.session.gateway.leave(old)
    await ana.sync()
    assert ana.session.rooms.named("Pots").room_id == new
    assert [r.room_id for r in ana.session.rooms.joined()] == [new]


async def test_nooks_and_spaces_are_told_apart_from_other_rooms(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    rooms = ana.session.rooms
    assert [r.room_id for r in rooms.nooks()] == [here.nook]
    assert [r.room_id for r in rooms.spaces()] == [here.space]
    assert set(rooms) == {here.space, here.highlights, here.facilitators, here.nook}
    assert len(rooms) == 4
    await ana.reopen()
    assert set(ana.session.rooms) == set(rooms)
