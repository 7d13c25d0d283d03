"""What the policy lists that one reads say of somebody: advice for the humans who decide, and never a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from nookterm.domain.events import Event, Json, StateChange
from nookterm.domain.ids import UserId, server_of
from nookterm.domain.records import dataclass

_USER, _SERVER = "user", "server"
_TYPES = {
    f"{start}.{what}": what
    for start in ("m.policy.rule", "m.room.rule", "org.matrix.mjolnir.rule")
    for what in (_USER, _SERVER)
}
"""The spec's types of rules, and the names that older lists still carry."""
_ADVICE = frozenset({"m.ban", "org.matrix.mjolnir.ban"})
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Rule:
    """A list advises to keep out whoever matches this."""

    pattern: str
    """A user id or a server's name, in small letters; `*` stands for anything, `?` for one character."""
    about: str
    """user or server."""
    reason: str = ""

    def fits(self, user: UserId) -> bool:
        """Whether somebody is meant."""
        return matches(self.pattern, user.lower() if self.about == _USER else _host(user))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one room; most name somebody in full, and are looked up."""

    named: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    """By what they are about, and whom they name."""
    patterns: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.named or self.patterns)

    def about(self, user: UserId) -> tuple[Rule, ...]:
        """The rules that mean somebody, those that name them first."""
        keys = ((_USER, user.lower()), (_SERVER, _host(user)))
        exact = [self.named[key] for key in keys if key in self.named]
        return (*exact, *(rule for rule in self.patterns if rule.fits(user)))


def read_rules(state: Iterable[Event]) -> Rules:
    """The rules in a room's current state; what is no rule, or advises something else than to keep out, is none."""
    named: dict[tuple[str, str], Rule] = {}
    patterns: list[Rule] = []
    for event in state:
        change = event.payload
        rule = _rule(change.type, change.content) if isinstance(change, StateChange) and change.type in _TYPES else None
        if rule and ("*" in rule.pattern or "?" in rule.pattern):
            patterns.append(rule)
        elif rule:
            named.setdefault((rule.about, rule.pattern), rule)
    return Rules(named, tuple(patterns))


def _rule(type_: str, content: Json) -> Rule | None:
    entity, advice, reason = (content.get(field) for field in ("entity", "recommendation", "reason"))
    if not isinstance(entity, str) or not 0 < len(entity) <= _LONGEST:
        return None
    if not isinstance(advice, str) or advice not in _ADVICE:
        return None
    return Rule(entity.lower(), _TYPES[type_], reason if isinstance(reason, str) else "")


def _host(user: UserId) -> str:
    """The name of somebody's server without its port, as lists have it."""
    host = server_of(user).lower()
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() and not name.endswith(":") else host


def matches(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern describes; takes time in proportion to both, whatever a list says."""
    place, start, mark, seen = 0, -1, 0, 0
    while seen < len(text):
        if place < len(pattern) and pattern[place] == "*":
            start, mark = place, seen
            place += 1
        elif place < len(pattern) and pattern[place] in {"?", text[seen]}:
            place, seen = place + 1, seen + 1
        elif start >= 0:
            # The last star takes one character more.
            mark += 1
            place, seen = start + 1, mark
        else:
            return False
    return not pattern[place:].strip("*")
