"""When a bell is due: once for each request, once for a flood, never for what somebody has seen to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nookterm.domain.acts import Act, act_content, knock_case, read_act
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.ringing import MANY, Ring, bell, due, hear, many_case, surplus
from nookterm.domain.room import Room
from nookterm.domain.vetting import Request, waiting
from tests.domain.builders import ANA, BO, CY, DEE, DESK, EVE, FOXES, a_message, a_nook, a_room, member, minutes

NOW = minutes(60)


def asking(count: int, nook: Room | None = None) -> tuple[Request, ...]:
    """So many people who ask, from the first minute on."""
    room, people = nook or a_nook(), [EVE, *(UserId(f"@p{n}:elsewhere.example") for n in range(count - 1))]
    knocks = [member(user, "knock", event_id=f"$knock{n}", at=minutes(1 + n / 100)) for n, user in enumerate(people)]
    return waiting(room, a_nook(*knocks).members.values(), (), NOW)


def said(act: str, at: float, by: UserId = ANA, user: UserId = EVE, case: str = "", **more: Any) -> Act:
    """A word about somebody who asks."""
    content = act_content(act, case or knock_case(FOXES, user), FOXES, "said", user=user, **more)
    found = read_act(a_message(content, f"${act}{by}{at}", by=by, at=minutes(at), room=DESK))
    assert found
    return found


def at(moment: datetime, requests: tuple[Request, ...], *acts: Act) -> list[str]:
    """The cases that are rung for."""
    return [ring.case for ring in due(a_nook(), requests, acts, moment)]


def test_a_request_that_nobody_saw_to_is_rung_for_once() -> None:
    requests = asking(1)
    assert at(NOW, requests) == [requests[0].case]
    assert at(NOW, requests, said("bell", 2, CY)) == []


def test_what_somebody_is_on_is_not_rung_for() -> None:
    for act in ("claim", "asked", "waitlisted", "snooze", "vote"):
        assert at(NOW, asking(1), said(act, 2, CY)) == []


def test_a_request_after_an_end_is_rung_for_anew() -> None:
    assert at(NOW, asking(1), said("bell", 0.1), said("approved", 0.5)) == [asking(1)[0].case]


def test_a_bell_of_somebody_without_the_power_silences_nobody() -> None:
    assert at(NOW, asking(1), said("bell", 2, BO)) == [asking(1)[0].case]


def test_many_are_rung_for_together_and_for_a_day() -> None:
    requests = asking(412)
    (ring,) = due(a_nook(), requests, (), NOW)
    assert ring == Ring(many_case(a_nook()), count=412)
    assert bell(a_nook(), ring, [CY])["body"] == "412 people ask to join Foxes."
    rung = said("bell", 30, CY, case=many_case(a_nook()))
    assert at(NOW, requests, rung) == []
    assert at(NOW, asking(MANY), rung) == [], "those who waited then are not rung for one by one afterwards"
    assert at(NOW, asking(MANY)) == [request.case for request in asking(MANY)]


def test_a_bell_names_the_other_facilitators_and_can_be_read_anywhere() -> None:
    nook = a_nook()
    helpers = a_room(*(member(user) for user in (ANA, BO, CY)), room_id=DESK)
    assert hear(nook, helpers) == {CY}, "Dee is not in their room, Bo does not decide, and Ana rings"
    (ring,) = due(nook, asking(1), (), NOW)
    content = bell(nook, ring, hear(nook, helpers))
    assert content["msgtype"] == "m.text"
    assert content["m.mentions"] == {"user_ids": [CY]}
    assert content["body"] == f"eve ({EVE}) asks to join Foxes. React with 👀 to say that you are on it."
    act = read_act(a_message(content, room=DESK))
    assert act
    assert (act.act, act.case, act.knock, act.user) == ("bell", ring.case, EventId("$knock0"), EVE)


def test_of_several_bells_the_earliest_stays_on_each_machine() -> None:
    first, second, third = said("bell", 2, CY), said("bell", 2.1, ANA), said("bell", 2.2, DEE)
    gone = [surplus(a_nook(me=me), (third, second, first), NOW) for me in (CY, ANA, DEE)]
    assert gone == [(), (second.event_id,), (third.event_id,)]


def test_bells_for_different_requests_or_days_take_nothing_back() -> None:
    many = many_case(a_nook())
    assert surplus(a_nook(), (said("bell", 2), said("bell", 3, user=BO)), NOW) == ()
    assert surplus(a_nook(), (said("bell", 2), said("declined", 3), said("bell", 4)), NOW) == ()
    late = NOW + timedelta(days=3)
    assert surplus(a_nook(), (said("bell", 2, case=many), said("bell", 2000, case=many)), late) == ()
    assert len(surplus(a_nook(), (said("bell", 2, case=many), said("bell", 50, case=many)), late)) == 1


def test_who_is_set_aside_is_not_rung_for() -> None:
    def withdrawn() -> Event:
        return member(EVE, "knock", event_id="$back", reason="(withdrawn by applicant)", at=minutes(1))

    assert at(NOW, waiting(a_nook(), a_nook(withdrawn()).members.values(), (), NOW)) == []
