"""`register`: an account on a server that lets one make it, and the sign-in on it."""

from __future__ import annotations

from pathlib import Path

from nookterm.cli.alone import ask, ask_secret, has_terminal, need_somebody, password_in, show, visited
from nookterm.cli.commands.account import next_step, tell
from nookterm.cli.context import Context
from nookterm.client.account import free_name
from nookterm.client.errors import NotAllowed, Problem, WrongUsage
from nookterm.client.ports import Homeserver, Secret
from nookterm.client.registering import Terms, Wanted, join, what_is_wanted
from nookterm.domain.ids import UserId, localpart
from nookterm.domain.new_account import WHAT_IT_KNOWS, length_hint, wrong_name
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line


async def register(context: Context) -> None:
    """Make an account; what is wrong with the name or the token is said before a password is asked for."""
    args, parts = context.args, context.parts
    free_name(parts.profiles, args.profile)
    name = localpart(UserId(args.user.strip()))
    server = await parts.doorway.discover(args.homeserver)
    challenge = await parts.doorway.terms_of_joining(server)
    if challenge is None:
        raise NotAllowed(f"{server.url} does not let anyone make an account.", "Ask who runs it.", code="not_allowed")
    await _look_at_name(context, server, name)
    token = _token(args.token_file, what_is_wanted(challenge))
    if has_terminal():
        show(" ".join(WHAT_IT_KNOWS))
    applicant = AtTerminal(agreed=args.agree)
    profile = await join(parts, server, name, _password(args.password_file, name), token, applicant, args.profile)
    tell(context, profile, f"Made and signed in as {profile.user_id} (profile {profile.name}).")
    next_step(context, profile)


async def _look_at_name(context: Context, server: Homeserver, name: str) -> None:
    wrong = wrong_name(name)
    if wrong:
        raise WrongUsage(f"{safe_line(name, longest=60)} cannot be a name. {wrong}", code="invalid_username")
    if await context.parts.doorway.is_free(server, name) is False:
        raise Problem(f"The name {name} is taken.", "Choose another one.", code="user_in_use")


def _token(file: str | None, wanted: Wanted) -> Secret | None:
    if file:
        try:
            return Secret(Path(file).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            raise WrongUsage(f"The token file {file} cannot be read.", "Check its name and rights.") from None
    if not wanted.token:
        return None
    need_somebody("This server wants a registration token: use --token-file F.")
    return Secret(ask("Registration token (whoever runs the server gives them out): ")) or None


def _password(file: str | None, name: str) -> Secret:
    if file:
        return password_in(file, name)
    need_somebody("Use --password-file F.")
    while True:
        password = ask_secret(f"A new password for {name}: ")
        show(f"{length_hint(password.reveal()) or 'A password is needed'}.")
        if password.reveal() and ask_secret("The same once more: ") == password:
            return password
        show("These are not the same. Once more.")


@dataclass(frozen=True, slots=True)
class AtTerminal:
    """The applicant who sits at the terminal, or a script that says `--agree`."""

    agreed: bool

    async def agrees(self, terms: tuple[Terms, ...]) -> bool:
        """Show what there is to agree to, and ask."""
        for one in terms:
            show(f"{safe_line(one.name, longest=200)}: {safe_line(one.url, longest=2000) or '(no address given)'}")
        if self.agreed:
            return True
        need_somebody("The server wants you to agree to its terms: read them, then use --agree.")
        return ask("Do you agree to this? [y/N] ").lower() in {"y", "yes"}

    async def has_visited(self, page: str, what: str, *, again: bool) -> bool:
        """Show the page, open it where they like, and wait for their word."""
        need_somebody("The server wants something in a browser: do this at a terminal.")
        if again:
            show("The server has not heard of it yet.")
        return await visited(page, f"The server wants {what}. Do it on this page")
