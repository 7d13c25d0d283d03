"""Highlights at work: the board, what waits for consent, the forms that share and agree, and what takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nookterm.client.noting import free_place, write_note
from nookterm.client.ports import Secret
from nookterm.domain.consent import Mode
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.sharing import ShareState
from nookterm.viewmodels.board_drafts import draft_of, keep, look_at, told
from nookterm.viewmodels.board_origin import exact_words, origin_view
from nookterm.viewmodels.board_work import BoardWork
from nookterm.viewmodels.highlights import Draft, DraftLook
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.words import both

_SAID = {
    Mode.NAMED: "Agreed, with your name.",
    Mode.ANONYMOUS: "Agreed, without your name.",
    Mode.DECLINED: "Declined. It stays in the nook.",
}


class HighlightsModel(BoardWork):
    """The intents."""

    async def refresh(self) -> None:
        """Look again."""

        async def work(hub: Hub) -> None:
            await hub.session.sync_once()
            await hub.sharing.reading.boards.read_back()
            await hub.sharing.reading.boards.look_for_ways()

        await self._work(work, "Looking at the board")

    async def thread(self, room_id: RoomId, root: EventId) -> tuple[EventId, ...]:
        """A message and what is said in the thread below it."""

        async def work(hub: Hub) -> tuple[EventId, ...]:
            return hub.sharing.thread(hub.session.rooms[room_id], root)

        return await self._work(work) or ()

    async def draft(self, room_id: RoomId, events: Sequence[EventId]) -> Draft | None:
        """Begin to share messages."""

        async def work(hub: Hub) -> Draft:
            if any(hub.session.store.event(room_id, event) is None for event in events):
                await hub.session.sync_once()
            return draft_of(hub, hub.sharing.draft(hub.session.rooms[room_id], events))

        return await self._work(work)

    async def look_at(self, draft: Draft, text: str) -> DraftLook:
        """What is to be said of a text as it is typed, and keep it."""

        async def work(hub: Hub) -> DraftLook:
            keep(hub, draft, text)
            return look_at(hub, draft, text)

        return await self._work(work, quiet=True) or DraftLook(text)

    async def forget(self, draft: Draft) -> None:
        """What was typed is not wanted any more."""

        async def work(hub: Hub) -> None:
            keep(hub, draft, draft.text if not hub.read_only else "")

        await self._work(work)

    async def exact(self, draft: Draft, text: str, picture: EventId | None) -> str:
        """The exact JSON that would leave the nook."""

        async def work(hub: Hub) -> str:
            return exact_words(hub, draft, text, picture)

        return await self._work(work) or ""

    async def exact_of(self, request: str) -> str:
        """The same for what was asked already."""

        async def work(hub: Hub) -> str:
            return exact_words(hub, request)

        return await self._work(work) or ""

    async def share(self, draft: Draft, text: str, *, anonymous: bool = False, picture: EventId | None = None) -> bool:
        """Ask the authors to agree to exactly this text."""

        async def work(hub: Hub) -> bool:
            keep(hub, draft, text)
            nook = hub.session.rooms[draft.room_id]
            share = await hub.sharing.share(nook, draft.events, text, anonymous=anonymous, picture=picture)
            keep(hub, draft, draft.text)
            agreed = share.state == ShareState.CONSENTED
            asked = both(shown_name(user, nook.name_of(user)) for user in share.authors if user != nook.me)
            self._say("Agreed. A facilitator can publish it." if agreed else f"{asked or 'You'} can say yes or no now.")
            return True

        return await self._work(work, "Asking") is True

    async def answer(self, request: str, mode: str) -> bool:
        """Agree or not, as an author."""

        async def work(hub: Hub) -> bool:
            share = await hub.sharing.consent(request, Mode(mode))
            agreed = share.state == ShareState.CONSENTED
            self._say(_SAID[Mode(mode)] + (" It can be published now." if agreed else ""))
            return True

        return await self._work(work, "Answering") is True

    async def tells(self, request: str) -> tuple[str, ...]:
        """By what we could be recognised in a text."""

        async def work(hub: Hub) -> tuple[str, ...]:
            share = hub.sharing.find(request)
            nook = hub.session.rooms[share.nook]
            flags = hub.sharing.look_at(nook, share.asks.sources, share.draft)
            return told(nook, share.draft, flags, [nook.me])

        return await self._work(work, quiet=True) or ()

    async def publish(self, request: str) -> None:
        """Put an agreed highlight on the board."""

        async def work(hub: Hub) -> None:
            await hub.sharing.publish(request)
            self._say("It is on the board.")

        await self._work(work, "Publishing")

    async def withdraw(self, request: str) -> None:
        """Take a highlight back."""

        async def work(hub: Hub) -> None:
            await hub.sharing.withdraw(request)
            self._say("Taken back. What was read or copied cannot be recalled.")

        await self._work(work, "Taking it back")

    async def origin(self, event_id: EventId) -> None:
        """Show who shared a highlight, and from what."""

        async def work(hub: Hub) -> None:
            self.show(replace(self.view, origin=origin_view(hub, event_id)))

        await self._work(work)

    async def react(self, event_id: EventId, key: str) -> None:
        """Add a reaction, or take the same one back."""

        async def work(hub: Hub) -> None:
            await hub.sharing.reading.boards.react(event_id, key)

        await self._work(work)

    async def export(self, week: str, file: str) -> None:
        """Write a week into a new file."""

        async def work(hub: Hub) -> None:
            line = next((line for line in self.weeks_of(hub) if line.key == week), None)
            if line is not None:
                text = line.markdown if file.strip().endswith(".md") else line.text
                place = await asyncio.to_thread(write_note, free_place(Path(file.strip())), Secret(text.rstrip("\n")))
                self._say(f"{line.label} is in {place}, unencrypted.")

        await self._work(work)
