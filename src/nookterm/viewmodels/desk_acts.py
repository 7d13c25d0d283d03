"""What is done about a case once a person wants it: one function for an act, each bound to what was read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from nookterm.client.errors import WrongUsage
from nookterm.client.sheet import Sheets
from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.desk import Wish
from nookterm.viewmodels.hub import Hub

DECISIONS = frozenset({"approve", "decline", "waitlist", "ban", "clean", "fix", "door"})
"""What waits in the undo bar; everything else can be taken back by another key, or is only words."""
Act = Callable[[Hub, Wish, Item], Awaitable[str]]
_DOING = {
    "approve": "Letting {who} into {nook}",
    "decline": "Declining {who} at {nook}",
    "waitlist": "Putting {who} on the wait-list of {nook}",
    "ban": "Banning {who} from {nook}",
    "clean": "Clearing away the request of {who} at {nook}",
    "fix": "Setting {what} of {nook} right",
}
_OUTCOMES = {
    "approved": "{who} is invited to {nook}.",
    "declined": "{who} was declined at {nook}.",
    "withdrawn": "The request of {who} at {nook} is cleared away.",
    "waitlisted": "{who} is on the wait-list of {nook}.",
    "banned": "{who} is banned from {nook}.",
    "blocked": "{who} takes no invites, so {nook} cannot let them in yet. They were told.",
}


def who_of(hub: Hub, item: Item) -> str:
    """Whom a case is about, as they are called there; the nook where it is about nobody. Safe text."""
    room = hub.session.rooms.get(item.room)
    if item.request:
        return safe_line(shown_name(item.request.user, item.request.display_name))
    if item.user is None:
        return nook_of(room)
    return safe_line(shown_name(item.user, room.name_of(item.user) if room else None))


def nook_of(room: Room | None) -> str:
    """What a nook is called. Safe text."""
    return safe_line(title(room)) if room else "a nook that is gone"


def doing(hub: Hub, wish: Wish, item: Item) -> str:
    """What the undo bar says."""
    nook = nook_of(hub.session.rooms.get(item.room))
    if item.kind is Kind.CARD:
        return f"{'Putting up' if wish.act == 'approve' else 'Refusing'} the entry card of {nook}"
    if item.kind is Kind.TAKE_DOWN:
        return f"Taking down a highlight of {who_of(hub, item)}"
    if item.kind is Kind.REPORT:
        return f"Taking a message of {who_of(hub, item)} back for everybody in {nook}"
    if item.kind is Kind.SHEET:
        return f"Writing the hand-over sheet of {nook}"
    words = _DOING[wish.act].format(who=who_of(hub, item), nook=nook, what=item.details.get("setting", "a setting"))
    return safe_line(words + (" with your words" if wish.words else ""))


async def carry_out(hub: Hub, wish: Wish, item: Item) -> str:
    """Do it. Returns what it came to, in a sentence; raises a Problem where nothing was done."""
    hub.desk.remember_listed([item])
    return await _ACTS[wish.act](hub, wish, item)


def _case(item: Item) -> str:
    """The word under which a decision about somebody who asks is made, also from a line beside their own."""
    return item.request.case if item.request else item.case


def _knock(wish: Wish, item: Item) -> EventId | None:
    return EventId(wish.read) if wish.read else item.request.knock if item.request else None


def _said(hub: Hub, outcome: str, item: Item) -> str:
    words = _OUTCOMES.get(outcome, "{who}: " + outcome + ".")
    return safe_line(words.format(who=who_of(hub, item), nook=nook_of(hub.session.rooms.get(item.room))))


async def _approve(hub: Hub, wish: Wish, item: Item) -> str:
    if item.kind is Kind.CARD:
        await hub.charters.accept(item.case, read=item.event)
        return "The entry card stands in the space."
    outcome = await hub.vetting.approve(_case(item), read=_knock(wish, item), anyway=wish.anyway)
    return _said(hub, outcome.outcome, item)


async def _decline(hub: Hub, wish: Wish, item: Item) -> str:
    if item.kind is Kind.CARD:
        await hub.charters.refuse(item.case, wish.words)
        return "The entry card does not stand; who proposed it can read why."
    read = _knock(wish, item)
    outcome = await hub.vetting.decline(_case(item), read=read, words=wish.words, anyway=wish.anyway)
    return _said(hub, outcome.outcome, item)


async def _waitlist(hub: Hub, wish: Wish, item: Item) -> str:
    outcome = await hub.vetting.wait_list(_case(item), read=_knock(wish, item), anyway=wish.anyway)
    return _said(hub, outcome.outcome, item)


async def _ban(hub: Hub, wish: Wish, item: Item) -> str:
    read = _knock(wish, item)
    outcome = await hub.vetting.ban(_case(item), read=read, words=wish.words, anyway=wish.anyway)
    return _said(hub, outcome.outcome, item)


async def _clean(hub: Hub, wish: Wish, item: Item) -> str:
    if item.kind is Kind.TAKE_DOWN:
        await (hub.sharing.take_down_ended() if "extra" in item.details else hub.sharing.withdraw(item.case))
        return "The copy is taken down. What was read stays read."
    if item.kind is Kind.REPORT:
        await hub.reports.redact(item.case)
        return "The message is taken back for everybody. s closes the report."
    return await _decline(hub, wish, item)


async def _claim(hub: Hub, wish: Wish, item: Item) -> str:
    mine = item.holder == hub.session.gateway.user_id
    if item.kind is Kind.REPORT:
        await (hub.reports.release(item.case) if mine else hub.reports.take(item.case))
    else:
        claims = hub.vetting.claims
        await (claims.release(item.case) if mine else claims.claim(item.case, anyway=wish.anyway))
    return ""


async def _hand_over(hub: Hub, wish: Wish, item: Item) -> str:
    to = UserId(wish.to)
    room = hub.session.rooms.get(item.room)
    await hub.vetting.claims.hand_over(item.case, to)
    name = safe_line(shown_name(to, room.name_of(to) if room else None))
    return f"{name} is on it now: {who_of(hub, item)}."


async def _vet(hub: Hub, wish: Wish, item: Item) -> str:
    outcome = await hub.vetting.interviews.vet(_case(item), allow_unsigned=wish.anyway)
    return f"{who_of(hub, item)} is {outcome.outcome}. The answers come here."


async def _message(hub: Hub, wish: Wish, item: Item) -> str:
    if item.kind is Kind.CARE:
        await hub.care.hello(item.case, wish.words)
        return f"{who_of(hub, item)} has your words."
    if item.kind is Kind.REPORT:
        await hub.reports.word(item.case)
        return (
            f"A room with {who_of(hub, item)} stands among your rooms, with words to begin with. Nothing is sent yet."
        )
    if not wish.words:
        raise WrongUsage("A message has words.", "Nothing was sent.", code="no_words")
    await hub.vetting.interviews.message(_case(item), wish.words)
    return f"{who_of(hub, item)} can read it."


async def _vote(hub: Hub, wish: Wish, item: Item) -> str:
    await hub.vetting.vote(_case(item), wish.number, wish.words, read=_knock(wish, item))
    side = "for" if wish.number > 0 else "against"
    return f"You are {side} letting {who_of(hub, item)} in. The others can see it."


async def _snooze(hub: Hub, wish: Wish, item: Item) -> str:
    days = max(1, wish.number)
    await hub.desk.snooze(item.case, hub.session.clock() + timedelta(days=days), shared=wish.shared)
    whose = "for every facilitator" if wish.shared else "for you"
    return f"Put aside {whose}: {who_of(hub, item)}."


async def _wake(hub: Hub, _wish: Wish, item: Item) -> str:
    await hub.desk.wake(item.case)
    return f"Back again: {who_of(hub, item)}."


async def _settle(hub: Hub, wish: Wish, item: Item) -> str:
    if item.kind is Kind.REPORT:
        await hub.reports.resolve(item.case, wish.words)
        return "The report is closed. Its reporter can read what you said."
    if item.kind is Kind.CONFLICT:
        await hub.vetting.settle(item.case, wish.words)
        return "Settled, as the room has it now."
    await hub.desk.settle(item.case, wish.words)
    return "Dealt with. It comes back when there is something newer to it."


async def _fix(hub: Hub, _wish: Wish, item: Item) -> str:
    room = hub.session.rooms[item.room]
    if item.kind is Kind.SHEET:
        written = await Sheets(hub.session).write(room)
        count = max((sheet.entries for sheet in written), default=0)
        return f"{who_of(hub, item)} can read the open cases now, {count} entries."
    drift = next((drift for drift in hub.charters.drifts(room) if drift.case == item.case), None)
    done = drift is not None and await hub.charters.fix(room, drift)
    return f"{nook_of(room)} is as its charter says, in this." if done else "It was right already."


_ACTS: dict[str, Act] = {
    "approve": _approve,
    "decline": _decline,
    "waitlist": _waitlist,
    "ban": _ban,
    "clean": _clean,
    "claim": _claim,
    "hand_over": _hand_over,
    "vet": _vet,
    "message": _message,
    "vote": _vote,
    "snooze": _snooze,
    "wake": _wake,
    "settle": _settle,
    "fix": _fix,
}


async def turn_door(hub: Hub, room: Room, *, to_open: bool) -> str:
    """Open or close a nook's door."""
    changed = await (hub.vetting.open_door(room) if to_open else hub.vetting.close_door(room))
    now = "open: people can ask to join" if to_open else "closed: nobody new can ask. Who waits stays here"
    return f"The door of {nook_of(room)} {'is' if changed else 'was'} {now}."
