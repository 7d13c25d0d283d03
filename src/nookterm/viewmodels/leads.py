"""Where a message leads: its file, pages, rooms, people; each said by where it truly leads, and none of them twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from nookterm.domain.ids import UserId
from nookterm.domain.links import addresses_in, person_link, read_link
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.formatting.plain import addresses
from nookterm.formatting.text import (
    Address,
    Block,
    Details,
    Emoji,
    Heading,
    Link,
    Listing,
    Paragraph,
    Person,
    Place,
    Quoted,
    Run,
    Table,
)
from nookterm.viewmodels.timeline import Words

_MOST = 50
_MOST_BLOCKS = 500


class LeadKind(StrEnum):
    """What is at the other end."""

    FILE = "file"
    PAGE = "page"
    ROOM = "room"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Lead:
    """One way out of a message. Texts are safe text."""

    kind: LeadKind
    address: str
    """What is opened: a page's, a room's or a person's address; empty for the message's file."""
    where: str
    """Where it truly leads: a host, a room's id or alias, a person's id."""
    words: str = ""
    """What the message calls it."""


def leads_of(said: Words) -> tuple[Lead, ...]:
    """All of them, the file first, then in the order of the words."""
    found: dict[str, Lead] = {}
    if said.attachment:
        found[""] = Lead(LeadKind.FILE, "", said.attachment)
    for words, target in (*_in_form(said), *_in_body(said.body)):
        lead = _lead(words, target)
        if len(found) < _MOST:
            found.setdefault(lead.address, lead)
    return tuple(found.values())


def _lead(words: str, target: Address) -> Lead:
    shown = safe_line(words, longest=80)
    match target:
        case Link(url, host):
            return Lead(LeadKind.PAGE, url, safe_line(host, longest=100), shown)
        case Person(user):
            return Lead(LeadKind.PERSON, person_link(user), safe_line(user, longest=100), shown)
        case Place(room, event):
            address = place_link(room, event)
            where = safe_line(room, longest=100)
            return Lead(LeadKind.ROOM, address, f"a message in {where}" if event else where, shown)


def place_link(room: str, event: str) -> str:
    """An address for a room, or for a message in it, by its id or alias."""
    whole = f"{room}/{event}" if event else room
    return f"https://matrix.to/#/{whole}"


def _in_body(body: str) -> Iterator[tuple[str, Address]]:
    for address in addresses_in(body):
        link = read_link(address)
        if link is not None:
            yield address, Person(link.user) if link.user else Place(link.room, link.event or "")
    for begin, end, page in addresses(body):
        yield body[begin:end], page


def _in_form(said: Words) -> Iterator[tuple[str, Address]]:
    """The links of the formatted words, of which the body may say nothing."""
    if said.formatted is None:
        return
    todo: list[Block] = list(said.formatted.blocks)[::-1]
    for _ in range(_MOST_BLOCKS):
        if not todo:
            return
        block = todo.pop()
        yield from _of_runs(_runs(block))
        todo += _inside(block)[::-1]


def _runs(block: Block) -> Iterable[Run]:
    """The words right in a block."""
    match block:
        case Paragraph(runs) | Heading(_, runs) | Details(runs, _):
            return runs
        case Table(head, rows):
            return [run for line in (head, *rows) for cell in line for run in cell]
    return ()


def _inside(block: Block) -> list[Block]:
    """The blocks in a block."""
    match block:
        case Quoted(inner) | Details(_, inner):
            return list(inner)
        case Listing(items):
            return [part for item in items for part in item]
    return []


def _of_runs(runs: Iterable[Run]) -> Iterator[tuple[str, Address]]:
    for run in runs:
        if isinstance(run.target, Emoji):
            continue
        if run.target is not None:
            yield run.text, run.target
        else:
            yield from _in_body(run.text)


def person_of(lead: Lead) -> UserId | None:
    """Whom a lead leads to."""
    link = read_link(lead.address)
    return link.user if link else None
