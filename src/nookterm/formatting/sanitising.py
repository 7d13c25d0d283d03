"""A stranger's HTML without whatever Matrix does not know: the list of the spec, and no way around it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import nh3

_TAGS = frozenset({
    "a", "b", "blockquote", "br", "caption", "code", "del", "details", "div", "em", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strike", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
})  # fmt: skip
"""Spec 1.16, Client-Server API 11.3.1.2, with the older `font` and `strike` that bridges and clients still send."""
_GONE_WITH_ALL_IN_IT = frozenset({"mx-reply", "script", "style", "title", "head", "noscript", "template"})
"""What a reply repeats of the message that it answers, and what never was for reading."""
_COLOURS = frozenset({"data-mx-color", "data-mx-bg-color"})
_ATTRIBUTES = {
    "a": frozenset({"href"}),
    "code": frozenset({"class"}),
    "font": _COLOURS | {"color"},
    "img": frozenset({"alt", "title", "src", "data-mx-emoticon"}),
    "ol": frozenset({"start"}),
    "span": _COLOURS | {"data-mx-spoiler"},
}
_SCHEMES = frozenset({"http", "https", "matrix", "mailto", "mxc"})


def sanitised(html: str) -> str:
    """The same HTML with the tags, attributes and addresses that the spec allows, properly closed."""
    # Half a character, which JSON can hold, is no text for the library.
    return _cleaner().clean(html.encode("utf-8", "replace").decode())


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_ALL_IN_IT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative="deny",
    )
