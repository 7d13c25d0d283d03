"""What is drawn: each screen, who looks at it, and the keys that lead there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tools.gallery.stage import Stage
from tools.gallery.village import PORT

Way = Callable[[Stage], Awaitable[None]]
NEWCOMER = ""
"""Nobody is signed in."""
_NEWEST = "I have waited three weeks for you."


@dataclass(frozen=True, slots=True)
class Scene:
    """One screen of the gallery."""

    name: str
    title: str
    words: str
    """What the picture shows, also for those who do not see it."""
    way: Way
    shows: str
    """A place of the main screen, or the kind of the screen that lies over it."""
    who: str = "ana"
    """Somebody of the world, or `NEWCOMER`."""
    wide: bool = False
    """Drawn at every width."""
    themed: bool = False
    """Drawn in every theme."""


async def _in_glaze_lab(stage: Stage) -> None:
    await stage.lives()
    await stage.opens("glaze-lab")
    await stage.sees(_NEWEST, "people can read this")


async def _writing(stage: Stage) -> None:
    await _in_glaze_lab(stage)
    await stage.types("Welcome, Eli! The tile table is")
    await stage.sees("The tile table is")


async def _completing(stage: Stage) -> None:
    await _in_glaze_lab(stage)
    await stage.types("The tile table is pinned, @e")
    await stage.sees("@eli:river.example")


def _key(key: str, *words: str) -> Way:
    async def way(stage: Stage) -> None:
        await _in_glaze_lab(stage)
        await stage.press(key)
        await stage.sees(*words)

    return way


def _command(command: str, *words: str) -> Way:
    async def way(stage: Stage) -> None:
        await _in_glaze_lab(stage)
        await stage.says(command)
        await stage.sees(*words)

    return way


async def _thread(stage: Stage) -> None:
    await _key("alt+l", "4 replies", "16 Nov")(stage)
    await stage.press("enter")
    await stage.sees("There it is.")


async def _message(stage: Stage) -> None:
    await _in_glaze_lab(stage)
    await stage.press("escape", "M")
    await stage.sees("Copy its address")


async def _desk(stage: Stage) -> None:
    await _key("alt+d", "Bob Reyes")(stage)
    await stage.press("down", "down")
    if stage.is_wide:
        await stage.sees("What can you bring?")


async def _case(stage: Stage) -> None:
    await _desk(stage)
    await stage.press("enter")
    await stage.sees("In their words", "What do you want to learn here?")


async def _ask(stage: Stage) -> None:
    await _key("alt+n", "looms", "radio-shack")(stage)
    await stage.press("down")
    await stage.sees("Get old receivers")
    await stage.press("a")
    await stage.sees("What did you last hear on the radio")


async def _record(stage: Stage) -> None:
    await _command("/record", "Record of decisions")(stage)
    await stage.misses("Reading what was decided")


async def _requests(stage: Stage) -> None:
    await stage.lives()
    await stage.press("alt+r")
    await stage.sees("glaze-lab")


async def _board(stage: Stage) -> None:
    await _key("alt+h", "Your yes is asked")(stage)
    await stage.press("1")
    await stage.sees("shark fins")


async def _share(stage: Stage) -> None:
    await _in_glaze_lab(stage)
    await stage.press("escape", "up", "h")
    await stage.sees("Ask Eli Marsh", "On the back, in iron")


async def _devices(stage: Stage) -> None:
    await _key("alt+t", "Your devices", "this one")(stage)


async def _theme(stage: Stage) -> None:
    await _key("f2", "theme")(stage)
    await stage.press("enter")
    await stage.sees("harbour", "beacon")


async def _search(stage: Stage) -> None:
    await _in_glaze_lab(stage)
    await stage.press("alt+s")
    await stage.types("celadon")
    await stage.sees("found")


async def _nowhere(stage: Stage) -> None:
    await stage.lives()
    await stage.sees("You are in no space yet.")


async def _welcome(stage: Stage) -> None:
    await stage.sees("Where is your account?")


async def _password(stage: Stage) -> None:
    await _welcome(stage)
    await stage.types(f"127.0.0.1:{PORT}")
    await stage.press("enter")
    await stage.sees("Password")


async def _problem(stage: Stage) -> None:
    await _welcome(stage)
    await stage.types("127.0.0.1:9")
    await stage.press("enter")
    await stage.sees("!")


SCENES: tuple[Scene, ...] = (
    Scene(
        "main",
        "The conversation",
        "The rooms at the left with what is new in each, a nook's conversation in the middle with words half written "
        "below it, and what the nook is for at the right.",
        _writing,
        "room",
        wide=True,
        themed=True,
    ),
    Scene(
        "desk",
        "The desk",
        "All that waits for a facilitator, from all nooks: who asks to join, whom to greet, questions that nobody "
        "answered, highlights on their way. Where there is room, the chosen case stands beside it.",
        _desk,
        "desk",
        wide=True,
        themed=True,
    ),
    Scene(
        "directory",
        "Find a nook",
        "The nooks of the space as cards: what each is for, for whom, how full it is, "
        "and whether one is in it or can ask.",
        _key("alt+n", "looms", "radio-shack"),
        "directory",
        wide=True,
    ),
    Scene(
        "highlights",
        "Highlights",
        "The board: what the nooks have shared with the space, word for word, with the consent of those who said it.",
        _board,
        "highlights",
        wide=True,
    ),
    Scene(
        "requests",
        "My requests",
        "Where Bob asked to join, what became of it step by step, and what he can do.",
        _requests,
        "requests",
        who="bob",
        wide=True,
    ),
    Scene(
        "trust",
        "Sessions and trust",
        "Ana's devices, her recovery key and her backup, each with what it does and how it stands.",
        _devices,
        "trust",
        wide=True,
    ),
    Scene(
        "case",
        "A request on the desk",
        "Bob asks to join: how full the nook is, what is known of him, his answers, and the keys that decide.",
        _case,
        "desk",
    ),
    Scene("complete", "Naming somebody", "A few letters after an @, and who could be meant.", _completing, "room"),
    Scene(
        "thread",
        "A thread",
        "The answers to one message, in the column beside the conversation.",
        _thread,
        "room",
    ),
    Scene(
        "message",
        "A message's menu",
        "All that can be done about a message, each with its key.",
        _message,
        "ActsMenu",
    ),
    Scene(
        "members",
        "Members",
        "Who is in the nook, and what is known of each.",
        _key("alt+m", "Who decides", "Bo Lindqvist"),
        "MembersScreen",
    ),
    Scene(
        "privacy",
        "The privacy sheet",
        "Who can read what is said here, from when on, on which servers and with which devices.",
        _command("/privacy", "Who can read what is said"),
        "PrivacyScreen",
    ),
    Scene(
        "ask",
        "Asking to join",
        "The nook's own question to whoever asks, and who will read the answer.",
        _ask,
        "directory",
    ),
    Scene(
        "waiting",
        "A highlight on its way",
        "Ana is asked whether her words may be shared: exactly what would leave the nook, and who would read it.",
        _key("alt+h", "Your yes is asked"),
        "highlights",
    ),
    Scene(
        "share",
        "Sharing a message",
        "The words that would leave the nook, before anybody is asked.",
        _share,
        "highlights",
    ),
    Scene(
        "record",
        "The record",
        "Who was let in or turned away, by whom and why.",
        _record,
        "RecordScreen",
    ),
    Scene(
        "charter",
        "The charter",
        "What the nook is for and what it asks, page by page.",
        _command("/charter", "harter"),
        "CharterScreen",
    ),
    Scene(
        "compare",
        "Comparing keys",
        "With whom to compare keys.",
        _key("alt+v", "Compare keys with"),
        "ChooseScreen",
    ),
    Scene(
        "search",
        "Search",
        "Messages found on this disk, with what was said around the chosen one.",
        _search,
        "SearchScreen",
    ),
    Scene(
        "palette",
        "Commands",
        "Every command with what it does and its key.",
        _key("ctrl+p", "What do you want to do"),
        "ChooseScreen",
    ),
    Scene(
        "help",
        "Keys",
        "Every key by where it works.",
        _key("f1", "Everywhere"),
        "HelpScreen",
    ),
    Scene(
        "settings",
        "Settings",
        "What holds, why, and what else it could be.",
        _key("f2", "theme"),
        "SettingsScreen",
    ),
    Scene(
        "choose",
        "Choosing a theme",
        "The themes with a word about each.",
        _theme,
        "ChooseScreen",
    ),
    Scene(
        "menu",
        "A room's menu",
        "What of this room calls, where it stands in the list, and the ways out of it.",
        _command("/roommenu", "Every message calls you"),
        "RoomMenuScreen",
    ),
    Scene(
        "room",
        "Room settings",
        "Name, topic, door, history, addresses: what holds, and what can be changed.",
        _command("/room", "Topic"),
        "RoomSettingsScreen",
    ),
    Scene(
        "found",
        "Founding a nook",
        "A new nook's name, purpose, size and questions.",
        _command("/found-nook", "nook"),
        "FoundScreen",
    ),
    Scene(
        "tour",
        "The tour",
        "The first of four steps around the screen.",
        _command("/tour", "Your rooms"),
        "room",
    ),
    Scene(
        "welcome",
        "The first screen",
        "Which server? An address, and what it is for.",
        _welcome,
        "SignInScreen",
        who=NEWCOMER,
    ),
    Scene(
        "signin",
        "Signing in",
        "A name and a password, and the other ways in that the server has.",
        _password,
        "SignInScreen",
        who=NEWCOMER,
    ),
    Scene("empty", "Nothing yet", "Ozan is in no space: three ways to begin.", _nowhere, "room", who="ozan"),
    Scene(
        "problem",
        "A problem",
        "Nobody answers at this address: what happened, and what can be done.",
        _problem,
        "SignInScreen",
        who=NEWCOMER,
    ),
)
"""In the order of the page."""
