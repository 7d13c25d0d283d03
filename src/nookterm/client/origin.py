"""Where a highlight on the board comes from: proved to the members of its nook, and refused for everything else."""

from __future__ import annotations

from datetime import datetime

from nookterm.client.errors import Changed, NotFound
from nookterm.client.share_reading import ShareReading
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.sharing import Share, is_copy


@dataclass(frozen=True, slots=True)
class Origin:
    """What the nook's own notes say of a highlight, checked against what the board shows."""

    nook: RoomId
    share: Share
    sources: tuple[EventId, ...]
    authors: tuple[UserId, ...]
    asked_by: UserId
    published_by: UserId
    at: datetime
    """When it was begun to be published."""
    unseen: tuple[UserId, ...] = ()
    """The authors whose yes is not here, so that only the publisher's word says that they agreed."""


def origin_of(reading: ShareReading, event_id: EventId) -> Origin:
    """Check a highlight's proof.

    Raises:
        NotFound: `gone`: the board shows no such highlight; `not_from_here`: no nook of ours tells of it.
        Changed: `altered`: it is not what the nook's notes say; other words, another name, another sender or event.

    """
    highlight = reading.boards.find(event_id)
    named = False
    for share in reading.all():
        for copy in share.copies:
            if copy.id != highlight.id:
                continue
            named = True
            # The note that names the copy's event may come later than the copy; its key is in the note before it.
            if is_copy(share, copy, highlight) and not highlight.altered:
                sources, authors = share.asks.sources, share.authors
                unseen = share.waits_for
                return Origin(share.nook, share, sources, authors, share.asked_by, copy.by, copy.begun_at, unseen)
    if named:
        message = "This is not what was shared: the words, a name, or who posted it are others than in the nook's note."
        raise Changed(message, "A facilitator of the highlights room can take it down.", code="altered")
    message = "No nook of yours tells of this highlight, so that its origin cannot be checked here."
    raise NotFound(message, "Only members of the nook it came from can check it.", code="not_from_here")
