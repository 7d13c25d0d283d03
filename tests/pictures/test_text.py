"""Plain text files: taken where they hold nothing but what is read, refused in words where not."""

from __future__ import annotations

import codecs

import pytest

from nookterm.client.errors import UnsafeFile
from nookterm.pictures.cleaner import PictureCleaner

CLEANER = PictureCleaner()


@pytest.mark.parametrize("text", ["Soup on Friday.\n\n\tAt seven.\n", "", "Überall grün 🌿 👩‍🌾 לילה طيب", "0\n1"])
def test_what_is_read_comes_back_as_it_was(text: str) -> None:
    assert CLEANER.clean_text(text.encode()) == text.encode()


def test_marks_of_another_system_are_taken_out() -> None:
    assert CLEANER.clean_text(codecs.BOM_UTF8 + b"one\r\ntwo\r\n") == b"one\ntwo\n"


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\x07", "\x1b[2J", "\x7f", "\x9b", "\r", "\u200b", "\u202e", "\ufeff", "\U000e0041", "\u2028", "\ue000"],
)
def test_what_nobody_sees_is_refused_with_its_line(hidden: str) -> None:
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean_text(f"one\ntwo{hidden}more\n".encode())

    assert met.value.code == "not_text"
    assert met.value.message.startswith("Line 2 ")


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean_text("eins\nzwei\nfür drei".encode("latin-1"))

    assert met.value.code == "not_text"
    assert "line 3" in met.value.message


@pytest.mark.parametrize(("data", "named"), [(b"%PDF-1.4 text", "a PDF"), (b"\xff\xfe\x00\x01\x02", "such a file")])
def test_a_file_that_is_no_text_is_called_what_it_is(data: bytes, named: str) -> None:
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean_text(data)

    assert met.value.code == "not_cleanable"
    assert f"cannot take what {named} tells about its maker out of it" in met.value.message


def test_a_text_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    assert CLEANER.clean_text(b"x" * 10, largest_bytes=10) == b"x" * 10
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean_text(b"x" * 11, largest_bytes=10)
    assert met.value.code == "too_large"
