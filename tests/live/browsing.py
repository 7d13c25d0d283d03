"""A browser as far as signing in needs one: keeps cookies, follows redirects and links, fills in the forms it meets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import aiohttp
from selectolax.lexbor import LexborHTMLParser, LexborNode
from yarl import URL

_MOST_PAGES = 30
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass
class Browser:
    """One person at one browser."""

    session: aiohttp.ClientSession
    says: Mapping[str, str] = field(default_factory=dict)
    """What goes into a field of a form, by its name."""
    visited: list[str] = field(default_factory=list)
    page: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    async def open(self, url: str, *, until: str = "") -> str:
        """Open a page and go wherever it leads: where that ends. `until`: not into addresses that begin so."""
        method, data = "GET", dict[str, str]()
        for _ in range(_MOST_PAGES):
            if until and url.startswith(until):
                return url
            self.visited.append(url)
            async with self.session.request(
                method, urldefrag(url).url, data=data or None, allow_redirects=False
            ) as answer:
                self.status, self.headers, self.page = answer.status, dict(answer.headers), await answer.text()
            onward = self._onward(url)
            if onward is None:
                return url
            method, url, data = onward
        raise AssertionError(f"this leads in circles: {self.visited[-5:]}")

    def _onward(self, url: str) -> tuple[str, str, dict[str, str]] | None:
        if self.status in _REDIRECTS:
            return "GET", urljoin(url, self.headers["Location"]), {}
        if self.status >= 300 or not self.headers.get("Content-Type", "").startswith("text/html"):
            return None
        tree = LexborHTMLParser(self.page)
        form = tree.css_first("form")
        if form is not None:
            return "POST", urljoin(url, form.attributes.get("action") or url), self._filled(form)
        button = tree.css_first("a.primary-button")
        return ("GET", urljoin(url, button.attributes["href"] or ""), {}) if button else None

    def _filled(self, form: LexborNode) -> dict[str, str]:
        given = {field.attributes.get("name"): field.attributes.get("value") for field in form.css("input")}
        return {name: self.says.get(name, value or "") for name, value in given.items() if name}


@asynccontextmanager
async def browser(sites: Iterable[str], name: str = "", **more: str) -> AsyncIterator[Browser]:
    """A browser of somebody who calls themselves `name` at the provider. `sites`: whose pages it is to see."""
    # As browsers do, it trusts this machine with cookies that are for encrypted connections alone.
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[URL(site) for site in sites])
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield Browser(session, {"login": name, "password": "any will do", **more})


def host_of(url: str) -> str:
    """Name and port."""
    return urlsplit(url).netloc
