"""Find a nook at work: cards of what the space lists and of what was looked up, and the way to ask there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from nookterm.client.askers import OWN_INVITES
from nookterm.client.asking import Standing
from nookterm.client.directory import Listing
from nookterm.client.errors import Offline, Problem
from nookterm.client.rooms import room_word
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.outside import purpose_in
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.applying import AWAY, name_of
from nookterm.viewmodels.directory import AskQuestion, Card, DirectoryView
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.request_words import CANNOT_BE_ASKED, INVITES_BLOCKED
from nookterm.viewmodels.words import ago, people

_NO_NOOKS = Notice(
    "This space lists no nooks yet.",
    (
        "{app.palette} and the word found begin the first one",
        "{directory.look_up} looks one up by its address",
        "{directory.back} goes back to the conversation",
    ),
)
_NO_SPACE = Notice(
    "You are in no space yet.",
    (
        "{app.join} takes you into one whose address you have",
        "{directory.look_up} shows a nook by its address, and how to ask there",
        "{app.palette} and the word found begin one of your own",
    ),
)
_NOT_PROVED = (
    "not compared with you yet. On first sight their server's word is all there is; after that a change is told."
)
_OUTSIDE = (
    "Your answers: kept here until you have said that you know who asks. "
    "No space that you are in says who the facilitators of this nook are."
)


class DirectoryModel(Model[DirectoryView]):
    """Keeps the cards of the spaces that we are in."""

    def __init__(self) -> None:
        """Loading."""
        super().__init__(DirectoryView())
        self._hub: Hub | None = None
        self._found: tuple[Listing, ...] = ()
        """What was looked up by its address."""
        self._wrong: Notice | None = None
        """Why what somebody last wanted here was not done: it stays, whatever comes, until they want something else."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew from what was last read. Engine's thread."""
        spaces = hub.session.rooms.spaces()
        standings = {s.request.nook: s for s in hub.asking.all()}
        current = tuple(_now(hub, listing) for listing in self._listings(hub))
        cards = tuple(_card(hub, listing, standings.get(listing.summary.room_id)) for listing in current)
        empty = _NO_NOOKS if spaces else _NO_SPACE
        open_ = sum(1 for card in cards if card.can_ask)
        nooks = sum(1 for listing in current if not listing.summary.is_space)
        self.show(
            DirectoryView(
                space=safe_line(title(spaces[0])) if spaces else "",
                cards=cards,
                summary=f"{nooks} {'nook' if nooks == 1 else 'nooks'}, {open_} open to ask" if cards else "",
                face=Face.CONTENT if cards else Face.EMPTY,
                notice=self._wrong or (None if cards else empty),
            )
        )

    def _listings(self, hub: Hub) -> tuple[Listing, ...]:
        """What was looked up comes first, until a space of ours lists it."""
        listed = {listing.summary.room_id for listing in hub.listings}
        return (*(found for found in self._found if found.summary.room_id not in listed), *hub.listings)

    async def look_up(self, room: str) -> bool:
        """Show a room by its address, and the open space above it where its topic names one."""

        async def work(hub: Hub) -> None:
            self._found = await hub.directory.look_up(room_word(room))

        return await self._want(work)

    async def refresh(self) -> None:
        """Read the spaces' lists anew."""
        await self._work(self._read)

    async def _read(self, hub: Hub) -> None:
        found: dict[RoomId, Listing] = {}
        for space in hub.session.rooms.spaces():
            found |= {listing.summary.room_id: listing for listing in await hub.directory.of(space)}
        hub.listings = tuple(found.values())
        await hub.asking.invites_blocked()

    async def ask(self, room_id: RoomId, answers: Mapping[str, str], reason: str = "") -> bool:
        """Ask to join."""

        async def work(hub: Hub) -> None:
            given = {key: text for key, text in answers.items() if text.strip()}
            listing = self._listing(hub, room_id)
            via = listing.summary.via if listing else ()
            # That the account turns invites away stands beside the form.
            await hub.asking.knock(room_id, answers=given, reason=reason, via=via, anyway=True)

        return await self._want(work)

    async def join(self, room_id: RoomId) -> bool:
        """Go in."""

        async def work(hub: Hub) -> None:
            listing = self._listing(hub, room_id)
            await hub.session.gateway.join(room_id, listing.summary.via if listing else ())
            await hub.session.sync_once()
            if listing and listing.summary.is_space:
                await self._read(hub)

        return await self._want(work)

    def _listing(self, hub: Hub, room_id: RoomId) -> Listing | None:
        return next((x for x in self._listings(hub) if x.summary.room_id == room_id), None)

    async def _want(self, work: Callable[[Hub], Awaitable[None]]) -> bool:
        """What somebody wants: what went wrong with what they wanted before is over."""
        self._wrong = None
        done = await self._work(work)
        if not done:
            self._wrong = self.view.notice
        return done

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> bool:
        hub = self._hub
        if hub is None:
            return False

        async def run() -> bool:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=AWAY))
            except Problem as problem:
                said = Notice(safe_line(problem.message), (safe_line(way_out(problem)),) if problem.hint else ())
                self.show(replace(self.view, face=Face.PROBLEM if not self.view.cards else self.view.face, notice=said))
            else:
                self.rebuild(hub)
                return True
            return False

        return bool(await hub.do(run()))


def _now(hub: Hub, listing: Listing) -> Listing:
    """What a listing is by now: on a first start the space's own words come after its list."""
    summary, room = listing.summary, hub.session.rooms.get(listing.summary.room_id)
    return replace(
        listing,
        membership=room.membership if room else Membership.LEAVE,
        charter=hub.directory.charter(summary),
        listed=hub.directory.is_listed(summary.room_id),
        above="" if hub.directory.is_listed(summary.room_id) else listing.above,
    )


def _card(hub: Hub, listing: Listing, standing: Standing | None) -> Card:
    summary, charter = listing.summary, listing.charter or Charter()
    way, meaning = _way(hub, listing, standing)
    asks = listing.can_ask and listing.membership == Membership.LEAVE
    is_told = listing.charter is not None and (listing.listed or listing.membership == Membership.JOIN)
    return Card(
        room_id=summary.room_id,
        name=safe_line(summary.name or summary.room_id),
        purpose=safe_line(charter.purpose or purpose_in(summary.topic)),
        who_belongs=safe_line(f"for: {charter.who_belongs}" if charter.who_belongs else ""),
        members=summary.members,
        cap=charter.cap if is_told and not summary.is_space else None,
        way_in=way,
        way_meaning=meaning,
        note=_note(listing),
        can_ask=asks,
        can_join=listing.can_join,
        questions=tuple(AskQuestion(q.id, safe_line(q.text), q.longest) for q in charter.questions) if asks else (),
        readers=_readers(hub, listing, charter) if asks else (),
    )


def _note(listing: Listing) -> str:
    if not listing.summary.is_space:
        return ""
    first = listing.can_join and listing.membership == Membership.LEAVE
    return "a space: join it first" if first else "a space"


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
    """Who reads what when one asks, and what is not proved: the answers, who they go to, what everybody sees."""
    unheard = hub.session.trust.people.ready is False
    blocked = hub.session.store.recall(OWN_INVITES, "") is not None
    known = (hub.session.gateway.user_id, *charter.facilitators, listing.summary.room_id)
    servers = sorted({*map(server_of, known), *listing.summary.via} - {""})
    name = safe_line(listing.summary.name or "the nook")
    where = f"{people(listing.summary.members)} in {name}, and {', '.join(servers)}"
    return (
        *((("!", CANNOT_BE_ASKED, "nook-warn"),) if unheard else ()),
        *((("!", INVITES_BLOCKED, "nook-warn"),) if blocked else ()),
        *(_answers(hub, charter) if listing.listed else (("!", _outside(listing), "nook-warn"),)),
        ("↗", f"That you ask, and your name: {where}.", "nook-leaves"),
    )


def _outside(listing: Listing) -> str:
    """What becomes of answers where nobody vouches for who asks, and the way out where there is one."""
    first = f" {safe_line(listing.above)}, which lists it, does: join that first, it is open." if listing.above else ""
    return f"{_OUTSIDE}{first}"


def _answers(hub: Hub, charter: Charter) -> tuple[tuple[str, str, str], ...]:
    """Where answers to a nook go whose facilitators are listed, and how sure one can be of each of them."""
    who = [name_of(hub, UserId(user)) for user in charter.facilitators[:3]]
    more = len(charter.facilitators) - len(who)
    asked = _and([*who, *([f"{people(more)} more"] if more > 0 else [])]) or "the facilitator who asks you"
    kept = f"Your answers: kept here, then end-to-end encrypted to {safe_line(asked)}."
    lines = [("✓", f"{kept} Only devices that they signed get them.", "nook-safe")]
    known = {user: hub.session.trust.people.known(user) for user in charter.facilitators}
    changed = [name_of(hub, user) for user, facts in known.items() if facts and facts.blocks]
    proved = [name_of(hub, user) for user, facts in known.items() if facts and facts.verified]
    unproved = [name_of(hub, user) for user in charter.facilitators if name_of(hub, user) not in {*changed, *proved}]
    if changed:
        lines.append(
            ("!", f"{_and(changed)}: another identity than before. It gets nothing until you decided.", "nook-warn")
        )
    if proved:
        lines.append(("✓", f"{_and(proved)}: compared with you.", "nook-safe"))
    if unproved:
        lines.append(("?", f"{_and(unproved[:3])}: {_NOT_PROVED}", "nook-quiet"))
    return tuple(lines)


def _and(names: list[str]) -> str:
    """`Ana`, `Ana and Cy`, `Ana, Bo and Cy`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
