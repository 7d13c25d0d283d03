"""Requests of our own as they lie on this disk: written before anything leaves, read after every restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from nookterm.client.ports import Store
from nookterm.domain.applying import UNANSWERED_AFTER, MyRequest
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.knocking import Told, Word

_KIND = "request"


class MyRequests:
    """What this machine remembers of each request. Nothing here asks a server."""

    def __init__(self, store: Store) -> None:
        """Read and write in this store."""
        self._store = store

    def all(self) -> Mapping[RoomId, MyRequest]:
        """Every request that was made here, by its nook."""
        found = map(_read, self._store.recall_all(_KIND).values())
        return {mine.nook: mine for mine in found if mine}

    def of(self, nook: RoomId) -> MyRequest | None:
        """The request to this nook."""
        return _read(self._store.recall(_KIND, nook))

    def keep(self, mine: MyRequest) -> MyRequest:
        """Remember a request as it is now."""
        with self._store.transaction():
            self._store.remember(_KIND, mine.nook, _written(mine))
        return mine

    def forget(self, mine: MyRequest) -> None:
        """It did not happen."""
        with self._store.transaction():
            self._store.remember(_KIND, mine.nook, None)

    def asked(self, mine: MyRequest, facilitator: UserId, room: RoomId) -> MyRequest:
        """Remember who asks us, and where."""
        now = replace(mine, asked_by=facilitator, asked_in=room)
        return mine if now == mine else self.keep(now)

    def answered(self, mine: MyRequest, room: RoomId, facilitator: UserId, at: datetime) -> MyRequest:
        """Remember that the answers have gone to a vetting room."""
        return self.keep(replace(mine, answered_in=room, asked_in=room, asked_by=facilitator, answered_at=at))

    def written(self, mine: MyRequest, to: UserId, room: RoomId, at: datetime) -> MyRequest:
        """Remember that a facilitator was written to, with the answers."""
        return self.keep(replace(mine, written_to=to, answered_in=room, asked_in=room, answered_at=at))

    def told(self, mine: MyRequest, word: Word) -> MyRequest:
        """Remember what a facilitator told. A no ends the request: an invite that comes later anyway is asked about."""
        ended = {"declined": True, "answers": {}} if word.state == Told.DECLINED else {}
        return self.keep(replace(mine, word=word, **ended))  # type: ignore[arg-type]  # the fields are of these types

    def declined(self, mine: MyRequest) -> MyRequest:
        """The answer was no; an invite that comes later anyway is asked about."""
        return self.keep(replace(mine, declined=True, answers={}))

    def fulfilled(self, mine: MyRequest) -> MyRequest:
        """We are in. What was agreed to with the request is spent: who leaves and is invited again is asked again."""
        return self.keep(replace(mine, ref="", answers={}))


def _written(mine: MyRequest) -> dict[str, object]:
    word = mine.word
    return {
        "nook": mine.nook,
        "name": mine.name,
        "ref": mine.ref,
        "sent_at": mine.sent_at.isoformat(),
        "answers": dict(mine.answers),
        "via": list(mine.via),
        "withdrawn": mine.withdrawn,
        "ending": mine.ending,
        "declined": mine.declined,
        "answered_in": mine.answered_in,
        "asked_by": mine.asked_by,
        "unsent": not mine.sent,
        "reason": mine.reason,
        "questions": dict(mine.questions),
        "answered_at": mine.answered_at.isoformat() if mine.answered_at else None,
        "asked_in": mine.asked_in,
        "confirmed": sorted(mine.confirmed),
        "word": _written_word(word) if word else None,
        "answer_by_days": mine.answer_by_days,
        "earlier": sorted(mine.earlier),
        "written_to": mine.written_to,
    }


def _written_word(word: Word) -> dict[str, object]:
    at = word.at.isoformat()
    return {"state": str(word.state), "by": word.by, "at": at, "place": word.place, "words": word.words}


def _read(kept: Json | None) -> MyRequest | None:
    """Rows of earlier versions lack fields; what they lack has its default."""
    if not kept:
        return None
    word = kept.get("word")
    days = kept.get("answer_by_days")
    return MyRequest(
        nook=RoomId(str(kept["nook"])),
        name=str(kept["name"]),
        ref=str(kept["ref"]),
        sent_at=datetime.fromisoformat(str(kept["sent_at"])),
        answers=_texts(kept.get("answers")),
        via=tuple(str(v) for v in kept.get("via") or ()),
        withdrawn=bool(kept.get("withdrawn")),
        ending=bool(kept.get("ending")),
        declined=bool(kept.get("declined")),
        answered_in=_room(kept.get("answered_in")),
        asked_by=_user(kept.get("asked_by")),
        sent=not kept.get("unsent"),
        reason=str(kept.get("reason") or ""),
        questions=_texts(kept.get("questions")),
        answered_at=_time(kept.get("answered_at")),
        asked_in=_room(kept.get("asked_in") or kept.get("answered_in")),
        confirmed=frozenset(UserId(str(user)) for user in kept.get("confirmed") or ()),
        word=_read_word(word) if isinstance(word, Mapping) else None,
        answer_by_days=days if isinstance(days, int) else UNANSWERED_AFTER.days,
        earlier=frozenset(RoomId(str(room)) for room in kept.get("earlier") or ()),
        written_to=_user(kept.get("written_to")),
    )


def _read_word(kept: Json) -> Word:
    place = kept.get("place")
    return Word(
        Told(str(kept["state"])),
        UserId(str(kept["by"])),
        datetime.fromisoformat(str(kept["at"])),
        place if isinstance(place, int) else None,
        str(kept.get("words") or ""),
    )


def _texts(value: object) -> Mapping[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}


def _room(value: object) -> RoomId | None:
    return RoomId(str(value)) if value else None


def _user(value: object) -> UserId | None:
    return UserId(str(value)) if value else None


def _time(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None
