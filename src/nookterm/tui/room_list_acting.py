"""The ways about in the list of rooms: sorted, filtered, folded."""

from __future__ import annotations

from textual import on

from nookterm.domain.room_order import Sort
from nookterm.tui.room_list_filter import RoomFilter
from nookterm.tui.room_marks_acting import RoomMarksApp
from nookterm.tui.widgets.tree import SORTED, Tree
from nookterm.viewmodels.tree_rows import Which

_SORTS = tuple(Sort)


class RoomListApp(RoomMarksApp, inherit_bindings=False):
    """An app with the list of rooms."""

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word == "/sort" and rest:
            self._sort_by(rest.casefold())
        elif word == "/filter" and rest:
            self._filter_by(rest.casefold())
        else:
            return super().takes(word, rest)
        return True

    @property
    def _room_filter(self) -> RoomFilter:
        return self._main.query_one(RoomFilter)

    def action_sort(self) -> None:
        """The next way to sort."""
        now = Sort(self._shell.tree.view.sort)
        self._sort_by(_SORTS[(_SORTS.index(now) + 1) % len(_SORTS)])

    def _sort_by(self, how: str) -> None:
        if how not in set(_SORTS):
            self._say(f"Rooms can be sorted by {', '.join(_SORTS)}.")
            return

        async def work() -> None:
            if await self._shell.settings.put("rooms.sort", how):
                self._say(f"Rooms: {SORTED.get(how, 'as the space orders them')}.")
            else:
                self._say(self._shell.settings.view.problem)

        self.run_worker(work(), group="intents")

    def action_filter(self) -> None:
        """Type letters of a name."""
        self._filter_by("")

    def _filter_by(self, how: str) -> None:
        self._main.add_class("-tree")
        if how in set(Which):
            self._room_filter.take(Which(how))
            self._list.focus()
        else:
            self._room_filter.begin(how)

    @on(Tree.FilterWanted)
    def _filter_wanted(self, event: Tree.FilterWanted) -> None:
        event.stop()
        {"letters": self._room_filter.begin, "next": self._room_filter.turn, "all": self._room_filter.end}[event.how]()

    @on(RoomFilter.Narrowed)
    def _narrowed(self, event: RoomFilter.Narrowed) -> None:
        event.stop()
        self._list.narrow(event.which, event.letters)

    @on(RoomFilter.Stepped)
    def _stepped(self, event: RoomFilter.Stepped) -> None:
        event.stop()
        self._list.action_step(event.by)

    @on(RoomFilter.Ended)
    def _ended(self, event: RoomFilter.Ended) -> None:
        event.stop()
        self._list.focus()

    @on(RoomFilter.Entered)
    def _entered(self, event: RoomFilter.Entered) -> None:
        event.stop()
        found = self._list.row(self._list.key)
        if found and found.room_id:
            self._room_filter.forget_letters()
            self._list.focus()
            self._list.choose(found.key)
            self._list.action_open()
