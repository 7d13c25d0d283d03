"""`charter`: what a nook says about itself, read and edited; `fix`: what has drifted from it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nookterm.cli.agreeing import agree
from nookterm.cli.context import Context, acting, reading
from nookterm.client.charters import Change, Charters, Way
from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.session import Session
from nookterm.domain.charter import Charter, Question, charter_content
from nookterm.domain.drift import Drift
from nookterm.domain.rewording import HISTORY_WORDS, SWITCHES
from nookterm.domain.space import title

TEXTS = {
    "purpose": "purpose",
    "who": "who_belongs",
    "not-for": "not_for",
    "differs": "differs",
    "welcomes": "who_welcomes",
    "welcome": "welcome",
    "history": "history",
}
NUMBERS = {
    "cap": "cap",
    "cooldown": "cooldown_days",
    "answer-by": "answer_by_days",
    "purge": "purge_days",
    "approvals": "approvals_needed",
    "quiet": "quiet_days",
}
SWITCHED = {"reactions": "consent_by_reaction", "way-in": "board_way_in", "offers": "offers"}
"""The words of `--set` and the charter's fields: texts, numbers, and what is on or off."""
_WAYS = {Way.WRITE: "", Way.PROPOSE: "  (proposed to those who can)", Way.BEYOND: "  (needs more power than you have)"}


async def charter(context: Context) -> None:
    """Print a nook's charter, or edit it: the changes are shown first."""
    args = context.args
    if not (args.set or args.question or args.prompt):
        async with reading(context) as session:
            _print(context, session)
        return

    def shown(session: Session) -> Sequence[str]:
        charters, nook = Charters(session), session.rooms.named(args.nook)
        return [_line(change) for change in charters.plan(nook, edited(charters.of(nook), args))]

    await agree(context, shown, "Write this charter")
    async with acting(context) as session:
        charters, nook = Charters(session), session.rooms.named(args.nook)
        read = await charters.look(nook.room_id)
        new = edited(read, args)
        plan = charters.plan(session.rooms[nook.room_id], new)
        done = await charters.write(nook, new, read=read)
        rows = ((_fields(change, nook.room_id, done=change in done), _line(change)) for change in plan)
        context.printer.rows(rows, "The charter says that already. Nothing was changed.")


def edited(charter: Charter, args: argparse.Namespace) -> Charter:
    """The charter with what the command line sets. Raises WrongUsage."""
    changed: dict[str, Any] = {}
    for word in args.set:
        key, mark, value = word.partition("=")
        if not mark or key not in {**TEXTS, **NUMBERS, **SWITCHED}:
            known = ", ".join((*TEXTS, *NUMBERS, *SWITCHED))
            message = f"{word} is not of the form FIELD=VALUE."
            raise WrongUsage(message, f"The fields are: {known}.")
        if key in SWITCHED:
            changed[SWITCHED[key]] = _switch(key, value)
        else:
            changed[TEXTS.get(key) or NUMBERS[key]] = value.strip() if key in TEXTS else _number(key, value)
    if args.prompt:
        changed["prompts"] = tuple(filter(None, (text.strip() for text in args.prompt)))
    return replace(charter, questions=_questions(charter.questions, args.question), **changed)


def _number(key: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 5:  # noqa: PLR2004 - no charter holds so much
        message = f"{key}={value} is no number."
        raise WrongUsage(message, "For example: cap=40")
    return int(value)


def _switch(key: str, value: str) -> bool:
    if value not in {"on", "off"}:
        message = f"{key}={value} is neither on nor off."
        raise WrongUsage(message, f"For example: {key}=on")
    return value == "on"


def _questions(asked: tuple[Question, ...], words: Sequence[str]) -> tuple[Question, ...]:
    """Questions set, added or (with an empty text) left out, by their ids. Raises WrongUsage."""
    found = {question.id: question for question in asked}
    for word in words:
        key, mark, text = word.partition("=")
        if not (key and mark):
            message = f"{word} is not of the form ID=TEXT."
            raise WrongUsage(message, "For example: q1='What brings you here?'; q1= leaves it out.")
        if text.strip():
            found[key] = replace(found.get(key, Question(key, "")), text=text.strip())
        else:
            found.pop(key, None)
    return tuple(found.values())


def _print(context: Context, session: Session) -> None:
    charters, nook = Charters(session), session.rooms.named(context.args.nook)
    held, drifted = charters.of(nook), charters.drifts(nook)
    content = charter_content(held)
    content.pop("v")
    drift = [_drift_fields(one) for one in drifted]
    fields = {"nook": nook.room_id, "name": title(nook), **content, "drift": drift}
    context.printer.row({**fields, "facilitators": list(nook.facilitators)}, _page(title(nook), held))
    for one in drifted:
        context.printer.say(f"  ! {one.setting}: {one.is_}; should be: {one.should_be}. {one.why}  {one.case}")


def _page(name: str, charter: Charter) -> str:
    lines = [
        f"{name}",
        *(f"  {label}: {text}" for label, text in _texts(charter) if text),
        *(f"  Question {q.id}: {q.text}" for q in charter.questions),
        f"  Holds {charter.cap}. Facilitators who have to agree: {charter.approvals_needed}.",
        f"  After a decline: {charter.cooldown_days} days. An answer within {charter.answer_by_days} days.",
        f"  Newcomers read {HISTORY_WORDS[charter.history]}.",
        f"  Answers are kept {charter.purge_days} days. Quiet after {charter.quiet_days} days.",
        *(f"  Prompt: {prompt}" for prompt in charter.prompts),
        *(f"  {label}: {on if getattr(charter, name) else off}." for name, label, off, on in SWITCHES),
    ]
    return "\n".join(lines)


def _texts(charter: Charter) -> tuple[tuple[str, str], ...]:
    return (
        ("Purpose", charter.purpose),
        ("Who belongs", charter.who_belongs),
        ("Not for", charter.not_for),
        ("How it differs", charter.differs),
        ("Who welcomes", charter.who_welcomes),
        ("Welcome", charter.welcome),
    )


def _line(change: Change) -> str:
    before = f"{change.before} → " if change.before else ""
    return f"→ {change.label}: {before}{change.after or '(nothing)'}{_WAYS[change.way]}"


def _fields(change: Change, nook: str, *, done: bool) -> dict[str, Any]:
    return {
        "nook": nook,
        "what": change.what,
        "room_id": change.room,
        "label": change.label,
        "before": change.before,
        "after": change.after,
        "way": str(change.way),
        "done": done,
    }


def _drift_fields(drift: Drift) -> Mapping[str, Any]:
    return {
        "case": drift.case,
        "setting": str(drift.setting),
        "is": drift.is_,
        "should_be": drift.should_be,
        "why": drift.why,
        "fixable": drift.fixable_by_me,
    }


async def fix(context: Context) -> None:
    """Set right what a case of the desk names: a drifted setting, or an entry card that waits."""
    case = context.args.case
    async with acting(context) as session:
        charters, me = Charters(session), session.gateway.user_id
        if any(proposal.case == case for proposal in charters.waiting()):
            card = await charters.accept(case)
            fields = {"case": case, "by": me, "outcome": "settled", "nook": card.nook}
            context.printer.row(fields, "The entry card is in the space now.")
            return
        found = ((nook, drift) for nook in charters.nooks() for drift in charters.drifts(nook))
        nook, drift = next(((n, d) for n, d in found if d.case == case), (None, None))
        if nook is None or drift is None:
            message = f"Nothing has drifted under {case}."
            raise NotFound(message, "`nookterm charter NOOK` lists what has.", code="unknown_case")
        fixed = await charters.fix(nook, drift)
        words = f"{title(nook)}: {drift.setting} is right {'again' if fixed else 'already'}."
        context.printer.row({"case": case, "by": me, "outcome": "settled", "nook": nook.room_id}, words)
