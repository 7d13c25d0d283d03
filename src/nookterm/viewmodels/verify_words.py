"""What is said at each step of comparing keys, in plain words; the arithmetic stays behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from nookterm.client.errors import Problem
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.verify import Step, VerifyView

if TYPE_CHECKING:
    from nookterm.trust.verification import Flow

PATIENCE = timedelta(minutes=10)
_LONGEST_NAME = 40
_YOURS = "your other device"

_PAGES: Mapping[str, Step] = {
    "requested": Step.WAITING,
    "asked": Step.ASKED,
    "ready": Step.CHOOSE,
    "started": Step.WAITING,
    "accepted": Step.WAITING,
    "scanned": Step.SCANNED,
    "comparing": Step.COMPARE,
    "confirmed": Step.WAITING,
    "ending": Step.WAITING,
    "done": Step.DONE,
    "cancelled": Step.OVER,
    "elsewhere": Step.OVER,
}
_HEADLINES: Mapping[str, str] = {
    "requested": "Waiting for {them} to accept.",
    "asked": "{who} asks to compare keys with you.",
    "ready": "{Them} {is_} willing. How do you want to compare?",
    "started": "Waiting for the pictures.",
    "accepted": "Waiting for the pictures.",
    "scanned": "{Them} has read your code. Does it say that all is well?",
    "comparing": "Look at {them}. Does it show these {what}, in this order?",
    "confirmed": "Waiting until {them} says that they match, too.",
    "ending": "Waiting for the last word of {them}.",
}
_PEOPLE: Mapping[str, str] = {
    "asked": "Accept when you can talk to them now: side by side, or by a call in which you know their voice.",
    "requested": "Ask them to accept it in their own program. Have a call ready, or sit side by side.",
    "ready": "Do it side by side, or in a call in which you know their voice.",
    "comparing": "Nobody else can make the same {what} appear on both. If one differs, somebody is in between: "
    "say no, nothing is lost.",
    "scanned": "Say yes only when you see it there.",
    "confirmed": "Nothing is signed before both of you have said so.",
}
_OURSELVES: Mapping[str, str] = {
    **_PEOPLE,
    "asked": "Accept only if you began this on that device just now.",
    "requested": "Take your other device and accept it there.",
    "ready": "Keep both devices at hand.",
    "confirmed": "Say it on the other device, too.",
}
_BETWEEN = "Somebody may be in between. Nothing is trusted. Compare again side by side, on another network."
_AGAIN = "Nothing has changed. You can begin again at any time."
_WHY: Mapping[str, tuple[str, bool]] = {
    "m.user": ("{Who} ended it.", False),
    "m.timeout": ("It was open for ten minutes, and that is as long as it may take.", False),
    "m.unknown_transaction": ("The other device does not know of it any more.", False),
    "m.unknown_method": ("The two devices know no common way to compare.", False),
    "m.unexpected_message": ("A message came out of turn, so it ended.", False),
    "m.invalid_message": ("A message could not be understood, so it ended.", False),
    "m.user_mismatch": ("It was somebody else who answered.", True),
    "m.key_mismatch": ("A key is not the one that this device knows.", True),
    "m.mismatched_commitment": ("A key was exchanged for another on its way.", True),
    "m.mismatched_sas": ("The two sides do not show the same.", True),
    "m.accepted": ("Another device goes on with it.", False),
}
"""In words by the code, and whether somebody may be in between."""


def page(flow: Flow, who: str, now: datetime, *, code: str = "") -> VerifyView:
    """The page of a flow. `who` is the person's name, safe; `code` our code where it is on the screen."""
    phase = str(flow.phase)
    ours = flow.with_ourselves
    device = _device(flow)
    named = device if ours and device else _YOURS if ours else who
    step = Step.SHOW if code and phase == "ready" else _PAGES[phase]
    view = VerifyView(
        step=step,
        txn=flow.txn,
        title="Compare with your other device" if ours else f"Compare with {who}",
        who=named if ours else who,
        user_id=safe_line(flow.them.user, longest=255),
        device=device,
        with_ourselves=ours,
        ways=_ways(flow),
        code=code,
        minutes=max(0, -(-int((flow.began + PATIENCE - now).total_seconds()) // 60)),
    )
    if step is Step.DONE:
        return replace(view, headline=_done(view), words=_after(view))
    if step is Step.OVER:
        return _ended(view, flow)
    if step is Step.SHOW:
        headline = f"Let {named} read this code."
        words = ("It proves both directions at once. It is worth nothing to anybody else and ends with this page.",)
        return replace(view, headline=headline, words=words)
    return _going_on(view, flow, phase, named)


def _going_on(view: VerifyView, flow: Flow, phase: str, named: str) -> VerifyView:
    code = flow.code
    shows: frozenset[str] = getattr(flow.exchange, "shows", frozenset())
    pictures = tuple((e.symbol, e.name) for e in code.emoji) if code and "emoji" in shows else ()
    what = "seven" if pictures else "numbers"
    them = named if view.with_ourselves else f"{named}'s device" if phase in {"comparing", "scanned"} else named
    fill = {"who": view.who, "them": them, "what": what, "is_": "is"}
    fill["Them"] = _begins(them)
    asks = f"{fill['Them']} asks to compare keys with this one." if view.with_ourselves and phase == "asked" else ""
    words = (_OURSELVES if view.with_ourselves else _PEOPLE).get(phase, "").format(**fill)
    return replace(
        view,
        headline=asks or _HEADLINES[phase].format(**fill),
        words=(words,) if words else (),
        pictures=pictures,
        numbers=code.numbers if code else (),
    )


def _ways(flow: Flow) -> frozenset[str]:
    names = {"m.sas.v1": "compare", "m.qr_code.show.v1": "show", "m.qr_code.scan.v1": "read"}
    return frozenset(names[way] for way in flow.common if way in names)


def _device(flow: Flow) -> str:
    """The other device by its name and id: the name is its owner's word, the id tells two of one name apart."""
    if flow.device is None:
        return ""
    other = flow.other
    name = safe_line(other.name, longest=_LONGEST_NAME) if other else ""
    id_ = safe_line(flow.device, longest=_LONGEST_NAME)
    return f"{name} ({id_})" if name else id_


def _done(view: VerifyView) -> str:
    return f"{_begins(view.who)} is yours." if view.with_ourselves else f"{view.who} is verified."


def _begins(who: str) -> str:
    """As the first word of a sentence. A name stays as it is written."""
    return "Your other device" if who == _YOURS else who


def _after(view: VerifyView) -> tuple[str, ...]:
    if view.with_ourselves:
        return ("Both devices now vouch for each other.", "Others see them as yours, and keys go to both.")
    return (
        f"The devices that {view.who} has signed are theirs, and nobody is in between.",
        "If their keys ever change you are told before anything is sent to them.",
    )


def _ended(view: VerifyView, flow: Flow) -> VerifyView:
    if str(flow.phase) == "elsewhere":
        words = ("What you do there counts for this device, too.",)
        return replace(view, headline="Another device of yours goes on with it.", words=words)
    ended = flow.cancelled
    by_us = ended is not None and ended.by_us
    code = str(ended.code) if ended and ended.code else ""
    said, between = _WHY.get(code, ("{Who} ended it without a reason that is known here.", False))
    who = "You" if by_us else _begins(view.who)
    return replace(view, headline=said.format(Who=who), words=(_BETWEEN if between else _AGAIN,), warns=between)


def with_problem(view: VerifyView, problem: Problem) -> VerifyView:
    """The end of one about whose result something is to be said: in those words, instead of ours."""
    said = tuple(safe_line(text, longest=300) for text in (problem.message, way_out(problem)) if text)
    sure = problem.code == "signature_waits"
    if view.step is Step.DONE and not sure:
        return replace(view, step=Step.OVER, headline="Nothing was verified.", words=said, warns=True)
    return replace(view, words=(*view.words, *said) if sure else said)
