"""From the words before the cursor to what could be meant: people, rooms, emoji, commands, paths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.formatting.writing import EVERYBODY
from nookterm.viewmodels.settings import KEYS, SettingRow
from nookterm.viewmodels.words import others

UPLOAD = "/upload "
SET = "/set "
_COMMAND = re.compile(r"/[\w-]*$")
_BEGINS = r"(?:^|[\s(\[{\"'“])"
_PERSON = re.compile(_BEGINS + r"(@[^\s@]*)$")
_ROOM = re.compile(_BEGINS + r"(#[^\s#]+)$")
_EMOJI = re.compile(_BEGINS + r"(:(?:[^\W\d_]|\+)[\w+-]+:?)$")
"""Two letters at least: `:D` and `:p` are what they are."""
_EMOJI_TYPED = re.compile(_BEGINS + r"(:(?:[^\W\d_]|\+)[\w+-]+:)$")
_FENCES = ("```", "~~~")


class Kind(StrEnum):
    """What is being written."""

    PERSON = "person"
    ROOM = "room"
    EMOJI = "emoji"
    COMMAND = "command"
    PATH = "path"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that can be completed."""

    kind: Kind
    typed: str
    """With its sign; a path as it stands."""
    start: int
    """The column where it begins; it ends at the cursor."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of what could be meant."""

    insert: str
    """What takes the word's place; empty where there is only something to be said."""
    label: str
    about: str = ""
    user: UserId | None = None
    """Whose name it is."""


@dataclass(frozen=True, slots=True)
class RoomAddress:
    """A room by its name, with the address that may be given away."""

    title: str
    alias: str = ""
    why_not: str = ""
    """Why there is no address."""


def asked_at(before: str, *, first_line: bool) -> Asked | None:
    """What could be completed at the end of `before`, the line up to the cursor."""
    if first_line and before.startswith(UPLOAD):
        typed = before.removeprefix(UPLOAD).lstrip()
        return Asked(Kind.PATH, typed, len(before) - len(typed))
    if first_line and before.startswith(SET):
        typed = before.removeprefix(SET).lstrip()
        return Asked(Kind.SETTING, typed, len(before) - len(typed.rpartition(" ")[2]))
    if first_line and _COMMAND.match(before):
        return Asked(Kind.COMMAND, before, 0)
    for kind, pattern in ((Kind.PERSON, _PERSON), (Kind.ROOM, _ROOM), (Kind.EMOJI, _EMOJI)):
        if found := pattern.search(before):
            return Asked(kind, found[1], found.start(1))
    return None


def emoji_typed(before: str) -> str:
    """The `:name:` that ends here; empty where there is none, and in code, where it is what it is."""
    found = _EMOJI_TYPED.search(before)
    return "" if found is None or in_code(before) else found[1]


def in_code(before: str) -> bool:
    """Whether somebody writes code where this ends: a block or a piece of it was begun and not ended."""
    *lines, last = before.split("\n")
    fences = sum(1 for line in lines if line.lstrip().startswith(_FENCES))
    return fences % 2 == 1 or last.count("`") % 2 == 1


def commands_for(typed: str, commands: Iterable[tuple[str, str]]) -> tuple[Suggestion, ...]:
    """Commands (the word after the slash and with it, what it does) that begin so; a whole one needs no help."""
    found = [Suggestion(slash, slash, about) for slash, about in commands if slash.startswith(typed)]
    return () if [one.insert for one in found] == [typed] else tuple(found)


def settings_for(typed: str, settings: Iterable[SettingRow]) -> tuple[Suggestion, ...]:
    """Settings by the beginning of a part of their name; after the whole name and a space, what that one may be."""
    name, space, begun = typed.partition(" ")
    open_ones = [row for row in settings if not row.fixed and row.kind != KEYS]
    if space:
        choices = [choice for row in open_ones if row.name == name for choice in row.choices]
        fitting = [one for one in choices if one.value.startswith(begun.strip()) and one.value != begun]
        return tuple(Suggestion(one.value, one.value, one.means) for one in fitting)
    fit = [row for row in open_ones if any(part.startswith(name) for part in (row.name, *row.name.split(".")))]
    found = [Suggestion(row.name, row.name, f"{row.value} · {row.about}") for row in fit]
    return () if [one.insert for one in found] == [typed] else tuple(found)


def people_for(typed: str, people: Sequence[tuple[str, UserId]], everybody: int = 0) -> tuple[Suggestion, ...]:
    """People by the beginning of their name, of a word in it, or of their id; last all of them, where one may.

    What is inserted mentions them when it is sent: the name, or the id where a name alone would not say who is meant.
    `everybody`: how many others `@room` calls.
    """
    wanted = typed.removeprefix("@").casefold()
    often = Counter(name.casefold() for name, _ in people)
    ranked = []
    if everybody and wanted and EVERYBODY.startswith(f"@{wanted}"):
        often[EVERYBODY[1:]] += 1
        ranked.append((2, len(people), Suggestion(EVERYBODY, EVERYBODY, f"calls everybody here: {others(everybody)}")))
    for number, (name, user) in enumerate(people):
        folded = name.casefold()
        if folded.startswith(wanted):
            rank = 0
        elif any(word.startswith(wanted) for word in re.split(r"[\s\-(]+", folded)):
            rank = 1
        elif user.casefold().startswith(f"@{wanted}"):
            rank = 2
        else:
            continue
        shown = safe_line(name)
        sure = shown == name and often[folded] == 1
        ranked.append((rank, number, Suggestion(f"@{name}" if sure else user, f"@{shown}", safe_line(user), user)))
    found = tuple(one for _, _, one in sorted(ranked, key=lambda row: row[:2]))
    return () if [one.insert for one in found] == [typed] else found


def rooms_for(typed: str, rooms: Iterable[RoomAddress]) -> tuple[Suggestion, ...]:
    """Rooms by their name or address, those first that can be named; of the others it is said why they cannot be."""
    wanted = typed.removeprefix("#").casefold()
    found = []
    for room in rooms:
        words = (room.title.casefold(), *re.split(r"[\s\-_]+", room.title.casefold()), room.alias.casefold()[1:])
        if any(word.startswith(wanted) for word in words):
            shown = safe_line(room.title)
            found.append((not room.alias, shown.casefold(), room, shown))
    listed = [
        Suggestion(room.alias, shown, room.alias or room.why_not) for _, _, room, shown in sorted(found, key=_by_name)
    ]
    return () if [one.insert for one in listed] == [typed] else tuple(listed)


def _by_name(row: tuple[bool, str, RoomAddress, str]) -> tuple[bool, str]:
    return row[:2]


def emoji_for(found: Sequence[tuple[str, str]], recent: Sequence[str]) -> tuple[Suggestion, ...]:
    """Emoji with their names, those first that were taken lately."""
    ranked = sorted(found, key=lambda one: recent.index(one[0]) if one[0] in recent else len(recent))
    return tuple(Suggestion(symbol, symbol, name) for symbol, name in ranked)


def paths_for(typed: str, names: Iterable[tuple[str, bool]]) -> tuple[Suggestion, ...]:
    """Files and folders (name, whether it is a folder) of the folder that a path names, which begin like its end."""
    folder, _, begun = typed.rpartition("/")
    if "/" in typed:
        folder += "/"
    elif typed in {"", "~"}:
        return (Suggestion("~/", "~/", "your files"),)
    fit = [
        (not is_folder, name.casefold(), name + "/" * is_folder)
        for name, is_folder in names
        if name.casefold().startswith(begun.casefold()) and (begun.startswith(".") or not name.startswith("."))
    ]
    found = [Suggestion(folder + name, safe_line(name)) for _, _, name in sorted(fit) if safe_line(name) == name]
    return () if [one.insert for one in found] == [typed] else tuple(found)
