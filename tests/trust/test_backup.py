"""Backups: ours are told from those that a server made, and what comes out is what went in or is refused."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import Curve25519PublicKey, Curve25519SecretKey, Message, PkDecryption, PkEncryption

from nookterm.domain.ids import DeviceId
from nookterm.trust.backup import (
    BackupTrust,
    BackupVersion,
    Filed,
    Gone,
    Replaced,
    batches,
    check_key,
    new_backup_key,
    open_all,
    open_session,
    read_upload,
    read_version,
    seal_session,
    trust_of,
    version_body,
    wants_backup,
)
from nookterm.trust.encoding import decode_base64, encode_base64
from nookterm.trust.pins import Pin
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import backup_content
from nookterm.trust.sealed_box import BoxKey, seal, shared_secret, unseal
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance, refused
from tests.trust.people import person
from tests.trust.sessions import OTHER_ROOM, ROOM, Megolm

KEY = new_backup_key(chance("backup"))
OTHER_KEY = new_backup_key(chance("another backup"))
HERS = person(ANA, PHONE, LAPTOP)
OWN = HERS.identity(for_owner=True)
MASTER = HERS.keys.master.public
PROVED = Pin(ANA, MASTER, MASTER, MASTER, was_verified=True)
UNPROVED = Pin(ANA, MASTER, MASTER)
MEGOLM = Megolm()
SESSION = MEGOLM.at(3, shared=True)


def version(*signers: Any, key: BoxKey = KEY) -> BackupVersion:
    return read_version({**version_body(key, ANA, signers), "version": "7", "count": 12, "etag": "e"})


BACKUP = version()


@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32))
def test_a_box_opens_for_its_key_here_and_in_vodozemac(plain: bytes, secret: bytes) -> None:
    key = BoxKey(secret)
    box = seal(key.public, plain, chance("box"))
    theirs = PkDecryption.from_key(Curve25519SecretKey.from_bytes(secret))

    assert unseal(key, box) == plain
    assert theirs.decrypt(Message.from_base64(box["ciphertext"], box["mac"], box["ephemeral"])) == plain
    assert seal(key.public, plain, chance("other"))["ciphertext"] != box["ciphertext"]


@given(st.binary(max_size=80))
def test_a_box_of_vodozemac_opens_here(plain: bytes) -> None:
    box = PkEncryption.from_key(Curve25519PublicKey.from_base64(KEY.public)).encrypt(plain)
    parts = {"ciphertext": box.ciphertext, "mac": box.mac, "ephemeral": box.ephemeral_key}

    assert unseal(KEY, {name: encode_base64(bytes(part)) for name, part in parts.items()}) == plain


@pytest.mark.parametrize("field", ["ephemeral", "ciphertext", "mac"])
@pytest.mark.parametrize("value", [None, 7, "*", "A", "AAAA", "A" * 43])
def test_a_box_with_a_spoiled_part_is_refused(field: str, value: object) -> None:
    box = seal(KEY.public, b"plain", chance("box"))
    with pytest.raises(Refused):
        unseal(KEY, {**box, field: value})


@given(st.sampled_from(["ephemeral", "mac"]), st.integers(0, 7), st.integers(1, 127))
def test_a_changed_byte_of_key_or_mac_is_noticed(field: str, at: int, by: int) -> None:
    box = seal(KEY.public, b"plain", chance("box"))
    raw = bytearray(decode_base64(box[field]))
    raw[at] ^= by
    with refused(Reason.TAMPERED):
        unseal(KEY, {**box, field: encode_base64(bytes(raw))})


def test_a_box_for_another_key_is_refused() -> None:
    with refused(Reason.TAMPERED):
        unseal(OTHER_KEY, seal(KEY.public, b"plain", chance("box")))


def test_a_key_that_leads_to_a_secret_that_all_know_is_refused() -> None:
    with refused(Reason.MALFORMED):
        shared_secret(KEY.secret, "A" * 43)
    with refused(Reason.MALFORMED):
        BoxKey(b"short")
    assert repr(KEY) == f"BoxKey(public='{KEY.public}')"


def test_a_new_backup_is_described_and_read() -> None:
    body = version_body(
        KEY, ANA, [(HERS.keys.master.key_id, HERS.keys.master.sign), ("ed25519:PHONE", HERS.device_keys[PHONE].sign)]
    )

    assert set(body["auth_data"]["signatures"][ANA]) == {HERS.keys.master.key_id, "ed25519:PHONE"}
    assert read_version({**body, "version": "1"}) == BackupVersion("1", KEY.public, body["auth_data"])
    assert (BACKUP.version, BACKUP.count, BACKUP.etag) == ("7", 12, "e")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"algorithm": "m.megolm_backup.v2"}, Reason.UNKNOWN_ALGORITHM),
        ({"version": None}, Reason.MALFORMED),
        ({"version": ""}, Reason.MALFORMED),
        ({"version": 7}, Reason.MALFORMED),
        ({"auth_data": None}, Reason.MALFORMED),
        ({"auth_data": {"public_key": "short"}}, Reason.MALFORMED),
    ],
)
def test_a_spoiled_description_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        read_version({**version_body(KEY, ANA, []), "version": "1", **change})


@pytest.mark.parametrize("count", [-1, True, "7", None, 1 << 60, 2.0])
def test_a_count_that_is_none_is_none(count: object) -> None:
    read = read_version({**version_body(KEY, ANA, []), "version": "1", "count": count, "etag": 7})
    assert (read.count, read.etag) == (None, "")


SIGNED_BY = {
    "master": (HERS.keys.master.key_id, HERS.keys.master.sign),
    "a device of ours": ("ed25519:PHONE", HERS.device_keys[PHONE].sign),
    "self-signing key": (HERS.keys.self_signing.key_id, HERS.keys.self_signing.sign),
    "a stranger as our master": (HERS.keys.master.key_id, OTHER_SIGN := person(BO, PHONE).keys.master.sign),
    "a stranger as our device": ("ed25519:PHONE", OTHER_SIGN),
}  # fmt: skip


@pytest.mark.parametrize(
    ("signer", "pin", "trust"),
    [
        ("master", PROVED, BackupTrust.SIGNED),
        ("a device of ours", PROVED, BackupTrust.SIGNED),
        ("self-signing key", PROVED, BackupTrust.NONE),
        ("a stranger as our master", PROVED, BackupTrust.NONE),
        ("a stranger as our device", PROVED, BackupTrust.NONE),
        ("master", UNPROVED, BackupTrust.NONE),
        ("a device of ours", UNPROVED, BackupTrust.NONE),
        ("master", replace(PROVED, seen="changed"), BackupTrust.NONE),
        ("master", replace(PROVED, verified="older", seen="older"), BackupTrust.NONE),
        ("master", replace(PROVED, user=BO), BackupTrust.NONE),
    ],
)
def test_a_signed_backup_is_ours_only_while_our_identity_is_proved(signer: str, pin: Pin, trust: BackupTrust) -> None:
    backup = version(SIGNED_BY[signer])

    assert trust_of(backup, OWN, pin) is trust
    assert trust_of(backup, OWN, pin, key=OTHER_KEY) is trust
    assert trust_of(backup, OWN, pin, key=KEY) is BackupTrust.OUR_KEY


def test_a_backup_that_this_device_signed_is_ours_before_anything_is_proved() -> None:
    key = HERS.device_keys[PHONE]
    backup = version(("ed25519:PHONE", key.sign))

    assert trust_of(backup, OWN, UNPROVED, this_device=(PHONE, key.public)) is BackupTrust.SIGNED
    assert trust_of(backup, OWN, UNPROVED, this_device=(DeviceId("X"), key.public)) is BackupTrust.NONE
    assert trust_of(version(), OWN, PROVED) is BackupTrust.NONE


def test_a_device_that_is_not_signed_makes_no_backup_ours() -> None:
    hers = person(ANA, PHONE)
    hers.add_device(LAPTOP, signed=False)
    backup = version(("ed25519:LAPTOP", hers.device_keys[LAPTOP].sign))

    assert trust_of(backup, hers.identity(for_owner=True), PROVED) is BackupTrust.NONE


def test_changed_auth_data_is_not_ours() -> None:
    body = version_body(KEY, ANA, [SIGNED_BY["master"]])
    body["auth_data"]["public_key"] = OTHER_KEY.public

    assert trust_of(read_version({**body, "version": "1"}), OWN, PROVED) is BackupTrust.NONE


def test_the_key_of_another_backup_is_told_apart() -> None:
    check_key(BACKUP, KEY)
    with refused(Reason.WRONG_KEY):
        check_key(BACKUP, OTHER_KEY)


def test_a_session_comes_out_as_it_went_in() -> None:
    filed = seal_session(BACKUP, SESSION, chance("box"), verified=True)

    assert (filed["first_message_index"], filed["forwarded_count"], filed["is_verified"]) == (3, 1, True)
    assert open_session(KEY, ROOM, SESSION.session, filed) == SESSION
    lied = {**filed, "first_message_index": 0, "is_verified": "x", "forwarded_count": None}
    assert open_session(KEY, ROOM, SESSION.session, lied) == SESSION


def test_a_session_filed_under_another_name_is_refused() -> None:
    filed = seal_session(BACKUP, SESSION, chance("box"), verified=True)
    with refused(Reason.TAMPERED):
        open_session(KEY, ROOM, "another", filed)


@pytest.mark.parametrize("plain", [b"", b"[]", b"{}", b"\xff", b'"text"', b'{"algorithm":NaN}'])
def test_a_box_with_something_else_inside_is_refused(plain: bytes) -> None:
    with pytest.raises(Refused):
        open_session(KEY, ROOM, "s", {"session_data": seal(KEY.public, plain, chance("box"))})
    with pytest.raises(Refused):
        open_session(KEY, ROOM, "s", None)


def test_one_broken_session_stops_no_other() -> None:
    good, odd = Megolm().at(), Megolm().at(room=OTHER_ROOM)
    [body] = batches(BACKUP, [(SESSION, True), (good, False), (odd, False)], chance("batch"))
    answer = copy.deepcopy(body)
    answer["rooms"][ROOM]["sessions"][good.session]["session_data"]["mac"] = "AAAAAAAAAAA"
    answer["rooms"]["!broken"] = 7
    restored = open_all(KEY, answer)

    assert restored.keys == (SESSION, odd)
    assert restored.refused == ((ROOM, good.session, Reason.TAMPERED),)
    assert open_all(OTHER_KEY, body).keys == ()
    assert open_all(KEY, {}).keys == open_all(KEY, {"rooms": []}).keys == ()


def test_batches_hold_everything_once_in_order() -> None:
    keys = [(Megolm().at(room=ROOM if at % 2 else OTHER_ROOM), False) for at in range(7)]
    bodies = list(batches(BACKUP, keys, chance("batch"), size=3))

    assert [sum(len(room["sessions"]) for room in body["rooms"].values()) for body in bodies] == [3, 3, 1]
    found = {key.session for body in bodies for key in open_all(KEY, body).keys}
    assert found == {key.session for key, _ in keys}
    assert list(batches(BACKUP, [], chance("batch"))) == []
    json.dumps(bodies)


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, {"etag": "x", "count": 3}, Filed("x", 3)),
        (200, {}, Filed("", None)),
        (403, {"errcode": "M_WRONG_ROOM_KEYS_VERSION", "current_version": "9"}, Replaced("9")),
        (403, {"errcode": "M_WRONG_ROOM_KEYS_VERSION", "current_version": 9}, Replaced(None)),
        (403, {"errcode": "M_WRONG_ROOM_KEYS_VERSION", "current_version": ""}, Replaced(None)),
        (403, {"errcode": "M_WRONG_ROOM_KEYS_VERSION"}, Replaced(None)),
        (404, {"errcode": "M_NOT_FOUND"}, Gone()),
        (403, {"errcode": "M_FORBIDDEN"}, None),
        (500, {}, None),
        (429, {"errcode": "M_LIMIT_EXCEEDED"}, None),
    ],
)
def test_how_an_upload_fared_is_a_value(status: int, answer: dict[str, Any], outcome: object) -> None:
    assert read_upload(status, answer) == outcome


@pytest.mark.parametrize(
    ("content", "wants"), [({"enabled": True}, True), ({"enabled": False}, False), ({}, None), ({"enabled": 1}, None)]
)
def test_what_the_person_chose_elsewhere_is_read(content: dict[str, Any], wants: object) -> None:
    assert wants_backup(content) is wants


def test_the_seal_hides_the_session_key() -> None:
    filed = seal_session(BACKUP, SESSION, chance("box"), verified=False)

    assert SESSION.session_key not in json.dumps(filed)
    assert backup_content(SESSION)["session_key"] == SESSION.session_key
