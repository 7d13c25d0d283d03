"""The left column: what waits for you, then nooks, other rooms, people, and what is open to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from enum import StrEnum

from nookterm.client.ports import RoomRow
from nookterm.domain.applying import State, is_open
from nookterm.domain.desk import Group, Item
from nookterm.domain.desk import Kind as DeskKind
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.sharing import ShareState
from nookterm.domain.space import Branch, Kind, title, tree
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice

_CALLING = frozenset({Group.SAFETY, Group.PEOPLE, Group.CONTENT})
"""What does not wait until somebody has time for the house."""


class RowKind(StrEnum):
    """What a row of the tree is; picks its glyph and what Enter does."""

    DESK = "desk"
    HIGHLIGHTS = "highlights"
    REQUESTS = "requests"
    DIRECTORY = "directory"
    TRUST = "trust"
    HEADING = "heading"
    SPACE = "space"
    NOOK = "nook"
    ROOM = "room"
    PERSON = "person"
    OPEN = "open"
    """A nook that one can ask to join."""
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row. `key` is stable over updates: the row's kind, or its room."""

    key: str
    kind: RowKind
    label: str
    room_id: RoomId | None = None
    depth: int = 0
    unread: int = 0
    mentions: int = 0
    waiting: int = 0
    """A count in the colour of waiting (desk, requests)."""
    note: str = ""
    """A word at the right: full, asked, asleep."""
    waits: bool = False
    """Whether `note` is about waiting."""


def _calls(item: Item) -> bool:
    """Whether a line of the desk is counted beside its name: people who wait, and what is theirs to be done now."""
    if item.folded or item.snoozed_until:
        return False
    agreed = item.kind is not DeskKind.SHARE or item.details.get("state") == ShareState.CONSENTED
    return item.group in _CALLING and agreed


@dataclass(frozen=True, slots=True)
class TreeView:
    """The whole column."""

    title: str = "nookterm"
    subtitle: str = ""
    rows: tuple[TreeRow, ...] = ()
    face: Face = Face.LOADING
    notice: Notice | None = None


class TreeModel(Model[TreeView]):
    """Keeps the column in step with the store."""

    def __init__(self) -> None:
        """Loading, until the store has been read."""
        super().__init__(TreeView())
        self._rows: Mapping[RoomId, RoomRow] = {}

    def remember(self, hub: Hub) -> None:
        """Keep the view for the next start. Engine's thread."""
        if self.view.face is Face.CONTENT:
            view = {
                "title": self.view.title,
                "subtitle": self.view.subtitle,
                "rows": list(map(astuple, self.view.rows)),
            }
            with hub.session.store.transaction():
                hub.session.store.remember(_KEPT, "tree", view)

    def recall(self, hub: Hub) -> bool:
        """Show the view as it last was, before any room is read. False where none was kept. Engine's thread."""
        kept = hub.session.store.recall(_KEPT, "tree")
        try:
            rows = tuple(TreeRow(key, RowKind(kind), *more) for key, kind, *more in kept["rows"]) if kept else ()
        except (KeyError, TypeError, ValueError):
            return False
        if kept and rows:
            self.show(TreeView(str(kept.get("title")), str(kept.get("subtitle")), rows, Face.CONTENT))
        return bool(rows)

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        rooms = hub.session.rooms
        self._rows = {row.room_id: row for row in hub.session.store.rooms()}
        spaces = tree(rooms)
        rows = [*self._places(hub), *self._branches(hub, spaces), *self._loose(hub), *self._open(hub)]
        first = next((rooms[branch.room_id] for branch in spaces), None)
        self.show(
            TreeView(
                title=safe_line(title(first)) if first else "nookterm",
                subtitle=server_of(hub.session.gateway.user_id),
                rows=tuple(rows),
                face=Face.CONTENT if first or self._loose(hub) else Face.EMPTY,
                notice=None if first else _NO_SPACE,
            )
        )

    def _places(self, hub: Hub) -> list[TreeRow]:
        shares = hub.sharing.all()
        me = hub.session.gateway.user_id
        mine = [s for s in shares if s.state == ShareState.WAITING and s.author == me]
        desk = sum(1 for item in hub.desk.known_items() if _calls(item))
        asked = [s for s in hub.asking.all() if s.state in _OPEN_STATES]
        return [
            TreeRow("desk", RowKind.DESK, "Desk", waiting=desk),
            TreeRow("highlights", RowKind.HIGHLIGHTS, "Highlights", waiting=len(mine)),
            TreeRow("requests", RowKind.REQUESTS, "My requests", waiting=len(asked)),
            TreeRow("directory", RowKind.DIRECTORY, "Find a nook"),
            TreeRow("trust", RowKind.TRUST, "Sessions and trust", waiting=hub.to_look_at),
        ]

    def _branches(self, hub: Hub, spaces: tuple[Branch, ...]) -> list[TreeRow]:
        rows: list[TreeRow] = []
        for top in spaces:
            rooms = [b for b in top.children if b.kind != Kind.SPACE and not self._is_board(hub, b.room_id)]
            nested = [b for b in top.children if b.kind == Kind.SPACE]
            name = "Nooks" if len(spaces) == 1 else safe_line(title(hub.session.rooms[top.room_id]))
            if rooms:
                rows.append(TreeRow(f"in {top.room_id}", RowKind.HEADING, name))
                rows += [
                    self._room(hub, b.room_id, _KINDS[b.kind]) for b in rooms if not self._is_board(hub, b.room_id)
                ]
            for space in nested:
                rows += self._nested(hub, space)
        return rows

    def _nested(self, hub: Hub, space: Branch) -> list[TreeRow]:
        name = safe_line(title(hub.session.rooms[space.room_id]))
        rows = [TreeRow(f"in {space.room_id}", RowKind.HEADING, name, depth=space.depth)]
        for branch in space.children:
            if branch.kind == Kind.SPACE:
                rows += self._nested(hub, branch)
            elif not self._is_board(hub, branch.room_id):
                rows.append(self._room(hub, branch.room_id, _KINDS[branch.kind], depth=branch.depth - 1))
        return rows

    def _loose(self, hub: Hub) -> list[TreeRow]:
        """Rooms in no space of ours, invites, people."""
        rooms = hub.session.rooms
        asked = {s.request.nook for s in hub.asking.all() if is_open(s.request)}
        loose = [r for r in rooms.values() if not rooms.listing(r.room_id) and not r.is_space]
        people = [r for r in loose if r.membership == Membership.JOIN and rooms.kind(r) == Kind.DIRECT]
        others = [r for r in loose if r.membership == Membership.JOIN and r not in people]
        invites = [r for r in rooms.values() if r.membership == Membership.INVITE and r.room_id not in asked]
        groups = (
            ("Invites", RowKind.INVITE, invites),
            ("Rooms", RowKind.ROOM, others),
            ("People", RowKind.PERSON, people),
        )
        rows: list[TreeRow] = []
        for name, kind, members in groups:
            if members:
                rows.append(TreeRow(name, RowKind.HEADING, name))
                rows += [self._room(hub, r.room_id, kind) for r in sorted(members, key=title)]
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
                    TreeRow(room_id, RowKind.OPEN, name, RoomId(room_id), note="asked" if asked else "", waits=asked)
                )
        return [TreeRow("open to ask", RowKind.HEADING, "Open to ask"), *rows] if rows else []

    def _room(self, hub: Hub, room_id: RoomId, kind: RowKind, depth: int = 0) -> TreeRow:
        room = hub.session.rooms[room_id]
        row = self._rows.get(room_id, RoomRow(room_id))
        full = room.cap is not None and room.size >= room.cap
        return TreeRow(
            room_id,
            kind,
            safe_line(title(room)),
            room_id,
            depth,
            row.unread,
            row.mentions,
            note="full" if full else "",
            waits=full,
        )

    def _is_board(self, hub: Hub, room_id: RoomId) -> bool:
        return any(room_id == space.highlights for space in hub.session.rooms.spaces())


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
_KINDS = {Kind.NOOK: RowKind.NOOK, Kind.ROOM: RowKind.ROOM, Kind.DIRECT: RowKind.PERSON, Kind.SPACE: RowKind.SPACE}
_OPEN_STATES = frozenset({State.SENT, State.ASKED, State.ANSWERED, State.WAITLISTED, State.UNANSWERED})
_NO_SPACE = Notice(
    "You are in no space yet.",
    (
        "Found a space: ctrl+p, then Found a space",
        "Join one by its address: /join #name:server",
        "Accept an invite when one comes",
    ),
)
