"""The panels of the middle, each loaded and made when somebody first goes there: the first frame waits for none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.widget import Widget

from nookterm.viewmodels.panels import Shell


def _desk(shell: Shell) -> Widget:
    from nookterm.tui.screens.desk import DeskPane

    return DeskPane(shell.desk)


def _highlights(shell: Shell) -> Widget:
    from nookterm.tui.screens.highlights import HighlightsPane

    return HighlightsPane(shell.highlights)


def _requests(shell: Shell) -> Widget:
    from nookterm.tui.screens.requests import RequestsPane

    return RequestsPane(shell.requests)


def _directory(shell: Shell) -> Widget:
    from nookterm.tui.screens.directory import DirectoryPane

    return DirectoryPane(shell.directory)


def _trust(shell: Shell) -> Widget:
    from nookterm.tui.screens.trust import TrustPane

    return TrustPane(shell.trust)


PANES: Mapping[str, Callable[[Shell], Widget]] = {
    "desk": _desk,
    "highlights": _highlights,
    "requests": _requests,
    "directory": _directory,
    "trust": _trust,
}
"""How the panel of a place is made."""
