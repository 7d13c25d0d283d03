"""Which keys a page of comparing offers, with the words that they have there."""

from __future__ import annotations

from nookterm.tui.widgets.acts import Hint
from nookterm.viewmodels.verify import Step, VerifyView

_END: Hint = ("verifying.end", "end it")
_HIDE: Hint = ("verifying.hide", "hide, it goes on")
_CLOSE: Hint = ("verifying.hide", "close")
_HINTS: dict[Step, tuple[Hint, ...]] = {
    Step.ASKED: (("verifying.accept", "accept"), ("verifying.later", "not now"), ("verifying.end", "decline")),
    Step.WAITING: (_END, _HIDE),
    Step.CHOOSE: (
        ("verifying.compare", "seven pictures"), ("verifying.show", "show a code"), ("verifying.paste", "paste a code"),
        _END, _HIDE,
    ),
    Step.COMPARE: (("verifying.match", "they match"), ("verifying.differ", "they differ"), ("verifying.numbers", "")),
    Step.SHOW: (("verifying.compare", "pictures instead"), _END, _HIDE),
    Step.SCANNED: (("verifying.match", "it says so"), ("verifying.differ", "it does not")),
    Step.DONE: (_CLOSE,),
    Step.OVER: (_CLOSE,),
}  # fmt: skip
_NEEDS = {"verifying.compare": "compare", "verifying.show": "show", "verifying.paste": "read"}
ACTIONS = frozenset(id_.partition(".")[2] for hints in _HINTS.values() for id_, _word in hints)
"""All that any page offers."""


def hints_of(view: VerifyView, *, numbers: bool = False, pasting: bool = False) -> tuple[Hint, ...]:
    """The keys of a page. `numbers`: they are shown instead of pictures; `pasting`: a code is being typed."""
    if pasting:
        return (("verifying.hide", "back"),)
    offered = [(id_, word) for id_, word in _HINTS.get(view.step, ()) if _fits(id_, view)]
    named = {"verifying.numbers": "pictures" if numbers else "numbers"}
    return tuple((id_, named.get(id_, word)) for id_, word in offered)


def _fits(id_: str, view: VerifyView) -> bool:
    if id_ == "verifying.numbers":
        return bool(view.pictures)
    if id_ == "verifying.end":
        return bool(view.txn)
    return _NEEDS.get(id_, "") in {"", *view.ways}
