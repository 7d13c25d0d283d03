"""Who is in the open room, and one person's page with what can be done about them."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.room_panel import ActsView

Line = tuple[str, str, str]
"""Left, right, meaning; as the About column has them."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody in the list. All of it safe text."""

    user: UserId
    name: str
    group: str
    """The heading under which they stand."""
    role: str = ""
    """Empty for an ordinary member."""
    shield: str = ""
    """`verified`, `signed`, `doubt`; empty where nothing is known."""
    note: str = ""
    """What is in doubt, or that one ignores them."""
    when: str = ""

    def fits(self, text: str) -> bool:
        """Whether every word of a filter is somewhere in it."""
        here = f"{self.name} {self.user} {self.role} {self.group} {self.note}".casefold()
        return all(word in here for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways that an act can go."""

    key: str
    label: str
    means: str = ""
    question: str = ""
    """What is asked before it is done this way; the act's own where this is empty."""
    asks: str = ""
    """What is asked next, with `ways` as answers."""
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done about a person, or in their room."""

    word: str
    """The last part of its command's id: `message`, `remove`, ..."""
    label: str
    question: str = ""
    """What is asked first, naming what will happen; empty: it is done at once."""
    yes: str = ""
    """What `y` does, in a word or two."""
    writes: str = ""
    """The title of the line for words that go along; empty: there are none."""
    readers: str = ""
    """Who can read them."""
    needs_words: bool = False
    """Whether nothing is done without words."""
    ways: tuple[Way, ...] = ()
    why_not: str = ""
    """Why it cannot be done; empty where it can."""


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person as this room and this device know them."""

    user: UserId
    name: str
    role: str = ""
    facts: tuple[Line, ...] = ()
    acts: tuple[Act, ...] = ()

    def act(self, word: str) -> Act | None:
        """What a key would do."""
        return next((act for act in self.acts if act.word == word), None)


@dataclass(frozen=True, slots=True)
class MembersView(ActsView):
    """The people of a room."""

    lines: tuple[MemberLine, ...] = ()
    summary: str = ""
    invite: Act | None = None
    """Inviting somebody new."""
    person: PersonPage | None = None
    """Whose page is open."""


class MembersPanel(Panel[MembersView], Protocol):
    """The people of the open room."""

    async def begin(self, user: UserId | None = None, *, own: bool = False) -> None:
        """Show who is in the open room, then look anew at the server. `user`: with their page open; `own`: ours."""

    async def open(self, user: UserId | None) -> None:
        """Show somebody's page; None goes back to the list."""

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        """Carry an act out, as it was shown: about the person whose page is open, else about the room."""
