"""What My requests says of each request: where it stands, what stands in its way, what only its person can say."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.client.askers import Stop
from nookterm.client.asking import Standing
from nookterm.client.people import Known
from nookterm.domain.applying import UNANSWERED_AFTER, Hitch, State
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import Told
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.trust.pins import Standing as Identity
from nookterm.viewmodels.requests import Doubt, Unsure
from nookterm.viewmodels.words import of

OPEN = frozenset({State.PREPARED, State.SENT, State.ASKED, State.ANSWERED, State.WAITLISTED, State.UNANSWERED})
"""What is not over: it can be taken back."""
CANNOT_BE_ASKED = "This device is not signed by you: what a facilitator asks would not reach it."
INVITES_BLOCKED = "Your account turns invites away: nobody can ask you, or let you in."
_ANSWERS_WAIT = "Your answers wait here: this device is not signed by you, and the facilitators would not see them."
_SIGN = "Sign it under Sessions and trust (/trust); then it goes on by itself."
_ALLOW_INVITES = "Allow invites in the client where you turned them off; nookterm does not change that."
_KEPT = "Your answers lie on this machine and on no other."
_WARN, _WAITS, _QUIET, _SAFE, _NEW = "nook-warn", "nook-waiting", "nook-quiet", "nook-safe", "nook-new"
_UNHEARD = frozenset({State.SENT, State.ASKED, State.UNANSWERED, State.PREPARED})

_TAKEN_BACK = "You took it back. Your answers were thrown away."
_NOBODY_THERE = "No facilitator may have been here, or the answer could not reach you."
_MEANINGS = {
    State.PREPARED: _WARN,
    State.SENT: _WAITS,
    State.ASKED: _NEW,
    State.ANSWERED: _WAITS,
    State.UNANSWERED: _WARN,
    State.JOINED: _SAFE,
    State.WITHDRAWN: _QUIET,
}
_PLAIN: dict[State, tuple[str, tuple[str, ...]]] = {
    State.PREPARED: ("not sent yet", ("The server could not be reached. It goes out by itself when it can be.",)),
    State.SENT: (
        "sent",
        ("A facilitator of the nook sees it on their desk.", "You can take it back until somebody answers."),
    ),
    State.JOINED: ("you are in", ("Say hello.",)),
    State.WITHDRAWN: ("taken back", (_TAKEN_BACK,)),
}
"""A word, and what it means for the person, where nothing of the request itself is in it."""

Said = tuple[str, str, tuple[str, ...]]
"""A word for the state, its meaning, and what it means for the person."""


@dataclass(frozen=True, slots=True)
class Names:
    """How people are called here, and what is known of them. Safe text."""

    name: Callable[[UserId], str]
    known: Callable[[UserId], Known | None]

    def full(self, user: UserId) -> str:
        """With the whole Matrix id, where somebody is to be told from somebody else."""
        return f"{self.name(user)} ({safe_line(user, longest=255)})"


def said(standing: Standing, names: Names) -> Said:
    """Where a request stands, in words; what stands in its way comes first."""
    stopped = _stopped(standing, standing.stop, names) if standing.stop else None
    word, meaning, words = stopped or _plain(standing, names)
    waits = standing.state in _UNHEARD and bool(standing.request.answers)
    return word, meaning, (*words, _KEPT) if waits else words


def _plain(standing: Standing, names: Names) -> Said:
    mine, state = standing.request, standing.state
    who = names.name(mine.asked_by) if mine.asked_by else "A facilitator"
    days = mine.answer_by_days or UNANSWERED_AFTER.days
    words: tuple[str, ...]
    match state:
        case State.APPROVED:
            return _welcome(standing, names)
        case State.WAITLISTED | State.DECLINED:
            return _told(standing, names)
        case State.SENT if mine.written_to:
            wrote = f"You wrote to {names.full(mine.written_to)}, as one cannot ask at the door."
            word, words = "written", (wrote, "They see it when they open the invite to your room.")
        case State.ASKED:
            word, words = "asked", (f"{who} asks you a few things. Answer in the room of your request.",)
        case State.ANSWERED:
            late = (f"Nothing was heard for {days} days.",) if standing.late else ()
            word, words = "answers sent", (f"{who} has your answers, end-to-end encrypted. Now they decide.", *late)
        case State.UNANSWERED:
            word, words = "no answer yet", (f"Nobody answered for {days} days.", _NOBODY_THERE)
        case State.WITHDRAWN if mine.ending:
            word, words = "taken back", (_TAKEN_BACK, "The server has not heard of it yet; it is told when it can be.")
        case _:
            word, words = _PLAIN[state]
    return word, _MEANINGS[state], words


def _welcome(standing: Standing, names: Names) -> Said:
    word = standing.request.word
    if word and word.state == Told.BLOCKED:
        by = f"{names.name(word.by)} would let you in, but your account turns invites away."
        return "welcome, not invited", _WARN, (by, _ALLOW_INVITES, *_quoted(word.words))
    return "welcome", _SAFE, ("You are invited. You come in by yourself, in a moment.",)


def _told(standing: Standing, names: Names) -> Said:
    """On the wait-list, or declined: with the words that came."""
    mine, word = standing.request, standing.request.word
    by = names.name(word.by) if word else "A facilitator"
    quoted = _quoted(word.words) if word else ()
    if standing.state == State.WAITLISTED:
        place = f"place {word.place} on the wait-list" if word and word.place else "on the wait-list"
        later = "You hear when a place is free. You come in by yourself once you are welcome."
        return place, _WAITS, (f"{by} has put you on the wait-list.", *quoted, later)
    if quoted:
        return "declined", _QUIET, (f"{by} writes:", *quoted)
    room = "Words for you, if any, are in the room of your request." if mine.asked_in else ""
    return "declined", _QUIET, tuple(filter(None, ("The answer was no this time.", room)))


def _quoted(words: str) -> tuple[str, ...]:
    kept = safe_text(words, longest=500, lines=6).strip()
    return tuple(f"“{line}”" for line in kept.split("\n") if line.strip()) if kept else ()


def _stopped(standing: Standing, stop: Stop, names: Names) -> Said | None:
    state = standing.state
    who = names.name(stop.user) if stop.user else "whoever asks"
    match stop.hitch:
        case Hitch.DEVICE if state in _UNHEARD:
            return "cannot be asked", _WARN, (CANNOT_BE_ASKED, _SIGN)
        case Hitch.DEVICE if state == State.ANSWERED:
            return "answers wait", _WARN, (_ANSWERS_WAIT, _SIGN)
        case Hitch.INVITES if state in OPEN:
            return "cannot be asked", _WARN, (INVITES_BLOCKED, _ALLOW_INVITES)
        case Hitch.UNKNOWN if stop.user:
            return _unknown(standing, names)
        case Hitch.IDENTITY if stop.user:
            return "answers wait", _WARN, _identity(stop.user, names)
        case Hitch.COMPANY if stop.user:
            return "answers wait", _WARN, _company(stop.user, names)
        case Hitch.UNREADABLE:
            unsigned = f"No device of {who} is signed by them: nobody could read your answers."
            return "answers wait", _WARN, (unsigned, "They go out when one is.")
    return None


def _company(user: UserId, names: Names) -> tuple[str, ...]:
    also = f"{names.full(user)} is in the room of your request too, and is no facilitator that you know of."
    return (also, "Your answers go when they have left, or when you say that you know them.")


def _unknown(standing: Standing, names: Names) -> Said:
    """Somebody asks whom no space of ours lists. Where one does list others, that is said plainly."""
    asking = [names.full(asker.user) for asker in standing.askers]
    ask = f"{asking[0]} asks" if len(asking) == 1 else f"{', '.join(asking[:-1])} and {asking[-1]} ask"
    nook = safe_line(standing.request.name, longest=64)
    if standing.state == State.ASKED:
        where = "No space that you are in says who its facilitators are."
    else:
        where = "They are not among the facilitators that the space lists."
    first = f"{ask} for {nook}. {where}"
    return "who asks?", _WARN, (first, "Nothing has gone to anybody. Your answers go to whom you say is one.")


def _identity(user: UserId, names: Names) -> tuple[str, ...]:
    who, known = names.name(user), names.known(user)
    if known is not None and known.standing is Identity.HIDDEN:
        return (f"The server hides the identity of {who} that you have seen before.", "Your answers wait for it.")
    if known is not None and known.ours_is_new:
        return (f"You verified {who} before your own identity was made anew.", "Your answers wait until you decided.")
    first = f"{of(who)} identity is another one than before."
    why = f"{first} Either {who} began anew, or somebody pretends to be {who}."
    return (why, "Your answers wait until you decided.")


def doubts(standing: Standing, names: Names) -> tuple[Doubt, ...]:
    """What only the person who asked can say, so that the request goes on."""
    stop = standing.stop
    nook = safe_line(standing.request.name, longest=64)
    if stop is None or stop.user is None:
        return ()
    if stop.hitch is Hitch.UNKNOWN:
        unknown = [asker.user for asker in standing.askers if not asker.known]
        asked = f"asks for {nook}. Do you know that this is one of its facilitators?"
        return tuple(_facilitator(user, f"{names.full(user)} {asked}") for user in unknown)
    if stop.hitch is Hitch.COMPANY:
        return (_facilitator(stop.user, f"Do you know that {names.full(stop.user)} is a facilitator of {nook}?"),)
    known = names.known(stop.user)
    if stop.hitch is not Hitch.IDENTITY or known is None or not known.blocks or not known.master:
        return ()
    if known.standing is Identity.VIOLATED:
        question = f"Give your verification of {names.full(stop.user)} up, and go on unverified?"
    else:
        question = f"Go on with the new identity of {names.full(stop.user)}, unverified?"
    return (Doubt(stop.user, Unsure.IDENTITY, f"{question} It gets your answers.", "go on", known.master),)


def _facilitator(user: UserId, question: str) -> Doubt:
    return Doubt(user, Unsure.FACILITATOR, f"{question} Your answers go to them then.", "yes, I know")
