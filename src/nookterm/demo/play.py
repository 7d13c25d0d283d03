"""The main job, played through on the real server: who did what, what the server saw, what the other one read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nookterm.client.account import Parts
from nookterm.client.asking import Asking
from nookterm.client.duties import Duties
from nookterm.client.errors import Problem
from nookterm.client.founding import FoundedSpace, Founding
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Vetting
from nookterm.demo.errors import play_failed
from nookterm.demo.homeserver import SERVER_NAME
from nookterm.demo.people import Home, People, Somebody
from nookterm.demo.watching import as_the_server_has_it
from nookterm.demo.world import Founding as Room
from nookterm.demo.world import HighlightAsked, JoinRequest, Person, Say, World
from nookterm.domain.consent import Mode
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.sharing import ShareState

_MESSAGE = "m.room.message"
_ALL = 500
_START = 32
_BEFORE = "This was said before the newcomer knocked."
_WELCOME = "Welcome. What is the first tile that you would show us?"
_ANSWER = "The ugliest one. It taught me most."
_UNNAMED = "Yes, without my name."

Tell = Callable[[str, dict[str, str] | None], None]
"""Takes one line for people, and the same as fields for scripts."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays whom, and the words that the world gives them."""

    space: Room
    nook: Room
    facilitator: Person
    author: Person
    applicant: Person
    answers: dict[str, str]
    text: str
    """What the author says in the nook."""
    draft: str
    """What of it shall be shared."""


def cast(world: World) -> Cast:
    """The first request with answers, its nook, and a highlight that was asked for there."""
    request = next(step for step in world.steps if isinstance(step, JoinRequest) and step.answers)
    asked = next(step for step in world.steps if isinstance(step, HighlightAsked) and step.nook == request.nook)
    said = next(line.deed for line in world.lines if isinstance(line.deed, Say) and line.deed.id == asked.source)
    rooms = {room.room: room for room in world.rooms}
    people = {person.id: person for person in world.people}
    nook = rooms[request.nook]
    return Cast(
        rooms[world.space],
        nook,
        people[nook.founder],
        people[asked.author],
        people[request.person],
        dict(request.answers),
        said.text,
        asked.draft,
    )


async def play(world: World, base_url: str, parts: Parts, tell: Tell) -> None:
    """Play it once, on a server at `base_url` that is empty.

    Raises:
        DemoProblem: a step did not come out as it should; `code` is `play_failed` and the message names the step.
    """
    roles = cast(world)
    people = People({"here": Home(parts, base_url, SERVER_NAME)}, world.people)
    stage = _Stage(roles, base_url, people, tell)
    try:
        for step in (stage.begin, stage.knock, stage.vet, stage.approve, stage.talk, stage.share, stage.take_back):
            await step()
    except (Problem, _Wrong, LookupError, OSError, ValueError) as error:
        raise play_failed(stage.now, str(error)) from error
    finally:
        await people.close()
    tell("Everything worked.", {"step": "end", "text": "Everything worked."})


class _Wrong(Exception):
    """What happened is not what the step promises."""


def _demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise _Wrong(otherwise)


class _Stage:
    """The play while it goes on."""

    rooms: FoundedSpace
    nook: RoomId
    said: EventId
    """The message that becomes a highlight."""
    told: EventId
    """What the newcomer said, which becomes a part of it."""

    def __init__(self, roles: Cast, base_url: str, people: People, tell: Tell) -> None:
        self.roles = roles
        self.base_url = base_url
        self.people = people
        self.tell = tell
        self.now = "begin"
        self.secrets: list[str] = []
        """Words that the server must never hold."""

    def _line(self, who: str, did: str) -> None:
        self.tell(f"  {who:<12} {did}", {"step": self.now, "who": who, "text": did})

    async def _cast(self) -> tuple[Somebody, Somebody, Somebody]:
        names = (self.roles.facilitator.id, self.roles.author.id, self.roles.applicant.id)
        facilitator, author, applicant = await self.people.all_of(names)
        return facilitator, author, applicant

    @asynccontextmanager
    async def _scene(self, name: str) -> AsyncIterator[tuple[Somebody, Somebody, Somebody]]:
        self.now = name
        self.tell(name[0].upper() + name[1:], {"step": name, "text": name})
        yield await self._cast()

    async def begin(self) -> None:
        """A space, its nook, and somebody in it."""
        async with self._scene("a community begins") as (facilitator, author, applicant):
            roles, founding = self.roles, Founding(facilitator.session)
            assert roles.nook.charter  # noqa: S101 - world_rules: every nook has one
            self.rooms = await founding.space(roles.space.name, roles.space.topic)
            space = facilitator.session.rooms[self.rooms.space_id]
            self.nook = await founding.nook(space, roles.nook.name, roles.nook.charter)
            self._line(
                _first(facilitator), f"founds {roles.space.name} and in it {roles.nook.name}: encrypted, by request"
            )
            for guest in (author, applicant):
                await guest.gateway.join(self.rooms.space_id)
                await guest.gateway.join(self.rooms.highlights_id)
            await facilitator.gateway.invite(self.nook, author.user_id)
            await author.gateway.join(self.nook)
            for one in (facilitator, author, applicant):
                await one.session.sync_once()
            await self._say(facilitator, _BEFORE)
            self._line(_first(author), f"is in {roles.nook.name}")
            self._line(_first(applicant), f"is in the space, and outside of {roles.nook.name}")

    async def knock(self) -> None:
        """The applicant asks; the answers stay where they are."""
        async with self._scene("somebody asks to join") as (facilitator, _, applicant):
            self.secrets += self.roles.answers.values()
            await Asking(applicant.session).knock(self.nook, answers=self.roles.answers)
            self._line(_first(applicant), f"knocks; {len(self.roles.answers)} answers stay on this machine")
            await facilitator.session.sync_once()
            (waiting,) = await Vetting(facilitator.session).requests()
            _demand(waiting.user == applicant.user_id, "The request on the desk is somebody else's.")
            self._line("the server", f"saw a knock that says: {waiting.reason}")
            self._line(_first(facilitator), f"has it on the desk as {waiting.case}")

    async def vet(self) -> None:
        """The questions are asked and answered, end-to-end encrypted."""
        async with self._scene("the questions are answered") as (facilitator, _, applicant):
            vetting = Vetting(facilitator.session)
            (waiting,) = await vetting.requests()
            await vetting.interviews.vet(waiting.case)
            self._line(_first(facilitator), "asks the nook's questions in a room for two")
            await applicant.session.sync_once()
            await Duties(applicant.session).run()
            await facilitator.session.sync_once()
            (waiting,) = await vetting.requests()
            answers = vetting.answers(waiting)
            _demand(answers == self.roles.answers, "The answers did not arrive as they were given.")
            for question, answer in answers.items():
                self._line(_first(facilitator), f"reads, to “{question}”: {answer}")
            _demand(waiting.asked_in, "Nobody knows where the questions were asked.")
            await self._see(applicant, waiting.asked_in or self.nook)

    async def approve(self) -> None:
        """One decision, and the applicant is inside."""
        async with self._scene("the applicant is let in") as (facilitator, author, applicant):
            vetting = Vetting(facilitator.session)
            (waiting,) = await vetting.requests()
            outcome = await vetting.approve(waiting.case)
            self._line(_first(facilitator), f"approves {waiting.case}: {outcome.outcome}")
            await applicant.session.sync_once()
            await Duties(applicant.session).run()
            joined = applicant.session.rooms[self.nook].members[applicant.user_id].membership
            _demand(joined == "join", f"The applicant's membership is {joined}.")
            self._line(_first(applicant), "is in: the client joined by itself, as was agreed with the knock")
            for one in (facilitator, author):
                await one.session.sync_once()

    async def talk(self) -> None:
        """Both sides talk; the newcomer reads what is said after, and nothing that was said before."""
        async with self._scene("they talk") as (facilitator, author, applicant):
            self.said = await self._say(author, self.roles.text)
            await self._reads(applicant, self.said, self.roles.text)
            asked = await self._say(facilitator, _WELCOME)
            await self._reads(applicant, asked, _WELCOME)
            self.told = await self._say(applicant, _ANSWER)
            await self._reads(facilitator, self.told, _ANSWER)
            here = [event.payload for event in applicant.session.store.timeline(self.nook, _ALL)]
            read = {message.body for message in here if isinstance(message, Message)}
            _demand(_BEFORE not in read, "The newcomer could read what was said before.")
            self._line(_first(applicant), "cannot read what was said before")
            await self._see(applicant, self.nook)

    async def share(self) -> None:
        """Words of two people leave the nook together, with the yes of both: one by form, one in plain words."""
        async with self._scene("a highlight is shared") as (facilitator, author, applicant):
            await facilitator.session.sync_once()
            sharing, nook = Sharing(facilitator.session), facilitator.session.rooms[self.nook]
            draft = f"{self.roles.draft}\n{_ANSWER}"
            share = await sharing.share(nook, [self.said, self.told], draft)
            both = f"{_first(author)} and {_first(applicant)}"
            self._line(_first(facilitator), f"asks {both}: may we share “{self.roles.draft} {_ANSWER}”")
            await author.session.sync_once()
            await Sharing(author.session).consent(share.request, Mode.NAMED)
            self._line(_first(author), "agrees to exactly these words, with their name")
            await applicant.session.sync_once()
            yes = {"m.relates_to": {"m.in_reply_to": {"event_id": share.event_id}}}
            await self._say(applicant, _UNNAMED, **yes)
            self._line(_first(applicant), f"answers in plain words, as from any client: {_UNNAMED}")
            published = await sharing.publish(share.request)
            _demand(published.state == ShareState.PUBLISHED, f"The highlight is {published.state}.")
            await applicant.session.sync_once()
            await self._read_on_the_board(applicant, draft)

    async def _read_on_the_board(self, reader: Somebody, draft: str) -> None:
        sharing = Sharing(reader.session)
        (shown,) = sharing.board()
        _demand(shown.body == draft, "The board shows other words.")
        _demand(shown.credit.endswith("and one more"), f"The board names {shown.credit}.")
        read = f"{shown.body} ({shown.credit})".replace("\n", " ")
        self._line(_first(reader), f"reads on the space's board, from {shown.nook_name}: {read}")
        origin = sharing.origin(shown.event_id)
        _demand(origin.sources == (self.said, self.told), "The proof names other messages.")
        self._line(_first(reader), "can prove which messages of the nook it is from; nobody outside can")

    async def take_back(self) -> None:
        """The author changes their mind, and the board is empty again."""
        async with self._scene("it is taken back") as (facilitator, author, applicant):
            (share,) = Sharing(author.session).all()
            await author.session.sync_once()
            await Sharing(author.session).withdraw(share.request)
            self._line(_first(author), "takes it back")
            await facilitator.session.sync_once()
            await Duties(facilitator.session).run()
            await applicant.session.sync_once()
            _demand(not Sharing(applicant.session).board(), "The board still shows it.")
            self._line(_first(applicant), "finds the board empty again")
            (told,) = (s for s in Sharing(applicant.session).all() if s.request == share.request)
            _demand(len(told.told) == 1, "The nook was not told once that it is down.")
            self._line(_first(applicant), "hears of it in the nook, once")

    async def _say(self, who: Somebody, text: str, **more: object) -> EventId:
        self.secrets.append(text)
        content = {"msgtype": "m.text", "body": text, "m.mentions": {}, **more}
        return await who.session.outbox.send(self.nook, _MESSAGE, content)

    async def _reads(self, who: Somebody, event_id: EventId, text: str) -> None:
        await who.session.sync_once()
        event = who.session.store.event(self.nook, event_id)
        read = event.payload.body if event and isinstance(event.payload, Message) else "(nothing)"
        _demand(event and event.encrypted and read == text, f"{_first(who)} reads: {read}")
        self._line(_first(who), f"reads: {read}")

    async def _see(self, who: Somebody, room: RoomId) -> None:
        """Look at a room as the server has it: no word that was said may be in there."""
        events = await as_the_server_has_it(self.base_url, who.token, room)
        held = json.dumps(events, ensure_ascii=False)
        _demand(not any(words in held for words in self.secrets), "The server holds plain words of the conversation.")
        sealed = [event for event in events if event.get("type") == "m.room.encrypted"]
        _demand(sealed, "The server holds no encrypted message.")
        start = str(sealed[-1]["content"]["ciphertext"])[:_START]
        self._line("the server", f"holds {len(sealed)} messages and not a word of them: {start}…")


def _first(who: Somebody) -> str:
    return who.person.name.partition(" ")[0]
