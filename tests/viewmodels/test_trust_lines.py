"""What Sessions and trust and the dialog say: every state has its word, its meaning and its way on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nookterm.client.backup_state import BackupState, BackupStep
from nookterm.client.errors import Problem
from nookterm.domain.ids import DeviceId, RoomId
from nookterm.trust.verification import QR_SCAN, QR_SHOW, RECIPROCATE, CancelCode, Cancelled, Flow, Me, Phase
from nookterm.viewmodels.trust import TrustLine
from nookterm.viewmodels.trust_lines import (
    OwnDevice,
    backup_line,
    device_line,
    disk_line,
    person_line,
    recovery_line,
    room_line,
)
from nookterm.viewmodels.verify import Step
from nookterm.viewmodels.verify_words import page, with_problem
from tests.trust.chance import ANA, BO, LAPTOP, PHONE
from tests.trust.people import Person
from tests.tui.panel_host import HOSTILE, clean

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATE = OwnDevice(PHONE, "Phone", signed=True, last_seen=NOW - timedelta(hours=2))


def words_of(line: TrustLine) -> tuple[str, str, str, bool]:
    return line.about, line.state, line.meaning, line.look


@pytest.mark.parametrize(
    ("device", "proved", "wanted", "actions"),
    [
        (replace(LATE, here=True), True, ("this one", "signed", "nook-safe", False), "rename"),
        (replace(LATE, here=True, signed=False), True, ("this one", "not signed", "nook-warn", True), "compare rename"),
        (replace(LATE, here=True), False, ("this one", "not signed", "nook-warn", True), "compare rename"),
        (LATE, True, ("", "signed", "nook-safe", False), "rename sign_out bar"),
        (LATE, False, ("", "signed", "nook-quiet", False), "compare rename sign_out bar"),
        (replace(LATE, barred=True), True, ("", "shut out", "nook-warn", False), "rename sign_out bar"),
        (replace(LATE, keys=False), True, ("", "no keys", "nook-quiet", False), "rename sign_out"),
        (replace(LATE, signed=False, listed=False), True, ("", "not signed", "nook-warn", True), "compare bar"),
        (
            replace(LATE, signed=False, since=NOW - timedelta(days=1)),
            True,
            ("new, since 21 Nov", "not signed", "nook-warn", True),
            "compare rename sign_out bar",
        ),
        (replace(LATE, since=NOW), True, ("new, since today", "signed", "nook-safe", False), "rename sign_out bar"),
        (replace(LATE, since=NOW - timedelta(days=8)), True, ("", "signed", "nook-safe", False), "rename sign_out bar"),
    ],
)
def test_a_device_says_what_it_is_and_what_can_be_done(
    *, device: OwnDevice, proved: bool, wanted: tuple[str, str, str, bool], actions: str
) -> None:
    line = device_line(device, NOW, UTC, proved=proved)
    assert words_of(line) == wanted
    assert line.actions == tuple(f"trust.{word}" for word in actions.split())
    assert line.when == ("now" if device.here else "2 h ago")
    assert line.words


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=list(HOSTILE))
def test_a_name_is_never_more_than_a_name(attack: str) -> None:
    for line in (device_line(replace(LATE, name=attack), NOW, UTC, proved=True),
                 device_line(OwnDevice(DeviceId(attack)), NOW, UTC, proved=True)):  # fmt: skip
        assert clean(line.name)
        assert "\n" not in line.name
        assert len(line.name) <= 60


def test_people_are_met_or_to_be_looked_at() -> None:
    met = person_line(BO, "Bo", "verified", "K", NOW - timedelta(days=41), NOW, UTC)
    assert words_of(met)[1:] == ("met", "nook-safe", False)
    assert (met.when, met.actions) == ("12 Oct", ())
    assert person_line(BO, "Bo", "verified", "K", NOW.replace(year=2025), NOW, UTC).when == "22 Nov 2025"
    assert person_line(BO, "Bo", "verified", "K", None, NOW, UTC).when == ""
    assert "Theirs has not changed" in person_line(BO, "Bo", "again", "K", None, NOW, UTC).words[0]
    for standing in ("changed", "violated", "again"):
        line = person_line(BO, "Bo", standing, "K2", None, NOW, UTC)
        assert (line.look, line.shown, line.actions) == (True, "K2", ("trust.compare", "trust.accept"))
        assert "others" not in line.words[0]
    assert person_line(BO, "Bo", "hidden", None, None, NOW, UTC).actions == ("trust.compare",)


@pytest.mark.parametrize(
    ("step", "ready", "state", "actions", "look"),
    [
        (BackupStep.UNKNOWN, True, "not asked", (), False),
        (BackupStep.NONE, True, "off", ("back_up",), True),
        (BackupStep.NONE, False, "off", (), False),
        (BackupStep.ON, True, "on", ("restore",), False),
        (BackupStep.OFF, True, "switched off", ("back_up",), True),
        (BackupStep.FOREIGN, True, "not yours?", ("back_up",), True),
        (BackupStep.REPLACED, True, "replaced", ("back_up",), True),
        (BackupStep.GONE, True, "deleted", ("back_up",), True),
    ],
)
def test_the_backup_says_what_is_wrong_and_what_to_do(
    *, step: BackupStep, ready: bool, state: str, actions: tuple[str, ...], look: bool
) -> None:
    line = backup_line(BackupState(step, "1", has_key=True, here=12, unsaved=1), ready=ready)
    assert (line.state, line.look) == (state, look)
    assert [word for word in line.actions if word != "trust.backup"] == [f"trust.{word}" for word in actions]
    assert line.about == ("12 keys here, 1 waits" if step is BackupStep.ON else "12 keys here")
    assert line.words


def test_keys_that_cannot_go_in_are_said() -> None:
    line = backup_line(BackupState(BackupStep.ON, "1", here=1, trouble="The disk of the server is full."), ready=True)
    assert (line.state, line.meaning, line.actions) == ("waits", "nook-warn", ())
    assert line.words[0] == "The disk of the server is full."


def test_the_recovery_key_and_the_disk_and_exceptions() -> None:
    ready = recovery_line(step="ready", storage=True, passphrase=True, unnoted=False)
    assert (ready.state, ready.meaning, "passphrase" in ready.about) == ("ready", "nook-safe", True)
    assert recovery_line(step="ready", storage=False, passphrase=False, unnoted=False).state == "none"
    assert recovery_line(step="unsigned", storage=True, passphrase=False, unnoted=False).state == "to enter"
    assert recovery_line(step="ready", storage=True, passphrase=False, unnoted=True).look
    assert [disk_line(kind).state for kind in ("keyring", "passphrase", "demo", "?")] == [
        "sealed", "sealed", "not sealed", "sealed",
    ]  # fmt: skip
    room = room_line(RoomId("!looms"), "looms", ["Mia"], "until 3 Dec", may_end=False)
    assert (room.about, room.actions, len(room.words)) == ("unsigned devices: Mia", (), 2)
    everybody = room_line(RoomId("!looms"), "looms", None, "until 3 Dec", may_end=True)
    assert (everybody.about, everybody.actions) == ("unsigned devices: everybody's", ("trust.forbid",))


def a_flow(phase: Phase, *, ours: bool = False, **more: object) -> Flow:
    """A verification between Ana's laptop and Bo's, or her own phone."""
    them = Person(ANA if ours else BO)
    them.add_device(PHONE)
    me = Me(ANA, LAPTOP, "KEY", "MASTER", methods=("m.sas.v1", QR_SHOW, QR_SCAN, RECIPROCATE))
    flow = Flow(me, them.identity(), "txn", phase, NOW, device=PHONE, methods=frozenset(me.methods))
    return replace(flow, **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("phase", Phase)
def test_every_step_has_a_page_and_words_without_a_gap(*, phase: Phase, ours: bool) -> None:
    view = page(a_flow(phase, ours=ours), "Bo Lindqvist", NOW + timedelta(minutes=1, seconds=30))
    assert view.step is not Step.NONE
    assert view.headline
    assert not any("{" in text for text in (view.headline, *view.words))
    assert (view.minutes, view.user_id) == (9, ANA if ours else BO)
    assert "PHONE" in view.device
    assert view.ways == {"compare", "show", "read"}
    assert page(a_flow(Phase.READY), "Bo", NOW, code="CODE").step is Step.SHOW


@pytest.mark.parametrize("by_us", [False, True])
@pytest.mark.parametrize("code", [*CancelCode, None])
def test_every_end_says_why_and_warns_where_somebody_may_be_in_between(*, code: CancelCode | None, by_us: bool) -> None:
    view = page(a_flow(Phase.CANCELLED, cancelled=Cancelled(code, by_us=by_us)), "Bo", NOW)
    suspicious = {CancelCode.KEY_MISMATCH, CancelCode.USER_MISMATCH, CancelCode.MISMATCHED_COMMITMENT,
                  CancelCode.MISMATCHED_SAS}  # fmt: skip
    assert view.step is Step.OVER
    assert view.warns == (code in suspicious)
    assert view.headline.endswith(".")
    assert view.words


def test_a_result_that_does_not_hold_is_not_shown_as_one() -> None:
    done = page(a_flow(Phase.DONE), "Bo", NOW)
    waits = with_problem(done, Problem("Others learn of it later.", "Nothing to do.", code="signature_waits"))
    assert (waits.step, "Others learn of it later." in waits.words) == (Step.DONE, True)
    broken = with_problem(done, Problem("The server shows another identity.", code="identity_changed"))
    assert (broken.step, broken.warns, broken.headline) == (Step.OVER, True, "Nothing was verified.")
