"""What exactly will leave the nook, shown before anybody agrees to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nookterm.client.publish_looks import PublishLooks
from nookterm.client.share_asking import DraftStart
from nookterm.domain.consent import Answer, Mode
from nookterm.domain.ids import EventId
from nookterm.domain.share_request import LASTS, SharedPicture, ShareRequest
from nookterm.domain.sharing import Copy, Share, ShareState
from nookterm.domain.vocabulary import HIGHLIGHT

_ID, _COMMIT = "<made when it is published>", "<proof, made with a key that stays in the nook>"
_PICTURE, _MEASURES = "<the cleaned picture, under a new address>", "<its kind, bytes and pixels>"
_NAME = "<picture.jpg or picture.png>"


def previewed(looks: PublishLooks, what: Share | DraftStart, text: str | None, *, anonymous: bool) -> dict[str, Any]:
    """The content of the event that would leave."""
    share = what if isinstance(what, Share) else _as_share(what)
    if text is not None:
        share = replace(share, asks=replace(share.asks, draft=text.strip()))
    mode = Mode.ANONYMOUS if anonymous else Mode.NAMED
    answers = tuple(a if a.agrees and not anonymous else Answer(a.author, mode) for a in share.answers)
    share = replace(share, answers=answers)
    copy = Copy(_ID, b"\x00", share.asked_by, share.asked_at)
    where = "file" if share.asks.audience.encrypted else "url"
    picture = {"msgtype": "m.image", "filename": _NAME, "info": _MEASURES, where: _PICTURE}
    content = looks.content(share, copy, picture if share.asks.picture else None)
    content[HIGHLIGHT]["commit"] = _COMMIT
    return content


def _as_share(draft: DraftStart) -> Share:
    """The highlight that a draft would become."""
    since = draft.now
    picture = SharedPicture("", None, 0, 0) if draft.pictures else None
    asks = ShareRequest(
        draft.quotes, draft.text, draft.target.room_id, draft.audience, since + LASTS, "", picture=picture
    )
    answers = tuple(Answer(author, Mode.NAMED) for author in draft.authors)
    nook, me = draft.nook.room_id, draft.nook.me
    return Share("", EventId(""), nook, asks, me, since, ShareState.WAITING, answers)
