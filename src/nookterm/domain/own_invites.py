"""Whether our own account turns invites away, so that nobody who may could ask us or let us in."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from nookterm.domain.events import Json
from nookterm.domain.ids import UserId, server_of

PERMISSION = "m.invite_permission_config"
"""Account data (spec 1.18): all invites are turned away, or none."""
EARLIER = "org.matrix.msc4155.invite_permission_config"
"""The longer form that some servers know: lists of people and servers."""
_MOST = 500
_LONGEST = 255


def all_turned_away(content: Json) -> bool:
    """Whether `m.invite_permission_config` turns every invite away."""
    return content.get("default_action") == "block"


def turned_away(content: Json, users: Iterable[UserId]) -> frozenset[UserId]:
    """Whose invites the longer form turns away; people come before servers, and who is allowed before who is not."""
    return frozenset(user for user in users if _is_turned_away(content, user))


def _is_turned_away(content: Json, user: UserId) -> bool:
    for whom, name in (("users", str(user)), ("servers", server_of(user))):
        for way, found in (("allowed", False), ("ignored", True), ("blocked", True)):
            if any(_fits(pattern, name) for pattern in _patterns(content.get(f"{way}_{whom}"))):
                return found
    return False


def _patterns(value: object) -> list[str]:
    listed = value[:_MOST] if isinstance(value, list) else []
    return [pattern for pattern in listed if isinstance(pattern, str) and 0 < len(pattern) <= _LONGEST]


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern with `*` and `?`; a bracket is a bracket."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))
