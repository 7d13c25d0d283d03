"""People are called for what is new and meant for them, on a real server: once, calmly, never for what they read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

import pytest
import pytest_asyncio

from nookterm.client.calling import Calling
from nookterm.client.changes import Called, Change, Happened, News, QuietChanged
from nookterm.client.naming import Naming
from nookterm.client.ports import RoomSpec
from nookterm.client.quiet_hours import QuietHours
from nookterm.client.settings import Setting, Settings
from nookterm.client.surroundings import written
from nookterm.client.telling import Note, Teller
from nookterm.domain.events import Unreadable
from nookterm.domain.ids import EventId, TxnId
from nookterm.domain.levels import Level
from tests.client.people import Community, Person, Village
from tests.live_homeserver import LiveServer

Place = tuple[Village, Person, Person, Community]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    people = Village(homeserver, tmp_path_factory.mktemp("calling"))
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    yield people, ana, bo, here
    await people.go_home()


@dataclass
class Watched:
    """Somebody who is called, and what came of it."""

    person: Person
    values: dict[str, str]
    home: Path
    village: Village
    shown: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        session = self.person.session
        self.hours = QuietHours(self.home, self.settings, session.clock, UTC)
        self.calling = Calling(session, Teller(session, self.settings, self._show), self.settings, self.hours)
        self.stops = [session.changes.listen(self.calling.heed), session.changes.listen(self.changes.append)]

    def settings(self) -> Settings:
        return Settings({name: Setting(name, value) for name, value in self.values.items()})

    async def _show(self, note: Note, *, anyhow: bool) -> bool:
        assert not anyhow
        self.shown.append(note)
        return True

    async def sync(self) -> str:
        """Take a step and look. Returns what was told."""
        await self.person.sync()
        return await self.calling.look()

    def pass_time(self, minutes: int) -> None:
        """Time in which the server has nothing to tell."""
        for _ in range(0, minutes, 4):
            self.village.watch.forward(minutes=4)
            self.calling.heed(News())

    @property
    def said(self) -> list[str]:
        """What the screen of this person was told, since it was last asked."""
        found = [change.text for change in self.changes if isinstance(change, Called | Happened)]
        self.changes.clear()
        return found


@pytest_asyncio.fixture(loop_scope="module")
async def ana_is_called(place: Place, tmp_path: Path) -> AsyncIterator[Watched]:
    village, ana, bo, here = place
    await bo.sync()
    village.watch.forward(hours=3)
    watched = Watched(ana, {}, tmp_path, village)
    await ana.sync()
    await ana.session.reading.mark(here.nook)
    await watched.calling.look()
    village.watch.forward(minutes=4)
    await watched.sync()
    watched.changes.clear()
    yield watched
    for stop in watched.stops:
        stop()
    ana.session.attention.room = ana.session.attention.focus = None
    ana.session.attention.in_view = True


def naming(person: Person) -> dict[str, object]:
    return {"m.mentions": {"user_ids": [person.id]}}


async def tells(person: Person, here: Community, body: str = "hello", **more: object) -> EventId:
    return await person.post(here.nook, {"msgtype": "m.text", "body": body, **more})


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_rooms_talk_calls_once_until_somebody_looks_and_says_nothing_about_it(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    await tells(bo, here, "the kiln is hot")
    await tells(bo, here, "very hot")
    assert await ana_is_called.sync() == "2 new messages."
    assert ana_is_called.said == ["2 new messages in glaze-lab."]
    village.watch.forward(minutes=3)
    await tells(bo, here, "still")
    assert await ana_is_called.sync() == ""
    await ana.session.reading.mark(here.nook)
    await tells(bo, here, "cold by now")
    assert await ana_is_called.sync() == "New message."


async def test_what_names_or_answers_us_calls_at_every_level_but_mute_and_our_own_words_never(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    mine = await ana.say(here.nook, "who has cobalt?")
    await ana.session.levels.put(here.nook, Level.MENTIONS)
    await tells(bo, here, "nobody, ana")
    assert await ana_is_called.sync() == ""
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": mine}}}
    await tells(bo, here, "I have", **answer)
    assert await ana_is_called.sync() == "New message."
    await tells(bo, here, "look", **naming(ana))
    assert await ana_is_called.sync() == "", "half a minute has not passed"
    village.watch.forward(seconds=31)
    assert await ana_is_called.calling.look() == "New message.", "told late, but told"
    await ana.session.levels.put(here.nook, Level.MUTE)
    village.watch.forward(minutes=2)
    await tells(bo, here, "again", **naming(ana))
    assert await ana_is_called.sync() == ""
    await ana.session.levels.put(here.nook, Level.ALL)
    # Another device of ours: it is no echo of a send of this one.
    await ana.post(here.nook, {"msgtype": "m.text", "body": "from my telephone", **naming(ana)})
    assert await ana_is_called.sync() == ""


async def test_who_is_named_by_newer_words_or_with_everybody_is_called_once(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    await ana.session.levels.put(here.nook, Level.MENTIONS)
    row = ana.session.store.room
    said = await tells(bo, here, "look")
    await ana.sync()
    await ana.session.reading.mark(here.nook)
    new = {"msgtype": "m.text", "body": "look, Ana", **naming(ana)}
    edit = {"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": said}}
    await tells(bo, here, "* look, Ana", **edit, **naming(ana))
    assert await ana_is_called.sync() == "New message."
    assert (row(here.nook).unread, row(here.nook).mentions) == (1, 1)
    await ana.session.reading.mark(here.nook)
    assert (row(here.nook).unread, row(here.nook).mentions) == (0, 0)
    village.watch.forward(minutes=2)
    await tells(bo, here, "* look, Ana!", **edit, **{"m.mentions": {}})
    assert await ana_is_called.sync() == "", "named before"
    assert Naming(ana.session.store, ana.id).until_now(here.nook, said).people == {ana.id}
    to_all = {"m.mentions": {"room": True}}
    await tells(bo, here, "@room", **to_all)
    assert await ana_is_called.sync() == "", "Bo may not call everybody"
    assert row(here.nook).mentions == 0
    levels = dict(written(ana.session, here.nook, "m.room.power_levels"))
    content = {**levels, "notifications": {"room": 0}}
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", content)
    village.watch.forward(minutes=4)
    await tells(bo, here, "@room, now", **to_all)
    assert await ana_is_called.sync() == "New message."
    assert row(here.nook).mentions == 2, "the power of now counts for what is new"
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", levels)
    await ana.session.levels.put(here.nook, Level.ALL)


async def test_what_was_read_on_another_device_or_taken_back_meanwhile_calls_nobody(
    place: Place, ana_is_called: Watched
) -> None:
    _, ana, bo, here = place
    await bo.sync()
    said = await tells(bo, here, "read this", **naming(ana))
    await ana.sync()
    await ana.session.gateway.mark_read(here.nook, said, None)
    assert await ana_is_called.sync() == ""
    said = await tells(bo, here, "oh, no", **naming(ana))
    await ana.sync()
    await bo.session.gateway.redact(here.nook, said, TxnId("t-oh-no"))
    assert await ana_is_called.sync() == ""


async def test_whoever_has_the_room_in_front_of_them_is_not_called_for_it_and_for_others_only_by_name(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    attention = ana.session.attention
    attention.room, attention.focus = here.nook, True
    await tells(bo, here, "look", **naming(ana))
    assert await ana_is_called.sync() == ""
    attention.room = here.space
    await tells(bo, here, "talk")
    assert await ana_is_called.sync() == "", "its count grows in front of her"
    await tells(bo, here, "you", **naming(ana))
    assert await ana_is_called.sync() == "New message."
    attention.room, attention.focus = here.nook, False
    village.watch.forward(minutes=1)
    await tells(bo, here, "and now", **naming(ana))
    assert await ana_is_called.sync() == "New message."


async def test_direct_messages_and_invites_call_and_ignored_people_do_not(place: Place, ana_is_called: Watched) -> None:
    village, ana, bo, _ = place
    room = await bo.session.gateway.create_room(
        RoomSpec("", encrypted=True, is_direct=True, invite=(ana.id,), preset="trusted_private_chat")
    )
    assert await ana_is_called.sync() == "New invite."
    await ana.enter(room)
    village.watch.forward(minutes=1)
    await bo.sync()
    await bo.post(room, {"msgtype": "m.text", "body": "just us"})
    assert await ana_is_called.sync() == "New message."
    village.watch.forward(minutes=1)
    eve = await village.person("eve")
    await ana.session.ignoring.put(eve.id, ignored=True)
    await eve.session.gateway.create_room(RoomSpec("x", invite=(ana.id,)))
    assert await ana_is_called.sync() == ""


async def test_in_quiet_hours_nothing_calls_and_one_calm_line_says_what_came(
    place: Place, ana_is_called: Watched
) -> None:
    _, ana, bo, here = place
    ana_is_called.hours.begin("2h")
    await ana_is_called.calling.look()
    assert any(isinstance(change, QuietChanged) for change in ana_is_called.changes)
    await tells(bo, here, "one")
    await tells(bo, here, "two", **naming(ana))
    assert await ana_is_called.sync() == ""
    assert ana_is_called.said == []
    ana_is_called.values["quiet.mentions"] = "on"
    await tells(bo, here, "three", **naming(ana))
    assert await ana_is_called.sync() == "New message."
    assert ana_is_called.said == ["New message in glaze-lab."]
    ana_is_called.pass_time(minutes=124)
    assert await ana_is_called.sync() == ""
    assert ana_is_called.said == ["Meanwhile: 3 new in 1 room, 2 of them name you."]


async def test_the_backlog_of_a_day_is_one_line_and_that_of_some_minutes_none(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    await bo.sync()
    await tells(bo, here, "early", **naming(ana))
    village.watch.forward(hours=20)
    assert await ana_is_called.sync() == ""
    assert ana_is_called.said == ["Meanwhile: 1 new in 1 room, 1 of them names you."]
    village.watch.forward(minutes=20)
    await tells(bo, here, "later", **naming(ana))
    assert await ana_is_called.sync() == ""
    assert ana_is_called.said == []
    await tells(bo, here, "now", **naming(ana))
    assert await ana_is_called.sync() == "New message."
    # The next process knows how long nobody could be called.
    again = Watched(ana, {}, ana_is_called.home, village)
    village.watch.forward(hours=5)
    await tells(bo, here, "at night")
    assert await again.sync() == ""
    assert again.said == ["Meanwhile: 4 new in 1 room, 3 of them name you."]
    for stop in again.stops:
        stop()


async def test_a_new_account_is_not_greeted_with_a_years_backlog(place: Place, tmp_path: Path) -> None:
    village, ana, bo, here = place
    cy = await village.person("cy")
    await village.let_in(here, ana, cy)
    watched = Watched(cy, {}, tmp_path, village)
    await tells(bo, here, "welcome, cy", **naming(cy))
    assert await watched.sync() == ""
    assert watched.said == []


async def test_what_can_be_read_only_later_calls_then_unless_it_came_before_anybody_could_be_called(
    place: Place, ana_is_called: Watched
) -> None:
    village, ana, bo, here = place
    said = await tells(bo, here, "whose key is late", **naming(ana))
    await ana.sync()
    event = ana.session.store.event(here.nook, said)
    assert event
    closed = replace(event, payload=Unreadable("session", "its key has not come"))
    for before, told in ((News(events=(closed,)), "New message."), (News(), "")):
        other = Watched(ana, {}, ana_is_called.home, village)
        other.calling.heed(News())
        other.calling.heed(before)
        assert await other.calling.look() == ""
        other.calling.heed(News(late=(event,)))
        assert await other.calling.look() == told
        for stop in other.stops:
            stop()


async def test_a_flood_from_many_people_rings_some_times_and_not_for_each(place: Place, ana_is_called: Watched) -> None:
    village, ana, bo, here = place
    rung = 0
    for number in range(12):
        await tells(bo, here, f"hey {number}", **naming(ana))
        rung += bool(await ana_is_called.sync())
        village.watch.forward(seconds=10)
    assert rung == 3, "two minutes of calling: at once, after half a minute, after a minute more"


async def test_the_desktop_is_told_as_much_as_was_wished_and_off_is_off(place: Place, ana_is_called: Watched) -> None:
    village, ana, bo, here = place
    ana_is_called.values |= {"notify.how": "desktop"}
    await tells(bo, here, "secret", **naming(ana))
    await ana_is_called.sync()
    assert (ana_is_called.shown[-1].plain, ana_is_called.shown[-1].more) == ("New message.", "")
    assert ana_is_called.said == [], "the desktop showed it"
    village.watch.forward(minutes=1)
    ana_is_called.values |= {"notify.show": "content"}
    await tells(bo, here, "come <b>now</b>\nplease", **naming(ana))
    await ana_is_called.sync()
    assert ana_is_called.shown[-1].plain == "New message."
    assert ana_is_called.shown[-1].more.endswith(" in glaze-lab: come <b>now</b> please")
    village.watch.forward(minutes=2)
    ana_is_called.values |= {"notify.way": "terminal"}
    await tells(bo, here, "to the terminal", **naming(ana))
    await ana_is_called.sync()
    called = [change for change in ana_is_called.changes if isinstance(change, Called)]
    assert called[-1].aloud.endswith("to the terminal")
    village.watch.forward(minutes=4)
    ana_is_called.values |= {"notify.how": "off"}
    await tells(bo, here, "nobody hears", **naming(ana))
    assert await ana_is_called.sync() == ""
