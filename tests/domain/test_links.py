"""Links that any client opens, whatever an id has in it."""

from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.links import message_link, room_link
from tests.domain.builders import ANA, FOXES


def test_a_link_goes_through_the_rooms_server_or_else_ones_own() -> None:
    assert room_link(FOXES, ANA) == "https://matrix.to/#/%21foxes%3Ariver.example?via=river.example"
    assert room_link(RoomId("!v12"), ANA) == "https://matrix.to/#/%21v12?via=river.example"
    assert message_link(RoomId("!v12"), EventId("$a/b"), ANA) == "https://matrix.to/#/%21v12/%24a%2Fb?via=river.example"


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_in_an_id_gets_out_of_its_part_of_the_link(text: str) -> None:
    link = message_link(RoomId("!r"), EventId(text), ANA)
    middle = link.removeprefix("https://matrix.to/#/%21r/").removesuffix("?via=river.example")
    assert unquote(middle) == text
    assert not set(middle) & set("/?#& ")
