"""An evening on which not everything is well: changed identities, unsigned devices, an exception."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import EventId, UserId
from nookterm.viewmodels.about import Part, Someone
from nookterm.viewmodels.desk import DeskGroup, DeskView
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.timeline import Aside, Blocked, TimelineView
from tests.tui.fakes import ABOUT, ENTRIES, TIMELINE, words
from tests.tui.panel_samples import MIA, ask

BO = UserId("@bo:river.example")
DEVICE = Blocked(
    "device",
    "Others cannot read this device yet.",
    "this device is not trusted yet",
    "What you write stays here and is not sent, as nobody has signed this device.",
)
CHANGED = Blocked(
    "changed",
    "Bo Lindqvist's identity changed.",
    "Bo Lindqvist's identity changed",
    "Nothing is sent here until you have decided. Either Bo Lindqvist began anew, or somebody pretends to be "
    "Bo Lindqvist.",
    BO,
    "Bo Lindqvist",
    "KEY",
    "Go on with Bo Lindqvist's new identity, unverified? It gets what you write here.",
    "go on",
)
VIOLATED = replace(
    CHANGED,
    kind="violated",
    headline="You verified Bo Lindqvist, and Bo Lindqvist's identity is another one now.",
    safe="Nothing is sent here until you have decided. Either Bo Lindqvist began anew, or somebody stands between you.",
    question="Give your verification of Bo Lindqvist up, and go on with the new identity unverified?",
    yes="withdraw",
)
HIDDEN = Aside(
    EventId("$h"),
    "10:16",
    "Mia Holt wrote something that cannot be read here (3 messages): it came from a device that its owner has not "
    "signed; they can sign it in that app",
    locked=True,
)
DOUBTS = (
    *ENTRIES[:4],
    HIDDEN,
    words(21, "Eli Marsh", 6, "10:17", "From my old laptop.", warning="from a device that its owner has not signed"),
    words(22, "Bo Lindqvist", 1, "10:21", "Welcome, Eli.", verified=True),
    words(
        23, "Ana", 0, "10:24", "Gladly. It is pinned.", state="queued", problem="Bo Lindqvist's identity changed",
    ),
)  # fmt: skip
EXCEPTION = replace(
    TIMELINE,
    entries=DOUBTS,
    trust=("unsigned devices may take part until 5 Dec", "exception until 5 Dec"),
    trust_warns=True,
)
ABOUT_IT = replace(
    ABOUT,
    parts=(
        Part(
            "Who reads this",
            (
                ("✓ 34 people, on devices that they signed.", "", "nook-safe"),
                ("! 2 devices not signed by the owner. They get nothing.", "", "nook-warn"),
                (
                    (
                        "! Unsigned devices of Eli Marsh may take part until 5 Dec, says Cy Arden. The servers of "
                        "their owners could read along."
                    ),
                    "",
                    "nook-warn",
                ),
                ("New members see messages from their invite on.", "", ""),
            ),
        ),
    ),
    people=(
        Someone("Ana", UserId("@ana:river.example"), "facilitator"),
        Someone("Bo Lindqvist", BO, "", "doubt", "identity changed"),
        Someone("Cy Arden", UserId("@cy:river.example"), "facilitator", "verified"),
        Someone("Eli Marsh", UserId("@eli:river.example"), "", "doubt", "2 devices not signed"),
    ),
)


def blocked(what: Blocked) -> TimelineView:
    """The conversation while something stops sending."""
    last = "device not trusted" if what.kind == "device" else "identity changed"
    return replace(
        TIMELINE,
        entries=DOUBTS,
        blocked=what,
        trust=(f"{what.short}: nothing is sent", what.short, last),
        trust_warns=True,
        draft="The table is in the pins",
    )


UNSIGNED_MIA = replace(
    MIA,
    facts=(
        ("In the space", "for 3 w, in 2 of your nooks", ""),
        ("Device", "not signed: cannot be asked yet", "nook-warn"),
    ),
    warnings=(),
    unsigned="Mia Holt's devices are not signed by Mia Holt: their server could read this.",
)
SIGNED_BOB = replace(
    MIA,
    name="Bob Reyes",
    user_id=UserId("@bob:elsewhere.example"),
    facts=(("Device", "signed by its owner · not verified by you", ""),),
    warnings=(),
)
DESK = DeskView(
    groups=(
        DeskGroup(
            "People waiting",
            (
                ask("k-mia", "Mia Holt", "glaze-lab", "free", "", "5 h", UNSIGNED_MIA),
                ask("k-bob", "Bob Reyes", "glaze-lab", "free", "", "2 h", SIGNED_BOB),
            ),
        ),
    ),
    summary="2 open · longest wait 5 h",
    face=Face.CONTENT,
)
