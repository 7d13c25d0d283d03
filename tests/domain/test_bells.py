"""A look (👀) at a bell counts as a claim, from any client, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.acts import CLAIM_LASTS, Act, holder, knock_case, live_acts, read_act
from nookterm.domain.bells import looks
from nookterm.domain.events import Event, Other
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.vetting import Request, request_act
from tests.domain.builders import ANA, BO, CY, DESK, EVE, FOXES, NOON, a_message, a_nook, a_reaction, minutes

REQUEST = Request(knock_case(FOXES, EVE), FOXES, EVE, "Eve", NOON, EventId("$knock"))


def a_bell(word: str = "bell") -> Act:
    found = read_act(a_message(request_act(word, REQUEST, "Eve asks"), "$bell", room=DESK, by=CY))
    assert found
    return found


def a_look(by: UserId = ANA, key: str = "👀", target: str = "$bell", at: float = 5) -> Event:
    return a_reaction(target, key, f"$look{at}{by}", by=by, at=minutes(at), room=DESK)


def held_by(*events: Event, bell: Act | None = None, now: float = 10) -> UserId | None:
    acts = [bell or a_bell()]
    found = holder(live_acts(a_nook(), EVE, [*acts, *looks(acts, events)], minutes(now)), minutes(now))
    return found[0] if found else None


@pytest.mark.parametrize("key", ["👀", "👀\ufe0f"])
def test_a_look_at_a_bell_is_a_claim_that_lasts_as_any(key: str) -> None:
    (claim,) = looks([a_bell()], [a_look(key=key)])

    assert (claim.act, claim.sender, claim.lasts, claim.knock) == ("claim", ANA, CLAIM_LASTS, "$knock")
    assert held_by(a_look(key=key)) == ANA
    assert held_by(a_look(key=key), now=126) is None


@pytest.mark.parametrize("look", [a_look(key="👍"), a_look(target="$other"), a_look(by=BO), a_look(by=EVE)])
def test_another_reaction_and_the_look_of_somebody_without_the_power_are_none(look: Event) -> None:
    assert held_by(look) is None


def test_a_look_at_anything_but_a_bell_is_none() -> None:
    assert held_by(a_look(), bell=a_bell("dossier")) is None


def test_a_look_that_was_taken_back_is_none() -> None:
    assert held_by(replace(a_look(), payload=Other("m.reaction"))) is None


def test_of_two_looks_the_first_holds() -> None:
    assert held_by(a_look(CY, at=6), a_look(ANA, at=5)) == ANA
