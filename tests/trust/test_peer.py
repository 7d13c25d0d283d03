"""Element's own engine wrote all this (vectors/make_vectors.mjs): we read it, and write the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.trust.backup import BackupTrust, open_all, read_version, trust_of, version_body
from nookterm.trust.cross_signing import load_keys, sign_own_device, sign_own_master, sign_user, upload_body
from nookterm.trust.encoding import decode_base64
from nookterm.trust.history import read_bundle
from nookterm.trust.identity import Identity, is_vouched_for, read_identity
from nookterm.trust.key_file import read_key_file
from nookterm.trust.pins import Pin
from nookterm.trust.qr_code import Mode, decode_qr, encode_qr
from nookterm.trust.recovery_key import (
    key_from_passphrase,
    read_passphrase_rule,
    read_recovery_key,
    write_recovery_key,
)
from nookterm.trust.room_keys import backup_content, export_content, read_room_key
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.secret_storage import StorageKey, open_secret, read_description, unlock
from nookterm.trust.signing import add_signature
from tests.trust.chance import ANA, BO

PEER: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "peer.json").read_text(encoding="utf-8"))
ROOM = RoomId(PEER["room"])


def of(user: UserId) -> dict[str, Any]:
    found: dict[str, Any] = PEER["people"][user]
    return found


def identity(user: UserId, seen_by: UserId | None = None) -> Identity:
    return read_identity(user, of(seen_by or user)["answer"])


def test_recovery_keys_are_written_alike() -> None:
    for row in PEER["recovery"]:
        assert write_recovery_key(bytes.fromhex(row["key"])) == row["text"]
        assert read_recovery_key(row["text"]).hex() == row["key"]


def test_passphrases_lead_to_the_same_key() -> None:
    row = PEER["passphrase"]
    rule = read_passphrase_rule({"algorithm": "m.pbkdf2", "salt": row["salt"], "iterations": row["rounds"]})

    assert key_from_passphrase(row["words"], rule).hex() == row["key"]


def test_its_secret_storage_opens_here() -> None:
    storage = PEER["storage"]
    check = {
        "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
        "iv": storage["check"]["iv"],
        "mac": storage["check"]["mac"],
    }
    key = unlock(read_description("k", check), bytes.fromhex(storage["key"]))

    assert key == StorageKey("k", bytes.fromhex(storage["key"]))
    for name, row in storage["secrets"].items():
        assert open_secret(key, name, {"encrypted": {"k": row["sealed"]}}) == row["plain"]


@pytest.mark.parametrize("user", [ANA, BO])
def test_its_identities_hold_together_and_are_made_like_ours(user: UserId) -> None:
    person, read = of(user), identity(user)
    device = DeviceId(person["device"])
    keys = load_keys(read, person["seeds"])
    body = upload_body(keys, device, lambda _message: "by the device, whose key stays inside the engine")

    assert read.faults == ()
    assert read.devices[device].signed_by_owner
    assert body["self_signing_key"] == person["uploaded"]["self_signing_key"]
    assert body["user_signing_key"] == person["uploaded"]["user_signing_key"]
    assert {**body["master_key"], "signatures": None} == {**person["uploaded"]["master_key"], "signatures": None}


def test_we_sign_exactly_as_it_does() -> None:
    keys = load_keys(identity(ANA), of(ANA)["seeds"])
    device = identity(ANA).devices[DeviceId(of(ANA)["device"])]
    ours = sign_own_device(keys, device, expected_ed25519=device.ed25519)[ANA][device.device]
    theirs = of(ANA)["signatures"][ANA][device.device]

    assert ours["signatures"][ANA].items() <= theirs["signatures"][ANA].items()
    bo = identity(BO, seen_by=ANA)
    body = sign_user(keys, bo, expected_master=of(BO)["uploaded"]["master_key"]["keys"].popitem()[1])
    assert bo.master is not None
    assert body[BO][bo.master.public] == PEER["vouching"][BO][bo.master.public]
    accepted = sign_own_master(identity(ANA), device.device, lambda _message: "x", expected_master=keys.master.public)
    assert set(accepted[ANA]) == {keys.master.public}


def test_its_vouching_is_believed() -> None:
    answer = json.loads(json.dumps(of(ANA)["answer"]))
    ours = identity(ANA).user_signing
    assert ours is not None
    assert not is_vouched_for(identity(BO, seen_by=ANA), ours)
    [signed] = PEER["vouching"][BO].values()
    answer["master_keys"][BO] = signed

    assert is_vouched_for(read_identity(BO, answer), ours)


def test_its_sessions_are_read_and_written_back_alike() -> None:
    for entry in PEER["exported"]:
        key = read_room_key(entry, room=entry["room_id"], session=entry["session_id"])

        assert export_content(key) == entry
        assert key.shared_history is entry["m.shared_history"]
    assert {entry["m.shared_history"] for entry in PEER["exported"]} == {True, False}


def test_its_key_file_opens_here() -> None:
    restored = read_key_file(PEER["file"]["text"], PEER["file"]["words"])

    assert {key.session for key in restored.keys} == {entry["session_id"] for entry in PEER["exported"]}
    assert restored.refused == ()


def test_its_backup_opens_here_and_is_known_as_ours() -> None:
    row = PEER["backup"]
    key = BoxKey(decode_base64(row["key"]))
    backup = read_version({"algorithm": row["algorithm"], "auth_data": row["auth_data"], "version": "1"})
    restored = open_all(key, row["body"])
    own, master = identity(ANA), load_keys(identity(ANA), of(ANA)["seeds"]).master

    assert restored.refused == ()
    assert {key.session for key in restored.keys} == {entry["session_id"] for entry in PEER["exported"]}
    assert key.public == backup.public
    pin = Pin(ANA, master.public, master.public, master.public, was_verified=True)
    assert trust_of(backup, own, pin) is BackupTrust.SIGNED
    assert trust_of(backup, own, Pin(ANA, master.public, master.public)) is BackupTrust.NONE
    signature = add_signature({"public_key": key.public}, ANA, master.key_id, master.sign)["signatures"][ANA]
    assert signature.items() <= row["auth_data"]["signatures"][ANA].items()
    ours = version_body(key, ANA, [(master.key_id, master.sign)])
    assert ours["auth_data"]["signatures"][ANA].items() <= row["auth_data"]["signatures"][ANA].items()
    assert set(backup_content(restored.keys[0])) >= {"algorithm", "sender_key", "session_key"}


def test_its_bundle_gives_the_shared_session_and_no_other() -> None:
    restored = read_bundle(ROOM, PEER["bundle"])

    assert len(restored.keys) == 1
    assert restored.keys[0].shared_history
    assert restored.refused == ()


def test_its_qr_code_names_the_keys_of_both() -> None:
    code = decode_qr(bytes.fromhex(PEER["qr"]["bytes"]))
    hers, his = (load_keys(identity(user), of(user)["seeds"]).master.public for user in (ANA, BO))

    assert (code.mode, code.txn, code.first, code.second) == (Mode.ANOTHER_USER, PEER["qr"]["txn"], hers, his)
    assert encode_qr(code).hex() == PEER["qr"]["bytes"]
