"""Signing in in a browser: where it goes, what may be pasted, and what listens on this machine meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote, urlsplit

import aiohttp
import pytest

from nookterm.client.browser import has_browser, is_page, open_page
from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.ports import Homeserver, Provider
from nookterm.client.sso import InBrowser, find_provider, in_browser, sso_address
from nookterm.matrix.doorway import NioDoorway

RIVER = Homeserver(
    "https://river.example", ("m.login.sso",), (), (Provider("works", "Works"), Provider("guild", "Guild"))
)
TOKEN = "syl_CANARYtokenOfAnaCANARY"


@pytest.fixture
async def way() -> AsyncIterator[InBrowser]:
    async with in_browser(NioDoorway(), RIVER, "works") as begun:
        yield begun


async def visit(
    address: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
        session.request(method, address, headers=headers) as answer,
    ):
        return answer.status, await answer.text(), dict(answer.headers)


def test_the_page_is_the_servers_own_whatever_it_calls_its_providers() -> None:
    for name in ("works", "../../../evil", "x?y=//evil.example", "#", "@evil.example/", "%2e%2e"):
        parts = urlsplit(sso_address(RIVER, name, "http://127.0.0.1:9/x"))
        assert (parts.scheme, parts.netloc) == ("https", "river.example")
        assert parts.path == f"/_matrix/client/v3/login/sso/redirect/{quote(name, safe='')}"
        assert parts.fragment == ""


@pytest.mark.parametrize(
    "server",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "-https://x",
        "https://a:b@river.example",
        "https://ri ver",
        "https://\u202eriver",
        "",
    ],
)
async def test_nothing_but_a_page_on_the_web_is_ever_opened(server: str) -> None:
    assert not is_page(server)
    with pytest.raises(WrongUsage):
        sso_address(Homeserver(server, ()), "", "http://127.0.0.1:9/x")
    with pytest.raises(WrongUsage, match="no page"):
        await open_page(server)


def test_a_browser_is_where_a_screen_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nookterm.client.browser.shutil.which", lambda _name: "/usr/bin/xdg-open")
    monkeypatch.setattr("sys.platform", "linux")
    assert has_browser({"DISPLAY": ":0"})
    assert not has_browser({"SSH_CONNECTION": "1.2.3.4", "TERM": "xterm"}), "it would open inside of this terminal"


def test_one_is_known_by_whom_one_names_or_the_server_asks() -> None:
    assert find_provider(RIVER, "Guild").id == "guild"
    assert find_provider(RIVER, None).id == "", "the server's own page asks"
    with pytest.raises(WrongUsage, match="has no Mill"):
        find_provider(RIVER, "Mill")
    with pytest.raises(WrongUsage, match="in the browser"):
        find_provider(Homeserver("https://x", ("m.login.password",)), None)


async def test_a_browser_that_comes_back_is_taken_once_and_sees_a_page_that_loads_nothing(way: InBrowser) -> None:
    status, page, headers = await visit(f"{way.comes_back_to}?loginToken={TOKEN}")
    assert status == 200
    assert "You can close this tab" in page
    assert "<script" not in page
    assert "http" not in page
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (await visit(f"{way.comes_back_to}?loginToken=another"))[0] == 410
    assert (await way.token()).reveal() == TOKEN


async def test_everything_else_that_knocks_there_is_turned_away_and_changes_nothing(way: InBrowser) -> None:
    here, good = urlsplit(way.comes_back_to), f"{way.comes_back_to}?loginToken={TOKEN}"
    root = f"http://{here.netloc}"
    for address, method, host, status in (
        (good, "GET", "evil.example", 421),
        (good, "GET", f"evil.example:{here.port}", 421),
        (good, "GET", f"localhost:{here.port}", 421),
        (good, "POST", here.netloc, 405),
        (good, "HEAD", here.netloc, 405),
        (f"{root}/?loginToken={TOKEN}", "GET", here.netloc, 404),
        (f"{way.comes_back_to}x?loginToken={TOKEN}", "GET", here.netloc, 404),
        (f"{root}/favicon.ico", "GET", here.netloc, 404),
        (way.comes_back_to, "GET", here.netloc, 400),
        (f"{good}&loginToken=two", "GET", here.netloc, 400),
        (f"{way.comes_back_to}?loginToken={'x' * 1025}", "GET", here.netloc, 400),
        (f"{way.comes_back_to}?loginToken={'x' * 9000}", "GET", here.netloc, 400),
        (f"{way.comes_back_to}?loginToken=%0d%0a", "GET", here.netloc, 400),
    ):
        assert (await visit(address, method, {"Host": host}))[0] == status, (address, method, host)
    with pytest.raises(Problem, match="Nobody came back") as late:
        await way.token(0.01)
    assert late.value.code == "browser_late"
    assert (await visit(good))[0] == 200, "whoever is really meant still gets in"


async def test_the_way_back_is_this_machine_alone_and_is_closed_behind_whoever_leaves() -> None:
    async with in_browser(NioDoorway(), RIVER) as way:
        here = urlsplit(way.comes_back_to)
        assert here.hostname == "127.0.0.1"
        assert len(here.path) > 30
        port = here.port
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_the_token_is_in_no_log_and_no_word_of_ours(way: InBrowser, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.get_running_loop().set_debug(True)
    caplog.set_level(logging.DEBUG)
    await visit(f"{way.comes_back_to}?loginToken={TOKEN}{'x' * 9000}")
    await visit(f"{way.comes_back_to}?loginToken={TOKEN}", "GET", {"Host": "evil.example"})
    with pytest.raises(WrongUsage) as wrong:
        way.paste(f"http://127.0.0.1:1/other?loginToken={TOKEN}")
    await visit(f"{way.comes_back_to}?loginToken={TOKEN}")
    token = await way.token()
    assert "CANARY" not in caplog.text
    assert "CANARY" not in f"{wrong.value!r} {wrong.value} {token!r} {way!r} {vars(way)}"


async def test_an_address_can_be_pasted_and_only_that_of_this_sign_in(way: InBrowser) -> None:
    for text, code in (
        (f"https://evil.example/?loginToken={TOKEN}", "wrong_page"),
        (f"http://127.0.0.1:1/x?loginToken={TOKEN}", "wrong_page"),
        (f"{way.comes_back_to}x?loginToken={TOKEN}", "wrong_page"),
        (way.comes_back_to, "no_token"),
        (f"{way.comes_back_to}?loginToken=a&loginToken=b", "no_token"),
        ("", "no_token"),
        ("two words", "no_token"),
        ("x" * 1025, "no_token"),
        ("http://[::1", "wrong_page"),
    ):
        with pytest.raises(WrongUsage) as wrong:
            way.paste(text)
        assert wrong.value.code == code, text
    way.paste(f"  {way.comes_back_to}?loginToken={TOKEN}\n")
    assert (await way.token(5)).reveal() == TOKEN


async def test_the_token_alone_can_be_pasted_too(way: InBrowser) -> None:
    way.paste(TOKEN)
    assert (await way.token(5)).reveal() == TOKEN
