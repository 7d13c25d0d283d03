"""QR codes: the bytes of the spec's example, and codes that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.encoding import encode_base64
from nookterm.trust.qr_code import Mode, QrCode, decode_qr, encode_qr, new_secret, read_pasted, write_pasted
from nookterm.trust.refusals import Reason, Refused
from tests.trust.chance import chance, refused

KEYS = st.binary(min_size=32, max_size=32).map(encode_base64)
CODES = st.builds(
    QrCode,
    st.sampled_from(Mode),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100),
    KEYS,
    KEYS,
    st.binary(min_size=8, max_size=40),
)
EXAMPLE = (
    bytes.fromhex("4d415452495802000005") + b"$ABCD" + bytes(range(32)) + bytes(range(16, 48)) + bytes(range(32, 40))
)
CODE = decode_qr(EXAMPLE)


def test_the_example_of_the_spec_reads_as_it_says() -> None:
    assert (CODE.mode, CODE.txn) == (Mode.ANOTHER_USER, "$ABCD")
    assert CODE.first.startswith("AAECAwQFBg")
    assert CODE.second.startswith("EBESExQVFh")
    assert encode_base64(CODE.secret) == "ICEiIyQlJic"
    assert encode_qr(CODE) == EXAMPLE


@given(CODES)
def test_a_code_reads_as_it_was_written(code: QrCode) -> None:
    assert decode_qr(encode_qr(code)) == code
    assert read_pasted(write_pasted(code)) == code
    assert read_pasted(f" {write_pasted(code)[:9]}\n{write_pasted(code)[9:]} ") == code


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.MALFORMED),
        (b"MATRIX", Reason.MALFORMED),
        (b"MATRIY" + EXAMPLE[6:], Reason.MALFORMED),
        (EXAMPLE[:9], Reason.MALFORMED),
        (EXAMPLE[:-1], Reason.MALFORMED),
        (EXAMPLE[:6] + b"\x03" + EXAMPLE[7:], Reason.UNKNOWN_ALGORITHM),
        (EXAMPLE[:7] + b"\x03" + EXAMPLE[8:], Reason.UNKNOWN_ALGORITHM),
        (EXAMPLE[:8] + b"\xff\xff" + EXAMPLE[10:], Reason.MALFORMED),
        (EXAMPLE[:8] + b"\x00\x00" + EXAMPLE[10:], Reason.MALFORMED),
        (EXAMPLE[:10] + b"\xff" + EXAMPLE[11:], Reason.MALFORMED),
        (EXAMPLE + bytes(3000), Reason.TOO_MUCH),
    ],
)
def test_what_is_no_code_is_refused(raw: bytes, reason: Reason) -> None:
    with refused(reason):
        decode_qr(raw)


@given(st.binary(max_size=150))
def test_any_picture_at_all_is_survived(raw: bytes) -> None:
    with pytest.raises(Refused):
        decode_qr(raw)
    with pytest.raises(Refused):
        decode_qr(EXAMPLE[:8] + raw[:20])


@pytest.mark.parametrize(
    ("text", "reason"), [("", Reason.MALFORMED), ("https://x", Reason.MALFORMED), ("A" * 6000, Reason.TOO_MUCH)]
)
def test_pasted_text_that_is_no_code_is_refused(text: str, reason: Reason) -> None:
    with refused(reason):
        read_pasted(text)


def test_only_keys_are_written_and_the_secret_is_not_shown() -> None:
    with refused(Reason.MALFORMED):
        encode_qr(replace(CODE, first="short"))
    assert "secret" not in repr(CODE)
    assert len(new_secret(chance("qr"))) == 16
