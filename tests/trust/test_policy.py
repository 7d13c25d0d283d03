"""Who gets keys and whose words are shown: every mixture of facts, checked against what the policy promises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.events import Trust
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.pins import Pin, Standing
from nookterm.trust.policy import (
    NO_EXCEPTION,
    Facts,
    Shield,
    UnsignedRule,
    Verdict,
    Why,
    judge,
    may_receive,
    may_show,
    who_blocks_sending,
)
from nookterm.trust.provenance import Provenance
from nookterm.trust.withheld import Code
from tests.trust.chance import ANA, BO

PINS = {
    Standing.NONE: Pin(BO),
    Standing.PINNED: Pin(BO, "a", "a"),
    Standing.VERIFIED: Pin(BO, "a", "a", "a", was_verified=True),
    Standing.CHANGED: Pin(BO, "a", "b"),
    Standing.VIOLATED: Pin(BO, "a", "b", "a", was_verified=True),
    Standing.HIDDEN: Pin(BO, "a", None),
}
ALL = UnsignedRule(everybody=True)
FOR_BO = UnsignedRule(people=frozenset({BO}))
FOR_ANA = UnsignedRule(people=frozenset({ANA}))


def device(*, signed: bool = True, user: UserId = BO) -> DeviceKeys:
    return DeviceKeys(user, DeviceId("PHONE"), "ed", "curve", signed_by_owner=signed)


def facts(standing: Standing = Standing.PINNED, *, signed: bool = True, **more: Any) -> Facts:
    return Facts(BO, PINS[standing], **{"device": device(signed=signed), "session_owner": BO, **more})


def test_the_pins_of_these_tests_stand_where_they_say() -> None:
    assert {standing: pin.standing for standing, pin in PINS.items()} == {standing: standing for standing in Standing}


SENT, KEPT = (True, True), (False, False)
READ_ONLY = (False, True)


@pytest.mark.parametrize(
    ("given_", "rule", "both", "why", "trust", "shield"),
    [
        (facts(), NO_EXCEPTION, SENT, Why.FINE, Trust.SIGNED, Shield.SIGNED),
        (facts(Standing.VERIFIED), NO_EXCEPTION, SENT, Why.FINE, Trust.VERIFIED, Shield.VERIFIED),
        (facts(signed=False), NO_EXCEPTION, KEPT, Why.UNSIGNED_DEVICE, Trust.UNSIGNED, Shield.DOUBT),
        (facts(signed=False), FOR_ANA, KEPT, Why.UNSIGNED_DEVICE, Trust.UNSIGNED, Shield.DOUBT),
        (facts(signed=False), FOR_BO, SENT, Why.EXCEPTION, Trust.UNSIGNED, Shield.DOUBT),
        (facts(signed=False), ALL, SENT, Why.EXCEPTION, Trust.UNSIGNED, Shield.DOUBT),
        (facts(), ALL, SENT, Why.FINE, Trust.SIGNED, Shield.SIGNED),
        (facts(Standing.NONE, signed=False), NO_EXCEPTION, KEPT, Why.NO_IDENTITY, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.NONE, signed=False), FOR_BO, SENT, Why.EXCEPTION, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.NONE), NO_EXCEPTION, KEPT, Why.NO_IDENTITY, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.VERIFIED, signed=False), ALL, KEPT, Why.UNSIGNED_DEVICE, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.CHANGED), ALL, READ_ONLY, Why.IDENTITY_CHANGED, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.CHANGED, signed=False), ALL, KEPT, Why.UNSIGNED_DEVICE, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.VIOLATED), ALL, KEPT, Why.VERIFICATION_BROKEN, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.HIDDEN), ALL, KEPT, Why.IDENTITY_HIDDEN, Trust.UNSIGNED, Shield.DOUBT),
        (facts(device=None), ALL, KEPT, Why.UNKNOWN_DEVICE, Trust.UNPROVED, Shield.DOUBT),
        (facts(device=device(user=ANA)), ALL, KEPT, Why.UNKNOWN_DEVICE, Trust.UNPROVED, Shield.DOUBT),
        (facts(Standing.VERIFIED, barred=True), ALL, KEPT, Why.BARRED, Trust.UNSIGNED, Shield.DOUBT),
        (facts(session_owner=None), NO_EXCEPTION, (True, False), Why.FINE, Trust.SIGNED, Shield.SIGNED),
        (facts(session_owner=ANA), ALL, KEPT, Why.MISMATCHED_SENDER, Trust.UNPROVED, Shield.DOUBT),
        (facts(Standing.VERIFIED, ours=True), NO_EXCEPTION, SENT, Why.OURSELVES, Trust.OWN, Shield.VERIFIED),
        (facts(ours=True), NO_EXCEPTION, READ_ONLY, Why.NOT_RECOVERED, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.VERIFIED, ours=True, signed=False), ALL, KEPT,
            Why.UNSIGNED_DEVICE, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.NONE, ours=True, signed=False), ALL, KEPT, Why.NO_IDENTITY, Trust.UNSIGNED, Shield.DOUBT),
        (facts(Standing.NONE, signed=False, this_device=True), NO_EXCEPTION, SENT,
            Why.OURSELVES, Trust.OWN, Shield.VERIFIED),
    ],
)  # fmt: skip
def test_the_policy_row_by_row(
    given_: Facts, rule: UnsignedRule, both: tuple[bool, bool], why: Why, trust: Trust, shield: Shield
) -> None:
    verdict = judge(given_, rule)

    assert (may_receive(given_, rule), may_show(given_, rule)) == both == (verdict.sends, verdict.shows)
    assert (verdict.why, verdict.trust, verdict.shield) == (why, trust, shield)
    assert (verdict.withheld is None) == verdict.sends


def test_who_is_told_what() -> None:
    assert judge(facts(signed=False)).withheld is Code.UNVERIFIED
    assert judge(facts(barred=True)).withheld is Code.BLACKLISTED
    assert judge(facts(session_owner=ANA)).withheld is Code.UNAUTHORISED


MIXTURES = st.builds(
    Facts,
    st.just(BO),
    st.sampled_from(list(PINS.values())),
    st.none() | st.builds(device, signed=st.booleans(), user=st.sampled_from([BO, ANA])),
    ours=st.booleans(),
    barred=st.booleans(),
    provenance=st.sampled_from(Provenance),
    session_owner=st.sampled_from([None, BO, ANA]),
)
RULES = st.builds(UnsignedRule, st.booleans(), st.sets(st.sampled_from([ANA, BO])).map(frozenset))


def is_second_hand(given_: Facts) -> bool:
    return given_.provenance is Provenance.SECOND_HAND


@given(MIXTURES, RULES)
def test_no_mixture_of_facts_gives_more_than_the_policy_promises(given_: Facts, rule: UnsignedRule) -> None:
    verdict = judge(given_, rule)
    standing = given_.pin.standing
    signed = given_.device is not None and given_.device.signed_by_owner and given_.device.user == BO

    if verdict.sends:
        assert not given_.barred
        assert standing in {Standing.NONE, Standing.PINNED, Standing.VERIFIED}
        assert (signed and standing is not Standing.NONE) or (rule.covers(BO) and standing is not Standing.VERIFIED)
    if given_.session_owner == ANA or standing is Standing.VIOLATED or given_.barred:
        assert not verdict.shows
    if is_second_hand(given_):
        assert verdict.trust not in {Trust.OWN, Trust.VERIFIED, Trust.SIGNED}
        assert verdict.shield is Shield.DOUBT
    if verdict.shield is Shield.VERIFIED:
        assert signed
        assert standing is Standing.VERIFIED


@given(MIXTURES)
def test_an_exception_never_takes_anything_away_and_strictness_never_gives(given_: Facts) -> None:
    strict, lax = judge(given_), judge(given_, ALL)

    assert lax.sends >= strict.sends
    assert lax.shows >= strict.shows
    if strict.sends:
        assert lax == strict


@given(MIXTURES)
def test_a_key_from_a_backup_is_shown_as_unproved_whatever_device_it_names(given_: Facts) -> None:
    verdict: Verdict = judge(given_)
    if is_second_hand(given_) and verdict.shows:
        assert (verdict.why, verdict.trust, verdict.shield) == (Why.SECOND_HAND, Trust.UNPROVED, Shield.DOUBT)


def test_our_own_old_words_from_a_backup_are_not_called_ours() -> None:
    verdict = judge(facts(Standing.VERIFIED, ours=True, this_device=True, provenance=Provenance.SECOND_HAND))

    assert (verdict.shows, verdict.trust) == (True, Trust.UNPROVED)


def test_history_of_a_device_that_is_gone_is_shown_as_unproved() -> None:
    verdict = judge(facts(device=None, provenance=Provenance.SECOND_HAND, session_owner=None))

    assert (verdict.sends, verdict.shows, verdict.trust) == (False, True, Trust.UNPROVED)


def test_a_changed_identity_stops_sending_until_somebody_looked_at_it() -> None:
    people = [UserId(f"@{standing}:x") for standing in Standing]
    pins = {user: PINS[Standing(user[1:-2])] for user in reversed(people)}

    assert who_blocks_sending(pins) == (UserId("@changed:x"), UserId("@violated:x"))
    assert who_blocks_sending({}) == ()
