"""How an account stands, and what signing it out would mean, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nookterm.client.accounts import Found, Standing, standing_of
from nookterm.client.backup_state import BackupStep
from nookterm.client.errors import Problem
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.accounts import AccountLine
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.status import READ_ONLY, SIGNED_OUT, WHY_READ_ONLY, StatusView

if TYPE_CHECKING:  # The shell of an account knows these words' module, not the other way round.
    from nookterm.viewmodels.shell import ClientShell

_CLOSED = {
    Standing.READY: ("not open", "quiet", ""),
    Standing.ELSEWHERE: ("another nookterm has it", "quiet", "Enter reads along; it opens when that one is closed."),
    Standing.ENDED: ("session ended", "warn", "Enter opens what is here; /signin signs in again."),
    Standing.LOCKED: ("locked", "warn", ""),
    Standing.DAMAGED: ("damaged", "warn", ""),
    Standing.TROUBLE: ("cannot be opened", "warn", ""),
}


def state_of(view: StatusView | None, standing: Standing, problem: Problem | None) -> tuple[str, str, str]:
    """State, meaning, and why; `view` is the status of one that is open here."""
    if view is None:
        words, meaning, why = _CLOSED[standing]
        said = in_words(problem) if problem else ""
        return words, meaning, why or safe_line(said, longest=400)
    if view.connection == "live":
        return "live", "safe", ""
    if view.connection == SIGNED_OUT:
        return "session ended", "warn", "Go there; /signin signs in again."
    if view.connection == READ_ONLY:
        return "read-only", "quiet", f"You can read along: {WHY_READ_ONLY}."
    meaning = "quiet" if view.connection == "starting" else "warn"
    return view.connection, meaning, view.detail


def line_of(found: Found, view: StatusView | None, tried: Problem | None, *, front: str) -> AccountLine:
    """The line of an account; `tried`: why it did not open at the last try."""
    problem = tried or found.problem
    standing = standing_of(problem) if problem and found.standing is Standing.READY else found.standing
    state, meaning, why = state_of(view, standing, problem)
    user, _, server = (found.profile.user_id if found.profile else "").partition(":")
    return AccountLine(
        safe_line(found.name),
        safe_line(user),
        safe_line(server),
        state,
        meaning,
        why,
        unread=view.unread if view else 0,
        mentions=view.mentions if view else 0,
        unsent=view.unsent if view else 0,
        in_front=found.name == front,
        is_open=view is not None,
    )


def said_of(name: str, before: StatusView, now: StatusView) -> str:
    """What just happened in an account that is behind, with its name; empty for nothing that is said."""
    fresh = now.toast and (now.toast != before.toast or now.calls > before.calls)
    return f"{now.account or safe_line(name)}: {now.toast}" if fresh else ""


def shown_of(view: StatusView) -> tuple[object, ...]:
    """What the list of accounts shows of it."""
    return (view.account, view.connection, view.detail, view.unread, view.mentions, view.unsent)


async def losses(shell: ClientShell | None) -> tuple[str, ...]:
    """What signing out takes from this machine, what is lost first. Engine's thread where it is open."""
    stays = "Your rooms, and what was said there, stay on the server."
    hub = shell._hub if shell else None  # noqa: SLF001 - the same room of the house
    if hub is None:
        return ("Gone from this machine: its messages, keys and drafts, and what it has not sent yet.", stays)
    store = hub.session.store
    unsent = sum(1 for row in store.outgoing() if row.event_id is None)
    drafts = sum(1 for row in store.rooms() if row.draft.strip())
    backup = hub.session.trust.backup.state()
    lost = [f"{_count(unsent, 'message')} not sent yet"] * bool(unsent) + [_count(drafts, "draft")] * bool(drafts)
    kept = backup.step is BackupStep.ON
    keys: tuple[str, ...] = ()
    if backup.unsaved if kept else backup.here:
        keys = ("Keys of messages that are in no backup are lost, too: those messages cannot be read again.",)
    elif kept:
        keys = ("The keys of your messages are in your backup; your recovery key opens them again.",)
    first = (f"Lost: {_listed(lost)}.",) if lost else ()
    return (*first, *keys, "Gone from this machine: its messages and keys.", stays)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts)
