"""Being called at the terminal: its bell, its notes, its title; and whether somebody sits in front of it."""

from __future__ import annotations

import os
from functools import cached_property

from textual import events, on
from textual.message import Message

from nookterm.tui.settings_acting import SettingsApp
from nookterm.tui.terminal_note import TITLE_KEEP, terminal_note, window_title
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.panels import Shell


class CallingApp(SettingsApp, inherit_bindings=False):
    """An app that calls its person."""

    _window_title = ""
    """What the window's title was set by last."""
    has_title = False
    """Whether the window's title is ours and has to be given back."""

    class Called(Message):
        """Something about calling is newer in one of the accounts. Posted from any thread."""

    def follow_calls(self, shell: Shell | None = None) -> None:
        """Begin to watch what calls, and how it is to be called; once for each open account."""
        shell = shell or self._shell
        if shell is not self.front.shell:
            shell.calling.look_at(conversation=False)
        self._rung[shell] = shell.status.view.calls

        def tell(_view: object) -> None:
            self.post_message(self.Called())

        shell.status.watch(tell)
        shell.calling.watch(tell)
        self.call_as_wished()

    @cached_property
    def _rung(self) -> dict[Shell, int]:
        """How many calls of each account were carried out."""
        return {}

    @on(Called)
    def call_as_wished(self) -> None:
        """Ring or show a note for each new call, and keep the title in step."""
        for shell, rung in tuple(self._rung.items()):
            status = shell.status.view
            self._rung[shell] = status.calls
            if status.calls > rung:
                insist = shell.calling.view.insists
                note = terminal_note(status.aloud, os.environ, insist=insist) if status.aloud else ""
                if note:
                    self._write(note)
                else:
                    self.bell()
        calling = self._shell.calling.view
        mentions = sum(shell.status.view.mentions for shell in self._rung)
        title = window_title(mentions, quiet=bool(calling.quiet)) if calling.titled else ""
        if title != self._window_title:
            first = "" if self._window_title else TITLE_KEEP
            self._window_title = title
            self._write(f"{first}{title or window_title(0, quiet=False)}")
            self.has_title = True

    def _write(self, text: str) -> None:
        """Past Textual's lines, which know neither notes nor titles. Nothing of a stranger comes here unjudged."""
        driver = self._driver
        if driver is not None:
            driver.write(text)
            driver.flush()

    async def on_event(self, event: events.Event) -> None:
        """Whoever uses a key or the mouse is there, in front of the account that is drawn."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            for shell in self._rung:
                shell.calling.touch()
        await super().on_event(event)

    @on(events.AppFocus)
    def _came(self) -> None:
        for shell in self._rung:
            shell.calling.focus(has=True)

    @on(events.AppBlur)
    def _went(self) -> None:
        for shell in self._rung:
            shell.calling.focus(has=False)

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word not in {"/quiet", "/done"} or not rest:
            return super().takes(word, rest)
        self._set_quiet(rest, done=word == "/done")
        return True

    def action_quiet(self) -> None:
        """How it stands."""
        self._set_quiet("", done=False)

    def action_done(self) -> None:
        """Done for today."""
        self._set_quiet("", done=True)

    def _set_quiet(self, words: str, *, done: bool) -> None:
        async def carry_out() -> None:
            calling = self._shell.calling
            told = await (calling.done(words) if done else calling.quiet(words))
            severity = "information" if told.done else "warning"
            self.notify(said(told.words, "").plain, markup=False, severity=severity)  # type: ignore[arg-type]  # one of its words

        self.run_worker(carry_out(), group="intents")
