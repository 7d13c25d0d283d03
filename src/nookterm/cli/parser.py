"""The words that the command line understands (docs/cli.md); options may stand before or after the command."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from nookterm.cli.parser_account import add_account
from nookterm.cli.parser_care import add_care
from nookterm.cli.parser_cases import add_cases
from nookterm.cli.parser_desk import add_desk
from nookterm.cli.parser_files import add_files
from nookterm.cli.parser_messages import add_messages
from nookterm.cli.parser_people import add_people
from nookterm.cli.parser_record import add_record
from nookterm.cli.parser_sharing import add_sharing
from nookterm.client.errors import WrongUsage
from nookterm.domain.choices import NOOK_HISTORIES, SYNC_WAYS

ANSWER = "ID=TEXT"
_MOST = 10_000
_PAST = "hand over the keys of what was said before, where the room's rule lets newcomers have them"


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are problems like all others."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse says NoReturn; raising is one
        """Complain. Raises WrongUsage."""
        raise WrongUsage(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` tells how.", code="usage")


Factory = Callable[[str, str], Parser]
"""Makes a command from its name and its line of help."""


def _common(*, top: bool) -> Parser:
    """Options of every command. Below the top they have no defaults, so that they do not undo what stood before."""
    common = Parser(add_help=False)

    def option(name: str, *, default: object, **more: object) -> None:
        common.add_argument(name, default=default if top else argparse.SUPPRESS, **more)  # type: ignore[arg-type]  # kwargs

    option("--profile", default=None, metavar="NAME", help="which signed-in account")
    option("--json", default=False, action="store_true", help="one JSON object a line, for scripts")
    option("--offline", default=False, action="store_true", help="only what is on this machine")
    option("--sync", default=None, choices=SYNC_WAYS, help="how to ask for news (default: what the server offers)")
    option("--timeout", default=30.0, type=float, metavar="S", help="seconds to wait for the server")
    option(
        "--no-act", default=False, action="store_true", help="only look: carry out nothing that was agreed to before"
    )
    return common


def build_parser(version: str) -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="nookterm", description="Small, private, encrypted communities on Matrix. Without a command: the client.",
        parents=[_common(top=True)], allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"nookterm {version}")
    parser.add_argument(
        "--plain", dest="conversation", action="store_true",
        help="begin with the conversation alone, without the columns beside it (alt+p brings them)",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    common = _common(top=False)

    def command(name: str, help_: str) -> Parser:
        return commands.add_parser(name, help=help_, description=help_, parents=[common], allow_abbrev=False)

    _demo(command("demo", "a living community on a homeserver of its own, on this machine"))
    add_account(command)
    _around(command)
    _rooms(command)
    _nook(command)
    _vetting(command)
    add_sharing(command)
    _trust(command)
    _keys(command)
    return parser


def _count(text: str) -> int:
    """A number of things. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) > _MOST:
        message = f"{text} is no number from 0 to {_MOST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _demo(demo: argparse.ArgumentParser) -> None:
    way = demo.add_mutually_exclusive_group()
    way.add_argument(
        "--serve", action="store_true", help="no client: print one JSON line when the world is complete, then stay"
    )
    way.add_argument("--play", action="store_true", help="play the main job through, a line for each step")
    demo.add_argument("--as", dest="as_user", metavar="USER", help="join the running world as somebody else")
    demo.add_argument("--port", type=int, metavar="N", help="the server's port (default: a free one)")
    demo.add_argument("--dir", metavar="DIR", help="keep the world in this folder for the next time")
    demo.add_argument("--federated", action="store_true", help="a small world on two servers that talk with each other")
    demo.add_argument(
        "--rooms", type=_count, default=0, metavar="N", help="so many more rooms for the person who opens the demo"
    )


def _around(command: Factory) -> None:
    quiet = command("quiet", "nothing calls you until then; without words: how it stands")
    quiet.add_argument("until", metavar="UNTIL", nargs="?", help="2h, 45 min, 18:30, tomorrow, monday; off ends it")
    config = command("config", "every setting, and where its value comes from; set or unset one")
    config.add_argument(
        "act", nargs="?", choices=("set", "unset"), help="change one in the file, or let its default hold"
    )
    config.add_argument("name", nargs="?", metavar="NAME", help="alone: how it stands")
    config.add_argument("value", nargs="?", metavar="VALUE")
    _theme(command)
    doctor = command("doctor", "how the server and the account are, and the way out of what is wrong")
    doctor.add_argument("homeserver", metavar="HOMESERVER", nargs="?", help="only this server; needs no account")


def _theme(command: Factory) -> None:
    theme = command("theme", "the themes there are; whether one of your own is right and can be read")
    what = theme.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=Parser)
    for name, help_ in (
        ("list", "all themes, yours and those that come with nookterm"),
        ("check", "what is wrong in theme files, and which colours are hard to read"),
    ):
        act = what.add_parser(name, help=help_, description=help_, parents=[_common(top=False)], allow_abbrev=False)
        if name == "check":
            where = "a path, or a name in your folder of themes (default: all that are there)"
            act.add_argument("files", nargs="*", metavar="FILE", help=where)


def _rooms(command: Factory) -> None:
    found = command("found", "begin a space or a nook")
    what = found.add_subparsers(dest="what", required=True, parser_class=Parser)
    space = what.add_parser(
        "space", help="a space with its highlights and facilitators' room", parents=[_common(top=False)]
    )
    space.add_argument("name", metavar="NAME")
    space.add_argument("--topic", default="", metavar="T")
    nook = what.add_parser("nook", help="a nook in a space", parents=[_common(top=False)])
    nook.add_argument("space", metavar="SPACE")
    nook.add_argument("name", metavar="NAME")
    nook.add_argument("--purpose", default="", metavar="T")
    nook.add_argument("--who", default="", metavar="T", help="who belongs")
    nook.add_argument("--cap", type=int, default=60, metavar="N")
    nook.add_argument("--question", action="append", default=[], metavar=ANSWER)
    nook.add_argument("--cooldown", type=_count, default=30, metavar="DAYS", help="after a decline (default: 30)")
    nook.add_argument("--approvals", type=_count, default=1, metavar="N", help="facilitators who have to agree")
    nook.add_argument(
        "--history",
        choices=NOOK_HISTORIES,
        default="invited",
        help="what newcomers read (default: from their invite on)",
    )
    nook.add_argument("--welcome", default="", metavar="T", help="a greeting that a human edits and sends")
    nook.add_argument(
        "--with-creator",
        metavar="USER",
        help="founds it with you, and is invited: a founder's power can never be taken away",
    )
    command("rooms", "the rooms of this account")
    join = command("join", "go into a room that is open, or to which you were invited")
    join.add_argument("room", metavar="ROOM")
    join.add_argument("--via", action="append", default=[], metavar="S")
    join.add_argument("--anyway", action="store_true", help="also where a closed room goes on without encryption")
    add_people(command)
    invite = command("invite", "invite somebody")
    invite.add_argument("room", metavar="ROOM")
    invite.add_argument("user", metavar="USER")
    invite.add_argument("--share-history", action="store_true", help=_PAST)
    read = command("read", "what was said")
    read.add_argument("room", metavar="ROOM")
    read.add_argument("--limit", type=int, default=50, metavar="N")
    read.add_argument("--before", metavar="EVENT")
    read.add_argument("--follow", action="store_true", help="stay, and print what comes")
    _search(command)
    send = command("send", "say something")
    send.add_argument("room", metavar="ROOM")
    send.add_argument("text", metavar="TEXT", help="- reads it from standard input")
    send.add_argument("--reply", metavar="EVENT")
    send.add_argument("--thread", metavar="EVENT")
    send.add_argument("--plain", action="store_true", help="as it stands: nothing in it is Markdown")
    send.add_argument("--everybody", action="store_true", help="@room in it calls all who are there")
    send.add_argument("--wait", action="store_true", help="print again when the server has it")
    add_files(command)
    add_messages(command)


def _search(command: Factory) -> None:
    search = command("search", "what was said, on this disk")
    search.add_argument(
        "query",
        metavar="QUERY",
        nargs="+",
        help='in single quotes: words, "a phrase", -word, from:NAME, in:ROOM, before:DATE, after:, on:, has:file',
    )
    search.add_argument("--limit", type=int, default=50, metavar="N")
    search.add_argument(
        "--server", action="store_true", help="ask the server, too: rooms that are not encrypted; it reads your words"
    )


def _nook(command: Factory) -> None:
    charter = command("charter", "what a nook says about itself; with --set, --question or --prompt: write it")
    charter.add_argument("nook", metavar="NOOK")
    charter.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE",
        help="purpose who not-for differs welcomes welcome history cap cooldown answer-by purge approvals quiet; "
        "reactions way-in offers: on or off",
    )  # fmt: skip
    charter.add_argument(
        "--question", action="append", default=[], metavar=ANSWER, help="set or add one; without a text: leave it out"
    )
    charter.add_argument(
        "--prompt", action="append", default=[], metavar="TEXT", help="what to talk about when it is quiet: all of them"
    )
    charter.add_argument("--yes", action="store_true", help="you have read what changes")
    command("fix", "set right what has drifted, or accept an entry card").add_argument("case", metavar="CASE")
    facilitator = command("facilitator", "who decides in a nook")
    what = facilitator.add_subparsers(dest="what", required=True, parser_class=Parser)
    for name, help_ in (("add", "make a member a facilitator"), ("remove", "let somebody step back, or yourself")):
        act = what.add_parser(name, help=help_, description=help_, parents=[_common(top=False)], allow_abbrev=False)
        act.add_argument("nook", metavar="NOOK")
        act.add_argument("user", metavar="USER")
        act.add_argument("--yes", action="store_true", help="you have read what changes")


def _vetting(command: Factory) -> None:
    knock = command("knock", "ask to join")
    knock.add_argument("room", metavar="ROOM")
    knock.add_argument(
        "--reason", default="", metavar="TEXT", help="public: everyone in the room and its servers can read it"
    )
    knock.add_argument(
        "--answer", action="append", default=[], metavar=ANSWER, help="kept here until a facilitator asks"
    )
    knock.add_argument("--via", action="append", default=[], metavar="S")
    knock.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="USER",
        help="you know that this is a facilitator there: they get your answers",
    )
    knock.add_argument("--to", metavar="USER", help="write to this facilitator, where one cannot ask at the door")
    knock.add_argument("--anyway", action="store_true", help="although your account turns invites away")
    knock.add_argument("--withdraw", action="store_true", help="take the request back")
    command("requests", "your own requests")
    add_desk(command)
    add_cases(command)
    add_record(command)
    add_care(command)


def _trust(command: Factory) -> None:
    trust = command("trust", "how your identity and your devices stand")
    what = trust.add_subparsers(dest="what", metavar="WHAT", parser_class=Parser)
    for name, help_ in (
        ("setup", "a new account's identity, its recovery key and its backup; refuses where there is one"),
        ("reset", "another identity in place of the one you have; says what is lost, and asks"),
    ):
        act = what.add_parser(name, help=help_, description=help_, parents=[_common(top=False)], allow_abbrev=False)
        act.add_argument("--key-file", metavar="F", help="write the recovery key to a new file instead of showing it")
        act.add_argument("--password-file", metavar="F", help="where the server asks who you are: read it from a file")
    act.add_argument("--yes", action="store_true", help="you have read what is lost")
    _exceptions(what.add_parser)
    verify = command("verify", "compare keys with a person or another device of yours")
    verify.add_argument(
        "who", metavar="USER_OR_DEVICE", nargs="?", help="whom (default: your other devices); with --accept: by whom"
    )
    verify.add_argument("--accept", action="store_true", help="wait to be asked instead")
    recover = command("recover", "open your identity on this device, with the recovery key or passphrase")
    recover.add_argument("--key-file", metavar="F", help="read it from a file instead of asking")


def _exceptions(add: Callable[..., Parser]) -> None:
    def act(name: str, help_: str) -> Parser:
        return add(name, help=help_, description=help_, parents=[_common(top=False)], allow_abbrev=False)

    allow = act("allow", "let unsigned devices take part in a room for some days: their servers could read along")
    allow.add_argument("room", metavar="ROOM")
    allow.add_argument("--user", action="append", default=[], metavar="USER", help="only theirs (default: everybody's)")
    allow.add_argument("--days", type=int, metavar="N", help="1 to 30 (default: 7)")
    act("forbid", "end that").add_argument("room", metavar="ROOM")
    act("people", "how sure you can be of everybody with whom you share encrypted rooms")
    accept = act("accept", "go on, unverified, with somebody whose identity changed")
    accept.add_argument("user", metavar="USER")
    accept.add_argument("key", metavar="KEY", help="the new key that `trust people` shows: no later one is accepted")


def _keys(command: Factory) -> None:
    for name, help_, what in (
        ("export-keys", "the keys of your messages into a sealed file", "a new file; none is ever written over"),
        ("import-keys", "keys from such a file, of this or another client", "the file"),
    ):
        act = command(name, help_)
        act.add_argument("file", metavar="F", help=what)
        act.add_argument("--passphrase-file", metavar="P", help="read the passphrase from a file instead of asking")
