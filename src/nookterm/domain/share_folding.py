"""What has become of each highlight of a nook: its request, the answers and the notes about it, event by event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime

from nookterm.domain.acts import own_block
from nookterm.domain.board import Highlight
from nookterm.domain.consent import AGREES, Answer, How, Mode, changed_words, read_answer
from nookterm.domain.events import Edit, Event, Json, Membership, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.share_request import ShareRequest, offers_reactions, reads_as_asked
from nookterm.domain.share_sayings import OnBoard, Said, event_ids, is_sure, may_publish
from nookterm.domain.sharing import Claim, Copy, Share, ShareState, credit_fits, is_copy_of, share_word
from nookterm.domain.vocabulary import HIGHLIGHT_ENDED, HIGHLIGHT_PUBLISHED

_KEY = re.compile(r"(?:[0-9a-f]{2}){16,64}")
_NOBODY = Answer(UserId(""))


def shares(
    nook: Room, events: Iterable[Event], now: datetime, boards: Mapping[RoomId, OnBoard] | None = None
) -> tuple[Share, ...]:
    """Every highlight asked for in a nook, oldest first, with its state after everything that was said about it.

    `events` in the order of the room: at least the requests, the quoted messages, the notes, what the notes name, and
    what is about any of these. `boards`: the highlights rooms that are known here.
    """
    said = Said.of(nook, events)
    found = []
    for event, asks, note_only in said.requests(boards or {}):
        if any(said.sender(q.event, q.author) != q.author for q in asks.quotes):
            continue
        folding = _Folding(event, asks, said, (boards or {}).get(asks.target), note_only=note_only)
        share = folding.share(now)
        # Of a request that is not here any more only what went up is left.
        if share.copy or not note_only:
            found.append(share)
    return tuple(found)


@dataclass(slots=True)
class _Folding:
    """One highlight, event by event."""

    request: Event
    asks: ShareRequest
    said: Said
    board: OnBoard | None
    note_only: bool
    answers: dict[UserId, Answer] = field(default_factory=dict)
    given: dict[EventId, Answer] = field(default_factory=dict)
    """Every answer as it counted when it was given, by its event."""
    copies: dict[str, Copy] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    told: set[EventId] = field(default_factory=set)
    went_by: frozenset[EventId] = frozenset()
    """The answers by which copies that are up were published."""
    reads: bool = False
    """Whether other clients show exactly what is asked; an edit ends that."""
    offered: bool = False
    """Whether whoever asked said that a reaction agrees. The charter alone is clear text, which a server can write."""
    has_ended: bool = False
    """Once a copy was up, the end of a consent is final: a new yes needs a new request."""

    def __post_init__(self) -> None:
        events = tuple(self.said.concerning(self.request.event_id, self.asks.sources))
        for event in events:
            self._note(event)
        self.went_by = frozenset(c for copy in self._up() for c in copy.consents)
        self.copies.clear()
        self.claims.clear()
        if isinstance(self.request.payload, Message) and not self.note_only:
            self.reads = reads_as_asked(self.request.payload, self.asks)
            self.offered = offers_reactions(self.request.payload, self.asks)
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event.payload, Edit):
            self._edited(event, event.payload)
        elif event.event_id not in self.said.gone:
            self._note(event)
            self._answer(event)
        self.has_ended = self.has_ended or (bool(self._up()) and not self._all_agree)

    def _up(self) -> list[Copy]:
        return [copy for copy in self.copies.values() if copy.event]

    # -- answers

    @property
    def _all_agree(self) -> bool:
        return not self._source_is_gone and all(self._agrees(author) for author in self.asks.authors)

    def _agrees(self, author: UserId) -> bool:
        """Whether a yes stands to what went up, or may stand where that cannot be told here."""
        answer = self.answers.get(author)
        if answer is None:
            return self._may_have_said(author)
        theirs = (consent for consent in self.went_by if self.said.sender(consent, _NOBODY.author) == author)
        was = {self.given.get(consent, _NOBODY).mode for consent in theirs}
        return answer.agrees and not (answer.mode == Mode.ANONYMOUS and Mode.NAMED in was)

    def _may_have_said(self, author: UserId) -> bool:
        """Whether a yes by which a copy went up, and which cannot be read here, may be theirs."""
        return any(self.said.may_be_of(consent, author) for consent in self.went_by)

    @property
    def _source_is_gone(self) -> bool:
        return any(source in self.said.gone for source in self.asks.sources)

    def _answer(self, event: Event) -> None:
        answer = read_answer(event, self.request.event_id, self.asks.terms)
        if answer and event.sender in self.asks.authors:
            self._heard(answer, event)

    def _heard(self, answer: Answer, event: Event) -> None:
        weighed = self._weighed(answer)
        self.given[event.event_id] = weighed
        before = self.answers.get(event.sender)
        # A yes that does not count changes nothing about a no, nor about the same yes said in a way that does.
        if answer.agrees and not weighed.agrees and before and before.mode and before.mode != _other(answer.mode):
            return
        self.answers[event.sender] = weighed

    def _weighed(self, answer: Answer) -> Answer:
        """A yes that names no terms agrees only to words that were shown whole and as they are."""
        if not answer.agrees or answer.how == How.FORM:
            return answer
        if not self.reads and not self.note_only:
            return replace(answer, mode=None, why="said yes to other words than these")
        charter = self.said.nook.charter
        allowed = (charter and charter.consent_by_reaction) or answer.event in self.went_by
        told = self.offered or answer.event in self.went_by
        if answer.how == How.REACTION and not (allowed and told):
            return replace(answer, mode=None, why="reacted; this nook asks for a yes in words")
        return answer

    def _edited(self, event: Event, edit: Edit) -> None:
        author = next((q.author for q in self.asks.quotes if q.event == edit.target), None)
        if edit.target == self.request.event_id and event.sender == self.request.sender:
            self.reads = False
            self._void(self.asks.authors, "the request was changed after their yes")
        elif author == event.sender:
            self._void((event.sender,), "changed the message after their yes")
        elif (given := self.given.get(edit.target)) and given.author == event.sender:
            changed = changed_words(event, self.request.event_id, self.asks.terms)
            # Which message is edited stands in clear text: a server could point a yes to something else at this one.
            if changed and changed.how == How.WORDS and changed.agrees and not _narrows(given.mode, changed.mode):
                changed = None
            self._heard(changed or Answer(event.sender, why="changed their yes"), event)

    def _void(self, authors: Iterable[UserId], why: str) -> None:
        """What was agreed to is not what stands there now. A copy that is up already is what was agreed to."""
        if self._up():
            return
        for author in authors:
            if (given := self.answers.get(author)) and given.agrees:
                self.answers[author] = Answer(author, why=why)

    # -- notes

    def _note(self, event: Event) -> None:
        if event.event_id in self.said.gone or not is_sure(event) or not self._may_tell(event.sender):
            return
        ended = self._block(event, HIGHLIGHT_ENDED)
        if ended and isinstance(target := ended.get("target_event"), str):
            self.told.add(EventId(target))
        block = self._block(event, HIGHLIGHT_PUBLISHED)
        id_, key, target = (block.get(name) if block else None for name in ("id", "k", "target_event"))
        if not (block and isinstance(id_, str) and id_ and isinstance(key, str) and _KEY.fullmatch(key)):
            return
        went_by = event_ids(block.get("consents"))
        copy = self.copies.get(id_) or Copy(id_, bytes.fromhex(key), event.sender, event.sent_at, went_by)
        if copy.by != event.sender:
            return
        if not isinstance(target, str) or not target:
            self.claims.append(Claim(id_, event.sender, event.sent_at, event.event_id))
        elif copy.event is None and self._is_there(made := replace(copy, event=EventId(target), consents=went_by)):
            copy = made
        self.copies[id_] = copy

    def _block(self, event: Event, kind: str) -> Json | None:
        block = own_block(event, kind)
        return block if block and block.get("request") == self.request.event_id else None

    def _may_tell(self, user: UserId) -> bool:
        """Notes are facts for everybody else: only from those who may publish it."""
        return may_publish(self.said.nook, self.board.room if self.board else None, self.asks.authors, user)

    def _is_there(self, copy: Copy) -> bool:
        """Whether the board shows nothing else under this event. What is not known here is believed."""
        shown = self.board.shows.get(copy.event) if self.board and copy.event else None
        return shown is None or is_copy_of(self.asks, copy, shown)

    # -- what it has come to

    def share(self, now: datetime) -> Share:
        """The highlight as it stands."""
        # Whatever somebody tells the nook: what the board shows is up.
        gone, shown = (self.board.gone, set(self.board.shows)) if self.board else (frozenset[EventId](), set[EventId]())
        share = Share(
            request=share_word(self.said.nook.room_id, self.request.event_id),
            event_id=self.request.event_id,
            nook=self.said.nook.room_id,
            asks=self.asks,
            asked_by=self.request.sender,
            asked_at=self.request.sent_at,
            state=ShareState.WAITING,
            answers=tuple(self._standing(author) for author in self.asks.authors),
            copies=tuple(self.copies.values()),
            claims=tuple(self.claims),
            down=frozenset(copy.event for copy in self._up() if copy.event in gone | (self.told - shown)),
            told=frozenset(self.told),
        )
        return replace(share, state=self._state(share, now))

    def _standing(self, author: UserId) -> Answer:
        answer = self.answers.get(author, Answer(author))
        member = self.said.nook.members.get(author)
        left = answer.agrees and (member is None or member.membership != Membership.JOIN)
        return Answer(author, why="left the nook") if left and not self._up() else answer

    def _may_name(self, highlight: Highlight) -> bool:
        """Whether a copy names nobody who wished not to be named; judged only where all answers to it are here."""
        # A publisher who names no answer went by those that are here.
        modes = {author: answer.mode for author, answer in self.answers.items() if not self._may_have_said(author)}
        modes |= {self.given[c].author: self.given[c].mode for c in self.went_by if c in self.given}
        if set(modes) != set(self.asks.authors):
            return True
        named = sum(mode == Mode.NAMED for mode in modes.values())
        return credit_fits(highlight.credit, named, len(modes))

    def _state(self, share: Share, now: datetime) -> ShareState:
        modes = {answer.mode for answer in share.answers}
        if share.copy:
            shown = [self.board.shows.get(copy.event) for copy in share.up if self.board and copy.event]
            wrong = any(highlight.altered or not self._may_name(highlight) for highlight in shown if highlight)
            ended = self.has_ended or not share.up or wrong
            return ShareState.WITHDRAWN if ended else ShareState.PUBLISHED
        if self._source_is_gone or Mode.WITHDRAWN in modes:
            return ShareState.WITHDRAWN
        if Mode.DECLINED in modes:
            return ShareState.DECLINED
        if now >= self.asks.expires:
            return ShareState.EXPIRED
        return ShareState.WAITING if share.waits_for else ShareState.CONSENTED


def _narrows(before: Mode | None, now: Mode | None) -> bool:
    """Whether a yes stayed what it was, or lets less be said than before."""
    return before in AGREES and now in {before, Mode.ANONYMOUS}


def _other(mode: Mode | None) -> Mode:
    """With the name for without, and the other way round."""
    return Mode.ANONYMOUS if mode == Mode.NAMED else Mode.NAMED
