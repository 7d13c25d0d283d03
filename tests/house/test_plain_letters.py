"""Every sign that the program writes has a plain letter beside it, and no sentence is written in what machines say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nookterm
from nookterm.tui.glyphs import _PLAIN

SOURCE = Path(nookterm.__file__).parent
RAW = re.compile(r"\b(?:m|org)\.[a-z]\w*|\b[a-z]+_[a-z_]+\b")
"""What machines say to each other: types of events, names of keys."""
MAYBE_RAW = re.compile(r"[\"'][^\"'\n]*[a-z] [^\"'\n]*(?:\b(?:m|org)\.[a-z]|[a-z]_[a-z])")
SHOWN = ("tui", "viewmodels", "client", "domain", "matrix", "trust", "cli", "store", "vault")
SAID = ("tui", "viewmodels")
"""Where sentences are made for the screen."""
NOT_OURS = {
    "domain/bells.py": "reactions that people give",
    "domain/consent.py": "reactions and words that people give",
    "domain/desk_talk.py": "how people end a question",
    "domain/ringing.py": "words to people in other clients",
    "domain/names.py": "letters that look alike, to be told apart",
    "domain/spelling.py": "letters of many scripts, to be found",
    "domain/safe_text.py": "what is thrown away",
    "domain/links.py": "letters that look like others",
    "tui/emoji_names.py": "emoji that one writes",
    "tui/widgets/reactions.py": "emoji that one reacts with",
    "tui/widgets/qr.py": "a code, which is not shown without these",
    "tui/widgets/picture.py": "a picture, which is not drawn without these",
    "tui/widgets/picture_cells.py": "a picture, which is not drawn without these",
    "tui/widgets/verify_rows.py": "pictures to compare, shown as numbers there",
    "trust/sas_emoji.py": "pictures to compare, shown as numbers there",
    "viewmodels/board_recognised.py": "letters of words that are looked for",
}
"""Where signs are somebody else's, or nothing that is drawn without them."""


def _written(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts of a module that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    lone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | lone:
            yield node.lineno, node.value


def test_every_sign_has_a_letter_of_one_cell() -> None:
    assert all(len(letter) == 1 and letter.isascii() for letter in _PLAIN.values())


def test_no_sign_is_written_that_has_no_plain_letter() -> None:
    found: dict[str, set[str]] = {}
    for path in (path for folder in SHOWN for path in sorted((SOURCE / folder).rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(SOURCE))
        if text.isascii() or name in NOT_OURS:
            continue
        for line, value in _written(ast.parse(text)):
            strange = {sign for sign in value if not sign.isascii() and sign not in _PLAIN}
            if strange:
                found[f"{name}:{line}"] = strange
    assert found == {}


def test_no_sentence_has_the_words_of_machines_in_it() -> None:
    found: dict[str, str] = {}
    for path in (path for folder in SAID for path in sorted((SOURCE / folder).rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        for line, value in _written(ast.parse(text)) if MAYBE_RAW.search(text) else ():
            sentence = re.sub(r"\{[^{}]*\}|`[^`]*`", "", value)
            if re.search(r"[a-z] [a-z]", sentence) and "\n" not in sentence and (raw := RAW.search(sentence)):
                found[f"{path.relative_to(SOURCE)}:{line}"] = raw[0]
    assert found == {}
