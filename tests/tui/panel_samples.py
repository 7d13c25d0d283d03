"""One evening at Riverside Makers, as the panels show it."""

from __future__ import annotations

from nookterm.domain.ids import RoomId, UserId
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView, Detail, Pending
from nookterm.viewmodels.directory import AskQuestion, Card, DirectoryView
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.requests import Doubt, RequestLine, RequestsView, Unsure

DECIDE = ("desk.approve", "desk.decline", "desk.claim", "desk.vet")
GLAZE, LOOMS, BIKES = RoomId("!glaze"), RoomId("!looms"), RoomId("!bikes")

BOB = Detail(
    name="Bob Reyes",
    user_id=UserId("@bob:elsewhere.example"),
    asked="asked 2 h ago",
    nook="glaze-lab",
    members=34,
    cap=60,
    facts=(
        ("In the space", "3 weeks, in 2 of your nooks", ""),
        ("Device", "signed by its owner", "nook-safe"),
        ("Asked before", "no", ""),
    ),
    reason="Bo's highlight brought me here.",
    answers=(
        (
            "What do you want to learn here?",
            "Why my celadon crawls on vertical ware and never on flat tiles. One change at a time, for a year.",
        ),
        ("What can you bring?", "Ten years of test tiles, photographed, with recipes. Most of them are failures."),
    ),
    reveals="New members see messages from their invite on.",
)
MIA = Detail(
    name="Mia Holt",
    user_id=UserId("@mia:river.example"),
    asked="asked 5 h ago",
    nook="glaze-lab",
    members=34,
    cap=60,
    facts=(("Device", "not signed", "nook-warn"),),
    reason="I fire at the school on Thursdays.",
    warnings=("The name looks like that of @mia.holt:river.example, who is a member.",),
)


def ask(
    case: str, who: str, nook: str, state: str = "", meaning: str = "", age: str = "1 d", about: Detail | None = None
) -> DeskLine:
    """A request on the desk."""
    return DeskLine(case, "ask", who, f"→ {nook}", state, meaning, age, GLAZE, about, DECIDE)


PEOPLE = (
    ask("k-bob", "Bob Reyes", "glaze-lab", "yours", "", "2 h", BOB),
    ask("k-mia", "Mia Holt", "glaze-lab", "Cy is on it", "nook-quiet", "5 h", MIA),
    ask("k-jo", "Jo Tanaka", "bike-kitchen", "answered", "nook-new"),
)
DESK = DeskView(
    groups=(
        DeskGroup("People waiting", PEOPLE),
        DeskGroup("Care", (DeskLine("k-eli", "hello", "Eli Marsh", "joined glaze-lab", age="3 h", nook_id=GLAZE),)),
        DeskGroup(
            "Sharing",
            (DeskLine("k-tiles", "share", "Bo's tile table", "→ the space", "waits for Bo", "nook-quiet", "4 h"),),
        ),
    ),
    summary="5 open · longest wait 1 d",
    pending=Pending("k-kit", "Declining Kit → herb-garden", 6, 10),
    face=Face.CONTENT,
)

EMPTY_DESK = Notice(
    "Nobody waits", ("Say hello to whoever joined last.", "Ask somebody in.", "Begin another nook from the palette.")
)
UNREACHED = Notice(
    "river.example does not answer",
    ("All you have read is on this disk.", "Keep writing. The next try is in 40 s."),
)
AWAY = Notice("Offline for 3 minutes", ("What you decide waits here until the line is back.",))

DIRECTORY = DirectoryView(
    space="Riverside Makers",
    cards=(
        Card(
            GLAZE,
            "glaze-lab",
            "Cone 6 glazes at home. Failures first.",
            "for: people who fire at home",
            34,
            60,
            "✓ you are in",
            "nook-safe",
            "4 highlights",
        ),
        Card(
            LOOMS,
            "looms",
            "Weaving drafts and the maths behind them.",
            "for: weavers, any loom",
            41,
            80,
            "+ ask to join",
            "",
            "answers in a day",
            True,
            False,
            (
                AskQuestion("learn", "What do you want to learn here?", 500),
                AskQuestion("bring", "What can you bring?", 20),
            ),
            (
                ("yes", "Your two answers: encrypted to Tove and Hal. Hal not verified by you.", "nook-safe"),
                (
                    "leaves",
                    "That you ask, and your name: everyone in looms, and the servers river.example and loom.example.",
                    "nook-leaves",
                ),
            ),
        ),
        Card(
            BIKES,
            "bike-kitchen",
            "Fix your bike together, then ride it.",
            "for: anyone with a spanner",
            58,
            120,
            "open",
            "",
            "2 highlights",
            False,
            True,
        ),
        Card(
            RoomId("!radio"),
            "radio-shack",
            "Antennas, field days and quiet bands.",
            "for: the licensed and the curious",
            22,
            50,
            "◷ asked 2 d ago",
            "nook-waiting",
            "answers in 3 days",
        ),
        Card(
            RoomId("!river"),
            "river-watch",
            "We measure the river and publish it.",
            "for: neighbours of the river",
            60,
            60,
            "◷ place 4 in line",
            "nook-waiting",
            "may split soon",
        ),
        Card(
            RoomId("!press"),
            "letterpress",
            "Metal type, ink and patience.",
            "when a member vouches for you",
            18,
            50,
            "by invite",
            "nook-quiet",
            "no highlights yet",
        ),
        Card(RoomId("!bench"), "open-bench", "Whoever is at the bench.", "", 9, None, "+ ask to join", "", "", True),
    ),
    summary="7 of 11, most room first",
    face=Face.CONTENT,
)

REQUESTS = RequestsView(
    lines=(
        RequestLine(
            LOOMS,
            "looms",
            "Tove asks",
            "nook-new",
            "2 h",
            ("Tove asks for your answers; they go out the next time you are here.",),
            can_withdraw=True,
        ),
        RequestLine(
            RoomId("!radio"),
            "radio-shack",
            "sent",
            "nook-waiting",
            "2 d",
            ("Nobody has answered yet. You can take it back until somebody does.",),
            can_withdraw=True,
        ),
        RequestLine(GLAZE, "glaze-lab", "welcome", "nook-safe", "1 h", ("Ana let you in.",), can_open=True),
        RequestLine(
            RoomId("!herbs"),
            "herb-garden",
            "declined",
            "nook-quiet",
            "9 d",
            ("“We are full of basil people. Try again in spring.”",),
        ),
    ),
    face=Face.CONTENT,
)


def _unsure(user: str, name: str) -> Doubt:
    question = f"{name} ({user}) asks for looms. Do you know that this is one of its facilitators?"
    return Doubt(UserId(user), Unsure.FACILITATOR, f"{question} Your answers go to them then.", "yes, I know")


UNSURE = RequestsView(
    lines=(
        RequestLine(
            LOOMS,
            "looms",
            "who asks?",
            "nook-warn",
            "2 h",
            (
                (
                    "Tove (@tove:loom.example) and Tove (@tove:l00m.example) ask for looms. "
                    "No space that you are in says who its facilitators are."
                ),
                "Nothing has gone to anybody. Your answers go to whom you say is one.",
                "Your answers lie on this machine and on no other.",
            ),
            can_withdraw=True,
            doubts=(_unsure("@tove:loom.example", "Tove"), _unsure("@tove:l00m.example", "Tove")),
        ),
        RequestLine(
            RoomId("!radio"),
            "radio-shack",
            "answers wait",
            "nook-warn",
            "2 d",
            (
                "Hal's identity is another one than before. Either Hal began anew, or somebody pretends to be Hal.",
                "Your answers wait until you decided.",
            ),
            can_withdraw=True,
            doubts=(
                Doubt(
                    UserId("@hal:loom.example"),
                    Unsure.IDENTITY,
                    "Go on with the new identity of Hal (@hal:loom.example), unverified? It gets your answers.",
                    "go on",
                    "key",
                ),
            ),
        ),
        RequestLine(
            GLAZE,
            "glaze-lab",
            "place 3 on the wait-list",
            "nook-waiting",
            "3 d",
            (
                "Ana has put you on the wait-list.",
                "You hear when a place is free. You come in by yourself once you are welcome.",
            ),
            can_withdraw=True,
            talk=RoomId("!talk"),
        ),
    ),
    face=Face.CONTENT,
)
