"""What a screen may ask of its view-models: the intents, panel by panel. Screens know these and nothing behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from nookterm.domain.charter import Charter
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.viewmodels.about import AboutView
from nookterm.viewmodels.browsing import BrowserPanel
from nookterm.viewmodels.calling import CallingPanel
from nookterm.viewmodels.caring import CaringPanel
from nookterm.viewmodels.charter import CharterPanel
from nookterm.viewmodels.completing import RoomAddress
from nookterm.viewmodels.desk import DeskView, Plan, Wish
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.facilitators import FacilitatorsPanel
from nookterm.viewmodels.files import FilesPanel
from nookterm.viewmodels.first_trust import FirstTrustView
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.highlights_panel import HighlightsPanel as HighlightsPanel  # noqa: PLC0414 - a panel like the others
from nookterm.viewmodels.joining import JoinPanel
from nookterm.viewmodels.messages import MessagesPanel
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panel import Panel as Panel  # noqa: PLC0414 - what panels are made of
from nookterm.viewmodels.people import PeoplePanels
from nookterm.viewmodels.record import RecordPanel
from nookterm.viewmodels.requests import Doubt, RequestsView
from nookterm.viewmodels.returning import ReturnView
from nookterm.viewmodels.searching import SearchPanel
from nookterm.viewmodels.seen import SeenPanel
from nookterm.viewmodels.settings import SettingsPanel
from nookterm.viewmodels.signin import SignInView
from nookterm.viewmodels.status import StatusView
from nookterm.viewmodels.timeline import TimelineView
from nookterm.viewmodels.tour import TourPanel
from nookterm.viewmodels.tree_rows import TreeView
from nookterm.viewmodels.trust_panels import TrustPanel, VerifyPanel


class TreePanel(Panel[TreeView], Protocol):
    """The left column. Its rows say what Enter opens; the screen opens it."""

    async def fold(self, key: str) -> None:
        """Fold a heading, or open it again."""


class AboutPanel(Panel[AboutView], Protocol):
    """The right column of the open room."""


class StatusPanel(Panel[StatusView], Protocol):
    """The footer's right end."""


class TimelinePanel(Panel[TimelineView], Protocol):
    """The conversation."""

    async def open(self, room_id: RoomId) -> None:
        """Show a room (the About column follows)."""

    async def older(self) -> None:
        """Load what came before the first entry."""

    async def newer(self) -> None:
        """Load what came behind the last entry, where that is in the past."""

    async def jump(self, event_id: EventId | None) -> None:
        """Go to a message of this room, fetched where it is not here; None: to the newest."""

    async def read(self) -> None:
        """The newest entry has been seen."""

    async def send(self, text: str, *, everybody: bool = False) -> bool:
        """Send what was written (as an answer or edit, where one was begun); the draft is empty after it.

        `everybody`: `@room` in it calls all who are here, which its writer has said yes to.
        False where it could not be kept here, so that nothing of it will be sent.
        """

    async def answer(self, event_id: EventId | None) -> None:
        """Begin an answer; None ends it."""

    async def thread(self, event_id: EventId | None) -> None:
        """Show the thread under a message, and write in it; None goes back to the room."""

    async def edit(self, event_id: EventId | None) -> None:
        """Begin to edit one's own message (None: end; the draft is then the message's text)."""

    async def edit_last(self) -> None:
        """Begin to edit one's newest message."""

    async def react(self, event_id: EventId, key: str) -> None:
        """Add a reaction, or take the same one back."""

    async def redact(self, event_id: EventId) -> None:
        """Take a message back."""

    async def go_on(self, user: UserId, shown: str) -> None:
        """Go on, unverified, with a person whose identity changed to exactly the one that was shown."""

    async def let_unsigned(self, *, allow: bool) -> None:
        """Let unsigned devices take part in the open room for a week, and tell the room; or end that."""

    async def keep_draft(self, text: str) -> None:
        """Keep what is being written, over a restart too."""

    async def retry(self) -> None:
        """Try unsent messages now."""


class ThreadPanel(TimelinePanel, Protocol):
    """A thread beside the conversation; `thread` opens and closes it."""

    async def keep_words(self, room_id: RoomId, thread: EventId, text: str) -> None:
        """Keep what was being written in a thread that may be closed by now."""


class DeskPanel(Panel[DeskView], Protocol):
    """The desk. What is decided is bound to the request that the line showed."""

    async def refresh(self) -> None:
        """Read the requests anew from the server."""

    async def do(self, wish: Wish) -> None:
        """Do something about a case; a decision waits in the undo bar first."""

    async def batch(self, plan: Plan) -> None:
        """Do the same about several cases, after the undo bar, one after the other."""

    async def stop(self) -> None:
        """End a batch after the case that is under way; put one away that is over."""

    async def undo(self) -> None:
        """The decision in the bar is not made."""

    async def settle(self) -> None:
        """The decision in the bar is made now."""


class DirectoryPanel(Panel[DirectoryView], Protocol):
    """Find a nook."""

    async def refresh(self) -> None:
        """Read the space's list anew."""

    async def look_up(self, room: str) -> bool:
        """Show a room by its address, and the open space above it. True when it was found."""

    async def ask(self, room_id: RoomId, answers: Mapping[str, str], reason: str = "") -> bool:
        """Ask to join. Answers stay here until a facilitator asks for them. True when the request is out."""

    async def join(self, room_id: RoomId) -> bool:
        """Go in, where the door is open or one was invited."""


class RequestsPanel(Panel[RequestsView], Protocol):
    """My requests."""

    async def refresh(self) -> None:
        """Look again."""

    async def withdraw(self, room_id: RoomId) -> None:
        """Take a request back."""

    async def answer(self, room_id: RoomId, doubt: Doubt) -> None:
        """Say yes to what a request waits for."""


class FoundPanel(Protocol):
    """Beginning a community."""

    async def found_space(self, name: str, topic: str) -> Told:
        """Make a space with its highlights and facilitators' room. Says what went wrong, if anything did."""

    async def found_nook(self, name: str, charter: Charter, with_creator: str = "") -> RoomId | Told:
        """Make a nook in the open space. Says what went wrong, if anything did.

        `with_creator`: the Matrix id of somebody who founds it with us, for ever; may be empty.
        """


class SignInPanel(Panel[SignInView], Protocol):
    """The welcome screen."""

    async def discover(self, server: str) -> None:
        """Find the homeserver."""

    @property
    def browser(self) -> BrowserPanel:
        """What has to be done in a browser, while it waits for one."""

    @property
    def joining(self) -> JoinPanel:
        """Making an account, where `view.step` is `join`."""

    async def sign_in(self, user: str, password: str) -> None:
        """Sign in; `view.step` is `done` when the client can open."""

    async def choose(self, door: str) -> None:
        """Take another way in, by its id."""

    async def back(self) -> None:
        """One step back."""


class ReturnPanel(Panel[ReturnView], Protocol):
    """Signing in again."""

    @property
    def browser(self) -> BrowserPanel:
        """What has to be done in a browser, while it waits for one."""

    async def look(self) -> None:
        """See how the profile stands."""

    async def choose(self, door: str) -> None:
        """Take another way in, by its id."""

    async def sign_in(self, password: str) -> None:
        """Sign in again; `view.step` is `done` when the account is open again, or can be opened."""


class FirstTrustPanel(Panel[FirstTrustView], Protocol):
    """Making this device trusted. Nothing that exists is replaced but by `replace_now`."""

    async def look(self) -> None:
        """See how it stands, and show the page for it."""

    async def back(self) -> None:
        """To the page before."""

    async def later(self) -> None:
        """Not now: it does not come up by itself again."""

    async def set_up(self) -> None:
        """Make the first identity, and show its recovery key."""

    async def new_key(self) -> None:
        """Make a new recovery key for the identity that is here, and show it."""

    async def replace(self) -> None:
        """Show what another identity would mean."""

    async def replace_now(self) -> None:
        """Make another identity in place of the one that is there."""

    async def answer(self, password: str | None) -> None:
        """Answer what the server wants to know; any text where `view.link` shows a page. None gives up."""

    async def save(self, place: str) -> None:
        """Write the recovery key into a new file that only we can read."""

    async def ask(self) -> None:
        """Hide the recovery key, and ask for one group of it."""

    async def prove(self, typed: str) -> None:
        """Whether this is the group that was asked for."""

    async def noted(self) -> None:
        """It is in a file: that is enough."""

    async def recover(self, typed: str) -> None:
        """Open the identity with a recovery key or passphrase."""


class Addresses(Protocol):
    """Which rooms can be named in another one."""

    async def all(self) -> tuple[RoomAddress, ...]:
        """Our rooms with the addresses that may be given away, or why there is none."""


class Shell(Protocol):
    """Everything that the main screen shows."""

    @property
    def addresses(self) -> Addresses:
        """Rooms that can be named."""

    @property
    def tree(self) -> TreePanel:
        """The left column."""

    @property
    def timeline(self) -> TimelinePanel:
        """The conversation."""

    @property
    def side(self) -> ThreadPanel:
        """A thread of the open room, beside the conversation; without a room in its view where none is open."""

    @property
    def messages(self) -> MessagesPanel:
        """What is done with messages."""

    @property
    def about(self) -> AboutPanel:
        """The right column."""

    @property
    def desk(self) -> DeskPanel:
        """The desk."""

    @property
    def directory(self) -> DirectoryPanel:
        """Find a nook."""

    @property
    def requests(self) -> RequestsPanel:
        """My requests."""

    @property
    def highlights(self) -> HighlightsPanel:
        """Highlights."""

    @property
    def found(self) -> FoundPanel:
        """Beginning a community."""

    @property
    def charter(self) -> CharterPanel:
        """The open nook's charter."""

    @property
    def facilitators(self) -> FacilitatorsPanel:
        """Who decides in the open nook."""

    @property
    def record(self) -> RecordPanel:
        """What was decided."""

    @property
    def caring(self) -> CaringPanel:
        """Reports, a better place, being noticed."""

    @property
    def people(self) -> PeoplePanels:
        """Who is in a room, how it is set, who reads it, leaving it, one's own name."""

    @property
    def files(self) -> FilesPanel:
        """Files that came or are to leave."""

    @property
    def search(self) -> SearchPanel:
        """Finding messages."""

    @property
    def seen(self) -> SeenPanel:
        """Who has read what, and what is told of our own reading and writing."""

    @property
    def settings(self) -> SettingsPanel:
        """The settings of this machine."""

    @property
    def calling(self) -> CallingPanel:
        """Being called, and not."""

    @property
    def tour(self) -> TourPanel:
        """The first look around."""

    @property
    def returning(self) -> ReturnPanel:
        """Signing in again."""

    @property
    def trust(self) -> TrustPanel:
        """Sessions and trust."""

    @property
    def first_trust(self) -> FirstTrustPanel:
        """Making this device trusted."""

    @property
    def verify(self) -> VerifyPanel:
        """Comparing keys."""

    @property
    def status(self) -> StatusPanel:
        """The footer's right end."""

    async def start(self) -> None:
        """Paint from the store, then connect. Returns when the store's view is up."""

    async def stop(self, frame: Frame | None = None) -> None:
        """Finish what is being written, close the account; `frame` is what the next start may begin with."""
