"""Polls: what is asked, which votes count, and how all of it is written so that other clients read it (MSC3381)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass

Json = Mapping[str, Any]

START = "org.matrix.msc3381.poll.start"
VOTE = "org.matrix.msc3381.poll.response"
END = "org.matrix.msc3381.poll.end"
"""The types as other clients send them today; the stable ones are read, too."""
STARTS = frozenset({START, "m.poll.start"})
VOTES = frozenset({VOTE, "m.poll.response"})
ENDS = frozenset({END, "m.poll.end"})
MOST_ANSWERS = 20
"""More are cut off (MSC3381)."""
_TEXT = "org.matrix.msc1767.text"
_UNDISCLOSED = frozenset({"org.matrix.msc3381.poll.undisclosed", "m.poll.undisclosed", "m.undisclosed"})
_KINDS = {True: "org.matrix.msc3381.poll.disclosed", False: "org.matrix.msc3381.poll.undisclosed"}
_LONGEST = 500
"""Characters of a question or an answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with the answers that one may choose from."""

    question: str
    choices: tuple[Choice, ...]
    most: int = 1
    """How many of them one person may choose."""
    disclosed: bool = True
    """Whether one sees how it stands before it has ended."""

    @property
    def text(self) -> str:
        """All of its words, as clients without polls show them and as it is found by."""
        return "\n".join([self.question, *(f"{n}. {choice.text}" for n, choice in enumerate(self.choices, 1))])


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person chose, and when; nothing chosen takes an earlier vote back."""

    user: UserId
    at: datetime
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How a poll stands."""

    votes: Mapping[str, tuple[UserId, ...]] = field(default_factory=dict)
    """Who chose which answer; answers in the poll's order."""
    voters: int = 0
    """How many people's votes count."""
    ended_at: datetime | None = None

    def chosen_by(self, user: UserId) -> tuple[str, ...]:
        """What somebody's vote is now."""
        return tuple(choice for choice, users in self.votes.items() if user in users)

    @property
    def winners(self) -> tuple[str, ...]:
        """The answers that nobody else's votes outnumber; none while there is no vote."""
        most = max((len(users) for users in self.votes.values()), default=0)
        return tuple(choice for choice, users in self.votes.items() if most and len(users) == most)


def count(poll: Poll, ballots: Iterable[Ballot], ended_at: datetime | None = None) -> Count:
    """Each person's newest vote counts, where it was given before the end and names only answers that there are.

    A vote that is not valid takes the one before it away (MSC3381): it is the newest word of its author.
    """
    newest: dict[UserId, Ballot] = {}
    for ballot in ballots:
        if ended_at is not None and ballot.at > ended_at:
            continue
        before = newest.get(ballot.user)
        if before is None or ballot.at >= before.at:
            newest[ballot.user] = ballot
    known = [choice.id for choice in poll.choices]
    votes: dict[str, list[UserId]] = {choice: [] for choice in known}
    voters = 0
    for user, ballot in newest.items():
        chosen = dict.fromkeys(ballot.choices[: poll.most])
        if not chosen or not set(chosen) <= set(known):
            continue
        voters += 1
        for choice in chosen:
            votes[choice].append(user)
    return Count({choice: tuple(users) for choice, users in votes.items()}, voters, ended_at)


def read_poll(content: Json) -> Poll | None:
    """The poll that an event's content begins, in any of the ways in which clients write it. None: it is none."""
    body = next((found for key in (START, "m.poll.start", "m.poll") if (found := _object(content, key))), None)
    if body is None:
        return None
    question = _words(_object(body, "question"))
    given = body.get("answers")
    answers = [answer for answer in given if isinstance(answer, Mapping)] if isinstance(given, list) else []
    choices: dict[str, Choice] = {}
    for answer in answers[:MOST_ANSWERS]:
        id_, text = answer.get("m.id") or answer.get("id"), _words(answer)
        if isinstance(id_, str) and id_ and text:
            choices.setdefault(id_, Choice(id_, text))
    if not question or not choices:
        return None
    most = body.get("max_selections")
    number = most if isinstance(most, int) and not isinstance(most, bool) else 1
    return Poll(
        question, tuple(choices.values()), max(1, min(number, len(choices))), body.get("kind") not in _UNDISCLOSED
    )


def read_vote(content: Json) -> tuple[EventId, tuple[str, ...]] | None:
    """The poll that is voted on and the answers chosen; an invalid vote chooses none. None: it is no vote."""
    target = _referred(content)
    if target is None:
        return None
    given = content.get("m.selections")
    for key in (VOTE, "m.poll.response"):
        given = _object(content, key).get("answers", given)
    chosen = given if isinstance(given, list) and all(isinstance(id_, str) for id_ in given) else []
    return target, tuple(chosen[:MOST_ANSWERS])


def read_end(content: Json) -> EventId | None:
    """The poll that is ended; None where it is no end."""
    return _referred(content)


def start_content(question: str, answers: Sequence[str], *, most: int = 1, disclosed: bool = True) -> dict[str, Any]:
    """The content of an event of type `START`."""
    poll = Poll(question, tuple(Choice(f"{n}", text) for n, text in enumerate(answers, 1)), most, disclosed)
    return {
        START: {
            "question": {_TEXT: question, "body": question, "msgtype": "m.text"},
            "kind": _KINDS[disclosed],
            "max_selections": most,
            "answers": [{"id": choice.id, _TEXT: choice.text} for choice in poll.choices],
        },
        _TEXT: poll.text,
    }


def vote_content(poll: EventId, choices: Sequence[str]) -> dict[str, Any]:
    """The content of an event of type `VOTE`; no choices take one's vote back."""
    return {"m.relates_to": _reference(poll), VOTE: {"answers": list(choices)}}


def end_content(poll: EventId, words: str) -> dict[str, Any]:
    """The content of an event of type `END`; `words` are for clients without polls."""
    return {"m.relates_to": _reference(poll), END: {}, _TEXT: words, "body": words}


def outcome(poll: Poll, counted: Count) -> str:
    """What a poll came to, in a sentence."""
    names = {choice.id: choice.text for choice in poll.choices}
    best = [names[choice] for choice in counted.winners]
    if not best:
        return "The poll has ended. Nobody voted."
    return f"The poll has ended. Most votes: {' and '.join(best)}"


def _reference(event: EventId) -> dict[str, str]:
    return {"rel_type": "m.reference", "event_id": event}


def _referred(content: Json) -> EventId | None:
    relation = _object(content, "m.relates_to")
    target = relation.get("event_id")
    fits = relation.get("rel_type") == "m.reference" and isinstance(target, str) and target
    return EventId(str(target)) if fits else None


def _words(part: Json) -> str:
    """Plain words of a question or an answer."""
    for key in ("m.text", _TEXT, "body"):
        text = part.get(key)
        if isinstance(text, list):
            plain = (
                one for one in text if isinstance(one, Mapping) and one.get("mimetype", "text/plain") == "text/plain"
            )
            text = next((one.get("body") for one in plain), None)
        if isinstance(text, str) and text.strip():
            return text.strip()[:_LONGEST]
    return ""


def _object(content: Json, key: str) -> Json:
    value = content.get(key)
    return value if isinstance(value, Mapping) else {}
