"""Reads `world.toml` and says in words what does not fit together in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, TypeVar, get_args

from nookterm.demo.world import (
    Consent,
    Deed,
    Edit,
    Founding,
    HighlightAnswered,
    HighlightAsked,
    HighlightPublished,
    Home,
    Joining,
    JoinRequest,
    Line,
    Moment,
    Person,
    React,
    Redact,
    Role,
    RoomKind,
    Say,
    SayKind,
    Step,
    World,
)
from nookterm.demo.world_rules import WorldFileProblem, check
from nookterm.domain.charter import Charter, Question

FEDERATED = "world_federated.toml"
"""The file of the world that lies on two servers."""
_FORM = 1
_MENTION = re.compile(r"@([a-z]+)")

T = TypeVar("T", str, int)


def load_world(text: str | None = None, *, file: str = "world.toml") -> World:
    """A world that comes with nookterm, or the one in `text`.

    Raises:
        WorldFileProblem: it is no TOML, or something in it does not fit; the message says what and where.
    """
    if text is None:
        text = (files("nookterm.demo") / file).read_text(encoding="utf-8")
    try:
        top = _Table("the file", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WorldFileProblem(f"this is no TOML: {error}") from error
    if top.take("version", int, 0) != _FORM:
        raise WorldFileProblem(f"the file must say version = {_FORM}")
    people = tuple(_people(top.table("people")))
    steps: list[Step] = []
    for index, room in enumerate(top.tables("room"), 1):
        steps += _room(room.named(f"room {index}"))
    for index, talk in enumerate(top.tables("talk"), 1):
        steps += _talk(talk.named(f"talk {index}"), {person.id for person in people})
    steps += [_request(request) for request in top.tables("request")]
    sources = {line.deed.id: line for line in steps if isinstance(line, Line) and isinstance(line.deed, Say)}
    for highlight in top.tables("highlight"):
        steps += _highlight(highlight, sources)
    world = World(
        opens_as=top.take("opens_as", str),
        space=top.take("space", str),
        people=people,
        # Stable: what stands earlier in the file comes first among equals.
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        read=top.table("read").strings(),
    )
    top.done()
    check(world)
    return world


class _Table:
    """A TOML table that knows where it stands, and complains about what it was not asked for."""

    def __init__(self, place: str, entries: dict[str, Any]) -> None:
        self.place = place
        self._left = dict(entries)

    def named(self, fallback: str) -> _Table:
        """The same table, placed by its own id or room."""
        name = self._left.get("id") or self._left.get("room")
        return _Table(f"{fallback} ({name})" if name else fallback, self._left)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self._left.pop(key, default)
        if not isinstance(value, kind):
            raise WorldFileProblem(f"{self.place}: {key} must be there and be of type {kind.__name__}")
        return value

    def moment(self, key: str) -> Moment:
        try:
            return Moment.parse(self.take(key, str))
        except ValueError as error:
            raise WorldFileProblem(f"{self.place}: {key}: {error}") from error

    def table(self, key: str) -> _Table:
        value = self._left.pop(key, {})
        if not isinstance(value, dict):
            raise WorldFileProblem(f"{self.place}: {key} must be a table")
        return _Table(f"{self.place}: {key}", value)

    def tables(self, key: str) -> list[_Table]:
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise WorldFileProblem(f"{self.place}: {key} must be a list of tables")
        return [_Table(f"{self.place}: {key} {index}", entry) for index, entry in enumerate(value, 1)]

    def words(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise WorldFileProblem(f"{self.place}: {key} must be a list of words")
        return tuple(value)

    def strings(self) -> dict[str, str]:
        return {key: self.take(key, str) for key in self.names()}

    def names(self) -> list[str]:
        return list(self._left)

    def has(self, key: str) -> bool:
        return key in self._left

    def done(self) -> None:
        if self._left:
            raise WorldFileProblem(f"{self.place}: nobody knows {', '.join(sorted(self._left))}")


def _one_of(place: str, value: str, allowed: Iterable[str]) -> Any:
    if value not in allowed:
        raise WorldFileProblem(f"{place}: {value!r} is none of {', '.join(allowed)}")
    return value


def _people(table: _Table) -> Iterator[Person]:
    for key in table.names():
        entry = table.table(key)
        role: Role = _one_of(entry.place, entry.take("role", str), get_args(Role))
        home: Home = _one_of(entry.place, entry.take("home", str, "here"), get_args(Home))
        yield Person(key, entry.take("name", str), role, entry.take("about", str, ""), home)
        entry.done()


def _room(table: _Table) -> Iterator[Step]:
    room = table.take("id", str)
    kind: RoomKind = _one_of(table.place, table.take("kind", str), get_args(RoomKind))
    yield Founding(
        at=table.moment("founded"),
        room=room,
        kind=kind,
        name=table.take("name", str),
        topic=table.take("topic", str, ""),
        parent=table.take("parent", str, ""),
        founder=table.take("founder", str),
        facilitators=table.words("facilitators"),
        charter=_charter(table.table("charter")) if table.has("charter") else None,
    )
    joined = table.table("joined")
    for person in joined.names():
        yield Joining(joined.moment(person), room, person)
    table.done()


def _charter(table: _Table) -> Charter:
    questions = []
    for entry in table.tables("questions"):
        questions.append(Question(entry.take("id", str), entry.take("text", str), entry.take("max", int)))
        entry.done()
    charter = Charter(
        purpose=table.take("purpose", str),
        who_belongs=table.take("who_belongs", str),
        not_for=table.take("not_for", str),
        differs=table.take("differs", str),
        questions=tuple(questions),
        cap=table.take("cap", int),
    )
    table.done()
    return charter


def _talk(table: _Table, people: set[str]) -> Iterator[Line]:
    room, before = table.take("room", str), None
    for entry in table.tables("lines"):
        line = Line(entry.moment("at"), room, entry.take("from", str), _deed(entry, people))
        entry.done()
        if before and line.at < before:
            raise WorldFileProblem(f"{entry.place}: comes before the line above it")
        before = line.at
        yield line
    table.done()


def _deed(entry: _Table, people: set[str]) -> Deed:
    if entry.has("react"):
        return React(entry.take("to", str), entry.take("react", str))
    if entry.has("redact"):
        return Redact(entry.take("redact", str))
    text = entry.take("text", str)
    if entry.has("edit"):
        return Edit(entry.take("edit", str), text)
    kind: SayKind = _one_of(entry.place, entry.take("kind", str, "text"), get_args(SayKind))
    return Say(
        text=text,
        id=entry.take("id", str, ""),
        kind=kind,
        html=entry.take("html", str, ""),
        reply_to=entry.take("reply", str, ""),
        thread=entry.take("thread", str, ""),
        mentions=tuple(name for name in _MENTION.findall(text) if name in people),
    )


def _request(table: _Table) -> JoinRequest:
    request = JoinRequest(
        at=table.moment("at"),
        nook=table.take("nook", str),
        person=table.take("person", str),
        reason=table.take("reason", str, ""),
        answers=table.table("answers").strings(),
    )
    table.done()
    return request


def _highlight(table: _Table, sources: dict[str, Line]) -> Iterator[Step]:
    source = table.take("source", str)
    line = sources.get(source)
    if line is None:
        raise WorldFileProblem(f"{table.place}: no line has the id {source!r}")
    nook, author = line.room, line.sender
    asked_by, draft = table.take("asked_by", str), table.take("draft", str)
    also = table.take("also", str, "")
    second = sources.get(also)
    if also and (second is None or second.room != nook):
        raise WorldFileProblem(f"{table.place}: no line of {nook} has the id {also!r}")
    yield HighlightAsked(table.moment("asked_at"), nook, source, author, asked_by, draft, also)
    if second and table.has("also_answer"):
        said: Consent = _one_of(table.place, table.take("also_answer", str), get_args(Consent))
        yield HighlightAnswered(table.moment("also_answered_at"), nook, source, second.sender, said)
    if table.has("answer"):
        answer: Consent = _one_of(table.place, table.take("answer", str), get_args(Consent))
        yield HighlightAnswered(table.moment("answered_at"), nook, source, author, answer)
    if table.has("published_by"):
        yield HighlightPublished(table.moment("published_at"), nook, source, table.take("published_by", str))
    table.done()
