"""How a highlight on its way is printed: its fields for scripts, a line for people, and where each author stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nookterm.client.session import Session
from nookterm.domain.audience import Audience, audience_words
from nookterm.domain.consent import Answer, How, Mode
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.domain.safe_text import safe_line
from nookterm.domain.sharing import Share
from nookterm.domain.space import title

_SAYS = {
    Mode.NAMED: "agreed, with the name",
    Mode.ANONYMOUS: "agreed, without the name",
    Mode.DECLINED: "said no",
    Mode.WITHDRAWN: "took it back",
}
_WAYS = {How.FORM: "", How.WORDS: ", in words", How.REACTION: ", by a reaction: clear text, which proves little"}


def fields_of(share: Share) -> dict[str, Any]:
    """The fields of a highlight on its way (docs/cli.md); `event_id` is its copy on the board."""
    picture = share.asks.picture
    return {
        "request": share.request,
        "state": str(share.state),
        "nook": share.nook,
        "draft": share.draft,
        "authors": list(share.authors),
        "waits_for": list(share.waits_for),
        "answers": [_answer(answer) for answer in share.answers],
        "asked_by": share.asked_by,
        "asked_at": share.asked_at,
        "expires": share.asks.expires,
        "target": share.target,
        "audience": audience_fields(share.asks.audience),
        "picture": {"sha256": picture.sha256, "width": picture.width, "height": picture.height} if picture else None,
        "event_id": share.published,
    }


def line_of(session: Session, share: Share) -> str:
    """A highlight on its way in a line."""
    nook = session.rooms.get(share.nook)
    where = title(nook) if nook else "a nook that is gone"
    words = safe_line(share.draft, longest=80)
    readers = audience_words(share.asks.audience)
    return f"{share.request}: {share.state}  {where}: {words} ({readers})"


def answered(session: Session, share: Share) -> Iterable[str]:
    """Where each author stands, in words. Safe text."""
    for answer in share.answers:
        who = _name(session, share, answer.author)
        said = f"{_SAYS[answer.mode]}{_WAYS.get(answer.how, '') if answer.how else ''}" if answer.mode else ""
        yield safe_line(f"{who}: {said or answer.why or 'has not answered'}")


def audience_fields(audience: Audience) -> dict[str, Any]:
    """Who can read it, as a script wants it."""
    return {
        "readers": audience.readers,
        "encrypted": audience.encrypted,
        "join_rule": audience.join_rule,
        "history": audience.history,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    said = {"author": str(answer.author), "mode": answer.mode and str(answer.mode)}
    said |= {"how": answer.how and str(answer.how), "why": answer.why or None}
    return {key: value for key, value in said.items() if value is not None}


def _name(session: Session, share: Share, user: UserId) -> str:
    nook = session.rooms.get(share.nook)
    return shown_name(user, nook.name_of(user) if nook else None)
