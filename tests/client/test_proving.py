"""Showing the server that it is us: every way that it may ask for, and none that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from nookterm.client.errors import NotAllowed, WrongPassword
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.client.proving import page, password_answer, plain_answer, prove, stage, with_password
from nookterm.domain.ids import UserId

ANA = UserId("@ana:river.example")
SERVER = "https://river.example/"
PASSWORD = Challenge("s1", (("m.login.password",),))


def asked(*flows: tuple[str, ...], done: tuple[str, ...] = (), **params: Any) -> Challenge:
    return Challenge("s 1", flows, params.get("params", {}), done)


@pytest.mark.parametrize(
    ("challenge", "wanted"),
    [
        (PASSWORD, "m.login.password"),
        (asked(("m.login.sso",), ("m.login.password",)), "m.login.password"),
        (asked(("m.login.dummy",)), "m.login.dummy"),
        (asked(("m.oauth",)), "m.oauth"),
        (asked(("m.login.terms", "m.login.dummy")), "m.login.terms"),
        (asked(("m.login.terms", "m.login.dummy"), done=("m.login.terms",)), "m.login.dummy"),
        (asked(()), None),
    ],
)
def test_the_easiest_way_that_is_left_is_taken(challenge: Challenge, wanted: str | None) -> None:
    assert stage(challenge) == wanted


def test_a_page_is_the_servers_own_or_its_fallback_and_never_another_scheme() -> None:
    there = {"m.oauth": {"url": "https://account.river.example/?action=reset"}}
    older = {"org.matrix.cross_signing_reset": {"url": "http://account.river.example/"}}
    assert page(asked(("m.oauth",), params=there), SERVER) == "https://account.river.example/?action=reset"
    assert page(asked(("org.matrix.cross_signing_reset",), params=older), SERVER) == "http://account.river.example/"
    fallback = "https://river.example/_matrix/client/v3/auth/m.login.sso/fallback/web?session=s%201"
    assert page(asked(("m.login.sso",)), SERVER) == fallback
    for bad in ("javascript:alert(1)", "file:///etc/passwd", 7, None):
        assert page(asked(("m.oauth",), params={"m.oauth": {"url": bad}}), SERVER) == ""
    assert page(PASSWORD, SERVER) == ""


def test_an_answer_names_its_session_and_carries_no_more_than_it_must() -> None:
    assert password_answer(PASSWORD, ANA, Secret("kiln")) == {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": ANA},
        "password": "kiln",
        "session": "s1",
    }
    assert plain_answer(asked(("m.oauth",))) == {"session": "s 1"}
    assert plain_answer(asked(("m.login.dummy",))) == {"type": "m.login.dummy", "session": "s 1"}


async def test_whoever_cannot_be_asked_tries_a_password_once() -> None:
    tries: list[Auth | None] = []

    async def server(auth: Any) -> Challenge | None:
        tries.append(auth)
        return PASSWORD if auth is None else Challenge("s1", PASSWORD.flows, refused=True)

    with pytest.raises(WrongPassword):
        await prove(server, with_password(ANA, Secret("guess")))
    assert len(tries) == 2
    with pytest.raises(NotAllowed):
        await prove(server, None)


async def test_stages_that_ask_for_nothing_are_passed_and_a_page_cannot_be() -> None:
    answers: list[Any] = []

    async def server(auth: Any) -> Challenge | None:
        answers.append(auth)
        return None if auth else asked(("m.login.dummy",))

    await prove(server, with_password(ANA, Secret("kiln")))
    assert answers == [None, {"type": "m.login.dummy", "session": "s 1"}]
    assert await with_password(ANA, Secret("kiln"))(asked(("m.oauth",))) is None
