"""Whose words are shown, whatever the server shows of them: those of devices that their owner has signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vodozemac

from nookterm.domain.events import Event, Message, Trust, Unreadable
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.verdict_words import HIDDEN, hidden
from nookterm.trust.pins import Acknowledged, Standing, Verified, Withdrawn
from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule, Why
from tests.contracts.test_plain_nio import BO, CLEO, ME, NOOK, Stranger, introduce, news, text, timeline
from tests.matrix.owners import Owner, answer_of, show, trust_this_device
from tests.matrix.people import open_database
from tests.matrix.test_digest import CREDENTIALS

UNSIGNED = hidden(Why.UNSIGNED_DEVICE)


class Desk:
    """A gateway without a server: it hears what a test has it hear."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.gateway = NioGateway(CREDENTIALS, connection, "only in tests")
        self._steps = 0

    def keys_of(self, *strangers: Stranger) -> None:
        """Their room keys have come over Olm."""
        for stranger in strangers:
            self.gateway._crypto._olm.store.save_group_session(stranger.room_key())

    def hears(self, *events: object, **more: object) -> list[Event]:
        """Take a step. Returns what it shows, late or not."""
        self._steps += 1
        step = self.gateway.digest_sync(news(*events, token=f"s{self._steps}", **more))
        return [*timeline(step), *step.decrypted_late]

    def restart(self) -> None:
        """Another process."""
        self.gateway = NioGateway(CREDENTIALS, self.connection, "only in tests")

    @property
    def asks(self) -> set[str]:
        """About whom the server is asked next."""
        return set(self.gateway._crypto._olm.users_for_key_query) - {ME}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_database(tmp_path / "a.db")
    yield Desk(opened)
    opened.close()


def words(event: Event) -> str:
    return event.payload.body if isinstance(event.payload, Message) else f"({why(event)})"


def why(event: Event) -> str:
    assert isinstance(event.payload, Unreadable)
    return event.payload.why


def test_every_reason_that_hides_something_has_words_of_its_own() -> None:
    shown = {Why.FINE, Why.OURSELVES, Why.NOT_RECOVERED, Why.EXCEPTION, Why.IDENTITY_CHANGED, Why.SECOND_HAND}

    assert len({hidden(reason) for reason in set(Why) - shown}) == len(HIDDEN) == len(set(Why) - shown)


def test_the_words_of_a_signed_device_are_shown(desk: Desk) -> None:
    bo = Stranger()
    introduce(desk.gateway, bo)
    desk.keys_of(bo)

    (event,) = desk.hears(bo.says(text("good morning")))

    assert (words(event), event.trust) == ("good morning", Trust.SIGNED)


@pytest.mark.parametrize("restart", [False, True])
def test_what_an_unsigned_device_says_is_hidden_and_appears_when_it_is_signed(desk: Desk, *, restart: bool) -> None:
    bo = Stranger()
    owner = introduce(desk.gateway, bo, signed=False)[BO]
    desk.keys_of(bo)
    (event,) = desk.hears(bo.says(text("hidden")))
    assert (why(event), event.trust) == (UNSIGNED, Trust.NONE)
    assert BO in desk.asks
    if restart:
        desk.restart()
        assert desk.hears() == []
        assert BO in desk.asks

    show(desk.gateway, BO, owner.answer(bo.uploaded()))

    (late,) = desk.gateway.look_again()
    assert (words(late), late.trust) == ("hidden", Trust.SIGNED)
    assert desk.hears() == []
    assert desk.connection.execute("SELECT count(*) FROM crypto_waiting").fetchone() == (0,)


def test_the_reason_in_its_place_follows_what_is_known(desk: Desk) -> None:
    bo = Stranger()
    desk.keys_of(bo)
    (event,) = desk.hears(bo.says(text("x")))
    assert why(event) == hidden(Why.UNKNOWN_DEVICE)

    show(desk.gateway, BO, answer_of(BO, {}, [bo.uploaded()]))
    (late,) = desk.gateway.look_again()
    assert why(late) == hidden(Why.NO_IDENTITY)

    owner = introduce(desk.gateway, bo, signed=False)[BO]
    (late,) = desk.gateway.look_again()
    assert why(late) == UNSIGNED

    desk.gateway.identities.bar(UserId(BO), DeviceId(bo.device_id), barred=True)
    show(desk.gateway, BO, owner.answer(bo.uploaded()))
    (late,) = desk.gateway.look_again()
    assert why(late) == hidden(Why.BARRED)

    desk.gateway.identities.bar(UserId(BO), DeviceId(bo.device_id), barred=False)
    (late,) = desk.gateway.look_again()
    assert words(late) == "x"


def test_a_device_signed_by_a_foreign_self_signing_key_is_not_signed(desk: Desk) -> None:
    bo, owner, forger = Stranger(), Owner(BO), Owner(BO)
    public = owner.public | {"self_signing_key": forger.public["self_signing_key"]}
    show(desk.gateway, BO, answer_of(BO, public, [forger.signs(bo.uploaded())]))
    desk.keys_of(bo)

    (event,) = desk.hears(bo.says(text("I am bo")))

    assert why(event) == UNSIGNED


def test_another_device_under_a_known_name_speaks_for_nobody(desk: Desk) -> None:
    bo, other = Stranger(), Stranger()
    owner = introduce(desk.gateway, bo)[BO]
    show(desk.gateway, BO, owner.answer(other.uploaded(), signed=False))
    desk.keys_of(bo, other)

    real, swapped = desk.hears(bo.says(text("the real one"), "$1"), other.says(text("I am bo"), "$2"))

    assert (words(real), real.trust) == ("the real one", Trust.SIGNED)
    assert why(swapped) == hidden(Why.UNKNOWN_DEVICE)


def test_a_hidden_message_takes_no_place_from_the_message_itself(desk: Desk) -> None:
    """Mallory's server lists her device as bo's, and plays bo's message back under another name before it is read."""
    bo = Stranger()
    owner = introduce(desk.gateway, bo, signed=False)[BO]
    desk.keys_of(bo)
    said = bo.says(text("once"), "$said")
    desk.hears(said | {"event_id": "$stolen", "sender": CLEO}, said)

    show(desk.gateway, BO, owner.answer(bo.uploaded()))

    late = {event.event_id: words(event) for event in desk.gateway.look_again()}
    assert late == {"$said": "once"}
    (again,) = desk.hears(said | {"event_id": "$later"})
    assert "copy of an earlier" in why(again)


def test_a_rollback_forgets_what_was_learned_with_it(desk: Desk) -> None:
    bo = Stranger()
    owner = introduce(desk.gateway, bo, signed=False)[BO]
    desk.keys_of(bo)
    desk.hears(bo.says(text("x")))

    desk.connection.execute("BEGIN")
    show(desk.gateway, BO, owner.answer(bo.uploaded()))
    desk.gateway.identities.set_rule(NOOK, UnsignedRule(everybody=True))
    assert [words(event) for event in desk.gateway.look_again()] == ["x"]
    desk.connection.execute("ROLLBACK")
    desk.gateway.forget_crypto()

    assert not desk.gateway.identities.devices(UserId(BO))[DeviceId(bo.device_id)].signed_by_owner
    assert desk.gateway.identities.rule(NOOK) == NO_EXCEPTION
    (still,) = desk.hears(bo.says(text("y"), "$2"))
    assert why(still) == UNSIGNED


# --- devices that have ended ------------------------------------------------------------------------------------------


def test_a_device_that_was_signed_and_has_ended_is_believed_what_it_said(desk: Desk) -> None:
    bo = Stranger()
    owner = introduce(desk.gateway, bo)[BO]
    desk.keys_of(bo)
    show(desk.gateway, BO, owner.answer())

    (event,) = desk.hears(bo.says(text("from my old phone")))

    assert (words(event), event.trust) == ("from my old phone", Trust.SIGNED)


def test_of_an_accepted_identity_that_was_replaced_the_old_words_are_hearsay(desk: Desk) -> None:
    bo, new = Stranger(), Owner(BO)
    introduce(desk.gateway, bo)
    desk.keys_of(bo)
    show(desk.gateway, BO, new.answer())
    desk.gateway.identities.note(UserId(BO), Acknowledged(new.keys.master.public))

    (event,) = desk.hears(bo.says(text("from another life")))

    assert (words(event), event.trust) == ("from another life", Trust.UNPROVED)


def test_a_device_of_an_identity_that_nobody_accepted_is_never_believed(desk: Desk) -> None:
    bo, invented = Stranger(), Stranger(device_id="INVENTED")
    owner, attacker = introduce(desk.gateway, bo)[BO], Owner(BO)
    show(desk.gateway, BO, attacker.answer(invented.uploaded()))
    show(desk.gateway, BO, owner.answer(bo.uploaded()))
    desk.keys_of(invented)

    (event,) = desk.hears(invented.says(text("I am bo")))

    assert why(event) == UNSIGNED


# --- identities -------------------------------------------------------------------------------------------------------


def test_after_a_change_words_are_shown_as_unsure_until_somebody_has_looked(desk: Desk) -> None:
    bo, new = Stranger(), Owner(BO)
    introduce(desk.gateway, bo)
    desk.keys_of(bo)
    show(desk.gateway, BO, new.answer(bo.uploaded()))
    assert desk.gateway.identities.pin(UserId(BO)).standing is Standing.CHANGED

    (event,) = desk.hears(bo.says(text("it is me")))
    assert (words(event), event.trust) == ("it is me", Trust.UNSIGNED)

    desk.gateway.identities.note(UserId(BO), Acknowledged(new.keys.master.public))
    (late,) = desk.gateway.look_again()
    assert (words(late), late.trust) == ("it is me", Trust.SIGNED)


def test_after_a_broken_verification_nothing_new_is_shown_until_it_is_given_up(desk: Desk) -> None:
    bo, new, user = Stranger(), Owner(BO), UserId(BO)
    owner = introduce(desk.gateway, bo)[BO]
    desk.keys_of(bo)
    desk.gateway.identities.note(user, Verified(owner.keys.master.public))
    (before,) = desk.hears(bo.says(text("compared"), "$1"))
    assert before.trust is Trust.VERIFIED

    show(desk.gateway, BO, new.answer(bo.uploaded()))
    (event,) = desk.hears(bo.says(text("new keys"), "$2"))
    assert why(event) == hidden(Why.VERIFICATION_BROKEN)

    desk.gateway.identities.note(user, Withdrawn(new.keys.master.public))
    (late,) = desk.gateway.look_again()
    assert (words(late), late.trust) == ("new keys", Trust.SIGNED)


def test_an_identity_that_the_server_hides_hides_what_its_devices_say(desk: Desk) -> None:
    bo = Stranger()
    owner = introduce(desk.gateway, bo)[BO]
    desk.keys_of(bo)
    show(desk.gateway, BO, answer_of(BO, {}, [owner.signs(bo.uploaded())]))

    (event,) = desk.hears(bo.says(text("x")))

    assert why(event) == hidden(Why.IDENTITY_HIDDEN)


def test_a_verification_goes_on_even_where_everything_else_is_hidden(desk: Desk) -> None:
    bo, new = Stranger(), Owner(BO)
    owner = introduce(desk.gateway, bo)[BO]
    desk.keys_of(bo)
    desk.gateway.identities.note(UserId(BO), Verified(owner.keys.master.public))
    show(desk.gateway, BO, new.answer(bo.uploaded()))
    request = {"type": "m.room.message", "room_id": NOOK, "content": {"msgtype": "m.key.verification.request"}}

    step = desk.gateway.digest_sync(news(bo.says(request)))

    assert [(told.type, told.sender, told.encrypted) for told in step.arrived] == [
        ("m.key.verification.request", BO, True)
    ]
    assert isinstance(timeline(step)[0].payload, Unreadable)


# --- ourselves --------------------------------------------------------------------------------------------------------


def test_our_other_device_is_unsure_until_our_identity_is_proved_here(desk: Desk) -> None:
    other = Stranger(ME, "OTHER")
    us = Owner(ME)
    show(desk.gateway, ME, us.answer(desk.gateway._crypto._olm.device_keys(), other.uploaded()))
    desk.keys_of(other)
    (event,) = desk.hears(other.says(text("from my phone")))
    assert (words(event), event.trust) == ("from my phone", Trust.UNSIGNED)

    desk.gateway.identities.note(UserId(ME), Verified(us.keys.master.public))

    (late,) = desk.gateway.look_again()
    assert late.trust is Trust.OWN


def test_whom_another_device_of_ours_verified_is_verified_here_when_its_keys_come(desk: Desk) -> None:
    bo = Stranger()
    owner = introduce(desk.gateway, bo)[BO]
    us = trust_this_device(desk.gateway)
    assert desk.asks == {BO}

    us.vouches_for(owner)
    show(desk.gateway, BO, owner.answer(bo.uploaded()))

    assert desk.gateway.identities.pin(UserId(BO)).standing is Standing.VERIFIED
    assert desk.gateway.identities.owed_ratings() == {BO: Trust.VERIFIED}
    desk.gateway.identities.rated(UserId(BO))
    assert desk.gateway.identities.owed_ratings() == {}


@pytest.mark.parametrize("decision", [Verified, Withdrawn])
def test_an_identity_that_was_replaced_is_not_verified_again_by_our_old_signature(desk: Desk, decision: Any) -> None:
    bo, new, user = Stranger(), Owner(BO), UserId(BO)
    owner = introduce(desk.gateway, bo)[BO]
    us = trust_this_device(desk.gateway)
    us.vouches_for(owner)
    show(desk.gateway, BO, owner.answer(bo.uploaded()))
    show(desk.gateway, BO, new.answer(bo.uploaded()))
    desk.gateway.identities.note(user, decision(new.keys.master.public))

    show(desk.gateway, BO, owner.answer(bo.uploaded()))

    assert desk.gateway.identities.pin(user).standing in {Standing.VIOLATED, Standing.CHANGED}
    assert desk.gateway.identities.pin(user).pinned == new.keys.master.public


def test_an_earlier_identity_of_our_own_vouches_for_nobody(desk: Desk) -> None:
    bo, invented, ours = Stranger(), Owner(BO), Owner(ME)
    owner = introduce(desk.gateway, bo)[BO]
    old = trust_this_device(desk.gateway)
    desk.gateway.identities.note(UserId(BO), Verified(owner.keys.master.public))
    show(desk.gateway, ME, ours.answer(desk.gateway._crypto._olm.device_keys()))

    # Compared with another device of ours, which has the new keys; this one has the old ones still.
    desk.gateway.identities.note(UserId(ME), Verified(ours.keys.master.public))
    assert desk.gateway.identities.pin(UserId(BO)).standing is Standing.VIOLATED
    old.vouches_for(invented)
    show(desk.gateway, BO, invented.answer(bo.uploaded()))

    assert desk.gateway.identities.pin(UserId(BO)).standing is Standing.VIOLATED


def test_what_was_said_under_another_identity_is_not_rated_as_verified(desk: Desk) -> None:
    bo, new = Stranger(), Owner(BO)
    introduce(desk.gateway, bo)
    show(desk.gateway, BO, new.answer(bo.uploaded()))

    desk.gateway.identities.note(UserId(BO), Verified(new.keys.master.public))
    assert desk.gateway.identities.owed_ratings() == {}


# --- a room's exception -----------------------------------------------------------------------------------------------


def test_an_exception_shows_unsigned_devices_at_once_and_its_end_hides_what_they_say_from_then_on(desk: Desk) -> None:
    bo = Stranger()
    introduce(desk.gateway, bo, signed=False)
    desk.keys_of(bo)
    desk.hears(bo.says(text("before"), "$1"))

    desk.gateway.identities.set_rule(NOOK, UnsignedRule(people=frozenset({UserId(BO)})))
    (late,) = desk.gateway.look_again()
    (during,) = desk.hears(bo.says(text("during"), "$2"))
    desk.gateway.identities.set_rule(NOOK, NO_EXCEPTION)
    (after,) = desk.hears(bo.says(text("after"), "$3"))

    assert [(words(event), event.trust) for event in (late, during)] == [
        ("before", Trust.UNSIGNED),
        ("during", Trust.UNSIGNED),
    ]
    assert why(after) == UNSIGNED


# --- what comes over Olm ----------------------------------------------------------------------------------------------


def room_key(desk: Desk, bo: Stranger, document: object = None, **changes: object) -> dict[str, Any]:
    """A sync response with bo's room key in it; `document`: what it shows of its own device."""
    olm = desk.gateway._crypto._olm
    olm.account.generate_one_time_keys(1)
    (one_time_key,) = olm.account.one_time_keys["curve25519"].values()
    olm.account.mark_keys_as_published()
    ours = olm.account.identity_keys
    payload: dict[str, object] = {
        "type": "m.room_key",
        "sender": BO,
        "keys": {"ed25519": bo.keys["ed25519"]},
        "recipient": ME,
        "recipient_keys": {"ed25519": ours["ed25519"]},
        "content": {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": NOOK,
            "session_id": bo.session.session_id,
            "session_key": bo.session.session_key.to_base64(),
        },
    }
    payload |= {"sender_device_keys": document} if document is not None else {}
    return {"to_device": {"events": [bo.whispers(ours, one_time_key, payload | changes)]}}


def test_a_device_that_shows_itself_with_its_owners_signature_is_known_without_asking(desk: Desk) -> None:
    old, new = Stranger(), Stranger(device_id="NEW")
    owner = introduce(desk.gateway, old)[BO]

    key = room_key(desk, new, owner.signs(new.uploaded()))
    (event,) = desk.hears(new.says(text("from my new phone")), **key)

    assert (words(event), event.trust) == ("from my new phone", Trust.SIGNED)
    assert DeviceId("NEW") not in desk.gateway.identities.devices(UserId(BO)), (
        "it gets nothing until the server lists it"
    )
    desk.restart()
    (again,) = desk.hears(new.says(text("again"), "$2"))
    assert words(again) == "again"


def test_a_device_that_shows_itself_without_that_signature_stays_unknown(desk: Desk) -> None:
    old, new = Stranger(), Stranger(device_id="NEW")
    introduce(desk.gateway, old)

    key = room_key(desk, new, Owner(BO).signs(new.uploaded()))
    (event,) = desk.hears(new.says(text("x")), **key)

    assert why(event) == hidden(Why.UNKNOWN_DEVICE)


@pytest.mark.parametrize("what", ["other keys", "other name", "other owner", "known under other keys", "nonsense"])
def test_a_room_key_whose_device_is_not_what_it_shows_is_refused(desk: Desk, what: str) -> None:
    bo, other = Stranger(), Stranger(device_id="OTHER")
    owner = introduce(desk.gateway, *([Stranger()] if what == "known under other keys" else [bo]))[BO]
    shown: dict[str, object] = {
        "other keys": owner.signs(other.uploaded()),
        "other name": {**owner.signs(bo.uploaded()), "device_id": "OTHER"},
        "other owner": {**owner.signs(bo.uploaded()), "user_id": CLEO},
        "known under other keys": owner.signs(bo.uploaded()),
        "nonsense": 7,
    }

    step = desk.gateway.digest_sync(news(bo.says(text("x")), **room_key(desk, bo, shown[what])))

    assert step.dropped == 1
    assert not desk.gateway._crypto._olm.store.group_sessions(NOOK, bo.session.session_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": CLEO},
        {"sender": CLEO},
        {"recipient_keys": {"ed25519": "another device of ours"}},
        {"keys": {"ed25519": "A" * 43}},
    ],
)
def test_a_room_key_that_was_written_for_somebody_else_is_refused(desk: Desk, changes: dict[str, object]) -> None:
    bo = Stranger()
    introduce(desk.gateway, bo)

    step = desk.gateway.digest_sync(news(bo.says(text("x")), **room_key(desk, bo, **changes)))

    assert step.dropped == 1
    assert not desk.gateway._crypto._olm.store.group_sessions(NOOK, bo.session.session_id)


def test_what_we_hand_out_shows_our_device_with_its_owners_signature(desk: Desk) -> None:
    us = trust_this_device(desk.gateway)
    bo = Stranger()
    introduce(desk.gateway, bo)
    olm = desk.gateway._crypto._olm
    bo.olm.generate_one_time_keys(1)
    ((_, one_time_key),) = bo.olm.one_time_keys.items()
    olm.create_session(one_time_key.to_base64(), bo.keys["curve25519"])

    sealed = olm.seal([olm.device_store[BO][bo.device_id]], "m.room_key", {"room_id": NOOK})

    (content,) = sealed[BO].values()
    message = vodozemac.PreKeyMessage.from_base64(content["ciphertext"][bo.keys["curve25519"]]["body"])
    their_key = vodozemac.Curve25519PublicKey.from_base64(content["sender_key"])
    _, plain = bo.olm.create_inbound_session(their_key, message)
    opened = json.loads(plain)
    signatures = opened["sender_device_keys"]["signatures"][ME]
    assert set(signatures) == {f"ed25519:{CREDENTIALS.device_id}", us.keys.self_signing.key_id}
    assert (opened["recipient"], opened["recipient_keys"]) == (BO, {"ed25519": bo.keys["ed25519"]})
    assert (opened["sender"], opened["type"], opened["content"]) == (ME, "m.room_key", {"room_id": NOOK})
