"""The first look around in four steps: what each says to whom, when it comes up by itself, how one goes through it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from nookterm.domain.records import dataclass
from nookterm.viewmodels.first_trust import FirstTrustView
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.status import StatusView
from nookterm.viewmodels.tree_rows import RowKind, TreeView
from nookterm.viewmodels.verify import Step, VerifyView


class Part(StrEnum):
    """What on the screen a step is about."""

    ROOMS = "rooms"
    TALK = "talk"
    PLACES = "places"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Whose:
    """For whom the tour is made."""

    decides: bool = False
    """Whether there is a nook or space in which they decide who comes in."""
    space: bool = False
    """Whether they are in a space."""
    room: bool = False
    """Whether a room is open."""


@dataclass(frozen=True, slots=True)
class TourStep:
    """One of the four. A command's id in braces stands for its key, as it is on this machine."""

    part: Part
    title: str
    words: str
    row: str = ""
    """The row of the left column that it is about; empty: none of them more than the others."""


@dataclass(frozen=True, slots=True)
class TourView:
    """The tour as it was last made."""

    steps: tuple[TourStep, ...] = ()
    wanted: bool = False
    """Whether it should come up by itself, as soon as nothing else needs the person."""


class TourPanel(Panel[TourView], Protocol):
    """What a screen may ask of the tour."""

    async def begin(self) -> None:
        """Make the steps for how things stand now; from here on it does not come up by itself again."""


def steps(whose: Whose) -> tuple[TourStep, ...]:
    """The four steps, in their order."""
    return (_rooms(whose), _talk(whose), _places(whose), _KEYS_STEP)


def _rooms(whose: Whose) -> TourStep:
    words = (
        "What waits for you stands on top, below it the nooks that you are in. "
        "{go.next_room} opens the next one, {app.jump} any of them by a few letters."
        if whose.space
        else "Your nooks will stand here, as soon as you are in a space. "
        "{app.join} takes you into one whose address you have; {app.palette} and the word found begin one of your own."
    )
    return TourStep(Part.ROOMS, "Your rooms", words)


def _talk(whose: Whose) -> TourStep:
    where = (
        "Here you read, and at the end you write" if whose.room else "A room that you open is read and written in here"
    )
    words = (
        f"{where}: the line under your words says who can read them, before {{composer.send}} sends them. "
        "{composer.earlier} in the empty line goes up to the messages, to answer them."
    )
    return TourStep(Part.TALK, "The conversation", words)


def _places(whose: Whose) -> TourStep:
    if whose.decides:
        words = (
            "Whoever asks to join, and whatever else needs a facilitator, waits at the desk: {go.desk}. "
            "A decision drains for a few seconds before it is made, and {app.undo} takes it back."
        )
        return TourStep(Part.PLACES, "The desk", words, RowKind.DESK.value)
    if whose.space:
        words = (
            "Highlights are what nooks share with the whole space, each with its author's yes: {go.highlights}. "
            "{go.directory} shows the nooks that you are not in, and Enter on one of them asks to join."
        )
        return TourStep(Part.PLACES, "Beyond your nooks", words, RowKind.HIGHLIGHTS.value)
    words = (
        "With the address of a nook, {go.directory} shows what it is for and how to ask to join. "
        "What becomes of your request stands in My requests: {go.requests}."
    )
    return TourStep(Part.PLACES, "The way in", words, RowKind.DIRECTORY.value)


_KEYS_STEP = TourStep(
    Part.KEYS,
    "Whenever you are lost",
    "The last row names the keys that work right now, and a click is as good as a key. "
    "{app.help} shows all of them, {app.palette} finds any command by its name, {app.tour} brings these steps back.",
)


def first_sentence(words: str) -> str:
    """What is said where there is room for little."""
    first, point, _rest = words.partition(". ")
    return f"{first}." if point else words


def next_step(at: int, by: int, count: int) -> int | None:
    """Where one is after a step of `by` from `at`; None: behind the last, it is over. Before the first is the first."""
    there = max(0, at + by)
    return there if there < count else None


def may_begin(*, tree: TreeView, status: StatusView, trust: FirstTrustView, verify: VerifyView, draft: str) -> bool:
    """Whether nothing on the main screen needs the person more than the tour does, which was not asked for."""
    needed = (
        trust.wanted
        or verify.step is not Step.NONE
        or status.connection != "live"
        or tree.face is Face.LOADING
        or any(row.kind is RowKind.INVITE for row in tree.rows)
    )
    return not needed and not draft.strip()
