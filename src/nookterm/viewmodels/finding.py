"""Find a nook and My requests at work: cards from the space, requests from this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from nookterm.client.asking import Standing
from nookterm.client.directory import Listing
from nookterm.client.errors import Offline, Problem
from nookterm.domain.applying import MyRequest, State
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, localpart, server_of
from nookterm.domain.names import shown_name
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import title
from nookterm.viewmodels.directory import AskQuestion, Card, DirectoryView
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.requests import RequestLine, RequestsView
from nookterm.viewmodels.words import age, ago, people

_NO_NOOKS = Notice(
    "This space lists no nooks yet.", ("Found one: ctrl+p, then Found a nook", "Or ask who began the space")
)
_NO_SPACE = Notice("You are in no space yet.", ("Join one by its address: /join #name:server", "Or found one: ctrl+p"))
_AWAY = Notice(
    "The server cannot be reached.", ("Your requests are safe on this machine", "The list comes back when it answers")
)
_NONE = Notice("You have asked nowhere yet.", ("Find a nook lists what is open to ask", "Enter on a card asks to join"))
_OPEN = frozenset({State.PREPARED, State.SENT, State.ASKED, State.ANSWERED, State.WAITLISTED, State.UNANSWERED})

_CANNOT_BE_ASKED = "This device is not signed by you: what a facilitator asks would not reach it."
_ANSWERS_WAIT = "Your answers wait here: this device is not signed by you, and the facilitators would not see them."
_SIGN = "Sign it under Sessions and trust (/trust); then it goes on by itself."
_KEPT = "Your answers lie on this machine; nobody can be told anything while no client of yours is open."
_SAID: dict[State, tuple[str, str, tuple[str, ...]]] = {
    State.SENT: (
        "sent",
        "nook-waiting",
        ("A facilitator of the nook sees it on their desk.", "You can take it back until somebody answers."),
    ),
    State.ASKED: ("asked", "nook-new", ("{who} asks you a few things. Answer in the room of your request.",)),
    State.ANSWERED: (
        "answers sent",
        "nook-waiting",
        ("{who} has your answers, end-to-end encrypted. Now they decide.",),
    ),
    State.UNANSWERED: (
        "no answer yet",
        "nook-warn",
        ("Nobody answered for 14 days.", "No facilitator may have been here, or the answer could not reach you."),
    ),
    State.APPROVED: ("welcome", "nook-safe", ("You are invited. You come in by yourself, in a moment.",)),
    State.JOINED: ("you are in", "nook-safe", ("Say hello.",)),
    State.DECLINED: (
        "declined",
        "nook-quiet",
        ("The answer was no this time. Words for you, if any, are in the room of your request.",),
    ),
    State.WITHDRAWN: ("taken back", "nook-quiet", ("You took it back. Your answers were thrown away.",)),
}
"""A word, its meaning, and what it means for the person. `{who}` is who asks."""


class DirectoryModel(Model[DirectoryView]):
    """Keeps the cards of the spaces that we are in."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(DirectoryView())
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew from what was last read. Engine's thread."""
        spaces = hub.session.rooms.spaces()
        standings = {s.request.nook: s for s in hub.asking.all()}
        current = tuple(_now(hub, listing) for listing in hub.listings)
        cards = tuple(_card(hub, listing, standings.get(listing.summary.room_id)) for listing in current)
        empty = _NO_NOOKS if spaces else _NO_SPACE
        open_ = sum(1 for card in cards if card.can_ask)
        self.show(
            DirectoryView(
                space=safe_line(title(spaces[0])) if spaces else "",
                cards=cards,
                summary=f"{len(cards)} {'nook' if len(cards) == 1 else 'nooks'}, {open_} open to ask" if cards else "",
                face=Face.CONTENT if cards else Face.EMPTY,
                notice=None if cards else empty,
            )
        )

    async def refresh(self) -> None:
        """Read the spaces' lists anew."""
        await self._work(self._read)

    async def _read(self, hub: Hub) -> None:
        found: dict[RoomId, Listing] = {}
        for space in hub.session.rooms.spaces():
            found |= {listing.summary.room_id: listing for listing in await hub.directory.of(space)}
        hub.listings = tuple(found.values())

    async def ask(self, room_id: RoomId, answers: Mapping[str, str], reason: str = "") -> bool:
        """Ask to join."""

        async def work(hub: Hub) -> None:
            given = {key: text for key, text in answers.items() if text.strip()}
            await hub.asking.knock(room_id, answers=given, reason=reason)

        return await self._work(work)

    async def join(self, room_id: RoomId) -> bool:
        """Go in."""

        async def work(hub: Hub) -> None:
            listing = next((x for x in hub.listings if x.summary.room_id == room_id), None)
            await hub.session.gateway.join(room_id, listing.summary.via if listing else ())
            await hub.session.sync_once()

        return await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> bool:
        hub = self._hub
        if hub is None:
            return False

        async def run() -> bool:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=_AWAY))
            except Problem as problem:
                said = Notice(safe_line(problem.message), (safe_line(problem.hint),) if problem.hint else ())
                self.show(replace(self.view, face=Face.PROBLEM if not self.view.cards else self.view.face, notice=said))
            else:
                self.rebuild(hub)
                return True
            return False

        return bool(await hub.do(run()))


def _now(hub: Hub, listing: Listing) -> Listing:
    room = hub.session.rooms.get(listing.summary.room_id)
    return replace(listing, membership=room.membership if room else listing.membership)


def _card(hub: Hub, listing: Listing, standing: Standing | None) -> Card:
    summary, charter = listing.summary, listing.charter or Charter()
    way, meaning = _way(hub, listing, standing)
    asks = listing.can_ask and listing.membership == Membership.LEAVE
    return Card(
        room_id=summary.room_id,
        name=safe_line(summary.name or summary.room_id),
        purpose=safe_line(charter.purpose or summary.topic or ""),
        who_belongs=safe_line(f"for {charter.who_belongs}" if charter.who_belongs else ""),
        members=summary.members,
        cap=listing.charter.cap if listing.charter else None,
        way_in=way,
        way_meaning=meaning,
        can_ask=asks,
        can_join=listing.can_join,
        questions=tuple(AskQuestion(q.id, safe_line(q.text), q.longest) for q in charter.questions) if asks else (),
        readers=_readers(hub, listing, charter) if asks else (),
    )


def _way(hub: Hub, listing: Listing, standing: Standing | None) -> tuple[str, str]:
    if listing.membership == Membership.JOIN:
        return "✓ you are in", "nook-safe"
    if listing.membership == Membership.INVITE:
        return "you are invited", "nook-new"
    if listing.membership == Membership.KNOCK:
        since = standing.request.sent_at if standing else hub.session.clock()
        return f"◷ asked {ago(since, hub.session.clock())}", "nook-waiting"
    if listing.can_ask:
        return "+ ask to join", ""
    return ("open", "") if listing.can_join else ("by invite", "nook-quiet")


def _readers(hub: Hub, listing: Listing, charter: Charter) -> tuple[tuple[str, str, str], ...]:
    who = [shown_name(UserId(user), _name(hub, user)) for user in charter.facilitators[:3]]
    asked = " and ".join(filter(None, (", ".join(who[:-1]), who[-1] if who else ""))) or "the facilitator who asks you"
    servers = sorted({server_of(hub.session.gateway.user_id), *(server_of(u) for u in charter.facilitators)} - {""})
    name = safe_line(listing.summary.name or "the nook")
    unheard = hub.session.trust.people.ready is False
    return (
        *((("!", _CANNOT_BE_ASKED, "nook-warn"),) if unheard else ()),
        (
            "✓",
            (
                f"Your answers: kept here, then end-to-end encrypted to {safe_line(asked)}. "
                "Only devices that they signed get them."
            ),
            "nook-safe",
        ),
        (
            "↗",
            f"That you ask, and your name: {people(listing.summary.members)} in {name}, and {', '.join(servers)}.",
            "nook-leaves",
        ),
    )


def _name(hub: Hub, user: UserId) -> str | None:
    return next((n for s in hub.session.rooms.spaces() if (n := s.name_of(user))), localpart(user))


class RequestsModel(Model[RequestsView]):
    """Keeps my requests in step."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(RequestsView())
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        standings = sorted(hub.asking.all(), key=lambda s: s.state not in _OPEN)
        lines = tuple(_line(hub, standing) for standing in standings)
        away = hub.session.phase == "offline" and self.view.face is Face.OFFLINE
        self.show(
            RequestsView(
                lines=lines,
                face=Face.OFFLINE if away else Face.CONTENT if lines else Face.EMPTY,
                notice=self.view.notice if away else None if lines else _NONE,
            )
        )

    async def refresh(self) -> None:
        """Look again."""

        async def work(hub: Hub) -> None:
            await hub.session.sync_once()

        await self._work(work)

    async def withdraw(self, room_id: RoomId) -> None:
        """Take a request back."""

        async def work(hub: Hub) -> None:
            await hub.asking.withdraw(room_id)

        await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=_AWAY))
            except Problem as problem:
                self.show(replace(self.view, notice=Notice(safe_line(problem.message), (safe_line(problem.hint),))))
            else:
                self.rebuild(hub)

        await hub.do(run())


def _unheard(hub: Hub, mine: MyRequest, state: State) -> tuple[str, str, tuple[str, ...]] | None:
    """What is said instead where this device is not trusted, so that nobody can ask it or read its answers."""
    if hub.session.trust.people.ready is not False:
        return None
    if state in {State.SENT, State.ASKED, State.UNANSWERED}:
        return "cannot be asked", "nook-warn", (_CANNOT_BE_ASKED, _SIGN)
    waits = any(row.room_id == mine.answered_in and row.event_id is None for row in hub.session.store.outgoing())
    return ("answers wait", "nook-warn", (_ANSWERS_WAIT, _SIGN)) if state == State.ANSWERED and waits else None


def _line(hub: Hub, standing: Standing) -> RequestLine:
    mine, state = standing.request, standing.state
    asked_by = mine.asked_by
    who = shown_name(asked_by, _name(hub, asked_by)) if asked_by else "A facilitator"
    word, meaning, words = _unheard(hub, mine, state) or _SAID.get(state, (str(state), "", ()))
    waits = state in {State.SENT, State.UNANSWERED} and bool(mine.answers)
    return RequestLine(
        room_id=mine.nook,
        nook=safe_text(mine.name, longest=64, lines=1),
        state=word,
        meaning=meaning,
        age=age(mine.sent_at, hub.session.clock()),
        words=tuple(text.format(who=who) for text in ((*words, _KEPT) if waits else words)),
        can_withdraw=state in _OPEN,
        can_open=state == State.JOINED,
    )
