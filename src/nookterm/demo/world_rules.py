"""What must hold in a world before anybody tries to live in it: nobody speaks where they are not, or of what is not."""

from __future__ import annotations

from dataclasses import dataclass, field

from nookterm.demo.world import (
    Edit,
    Founding,
    HighlightAnswered,
    HighlightAsked,
    HighlightPublished,
    Joining,
    JoinRequest,
    Line,
    Moment,
    Redact,
    Say,
    Step,
    World,
)
from nookterm.domain.charter import CharterProblem, checked


class WorldFileProblem(ValueError):
    """Something in the world does not fit together; the message says what and where."""


def check(world: World) -> None:
    """Live through the world once, step by step.

    Raises:
        WorldFileProblem: at the first step that could not happen.
    """
    life = _Life(people={person.id for person in world.people})
    for step in world.steps:
        life.take(step)
    life.known(world.opens_as, "opens_as")
    if any(isinstance(step, HighlightPublished) and step.published_by == world.opens_as for step in world.steps):
        # Their client is open by then and lives in the present: it finds the copy in the outbox, and too old.
        raise WorldFileProblem(f"published_by: {world.opens_as} has no hand for it, for the demo opens as them")
    if world.space not in life.rooms or life.rooms[world.space].kind != "space":
        raise WorldFileProblem(f"space: {world.space!r} is no space")
    for room, line in world.read.items():
        if life.said.get(line) is None or life.said[line].room != room:
            raise WorldFileProblem(f"read: {line!r} is no line in {room!r}")
    inside = {person for members in life.joined.values() for person in members}
    for person in world.people:
        if (person.id in inside) == (person.role == "outsider"):
            raise WorldFileProblem(f"people: {person.id} is {person.role}, and the rooms say otherwise")


@dataclass(slots=True)
class _Life:
    """What has happened so far."""

    people: set[str]
    rooms: dict[str, Founding] = field(default_factory=dict)
    joined: dict[str, dict[str, Moment]] = field(default_factory=dict)
    said: dict[str, Line] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    """Highlights by source: the stages they went through."""
    seconds: set[str] = field(default_factory=set)
    """Those that quote two people of whom none has answered."""

    def take(self, step: Step) -> None:
        match step:
            case Founding():
                self._found(step)
            case Joining():
                self._join(step)
            case Line():
                self._line(step)
            case JoinRequest():
                self._request(step)
            case HighlightAsked() | HighlightAnswered() | HighlightPublished():
                self._highlight(step)

    def known(self, person: str, place: str) -> None:
        if person not in self.people:
            raise WorldFileProblem(f"{place}: nobody is called {person!r}")

    def _inside(self, person: str, room: str, place: str) -> Moment:
        self.known(person, place)
        if person not in self.joined.get(room, {}):
            raise WorldFileProblem(f"{place}: {person} is not in {room!r} at that time")
        return self.joined[room][person]

    def _found(self, room: Founding) -> None:
        place = f"room {room.room}"
        if room.room in self.rooms:
            raise WorldFileProblem(f"{place}: is there twice")
        self.known(room.founder, place)
        if room.parent:
            self._inside(room.founder, room.parent, place)
            if self.rooms[room.parent].kind != "space":
                raise WorldFileProblem(f"{place}: its parent {room.parent!r} is no space")
        elif room.kind != "space":
            raise WorldFileProblem(f"{place}: needs a parent")
        if (room.charter is None) == (room.kind == "nook"):
            raise WorldFileProblem(f"{place}: nooks have a charter, other rooms have none")
        if room.charter:
            try:
                checked(room.charter)
            except CharterProblem as error:
                raise WorldFileProblem(f"{place}: {error}") from error
        for person in room.facilitators:
            self.known(person, place)
        self.rooms[room.room] = room
        self.joined[room.room] = {room.founder: room.at}

    def _join(self, step: Joining) -> None:
        place = f"room {step.room}, joined"
        self.known(step.person, place)
        if step.room not in self.rooms:
            raise WorldFileProblem(f"{place}: {step.person} comes before the room is founded")
        if step.person in self.joined[step.room]:
            raise WorldFileProblem(f"{place}: {step.person} is there already")
        if parent := self.rooms[step.room].parent:
            self._inside(step.person, parent, place)
        self.joined[step.room][step.person] = step.at

    def _line(self, line: Line) -> None:
        deed = line.deed
        named = getattr(deed, "text", "") or getattr(deed, "key", "") or getattr(deed, "target", "")
        place = f"talk in {line.room}, {line.sender}: {named[:30]!r}"
        since = self._inside(line.sender, line.room, place)
        targets = [deed.reply_to, deed.thread] if isinstance(deed, Say) else [deed.target]
        for target in filter(None, targets):
            aim = self.said.get(target)
            if aim is None or aim.room != line.room or aim.at > line.at:
                raise WorldFileProblem(f"{place}: there is no earlier line {target!r} in this room")
            if aim.at < since:
                raise WorldFileProblem(f"{place}: {line.sender} came after {target!r} and cannot read it")
            if isinstance(deed, Edit | Redact) and aim.sender != line.sender:
                raise WorldFileProblem(f"{place}: {target!r} is somebody else's line")
        if isinstance(deed, Say) and deed.id:
            if deed.id in self.said:
                raise WorldFileProblem(f"{place}: the id {deed.id!r} is taken")
            self.said[deed.id] = line

    def _request(self, step: JoinRequest) -> None:
        place = f"request of {step.person} for {step.nook}"
        self.known(step.person, place)
        charter = self.rooms[step.nook].charter if step.nook in self.rooms else None
        if charter is None:
            raise WorldFileProblem(f"{place}: there is no such nook")
        if step.person in self.joined[step.nook]:
            raise WorldFileProblem(f"{place}: {step.person} is in it already")
        longest = {question.id: question.longest for question in charter.questions}
        if step.answers and set(step.answers) != set(longest):
            raise WorldFileProblem(f"{place}: the answers are not those that the nook asks for")
        if any(len(answer) > longest[key] for key, answer in step.answers.items()):
            raise WorldFileProblem(f"{place}: an answer is too long")

    def _highlight(self, step: HighlightAsked | HighlightAnswered | HighlightPublished) -> None:
        place = f"highlight of {step.source}"
        stages = self.asked.setdefault(step.source, [])
        if isinstance(step, HighlightAsked) and step.also:
            self.seconds.add(step.source)
        if isinstance(step, HighlightAnswered) and step.source in self.seconds and stages == ["asked"]:
            # The first answer to a question that was put to two; the second one settles it.
            self._inside(step.author, step.nook, place)
            self.seconds.discard(step.source)
            return
        actor: str
        match step:
            case HighlightAsked():
                due, stage, actor = [], "asked", step.asked_by
            case HighlightAnswered():
                due, stage, actor = ["asked"], step.answer, step.author
            case HighlightPublished():
                due, stage, actor = ["asked", "yes"], "published", step.published_by
        if stages != due or step.source not in self.said:
            raise WorldFileProblem(f"{place}: comes in the wrong order, or without consent")
        self._inside(actor, step.nook, place)
        if self.rooms[step.nook].kind != "nook":
            raise WorldFileProblem(f"{place}: only nooks share highlights")
        stages.append("yes" if stage in {"named", "anonymous"} else stage)
