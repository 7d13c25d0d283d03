"""Hand-over sheets: open cases told to facilitators who came too late to read how they began."""

from __future__ import annotations

from nookterm.client.casework import Casework
from nookterm.client.desk_window import Window
from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.queue import called
from nookterm.client.session import Session
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.sheet import open_entries, sheet_contents, sheet_items
from nookterm.domain.space import title


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was written."""

    nook: RoomId
    user: UserId
    """For whom."""
    entries: int


class Sheets(Casework):
    """Writes hand-over sheets into the facilitators' room."""

    def __init__(self, session: Session) -> None:
        """Write as this account."""
        super().__init__(session)
        self._window = Window(session)

    def needed(self, nook: Room) -> tuple[UserId, ...]:
        """The nook's facilitators who lack one, by id."""
        helpers = self.facilitators_room(nook)
        if helpers is None or not nook.power.may_decide(nook.me):
            return ()
        came, acts = self._window.past(helpers).came, self.acts(nook)
        found = sheet_items(nook, helpers, came, acts, self._session.clock())
        return tuple(sorted(item.user for item in found if item.user))

    async def write(self, nook: Room) -> tuple[Sheet, ...]:
        """Write one for each who lacks it, with what we can read ourselves.

        Raises:
            NotAllowed: we do not facilitate this nook.
            NotFound: it has no facilitators' room.
            WrongUsage: nobody lacks one.

        """
        if not nook.power.may_decide(nook.me):
            raise self.not_allowed(nook)
        if self.facilitators_room(nook) is None:
            message = f"{title(nook)} has no facilitators' room that you are in."
            raise NotFound(message, "Nothing was sent.", code="no_facilitators_room")
        users = self.needed(nook)
        if not users:
            message = f"No facilitator of {title(nook)} lacks a hand-over sheet."
            raise WrongUsage(message, "Nothing was sent.", code="no_sheet_needed")
        own = (act for act in self.acts(nook) if not act.sheet)
        entries = open_entries(nook, own, self._session.clock())
        cases = len({entry.case for entry in entries})
        for user in users:
            body = f"{self.me(nook)} hands {cases} open cases of {title(nook)} to {called(nook, user)}."
            for content in sheet_contents(nook, user, entries, body):
                self.tell_facilitators(nook, content)
        await self.send_and_see()
        return tuple(Sheet(nook.room_id, user, len(entries)) for user in users)
