"""Where a link truly leads, whatever its words say."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

from nookterm.domain import links
from nookterm.formatting.text import Link, Person, Place, Target

_LONGEST = 2_000
_LONGEST_HOST = 253
_KEPT = "%/:=&?#~+!$,;'@()*[]"
"""What stands for itself in an address, beside letters and digits."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")


@lru_cache(maxsize=1024)
def read_link(href: str) -> Target | None:
    """What an address means: a person, a room, a page, a mailbox. None where it must not be followed, or is none."""
    if len(href) > _LONGEST:
        return None
    href = href.strip()
    if inside := links.read_link(href):
        return Person(inside.user) if inside.user else Place(inside.room, inside.event or "")
    try:
        parts = urlsplit(href)
        if parts.scheme == "mailto":
            return _mailbox(parts)
        return _page(parts) if parts.scheme in {"http", "https"} else None
    except ValueError:
        return None


def shows_its_host(words: str, link: Link) -> bool:
    """Whether the words of a link already say where it leads; if not, that has to stand beside them."""
    said = words.strip().removeprefix("https://").removeprefix("http://").removeprefix("mailto:")
    return link.plain and said.isascii() and (said == link.host or said.startswith(f"{link.host}/"))


def _page(parts: SplitResult) -> Link | None:
    host = _host_of(parts)
    if not host:
        return None
    port = f":{parts.port}" if parts.port is not None else ""
    name, at, _ = parts.netloc.rpartition("@")
    path, query, fragment = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    url = f"{parts.scheme}://{quote(name, safe=_KEPT)}{at}{host}{port}{path}"
    url += f"?{query}" if query else ""
    url += f"#{fragment}" if fragment else ""
    return Link(url, f"{host}{port}", plain=not at)


def _host_of(parts: SplitResult) -> str:
    """The name that is looked up: letters of other scripts as `xn--`, so that no lookalike passes. Empty: none."""
    host = parts.hostname or ""
    if len(host) > _LONGEST_HOST:
        return ""
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode("ascii").lower()
    return host if _HOST.fullmatch(host) else ""


def _mailbox(parts: SplitResult) -> Link | None:
    address = unquote(parts.path)
    return Link(f"mailto:{address}", address) if _MAIL.fullmatch(address) else None
