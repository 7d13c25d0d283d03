"""What a key of the desk does about a case: at once, after words, after a question; always about the line it was on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import App
from textual.content import Content

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import OpenRoom
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.widgets.cards_text import QUIET, SAFE, row
from nookterm.tui.widgets.desk_words import DeskWords
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.desk import DeskLine, DeskView, Wish

SNOOZES = ((1, "until tomorrow"), (3, "for 3 days"), (7, "for a week"), (14, "for 2 weeks"))
_ENCRYPTED = "✓ end-to-end encrypted to them; the nook's record says nothing"
_PRIVATE = "✓ only you two and whoever is in that room can read this"
_COLLEAGUES = "✓ only the facilitators can read this"


@dataclass(frozen=True, slots=True)
class Hands:
    """Where words and answers come from, and where a wish goes."""

    app: App[object]
    words: DeskWords
    confirm: Confirm
    view: Callable[[], DeskView]
    wish: Callable[[Wish], None]
    go: Callable[[OpenRoom], None]


def act(hands: Hands, word: str, line: DeskLine) -> None:
    """Begin what `word` (`approve`, `snooze_shared`, ...) means for this line. What is asked is bound here."""
    wish = Wish(word, line.case, line.read)
    if word in _ASKING:
        _ASKING[word](hands, line, wish)
    else:
        hands.wish(wish)


def _anyway(hands: Hands, line: DeskLine, doing: str, then: Callable[[bool], None]) -> None:
    """Go on; where another is on it or approvals are missing, ask first."""
    missing = line.detail.needs if line.detail else ""
    if line.held:
        question = f"{line.held} is on it. {doing} all the same? The others see that you did."
    elif missing and doing.startswith("Let"):
        question = f"{missing}. {doing} all the same? The others see that you did."
    else:
        then(False)
        return
    hands.confirm.ask(question, lambda: then(True), yes="all the same", no="not now")


def _approve(hands: Hands, line: DeskLine, wish: Wish) -> None:
    if line.full and line.detail is not None:
        size = f"{line.detail.members} of {line.detail.cap}"
        question = f"{line.nook} is full: {size}. Keep a place in line for {line.who}?"
        wait = replace(wish, act="waitlist", anyway=bool(line.held))
        hands.confirm.ask(question, lambda: hands.wish(wait), yes="wait-list", no="not now")
        return
    _anyway(hands, line, f"Let {line.who} in", lambda anyway: hands.wish(replace(wish, anyway=anyway)))


def _waitlist(hands: Hands, line: DeskLine, wish: Wish) -> None:
    _anyway(hands, line, f"Put {line.who} in line", lambda anyway: hands.wish(replace(wish, anyway=anyway)))


def _decline(hands: Hands, line: DeskLine, wish: Wish) -> None:
    title = row(("Decline ", ""), (line.who, ""), (": a few words, or none", ""))

    def words(anyway: bool) -> None:  # noqa: FBT001 - as it comes
        hands.words.ask(
            f"decline {line.case}",
            title,
            row((_ENCRYPTED, SAFE)),
            lambda said: hands.wish(replace(wish, words=said, anyway=anyway)),
        )

    _anyway(hands, line, f"Turn {line.who} away", words)


def _ban(hands: Hands, line: DeskLine, wish: Wish) -> None:
    held = f"{line.held} is on it. " if line.held else ""
    question = (
        f"{held}Ban {line.who}, {line.user_id}, from {line.nook}? They cannot ask again until somebody lifts it, "
        "and everybody in the room can see it."
    )
    ban = replace(wish, anyway=bool(line.held))
    hands.confirm.ask(question, lambda: hands.wish(ban), yes="ban", no="not now")


def _vet(hands: Hands, line: DeskLine, wish: Wish) -> None:
    unsigned = line.detail.unsigned if line.detail else ""
    if not unsigned:
        hands.wish(wish)
        return
    anyway = replace(wish, anyway=True)
    hands.confirm.ask(unsigned, lambda: hands.wish(anyway), yes="ask all the same", no="not yet")


def _message(hands: Hands, line: DeskLine, wish: Wish) -> None:
    if line.kind == "report":
        # A room is opened with words to begin with; nothing is sent by this.
        hands.wish(wish)
        return
    title = row(("To ", ""), (line.who, ""))
    _words(hands, wish, title, row((_PRIVATE, SAFE)), draft=line.draft)


def _vote(number: int) -> Callable[[Hands, DeskLine, Wish], None]:
    def vote(hands: Hands, line: DeskLine, wish: Wish) -> None:
        side = "For" if number > 0 else "Against"
        title = row((f"{side} ", ""), (line.who, ""), (": why, in a few words, or none", ""))
        _words(hands, replace(wish, act="vote", number=number), title, row((_COLLEAGUES, SAFE)))

    return vote


def _settle(hands: Hands, line: DeskLine, wish: Wish) -> None:
    title = row(("Settle: what came of ", ""), (line.who, ""), (", in a few words, or none", ""))
    _words(hands, wish, title, row((_COLLEAGUES, SAFE)))


def _words(hands: Hands, wish: Wish, title: Content, readers: Content, *, draft: str = "") -> None:
    about = f"{wish.act} {wish.number} {wish.case}"
    hands.words.ask(about, title, readers, lambda said: hands.wish(replace(wish, words=said)), draft=draft)


def _snooze(hands: Hands, line: DeskLine, wish: Wish, *, shared: bool = False) -> None:
    if line.fold == "snoozed":
        hands.wish(replace(wish, act="wake"))
        return
    ask_days(
        hands, shared=shared, then=lambda days: hands.wish(replace(wish, act="snooze", number=days, shared=shared))
    )


def _snooze_shared(hands: Hands, line: DeskLine, wish: Wish) -> None:
    _snooze(hands, line, wish, shared=True)


def ask_days(hands: Hands, *, shared: bool, then: Callable[[int], None]) -> None:
    """For how long something is put aside."""
    title = "Put aside for every facilitator" if shared else "Put aside for yourself"
    choices = [Choice(str(days), words) for days, words in SNOOZES]

    def chosen(days: str | None) -> None:
        if days:
            then(int(days))

    hands.app.push_screen(ChooseScreen(title, lambda: choices, "Enter puts it aside"), chosen)


def _hand_over(hands: Hands, line: DeskLine, wish: Wish) -> None:
    found = next((people for nook, people in hands.view().helpers if nook == line.nook_id), ())
    choices = [Choice(user, name, user if user != name else "") for user, name in found]

    def chosen(user: str | None) -> None:
        if user:
            hands.wish(replace(wish, to=user))

    if not choices:
        hands.app.notify(f"Nobody else decides in {line.nook}.", markup=False)
        return
    hands.app.push_screen(ChooseScreen(f"Hand {line.who} over to", lambda: choices, "Enter hands over"), chosen)


def _fix(hands: Hands, line: DeskLine, wish: Wish) -> None:
    if line.kind == "sheet":
        question = f"Tell {line.who} the open cases of {line.nook}? Only the facilitators can read it."
        hands.confirm.ask(question, lambda: hands.wish(wish), yes="tell them", no="not now")
        return
    change = next(iter(line.detail.why), "") if line.detail else ""
    question = f"{change} Change it?" if change else f"{line.who}: set it back?"
    hands.confirm.ask(question, lambda: hands.wish(wish), yes="change it", no="not now")


def _door(hands: Hands, line: DeskLine, _wish: Wish) -> None:
    if line.nook_id is not None:
        ask_door(hands.view(), line.nook_id, hands.confirm, hands.wish)


def ask_door(view: DeskView, nook: RoomId, confirm: Confirm, then: Callable[[Wish], None]) -> bool:
    """Ask whether a door is to be closed or opened. False where it is not ours."""
    door = next((d for d in view.doors if d.nook_id == nook), None)
    if door is None:
        return False
    if door.is_open:
        stay = f" Who waits already stays here: {door.waiting}." if door.waiting else ""
        question = f"Close the door of {door.nook}? Nobody new can ask to join until you open it again.{stay}"
    else:
        question = f"Open the door of {door.nook}? People can ask to join again."
    wish = Wish("door", nook, number=0 if door.is_open else 1)
    confirm.ask(question, lambda: then(wish), yes="close it" if door.is_open else "open it", no="not now")
    return True


def _greet(hands: Hands, line: DeskLine, _wish: Wish) -> None:
    if line.opens is not None:
        hands.go(OpenRoom(line.opens, line.event, line.draft))


def _claim(hands: Hands, line: DeskLine, wish: Wish) -> None:
    if not line.held:
        hands.wish(wish)
        return
    question = f"{line.held} is on it. Take it over? The others see that you did."
    hands.confirm.ask(question, lambda: hands.wish(replace(wish, anyway=True)), yes="take over", no="not now")


_ASKING: dict[str, Callable[[Hands, DeskLine, Wish], None]] = {
    "approve": _approve,
    "waitlist": _waitlist,
    "decline": _decline,
    "ban": _ban,
    "claim": _claim,
    "vet": _vet,
    "message": _message,
    "vote_for": _vote(1),
    "vote_against": _vote(-1),
    "settle": _settle,
    "snooze": _snooze,
    "snooze_shared": _snooze_shared,
    "hand_over": _hand_over,
    "fix": _fix,
    "door": _door,
    "greet": _greet,
}
"""What is not done at once."""


def batch_words(hands: Hands, count: int, then: Callable[[str], None]) -> None:
    """Words that several people are told."""
    title = row((f"Decline {count}: a few words to each, or none", QUIET))
    hands.words.ask("decline several", title, row((_ENCRYPTED, SAFE)), then)
