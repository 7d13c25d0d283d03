"""Nothing by colour alone: two states that differ for people differ in letters or signs, too."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content

import nookterm.tui
from nookterm.domain.ids import EventId
from nookterm.domain.levels import Level
from nookterm.tui.screens.accounts import _drawn as account_rows
from nookterm.tui.screens.search_rows import _drawn as found_rows
from nookterm.tui.widgets.about import about_rows
from nookterm.tui.widgets.board_page import answer_rows
from nookterm.tui.widgets.cards import Look
from nookterm.tui.widgets.cards_highlight import reactions as board_reactions
from nookterm.tui.widgets.cards_nook import card_block
from nookterm.tui.widgets.footer import status_row
from nookterm.tui.widgets.people_rows import member_blocks
from nookterm.tui.widgets.privacy_rows import privacy_blocks
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.tui.widgets.tree import _line as tree_row
from nookterm.tui.widgets.trust_rows import _drawn as trust_row
from nookterm.viewmodels.highlights import AnswerLine
from nookterm.viewmodels.status import NOT_STORED, READ_ONLY, SIGNED_OUT, StatusView
from nookterm.viewmodels.timeline import Aside
from tests.tui.account_fakes import HOME
from tests.tui.fakes import ABOUT, BIKE, ENTRIES, TREE, words
from tests.tui.highlight_samples import DUST
from tests.tui.panel_samples import DIRECTORY
from tests.tui.people_fakes import MEMBERS, PRIVACY
from tests.tui.search_fakes import HITS
from tests.tui.trust_fakes import KESTREL

SOURCE = Path(str(nookterm.tui.__path__[0]))
WIDTH = 76
ROOM = next(row for row in TREE.rows if row.room_id == BIKE)
SAID = words(50, "Bo Lindqvist", 1, "10:00", "Opened the kiln.")
BO = MEMBERS.lines[3]


def letters(rows: Sequence[Content]) -> str:
    """What is left without any style."""
    return "\n".join(row.plain.rstrip() for row in rows)


def _tree(**more: Any) -> str:
    return tree_row(replace(ROOM, **({"unread": 0} | more)), 28).plain


def _message(**more: Any) -> str:
    return letters(entry_rows(replace(SAID, **more), Drawing(WIDTH, brackets=True)))


def _status(**more: Any) -> str:
    return status_row(replace(StatusView(account="ana", connection="live"), **more), 120).plain


def _member(**more: Any) -> str:
    return letters(member_blocks((replace(BO, **({"shield": "signed"} | more)),))[-1].draw(WIDTH, Look.PLAIN))


def _account(**more: Any) -> str:
    return letters(
        account_rows(replace(HOME, **({"in_front": False, "unread": 0, "mentions": 0} | more)), WIDTH, Look.PLAIN)
    )


def _trust(**more: Any) -> str:
    line = replace(KESTREL, look=False, meaning="nook-quiet")
    return letters(trust_row(replace(line, **more), 24, 12)(WIDTH, Look.PLAIN))


def _card(look: Look) -> str:
    return letters(card_block(DIRECTORY.cards[0]).draw(WIDTH, look))


def _privacy(mark: str) -> str:
    return letters(privacy_blocks((replace(PRIVACY.lines[0], mark=mark),), WIDTH)[-1].draw(WIDTH, Look.PLAIN))


def _answer(meaning: str) -> str:
    return letters(answer_rows(AnswerLine("Dee", "answers", meaning), WIDTH))


def _found(*, calls: bool) -> str:
    return letters(found_rows(replace(HITS[0], calls=calls), WIDTH, Look.PLAIN))


def _about(shield: str) -> str:
    return letters(about_rows(replace(ABOUT, people=(replace(ABOUT.people[1], shield=shield),)), 30))


CONNECTIONS = ("starting", "live", "offline", SIGNED_OUT, NOT_STORED, READ_ONLY)
STATES: dict[str, tuple[str, ...]] = {
    "a room": (
        _tree(), _tree(unread=3), _tree(unread=3, mentions=1), _tree(quiet=3), _tree(marked=True),
        _tree(level=Level.MUTE), _tree(level=Level.MUTE, quiet=2), _tree(note="full", waits=True),
    ),
    "a message": (
        _message(), _message(state="queued"), _message(state="failed"), _message(state="failed", problem="no answer"),
        _message(verified=True), _message(warning="not proved to be from this person"), _message(edited=True),
        _message(warning="not proved to be from this person", warned=True),
        _message(redacted=True), _message(pinned=True), _message(newcomer=True), _message(role="facilitator"),
        _message(replies=2), _message(replies=2, fresh=1), _message(seen=("read by Dee", "read by 1")),
        _message(reactions=(("+", 1, False),)), _message(reactions=(("+", 1, True),)),
    ),
    "a highlight": tuple(board_reactions(replace(DUST, reactions=(("+", 1, ours),))).plain for ours in (False, True)),
    "a line among messages": (
        letters(entry_rows(Aside(EventId("$a"), "10:00", "Eli joined"), Drawing(WIDTH))),
        letters(entry_rows(Aside(EventId("$a"), "10:00", "Eli joined", locked=True), Drawing(WIDTH))),
    ),
    "the connection": (
        *(_status(connection=one) for one in CONNECTIONS),
        _status(unsent=1), _status(elsewhere=2), _status(progress="fetching"),
    ),
    "a member": (_member(), _member(shield="verified"), _member(shield="doubt"), _member(role="facilitator")),
    "somebody in the column": (_about("signed"), _about("verified")),
    "an account": (
        _account(), _account(in_front=True), _account(meaning="warn"), _account(unread=2), _account(mentions=2),
        _account(unsent=2),
    ),
    "a device": (_trust(), _trust(meaning="nook-safe"), _trust(look=True, meaning="nook-warn")),
    "a card of a nook": tuple(_card(look) for look in Look),
    "a point of the privacy sheet": tuple(_privacy(mark) for mark in ("", "safe", "warn", "leaves")),
    "an answer to a highlight": tuple(_answer(one) for one in ("", "nook-safe", "nook-warn", "nook-waiting")),
    "what was found": (_found(calls=False), _found(calls=True)),
}  # fmt: skip


@pytest.mark.parametrize("what", STATES)
def test_no_two_states_are_told_apart_by_colour_alone(what: str) -> None:
    states = STATES[what]
    assert len(set(states)) == len(states), "\n---\n".join(states)


def test_whose_eye_sees_no_colour_finds_the_mark_of_every_sample() -> None:
    drawn = letters([row for entry in ENTRIES for row in entry_rows(entry, Drawing(WIDTH, brackets=True))])
    for said in ("not sent", "waits", "new here", "✓ facilitator", "(edited)", "3 new since", "@ana", "4 replies"):
        assert said in drawn


STYLE_ALONE = {
    "answer.name": "one's own name among others",
    "one.name": "what is chosen has a bar, too",
    "line.name": "what is chosen has a bar, too",
    "suggestion.text": "the first is what Tab takes: it stands behind that word",
    "keys or 'no key'": "it says so",
    "one.role": "the role is a word",
    "step.words": "what is done has a sign before it",
    "step.name": "why it stays is said behind it",
    "f'  {words}'": "what is wrong is said",
    "mark": "the sign is another one, too",
    "note": "what is new is said: so many new",
    "line.note": "what is new is said: so many new",
    "'put on the board'": "the sign before it is another one, too",
    "'━' * full": "the numbers beside it say the same",
    "f'{members}'": "so many of so many says it",
    "one.label": "why it cannot be taken is said beside it",
    "f'{mark}{view.audience}'": "the sign and the words say it",
    "f'{sign} '": "the sign is another one, too",
    "said": "the word and the sign before it say it",
    "f'@{status.elsewhere}'": "while it is quiet it calls less; the title says until when",
    "f'@{status.mentions} '": "while it is quiet it calls less; the title says until when",
    "label": "underlined, too",
    "words": "the ring before it is full, or not",
    "f'{len(self.text)} of {self._longest}'": "the first number is greater than the second",
    "found.headline": "the words are others, too",
    "f'  {mark} '": "the ring is full, or not",
    "f\"{GLYPHS.get(entry.kind, ' ')} \"": "the sign is another one, too",
    "entry.label": "what is new is counted at the right",
    "entry.note": "the note says it",
}
"""Pieces of text of which the style alone depends on a state, and what else says the same."""


def test_wherever_only_a_style_depends_on_a_state_something_else_says_it_too() -> None:
    found = {text: where for where, text in _styled_alone()}
    assert found.keys() <= STYLE_ALONE.keys(), {text: where for text, where in found.items() if text not in STYLE_ALONE}


def _styled_alone() -> list[tuple[str, str]]:
    """`(text, A if state else B)` anywhere in the screens, where the text is the same in either case."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
                continue
            text, style = node.elts
            if not isinstance(style, ast.IfExp) or not _is_style(style) or "Look." in ast.unparse(style.test):
                continue
            if not _asks(text, style.test):
                found.append((f"{path.name}:{node.lineno}", ast.unparse(text)))
    return found


def _is_style(node: ast.IfExp) -> bool:
    tones = {"WARN", "SAFE", "WAITING", "LEAVES", "TEXT", "STRONG", "SOFT", "QUIET", "KEY", "LINE", "HEADING"}
    named = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    written = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return bool(named & tones) or any("$" in value for value in written)


def _asks(node: ast.expr, test: ast.expr) -> bool:
    return any(isinstance(one, ast.IfExp) and ast.unparse(one.test) == ast.unparse(test) for one in ast.walk(node))
