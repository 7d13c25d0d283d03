"""Making an account, stage by stage: what is answered from here, what needs a browser, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from nookterm.client.errors import NotAllowed, Problem, ServerTrouble, WrongPassword
from nookterm.client.ports import Auth, Challenge, Credentials, Doorway, Homeserver, NewAccount, Secret
from nookterm.client.registering import Terms, Wanted, make_account, what_is_wanted
from nookterm.domain.ids import DeviceId, UserId

TOKEN, TERMS, DUMMY, HUMAN = "m.login.registration_token", "m.login.terms", "m.login.dummy", "m.login.recaptcha"
RIVER = Homeserver("https://river.example", ())
WISH = NewAccount("ana", Secret("a kiln and clay"), "nookterm")
MADE = Credentials("https://river.example", UserId("@ana:river.example"), DeviceId("D"), Secret("t"))
RULES = {"policies": {"rules": {"version": "1", "en": {"name": "Rules", "url": "https://river.example/rules"}}}}


@dataclass
class Registry:
    """A server's registration as the spec has it: stages are ticked off until one flow is complete."""

    flows: tuple[tuple[str, ...], ...]
    pages: frozenset[str] = frozenset({HUMAN})
    good: str = "open sesame"
    done: list[str] = field(default_factory=list)
    asked: list[Auth | None] = field(default_factory=list)
    deaf: bool = False

    async def takes_token(self, _server: Homeserver, token: Secret) -> bool | None:
        return None if self.deaf else token.reveal() == self.good

    async def has_page(self, _server: Homeserver, page: str) -> bool:
        return any(stage in page for stage in self.pages)

    async def register(
        self, _server: Homeserver, wish: NewAccount, auth: Auth | None = None
    ) -> Credentials | Challenge:
        assert wish == WISH, "the same is asked for from the first to the last stage"
        self.asked.append(auth)
        stage = (auth or {}).get("type")
        wrong = stage == TOKEN and (auth or {})["token"] != self.good
        if stage and not wrong and not self.deaf:
            self.done.append(stage)
        if any(set(flow) <= set(self.done) for flow in self.flows):
            return MADE
        return Challenge("s 1", self.flows, {TERMS: RULES}, tuple(self.done), refused=wrong)


@dataclass
class Applicant:
    """Somebody who says yes, or not."""

    registry: Registry
    yes: bool = True
    visits: int = 1
    """How often they go to a page before they do what it wants."""
    read: tuple[Terms, ...] = ()
    pages: list[str] = field(default_factory=list)

    async def agrees(self, terms: tuple[Terms, ...]) -> bool:
        self.read = terms
        return self.yes

    async def has_visited(self, page: str, what: str, *, again: bool) -> bool:
        assert what
        assert again is bool(self.pages)
        self.pages.append(page)
        if len(self.pages) >= self.visits:
            self.registry.done.append(HUMAN)
        return self.yes


async def make(registry: Registry, applicant: Applicant, token: str = "") -> Credentials:
    return await make_account(cast("Doorway", registry), RIVER, WISH, Secret(token) if token else None, applicant)


async def test_token_terms_and_nothing_are_answered_in_their_order_and_in_one_session() -> None:
    registry = Registry(((TOKEN, TERMS, DUMMY),))
    applicant = Applicant(registry)
    assert await make(registry, applicant, "open sesame") == MADE
    assert registry.asked == [
        None,
        {"type": TOKEN, "session": "s 1", "token": "open sesame"},
        {"type": TERMS, "session": "s 1"},
        {"type": DUMMY, "session": "s 1"},
    ]
    assert applicant.read == (Terms("Rules", "https://river.example/rules"),)


async def test_what_needs_a_browser_is_done_on_the_servers_page_and_asked_for_until_it_is_done() -> None:
    registry = Registry(((HUMAN, DUMMY),))
    applicant = Applicant(registry, visits=3)
    assert await make(registry, applicant) == MADE
    page = f"https://river.example/_matrix/client/v3/auth/{HUMAN}/fallback/web?session=s%201"
    assert applicant.pages == [page] * 3
    assert registry.asked[1:4] == [{"session": "s 1"}] * 3


async def test_the_way_that_can_be_gone_from_here_is_taken() -> None:
    for flows, token, taken in (
        (((HUMAN,), (DUMMY,)), "", DUMMY),
        (((TOKEN,), (DUMMY,)), "", DUMMY),
        (((HUMAN,), (TOKEN, DUMMY)), "open sesame", TOKEN),
    ):
        registry = Registry(flows)
        await make(registry, Applicant(registry), token)
        assert registry.done[0] == taken
        assert HUMAN not in registry.done


@pytest.mark.parametrize(
    ("flows", "token", "yes", "kind", "code"),
    [
        (((TOKEN,),), "", True, Problem, "token_needed"),
        (((TOKEN,),), "wrong", True, WrongPassword, "registration_token"),
        (((TERMS,),), "", False, NotAllowed, "not_agreed"),
        (((HUMAN,),), "", False, NotAllowed, "not_confirmed"),
        ((("m.login.email.identity",),), "", True, Problem, "elsewhere"),
    ],
)
async def test_where_it_ends_it_says_why_and_no_account_is_made(
    flows: tuple[tuple[str, ...], ...], token: str, *, yes: bool, kind: type[Problem], code: str
) -> None:
    registry = Registry(flows)
    with pytest.raises(kind) as met:
        await make(registry, Applicant(registry, yes=yes, visits=99), token)
    assert met.value.code == code


async def test_a_token_that_is_no_good_is_said_before_anything_is_asked_for() -> None:
    registry = Registry(((TOKEN, DUMMY),))
    with pytest.raises(WrongPassword, match="does not take this registration token"):
        await make(registry, Applicant(registry), "wrong")
    assert registry.asked == []


async def test_a_server_that_goes_in_circles_is_left() -> None:
    for flow, kind in (((DUMMY,), ServerTrouble), ((TOKEN,), WrongPassword)):
        registry = Registry((flow,), deaf=True)
        with pytest.raises(kind):
            await make(registry, Applicant(registry), "open sesame")
        assert len(registry.asked) == 2


@pytest.mark.parametrize(
    ("params", "terms"),
    [
        ({TERMS: RULES}, (Terms("Rules", "https://river.example/rules"),)),
        (
            {TERMS: {"policies": {"a": {"fr": {"name": "Règles", "url": "javascript:alert(1)"}}}}},
            (Terms("Règles", ""),),
        ),
        ({TERMS: {"policies": {"a": 5, "b": {"version": "1"}}}}, ()),
        ({TERMS: {"policies": []}}, ()),
        ({TERMS: 7}, ()),
        ({}, ()),
    ],
)
def test_terms_are_read_with_care(params: Mapping[str, Any], terms: tuple[Terms, ...]) -> None:
    assert what_is_wanted(Challenge("s", ((TERMS,),), dict(params))) == Wanted(terms=terms)


def test_what_a_server_wants_is_said_in_words() -> None:
    assert what_is_wanted(Challenge("s", ((HUMAN, TOKEN, DUMMY),))) == Wanted(
        token=True, in_browser=("a puzzle that shows that you are human",)
    )
