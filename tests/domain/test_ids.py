"""Ids as the spec and its history allow them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import UserId, is_user_id, localpart, server_of


@pytest.mark.parametrize(
    "text",
    [
        "@ana:river.example",
        "@ana:river.example:8448",
        "@ana:[::1]",
        "@ana:[::1]:8448",
        "@An/a=2e_-+:h",
        "@:h",
        "@b@c:h",
    ],
)
def test_a_user_id_is_known_by_its_form(text: str) -> None:
    assert is_user_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "@", "@ana", "ana:h", "#ana:h", "@ana:", "@a na:h", "@ana:h ", "@ana:h\n", "@änä:h", "@ana:hö", "@ana:h/x",
     "@a\u200bna:h", "@" + "a" * 254 + ":h"],
)  # fmt: skip
def test_what_only_looks_like_a_user_id_is_none(text: str) -> None:
    assert not is_user_id(text)


def test_a_user_id_may_be_as_long_as_the_spec_allows_and_no_longer() -> None:
    assert is_user_id("@" + "a" * 252 + ":h")
    assert len("@" + "a" * 252 + ":h") == 255
    assert not is_user_id("@" + "a" * 253 + ":h")


@pytest.mark.parametrize(
    ("user", "local"),
    [("@ana:river.example", "ana"), ("@ana:h:8448", "ana"), ("@:h", ""), ("@ana", "ana"), ("not an id", "not an id")],
)
def test_the_local_part_is_what_stands_before_the_server(user: str, local: str) -> None:
    assert localpart(UserId(user)) == local


@pytest.mark.parametrize(
    ("name", "server"),
    [("@ana:h:8448", "h:8448"), ("#foxes:h", "h"), ("!abc:h", "h"), ("!abc", ""), ("", "")],
)
def test_a_room_of_version_12_names_no_server(name: str, server: str) -> None:
    assert server_of(name) == server


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_an_accepted_user_id_is_made_of_its_parts(text: str) -> None:
    user = UserId(text)
    if is_user_id(text):
        assert f"@{localpart(user)}:{server_of(user)}" == user
