"""A long day at the desk of Riverside Makers: every kind of line, and a flood, as the desk shows them."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView, Detail, Door, Note, Pending, Plan, Progress
from nookterm.viewmodels.desk_batch import plan
from nookterm.viewmodels.model import Face
from tests.tui.panel_samples import BOB, GLAZE, MIA

RIVER = RoomId("!river")
ANA, CY = UserId("@ana:river.example"), UserId("@cy:river.example")
ASKED = tuple(
    f"desk.{word}"
    for word in (
        "approve", "decline", "claim", "vet", "waitlist", "ban", "vote_for", "vote_against", "message", "hand_over",
    )
)  # fmt: skip
_NOTES = (Note("Cy", "is for it", mark="for"), Note("Dee", "declined: full until spring", "3 w ago"))


def asks(number: int, who: str, state: str, meaning: str = "", age: str = "1 d", **more: object) -> DeskLine:
    """Somebody who asks to join glaze-lab."""
    name = who.split(maxsplit=1)[0].lower()
    about = replace(MIA, name=who, user_id=UserId(f"@{name}:river.example"), warnings=(), facts=MIA.facts)
    line = DeskLine(
        f"k-{number}", "ask", who, "→ glaze-lab", state, meaning, age, GLAZE, about, ASKED,
        read=f"$knock{number}", nook="glaze-lab", user_id=about.user_id, server="river.example", stands_out=True,
    )  # fmt: skip
    return replace(line, **more)  # type: ignore[arg-type]  # fields by name


def other(kind: str, who: str, what: str, state: str, meaning: str, age: str, *acts: str, **more: object) -> DeskLine:
    """A line about something else than a request."""
    about = Detail(
        who, UserId(f"@{kind}:river.example"), f"{age} ago", "glaze-lab", 34, None, title=f"{kind} in",
        why=("Why it is here, in a sentence.",), ways=("What one can do about it.",), quoting="The message",
        reason="is it safe to fire this twice?" if kind in {"open", "thread", "report"} else "",
    )  # fmt: skip
    line = DeskLine(
        f"{kind}-1", kind, who, what, state, meaning, age, GLAZE, about, tuple(f"desk.{act}" for act in acts),
        read=f"${kind}", nook="glaze-lab", opens=GLAZE,
    )  # fmt: skip
    return replace(line, **more)  # type: ignore[arg-type]  # fields by name


BOB_ASKS = asks(
    1, "Bob Reyes", "yours", "", "2 h",
    detail=replace(BOB, notes=_NOTES, needs="1 of 2 are for it, counting you"), mine=True,
)  # fmt: skip
MIA_ASKS = asks(2, "Mia Holt", "Cy is on it", "nook-quiet", "5 h", detail=MIA, held="Cy")
JO_ASKS = asks(3, "Jo Tanaka", "answered", "nook-new")
PIA_ASKS = asks(4, "Pia Brandt", "2nd opinion", "nook-mention")
KIM_ASKS = asks(5, "Kim Oda", "free", "", "3 h")
FULL_ASKS = asks(
    6, "Ivo Lang", "nook is full", "nook-waiting", "2 d", what="→ river-watch", nook="river-watch", nook_id=RIVER,
    full=True, detail=replace(MIA, name="Ivo Lang", nook="river-watch", members=60, cap=60, warnings=()),
)  # fmt: skip
FOLDED = (
    asks(7, "Sal Vey", "place 1", "nook-waiting", "9 d", fold="on the wait-list"),
    asks(8, "Uma Rey", "place 2", "nook-waiting", "8 d", fold="on the wait-list"),
    asks(9, "Tom Beck", "until 2 Dec", "nook-quiet", "1 h", fold="cooling down"),
    asks(10, "Lea Orr", "took it back", "nook-quiet", "4 d", fold="withdrawn", actions=("desk.clean", "desk.claim")),
    asks(11, "Nik Ash", "until 24 Nov", "nook-quiet", "2 d", fold="snoozed"),
)
PEOPLE = (BOB_ASKS, MIA_ASKS, JO_ASKS, PIA_ASKS, KIM_ASKS, FULL_ASKS)
HELLO = other("hello", "Eli Marsh", "joined glaze-lab", "", "", "3 h", "greet", "claim", draft="Welcome, @Eli Marsh. ")
QUESTION = other(
    "open", "“why does zinc craze?”", "glaze-lab", "no answer", "nook-quiet", "1 d", "claim", event=EventId("$q")
)
DRIFT = other(
    "drift", "glaze-lab", "how people get in", "", "", "6 d", "fix", "claim",
    detail=Detail(
        "glaze-lab", UserId(""), "6 d ago", "glaze-lab", 34, None, title="set otherwise than its charter says:",
        why=("How people get in: anybody walks in. By the charter: people ask to join.", "Nobody is asked."),
    ),
)  # fmt: skip
CLASH = other("clash", "Rae Moss", "→ glaze-lab", "look together", "nook-warn", "1 h", "settle", "claim")
REPORT = other(
    "report", "“you people always”", "in glaze-lab", "it hurts somebody", "nook-warn", "20 min",
    "message", "clean", "settle", "claim", opens=RoomId("!report"),
)  # fmt: skip
GROUPS = (
    DeskGroup("Safety", (REPORT, CLASH)),
    DeskGroup(
        "People waiting",
        (
            *PEOPLE,
            other("nudge", "Jo Tanaka", "waits for a word at glaze-lab", "no answer", "nook-waiting", "9 d", "message"),
            other("slot", "Sal Vey", "is next for bike-kitchen", "a place is free", "nook-new", "2 h", "approve"),
            other("invite", "Ada Penn", "is invited to glaze-lab", "", "", "3 w"),
            *FOLDED,
        ),
    ),
    DeskGroup(
        "Care",
        (
            HELLO,
            QUESTION,
            other("thread", "“@Bo, your turn”", "glaze-lab", "waits for Bo", "nook-waiting", "4 d", "claim"),
            other("quiet", "herb-garden", "is quiet", "", "", "2 w", "greet", draft="What grew this week?"),
            other("care", "Sam", "asked to be noticed in glaze-lab", "", "", "", "message"),
        ),
    ),
    DeskGroup(
        "Sharing",
        (
            other("share", "Bo Lindqvist", "→ Makers highlights", "waits for Bo", "nook-waiting", "4 h"),
            other("back", "Dee Okafor", "→ Makers highlights", "to be taken down", "nook-leaves", "1 d", "clean"),
        ),
    ),
    DeskGroup(
        "Upkeep",
        (
            other("card", "looms", "has a new entry card", "", "", "1 d", "approve", "decline"),
            other("full", "river-watch", "60 of 60", "", "", "5 d", "greet", draft="Shall we become two?"),
            DRIFT,
            other("sheet", "Cy Arden", "facilitates now: glaze-lab", "", "", "2 d", "greet", "settle"),
        ),
    ),
)
SHARING = DeskGroup(
    "Sharing",
    (
        other("share", "Bo Lindqvist", "→ Makers highlights", "waits for Bo and 1 more", "nook-waiting", "4 h"),
        other(
            "offer",
            "“Cone 6 at 1222 °C. Slow cooling.”",
            "Owls → glaze-lab",
            "could be of use",
            "nook-new",
            "2 d",
            "greet",
            "settle",
            "claim",
            draft="From Owls (Mo), in the highlights:",
            detail=Detail(
                "Owls",
                UserId(""),
                "2 d ago",
                "glaze-lab",
                34,
                None,
                title="could be posted in",
                facts=(("Words of", "Mo", ""),),
                reason="Cone 6 at 1222 °C.\nSlow cooling.",
                quoting="What it says",
                ways=(
                    "{desk.greet} opens the nook with these words quoted and credited.",
                    "{desk.settle} says no to it.",
                ),
            ),
        ),
        other("over", "Owls", "more than 3 highlights in seven days", "over the limit", "nook-warn", "1 h", "settle"),
    ),
)
DOORS = (Door(GLAZE, "glaze-lab", is_open=True, waiting=5),)
HELPERS = ((GLAZE, ((CY, "Cy Arden"),)),)
EVERYTHING = DeskView(
    groups=GROUPS,
    summary="20 open · longest wait 9 d",
    since="based on history since 12 Oct",
    pending=Pending("k-kit", "Declining Kit at herb-garden with your words", 6, 6),
    face=Face.CONTENT,
    helpers=HELPERS,
    doors=DOORS,
)


def stranger(number: int) -> DeskLine:
    """One of many who ask from the same server."""
    who = UserId(f"@x{number:03}:evil.example")
    about = Detail(f"x{number:03}", who, "asked 2 h ago", "glaze-lab", 34, 60, reason="hi")
    return DeskLine(
        f"f-{number}", "ask", f"x{number:03}", "→ glaze-lab", "free", "", "2 h", GLAZE, about, ASKED,
        read=f"$f{number}", nook="glaze-lab", user_id=who, server="evil.example",
    )  # fmt: skip


def flood(count: int = 412) -> DeskView:
    """So many strangers of one server, and three neighbours among them."""
    few = (KIM_ASKS, *(stranger(number) for number in range(count)), JO_ASKS, BOB_ASKS)
    return DeskView(
        groups=(DeskGroup("People waiting", few), DeskGroup("Care", (HELLO,))),
        summary=f"{count + 4} open · longest wait 1 d",
        face=Face.CONTENT,
        doors=DOORS,
        helpers=HELPERS,
    )


SEVERAL = plan("decline", (KIM_ASKS, JO_ASKS, MIA_ASKS, HELLO), words="We are full until spring.")


def running(done: int, *, over: bool = False) -> Progress:
    """A batch under way: each second one did not work."""
    rows = []
    for number, planned in enumerate(plan("decline", tuple(map(stranger, range(6)))).rows):
        failed = number % 2 == 1
        words = "Cy was faster: x001 is already in." if failed else "declined"
        rows.append(replace(planned, result=words, failed=failed) if number < done else planned)
    return Progress(Plan("decline", "Turn 6 people away", tuple(rows)), done, running=not over)
