"""The desk at work: the queue from the store and the server, and decisions that wait in the undo bar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nookterm.client.casework import Outcome
from nookterm.client.errors import NotTrusted, Offline, Problem
from nookterm.client.interviewing import UNSIGNED_APPLICANT
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name, skeleton
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sharing import Share, ShareState, audience_words
from nookterm.domain.space import title
from nookterm.domain.vetting import Request, reveals
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView, Detail, Pending
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.safety import device_fact
from nookterm.viewmodels.words import age, ago, of

_Looks = Mapping[str, tuple[UserId, ...]]
UNDO_SECONDS = 6
_CLEAR = Notice(
    "Nobody waits.",
    (
        "Requests to join your nooks come here by themselves",
        "alt+d opens the desk from anywhere",
        "Esc goes back to the conversation",
    ),
)


@dataclass(frozen=True, slots=True)
class _Decision:
    case: str
    knock: EventId
    """The request as it was known when the key was pressed."""
    text: str
    make: Callable[[], Awaitable[Outcome]]


class DeskModel(Model[DeskView]):
    """Keeps the queue in step; holds at most one decision in the bar."""

    def __init__(self) -> None:
        """Loading, until the doors have been read once."""
        super().__init__(DeskView())
        self._hub: Hub | None = None
        self._known: dict[str, Request] = {}
        self._decision: _Decision | None = None
        self._drain: asyncio.Task[None] | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew from the store. Engine's thread."""
        requests = hub.vetting.known_requests()
        self._known = {request.case: request for request in requests}
        now = hub.session.clock()
        looks = {nook: _looks(hub.session.rooms[nook]) for nook in {request.nook for request in requests}}
        shares = [s for s in hub.sharing.all() if s.state in {ShareState.WAITING, ShareState.CONSENTED}]
        groups = (
            DeskGroup("People waiting", tuple(_ask(hub, r, now, looks[r.nook]) for r in requests)),
            DeskGroup("Sharing", tuple(_share(hub, s, now) for s in shares)),
        )
        filled = tuple(group for group in groups if group.lines)
        offline = hub.session.phase == "offline"
        self.show(
            replace(
                self.view,
                groups=filled,
                summary=_summary(requests, len(requests) + len(shares), now),
                face=(Face.OFFLINE if offline else Face.CONTENT) if filled else Face.EMPTY,
                notice=_offline_notice() if offline else None if filled else _CLEAR,
            )
        )

    async def refresh(self) -> None:
        """Read the doors anew from the server."""
        await self._work(self._refresh)

    async def _refresh(self, hub: Hub) -> None:
        requests = await hub.vetting.requests()
        for request in requests:
            if request.case not in self._known:
                await hub.session.refresh_state(request.nook)
        await hub.session.trust.people.look_at(request.user for request in requests)

    async def approve(self, case: str) -> None:
        """Let this person in, when the bar has drained."""
        await self._begin(case, "Approving", "approve")

    async def decline(self, case: str, words: str = "") -> None:
        """Turn this person away, when the bar has drained."""
        await self._begin(case, "Declining", "decline", words)

    async def claim(self, case: str) -> None:
        """Be on it; again: not any more."""

        async def work(hub: Hub) -> None:
            request = self._known.get(case)
            mine = request is not None and request.holder == hub.session.gateway.user_id
            await (hub.vetting.claims.release(case) if mine else hub.vetting.claims.claim(case))

        await self._work(work)

    async def vet(self, case: str, *, allow_unsigned: bool = False) -> None:
        """Ask the nook's questions in an encrypted room; with `allow_unsigned` although no device there is signed."""

        async def work(hub: Hub) -> None:
            try:
                outcome = await hub.vetting.interviews.vet(case, allow_unsigned=allow_unsigned)
            except NotTrusted as problem:
                if problem.code != UNSIGNED_APPLICANT:
                    raise
                # The card knows by now what asking all the same would mean.
                self.rebuild(hub)
                self.show(replace(self.view, result=safe_line(f"{problem.message} The card says what one can do.")))
                return
            self.show(replace(self.view, result=f"{_who(outcome.request)} is asked. The answers come here."))

        await self._work(work)

    async def undo(self) -> None:
        """The decision in the bar is not made."""

        async def work(_hub: Hub) -> None:
            self._drop()
            self.show(replace(self.view, pending=None, result="Not done. The request still waits."))

        await self._work(work)

    async def settle(self) -> None:
        """The decision in the bar is made now."""

        async def work(_hub: Hub) -> None:
            await self._make()

        await self._work(work)

    async def _begin(self, case: str, doing: str, act: str, words: str = "") -> None:
        async def work(hub: Hub) -> None:
            if self._decision and self._decision.case == case:
                return
            if self._decision:
                await self._make()
            request = self._known.get(case)
            if request is None:
                self.show(replace(self.view, result="That request is gone."))
                return
            nook = title(hub.session.rooms[request.nook])
            into = "into" if act == "approve" else "at"
            text = safe_line(f"{doing} {_who(request)} {into} {nook}" + (" with your words" if words else ""))

            async def make() -> Outcome:
                if act == "approve":
                    return await hub.vetting.approve(case, read=request.knock)
                return await hub.vetting.decline(case, read=request.knock, words=words)

            self._decision = _Decision(case, request.knock, text, make)
            self._drain = asyncio.create_task(self._count_down())

        await self._work(work)

    async def _count_down(self) -> None:
        decision = self._decision
        for left in range(UNDO_SECONDS, 0, -1):
            if decision is None or self._decision is not decision:
                return
            self.show(replace(self.view, pending=Pending(decision.case, decision.text, left, UNDO_SECONDS), result=""))
            await asyncio.sleep(1)
        if self._decision is decision:
            self._drain = None
            await self._make()

    async def _make(self) -> None:
        decision, hub = self._decision, self._hub
        self._drop()
        if decision is None or hub is None:
            return
        self.show(replace(self.view, pending=None))
        try:
            outcome = await decision.make()
        except Problem as problem:
            self.show(replace(self.view, result=safe_line(str(problem), longest=300)))
        else:
            nook = title(hub.session.rooms[outcome.request.nook])
            done = {"approved": "is invited to", "declined": "was declined at"}.get(outcome.outcome, outcome.outcome)
            self.show(replace(self.view, result=safe_line(f"{_who(outcome.request)} {done} {nook}.")))
        self.rebuild(hub)

    def _drop(self) -> None:
        self._decision = None
        if self._drain:
            self._drain.cancel()
            self._drain = None

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=_offline_notice()))
            except Problem as problem:
                self.show(replace(self.view, result=safe_line(str(problem), longest=300)))
            else:
                self.rebuild(hub)

        await hub.do(run())


def _who(request: Request) -> str:
    return shown_name(request.user, request.display_name)


def _offline_notice() -> Notice:
    return Notice("The server cannot be reached.", ("What you see is from before", "Decisions wait until it is back"))


def _summary(requests: tuple[Request, ...], count: int, now: datetime) -> str:
    longest = f" · longest wait {age(requests[0].since, now)}" if requests else ""
    return f"{count} open{longest}" if count else ""


def _ask(hub: Hub, request: Request, now: datetime, looks: _Looks) -> DeskLine:
    nook = hub.session.rooms[request.nook]
    state, meaning = _standing(hub, request, nook)
    actions = ["desk.approve", "desk.decline", "desk.claim"]
    if not request.asked_in:
        actions.append("desk.vet")
    return DeskLine(
        case=request.case,
        kind="ask",
        who=_who(request),
        what=safe_line(f"→ {title(nook)}"),
        state=state,
        state_meaning=meaning,
        age=age(request.since, now),
        nook_id=request.nook,
        detail=_detail(hub, request, nook, now, looks),
        actions=tuple(actions),
    )


def _standing(hub: Hub, request: Request, nook: Room) -> tuple[str, str]:
    if request.is_full:
        return "nook is full", "nook-waiting"
    if hub.vetting.answers(request):
        return "answered", "nook-new"
    if request.holder == hub.session.gateway.user_id:
        return "yours", ""
    if request.holder:
        return safe_line(f"{shown_name(request.holder, nook.name_of(request.holder))} is on it"), "nook-quiet"
    return ("asked", "nook-quiet") if request.asked_in else ("free", "")


def _detail(hub: Hub, request: Request, nook: Room, now: datetime, looks: _Looks) -> Detail:
    answers = hub.vetting.answers(request)
    texts = {q.id: q.text for q in nook.charter.questions} if nook.charter else {}
    return Detail(
        name=_who(request),
        user_id=UserId(safe_line(request.user)),
        asked=f"asked {ago(request.since, now)}",
        nook=safe_line(title(nook)),
        members=request.size,
        cap=request.cap,
        facts=_facts(hub, request, now),
        reason=safe_text(request.reason, longest=500, lines=8),
        answers=tuple((safe_line(texts.get(key, key)), safe_text(text, longest=500)) for key, text in answers.items()),
        reveals=reveals(nook),
        warning=_lookalike(request, looks),
        unsigned=_unsigned(hub, request),
    )


def _unsigned(hub: Hub, request: Request) -> str:
    """What to know before somebody is asked none of whose devices is signed; empty where there is nothing."""
    known = hub.session.trust.people.known(request.user)
    if known is None or known.signed or not known.excepted_if_allowed or request.asked_in:
        return ""
    who = _who(request)
    return f"{of(who)} devices are not signed by {who}: their server could read this."


def _facts(hub: Hub, request: Request, now: datetime) -> tuple[tuple[str, str, str], ...]:
    rooms = hub.session.rooms
    members = [(s, s.members[request.user]) for s in rooms.spaces() if request.user in s.members]
    inside = [(s, m) for s, m in members if m.membership == Membership.JOIN]
    shared = rooms.nooks_with(request.user)
    since = f"for {age(inside[0][1].since, now)}" if inside else "no"
    return (
        ("In the space", f"{since}, in {shared} of your nooks" if inside else since, "" if inside else "nook-warn"),
        ("Device", *device_fact(hub.session.trust.people.known(request.user))),
        ("Way of asking", "with answers ready" if request.ref else "a plain request", ""),
    )


def _lookalike(request: Request, looks: _Looks) -> str:
    mine = skeleton(request.display_name or "")
    alike = [user for user in looks.get(mine, ()) if user != request.user] if mine else []
    return f"Looks like {safe_line(alike[0])}, who is a member." if alike else ""


def _looks(nook: Room) -> _Looks:
    """Which members' names look how; made once for a nook, however many ask to join it."""
    found: dict[str, tuple[UserId, ...]] = {}
    for member in nook.who(Membership.JOIN):
        name = skeleton(member.display_name or "")
        found[name] = (*found.get(name, ()), member.user)
    return found


def _share(hub: Hub, share: Share, now: datetime) -> DeskLine:
    nook = hub.session.rooms[share.nook]
    author = shown_name(share.author, nook.name_of(share.author))
    agreed = share.state == ShareState.CONSENTED
    target = hub.session.rooms.get(share.target)
    detail = Detail(
        name=author,
        user_id=UserId(safe_line(share.author)),
        asked=f"asked {ago(share.asked_at, now)}",
        nook=safe_line(title(nook)),
        members=nook.size,
        cap=nook.cap,
        reason=safe_text(share.draft),
        facts=(("Readers", audience_words(share.audience), "nook-leaves"),),
        reveals="Published, it can be taken back, but not unread.",
    )
    return DeskLine(
        case=share.request,
        kind="share",
        who=author,
        what=safe_line(f"→ {title(target)}" if target else "→ highlights"),
        state="agreed" if agreed else safe_line(f"waits for {author}"),
        state_meaning="nook-safe" if agreed else "nook-waiting",
        age=age(share.asked_at, now),
        nook_id=share.nook,
        detail=detail,
        actions=("desk.publish",) if agreed else (),
    )
