"""A request before anybody has seen it: answers that fit the questions, a label of its own, ids as they must be."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

from nookterm.client.errors import WrongUsage
from nookterm.client.ports import Summary
from nookterm.client.session import Session
from nookterm.domain.applying import UNANSWERED_AFTER, MyRequest
from nookterm.domain.charter import Charter
from nookterm.domain.ids import UserId, is_user_id
from nookterm.domain.outside import question_texts


def new_request(summary: Summary, charter: Charter | None, answers: Mapping[str, str], session: Session) -> MyRequest:
    """A request with a new label, that nobody has seen yet."""
    ref = base64.b32encode(secrets.token_bytes(4)).decode("ascii")[:6]
    name = summary.name or summary.room_id
    days = charter.answer_by_days if charter else UNANSWERED_AFTER.days
    asked = question_texts(charter.questions) if charter else {}
    earlier = frozenset(room.room_id for room in session.rooms.vetting(summary.room_id))
    return MyRequest(
        summary.room_id,
        name,
        ref,
        session.clock(),
        answers,
        questions=asked,
        answer_by_days=days,
        earlier=earlier,
    )


def checked_answers(answers: Mapping[str, str], charter: Charter | None) -> Mapping[str, str]:
    """The same answers, if they fit the questions. Raises WrongUsage."""
    asked = {q.id: q for q in charter.questions} if charter else {}
    for key, text in answers.items():
        if asked and key not in asked:
            message = f"This nook asks no question {key}."
            raise WrongUsage(message, f"Its questions: {', '.join(asked)}.")
        longest = asked[key].longest if key in asked else 500
        if len(text) > longest:
            message = f"The answer to {key} has {len(text)} characters; {longest} fit."
            raise WrongUsage(message, "Shorten it and ask again.")
    return dict(answers)


def user_id(text: str) -> UserId:
    """A Matrix id, checked. Raises WrongUsage."""
    if not is_user_id(text):
        message = "That is not a Matrix id."
        raise WrongUsage(message, "It has the form @name:server.", code="usage")
    return UserId(text)
