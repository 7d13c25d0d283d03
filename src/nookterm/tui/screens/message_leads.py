"""Where `o` on a message leads: at once where there is one way, by a list of all of them where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.messages import OpenFile, OpenMember, OpenPage
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.screens.message_hands import Hands
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.leads import Lead, LeadKind, person_of

_KINDS = {LeadKind.FILE: "▤", LeadKind.PAGE: "↗", LeadKind.ROOM: "⌂", LeadKind.PERSON: "@"}


def open_lead(
    hands: Hands, leads: Sequence[Lead], room: RoomId, event_id: EventId, follow: Callable[[str], None]
) -> None:
    """Go where a message leads; `follow` goes to an address of a room."""

    def go(lead: Lead) -> None:
        user = person_of(lead) if lead.kind is LeadKind.PERSON else None
        if lead.kind is LeadKind.FILE:
            hands.here.post_message(OpenFile(room, event_id))
        elif user is not None:
            hands.here.post_message(OpenMember(user))
        elif lead.kind is LeadKind.ROOM:
            follow(lead.address)
        else:
            question = f"Open a page of {lead.where} in your browser? It learns your address."

            def yes() -> None:
                hands.here.post_message(OpenPage(lead.address))

            hands.here.query_one(Confirm).ask(question, yes, yes="open it")

    if len(leads) == 1:
        go(leads[0])
        return
    choices = [
        Choice(str(number), f"{_KINDS[lead.kind]} {lead.where}", _about(lead)) for number, lead in enumerate(leads)
    ]

    def chosen(number: str | None) -> None:
        if number:
            go(leads[int(number)])

    hands.push(ChooseScreen("Where this leads", lambda: choices, "Enter opens it"), chosen)


def _about(lead: Lead) -> str:
    """What the message calls it, and the whole of a page's address."""
    if lead.kind is LeadKind.PAGE:
        return lead.address if lead.words in {"", lead.address} else f"{lead.words} · {lead.address}"
    return "" if lead.words == lead.where else lead.words
