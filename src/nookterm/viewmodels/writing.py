"""From what a person wrote to the content of an event: emotes, edits, answers, the people that it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nookterm.client.naming import NOBODY, Named
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.formatting.called import calls_whom, names_to_call
from nookterm.formatting.writing import EVERYBODY, Formatted, People, hidden, write_markdown
from nookterm.viewmodels.talk_door import people_here
from nookterm.viewmodels.timeline import TimelineView, Words

EMOTE = "/me "
RAW = "/raw "
"""Before words that are sent as they stand."""
SPOILER = "/spoiler "
"""Before words that are hidden until somebody wants to see them."""
_LONG = 8_000
"""Characters of HTML that are not said twice in an edit: an event holds only so much."""


def written(
    text: str,
    room: Room,
    *,
    editing: EventId | None,
    answering: EventId | None,
    thread: EventId | None = None,
    already: Named = NOBODY,
    markdown: bool = True,
    everybody: bool = False,
) -> dict[str, Any]:
    """The content of what was written: an emote after `/me`, an edit, an answer, with the people that it names.

    `already`: whom the message named before it was edited; they are not called again. After `/raw`, and without
    `markdown`, every sign stands for itself. `everybody`: `@room` calls all who are here.
    """
    said = _said(text, names_to_call(people_here(room)), markdown=markdown, everybody=everybody)
    content = said.content(emote=text.startswith(EMOTE))
    if editing:
        return _edit(said, content, editing, already)
    if thread:
        replied = {"m.in_reply_to": {"event_id": answering or thread}}
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": not answering,
            **replied,
        }
    elif answering:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": answering}}
    return content


def calls(text: str, view: TimelineView) -> int:
    """How many people these words would call by `@room` who were not called before; 0 where they call nobody so."""
    if not view.everybody or EVERYBODY not in text:
        return 0
    changed = (entry for entry in view.entries if isinstance(entry, Words) and entry.event_id == view.editing)
    if any(entry.everybody for entry in changed):
        return 0
    return view.everybody if _said(text, (), markdown=view.markdown, everybody=True).everybody else 0


def told(text: str, names: People, view: TimelineView) -> str:
    """Whom these words would call, and what is taken for a name and calls nobody. `names` as of `names_to_call`."""
    if "@" not in text or text.startswith(SPOILER):
        return ""
    from nookterm.formatting.hints import without_code

    plain = not view.markdown or text.startswith(RAW)
    said = _said(text, names, markdown=view.markdown, everybody=bool(view.everybody))
    return calls_whom(said, text if plain else without_code(text), names, editing=view.editing is not None)


def _said(text: str, people: People, *, markdown: bool, everybody: bool) -> Formatted:
    """What was written, without the order before it."""
    if text.startswith(SPOILER):
        return hidden(text.removeprefix(SPOILER))
    raw = text.startswith(RAW)
    body = text.removeprefix(EMOTE if text.startswith(EMOTE) else RAW if raw else "")
    return write_markdown(body, people, markdown=markdown and not raw, everybody=everybody)


def _edit(said: Formatted, content: dict[str, Any], editing: EventId, already: Named) -> dict[str, Any]:
    """The same content as new words for a message, with a fallback for clients that know no edits."""
    fallback = replace(
        said,
        body=f"* {said.body}",
        html=f"* {said.html}" if said.html is not None and len(said.html) < _LONG else None,
        mentions=said.mentions - already.people,
        everybody=said.everybody and not already.everybody,
    )
    return {
        **fallback.content(emote=content["msgtype"] == "m.emote"),
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": editing},
    }
