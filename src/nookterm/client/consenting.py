"""Saying yes or no to a highlight that quotes us."""

from __future__ import annotations

from nookterm.client.errors import Changed, NotAllowed
from nookterm.client.session import Session
from nookterm.client.share_reading import ShareReading
from nookterm.domain.consent import AGREES, Mode, consent_content
from nookterm.domain.sharing import Share, ShareState

_OPEN = {ShareState.WAITING, ShareState.DECLINED, ShareState.CONSENTED}


class Consenting:
    """Answers as one of the authors."""

    def __init__(self, session: Session, reading: ShareReading) -> None:
        """Answer as this account."""
        self._session = session
        self._reading = reading

    async def consent(self, request: str, mode: Mode) -> Share:
        """Answer: with the name, without, no, or taken back.

        Raises:
            NotFound: there is no such highlight.
            NotAllowed: it does not quote us.
            Changed: it is too late for a yes.

        """
        share = self._reading.find(request)
        if self._session.gateway.user_id not in share.authors:
            message = "Only the author can agree to share these words."
            raise NotAllowed(message, "Ask them.", code="not_author")
        if mode in AGREES and share.state not in _OPEN:
            message = f"This highlight is {share.state}."
            raise Changed(message, "Begin a new one.", code="changed")
        content = consent_content(share.event_id, share.asks.terms, mode)
        await self._session.outbox.send(share.nook, "m.room.message", content)
        await self._session.sync_once()
        return self._reading.find(request)
