"""Key files: what one client writes another reads, and what is wrong with a file is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nio.crypto.key_export import decrypt_and_read, encrypt_and_save

from nookterm.trust import key_file
from nookterm.trust.encoding import decode_base64, encode_base64
from nookterm.trust.key_file import read_key_file, write_key_file
from nookterm.trust.recovery_key import MOST_ROUNDS, OUR_ROUNDS
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import export_content
from tests.trust.chance import chance, refused
from tests.trust.sessions import OTHER_ROOM, Megolm

ROUNDS = 1000
KEYS = (Megolm().at(), Megolm().at(4, OTHER_ROOM, shared=True))
WORDS = "correct horse"
TEXT = write_key_file(KEYS, WORDS, chance("file"), rounds=ROUNDS)
BEGIN, END = TEXT.split("\n")[0], TEXT.split("\n")[-2]


def raw_of(text: str) -> bytes:
    return decode_base64("".join(text.split("\n")[1:-2]))


def file_of(raw: bytes) -> str:
    return f"{BEGIN}\n{encode_base64(raw)}\n{END}"


def test_a_file_reads_as_it_was_written() -> None:
    assert read_key_file(TEXT, WORDS).keys == KEYS
    assert read_key_file(TEXT, WORDS).refused == ()
    assert read_key_file(TEXT.replace("\n", "\r\n"), WORDS).keys == KEYS
    assert read_key_file(file_of(raw_of(TEXT)), WORDS).keys == KEYS
    assert max(map(len, TEXT.split("\n"))) <= 76
    assert read_key_file(write_key_file([], "", chance("empty"), rounds=ROUNDS), "").keys == ()


def test_nio_reads_what_we_write_and_we_read_what_nio_writes(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text(TEXT, encoding="ascii")
    content = [export_content(key) for key in KEYS]

    assert json.loads(decrypt_and_read(str(tmp_path / "ours"), WORDS)) == content
    assert read_key_file(written_by_nio(content, tmp_path), WORDS).keys == KEYS


def test_a_wrong_passphrase_is_told_from_a_broken_file() -> None:
    with refused(Reason.WRONG_PASSPHRASE):
        read_key_file(TEXT, "wrong horse")
    lines = TEXT.split("\n")
    for broken in ("", "hello", BEGIN, "\n".join(lines[:-2]), "\n".join(lines[1:]), "x" + TEXT, f"{BEGIN}\n{END}",
                   f"{BEGIN}\n!!!\n{END}", file_of(raw_of(TEXT)[:60])):  # fmt: skip
        with refused(Reason.MALFORMED):
            read_key_file(broken, WORDS)
    with refused(Reason.UNKNOWN_ALGORITHM):
        read_key_file(file_of(b"\x02" + raw_of(TEXT)[1:]), WORDS)


def with_rounds(rounds: int) -> str:
    raw = raw_of(TEXT)
    return file_of(raw[:33] + rounds.to_bytes(4, "big") + raw[37:])


def test_absurd_rounds_are_refused_before_any_work() -> None:
    for rounds in (MOST_ROUNDS + 1, 0xFFFFFFFF):
        with refused(Reason.TOO_MUCH):
            read_key_file(with_rounds(rounds), WORDS)
    with refused(Reason.MALFORMED):
        read_key_file(with_rounds(0), WORDS)
    with refused(Reason.WRONG_PASSPHRASE):
        read_key_file(with_rounds(1), WORDS)


COSTLY = 34
"""This byte changed asks for up to five million rounds, which is allowed and slow."""


@given(st.sampled_from([at for at in range(1, len(raw_of(TEXT))) if at != COSTLY]), st.integers(1, 255))
def test_one_changed_byte_is_noticed(at: int, by: int) -> None:
    raw = bytearray(raw_of(TEXT))
    raw[at] ^= by
    with pytest.raises(Refused):
        read_key_file(file_of(bytes(raw)), WORDS)


def written_by_nio(content: object, folder: Path) -> str:
    target = folder / "theirs"
    encrypt_and_save(json.dumps(content).encode(), str(target), WORDS, ROUNDS)
    return target.read_text(encoding="ascii")


def test_a_broken_session_stops_no_other(tmp_path: Path) -> None:
    good = export_content(KEYS[0])
    odd = [good, {**good, "session_id": "another"}, None, {**good, "room_id": 7}, {"room_id": "!r"}]
    restored = read_key_file(written_by_nio(odd, tmp_path), WORDS)

    assert restored.keys == (KEYS[0],)
    assert [reason for _room, _session, reason in restored.refused] == [
        Reason.TAMPERED,
        Reason.UNKNOWN_ALGORITHM,
        Reason.MALFORMED,
        Reason.UNKNOWN_ALGORITHM,
    ]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with refused(Reason.MALFORMED):
        read_key_file(written_by_nio({"no": "list"}, tmp_path), WORDS)


def test_a_file_that_no_account_fills_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "LARGEST", len(TEXT) - 1)
    with refused(Reason.TOO_MUCH):
        read_key_file(TEXT, WORDS)


def test_we_write_with_as_many_rounds_as_other_clients() -> None:
    assert OUR_ROUNDS >= 100_000
    with refused(Reason.MALFORMED):
        write_key_file([], "\ud800", chance("x"), rounds=ROUNDS)
    assert raw_of(TEXT)[1 + 16 + 8] < 0x80
