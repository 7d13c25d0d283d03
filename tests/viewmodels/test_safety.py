"""What people read of trust in a room: title, marks, what stops sending, who reads along; then on a real screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nookterm.client.people import Known, Safety
from nookterm.client.proving import with_password
from nookterm.domain.events import Trust, Unreadable
from nookterm.domain.exceptions import Allowed
from nookterm.domain.ids import DeviceId, EventId, UserId
from nookterm.trust.pins import Standing
from nookterm.viewmodels.conversation import Reader, entries
from nookterm.viewmodels.desk import Wish
from nookterm.viewmodels.safety import Mark, RoomFacts, blocked, device_fact, mark, privacy, tone
from nookterm.viewmodels.timeline import Aside, Words
from nookterm.viewmodels.words import of, until
from tests.client.people import Village
from tests.domain.builders import ANA, BO, CY, NOON, a_message, a_nook, an_event, minutes
from tests.viewmodels.screens import Screens, shows

ONE, TWO = (DeviceId("A"),), (DeviceId("A"), DeviceId("B"))
NAMES = {ANA: "Ana", BO: "Bo", CY: "Cy"}


def known(user: UserId = BO, standing: Standing = Standing.PINNED, **more: object) -> Known:
    return replace(Known(user, standing, "KEY", signed=1), **more)  # type: ignore[arg-type]  # fields by name


def facts(*people: Known, ready: bool = True, rule: Allowed | None = None, encrypted: bool = True) -> RoomFacts:
    room = replace(a_nook(), encrypted=encrypted)
    safety = Safety({each.user: each for each in people}, ready)
    return RoomFacts(room, safety, rule, NAMES, NOON, UTC)


def excepting(*people: UserId, days: int = 7) -> Allowed:
    return Allowed(EventId("$a"), ANA, NOON, NOON + timedelta(days=days), frozenset(people) if people else None)


SIGNED, VERIFIED = known(), known(CY, Standing.VERIFIED)
CHANGED, VIOLATED = known(BO, Standing.CHANGED, signed=0), known(CY, Standing.VIOLATED, signed=0)
AGAIN = known(CY, Standing.VIOLATED, signed=0, ours_is_new=True)
UNSEEN = Known(CY, Standing.NONE)


@pytest.mark.parametrize(
    ("at", "words", "warns"),
    [
        (facts(SIGNED, VERIFIED), ("everybody signed",), False),
        (facts(VERIFIED), ("all verified",), False),
        (facts(SIGNED, UNSEEN), (), False),
        (facts(), (), False),
        (
            facts(known(unsigned=TWO), VERIFIED),
            ("2 devices not signed: they get nothing", "2 devices not signed"),
            True,
        ),
        (facts(known(unsigned=ONE), UNSEEN), ("1 device not signed: it gets nothing", "1 device not signed"), True),
        (
            facts(SIGNED, rule=excepting()),
            ("unsigned devices may take part until 8 Nov", "exception until 8 Nov"),
            True,
        ),
        (
            facts(SIGNED, known(CY, Standing.HIDDEN, signed=0)),
            ("the server hides Cy's identity: they get nothing", "the server hides Cy's identity", "identity hidden"),
            True,
        ),
        (
            facts(CHANGED, rule=excepting()),
            ("Bo's identity changed: nothing is sent", "Bo's identity changed", "identity changed"),
            True,
        ),
        (
            facts(CHANGED, VIOLATED),
            ("2 identities changed: nothing is sent", "2 identities changed", "identity changed"),
            True,
        ),
        (
            facts(AGAIN),
            ("Cy is to be compared again: nothing is sent", "Cy is to be compared again", "to be compared again"),
            True,
        ),
        (
            facts(CHANGED, AGAIN),
            ("2 people to look at: nothing is sent", "2 people to look at", "identity changed"),
            True,
        ),
        (
            facts(CHANGED, ready=False),
            ("this device is not trusted: nothing is sent", "this device is not trusted", "device not trusted"),
            True,
        ),
    ],
)  # fmt: skip
def test_the_title_says_what_has_to_be_looked_at_first(at: RoomFacts, words: tuple[str, ...], *, warns: bool) -> None:
    assert (tone(at).words, tone(at).warns) == (words, warns)


def test_before_the_keys_are_at_hand_nothing_is_claimed() -> None:
    at = replace(facts(), safety=None)
    assert tone(at).words == ()
    assert blocked(at) is None
    assert tone(replace(at, rule=excepting())).words[0].startswith("unsigned devices may take part")


def test_sending_is_stopped_by_this_device_then_by_the_first_changed_identity() -> None:
    assert blocked(facts(SIGNED, VERIFIED)) is None
    first = blocked(facts(CHANGED, ready=False))
    assert first is not None
    assert (first.kind, first.user) == ("device", None)
    changed = blocked(facts(CHANGED, VIOLATED))
    assert changed is not None
    assert (changed.kind, changed.user, changed.shown, changed.yes) == ("changed", BO, "KEY", "go on")
    assert "1 person more after that" in changed.safe
    violated = blocked(facts(VIOLATED))
    assert violated is not None
    assert (violated.kind, violated.yes) == ("violated", "withdraw")
    assert violated.headline == "You verified Cy, and Cy's identity is another one now."
    again = blocked(facts(AGAIN))
    assert again is not None
    assert (again.kind, again.yes) == ("violated", "withdraw")
    assert again.headline == "You verified Cy before your own identity was made anew."


@pytest.mark.parametrize(
    ("who", "found", "fact"),
    [
        (None, Mark(), ("not known yet", "nook-quiet")),
        (UNSEEN, Mark(), ("not known yet", "nook-quiet")),
        (SIGNED, Mark("signed"), ("signed by its owner · not verified by you", "")),
        (VERIFIED, Mark("verified"), ("signed by its owner · verified by you", "nook-safe")),
        (CHANGED, Mark("doubt", "identity changed"), ("identity changed", "nook-warn")),
        (AGAIN, Mark("doubt", "to be compared again"), ("to be compared again", "nook-warn")),
        (VIOLATED, Mark("doubt", "identity changed"), ("identity changed", "nook-warn")),
        (known(BO, Standing.HIDDEN), Mark("doubt", "identity hidden"), ("identity hidden", "nook-warn")),
        (
            known(signed=0, unsigned=ONE),
            Mark("doubt", "not signed"),
            ("not signed: cannot be asked yet", "nook-warn"),
        ),
        (known(unsigned=TWO), Mark("doubt", "2 devices not signed"), ("2 devices not signed", "nook-warn")),
        (known(signed=0), Mark("signed"), ("none that could be asked", "nook-warn")),
        (known(CY, Standing.VERIFIED, excepted=1), Mark("doubt", "1 device not signed"), None),
    ],
)
def test_each_person_has_one_of_three_marks(who: Known | None, found: Mark, fact: tuple[str, str] | None) -> None:
    assert mark(who) == found
    assert fact is None or device_fact(who) == fact


def test_who_reads_says_devices_exceptions_and_changes() -> None:
    def said(at: RoomFacts) -> list[str]:
        return [left for left, _right, _meaning in privacy(at, "PAST")]

    assert said(facts(SIGNED, VERIFIED)) == ["✓ 4 people, on devices that they signed.", "PAST"]
    assert said(facts(VERIFIED))[1] == "✓ You verified everybody."
    assert said(facts(UNSEEN)) == [
        "✓ 4 people, end-to-end encrypted.", "○ The devices of 1 person are not known yet.", "PAST",
    ]  # fmt: skip
    assert said(facts(known(unsigned=ONE)))[1] == "! 1 device not signed by the owner. It gets nothing."
    assert said(facts(known(CY, Standing.HIDDEN)))[1] == "! The server hides Cy's identity. They get nothing."
    assert said(facts(CHANGED))[1] == "! Bo's identity changed. Nothing is sent."
    assert said(facts(SIGNED, ready=False))[1].startswith("! This device is not trusted yet")
    assert said(facts(SIGNED, rule=excepting(BO, CY)))[1] == (
        "! Unsigned devices of Bo and Cy may take part until 8 Nov, says Ana. "
        "The servers of their owners could read along."
    )
    assert said(facts(SIGNED, encrypted=False))[0].startswith("↗ Not encrypted")


def test_an_end_today_is_said_by_the_clock() -> None:
    assert until(NOON + timedelta(hours=2), NOON, UTC) == "until 14:00"
    assert until(datetime(2026, 12, 5, tzinfo=UTC), NOON, UTC) == "until 5 Dec"
    assert (of("Ana"), of("Agnes")) == ("Ana's", "Agnes'")


# --- in the timeline --------------------------------------------------------------------------------------------------


READER = Reader(ANA, NOON + timedelta(days=30), UTC)


def test_messages_hidden_for_one_reason_are_one_line() -> None:
    why = "it came from a device that its owner has not signed"
    hidden = [an_event(Unreadable("s", why), f"$h{n}", by=BO, at=minutes(n)) for n in range(3)]
    other = an_event(Unreadable("s", "its key has not arrived"), "$k", by=BO, at=minutes(4))
    drawn = entries(a_nook(), (*hidden, other, a_message("x", "$x", by=CY, at=minutes(5))), (), READER, None)
    asides = [entry for entry in drawn if isinstance(entry, Aside)]
    assert [aside.event_id for aside in asides] == ["$h0", "$k"]
    assert "(3 messages)" in asides[0].text
    assert why in asides[0].text
    assert "messages" not in asides[1].text


def test_a_doubt_is_said_at_the_message_that_it_is_about() -> None:
    events = (
        a_message("a", "$1", by=BO, trust=Trust.VERIFIED),
        a_message("b", "$2", by=BO, at=minutes(1), trust=Trust.UNSIGNED),
        a_message("c", "$3", by=BO, at=minutes(2), trust=Trust.UNSIGNED),
    )
    said = [entry for entry in entries(a_nook(), events, (), READER, None) if isinstance(entry, Words)]
    assert [(words.first, words.verified, bool(words.warning)) for words in said] == [
        (True, True, False), (True, False, True), (False, False, True),
    ]  # fmt: skip


# --- on a real screen -------------------------------------------------------------------------------------------------


async def test_a_changed_identity_stops_the_composer_until_somebody_went_on(people: Village, screens: Screens) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana, bob)
    await ana.say(here.nook, "before")
    await bob.sync()
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    await shows(shell.timeline, lambda view: view.trust == ("everybody signed",))
    await bob.session.trust.identity.reset(with_password(bob.id, bob.password))
    stopped = await shows(shell.timeline, lambda view: view.blocked)
    assert stopped.blocked is not None
    assert stopped.blocked.kind == "changed"
    assert stopped.trust_warns
    await shows(shell.about, lambda view: [p.note for p in view.people if p.user == bob.id] == ["identity changed"])

    await shell.timeline.send("are you well?")
    await shows(shell.timeline, lambda v: [e for e in v.entries if isinstance(e, Words) and e.state == "queued"])
    await shell.timeline.go_on(bob.id, stopped.blocked.shown)

    await shows(shell.timeline, lambda view: view.blocked is None and view.trust == ("everybody signed",))
    await shows(shell.status, lambda view: view.unsent == 0)
    await bob.sync()
    assert bob.heard(here.nook)[-1] == "are you well?"


async def test_a_facilitator_is_asked_before_an_unsigned_applicant_is(people: Village, screens: Screens) -> None:
    ana, mia = await people.person("ana"), await people.person("mia", trusted=False)
    here = await people.community(ana)
    await mia.enter(here.space)
    await mia.asking.knock(here.nook, answers={"q1": "because", "q2": "last year"})
    request = await ana.request_of(mia.id)
    desk, requests = (await screens.live(ana)).desk, (await screens.live(mia)).requests
    told = await shows(requests, lambda view: view.lines[0].state == "cannot be asked")
    assert any("/trust" in words for words in told.lines[0].words)
    await desk.refresh()
    (line,) = desk.view.groups[0].lines
    assert line.detail is not None
    assert ("Device", "not signed: cannot be asked yet", "nook-warn") in line.detail.facts
    assert line.detail.unsigned.endswith("their server could read this.")

    await desk.do(Wish("vet", request.case))
    assert "cannot read you yet" in desk.view.result
    await desk.do(Wish("vet", request.case, anyway=True))

    assert "is asked" in desk.view.result
    await shows(requests, lambda view: view.lines[0].state == "answers sent")
    await shows(desk, lambda view: (about := view.groups[0].lines[0].detail) and about.answers)
