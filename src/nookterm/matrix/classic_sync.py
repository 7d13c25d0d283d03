"""The classic way to sync, for servers without a better one: `/v3/sync`, without what nobody here reads."""

from __future__ import annotations

import json
from typing import Any

from nookterm.client.errors import Problem
from nookterm.domain.events import Json
from nookterm.matrix.digest import WHOLE_ACCOUNT
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.sync_position import CLASSIC, Position, fingerprints, unheard, went_back
from nookterm.matrix.sync_source import GRACE, MANY, MARKS, Marks, is_lost
from nookterm.matrix.wire import as_list, as_object, as_text

_READ = ("account_data", "device_lists", "device_one_time_keys_count", "device_unused_fallback_key_types")


class ClassicSync:
    """`GET /v3/sync`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def fetch(self, before: Position | None, timeout: float) -> Json:
        """What is new since `before`; everything where that is lost, or of the other source."""
        mine = before if before and before.kind == CLASSIC else None
        if mine is None:
            return _news(await self._ask(None, 0.0, gone_too=before is not None), before, anew=True)
        try:
            answer = await self._ask(mine.pos, timeout)
        except Problem as problem:
            if not is_lost(problem):
                raise
        else:
            if not went_back(mine, _end(answer)):
                return _news(answer, before, anew=False)
        return _news(await self._ask(None, 0.0, gone_too=True), before, anew=True)

    async def _ask(self, since: str | None, timeout: float, *, gone_too: bool = False) -> Json:
        query = [
            ("filter", _filter(gone_too=gone_too)),
            ("timeout", str(int(timeout * 1000))),
            ("set_presence", "offline"),
        ]
        if since:
            query.append(("since", since))
        answer = await self._http.call("GET", path("sync"), query=query, timeout=timeout + GRACE)
        _end(answer)
        return answer


def _filter(*, gone_too: bool) -> str:
    """No presence. `gone_too`: also rooms that we were turned out of, so that we learn by whom."""
    none: dict[str, Any] = {"types": []}
    return json.dumps(
        {
            "presence": none,
            "room": {
                "include_leave": gone_too,
                "timeline": {"limit": 30},
                "state": {"lazy_load_members": False},
                "ephemeral": {"types": ["m.typing", "m.receipt"]},
            },
        },
        separators=(",", ":"),
    )


def _end(answer: Json) -> str:
    end = as_text(answer.get("next_batch"))
    if not end:
        raise server_trouble("Its news have no end mark.")
    return end


def _news(answer: Json, before: Position | None, *, anew: bool) -> Json:
    messages = as_list(as_object(answer.get("to_device")).get("events"))
    rooms = as_object(answer.get("rooms"))
    present = tuple(room for section in rooms.values() for room in as_object(section)) if anew and before else None
    after = Position(CLASSIC, _end(answer), heard=fingerprints(messages))
    return {
        **{key: answer[key] for key in _READ if key in answer},
        "rooms": {
            section: {room_id: {**as_object(room), WHOLE_ACCOUNT: anew} for room_id, room in as_object(listed).items()}
            for section, listed in rooms.items()
        },
        "to_device": {"events": unheard(messages, before) if anew else messages},
        "next_batch": after.text(),
        MARKS: Marks(complete=len(messages) < MANY, anew=anew, present=present, account_whole=anew),
    }
