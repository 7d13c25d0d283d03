"""What the keys of highlights do about the chosen entry, and where each of them works."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.domain.safe_text import safe_text
from nookterm.tui.messages import AskToJoin
from nookterm.tui.own_keys import in_own_keys
from nookterm.tui.screens.highlights_base import HighlightsBase
from nookterm.tui.screens.highlights_forms import exact_of
from nookterm.tui.widgets.board_bar import FileLine
from nookterm.tui.widgets.cards_highlight import COPIES, Entry
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN
from nookterm.tui.widgets.cards_text import WARN
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.viewmodels.highlights import BegunLine, BoardItem, Draft, ShareLine, WeekLine

Act = Callable[[], None]
_RECALL = "Who read it has read it: what was copied, or is kept by other servers, cannot be recalled."


def may(pane: HighlightsBase, action: str, word: str) -> bool | None:
    """Whether a key works here now; None where that is not for this module to say."""
    if action == "open" and pane.entry() is None:
        return False
    if action not in {"act", "turn", "back"}:
        return None
    if pane.has_class("-form") or pane.has_class("-exact"):
        return False
    if action != "act":
        return action == "turn" or pane.has_class("-drilled")
    if word == "stop":
        return bool(pane.panel.view.doing)
    entry = pane.entry()
    return entry is not None and _WORKS[word](entry)


def do(pane: HighlightsBase, word: str) -> None:
    """Carry it out, where it works."""
    entry = pane.entry()
    if word == "stop":
        pane.intend(pane.panel.stop())
    elif entry is not None and _WORKS[word](entry):
        if word in {"publish", "withdraw"} and not pane.settled:
            pane.say(LOOK_AGAIN, WARN)
        else:
            _DO[word](pane, entry)


def _publish(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, ShareLine):
        request = entry.request
        whose = "your words" if entry.author == "you" else f"words of {entry.author}"
        question = f"Put {whose} from {entry.nook} on the board? ↗ {entry.audience}. {COPIES}"
        pane.ask(question, lambda: pane.intend(pane.panel.publish(request)), "put it there")


def _withdraw(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, BegunLine):
        draft = Draft(entry.room_id, entry.events, entry.nook, (), entry.text, "", own=False)
        pane.ask("Throw these words away?", lambda: pane.intend(pane.panel.forget(draft)), "throw away")
    elif isinstance(entry, BoardItem):
        request = entry.request
        question = f"Take this highlight from {entry.nook} off the board, for good? {_RECALL}"
        pane.ask(question, lambda: pane.intend(pane.panel.withdraw(request)), "take it off")
    elif isinstance(entry, ShareLine):
        request = entry.request
        question = f"Take this back? It will not be shared, and {entry.nook} can see that you took it back."
        pane.ask(question, lambda: pane.intend(pane.panel.withdraw(request)), "take it back")


def _origin(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, BoardItem):
        pane.intend(pane.panel.origin(entry.event_id))
        pane.drill()


def _react(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, BoardItem):
        event = entry.event_id
        pane.query_one(ReactionStrip).ask(lambda key: pane.intend(pane.panel.react(event, key)))


def _ask(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, BoardItem) and entry.way_in:
        pane.post_message(AskToJoin(entry.way_in))


def _exact(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, ShareLine):
        pane.intend(exact_of(pane, entry))


def _form(pane: HighlightsBase, _entry: Entry) -> None:
    pane.markdown = not pane.markdown
    pane.changed()
    pane.drill()


def _copy(pane: HighlightsBase, entry: Entry) -> None:
    words = ""
    if isinstance(entry, WeekLine):
        words = entry.markdown if pane.markdown else entry.text
    elif isinstance(entry, BoardItem):
        words = entry.body
    pane.app.copy_to_clipboard(safe_text(words, longest=len(words) + 1, lines=len(words) + 1))
    file = "; {highlights.write} writes a file" if isinstance(entry, WeekLine) else ""
    pane.tell(in_own_keys(f"Copied, if your terminal allows it{file}."))


def _write(pane: HighlightsBase, entry: Entry) -> None:
    if isinstance(entry, WeekLine):
        week = entry.key
        ending = ".md" if pane.markdown else ".txt"
        pane.query_one(FileLine).ask(
            f"{entry.file}{ending}",
            lambda file: pane.intend(pane.panel.export(week, file)),
            lambda: _back(pane),
        )


def _back(pane: HighlightsBase) -> None:
    pane.focus()


def _is_up(entry: Entry) -> bool:
    return isinstance(entry, BoardItem)


_WORKS: dict[str, Callable[[Entry], bool]] = {
    "publish": lambda entry: isinstance(entry, ShareLine) and entry.mine_to_publish,
    "withdraw": lambda entry: (
        isinstance(entry, BegunLine)
        or (isinstance(entry, BoardItem | ShareLine) and entry.can_withdraw and bool(entry.request))
    ),
    "origin": _is_up,
    "react": _is_up,
    "ask": lambda entry: isinstance(entry, BoardItem) and entry.way_in is not None,
    "exact": lambda entry: isinstance(entry, ShareLine) and not entry.over,
    "form": lambda entry: isinstance(entry, WeekLine),
    "copy": lambda entry: isinstance(entry, BoardItem | WeekLine),
    "write": lambda entry: isinstance(entry, WeekLine),
}
_DO: dict[str, Callable[[HighlightsBase, Entry], None]] = {
    "publish": _publish,
    "withdraw": _withdraw,
    "origin": _origin,
    "react": _react,
    "ask": _ask,
    "exact": _exact,
    "form": _form,
    "copy": _copy,
    "write": _write,
}
