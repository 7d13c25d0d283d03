"""What is done with a message of the conversation: each act of a key, a click or a command, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.message import Message

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.safe_text import safe_text
from nookterm.tui.commands import command
from nookterm.tui.messages import ComparePerson, LeadElsewhere, OpenFile, ReportMessage, SearchHere, ShowSeen
from nookterm.tui.screens.message_going import Going
from nookterm.tui.screens.message_hands import Hands
from nookterm.tui.screens.message_leads import open_lead
from nookterm.tui.screens.message_menu import acts_for
from nookterm.tui.typing_ahead import opening
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.votes import VoteStrip
from nookterm.viewmodels.leads import leads_of
from nookterm.viewmodels.polls import next_vote
from nookterm.viewmodels.timeline import Words

_ELSEWHERE: Mapping[str, Callable[[RoomId, EventId], Message]] = {
    "report": ReportMessage,
    "redirect": LeadElsewhere,
    "open": OpenFile,
    "seen": ShowSeen,
}
"""What is done with a message on a panel or in a dialog of its own."""
_PIN = "Pin this for everybody here? The servers see which message it is, not what it says."


class MessageActs:
    """Acts on messages of the open room."""

    def __init__(self, hands: Hands) -> None:
        """`hands` are the conversation's."""
        self.hands = hands
        self.going = Going(hands)

    def do(self, act: str, said: Words | None, room: RoomId, about: str = "") -> None:
        """One act, about one message or about none."""
        alone: dict[str, Callable[[], object]] = {
            "return": self.going.back,
            "undo": lambda: self.hands.run(self.hands.messages.undo()),
            "mention": lambda: self.going.mention(said),
            "search": lambda: self.hands.here.post_message(SearchHere()),
            "newer": lambda: self.hands.run(self.hands.panel.newer()),
            "newest": lambda: self.hands.run(self.hands.panel.jump(None)),
            "upgraded": lambda: self.hands.run(self.hands.app.run_action("app.upgraded")),
        }
        if act == "opened" and said is None:
            act = "upgraded"
        if act in alone:
            alone[act]()
        elif act == "opened" and said is not None:
            self.opened(said, room)
        elif said is not None and act in self._about(said, about):
            self._about(said, about)[act]()
        elif said is not None and act in _ELSEWHERE:
            self.hands.here.post_message(_ELSEWHERE[act](room, said.event_id))

    def _about(self, said: Words, about: str) -> dict[str, Callable[[], object]]:
        event_id = said.event_id
        acts: dict[str, Callable[[], object]] = {
            "answer": lambda: self.hands.write(self.hands.panel.answer(event_id)),
            "thread": lambda: self.hands.thread(event_id),
            "edit": lambda: self._edit(said),
            "react": lambda: self.hands.here.query_one(ReactionStrip).ask(
                lambda key: self.hands.run(self.hands.panel.react(event_id, key))
            ),
            "reaction": lambda: self.hands.told(self.hands.messages.react(event_id, about)),
            "redact": lambda: self._take_back(said),
            "compare": lambda: self._compare(said),
            "copy": lambda: self.hands.app.copy_to_clipboard(safe_text(said.body)),
            "original": lambda: self.going.original(said),
            "details": lambda: opening(self.hands.here, self._details(event_id)),
            "pin": lambda: self._pin(said),
            "vote": lambda: self._vote(said, about),
            "link": lambda: self.going.link(event_id),
            "menu": lambda: self._menu(said),
        }
        leads, room = leads_of(said), self.hands.panel.view.room_id
        if leads and room is not None:
            acts["open"] = lambda: open_lead(self.hands, leads, room, event_id, self.going.follow)
        return acts

    def opened(self, said: Words, room: RoomId) -> None:
        """Enter: what this message leads to."""
        leads = (
            ("vote", said.poll is not None and not said.poll.ended),
            ("original", said.answers is not None),
            ("thread", said.replies > 0),
        )
        self.do(next((act for act, fits in leads if fits), "open"), said, room)

    def _edit(self, said: Words) -> None:
        if said.colour or said.poll:
            self.hands.say("A poll cannot be changed." if said.poll else "Only its author can do that.")
        else:
            self.hands.write(self.hands.panel.edit(said.event_id))

    def _take_back(self, said: Words) -> None:
        if said.redacted:
            self.hands.say("It was taken back already.")
        elif said.event_id.startswith("~"):
            self.hands.run(self.hands.panel.redact(said.event_id))
        elif said.colour == 0:
            self.hands.told(self.hands.messages.take_back(said.event_id))
        else:
            self._ask_why(said)

    def _ask_why(self, said: Words) -> None:
        if not self.hands.panel.view.may_redact:
            self.hands.say("Only its author or a facilitator can do that.")
            return
        from nookterm.tui.screens.reason import ReasonScreen

        def answered(reason: str | None) -> None:
            if reason is not None:
                self.hands.told(self.hands.messages.take_back(said.event_id, reason))

        self.hands.push(ReasonScreen(said.author), answered)

    def _pin(self, said: Words) -> None:
        def pin() -> None:
            self.hands.told(self.hands.messages.pin(said.event_id))

        if said.pinned:
            pin()
        else:
            self.hands.here.query_one(Confirm).ask(_PIN, pin, yes="pin it")

    def _vote(self, said: Words, choice: str) -> None:
        poll = said.poll
        if poll is None:
            self.hands.say("This is no poll.")
        elif poll.ended:
            self.hands.say("This poll has ended.")
        elif said.event_id.startswith("~"):
            self.hands.say("One can vote when it has been sent.")
        elif choice:
            chosen = next_vote(poll, choice)
            if chosen is None:
                self.hands.say(f"You can choose up to {poll.most} answers. Choose one of yours again to take it back.")
            else:
                self.hands.told(self.hands.messages.vote(said.event_id, chosen))
        else:
            strip = self.hands.here.query_one(VoteStrip)
            strip.ask(poll, lambda one: self._vote(said, one), lambda: self._end_poll(said.event_id))

    def _end_poll(self, event_id: EventId) -> None:
        question = "Close this poll? Later votes do not count, and it cannot be opened again."
        self.hands.here.query_one(Confirm).ask(
            question, lambda: self.hands.told(self.hands.messages.end_poll(event_id)), yes="close it"
        )

    def _menu(self, said: Words) -> None:
        from nookterm.tui.screens.menu import ActsMenu

        here = self.hands.here.query_one(Timeline)

        def taken(id_: str | None) -> None:
            if id_:
                here.choose(said.event_id)
                self.hands.run(self.hands.app.run_action(command(id_).action, here))

        about = f"{said.author} · {said.time}"
        self.hands.push(ActsMenu(about, acts_for(said, self.hands.panel.view)), taken)

    async def _details(self, event_id: EventId) -> None:
        details = await self.hands.messages.details(event_id)
        if details is None:
            self.hands.say("Nothing more is known of this message.")
            return
        from nookterm.tui.screens.message_details import MessageDetailsScreen

        self.hands.push(MessageDetailsScreen(details), lambda _nothing: None)

    def _compare(self, said: Words) -> None:
        if said.colour:
            self.hands.here.post_message(ComparePerson(said.author_id))
        else:
            self.hands.say("This is yours. Sessions and trust (/trust) compares your own devices.")
