"""What a line of the world looks like on the wire: the same content that any Matrix client would send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nookterm.client.outbox import REDACTION
from nookterm.demo.world import Deed, Edit, React, Redact, Say
from nookterm.domain.ids import EventId, UserId

MESSAGE = "m.room.message"
REACTION = "m.reaction"
_HTML = "org.matrix.custom.html"


@dataclass(frozen=True, slots=True)
class Wording:
    """Turns what somebody does into an event's type and content."""

    said: Mapping[str, EventId]
    """The events of the lines that have an id."""
    ends: Mapping[str, EventId]
    """The newest event of each thread, by the id of its root line."""
    user_of: Callable[[str], UserId]
    """The id of somebody of the world."""

    def of(self, deed: Deed) -> tuple[str, dict[str, Any]]:
        """The type and the clear content."""
        match deed:
            case Say():
                return MESSAGE, self._say(deed)
            case Edit():
                better = {"msgtype": "m.text", "body": deed.text, "m.mentions": {}}
                relation = {"rel_type": "m.replace", "event_id": self.said[deed.target]}
                outdated = {"body": f"* {deed.text}", "m.new_content": better, "m.relates_to": relation}
                return MESSAGE, {**better, **outdated}
            case React():
                relation = {"rel_type": "m.annotation", "event_id": self.said[deed.target], "key": deed.key}
                return REACTION, {"m.relates_to": relation}
            case Redact():
                return REDACTION, {"redacts": self.said[deed.target]}

    def _say(self, say: Say) -> dict[str, Any]:
        mentioned = [self.user_of(name) for name in say.mentions]
        content: dict[str, Any] = {
            "msgtype": f"m.{say.kind}",
            "body": say.text,
            "m.mentions": {"user_ids": mentioned} if mentioned else {},
        }
        if say.html:
            content |= {"format": _HTML, "formatted_body": say.html}
        if say.thread:
            content["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": self.said[say.thread],
                "is_falling_back": not say.reply_to,
                "m.in_reply_to": {"event_id": self._answered(say)},
            }
        elif say.reply_to:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": self.said[say.reply_to]}}
        return content

    def _answered(self, say: Say) -> EventId:
        """In a thread: what is answered, or for clients without threads the thread's newest message."""
        return self.said[say.reply_to] if say.reply_to else self.ends.get(say.thread, self.said[say.thread])
