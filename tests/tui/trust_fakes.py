"""Trust and comparing with nobody behind them: views that a test sets, intents that are written down."""

from __future__ import annotations

from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.viewmodels.model import Face, Model
from nookterm.viewmodels.trust import LineKind, TrustGroup, TrustLine, TrustView
from nookterm.viewmodels.verify import Step, VerifyView

Done = list[tuple[object, ...]]


class FakeTrust(Model[TrustView]):
    """Sessions and trust; `problem` is what texts come back with."""

    def __init__(self, view: TrustView, done: Done) -> None:
        super().__init__(view)
        self.done = done
        self.problem = ""

    async def refresh(self) -> None:
        self.done.append(("refresh trust",))

    async def sign_out(self, device: DeviceId) -> None:
        self.done.append(("sign_out", device))

    async def prove(self, password: str | None) -> None:
        self.done.append(("prove", password))

    async def rename(self, device: DeviceId, name: str) -> str:
        self.done.append(("rename", device, name))
        return self.problem

    async def bar(self, device: DeviceId, *, barred: bool) -> None:
        self.done.append(("bar", device, barred))

    async def back_up(self) -> None:
        self.done.append(("back_up",))

    async def restore(self) -> None:
        self.done.append(("restore",))

    async def export(self, path: str, passphrase: str) -> str:
        self.done.append(("export", path, passphrase))
        return self.problem

    async def take_in(self, path: str, passphrase: str) -> str:
        self.done.append(("take_in", path, passphrase))
        return self.problem

    async def stop(self) -> None:
        self.done.append(("stop",))

    async def accept(self, user: UserId, shown: str) -> None:
        self.done.append(("accept", user, shown))

    async def forbid(self, room_id: RoomId) -> None:
        self.done.append(("forbid", room_id))


class FakeVerify(Model[VerifyView]):
    """Comparing; `after` is the page that asking leads to."""

    def __init__(self, view: VerifyView, done: Done) -> None:
        super().__init__(view)
        self.done = done
        self.after: VerifyView | None = None

    async def ask_person(self, user: UserId) -> None:
        self.done.append(("ask_person", user))
        self.show(self.after or self.view)

    async def ask_device(self, device: DeviceId | None) -> None:
        self.done.append(("ask_device", device))
        self.show(self.after or self.view)

    async def look(self) -> None:
        """Nothing to note."""

    async def tick(self) -> None:
        """Nothing to note."""

    async def again(self) -> None:
        self.done.append(("again",))

    async def accept(self, txn: str) -> None:
        self.done.append(("accept", txn))

    async def later(self, txn: str) -> None:
        self.done.append(("later", txn))

    async def compare(self, txn: str) -> None:
        self.done.append(("compare", txn))

    async def show_code(self, txn: str) -> None:
        self.done.append(("show_code", txn))

    async def read_code(self, txn: str, text: str) -> None:
        self.done.append(("read_code", txn, text))

    async def match(self, txn: str) -> None:
        self.done.append(("match", txn))

    async def differ(self, txn: str) -> None:
        self.done.append(("differ", txn))

    async def end(self, txn: str) -> None:
        self.done.append(("end", txn))


# --- samples ----------------------------------------------------------------------------------------------------------


def device(
    id_: str, name: str, about: str, state: str, when: str, *, look: bool = False, this: bool = False
) -> TrustLine:
    """One of our devices."""
    actions = ("trust.rename",) if this else ("trust.compare", "trust.sign_out", "trust.rename", "trust.bar")
    words = {
        "signed": ("Your identity has signed it: others send it keys.",),
        "not signed": (
            "You have not signed it: nobody sends it keys. If it is yours, compare the two. If not, sign it out.",
        ),
    }
    return TrustLine(
        f"device {id_}", LineKind.DEVICE, name, about, state, "nook-warn" if look else "nook-safe", when,
        words.get(state, ()), look, actions, id_,
    )  # fmt: skip


def person(user: str, name: str, state: str, when: str, *, look: bool = False) -> TrustLine:
    """Somebody we met."""
    words = (
        ("Their keys are others than those that you compared. Nothing is sent to their rooms until you decide.",)
        if look
        else ("You compared keys.",)
    )
    return TrustLine(
        f"person {user}", LineKind.PERSON, name, user, state, "nook-warn" if look else "nook-safe", when, words, look,
        ("trust.compare", "trust.accept") if look else ("trust.compare",), user, "NEWKEY" if look else "KEY",
    )  # fmt: skip


def keys(key: str, name: str, about: str, state: str, when: str, words: str, *actions: str) -> TrustLine:
    """What keeps our keys."""
    return TrustLine(key, LineKind.KEYS, name, about, state, "nook-safe", when, (words,), actions=actions)


KESTREL = device("KESTREL", "nookterm on kestrel", "new, since today", "not signed", "5 min ago", look=True)
TRUST = TrustView(
    groups=(
        TrustGroup(
            "Your devices",
            (
                device("HERON", "nookterm on heron", "this one", "signed", "now", this=True),
                device("PHONE", "Phone", "", "signed", "2 h ago"),
                KESTREL,
                device("STUDIO", "Studio laptop", "", "signed", "3 w ago"),
            ),
        ),
        TrustGroup(
            "People you have met",
            (
                person("@bo:river.example", "Bo Lindqvist", "met", "12 Oct"),
                person("@cy:river.example", "Cy Arden", "met", "3 Sep"),
                person("@dee:river.example", "Dee Okafor", "to look at", "", look=True),
            ),
        ),
        TrustGroup(
            "Keys",
            (
                keys("recovery", "Recovery key", "opens your older messages", "ready", "", "Only you have it."),
                keys(
                    "backup", "Key backup", "1204 keys here", "on", "", "They are on the server, sealed.",
                    "trust.backup", "trust.restore",
                ),
                keys("disk", "On this disk", "its key lies in your system's keyring", "sealed", "", "Encrypted."),
            ),
        ),
        TrustGroup(
            "Exceptions",
            (
                TrustLine(
                    "room !looms", LineKind.ROOM, "looms", "unsigned devices: everybody's", "until 3 Dec",
                    "nook-warn", "", ("Devices that nobody has signed read and write here.",), False, ("trust.forbid",),
                    "!looms", room_id=RoomId("!looms"),
                ),
            ),
        ),
    ),
    to_look_at=2,
    face=Face.CONTENT,
)  # fmt: skip
PICTURES = (
    ("🐙", "Octopus"), ("🔑", "Key"), ("🌵", "Cactus"), ("🍄", "Mushroom"),
    ("🚂", "Train"), ("🐢", "Turtle"), ("🎸", "Guitar"),
)  # fmt: skip
COMPARE = VerifyView(
    Step.COMPARE, "txn", "Compare with your other device",
    "Look at nookterm on kestrel (KESTREL). Does it show these seven, in this order?",
    "nookterm on kestrel (KESTREL)", "@ana:river.example", "nookterm on kestrel (KESTREL)", True, PICTURES,
    (1234, 5678, 9012),
    words=("Nobody else can make the same seven appear on both. If one differs, somebody is in between: say no.",),
    minutes=8,
)  # fmt: skip
ASKED = VerifyView(
    Step.ASKED, "txn", "Compare with Bo Lindqvist", "Bo Lindqvist asks to compare keys with you.", "Bo Lindqvist",
    "@bo:river.example", "Studio laptop (STUDIO)",
    words=("Accept when you can talk to them now: side by side, or by a call in which you know their voice.",),
    minutes=9,
)  # fmt: skip
