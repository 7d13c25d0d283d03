"""`trust`, `trust setup`, `trust reset`, `recover`: one's own identity, and the key that opens it elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nookterm.cli.alone import alone, ask, ask_secret, confirming, has_terminal, need_somebody, show
from nookterm.cli.commands import exceptions
from nookterm.cli.context import OFFLINE, Context, reading
from nookterm.client.account import OpenAccount
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.noting import free_place, read_note, write_note
from nookterm.client.own_state import NONE, READY, UNKNOWN, UNSIGNED, OwnState
from nookterm.client.ports import Secret
from nookterm.client.session import Session

LOST = (
    "Everybody whom you have compared keys with has to be compared again, and sees that your keys changed.",
    "Your other devices have to be trusted again, one by one.",
    "The backup of message keys is replaced: what only the old one could open stays closed.",
    "The old recovery key opens nothing any more.",
)
"""What a reset means; the screen says the same (viewmodels/first_trust.py)."""
_STEPS = {
    UNKNOWN: "The server has not been asked yet.",
    NONE: "No identity yet. `nookterm trust setup` makes one.",
    UNSIGNED: "Not trusted: this device is not signed by your identity. `nookterm recover` opens it.",
    READY: "Trusted: this device is signed by your identity.",
}


_EXCEPTIONS = {
    "allow": exceptions.allow, "forbid": exceptions.forbid, "people": exceptions.people, "accept": exceptions.accept,
}  # fmt: skip


async def trust(context: Context) -> None:
    """How one's identity stands; `setup` makes one, `reset` replaces it."""
    what = context.args.what
    if what == "setup":
        await _setup(context)
    elif what == "reset":
        await _reset(context)
    elif what in _EXCEPTIONS:
        await _EXCEPTIONS[what](context)
    else:
        await _state(context)


async def _state(context: Context) -> None:
    async with reading(context, fresh=True) as session:
        identity = session.trust.identity
        away = session.phase == OFFLINE or context.args.offline
        state = identity.state() if away else await identity.look()
        devices = [] if away else await _devices(session)
        fields = {
            "user_id": session.gateway.user_id,
            "device_id": session.gateway.device_id,
            "state": state.step,
            "storage": state.storage,
            "passphrase": state.passphrase,
            "backup": state.backup,
            "unfinished": state.unfinished,
            "recovery_key_noted": not state.unnoted,
            "replaced": state.replaced,
            "devices": None if away else devices,
        }
        context.printer.row(fields, "\n".join(_lines(state, devices)))


async def _devices(session: Session) -> list[dict[str, Any]]:
    identities, me = session.gateway.identities, session.gateway.user_id
    known = {**identities.devices(me), identities.this_device.device: identities.this_device}
    found = []
    for listed in await session.gateway.key_server.own_devices():
        keys = known.get(listed.device)
        found.append(
            {
                "device_id": str(listed.device),
                "name": listed.name,
                "signed": keys is not None and keys.signed_by_owner,
                "this": listed.device == identities.this_device.device,
            }
        )
    return found


def _lines(state: OwnState, devices: Iterable[dict[str, Any]]) -> Iterable[str]:
    yield _STEPS[state.step]
    if state.replaced:
        yield "Your identity was replaced elsewhere. If that was not you, somebody else has your account."
    if state.step in {UNSIGNED, READY}:
        ways = "a recovery key or a passphrase opens them" if state.passphrase else "a recovery key opens them"
        yield f"Secrets on the server: {ways}." if state.storage else "Secrets on the server: none."
        yield "Key backup: on." if state.backup else "Key backup: not from this device."
    if state.unfinished:
        yield "Something of it waits for the server, and goes on by itself."
    if state.unnoted:
        yield "The recovery key was not noted yet: `nookterm trust setup` shows it again."
    for device in devices:
        mark, this = "signed" if device["signed"] else "not signed", "  this one" * device["this"]
        yield f"  {device['device_id']}  {mark}  {device['name']}{this}"


async def _setup(context: Context) -> None:
    file = _place(context, "Use --key-file F.")
    async with alone(context) as account:
        confirm = confirming(account.profile.user_id, account.profile.homeserver, context.args.password_file)
        key = await account.session.trust.identity.set_up(confirm=confirm)
        _hand_over(context, account, key, file, "This device is trusted now.")


async def _reset(context: Context) -> None:
    args = context.args
    if args.yes and not args.password_file:
        need_somebody("Use --password-file F with --yes.")
    if not args.yes:
        need_somebody("A script says --yes, with --password-file F and --key-file F2.")
    file = _place(context, "Use --key-file F.")
    async with alone(context) as account:
        if not args.yes:
            _agree(account)
        confirm = confirming(account.profile.user_id, account.profile.homeserver, args.password_file)
        key = await account.session.trust.identity.reset(confirm)
        _hand_over(context, account, key, file, "You have a new identity. " + " ".join(LOST))


def _agree(account: OpenAccount) -> None:
    """Ask by naming what is lost. Raises WrongUsage where somebody does not want it."""
    show(f"A new identity for {account.profile.user_id}. What that means:")
    for sentence in LOST:
        show(f"  - {sentence}")
    show("With the recovery key, or another device of yours, none of this is needed: `nookterm recover`.")
    if ask("Type `replace` to go on: ").lower() != "replace":
        raise WrongUsage("Nothing was changed.", code="given_up")


def _place(context: Context, instead: str) -> Path | None:
    """Where the recovery key goes; None: to the person at the terminal. Raises before anything is done."""
    if context.args.key_file:
        return free_place(Path(context.args.key_file))
    need_somebody(instead)
    return None


def _hand_over(context: Context, account: OpenAccount, key: Secret, file: Path | None, words: str) -> None:
    """Give the recovery key to the person, who has to have it before it is forgotten here."""
    identity = account.session.trust.identity
    if file:
        try:
            write_note(file, key)
        except Problem as problem:
            problem.hint = f"{problem.hint} `nookterm trust setup --key-file F` gives the recovery key once more."
            raise
        identity.noted()
    else:
        show("\nYour recovery key. It opens your messages on a new device, and nothing else does:")
        show(f"\n  {key.reveal()}\n")
        show("Write it down or put it into a password manager. Nobody can give it to you again.")
        if ask("Type its last four characters to show that you have it: ") == key.reveal()[-4:]:
            identity.noted()
        else:
            show("Not the last four. `nookterm trust setup` shows the recovery key again, until you have it.")
    fields = {
        "user_id": account.profile.user_id,
        "device_id": account.profile.device_id,
        "state": identity.state().step,
        "key_file": str(file) if file else None,
    }
    kept = f" The recovery key is in {file}. Keep it where you find it without this machine." if file else ""
    context.printer.row(fields, words + kept)


async def recover(context: Context) -> None:
    """Open one's identity on this device, with the recovery key or the passphrase."""
    if context.args.key_file:
        typed = read_note(Path(context.args.key_file))
    else:
        need_somebody("Use --key-file F.")
        typed = ask_secret("Recovery key or passphrase: ")
    async with alone(context) as account:
        identity = account.session.trust.identity
        done = await identity.recover(typed, progress=_counting() if has_terminal() else None)
        await account.session.catch_up()
        words = ["This device is trusted now."]
        if not done.signed:
            words = ["The key is right. This device is signed as soon as the server can be reached."]
        words += [f"Not kept with it: {', '.join(done.missing)}."] if done.missing else []
        if done.restored is not None:
            words.append(f"{done.restored} keys of older messages came from the backup.")
        if done.trouble:
            words.append(f"The backup could not be read: {done.trouble}")
        fields = {
            "user_id": account.profile.user_id,
            "device_id": account.profile.device_id,
            "state": identity.state().step,
            "signed": done.signed,
            "missing": list(done.missing),
            "restored": done.restored,
            "trouble": done.trouble or None,
        }
        context.printer.row(fields, " ".join(words))


def _counting() -> Any:
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if tenth != told and total > 1000:  # noqa: PLR2004 - fewer are there at once
            told = tenth
            show(f"  {done} of {total} keys")

    return tell
