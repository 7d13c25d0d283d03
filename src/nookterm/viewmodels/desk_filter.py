"""Fewer lines on the desk: by whose they are, what sort, which nook, or any letters of a name or server."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.domain.desk import Kind
from nookterm.domain.records import dataclass
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView

MINE, FREE = "mine", "free"
KINDS = frozenset("ask" if kind is Kind.ASK else kind.value for kind in Kind)
"""What lines are called: a word that is one of these means the kind, not letters of a name."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What has to be so for a line to be shown: every word that was typed. No words: everything."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, typed: str) -> Filter:
        """The filter that somebody typed: `mine`, `free`, a kind (`ask`), or letters of a name, nook or server."""
        return cls(tuple(typed.casefold().split()))

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words)

    def fits(self, line: DeskLine) -> bool:
        """Whether a line is shown."""
        return all(_fits(word, line) for word in self.words)


def _fits(word: str, line: DeskLine) -> bool:
    if word == MINE:
        return line.mine
    if word == FREE:
        return not line.mine and not line.held
    if word in KINDS:
        return word == line.kind
    texts = (line.who, line.what, line.nook, line.state, line.fold, line.server, line.user_id or "")
    return any(word in text.casefold() for text in texts)


def filtered(view: DeskView, wanted: Filter) -> tuple[DeskGroup, ...]:
    """The groups with the lines that fit; groups without any are gone."""
    if not wanted:
        return view.groups
    groups = (DeskGroup(group.title, tuple(filter(wanted.fits, group.lines))) for group in view.groups)
    return tuple(group for group in groups if group.lines)


def counted(groups: Sequence[DeskGroup]) -> int:
    """How many lines there are."""
    return sum(len(group.lines) for group in groups)
