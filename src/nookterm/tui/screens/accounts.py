"""All accounts of this machine: how each stands and what waits in it; go to one, add one, close one, sign one out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.asking import Question
from nookterm.tui.widgets.cards import GAP, Block, BlockList, Look
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    KEY,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    meaning_style,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.people_screen import PeopleScreen, told_rows
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.accounts import AccountLine, AccountsPanel

ADD, SIGN_OUT = "+", "-"
"""What stands before the name where the screen gives one that is to be added, or signed out from in front."""


class AccountsScreen(PeopleScreen):
    """Gives the name of the account to go to; with a sign before it what else is to be done with it."""

    DEFAULT_CSS = """
    AccountsScreen {
        align: center middle; background: $background 70%;
        #accounts-box {
            width: 92; max-width: 100%; height: auto; max-height: 100%; padding: 1 2; background: $background;
            border: round $accent;
        }
        #accounts-list { height: auto; max-height: 20; min-height: 1; }
        #accounts-name { display: none; margin: 1 0 0 0; }
        #accounts-lost { display: none; margin: 1 0 0 0; }
        #accounts-acts { margin: 1 0 0 0; }
        &.-short #accounts-box { padding: 0 1; width: 100%; }
        &.-short #accounts-list { max-height: 12; }
    }
    AccountsScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("accounts")]

    def __init__(self, accounts: AccountsPanel) -> None:
        """`accounts` is the view-model of all of them."""
        super().__init__(accounts)
        self._accounts = accounts
        self._leaving = ""
        """The account that is asked about: whether to sign it out."""
        self._losses: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """The head, the list, what is asked, what came of it, the keys."""
        with Vertical(id="accounts-box"):
            yield Paper(self._head)
            yield BlockList(lambda _width: self._blocks(), id="accounts-list")
            yield LineField(
                "Name of the new account, on this machine",
                readers=row(("only you see it; Enter goes on, Esc not now", QUIET)),
                id="accounts-name",
            )
            yield Paper(self._lost, id="accounts-lost")
            yield Question(self._answered)
            yield Paper(lambda width: [NOTHING, *told] if (told := self._told(width)) else [], id="accounts-told")
            yield Acts(id="accounts-acts")

    def begin(self) -> None:
        """See how each stands."""
        self.query_one(BlockList).focus()
        self.app.run_worker(self._accounts.look(), group="intents")

    def changed(self) -> None:
        """Show the newest view."""
        self.query_one(BlockList).rebuild()
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        self.query_one(Acts).show(
            (("list.open", "go there"), ("accounts.add", ""), ("accounts.close", ""), ("accounts.sign_out", ""),
             ("accounts.back", ""))
        )  # fmt: skip

    def _head(self, width: int) -> list[Content]:
        words = "Each has its own keys and messages; what is open syncs, in front or not."
        return [
            ends(row(("Accounts", STRONG)), quiet_hint("escape", "back"), width),
            *wrapped(row((words, SOFT)), width=width),
            NOTHING,
        ]

    def _told(self, width: int) -> list[Content]:
        return told_rows(self._accounts.view, width)

    def _lost(self, width: int) -> list[Content]:
        return [line for words in self._losses for line in wrapped(said(words, SOFT), width=width)]

    def _blocks(self) -> list[Block]:
        blocks: list[Block] = []
        for line in self._accounts.view.lines:
            blocks += [GAP] * bool(blocks) + [Block(line.name, 3 if line.why else 2, partial(_drawn, line))]
        return blocks

    @on(BlockList.Opened)
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.key)

    def action_add(self) -> None:
        """Ask what it is to be called here."""
        if self._leaving:
            return
        field = self.query_one("#accounts-name", LineField)
        field.value = self._accounts.free_name()
        field.display = True
        field.focus()
        # Who has a name in mind just types it.
        field.action_select_all()

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        free = self._accounts.free_name(name) if name else ""
        if free and free == name:
            self.dismiss(f"{ADD}{name}")
            return
        words = "That name is taken." if free and name else "Use letters, digits, dots, dashes and underscores."
        event.input.border_subtitle = row((words, WARN))

    def action_sign_out(self) -> None:
        """Say what is lost, then ask."""
        name = self.query_one(BlockList).key
        if name and not self._leaving:
            self._leaving = name
            self.app.run_worker(self._ask_about(name), group="intents")

    async def _ask_about(self, name: str) -> None:
        self._losses = await self._accounts.losses(name)
        lost = self.query_one("#accounts-lost", Paper)
        lost.display = True
        lost.refresh(layout=True)
        line = self._accounts.view.line(name)
        who = f"{line.user}:{line.server}" if line and line.user else name
        self.query_one(Question).ask(f"Sign {who} out on this machine?", "sign out")
        self.call_after_refresh(self.query_one(Question).scroll_visible, animate=False)

    def _answered(self, yes: bool) -> None:  # noqa: FBT001 - an answer comes by place
        name, self._leaving, self._losses = self._leaving, "", ()
        self.query_one(Question).display = self.query_one("#accounts-lost").display = False
        self.query_one(BlockList).focus()
        line = self._accounts.view.line(name)
        if yes and line is not None and line.in_front:
            self.dismiss(f"{SIGN_OUT}{name}")
        elif yes:
            self.app.run_worker(self._accounts.sign_out(name), group="intents")

    def action_close(self) -> None:
        """Let go of the chosen one."""
        name = self.query_one(BlockList).key
        if name and not self._leaving:
            self.app.run_worker(self._accounts.close(name), group="intents")

    def action_back(self) -> None:
        """From what is asked to the list, from there back."""
        field = self.query_one("#accounts-name", LineField)
        if self._leaving:
            self._answered(False)
        elif field.display:
            field.display = False
            self.query_one(BlockList).focus()
        else:
            super().action_back()


def _drawn(line: AccountLine, width: int, look: Look) -> Sequence[Content]:
    mark = row(("▸ ", KEY)) if line.in_front else row(("  ", ""))
    name = row(
        (line.name, STRONG if look is Look.FOCUSED else TEXT), ("  in front", QUIET) if line.in_front else NOTHING
    )
    news: list[tuple[str, str] | Content] = []
    if line.unsent:
        news += [("! ", WARN), (f"{line.unsent} not sent  ", SOFT)]
    if line.mentions:
        news.append((f"@{line.mentions}  ", "bold $nook-mention"))
    if line.unread:
        news.append((f"{line.unread} unread  ", SOFT))
    dot = ("● ", SAFE) if line.meaning == "safe" else ("○ ", meaning_style(line.meaning))
    state = row(dot, (line.state, meaning_style(line.meaning)))
    who = f"{line.user}:{line.server}" if line.user else ""
    rows = [ends(row(mark, name), row(*news, state), width), row(("  ", ""), said(who, SOFT)).truncate(width)]
    if line.why:
        rows.append(row(("  ", ""), said(line.why, QUIET)).truncate(width, ellipsis=True))
    return rows
