"""My requests at work: what each waits for, and what its person says about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nookterm.client.asking import Standing
from nookterm.client.errors import Offline, Problem
from nookterm.domain.applying import State
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, localpart
from nookterm.domain.names import shown_name
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.trust.pins import Standing as Identity
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.request_words import OPEN, Names, doubts, said
from nookterm.viewmodels.requests import Doubt, RequestLine, RequestsView, Unsure
from nookterm.viewmodels.words import age

AWAY = Notice(
    "The server cannot be reached.", ("Your requests are safe on this machine", "The list comes back when it answers")
)
_NONE = Notice(
    "You have asked nowhere yet.",
    ("{go.directory} shows the nooks that one can ask at", "What becomes of a request then stands here"),
)


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
        standings = sorted(hub.asking.all(), key=lambda s: s.state not in OPEN)
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
            await hub.asking.invites_blocked()

        await self._work(work)

    async def withdraw(self, room_id: RoomId) -> None:
        """Take a request back."""

        async def work(hub: Hub) -> None:
            await hub.asking.withdraw(room_id)

        await self._work(work)

    async def answer(self, room_id: RoomId, doubt: Doubt) -> None:
        """Say yes to what a request waits for."""

        async def work(hub: Hub) -> None:
            if doubt.unsure is Unsure.FACILITATOR:
                await hub.asking.confirm(room_id, doubt.user)
                return
            people = hub.session.trust.people
            known = people.known(doubt.user)
            violated = known is not None and known.standing is Identity.VIOLATED
            await (people.withdraw if violated else people.acknowledge)(doubt.user, doubt.shown)

        await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=AWAY))
            except Problem as problem:
                self.show(replace(self.view, notice=Notice(safe_line(problem.message), (safe_line(way_out(problem)),))))
            else:
                self.rebuild(hub)

        await hub.do(run())


def name_of(hub: Hub, user: UserId) -> str:
    """What somebody is called in a space of ours, else the start of their id. Safe text."""
    found = next((n for s in hub.session.rooms.spaces() if (n := s.name_of(user))), localpart(user))
    return shown_name(user, found)


def _names(hub: Hub, standing: Standing) -> Names:
    asked_in = standing.request.asked_in
    room = hub.session.rooms.get(asked_in) if asked_in else None
    there = {m.user: m.display_name for m in room.members.values() if m.display_name} if room else {}
    asking = {**there, **{asker.user: asker.name for asker in standing.askers if asker.name}}

    def name(user: UserId) -> str:
        return shown_name(user, asking[user]) if user in asking else name_of(hub, user)

    return Names(name, hub.session.trust.people.known)


def _line(hub: Hub, standing: Standing) -> RequestLine:
    mine, state, names = standing.request, standing.state, _names(hub, standing)
    word, meaning, words = said(standing, names)
    room = hub.session.rooms.get(mine.asked_in) if mine.asked_in else None
    return RequestLine(
        room_id=mine.nook,
        nook=safe_text(mine.name, longest=64, lines=1),
        state=word,
        meaning=meaning,
        age=age(mine.sent_at, hub.session.clock()),
        words=words,
        can_withdraw=state in OPEN,
        can_open=state == State.JOINED,
        doubts=doubts(standing, names),
        talk=mine.asked_in if room and room.membership == Membership.JOIN else None,
    )
