"""Highlights on their way: what was asked, who agreed to it, whether a copy is up, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import CLOCK_SLACK
from nookterm.domain.board import Highlight, shown_body
from nookterm.domain.cases import case_word
from nookterm.domain.consent import Answer, How, Mode
from nookterm.domain.ids import EventId, RoomId, UserId, localpart
from nookterm.domain.names import skeleton
from nookterm.domain.provenance import Claimed, is_proved, provenance
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.domain.share_request import ShareRequest
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_ENDED, HIGHLIGHT_PUBLISHED, VERSION

PUBLISHING_FOR = timedelta(minutes=10)
"""For how long somebody who began to publish holds others back; after it anybody may go on."""

_LONGEST_CREDIT = 64
_LOOKS_LIKE_AN_ID = re.compile(r"[@!#$].*[:.]|mxc:|matrix[.:]", re.IGNORECASE)


class ShareState(StrEnum):
    """Where a highlight stands."""

    WAITING = "waiting"
    CONSENTED = "consented"
    DECLINED = "declined"
    EXPIRED = "expired"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """Taken back: before it went up, or since; that is final."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that somebody began to put on the board, as they told the nook before they did."""

    id: str
    key: bytes
    by: UserId
    begun_at: datetime
    consents: tuple[EventId, ...] = ()
    """The answers that its publisher went by: for people who cannot read them, and to know when one is taken back."""
    event: EventId | None = None
    """What it became; None while that was not told."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody told the nook that they publish it now."""

    id: str
    """Of the copy."""
    by: UserId
    at: datetime
    event: EventId
    """The note that says so."""


@dataclass(frozen=True, slots=True)
class Share:
    """A highlight from its request on."""

    request: str
    """The short word."""
    event_id: EventId
    """The request in the nook."""
    nook: RoomId
    asks: ShareRequest
    asked_by: UserId
    asked_at: datetime
    state: ShareState
    answers: tuple[Answer, ...] = ()
    """One for each author, in the order of `asks.authors`."""
    copies: tuple[Copy, ...] = ()
    """In the order in which they were begun. More than one only where two published at the same moment."""
    claims: tuple[Claim, ...] = ()
    """Who said that they publish it, in the order of the room."""
    down: frozenset[EventId] = frozenset()
    """Copies that are taken down, as the board shows or the nook was told."""
    told: frozenset[EventId] = frozenset()
    """Those of them that the nook was told about."""

    @property
    def authors(self) -> tuple[UserId, ...]:
        """Everybody whose yes it needs."""
        return self.asks.authors

    @property
    def draft(self) -> str:
        """The exact text."""
        return self.asks.draft

    @property
    def target(self) -> RoomId:
        """Where it is to be read."""
        return self.asks.target

    @property
    def waits_for(self) -> tuple[UserId, ...]:
        """The authors who have not agreed."""
        return tuple(answer.author for answer in self.answers if not answer.agrees)

    @property
    def named(self) -> tuple[UserId, ...]:
        """The authors who agreed to be named."""
        return tuple(answer.author for answer in self.answers if answer.mode == Mode.NAMED)

    @property
    def by_reaction(self) -> bool:
        """Whether a yes was given by a reaction."""
        return any(answer.agrees and answer.how == How.REACTION for answer in self.answers)

    @property
    def up(self) -> tuple[Copy, ...]:
        """The copies that went up and are not known to be down."""
        return tuple(copy for copy in self.copies if copy.event and copy.event not in self.down)

    @property
    def copy(self) -> Copy | None:
        """The copy that stays, everywhere the same: of those that are up, or else were, the one with the least id."""
        went_up = self.up or tuple(copy for copy in self.copies if copy.event)
        return min(went_up, key=lambda copy: copy.id, default=None)

    @property
    def extra(self) -> tuple[Copy, ...]:
        """Copies that a second publisher put up at the same moment: they come down."""
        return tuple(copy for copy in self.up if copy != self.copy)

    @property
    def published(self) -> EventId | None:
        """The copy's event."""
        return self.copy.event if self.copy else None

    def held_by(self, now: datetime) -> Claim | None:
        """Who is publishing it right now: the first who began, for ten minutes, where no copy went up.

        Who let it run out comes behind everybody who did not, so that nobody can hold it for good; a claim from the
        future holds nothing.
        """
        if self.copy:
            return None
        lapsed = [claim.by for claim in self.claims if now - claim.at >= PUBLISHING_FOR]
        fresh = [claim for claim in self.claims if -CLOCK_SLACK <= now - claim.at < PUBLISHING_FOR]
        return min(fresh, key=lambda claim: lapsed.count(claim.by), default=None)


def share_word(nook: RoomId, request: EventId) -> str:
    """The short word of a highlight's request."""
    return case_word("share", nook, request)


def credit_line(names: Iterable[str], authors: int) -> str:
    """`Bo`, `Bo and Cy`, `Bo and one more`; empty where nobody agreed to be named. `authors`: how many there are."""
    named = list(names)
    rest = authors - len(named)
    if not named:
        return ""
    more = ["one more" if rest == 1 else f"{rest} more"] if rest else []
    *before, last = [*named, *more]
    return f"{', '.join(before)} and {last}" if before else last


def credit_fits(credit: str, named: int, authors: int) -> bool:
    """Whether a credit can be one that was agreed to: which names it says nobody can check who was not there."""
    rest = authors - named
    if not named:
        return not credit
    return bool(credit) and (not rest or credit.endswith(" and one more" if rest == 1 else f" and {rest} more"))


def credit_name(user: UserId, display_name: str | None) -> str:
    """The name under which somebody is quoted: never an id, whatever they call themselves."""
    name = safe_line(display_name or "", longest=_LONGEST_CREDIT)
    plain = name if skeleton(name) and not _LOOKS_LIKE_AN_ID.search(name) else ""
    return plain or safe_line(localpart(user), longest=_LONGEST_CREDIT) or "a member"


def highlight_content(
    share: Share, copy: Copy, *, nook_name: str, credit: str, picture: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The event that leaves the nook: built from nothing but the agreed text, the nook's name and the credit.

    `picture`: the content of a message that shares the board's own copy of it (`Attachment.content`).
    """
    sha256 = share.asks.picture.sha256 if share.asks.picture else ""
    claimed = Claimed(share.draft, credit, sha256, nook_name, share.by_reaction)
    block: dict[str, Any] = {
        "v": VERSION,
        "id": copy.id,
        "nook_name": nook_name,
        "text": share.draft,
        "credit": credit,
        "consent": "reaction" if share.by_reaction else "words",
        "commit": provenance(copy.key, share.asks.sources, claimed),
    }
    if picture:
        where = {key: picture[key] for key in ("file", "url", "info") if key in picture}
        block["picture"] = {"sha256": sha256, **where}
    body = shown_body(nook_name, share.draft, credit)
    return {"msgtype": "m.text", **(picture or {}), "body": body, "m.mentions": {}, HIGHLIGHT: block}


def publishing_content(share: Share, copy: Copy) -> dict[str, Any]:
    """The encrypted note in the nook, before a copy leaves (`copy.event` None), and after it has.

    It says once more what was asked: who cannot read the request (any more) still knows when the consent ends.
    """
    block: dict[str, Any] = {
        "v": VERSION,
        "request": share.event_id,
        "id": copy.id,
        "k": copy.key.hex(),
        "consents": list(copy.consents),
    }
    if copy.event:
        block |= {"target_event": copy.event, "asked": dict(share.asks.block), "asked_by": share.asked_by}
    body = "Shared in the highlights." if copy.event else "This goes to the highlights now."
    return {"msgtype": "m.notice", "body": body, HIGHLIGHT_PUBLISHED: block}


def ended_content(share: Share, copy: EventId) -> dict[str, Any]:
    """The encrypted note that tells the nook that a copy is down."""
    was = "A highlight was taken off the board"
    if share.state == ShareState.PUBLISHED:
        was = "A second copy of a highlight was taken off the board"
    block = {"v": VERSION, "request": share.event_id, "target_event": copy}
    body = f"{was}. What was read or copied cannot be recalled."
    return {"msgtype": "m.notice", "body": body, HIGHLIGHT_ENDED: block}


def is_copy(share: Share, copy: Copy, highlight: Highlight) -> bool:
    """Whether a highlight is what the note in the nook says it is: see `is_copy_of`."""
    return is_copy_of(share.asks, copy, highlight)


def is_copy_of(asks: ShareRequest, copy: Copy, highlight: Highlight) -> bool:
    """Whether a highlight is this publisher's copy of exactly these words from exactly these sources.

    A note alone proves nothing: it can name somebody else's highlight. An `altered` one is a copy that does not show
    any more what was agreed to; that is judged apart.
    """
    same = highlight.body == asks.draft and highlight.id == copy.id
    same = same and highlight.picture_sha256 == (asks.picture.sha256 if asks.picture else "")
    there = highlight.room_id == asks.target and highlight.sender == copy.by
    proved = is_proved(highlight.commit, copy.key, asks.sources, highlight.claimed)
    return same and there and copy.event in {None, highlight.event_id} and proved
