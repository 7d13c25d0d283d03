"""Looking a homeserver over for `doctor`: asks what strangers may ask, and tells what came back. Sends no secret."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from nookterm.client.errors import Problem, Throttled
from nookterm.domain.checkup import Certificate, ServerFacts
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.matrix.doorway import base_of, split_address, well_known
from nookterm.matrix.http import no_answer
from nookterm.matrix.problems import KEPT, refusal
from nookterm.matrix.sync_source import OFFER
from nookterm.matrix.wire import as_list, as_object, as_text, read_json

_V3, _V1 = "/_matrix/client/v3", "/_matrix/client/v1"
_FINE = 200
_GATEWAY = frozenset({502, 503, 504})
"""What a web server says of a server behind it that is not there."""
_LARGEST = 1 << 20
_DAY = 86_400
_LATE = ("The server did not answer in time.", "Try again, or give it more with --timeout.")


@dataclass(slots=True)
class _Answer:
    """One answer, whatever it was."""

    status: int
    body: Mapping[str, Any]


@dataclass(slots=True)
class Probe:
    """Looks one server over. `patience` is for everything together, in seconds."""

    patience: float
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    """What decides whether a certificate is good."""

    async def look(self, server: str) -> ServerFacts:
        """Everything that can be seen without signing in. Never raises for what a server does."""
        facts = ServerFacts(server)
        try:
            async with asyncio.timeout(self.patience):
                await self._look(server, facts)
        except TimeoutError:
            facts.trouble = facts.trouble or (None if facts.versions else _LATE)
        except Problem as problem:
            facts.trouble = (problem.message, problem.hint.removeprefix(KEPT).strip())
        return facts

    async def _look(self, server: str, facts: ServerFacts) -> None:
        parts = split_address(server)
        facts.url = base_of(parts)
        if "://" not in server:
            led = await well_known(facts.url, self.patience / 2)
            facts.by = "directions" if led else "name"
            facts.url = led or facts.url
        where = urlsplit(facts.url)
        if where.scheme == "https":
            facts.certificate = await certificate(where.hostname or "", where.port or 443, self.tls)
        connector = aiohttp.TCPConnector(ssl=self.tls)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            await self._versions(session, facts)
            await asyncio.gather(
                *(
                    self._gently(part)
                    for part in (
                        self._flows(session, facts),
                        self._registration(session, facts),
                        self._media(session, facts),
                        self._software(session, facts),
                    )
                )
            )

    async def _gently(self, part: Awaitable[None]) -> None:
        """One question that goes wrong spoils no other."""
        try:
            await part
        except Problem:
            return

    async def _versions(self, session: aiohttp.ClientSession, facts: ServerFacts) -> None:
        answer = await self._ask(session, facts, "GET", "/_matrix/client/versions")
        if answer.status in _GATEWAY:
            facts.trouble = (
                f"The web server at {facts.url} answers, and the homeserver behind it does not ({answer.status}).",
                "Try again soon. Whoever runs them should look whether the homeserver runs, and what leads to it.",
            )
        elif answer.status != _FINE or not isinstance(answer.body.get("versions"), list):
            facts.trouble = (
                f"{facts.url} answers, but not as a Matrix server.",
                "Check the name, or type the homeserver's full address.",
            )
        if facts.trouble:
            raise Problem(*facts.trouble)
        facts.versions = tuple(v for v in as_list(answer.body.get("versions")) if isinstance(v, str))
        offers = as_object(answer.body.get("unstable_features"))
        facts.offers = frozenset(name for name, on in offers.items() if on is True)
        facts.has_sliding_sync = OFFER in facts.offers

    async def _flows(self, session: aiohttp.ClientSession, facts: ServerFacts) -> None:
        answer = await self._ask(session, facts, "GET", f"{_V3}/login")
        if answer.status != _FINE:
            return
        ways = (as_text(as_object(flow).get("type")) for flow in as_list(answer.body.get("flows")))
        facts.flows = tuple(safe_line(way, longest=60) for way in ways if way)

    async def _registration(self, session: aiohttp.ClientSession, facts: ServerFacts) -> None:
        """Ask how one would register, and go no further."""
        answer = await self._ask(session, facts, "POST", f"{_V3}/register", {})
        stages = [as_list(as_object(flow).get("stages")) for flow in as_list(answer.body.get("flows"))]
        if answer.status == 401 and stages:  # noqa: PLR2004
            facts.registration = "open" if ["m.login.dummy"] in stages else "checked"
        elif answer.status in {403, 404, 405}:
            facts.registration = "closed"

    async def _media(self, session: aiohttp.ClientSession, facts: ServerFacts) -> None:
        answer = await self._ask(session, facts, "GET", f"{_V1}/media/config")
        facts.media = answer.body.get("errcode") in {"M_MISSING_TOKEN", "M_UNKNOWN_TOKEN"}

    async def _software(self, session: aiohttp.ClientSession, facts: ServerFacts) -> None:
        answer = await self._ask(session, facts, "GET", "/_matrix/federation/v1/version")
        server = as_object(answer.body.get("server"))
        words = (as_text(server.get("name")), as_text(server.get("version")))
        facts.software = safe_line(" ".join(word for word in words if word), longest=60)

    async def _ask(
        self, session: aiohttp.ClientSession, facts: ServerFacts, method: str, where: str, body: object = None
    ) -> _Answer:
        data = None if body is None else json.dumps(body).encode()
        began = time.monotonic()
        try:
            async with session.request(
                method,
                facts.url + where,
                data=data,
                headers={"Content-Type": "application/json"} if data else {},
                timeout=aiohttp.ClientTimeout(total=self.patience),
                allow_redirects=False,
            ) as answer:
                raw = await answer.content.read(_LARGEST)
                took = time.monotonic() - began
                headers = answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise no_answer(urlsplit(facts.url).hostname or facts.url, error) from error
        facts.latencies.append(took)
        _note_clock(facts, headers.get("Date"), took)
        try:
            found = as_object(read_json(raw))
        except ValueError:
            found = {}
        if answer.status >= 400:  # noqa: PLR2004
            problem = refusal(answer.status, found, headers.get("Retry-After"))
            if isinstance(problem, Throttled):
                facts.wait = max(facts.wait or 0.0, problem.retry_after or 0.0)
                raise problem
        return _Answer(answer.status, found)


def _note_clock(facts: ServerFacts, date: str | None, took: float) -> None:
    """The quickest answer tells the time best."""
    if date is None or took > min(facts.latencies):
        return
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    facts.clock_ahead = said.timestamp() - datetime.now(UTC).timestamp() + took / 2


async def certificate(host: str, port: int, tls: ssl.SSLContext) -> Certificate:
    """The certificate that a server shows. Raises Problem where nobody answers."""
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return Certificate(trouble=safe_line(error.verify_message))
    except ssl.SSLError as error:
        return Certificate(trouble=safe_line((error.reason or "the handshake failed").lower().replace("_", " ")))
    except OSError as error:
        raise no_answer(host, error) from error
    try:
        shown = as_object(writer.get_extra_info("peercert"))
        ends = as_text(shown.get("notAfter"))
        days = (ssl.cert_time_to_seconds(ends) - time.time()) / _DAY if ends else None
        return Certificate(days, str(writer.get_extra_info("ssl_object").version()))
    finally:
        writer.close()
