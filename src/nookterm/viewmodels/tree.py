"""The left column: what waits for you, then nooks, other rooms, people, and what is open to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from nookterm.client.ports import RoomRow
from nookterm.client.rooms import replaced_rooms
from nookterm.domain.applying import State, is_open
from nookterm.domain.desk import Group, Item
from nookterm.domain.desk import Kind as DeskKind
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.levels import Level, counted
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.room_order import Sort, Standing, Tags, arranged, by_place
from nookterm.domain.safe_text import safe_line
from nookterm.domain.sharing import ShareState
from nookterm.domain.space import Branch, Kind, title, tree
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.tree_rows import FAVOURITES, LOW, kept, recalled
from nookterm.viewmodels.tree_rows import RowKind as RowKind  # noqa: PLC0414 - what the column is made of
from nookterm.viewmodels.tree_rows import TreeRow as TreeRow  # noqa: PLC0414 - the same
from nookterm.viewmodels.tree_rows import TreeView as TreeView  # noqa: PLC0414 - the same

_CALLING = frozenset({Group.SAFETY, Group.PEOPLE, Group.CONTENT})
"""What does not wait until somebody has time for the house."""


def _calls(item: Item) -> bool:
    """Whether a line of the desk is counted beside its name: people who wait, and what is theirs to be done now."""
    if item.folded or item.snoozed_until:
        return False
    agreed = item.kind is not DeskKind.SHARE or item.details.get("state") == ShareState.CONSENTED
    return item.group in _CALLING and agreed


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the row of a room is made from: as long as it is the same, so is the row."""

    room: Room
    row: RoomRow
    tags: Tags
    level: Level
    kind: RowKind
    depth: int
    section: str

    def same(self, other: _Facts) -> bool:
        """Whether nothing changed. Rooms are read anew where anything about them did: which one it is says enough."""
        return self.room is other.room and (
            (self.row, self.tags, self.level, self.kind, self.depth, self.section)
            == (other.row, other.tags, other.level, other.kind, other.depth, other.section)
        )


class TreeModel(Model[TreeView]):
    """Keeps the column in step with the store."""

    def __init__(self) -> None:
        """Loading, until the store has been read."""
        super().__init__(TreeView())
        self._hub: Hub | None = None
        self._rows: Mapping[RoomId, RoomRow] = {}
        self._tags: Mapping[RoomId, Tags] = {}
        self._boards: frozenset[RoomId | None] = frozenset()
        self._sort = Sort.PLACE
        self._made: dict[RoomId, tuple[_Facts, TreeRow]] = {}
        """The rows of rooms as they were made last."""
        self._folds: dict[str, bool] | None = None
        """Headings that somebody folded or opened, as far as that is read."""

    def remember(self, hub: Hub) -> None:
        """Keep the view for the next start. Engine's thread."""
        if self.view.face is Face.CONTENT:
            with hub.session.store.transaction():
                hub.session.store.remember(_KEPT, "tree", kept(self.view))

    def recall(self, hub: Hub) -> bool:
        """Show the view as it last was, before any room is read. False where none was kept. Engine's thread."""
        self._hub = hub
        content = hub.session.store.recall(_KEPT, "tree")
        try:
            view = recalled(content) if content else None
        except (KeyError, TypeError, ValueError):
            return False
        if view and view.rows:
            self.show(view)
        return bool(view and view.rows)

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        self._hub = hub
        session = hub.session
        rooms = session.rooms
        self._rows = {row.room_id: row for row in session.store.rooms()}
        gone = replaced_rooms(rooms)
        self._tags = {room_id: tags for room_id, tags in session.tags.all().items() if room_id not in gone}
        self._boards = frozenset(gone.get(s.highlights, s.highlights) for s in rooms.spaces() if s.highlights)
        self._sort = Sort(hub.settings.text("rooms.sort"))
        spaces = tree(rooms)
        loose = self._loose(hub)
        rows = [
            *self._places(hub),
            *self._tagged(hub, FAVOURITES, "Favourites"),
            *self._branches(hub, spaces),
            *loose,
            *self._open(hub),
            *self._tagged(hub, LOW, "Low priority"),
        ]
        self._made = {room_id: made for room_id, made in self._made.items() if room_id in rooms}
        first = next((rooms[branch.room_id] for branch in spaces), None)
        self.show(
            TreeView(
                title=safe_line(title(first)) if first else "nookterm",
                subtitle=server_of(session.gateway.user_id),
                rows=tuple(rows),
                face=Face.CONTENT if first or loose else Face.EMPTY,
                notice=None if first else _NO_SPACE,
                folded=frozenset(key for key, folded in self._folded(hub).items() if folded),
                sort=str(self._sort),
            )
        )

    async def fold(self, key: str) -> None:
        """Fold a heading, or open it again; remembered over restarts."""
        hub = self._hub
        if hub is None:
            return

        async def work() -> None:
            folds = self._folded(hub)
            folds[key] = not folds.get(key, False)
            self._folds = folds
            if not hub.read_only:
                with hub.session.store.transaction():
                    hub.session.store.remember(_KEPT, "folds", folds)
            self.show(replace(self.view, folded=frozenset(key for key, folded in folds.items() if folded)))

        await hub.do(work())

    def _folded(self, hub: Hub) -> dict[str, bool]:
        if self._folds is None:
            told = hub.session.store.recall(_KEPT, "folds") or {}
            self._folds = {LOW: True} | {key: folded is True for key, folded in told.items()}
        return dict(self._folds)

    def _places(self, hub: Hub) -> list[TreeRow]:
        shares = hub.sharing.all()
        me = hub.session.gateway.user_id
        mine = [s for s in shares if s.state == ShareState.WAITING and me in s.waits_for]
        items = hub.desk.known_items() if hub.desk_items is None else hub.desk_items
        desk = sum(1 for item in items if _calls(item))
        asked = [s for s in hub.asking.all() if s.state in _OPEN_STATES]
        return [
            TreeRow("desk", RowKind.DESK, "Desk", waiting=desk),
            TreeRow("highlights", RowKind.HIGHLIGHTS, "Highlights", waiting=len(mine)),
            TreeRow("requests", RowKind.REQUESTS, "My requests", waiting=len(asked)),
            TreeRow("directory", RowKind.DIRECTORY, "Find a nook"),
            TreeRow("trust", RowKind.TRUST, "Sessions and trust", waiting=hub.to_look_at),
        ]

    def _tagged(self, hub: Hub, tag: str, name: str) -> list[TreeRow]:
        """The rooms of a tag, wherever else they would stand."""
        rooms = hub.session.rooms
        found = [room for room_id in self._tags if (room := rooms.get(room_id)) and self._tag(room) == tag]
        if not found:
            return []
        made = [self._room(hub, room.room_id, _KINDS[rooms.kind(room)], section=tag) for room in found]
        return [TreeRow(tag, RowKind.HEADING, name), *self._sorted(hub, by_place(made, partial(self._standing, hub)))]

    def _branches(self, hub: Hub, spaces: tuple[Branch, ...]) -> list[TreeRow]:
        rows: list[TreeRow] = []
        for top in spaces:
            inside = [b for b in top.children if b.kind != Kind.SPACE]
            name = "Nooks" if len(spaces) == 1 else safe_line(title(hub.session.rooms[top.room_id]))
            if listed := self._listed(hub, inside, f"in {top.room_id}"):
                rows += [TreeRow(f"in {top.room_id}", RowKind.HEADING, name), *listed]
            for space in top.children:
                if space.kind == Kind.SPACE:
                    rows += self._nested(hub, space)
        return rows

    def _nested(self, hub: Hub, space: Branch) -> list[TreeRow]:
        name, key = safe_line(title(hub.session.rooms[space.room_id])), f"in {space.room_id}"
        rows = [TreeRow(key, RowKind.HEADING, name, depth=space.depth)]
        run: list[Branch] = []
        for branch in space.children:
            if branch.kind != Kind.SPACE:
                run.append(branch)
                continue
            rows += self._listed(hub, run, key)
            run = []
            rows += self._nested(hub, branch)
        return [*rows, *self._listed(hub, run, key)]

    def _listed(self, hub: Hub, branches: Iterable[Branch], section: str) -> list[TreeRow]:
        """Rooms of a space, but for its board and those that a tag has taken elsewhere."""
        rooms = hub.session.rooms
        return self._sorted(
            hub,
            [
                self._room(hub, b.room_id, _KINDS[b.kind], max(0, b.depth - 1), section)
                for b in branches
                if b.room_id not in self._boards and not self._tag(rooms[b.room_id])
            ],
        )

    def _loose(self, hub: Hub) -> list[TreeRow]:
        """Rooms in no space of ours, invites, people."""
        rooms, gone = hub.session.rooms, replaced_rooms(hub.session.rooms)
        asked = {s.request.nook for s in hub.asking.all() if is_open(s.request)}
        alone = (r for r in rooms.joined() if not rooms.listing(r.room_id) and not r.is_space and not self._tag(r))
        loose = [room for room in alone if room.room_id not in gone]
        people = [r for r in loose if rooms.kind(r) == Kind.DIRECT]
        others = [r for r in loose if rooms.kind(r) != Kind.DIRECT]
        calls = (r for r in rooms.values() if r.membership == Membership.INVITE and r.room_id not in asked)
        invites = [r for r in calls if not hub.session.ignoring.is_quiet(r)]
        groups = (
            ("Invites", RowKind.INVITE, invites),
            ("Rooms", RowKind.ROOM, others),
            ("People", RowKind.PERSON, people),
        )
        rows: list[TreeRow] = []
        for name, kind, members in groups:
            if members:
                rows.append(TreeRow(name, RowKind.HEADING, name))
                made = [self._room(hub, r.room_id, kind, section=name) for r in members]
                rows += self._sorted(hub, sorted(made, key=lambda row: row.label))
        return rows

    def _open(self, hub: Hub) -> list[TreeRow]:
        states = {s.request.nook: s.state for s in hub.asking.all()}
        rows = []
        for found in hub.listings:
            room_id = found.summary.room_id
            room = hub.session.rooms.get(room_id)
            listing = replace(found, membership=room.membership) if room else found
            asked = listing.membership == Membership.KNOCK or states.get(room_id) in _OPEN_STATES
            if listing.can_ask or asked:
                name = safe_line(listing.summary.name or room_id)
                rows.append(
                    TreeRow(
                        room_id,
                        RowKind.OPEN,
                        name,
                        RoomId(room_id),
                        note="asked" if asked else "",
                        waits=asked,
                        section=_OPEN,
                    )
                )
        return [TreeRow(_OPEN, RowKind.HEADING, "Open to ask"), *rows] if rows else []

    def _sorted(self, hub: Hub, rows: list[TreeRow]) -> list[TreeRow]:
        return arranged(rows, self._sort, partial(self._standing, hub))

    def _standing(self, hub: Hub, row: TreeRow) -> Standing:
        room_id = row.room_id or RoomId(row.key)
        tags = self._tags.get(room_id)
        return Standing(
            row.label,
            tags.favourite_at if tags else None,
            hub.session.activity.at(room_id) if self._sort is Sort.ACTIVITY else None,
            row.mentions,
            row.unread,
            row.marked,
            row.quiet if row.level is not Level.MUTE else 0,
        )

    def _tag(self, room: Room) -> str:
        """Under which heading of a tag a room stands; empty: where it belongs."""
        tags = self._tags.get(room.room_id)
        if tags is None or room.is_space or room.membership != Membership.JOIN or room.room_id in self._boards:
            return ""
        return FAVOURITES if tags.favourite else LOW if tags.low else ""

    def _room(self, hub: Hub, room_id: RoomId, kind: RowKind, depth: int = 0, section: str = "") -> TreeRow:
        room = hub.session.rooms[room_id]
        row = self._rows.get(room_id) or RoomRow(room_id)
        level = hub.session.levels.of(room_id)
        facts = _Facts(room, row, self._tags.get(room_id, _NONE), level, kind, depth, section)
        known = self._made.get(room_id)
        if known and known[0].same(facts):
            return known[1]
        made = self._draw(facts)
        self._made[room_id] = (facts, made)
        return made

    def _draw(self, facts: _Facts) -> TreeRow:
        room, new = facts.room, counted(facts.level, facts.row.unread, facts.row.mentions)
        full = room.cap is not None and room.size >= room.cap
        return TreeRow(
            room.room_id,
            facts.kind,
            safe_line(title(room)),
            room.room_id,
            facts.depth,
            new.unread,
            new.mentions,
            note="full" if full else "",
            waits=full,
            quiet=new.quiet,
            level=facts.level,
            marked=facts.tags.marked,
            tag=self._tag(room),
            section=facts.section,
        )


def first_nook(rooms: Mapping[RoomId, Room]) -> RoomId | None:
    """The nook that stands first in the tree: what one sees who has not chosen yet."""
    branches = list(tree(rooms))
    while branches:
        branch = branches.pop(0)
        if branch.kind == Kind.NOOK:
            return branch.room_id
        branches = [*branch.children, *branches]
    return None


_KEPT = "view"
_OPEN = "open to ask"
_NONE = Tags()
_KINDS = {Kind.NOOK: RowKind.NOOK, Kind.ROOM: RowKind.ROOM, Kind.DIRECT: RowKind.PERSON, Kind.SPACE: RowKind.SPACE}
_OPEN_STATES = frozenset({State.SENT, State.ASKED, State.ANSWERED, State.WAITLISTED, State.UNANSWERED})
_NO_SPACE = Notice(
    "Your nooks will stand here.",
    (
        "{app.join} goes into a space",
        "{app.palette} and the word found begin one",
        "An invite shows here, too",
    ),
)
