"""The last page of a charter's form: what outsiders see, what writing it changes, and where."""

from __future__ import annotations

from textual.content import Content

from nookterm.domain.charter import Charter
from nookterm.domain.safe_text import safe_line
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LEAVES,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    box,
    ends,
    hanging,
    paragraph,
    row,
    size_words,
)  # fmt: skip
from nookterm.viewmodels.charter import ChangeLine, CharterForm, CharterPlan

_LONGEST_WORDS = 160


def preview_rows(form: CharterForm, charter: Charter, plan: CharterPlan, width: int) -> list[Content]:
    """All of the page, for a width."""
    rows = [row(("What changes when you write it", HEADING))]
    if plan.problem:
        rows += hanging(row(("! ", WARN)), row((plan.problem, WARN)), width)
    elif not plan.lines:
        rows.append(row(("Nothing: it says that already.", QUIET)))
    for line in plan.lines:
        rows += _change(line, width)
    if charter.history == "shared":
        words = "Everything said since the beginning opens to newcomers: their clients get the keys, too."
        rows += hanging(row(("! ", WARN)), row((words, WARN)), width)
    return [*rows, NOTHING, *_outside(form, charter, width), *_beyond(form, plan, width)]


def _outside(form: CharterForm, charter: Charter, width: int) -> list[Content]:
    """As the directory shows it to people in the space."""
    inner = max(8, width - 4)
    words = [ends(row((form.nook, STRONG)), size_words(form.members, charter.cap), inner)]
    words += paragraph(charter.purpose, inner) if charter.purpose else [row(("No purpose yet.", QUIET))]
    for label, text in (("For ", charter.who_belongs), ("Not for ", charter.not_for)):
        words += hanging(row((label, QUIET)), row((safe_line(text, longest=600), SOFT)), inner) if text else []
    for number, question in enumerate(charter.questions, 1):
        words += hanging(row((f"{number} ", QUIET)), row((question.text, SOFT)), inner)
    if form.facilitators:
        words += hanging(row(("asked by ", QUIET)), row((", ".join(form.facilitators), SOFT)), inner)
    return box(words, width, QUIET, title="What people in the space see")


def _beyond(form: CharterForm, plan: CharterPlan, width: int) -> list[Content]:
    words = f"Outside {form.space or 'the space'}, people see the name, how many are in, and the topic:"
    topic = paragraph(plan.topic or "nothing", max(8, width - 2), SOFT)
    return [*hanging(row(("↗ ", LEAVES)), row((words, QUIET)), width), *(row(("  ", QUIET), line) for line in topic)]


def _change(line: ChangeLine, width: int) -> list[Content]:
    before, after = (safe_line(text, longest=_LONGEST_WORDS) for text in (line.before, line.after))
    words = row((f"{line.label}: ", STRONG), (f"{before} → " if before else "", QUIET), (after or "nothing", TEXT))
    rows = hanging(row(("→ ", WAITING)), words, width)
    if line.note:
        rows += hanging(row(("  ", QUIET)), row((line.note, WAITING)), width)
    return rows
