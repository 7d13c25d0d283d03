"""Words of people whom nobody asked: passages of a draft that somebody else had said in the nook before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from nookterm.domain.events import Edit, Event, Message, Trust
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import skeleton
from nookterm.domain.records import dataclass

_WORDS, _WORDS_LETTERS, _LETTERS = 6, 24, 30
"""What makes a passage: so many words that are not all tiny, or so many letters."""
_SIGN = 3
"""How many letters a sign of a script counts that writes words without spaces."""
_LAST_SPACED = "\u0dff"
"""Below it every script writes spaces."""
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
"""What is not drawn parts no words, and makes no others of them."""
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f{_UNSEEN}])*")
_MOST_PLACES = 12
_Three = tuple[str, str, str]
_SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Saying:
    """Words that somebody said, or changed theirs to."""

    event: EventId
    author: UserId | None
    """None: a quote inside of somebody's message; whose it is, nobody knows here."""
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a draft that is somebody else's, from `start` to before `end`."""

    author: UserId | None
    event: EventId
    start: int
    end: int


def compared(events: Sequence[Event]) -> tuple[Saying, ...]:
    """All that a draft is compared with: what is proved first, so that nothing else says whose that is.

    What a restored key opened is not proved to be by whom it says; but somebody said it here.
    """
    return (*sayings(events), *sayings(events, proved=False))


def sayings(events: Iterable[Event], *, proved: bool = True) -> Iterator[Saying]:
    """What was said in a room, in its order; quotes inside of a message come before its own words.

    `proved`: whether what people are known to have said, or only what they are not known to have said.
    """
    for event in events:
        payload = event.payload.message if isinstance(event.payload, Edit) else event.payload
        if (event.trust == Trust.UNPROVED) is proved or not isinstance(payload, Message):
            continue
        subject = event.payload.target if isinstance(event.payload, Edit) else event.event_id
        own, quoted = own_words(payload.body)
        if quoted:
            yield Saying(subject, None, quoted)
        if own:
            yield Saying(subject, event.sender, own)


def own_words(body: str) -> tuple[str, str]:
    """A message's own words, and those that it quotes in lines that begin with `>`."""
    lines = body.split("\n")
    quoted = [line.lstrip().lstrip("> ") for line in lines if line.lstrip().startswith(">")]
    own = [line for line in lines if not line.lstrip().startswith(">")]
    return "\n".join(own).strip(), "\n".join(quoted).strip()


def words_now(event: Event, related: Iterable[Event]) -> str:
    """A message's own words as they read now. `related`: what is about it, in the room's order.

    An edit counts when it is the sender's own, is not less protected than the message, and is proved if that is.
    """
    if not isinstance(event.payload, Message) or event.payload.kind == "redacted":
        return ""
    message = event.payload
    for later in related:
        edit = later.payload
        if isinstance(edit, Edit) and edit.target == event.event_id and later.sender == event.sender:
            protected = later.encrypted or not event.encrypted
            proved = later.trust is not Trust.UNPROVED or event.trust is Trust.UNPROVED
            message = edit.message if protected and proved else message
    is_name = message.attachment is not None and message.body == message.attachment.name
    return "" if is_name else own_words(message.body)[0]


def borrowed(draft: str, said: Iterable[Saying], asked: Collection[UserId]) -> tuple[Passage, ...]:
    """The passages of a draft that somebody said first who is not among `asked`.

    `said` in the order of the room: who said a passage first is whose it is, so that nobody can make others' words
    theirs by repeating them.
    """
    words = tuple(_words(draft))
    places: dict[_Three, list[int]] = {}
    for place, three in enumerate(_threes([word.text for word in words])):
        known = places.setdefault(three, [])
        # A draft that says the same again and again would be compared with all of itself.
        if len(known) < _MOST_PLACES:
            known.append(place)
    owner: list[Saying | None] = [None] * len(words)
    for saying in said:
        for first, last in _runs(_texts(saying.words), places, words):
            for place in range(first, last):
                owner[place] = owner[place] or saying
    return tuple(_passages(words, owner, asked))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    letters: int


def _words(text: str) -> Iterator[_Word]:
    """The words of a text, folded; signs of scripts without spaces each for itself."""
    for match in _WORD.finditer(text):
        whole = match.group(0)
        if whole.isascii():
            yield _Word(_alike(whole), match.start(), match.end(), len(whole))
        else:
            yield from _parted(whole, match.start())


def _parted(whole: str, at: int) -> Iterator[_Word]:
    """A run of letters that may hold signs of scripts without spaces."""
    start = 0
    for place, char in enumerate((*whole, " ")):
        spaceless = char > _LAST_SPACED and unicodedata.name(char, "").startswith(_SPACELESS)
        if place < len(whole) and not spaceless:
            continue
        if start < place and (folded := _alike(whole[start:place])):
            yield _Word(folded, at + start, at + place, len(folded))
        if spaceless:
            yield _Word(char, at + place, at + place + 1, _SIGN)
        start = place + 1


@lru_cache(maxsize=65536)
def _alike(word: str) -> str:
    """A form that words share which look alike: a letter of another script in the midst makes no other word of it."""
    return skeleton(word)


@lru_cache(maxsize=8192)
def _texts(words: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words(words))


def _threes(texts: Sequence[str]) -> Iterator[_Three]:
    """Each three words that follow each other: single words are everybody's."""
    return zip(texts, texts[1:], texts[2:], strict=False)


def _runs(
    texts: Sequence[str], places: Mapping[_Three, Sequence[int]], draft: Sequence[_Word]
) -> Iterator[tuple[int, int]]:
    """Where in the draft a passage of these words stands: from its first word to before its last."""
    before: dict[int, int] = {}
    for three in (*_threes(texts), None):
        # For each place in the draft at which these three stand: where the run began that ends with them.
        now = {place: before.get(place - 1, place) for place in places.get(three, ())} if three else {}
        for last, first in before.items():
            if last + 1 not in now and _is_passage(draft[first : last + 3]):
                yield first, last + 3
        before = now


def _is_passage(words: Sequence[_Word]) -> bool:
    letters = sum(word.letters for word in words)
    return letters >= _LETTERS or (len(words) >= _WORDS and letters >= _WORDS_LETTERS)


def _passages(words: Sequence[_Word], owner: Sequence[Saying | None], asked: Collection[UserId]) -> Iterator[Passage]:
    place = 0
    while place < len(words):
        saying, first = owner[place], place
        while place < len(words) and owner[place] == saying:
            place += 1
        if saying and (saying.author is None or saying.author not in asked) and _is_passage(words[first:place]):
            yield Passage(saying.author, saying.event, words[first].start, words[place - 1].end)
