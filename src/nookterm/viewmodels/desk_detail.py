"""The case in full: what a decision about a request needs, and for every other line what it is about and what to do."""

from __future__ import annotations

from datetime import datetime

from nookterm.client.people import Known
from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import SAID
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.vetting import Request, reveals
from nookterm.viewmodels.desk import Detail, Note
from nookterm.viewmodels.desk_rooms import Place
from nookterm.viewmodels.desk_signals import facts, unsigned
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.words import ago

LONGEST_REASON, LONGEST_PLAIN = 500, 200
"""Characters of what somebody wrote with their request: with a ref it is ours, without one anybody's."""

_TITLES = {
    Kind.ASK: "asks to join",
    Kind.REPORT: "reported in",
    Kind.CONFLICT: "contradicting decisions at",
    Kind.NUDGE: "waits for a word at",
    Kind.INVITE: "invited to",
    Kind.SLOT: "next in line for",
    Kind.HELLO: "new in",
    Kind.QUESTION: "asked in",
    Kind.THREAD: "named in a thread of",
    Kind.QUIET: "quiet",
    Kind.CARE: "asked to be noticed in",
    Kind.SHARE: "from",
    Kind.TAKE_DOWN: "from",
    Kind.OFFER: "could be posted in",
    Kind.OVERRUN: "shares more than is agreed in",
    Kind.CARD: "entry card of",
    Kind.CAP: "room in",
    Kind.DRIFT: "set otherwise than its charter says:",
    Kind.SHEET: "new facilitator of",
}
_REPORT_ROOM = "Read it in its own room ({desk.open}): only its reporter and those who look into it are there."
_WAYS_ABOUT_SOMEBODY = (
    _REPORT_ROOM,
    "{desk.message} begins a quiet word with them, {desk.settle} says what came of it.",
)
"""For the report of a person: there is no message to take away."""
_WAYS: dict[Kind, tuple[str, ...]] = {
    Kind.REPORT: (
        _REPORT_ROOM,
        "{desk.clean} takes the message away for everybody, {desk.message} begins a quiet word with its author.",
        "{desk.settle} says what came of it.",
    ),
    Kind.CONFLICT: (
        "Nothing is settled by itself. Talk with whoever decided otherwise, and leave the room as you both want it.",
        "{desk.settle} says that this has been looked at.",
    ),
    Kind.NUDGE: ("A few words cost nothing: {desk.message} writes to them in the room that was opened for it.",),
    Kind.INVITE: ("Perhaps they did not see it, or thought better of it. A word outside the nook may help.",),
    Kind.SLOT: ("{desk.approve} lets them in, if they still want to. {desk.message} asks them first.",),
    Kind.HELLO: (
        "Nobody has turned to them yet. {desk.greet} opens the nook with a greeting that you change and send.",
    ),
    Kind.QUESTION: (
        "{desk.open} opens it. Who could know? Naming one person helps more than asking everybody.",
        "{desk.settle} says that it asked nothing, or was answered elsewhere.",
    ),
    Kind.THREAD: ("Somebody was named and nobody went on. {desk.open} opens the thread.",),
    Kind.QUIET: (
        "{desk.greet} opens the nook with words of its own charter to begin with. Quiet is no fault; some nooks rest.",
    ),
    Kind.CARE: (
        "They asked to be missed when they have been away. {desk.message} writes to them alone.",
        "Nothing is known of why. One hello is enough until they speak again.",
    ),
    Kind.TAKE_DOWN: ("{desk.clean} takes the copy down; what was read stays read.",),
    Kind.OFFER: (
        "{desk.greet} opens the nook with these words quoted and credited: change them, say why, send them.",
        "Nothing posts itself.",
        "{desk.settle} says no to it. There is one a week at most.",
    ),
    Kind.OVERRUN: (
        "Another client let it pass, or the limits were lowered since.",
        "{desk.open} opens the board. A word with them helps most.",
        "{desk.settle} says that this has been looked at; it comes back when there is more.",
    ),
    Kind.CARD: ("{desk.approve} puts it into the space, {desk.decline} says that it is not to stand.",),
    Kind.CAP: (
        "Two halves often talk more than one whole. {desk.greet} opens the nook with a proposal to become two.",
    ),
    Kind.SHEET: (
        "They cannot read how the open cases began, who is on the wait-list, and who cools down.",
        "{desk.fix} tells them, in the facilitators' room.",
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a line and its detail are made of beside the item."""

    hub: Hub
    place: Place
    now: datetime

    @property
    def room(self) -> Room:
        """The room that it is in."""
        return self.place.room

    @property
    def me(self) -> UserId:
        """Whose desk this is."""
        return self.hub.session.gateway.user_id

    def name(self, user: UserId) -> str:
        """What somebody is called in this room. Safe text."""
        return self.place.name(user)


def request_detail(seen: Seen, item: Item, request: Request, known: Known | None) -> Detail:
    """Everything that is known of somebody who asks to join."""
    room = seen.room
    answers = seen.hub.vetting.answers(request) if request.asked_in or request.answers else {}
    texts = {SAID: "In the vetting room", **({q.id: q.text for q in room.charter.questions} if room.charter else {})}
    who = shown_name(request.user, request.display_name)
    asks = item.kind in {Kind.ASK, Kind.NUDGE, Kind.SLOT}
    return Detail(
        name=safe_line(who),
        user_id=UserId(safe_line(request.user)),
        asked=f"asked {ago(request.since, seen.now)}",
        nook=seen.place.nook,
        members=request.size,
        cap=request.cap,
        facts=(*_facts(seen, item), *facts(seen.hub, request, room, seen.now, known)),
        reason=safe_text(request.reason, longest=LONGEST_REASON if request.ref else LONGEST_PLAIN, lines=8),
        answers=tuple((safe_line(texts.get(key, key)), safe_text(text, longest=500)) for key, text in answers.items()),
        reveals=reveals(room) if asks else "",
        warnings=seen.place.looks.warnings(request),
        unsigned=unsigned(request, known, who),
        title=_TITLES[item.kind],
        notes=_notes(seen, request),
        needs=needs(request, seen.me),
        why=_why(item),
        ways=_ways(item),
    )


def needs(request: Request, me: UserId) -> str:
    """`1 of 2 are for it`, as long as letting them in now would be too early; empty where it is not."""
    votes = request.votes
    if votes.needed <= 1 or not votes.missing(me):
        return ""
    return f"{len({*votes.in_favour, me})} of {votes.needed} are for it, counting you"


def _notes(seen: Seen, request: Request) -> tuple[Note, ...]:
    votes = request.votes
    words = _vote_words(seen, request) if votes.in_favour or votes.against else {}
    mine = [Note(seen.name(user), words.get(user, "is for it"), mark="for") for user in votes.in_favour]
    mine += [Note(seen.name(user), words.get(user, "is against it"), mark="against") for user in votes.against]
    told = [
        Note(seen.name(end.by), safe_line(f"{end.outcome}: {end.words}", longest=300), ago(end.at, seen.now))
        for end in request.earlier
        if end.words
    ]
    return (*mine, *told)


def _vote_words(seen: Seen, request: Request) -> dict[UserId, str]:
    """What facilitators said with their last votes."""
    acts = (act for act in seen.hub.vetting.acts(seen.room) if act.act == "vote" and act.case == request.case)
    last = {act.sender: act.words for act in acts if act.knock == request.knock}
    return {user: safe_line(words, longest=300) for user, words in last.items() if words}


def other_detail(seen: Seen, item: Item) -> Detail:
    """What a line is about that is not a request, and what one can do."""
    room, user = seen.room, item.user
    quoted = item.kind in {Kind.QUESTION, Kind.THREAD, Kind.REPORT, Kind.SHARE, Kind.TAKE_DOWN, Kind.OFFER}
    of_nook = {Kind.OFFER: item.details.get("nook_name", ""), Kind.OVERRUN: item.quote}.get(item.kind)
    return Detail(
        name=seen.name(user) if user else safe_line(of_nook) if of_nook else seen.place.nook,
        user_id=UserId(safe_line(user)) if user else UserId(""),
        asked="" if item.kind is Kind.CARE else ago(item.since, seen.now),
        nook=seen.place.nook,
        members=seen.place.size,
        cap=room.cap if item.kind is Kind.CAP else None,
        facts=_facts(seen, item),
        reason=safe_text(item.quote, longest=LONGEST_REASON, lines=8) if quoted else "",
        quoting=_QUOTING.get(item.kind, "In their words"),
        reveals="Published, it can be taken back, but not unread." if item.kind is Kind.SHARE else "",
        title=_TITLES[item.kind],
        why=_why(item),
        ways=_ways(item),
    )


_QUOTING = {
    Kind.REPORT: "The message, as it was reported",
    Kind.SHARE: "What would be shared",
    Kind.TAKE_DOWN: "What was shared",
    Kind.OFFER: "What it says",
    Kind.THREAD: "The last word in it",
}


_FIXABLE = {"yes": "", "by a choice": "Choose who helps you: /facilitators, in the nook. Only a member can be chosen."}


def _why(item: Item) -> tuple[str, ...]:
    """Why it is here, in a sentence."""
    if item.kind is Kind.DRIFT:
        return _drift(item)
    why = item.why[:1].upper() + item.why[1:]
    return (f"{why}.",) if why and item.kind not in {Kind.ASK, Kind.SHARE, Kind.OFFER} else ()


def _ways(item: Item) -> tuple[str, ...]:
    """What one can do, by its keys."""
    about_somebody = item.kind is Kind.REPORT and item.details.get("about")
    return _WAYS_ABOUT_SOMEBODY if about_somebody else _WAYS.get(item.kind, ())


def _drift(item: Item) -> tuple[str, ...]:
    """What is set, what should be, why it matters, whether we can set it right."""
    about = item.details
    is_, should = safe_line(about.get("is", "")), safe_line(about.get("should_be", ""))
    setting = safe_line(about.get("setting", ""))
    change = f"{setting}: {is_}. By the charter: {should}." if is_ or should else f"{setting}."
    help_ = _FIXABLE.get(about.get("fixable", ""), "You may not change it; somebody with more power can.")
    said = (change[:1].upper() + change[1:], safe_line(about.get("because", "")), help_)
    return tuple(filter(None, said))


def _facts(seen: Seen, item: Item) -> tuple[tuple[str, str, str], ...]:
    about, found = item.details, list[tuple[str, str, str]]()
    if item.kind is Kind.REPORT:
        if reporter := about.get("reporter"):
            found.append(("Reported by", seen.name(UserId(reporter)), ""))
        if words := about.get("words"):
            found.append(("They say", safe_line(words, longest=300), ""))
    found += _of_sharing(seen, item)
    if item.kind is Kind.CONFLICT:
        if decided := about.get("decided"):
            found.append(("Decided", _decisions(seen, decided), "nook-warn"))
        if membership := about.get("membership"):
            by = f", by {seen.name(UserId(about['by']))}" if about.get("by") else ""
            found.append(("In the room", f"{safe_line(membership)}{by}", ""))
    if item.kind is Kind.INVITE and "by" in about:
        found.append(("Invited by", seen.name(UserId(about["by"])), ""))
    if item.kind is Kind.THREAD and (users := about.get("waits_for")):
        found.append(("Waits for", ", ".join(seen.name(UserId(user)) for user in users.split()), ""))
    if item.holder and item.request is None:
        found.append(("On it", "you" if item.holder == seen.me else seen.name(item.holder), ""))
    return tuple(found)


def _of_sharing(seen: Seen, item: Item) -> list[tuple[str, str, str]]:
    """Whose words a highlight has, and whose yes is missing."""
    about, found = item.details, list[tuple[str, str, str]]()
    if item.kind is Kind.SHARE:
        waits = about.get("waits_for", "").split()
        agreed = [user for user in about.get("authors", "").split() if user not in waits]
        for label, users, meaning in (("Agreed", agreed, "nook-safe"), ("Waits for", waits, "nook-waiting")):
            if users:
                found.append((label, safe_line(", ".join(seen.name(UserId(user)) for user in users)), meaning))
    if item.kind is Kind.OFFER and about.get("credit"):
        found.append(("Words of", safe_line(about["credit"]), ""))
    if item.kind is Kind.OVERRUN:
        found.append(("Past the limit", about.get("count", ""), "nook-warn"))
    return found


def _decisions(seen: Seen, decided: str) -> str:
    """`approved by Ana, declined by Cy`, from `approved:@ana:hs declined:@cy:hs`."""
    pairs = (pair.partition(":") for pair in decided.split())
    return safe_line(", ".join(f"{act} by {seen.name(UserId(user))}" for act, _, user in pairs))
