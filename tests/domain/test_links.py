"""Links that any client opens, whatever an id has in it."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.links import Link, addresses_in, message_link, read_link, room_link
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


def test_addresses_of_other_clients_lead_somewhere() -> None:
    for text in ("https://matrix.to/#/!abc:x.org/$ev?via=x.org", "matrix:roomid/abc:x.org/e/ev?via=x.org&action=join"):
        assert read_link(text) == Link("!abc:x.org", EventId("$ev"), via=("x.org",))
    assert read_link("https://matrix.to/#/%23glaze%3Ax.org") == Link("#glaze:x.org")
    assert read_link("matrix:u/ana:x.org") == Link(user=UserId("@ana:x.org"))


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org/#/!a:b", "matrix:roomid", "https://matrix.to/#/", "https://matrix.to/#/word",
     "https://matrix.to/#/!a:b/word", "https://matrix.to/#/%1B!a:b", "matrix:r/" + "x" * 600],
)  # fmt: skip
def test_what_is_no_address_leads_nowhere(text: str) -> None:
    assert read_link(text) is None


def test_addresses_are_found_in_what_somebody_wrote() -> None:
    text = "see (https://matrix.to/#/#a:b.c), https://example.org and matrix:u/x:y.z. Or matrix: that."
    assert list(addresses_in(text)) == ["https://matrix.to/#/#a:b.c", "matrix:u/x:y.z"]
