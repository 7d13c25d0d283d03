"""`login`, `logout`, `profiles`."""

from __future__ import annotations

import sys

from nookterm.cli.alone import password_in
from nookterm.cli.browser_way import token_from_browser
from nookterm.cli.context import Context
from nookterm.client.account import Entrance, by_password, by_token, enter, free_name, is_lost, only_as, sign_out
from nookterm.client.accounts import Found, look_over
from nookterm.client.accounts import Standing as AccountStanding
from nookterm.client.errors import SignedOut, WrongUsage
from nookterm.client.profiles import DEFAULT, Profile, Profiles
from nookterm.client.returning import Standing, Way, consequences, enter_again, is_back, standing
from nookterm.domain.ids import localpart


async def login(context: Context) -> None:
    """Sign in, or sign a profile in again whose session has ended. Nothing is asked before it is clear which."""
    args, parts = context.args, context.parts
    if not args.user and not args.sso:
        raise WrongUsage("Who signs in?", "Add USER, or --sso to say it in a browser.", code="usage")
    there = _signed_out(parts.profiles, args.profile, args.user)
    if there:
        await _again(context, there)
        return
    free_name(parts.profiles, args.profile)
    profile = await enter(parts, await _entrance(context, args.user), args.profile)
    tell(context, profile, f"Signed in as {profile.user_id} (profile {profile.name}).")
    next_step(context, profile)


async def _entrance(context: Context, user: str) -> Entrance:
    """The way in that was asked for; the person has done their part of it when this returns."""
    args, parts = context.args, context.parts
    if not args.sso:
        password = password_in(args.password_file, user)
        return by_password(parts, await parts.doorway.discover(args.homeserver), user, password)
    server = await parts.doorway.discover(args.homeserver)
    token = await token_from_browser(parts.doorway, server, args.idp, paste=args.paste)
    return only_as(parts, user, by_token(parts, server, token)) if user else by_token(parts, server, token)


def _signed_out(profiles: Profiles, name: str | None, user: str) -> Profile | None:
    """The profile that is there already: the named one, else the one of this person whose session has ended."""
    if profiles.has(name or DEFAULT):
        return profiles.load(name or DEFAULT)
    if name:
        return None
    ended = [profile for profile in profiles.all() if profile.ended and _is(user, profile)]
    return ended[0] if len(ended) == 1 else None


def _is(user: str, profile: Profile) -> bool:
    return user.strip() in {"", str(profile.user_id), localpart(profile.user_id)}


async def _again(context: Context, profile: Profile) -> None:
    args, parts = context.args, context.parts
    at = standing(parts, profile, thorough=args.new_device)
    if at.way is Way.NONE or not _is(args.user, profile):
        free_name(parts.profiles, profile.name)
    if at.way in {Way.SAME, Way.NEW_DEVICE}:
        back = await is_back(parts, profile)
        if back:
            tell(context, back, f"{back.user_id} is signed in again: the server knows the old session after all.")
            return
    if at.way in {Way.NEW_DEVICE, Way.ANEW} and not args.new_device:
        _ask(at)
    done = await enter_again(parts, at, await _entrance(context, profile.user_id))
    tell(context, done, " ".join((f"Signed in again as {done.user_id} (profile {done.name}).", *consequences(at))))
    if at.way is Way.ANEW:
        next_step(context, done)


def _ask(at: Standing) -> None:
    """Ask before a device becomes a new one. Raises SignedOut, or what is wrong with the database."""
    what = at.problem or SignedOut(f"The server has signed this device of {at.profile.user_id} out.", code="signed_out")
    message = f"{what.message} {' '.join(consequences(at))}"
    if sys.stdin.isatty():
        print(message, file=sys.stderr)
        if input("Sign in as a new device? [y/N] ").strip().lower() in {"y", "yes"}:
            return
        message = "Nothing was changed."
    copy = " or put the database back from a copy" if is_lost(what) else ""
    raise type(what)(message, f"To go on as a new device, add --new-device{copy}.", code=what.code)


def next_step(context: Context, profile: Profile) -> None:
    """A new device is nobody's yet: others would not read what it sends."""
    more = "" if profile.name == DEFAULT else f" --profile {profile.name}"
    context.printer.remark(
        f"This device is not trusted yet. `nookterm recover{more}` opens what you have with your recovery key; "
        f"`nookterm trust setup{more}` is for a new account."
    )


def tell(context: Context, profile: Profile, line: str) -> None:
    """Print who is signed in now."""
    fields = {
        "profile": profile.name,
        "user_id": profile.user_id,
        "device_id": profile.device_id,
        "homeserver": profile.homeserver,
        "vault": profile.vault,
    }
    context.printer.row(fields, line)


async def logout(context: Context) -> None:
    """Sign out, saying what goes and what stays."""
    profile = await sign_out(context.parts, context.args.profile)
    line = (
        f"Signed out {profile.user_id}. Gone from this machine: its keys, its messages, what was still unsent. "
        "Still on the server: your rooms and what was said there."
    )
    context.printer.row({"profile": profile.name, "user_id": profile.user_id}, line)


async def profiles(context: Context) -> None:
    """List the accounts; one whose file makes no sense hides no other."""
    rows = ((_listed(found), None) for found in look_over(context.parts))
    context.printer.rows(rows, "Nobody is signed in here. `nookterm login HOMESERVER USER` signs in.")


def _listed(found: Found) -> dict[str, object]:
    about = found.profile
    if about is None:
        return {"profile": found.name, "state": str(found.standing), "in_use": False}
    return {
        "profile": about.name,
        "user_id": about.user_id,
        "homeserver": about.homeserver,
        "vault": about.vault,
        "state": about.ended or "signed_in",
        "in_use": found.standing is AccountStanding.ELSEWHERE,
    }
