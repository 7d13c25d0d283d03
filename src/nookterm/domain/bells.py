"""Taking a case from any client: a look (👀) at the message that told the facilitators of it counts as a claim."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.acts import Act
from nookterm.domain.events import Event, Reaction

EYES = "👀"
_VARIANTS = "\ufe0e\ufe0f"
"""Some keyboards add one of these, which say how an emoji is drawn."""


def looks(acts: Iterable[Act], events: Iterable[Event]) -> tuple[Act, ...]:
    """The claims that people made by reacting with 👀 to a bell. Taken back, they are gone.

    Reactions travel in clear text, and any server on the way can make one up. That is why they claim, for as long as
    any claim lasts, and decide nothing: whoever knows better goes on `anyway`.
    """
    bells = {act.event_id: act for act in acts if act.act == "bell"}
    return tuple(
        _claim(bells[event.payload.target], event)
        for event in events
        if isinstance(event.payload, Reaction)
        and event.payload.target in bells
        and event.payload.key.rstrip(_VARIANTS) == EYES
    )


def _claim(bell: Act, look: Event) -> Act:
    return Act(
        case=bell.case,
        nook=bell.nook,
        user=bell.user,
        act="claim",
        sender=look.sender,
        at=look.sent_at,
        event_id=look.event_id,
        knock=bell.knock,
        event=bell.event,
    )
