"""What can be done about one message, for the menu that a right click opens: only what makes sense of this one."""

from __future__ import annotations

from nookterm.viewmodels.leads import Lead, LeadKind, leads_of
from nookterm.viewmodels.timeline import TimelineView, Words

_OPENS = {
    LeadKind.FILE: "Open or save the file",
    LeadKind.PAGE: "Open the page",
    LeadKind.ROOM: "Go to the room",
    LeadKind.PERSON: "Show the person",
}


def acts_for(said: Words, view: TimelineView) -> list[tuple[str, str]]:
    """The commands, most wanted first, and what each is called here."""
    mine, on_server = said.colour == 0, not said.state and not said.event_id.startswith("~")
    whole, leads, poll = on_server and not said.redacted, leads_of(said), said.poll
    offered = (
        ("answer", "Reply", whole and view.can_write),
        ("react", "React", whole),
        ("thread", "Thread", on_server and view.thread is None),
        ("edit", "Edit", whole and mine and poll is None and view.can_write),
        ("vote", "Vote or close the poll" if poll and poll.may_end else "Vote", poll is not None and not poll.ended),
        ("original", "Go to what it answers", said.answers is not None),
        ("open", _opening(leads), bool(leads)),
        ("copy", "Copy the words", bool(said.body) and not said.redacted),
        ("link", "Copy its address", on_server),
        ("pin", "No longer pin" if said.pinned else "Pin", whole),
        ("mark", "Mark, to share several", whole),
        ("share", "Share as highlight", whole),
        ("share_thread", "Share with its answers", whole and said.replies > 0),
        ("seen", "Read by", on_server),
        ("details", "Details", on_server),
        ("compare", "Compare keys with its author", not mine),
        ("redirect", "Show its author a better place", whole and not mine),
        ("report", "Report", whole and not mine),
        ("redact", "Take back", not said.redacted and (mine or view.may_redact)),
    )
    return [(f"timeline.{word}", label) for word, label, fits in offered if fits]


def _opening(leads: tuple[Lead, ...]) -> str:
    return _OPENS[leads[0].kind] if len(leads) == 1 else "Open what it leads to"
