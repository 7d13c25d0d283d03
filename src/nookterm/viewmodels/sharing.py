"""Highlights at work: the board, what waits for consent, and the form that shares a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from nookterm.client.errors import Offline, Problem
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sharing import Share, ShareState, audience_of, audience_words, flagged
from nookterm.domain.space import title
from nookterm.viewmodels.highlights import BoardItem, Draft, HighlightsView, ShareLine
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.words import age

_NOTHING = Notice(
    "No nook has shared anything yet.",
    (
        "Choose a message in a nook and press h",
        "Its author decides about every word",
        "What is shared here leaves encryption",
    ),
)
_AWAY = Notice("The server cannot be reached.", ("What you see is from before", "Nothing was shared or taken back"))
_STATES = {
    ShareState.WAITING: ("waits for {author}", "nook-waiting"),
    ShareState.CONSENTED: ("agreed", "nook-safe"),
    ShareState.DECLINED: ("declined", "nook-quiet"),
    ShareState.EXPIRED: ("expired", "nook-quiet"),
    ShareState.PUBLISHED: ("on the board", "nook-leaves"),
    ShareState.WITHDRAWN: ("taken back", "nook-quiet"),
}


class HighlightsModel(Model[HighlightsView]):
    """Keeps the board in step."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(HighlightsView())
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        now = hub.session.clock()
        shares = hub.sharing.all()
        by_copy = {s.published: s for s in shares if s.published}
        board = tuple(
            BoardItem(
                h.event_id,
                safe_line(h.nook_name),
                safe_text(h.body),
                safe_line(h.credit),
                age(h.at, now),
                can_withdraw=h.event_id in by_copy and _may_withdraw(hub, by_copy[h.event_id]),
                request=by_copy[h.event_id].request if h.event_id in by_copy else "",
            )
            for h in hub.sharing.board()
        )
        waiting = tuple(_line(hub, s) for s in shares if s.state in {ShareState.WAITING, ShareState.CONSENTED})
        rooms = [hub.session.rooms.get(s.highlights) for s in hub.session.rooms.spaces() if s.highlights]
        target = next((room for room in rooms if room), None)
        away = hub.session.phase == "offline" and self.view.face is Face.OFFLINE
        self.show(
            HighlightsView(
                waiting=waiting,
                board=board,
                room=safe_line(title(target)) if target else "",
                audience=audience_words(audience_of(target)) if target else "",
                result=self.view.result,
                face=Face.OFFLINE if away else Face.CONTENT if board or waiting else Face.EMPTY,
                notice=self.view.notice if away else None if board or waiting else _NOTHING,
            )
        )

    async def refresh(self) -> None:
        """Look again."""

        async def work(hub: Hub) -> None:
            await hub.session.sync_once()

        await self._work(work)

    async def draft(self, room_id: RoomId, event_id: EventId) -> Draft | None:
        """Begin to share a message."""

        async def work(hub: Hub) -> Draft:
            if hub.session.store.event(room_id, event_id) is None:
                await hub.session.sync_once()
            nook = hub.session.rooms[room_id]
            event = hub.sharing.source(nook, event_id)
            target = hub.sharing.target(nook)
            words = event.payload.body if isinstance(event.payload, Message) else ""
            names = [m.display_name for m in nook.members.values() if m.display_name and m.user != event.sender]
            return Draft(
                room_id,
                event_id,
                safe_line(title(nook)),
                shown_name(event.sender, nook.name_of(event.sender)),
                safe_text(words, longest=1500),
                audience_words(audience_of(target)),
                own=event.sender == nook.me,
                flagged=tuple(safe_line(piece) for piece in flagged(words, names)),
            )

        made = await self._work(work)
        return made if isinstance(made, Draft) else None

    async def share(self, draft: Draft, text: str, *, anonymous: bool = False) -> bool:
        """Ask the author to agree to exactly this text."""

        async def work(hub: Hub) -> bool:
            share = await hub.sharing.share(hub.session.rooms[draft.room_id], draft.event_id, text, anonymous=anonymous)
            said = (
                "Agreed. A facilitator can publish it."
                if share.state == ShareState.CONSENTED
                else f"{draft.author} is asked."
            )
            self.show(replace(self.view, result=safe_line(said)))
            return True

        return await self._work(work) is True

    async def answer(self, request: str, *, yes: bool, anonymous: bool = False) -> None:
        """Agree or not, as the author."""

        async def work(hub: Hub) -> None:
            share = await hub.sharing.consent(request, yes=yes, anonymous=anonymous)
            agreed = share.state == ShareState.CONSENTED
            self.show(
                replace(
                    self.view,
                    result="Agreed. It can be published now." if agreed else "Declined. It stays in the nook.",
                )
            )

        await self._work(work)

    async def publish(self, request: str) -> None:
        """Put an agreed highlight on the board."""

        async def work(hub: Hub) -> None:
            await hub.sharing.publish(request)
            self.show(replace(self.view, result="It is on the board."))

        await self._work(work)

    async def withdraw(self, request: str) -> None:
        """Take a highlight back."""

        async def work(hub: Hub) -> None:
            await hub.sharing.withdraw(request)
            self.show(replace(self.view, result="Taken back. What was read or copied cannot be recalled."))

        await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[Any]]) -> object:
        hub = self._hub
        if hub is None:
            return None

        async def run() -> object:
            try:
                made = await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=_AWAY))
            except Problem as problem:
                self.show(replace(self.view, result=safe_line(str(problem), longest=300)))
            else:
                self.rebuild(hub)
                return made
            return None

        return await hub.do(run())


def _may_withdraw(hub: Hub, share: Share) -> bool:
    me = hub.session.gateway.user_id
    target = hub.session.rooms.get(share.target)
    return share.author == me or bool(target and target.power.of(me) >= target.power.redact)


def _line(hub: Hub, share: Share) -> ShareLine:
    me = hub.session.gateway.user_id
    nook = hub.session.rooms[share.nook]
    author = shown_name(share.author, nook.name_of(share.author))
    words, meaning = _STATES[share.state]
    target = hub.session.rooms.get(share.target)
    return ShareLine(
        request=share.request,
        nook=safe_line(title(nook)),
        author=author,
        draft=safe_text(share.draft),
        state=safe_line(words.format(author="you" if share.author == me else author) + _how(share)),
        meaning=meaning,
        age=age(share.asked_at, hub.session.clock()),
        audience=audience_words(share.audience),
        mine_to_answer=share.author == me and share.state == ShareState.WAITING,
        mine_to_publish=share.state == ShareState.CONSENTED and bool(target and target.power.may_send(me)),
    )


def _how(share: Share) -> str:
    """A reaction is clear text, and the author's server could have made it: whoever publishes has to know."""
    return " by a reaction, not in encrypted words" if share.by_reaction and share.state == ShareState.CONSENTED else ""
