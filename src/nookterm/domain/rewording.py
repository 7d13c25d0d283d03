"""What a new charter changes in the old one, field by field, so that it can be read before it is written."""

from __future__ import annotations

from dataclasses import fields, replace

from nookterm.domain.charter import Charter, Question
from nookterm.domain.records import dataclass

HISTORY_WORDS = {
    "invited": "from their invite on",
    "joined": "from when they join",
    "shared": "everything since the beginning",
}
"""What newcomers read, for each history that a charter may wish."""
SWITCHES = (
    (
        "consent_by_reaction",
        "A yes to share somebody's words",
        "counts in words only, encrypted, from their own device",
        "counts as a reaction, too: clear text that their server could make up",
    ),
    ("board_way_in", "Readers of the board", "see this nook's name only", "are shown the way to ask to join"),
    (
        "offers",
        "Highlights of other nooks",
        "stay on the board",
        "one a week is offered to facilitators, to be posted here",
    ),
)
"""A field, what it is about, and what it means when it is off and on."""
_TEXTS = (
    ("purpose", "Purpose"),
    ("who_belongs", "Who belongs"),
    ("not_for", "Not for"),
    ("differs", "How it differs"),
    ("who_welcomes", "Who welcomes"),
)
_NUMBERS = (
    ("cap", "How many it holds", "{}"),
    ("cooldown_days", "Cool-down after a decline", "{} days"),
    ("answer_by_days", "An answer within", "{} days"),
    ("purge_days", "Answers are kept", "{} days"),
    ("approvals_needed", "Facilitators who have to agree", "{}"),
    ("quiet_days", "Counts as quiet after", "{} days"),
)


@dataclass(frozen=True, slots=True)
class Rewording:
    """One field of a charter that changes. `before` and `after` hold people's own text."""

    field: str
    """The name of the charter's field, or `question ID`."""
    label: str
    before: str
    """Empty: there was nothing."""
    after: str


def rewordings(old: Charter, new: Charter) -> tuple[Rewording, ...]:
    """Every field that differs, in the charter's order. Facilitators are none of it: they follow from power."""
    found = [Rewording(name, label, str(getattr(old, name)), str(getattr(new, name))) for name, label in _TEXTS]
    found += _questions(old, new)
    for name, label, form in _NUMBERS:
        found.append(Rewording(name, label, form.format(getattr(old, name)), form.format(getattr(new, name))))
    found.append(Rewording("history", "Newcomers read", HISTORY_WORDS[old.history], HISTORY_WORDS[new.history]))
    found.append(Rewording("welcome", "Welcome", old.welcome, new.welcome))
    found.append(Rewording("prompts", "Prompts", "\n".join(old.prompts), "\n".join(new.prompts)))
    for name, label, *words in SWITCHES:
        found.append(Rewording(name, label, words[getattr(old, name)], words[getattr(new, name)]))
    return tuple(one for one in found if one.before != one.after)


def rebased(typed: Charter, read: Charter, now: Charter) -> Charter:
    """What somebody typed on top of `read`, put over what others wrote since: their own fields win, no others."""
    names = (field.name for field in fields(Charter))
    own = {name: getattr(typed, name) for name in names if getattr(typed, name) != getattr(read, name)}
    return replace(now, **own)


def _questions(old: Charter, new: Charter) -> list[Rewording]:
    before, after = ({q.id: q for q in charter.questions} for charter in (old, new))
    ids = [*after, *(id_ for id_ in before if id_ not in after)]
    found = [Rewording(f"question {id_}", "Question", _asked(before.get(id_)), _asked(after.get(id_))) for id_ in ids]
    kept = [id_ for id_ in before if id_ in after]
    if kept != [id_ for id_ in after if id_ in before]:
        found.append(Rewording("questions", "Order of the questions", ", ".join(before), ", ".join(after)))
    return found


def _asked(question: Question | None) -> str:
    return "" if question is None else question.text
