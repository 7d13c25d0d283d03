"""Polls as they are shown: how many chose what, what is one's own, and what one can still do."""

from __future__ import annotations

from nookterm.domain.polls import Count, Poll
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.timeline import Said
from nookterm.viewmodels.timeline import PollLine, PollView

_LONGEST = 200


def poll_view(said: Said, room: Room) -> PollView | None:
    """How the poll of a message stands; None for one that began none."""
    poll, counted = said.message.poll, said.counted
    if poll is None or counted is None:
        return None
    ended = counted.ended_at is not None
    hidden = not poll.disclosed and not ended
    mine = counted.chosen_by(room.me)
    lines = tuple(
        PollLine(
            choice.id,
            safe_line(choice.text, longest=_LONGEST),
            0 if hidden else len(counted.votes[choice.id]),
            0.0 if hidden or not counted.voters else len(counted.votes[choice.id]) / counted.voters,
            choice.id in mine,
            ended and choice.id in counted.winners,
        )
        for choice in poll.choices
    )
    return PollView(
        safe_line(poll.question, longest=_LONGEST),
        lines,
        _note(poll, counted, hidden=hidden),
        poll.most,
        ended,
        hidden,
        may_end=not ended and room.power.may_redact(room.me, said.sender),
    )


def _note(poll: Poll, counted: Count, *, hidden: bool) -> str:
    votes = "1 vote" if counted.voters == 1 else f"{counted.voters} votes"
    if counted.ended_at is not None:
        return f"ended · {votes}"
    parts = [votes]
    if poll.most > 1:
        parts.append(f"up to {poll.most} answers")
    if hidden:
        parts.append("shown when it ends")
    return " · ".join(parts)


def next_vote(poll: PollView, choice: str) -> tuple[str, ...] | None:
    """One's vote after choosing an answer: another one in place of it, or with it where several may be chosen.

    What is chosen already is taken back. None: as many as one may choose are chosen.
    """
    mine = tuple(line.id for line in poll.lines if line.mine)
    if choice in mine:
        return tuple(one for one in mine if one != choice)
    if poll.most == 1:
        return (choice,)
    return (*mine, choice) if len(mine) < poll.most else None
