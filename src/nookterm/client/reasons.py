"""Why something new calls its reader, whether it still does a moment later, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.client.asking import Asking
from nookterm.client.naming import Naming
from nookterm.client.session import Session
from nookterm.client.telling import Note
from nookterm.client.thread_reading import thread_of
from nookterm.domain.applying import is_open
from nookterm.domain.calling import PERSONAL, Call, Cause, Shown, call_of, plain, shown
from nookterm.domain.events import Edit, Event, Membership, Message
from nookterm.domain.ids import RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.space import Kind, title


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one account, from what is stored and from nothing else."""

    session: Session

    @property
    def _naming(self) -> Naming:
        return Naming(self.session.store, self.session.gateway.user_id)

    def of(self, event: Event) -> Call | None:
        """Why an event calls us. Never one of our own, of ignored people, or of a room that is to be silent."""
        session, said = self.session, event.payload
        room = session.rooms.get(event.room_id)
        if room is None or not isinstance(said, Message | Edit) or event.sender in session.ignoring.users():
            return None
        if isinstance(said, Edit) and self._naming.reworded(event) is None:
            return None
        answer = said.reply_to if isinstance(said, Message) else None
        answered = session.store.event(event.room_id, answer) if answer else None
        call = call_of(
            event,
            room.me,
            session.levels.of(room.room_id),
            direct=session.rooms.kind(room) is Kind.DIRECT,
            answers_me=answered is not None and answered.sender == room.me,
            power=room.power,
            heeds_everybody=session.levels.book.heeds_everybody,
        )
        # A board is read when somebody has time for it: it calls those whom it names.
        on_a_board = any(room.room_id == space.highlights for space in session.rooms.spaces())
        return None if call and on_a_board and call.cause not in PERSONAL else call

    def of_invite(self, room_id: RoomId) -> Call | None:
        """Why a room to which we are invited calls us."""
        room = self.session.rooms.get(room_id)
        mine = room.members.get(room.me) if room else None
        return Call(Cause.INVITE, room_id, mine.sender) if mine else None

    def hold(self, call: Call) -> bool:
        """Whether it is still unread, unsaid or unanswered: not read elsewhere, not taken back, not gone in."""
        session, room = self.session, self.session.rooms.get(call.room_id)
        if room is None:
            return False
        if call.event_id is None:
            asked = {standing.request.nook for standing in Asking(session).all() if is_open(standing.request)}
            invited = room.membership is Membership.INVITE and not session.ignoring.is_quiet(room)
            return invited and room.room_id not in asked
        event = session.store.event(call.room_id, call.event_id)
        said = event.payload if event else None
        if event is None or not isinstance(said, Message | Edit):
            return False
        there = said.kind != "redacted" if isinstance(said, Message) else self._naming.reworded(event) is not None
        return there and self._is_unread(event)

    def _is_unread(self, event: Event) -> bool:
        session, store, room_id = self.session, self.session.store, event.room_id
        row, place = store.room(room_id), store.place(room_id, event.event_id)
        if place is None or not row.unread:
            return False
        read = store.place(room_id, row.read_up_to) if row.read_up_to else None
        if read is not None:
            root = thread_of(event)
            if root is None:
                return place > read
            new = session.reading.threads.unread(room_id, row.read_up_to)
            return any(event.event_id == one.event_id for one in new.get(root, ()))
        # Nothing says how far we read: then everything is new since we came in.
        mine = session.rooms[room_id].members.get(session.gateway.user_id)
        joined = store.place(room_id, mine.event_id) if mine else None
        return joined is None or place > joined

    def note(self, found: Sequence[Call], how: Shown) -> Note:
        """The words for it. On one's own screen rooms have their names, as they have them in the list there."""
        known = self.session.rooms
        rooms = {call.room_id: known[call.room_id] for call in found}
        here = {room_id: title(room) for room_id, room in rooms.items()}
        # A room of two has the other one's name: it is said by who is shown, or not at all.
        away = {r: "" if known.kind(room) is Kind.DIRECT or not room.name else here[r] for r, room in rooms.items()}
        people = {
            (call.room_id, call.sender): shown_name(call.sender, rooms[call.room_id].name_of(call.sender))
            for call in found
        }
        more = "" if how is Shown.NOTHING else shown(found, how, away, people)
        return Note(shown(found, Shown.ROOM, here, people), plain(found), more)
