"""Whatever pieces of a room's history a server sends, and in whatever order: each event is kept once, in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.client.ports import Keep, RoomUpdate
from nookterm.client.weaving import weave
from nookterm.domain.events import Event, Membership, Message
from tests.contracts.sample_events import ROOM, START, event, names
from tests.contracts.store_double import MemoryStore


@dataclass
class Client:
    """Somebody who syncs one room with a server that holds `history`; a token is the number of events before it."""

    history: list[Event] = field(default_factory=list)
    store: MemoryStore = field(default_factory=MemoryStore)
    seen: int = 0

    def say(self, count: int) -> None:
        """As many more events on the server."""
        for _ in range(count):
            self.history.append(event(str(len(self.history))))

    def sync(self, limit: int, *, from_the_start: bool) -> None:
        """A step with at most `limit` events: what is new, or the newest ones whatever was sent before."""
        since = 0 if from_the_start else self.seen
        begin = max(since, len(self.history) - limit)
        timeline = tuple(self.history[begin:])
        self.seen = len(self.history)
        self.take(RoomUpdate(ROOM, Membership.JOIN, (), timeline, limited=begin > since, prev_batch=str(begin)))

    def take(self, update: RoomUpdate) -> None:
        with self.store.transaction():
            self.store.save_room(weave(self.store, update))

    def fill(self, limit: int) -> bool:
        """A page into the newest gap, as when somebody scrolls there."""
        gaps = self.store.gaps(ROOM)
        if gaps:
            after, token = list(gaps.items())[-1]
            page, end = self.page(int(token), limit)
            self.store.fill_gap(ROOM, after, page, end)
        return bool(gaps)

    def older(self, limit: int) -> bool:
        """A page before everything."""
        row = self.store.room(ROOM)
        if row.prev_batch is None:
            return False
        page, end = self.page(int(row.prev_batch), limit)
        self.store.add_events(page, older=True)
        self.store.save_room(replace(row, prev_batch=end))
        return True

    def page(self, before: int, limit: int) -> tuple[list[Event], str | None]:
        begin = max(0, before - limit)
        return list(reversed(self.history[begin:before])), str(begin) if begin else None

    @property
    def kept(self) -> list[str]:
        return names(self.store.timeline(ROOM, 10_000))


ACTS = st.lists(
    st.tuples(st.sampled_from(["sync", "anew", "fill", "older"]), st.integers(0, 12), st.integers(1, 6)), max_size=12
)


@settings(max_examples=400, deadline=None)
@given(ACTS)
def test_after_all_scrolling_the_whole_history_is_here_once_and_in_order(acts: list[tuple[str, int, int]]) -> None:
    client = Client()
    for act, said, limit in acts:
        client.say(said)
        if act in {"sync", "anew"}:
            client.sync(limit, from_the_start=act == "anew" or client.seen == 0)
        elif act == "fill":
            client.fill(limit)
        else:
            client.older(limit)
        assert client.kept == sorted(client.kept, key=int)
    client.sync(3, from_the_start=True)
    while client.fill(4) or client.older(4):
        pass
    assert client.kept == names(tuple(client.history))


def test_what_came_to_the_server_late_is_kept_although_it_stands_among_known_events() -> None:
    client = Client()
    client.say(6)
    client.sync(10, from_the_start=True)
    late = event("late")
    mixed = (*client.history[:3], late, *client.history[3:])
    client.take(RoomUpdate(ROOM, Membership.JOIN, (), mixed))
    assert sorted(client.kept) == sorted([*names(tuple(client.history)), "late"])
    assert not client.store.gaps(ROOM)


def test_what_stayed_when_the_past_was_let_go_takes_its_place_again() -> None:
    client = Client()
    client.say(10)
    ours = Message("text", "act", blocks={"org.nookterm.act": {"v": 1}})
    client.history[4] = replace(client.history[4], payload=ours)
    client.sync(10, from_the_start=True)
    client.store.trim(ROOM, Keep(START, messages=3))
    assert client.kept == ["4", "7", "8", "9"]
    client.sync(8, from_the_start=True)
    assert client.kept == ["2", "3", "4", "5", "6", "7", "8", "9"]
    assert client.older(5)
    assert client.kept == [str(number) for number in range(10)]


def test_a_room_of_which_nothing_new_came_keeps_its_gap_and_its_beginning() -> None:
    client = Client()
    client.say(5)
    client.sync(5, from_the_start=True)
    client.say(20)
    client.sync(4, from_the_start=False)
    before = dict(client.store.gaps(ROOM))
    client.sync(4, from_the_start=True)
    assert dict(client.store.gaps(ROOM)) == before
    assert client.store.room(ROOM).prev_batch is None
