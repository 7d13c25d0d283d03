"""From highlights on their way to lines: who has answered how, why an answer does not count, who is publishing now."""

from __future__ import annotations

from datetime import timedelta

from nookterm.domain.audience import audience_of, audience_words
from nookterm.domain.consent import Answer, How, Mode
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.space import title
from nookterm.viewmodels.board_lines import bytes_words
from nookterm.viewmodels.highlights import AnswerLine, ShareLine
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.words import age, both, until

ENDED_FOR = timedelta(days=30)
"""How long something stays in sight of which nothing more comes."""
_STATES = {
    ShareState.WAITING: ("waits for {who}", "nook-waiting"),
    ShareState.CONSENTED: ("agreed", "nook-safe"),
    ShareState.DECLINED: ("declined", "nook-quiet"),
    ShareState.EXPIRED: ("expired", "nook-quiet"),
    ShareState.PUBLISHED: ("on the board", "nook-leaves"),
    ShareState.WITHDRAWN: ("taken back", "nook-quiet"),
}
_OPEN = frozenset({ShareState.WAITING, ShareState.CONSENTED})
_SAID = {
    Mode.NAMED: ("agreed, with {their} name", "nook-safe"),
    Mode.ANONYMOUS: ("agreed, without {their} name", "nook-safe"),
    Mode.DECLINED: ("said no", "nook-warn"),
    Mode.WITHDRAWN: ("took it back", "nook-warn"),
}
_HOW = {How.FORM: "in nookterm", How.WORDS: "in plain words", How.REACTION: "by a reaction"}


def share_line(hub: Hub, share: Share) -> ShareLine:
    """A highlight on its way, or over."""
    me, now = hub.session.gateway.user_id, hub.session.clock()
    nook, target = hub.session.rooms[share.nook], hub.session.rooms.get(share.target)
    mine = next((answer for answer in share.answers if answer.author == me), None)
    words, meaning = _STATES[share.state]
    readers = audience_of(target) if target else share.asks.audience
    claim = share.held_by(now) if share.state == ShareState.CONSENTED else None
    busy = "" if claim is None else "you are" if claim.by == me else f"{_name(nook, claim.by)} is"
    joined = target is not None and target.membership == Membership.JOIN
    asked = audience_words(share.asks.audience)
    return ShareLine(
        request=share.request,
        nook=safe_line(title(nook)),
        author=_people(nook, share.authors, me),
        draft=safe_text(share.draft),
        state=safe_line(words.format(who=_waits(nook, share, me)) + _by_reaction(share)),
        meaning=meaning,
        age=age(share.asked_at, now),
        audience=audience_words(readers),
        mine_to_answer=share.state == ShareState.WAITING and mine is not None and not mine.agrees,
        mine_to_publish=share.state == ShareState.CONSENTED
        and bool(joined and target and target.power.may_send(me))
        and (claim is None or claim.by == me),
        may_answer=share.state == ShareState.DECLINED and mine is not None and mine.mode == Mode.DECLINED,
        event_id=share.event_id,
        room_id=share.nook,
        asked_by=_people(nook, (share.asked_by,), me),
        asked_audience=asked if asked != audience_words(readers) else "",
        wider=target is not None and share.asks.audience.widened(readers),
        answers=tuple(_answer(nook, answer, me) for answer in share.answers),
        quoted=len(share.asks.quotes),
        picture=_picture(share),
        expires=until(share.asks.expires, now, hub.zone, hub.forms) if share.state in _OPEN else "",
        busy=safe_line(f"{busy} publishing it right now") if busy else "",
        mine=me in share.authors or share.asked_by == me,
        over=share.state not in _OPEN,
        can_withdraw=share.state in _OPEN and ((mine is not None and mine.agrees) or share.asked_by == me),
    )


def _people(nook: Room, users: tuple[UserId, ...], me: UserId) -> str:
    """Everybody in a line, oneself first."""
    names = [_name(nook, user) for user in users if user != me]
    return safe_line(both(["you", *names] if me in users else names))


def _waits(nook: Room, share: Share, me: UserId) -> str:
    """Whose yes is missing, short: `you`, `Bo`, `2 of 3`."""
    missing = share.waits_for
    if me in missing:
        return "you" if len(missing) == 1 else f"you and {len(missing) - 1} more"
    return _name(nook, missing[0]) if len(missing) == 1 else f"{len(missing)} of {len(share.authors)}"


def _name(nook: Room, user: UserId) -> str:
    return shown_name(user, nook.name_of(user))


def _answer(nook: Room, answer: Answer, me: UserId) -> AnswerLine:
    mine = answer.author == me
    their = "your" if mine else "their"
    words, meaning = _SAID[answer.mode] if answer.mode else ("", "nook-warn")
    if answer.mode is None and not answer.why:
        words, meaning = ("have" if mine else "has") + " not answered", "nook-waiting" if mine else "nook-quiet"
    elif answer.mode is None:
        words = "reacted" if answer.how == How.REACTION else "answered"
    how = f" · {_HOW[answer.how]}" if answer.how and answer.mode else ""
    name = "you" if mine else safe_line(_name(nook, answer.author))
    return AnswerLine(name, words.format(their=their) + how, meaning, safe_line(answer.why), mine)


def _by_reaction(share: Share) -> str:
    """A reaction is clear text, and the author's server could have made it: whoever publishes has to know."""
    return " by a reaction, not in encrypted words" if share.by_reaction and share.state == ShareState.CONSENTED else ""


def _picture(share: Share) -> str:
    picture = share.asks.picture
    if picture is None:
        return ""
    size = picture.file.size if picture.file else None
    return f"{picture.width} × {picture.height}" + (f", {bytes_words(size)}" if size else "")
