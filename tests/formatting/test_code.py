"""Code in colours: its pieces are the code, and no lexer can be kept busy with it."""

from __future__ import annotations

import time

import pytest

from nookterm.formatting.code import _LEXERS, taken_apart

LANGUAGES = sorted(set(_LEXERS.values()))


@pytest.mark.parametrize(
    ("language", "code", "pieces"),
    [
        ("py", "def f(): return 1", {("keyword", "def"), ("name", "f"), ("number", "1")}),
        ("sh", "echo 'a' # b", {("type", "echo"), ("string", "'a'"), ("comment", "# b")}),
        ("diff", "-a\n+b\n", {("removed", "-a"), ("added", "+b")}),
        ("JSON", '{"a": null}', {("keyword", '"a"'), ("number", "null")}),
    ],
)
def test_what_deserves_a_colour_is_told_apart(language: str, code: str, pieces: set[tuple[str, str]]) -> None:
    found = taken_apart(code, language)
    assert pieces <= set(found)
    assert "".join(piece for _, piece in found) == code


@pytest.mark.parametrize("code", ["x" * 4_000, "y" * 400, " " * 200, "a\x00b", "a\r\nb\x1b"])
def test_code_that_nobody_wrote_stays_one_piece(code: str) -> None:
    assert taken_apart(code, "python") == (("", code),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lexer_is_kept_busy(language: str) -> None:
    """Generous: this is no benchmark. Some need seconds where a text may be as long as an event."""
    taken_apart("x", language)
    before = time.process_time()
    for sign in ("a\n", '\\"', "a."):
        lines = "\n".join([(sign * 200)[:390]] * 8)
        assert "".join(piece for _, piece in taken_apart(lines[:3_000], language)) == lines[:3_000]
    assert time.process_time() - before < 2
