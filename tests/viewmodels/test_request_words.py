"""What My requests says: every state and hitch in plain words, with the whole id where it matters who is meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.client.askers import Asker, Stop
from nookterm.client.asking import Standing
from nookterm.client.people import Known
from nookterm.domain.applying import Hitch, MyRequest, State
from nookterm.domain.ids import RoomId, UserId, localpart
from nookterm.domain.knocking import Told, Word
from nookterm.trust.pins import Standing as Identity
from nookterm.viewmodels.request_words import Names, doubts, said
from nookterm.viewmodels.requests import Doubt, Unsure
from tests.domain.builders import ANA, BO, FOXES, NOON

ROOM = RoomId("!room")
MINE = MyRequest(FOXES, "Foxes", "7Q2KX4", NOON, {"q1": "because"})
HOSTILE = "\x1b[2J[@click=app.quit]\u202eno"


def names(**known: Known) -> Names:
    return Names(lambda user: localpart(user).title(), lambda user: known.get(localpart(user)))


def words(standing: Standing, **known: Known) -> tuple[str, str]:
    state, _meaning, told = said(standing, names(**known))
    return state, " ".join(told)


def told(state: Told, **more: Any) -> MyRequest:
    return replace(MINE, asked_by=ANA, asked_in=ROOM, word=Word(state, ANA, NOON, **more))


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words(state: State) -> None:
    word, sentence = words(Standing(MINE, state))
    assert word
    assert sentence


@pytest.mark.parametrize(
    ("standing", "word", "sentence"),
    [
        (Standing(MINE, State.SENT), "sent", "Your answers lie on this machine and on no other."),
        (Standing(replace(MINE, written_to=ANA), State.SENT), "written", f"You wrote to Ana ({ANA})"),
        (Standing(replace(MINE, asked_by=ANA), State.ASKED), "asked", "Ana asks you a few things."),
        (Standing(replace(MINE, asked_by=ANA), State.ANSWERED, late=True), "answers sent", "heard for 14 days"),
        (Standing(replace(MINE, answer_by_days=3), State.UNANSWERED), "no answer yet", "answered for 3 days"),
        (Standing(replace(MINE, ending=True), State.WITHDRAWN), "taken back", "has not heard of it yet"),
        (Standing(told(Told.WAITLISTED, place=3), State.WAITLISTED), "place 3 on the wait-list", "Ana has put you"),
        (Standing(told(Told.WAITLISTED), State.WAITLISTED), "on the wait-list", "You hear when a place is free."),
        (Standing(told(Told.DECLINED, words="Full\nnow."), State.DECLINED), "declined", "“Full” “now.”"),
        (Standing(told(Told.DECLINED), State.DECLINED), "declined", "in the room of your request"),
        (Standing(MINE, State.DECLINED), "declined", "The answer was no this time."),
        (Standing(told(Told.APPROVED), State.APPROVED), "welcome", "You come in by yourself"),
        (Standing(told(Told.BLOCKED), State.APPROVED), "welcome, not invited", "your account turns invites away"),
    ],
)  # fmt: skip
def test_each_says_what_it_means(standing: Standing, word: str, sentence: str) -> None:
    state, told_ = words(standing)
    assert state == word
    assert sentence in told_


def stopped(hitch: Hitch, state: State = State.SENT, user: UserId | None = ANA, **more: Any) -> Standing:
    return Standing(MINE, state, stop=Stop(hitch, user), **more)


UNKNOWN = (Asker(ANA, ROOM, None, known=False), Asker(BO, ROOM, None, known=False))
CHANGED = Known(ANA, Identity.CHANGED, "key")


@pytest.mark.parametrize(
    ("standing", "word", "sentence"),
    [
        (stopped(Hitch.DEVICE), "cannot be asked", "/trust"),
        (stopped(Hitch.DEVICE, State.ANSWERED), "answers wait", "/trust"),
        (stopped(Hitch.DEVICE, State.APPROVED), "welcome", "You are invited."),
        (stopped(Hitch.INVITES), "cannot be asked", "turns invites away"),
        (stopped(Hitch.UNREADABLE), "answers wait", "No device of Ana is signed"),
        (stopped(Hitch.UNREADABLE, user=None), "answers wait", "No device of whoever asks"),
        (stopped(Hitch.COMPANY, user=BO), "answers wait", f"Bo ({BO}) is in the room"),
        (stopped(Hitch.IDENTITY), "answers wait", "Ana's identity is another one than before"),
        (stopped(Hitch.UNKNOWN, State.ASKED, askers=UNKNOWN[:1]), "who asks?", f"Ana ({ANA}) asks for Foxes. No space"),
        (stopped(Hitch.UNKNOWN, State.ASKED, askers=UNKNOWN), "who asks?", f"Ana ({ANA}) and Bo ({BO}) ask for Foxes."),
        (stopped(Hitch.UNKNOWN, askers=UNKNOWN[:1]), "who asks?", "not among the facilitators"),
    ],
)
def test_what_stands_in_the_way_comes_first(standing: Standing, word: str, sentence: str) -> None:
    state, told_ = words(standing, ana=CHANGED)
    assert state == word
    assert sentence in told_


def test_an_identity_that_the_server_hides_cannot_be_gone_on_with() -> None:
    hidden = Known(ANA, Identity.HIDDEN, None)
    standing = stopped(Hitch.IDENTITY)
    assert "hides the identity of Ana" in words(standing, ana=hidden)[1]
    assert doubts(standing, names(ana=hidden)) == ()


def test_going_on_is_bound_to_the_identity_that_was_shown() -> None:
    (doubt,) = doubts(stopped(Hitch.IDENTITY), names(ana=CHANGED))
    assert (doubt.user, doubt.unsure, doubt.shown) == (ANA, Unsure.IDENTITY, "key")
    assert str(ANA) in doubt.question
    violated = Known(ANA, Identity.VIOLATED, "key")
    assert "Give your verification" in doubts(stopped(Hitch.IDENTITY), names(ana=violated))[0].question
    renewed = replace(violated, ours_is_new=True)
    assert "your own identity was made anew" in words(stopped(Hitch.IDENTITY), ana=renewed)[1]


def test_each_of_several_who_ask_is_asked_about_by_their_whole_id() -> None:
    known = Asker(BO, ROOM, None, known=True)
    found = doubts(stopped(Hitch.UNKNOWN, askers=(*UNKNOWN[:1], known)), names())
    assert [(d.user, d.unsure) for d in found] == [(ANA, Unsure.FACILITATOR)]
    assert f"Ana ({ANA}) asks for Foxes." in found[0].question
    (company,) = doubts(stopped(Hitch.COMPANY, user=BO), names())
    assert (company.user, company.unsure) == (BO, Unsure.FACILITATOR)
    assert doubts(stopped(Hitch.INVITES), names()) == ()
    assert doubts(Standing(MINE, State.SENT), names()) == ()


def test_a_strangers_words_are_words() -> None:
    standing = Standing(told(Told.DECLINED, words=HOSTILE * 200), State.DECLINED)
    _word, _meaning, lines = said(standing, names())
    assert not any(c in line for line in lines for c in "\x1b\u202e")
    hostile = replace(MINE, name=HOSTILE)
    unknown = Standing(hostile, State.ASKED, UNKNOWN, Stop(Hitch.UNKNOWN, ANA))
    assert isinstance(doubts(unknown, names())[0], Doubt)
    assert "\x1b" not in doubts(unknown, names())[0].question + words(unknown)[1]
