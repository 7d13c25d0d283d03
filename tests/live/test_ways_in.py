"""Single sign-on and registration with a token, against a real homeserver that relies on a real identity provider."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.errors import WrongPassword
from nookterm.client.ports import Auth, Challenge, Credentials, Secret
from nookterm.client.profiles import Profile
from nookterm.client.proving import page, plain_answer, prove
from nookterm.client.sso import in_browser
from nookterm.client.tokens import load_tokens
from nookterm.matrix.doorway import NioDoorway
from nookterm.viewmodels.browsing import BrowserModel
from nookterm.viewmodels.doors import JOIN
from nookterm.viewmodels.returning import ReturnModel
from nookterm.viewmodels.signin import SignInModel
from tests.client.people import Village
from tests.live.browsing import Browser, browser
from tests.live.doors import GUILD, WORKS, Doors, open_doors
from tests.pty.people import NOOKTERM
from tests.pty.terminal import Terminal, clean_environment
from tests.quick_vault import lay_out

OPENED: list[str] = []
"""What a browser here was told to open."""


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with open_doors() as opened:
        yield opened


@pytest.fixture
async def people(doors: Doors, tmp_path: Path) -> AsyncIterator[Village]:
    village = Village(doors.server, tmp_path)
    yield village
    await village.go_home()


async def here(work: Coroutine[Any, Any, Any]) -> Any:
    """The engine's thread is the test's own."""
    return await work


async def nobody(address: str) -> None:
    """A browser that opens nothing; tests have their own."""
    OPENED.append(address)


def sites(doors: Doors) -> tuple[str, str]:
    return doors.server.base_url, doors.provider


async def until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not done():  # noqa: ASYNC110 - views tell nobody here
            await asyncio.sleep(0.005)


@asynccontextmanager
async def going_in(people: Village, door: str, profile: str) -> AsyncIterator[SignInModel]:
    """The welcome screen's model, while it waits for a browser."""
    model = SignInModel(people.parts, here, profile, BrowserModel(here, nobody, {}))
    await model.discover(people.server.base_url)
    async with asyncio.TaskGroup() as group:
        group.create_task(model.choose(door))
        await until(lambda: model.browser.view.waiting)
        yield model


async def by_works(people: Village, doors: Doors, name: str) -> Profile:
    """Somebody who signed in by the River Works."""
    async with going_in(people, "by 0", name) as model, browser(sites(doors), name) as window:
        await window.open(model.browser.view.address)
    assert model.view.step == "done", model.view
    return people.parts.profiles.load(name)


def credentials(people: Village, profile: Profile) -> Credentials:
    found = load_tokens(people.vault, profile)
    assert found is not None
    return found


async def test_every_door_is_named_and_the_browser_brings_one_in(people: Village, doors: Doors) -> None:
    async with going_in(people, "by 0", "ana") as model, browser(sites(doors), "ana") as window:
        labels = [(door.label, door.about) for door in model.view.doors]
        assert labels == [
            ("River Works", "in your browser"),
            ("Guild of Potters", "in your browser"),
            ("Make an account", "with a registration token"),
        ]
        assert model.view.by_password
        view = model.browser.view
        assert (view.title, view.host) == ("Sign in with River Works", doors.server.base_url.removeprefix("http://"))
        assert view.address not in OPENED, "nothing opens by itself"
        await model.browser.open()
        assert OPENED[-1] == view.address
        assert model.browser.view.opened
        end = await window.open(view.address)
        assert "You can close this tab" in window.page
        assert end.startswith(view.comes_back)
    assert model.view.step == "done", model.view
    assert not model.browser.view.waiting
    kept = people.parts.profiles.load("ana")
    assert kept.user_id == f"@ana:{people.server.server_name}"
    assert await people.parts.doorway.is_valid(credentials(people, kept))


async def test_who_chooses_a_name_on_the_way_comes_in_under_it(people: Village, doors: Doors) -> None:
    async with (
        going_in(people, "by 1", "guild") as model,
        browser(sites(doors), "ana", username="ana.of.the.guild") as window,
    ):
        await window.open(model.browser.view.address)
        assert any("pick_username" in url for url in window.visited)
    assert people.parts.profiles.load("guild").user_id == f"@ana.of.the.guild:{people.server.server_name}"


async def test_who_cancels_at_the_provider_can_try_again_and_who_gives_up_leaves_nothing(
    people: Village, doors: Doors
) -> None:
    async with going_in(people, "by 0", "carl") as model:
        address = model.browser.view.address
        async with browser(sites(doors), "carl") as window:
            asked = await window.open(address, until=f"{doors.provider}/interaction/")
            await window.open(f"{asked}/abort")
            assert window.status >= 400, "the homeserver says that it did not work"
        assert model.browser.view.waiting
        async with browser(sites(doors), "carl") as window:
            back = await window.open(address, until=model.browser.view.comes_back)
            await model.browser.paste(back.replace("?loginToken=", "x?loginToken="))
            assert model.browser.view.notice is not None, "that is another sign-in's address"
            assert model.browser.view.waiting
            await model.browser.stop()
    assert (model.view.step, model.view.notice) == ("password", None)
    assert not people.parts.profiles.has("carl")
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.1", int(back.split(":")[2].partition("/")[0]))


async def test_a_token_is_good_once_and_not_for_long(doors: Doors) -> None:
    door = NioDoorway()
    server = await door.discover(doors.server.base_url)

    async def brought(window: Browser) -> Secret:
        async with in_browser(door, server, WORKS) as way:
            await window.open(way.address)
            return await way.token(5)

    async with browser(sites(doors), "dora") as window:
        token = await brought(window)
        signed_in = await door.login_by_token(server, token, "a test")
        with pytest.raises(WrongPassword) as used:
            await door.login_by_token(server, token, "a test")
        late = await brought(window)
    assert signed_in.user_id == f"@dora:{doors.server.server_name}"
    with sqlite3.connect(doors.server.folder / "homeserver.db", timeout=10) as database:
        database.execute("UPDATE login_tokens SET expiry_ts = 1")
    database.close()
    with pytest.raises(WrongPassword) as expired:
        await door.login_by_token(server, late, "a test")
    for problem in (used.value, expired.value):
        assert problem.code == "login_token"
        assert token.reveal() not in repr(problem)
        assert late.reveal() not in repr(problem)


async def test_a_session_that_ended_is_signed_in_again_as_the_same_device_and_as_nobody_else(
    people: Village, doors: Doors
) -> None:
    kept = await by_works(people, doors, "eva")
    people.parts.profiles.save(replace(kept, ended="soft_logout"))
    old = credentials(people, kept)
    people.server.call("POST", "/_matrix/client/v3/logout", {}, token=old.token.reveal())
    model = ReturnModel(here, BrowserModel(here, nobody, {}))
    model.attach(people.parts, kept)
    await model.look()
    assert [door.label for door in model.view.doors] == ["River Works", "Guild of Potters"]
    for name in ("mallory", "eva"):
        async with asyncio.TaskGroup() as group, browser(sites(doors), name) as window:
            group.create_task(model.choose("by 0"))
            await until(lambda: model.browser.view.waiting)
            await window.open(model.browser.view.address)
        if name == "mallory":
            assert model.view.step == "password"
            assert model.view.notice is not None
            assert "@mallory" in model.view.notice.headline
            hers = f"/_synapse/admin/v2/users/@mallory:{people.server.server_name}/devices"
            assert people.server.call("GET", hers, token=doors.admin)["devices"] == [], "and she is out again"
    assert model.view.step == "done", model.view
    again = people.parts.profiles.load("eva")
    assert (again.device_id, again.user_id, again.ended) == (kept.device_id, kept.user_id, "")
    assert await people.parts.doorway.is_valid(credentials(people, again))


async def test_where_the_server_wants_to_know_who_one_is_its_page_is_shown_and_then_it_is_done(
    people: Village, doors: Doors
) -> None:
    kept = await by_works(people, doors, "finn")
    server = await people.parts.doorway.discover(people.server.base_url)
    async with in_browser(people.parts.doorway, server, WORKS) as way, browser(sites(doors), "finn") as window:
        await window.open(way.address)
        other = await people.parts.doorway.login_by_token(server, await way.token(5), "an old one")
    parts = people.parts
    store = parts.open_store(
        parts.profiles.database("finn"), people.vault.kept[kept.key_name], create=False, read_only=False
    )
    gateway = parts.open_gateway(credentials(people, kept), store)
    waits = BrowserModel(here, nobody, {})

    async def confirm(challenge: Challenge) -> Auth | None:
        assert challenge.flows == (("m.login.sso",),)
        done = await waits.has_visited(
            page(challenge, people.server.base_url), "a yes", again=challenge.session in seen
        )
        seen.append(challenge.session)
        return plain_answer(challenge) if done else None

    seen: list[str] = []
    async with asyncio.TaskGroup() as group, browser(sites(doors), "finn") as window:
        group.create_task(prove(lambda auth: gateway.key_server.end_devices([other.device_id], auth), confirm))
        await until(lambda: waits.view.waiting)
        await waits.go_on()
        await until(lambda: waits.view.again)
        assert waits.view.comes_back == ""
        await window.open(waits.view.address)
        assert "Thank you" in window.page, window.page
        await waits.go_on()
    assert not await people.parts.doorway.is_valid(other)
    assert await people.parts.doorway.is_valid(credentials(people, kept))
    await gateway.close()
    store.close()


async def test_a_newcomer_makes_an_account_with_a_token_that_lets_in_one(people: Village, doors: Doors) -> None:
    token, password = doors.registration_token(), "a kiln, a wheel and clay"
    model = SignInModel(people.parts, here, "gus", BrowserModel(here, nobody, {}))
    await model.discover(people.server.base_url)
    await model.choose(JOIN)
    joining = model.joining
    assert (model.view.step, joining.view.token) == ("join", True)
    assert [one.name for one in joining.view.terms] == ["House rules"]
    assert joining.view.terms[0].address.startswith(people.server.base_url)
    for name, words in (("keeper", "keeper is taken"), ("gus", "gus is free"), ("Ätna", "Small letters")):
        await joining.look_at_name(name)
        assert words in joining.view.name_says
    for name, again, given, words in (
        ("gus", "something else", token, "not the same"),
        ("gus", password, "made-up", "does not take this registration token"),
        ("keeper", password, token, "keeper is taken"),
        ("gus", password, token, ""),
    ):
        await joining.make(name, password, again, given)
        assert (joining.view.notice is not None and words in joining.view.notice.headline) or not words
    assert model.view.step == "done", joining.view
    kept = people.parts.profiles.load("gus")
    assert await people.parts.doorway.is_valid(credentials(people, kept))
    server = await people.parts.doorway.discover(people.server.base_url)
    assert await people.parts.doorway.takes_token(server, Secret(token)) is False
    await people.parts.doorway.login(server, "gus", Secret(password), "another")


def machine(tmp_path: Path, name: str) -> dict[str, str]:
    """The environment of somebody at a machine without a keyring."""
    home, passphrase = tmp_path / name, tmp_path / "passphrase"
    home.mkdir(mode=0o700)
    passphrase.touch(0o600)
    passphrase.write_text("correct horse")
    env = clean_environment(home, passphrase) | {"PYTHONASYNCIODEBUG": "1", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
    lay_out(Path(env["NOOKTERM_HOME"]), passphrase)
    return env


def test_at_a_terminal_what_is_pasted_is_not_shown(tmp_path: Path, doors: Doors) -> None:
    env = machine(tmp_path, "ida")

    async def sign_in(address: str) -> str:
        async with browser(sites(doors), "ida") as window:
            return await window.open(address, until=f"http://127.0.0.1:{port_in(address)}")

    with Terminal([NOOKTERM, "login", doors.server.base_url, "--sso", "--idp", WORKS], env) as window:
        window.wait_for("Paste the whole address")
        shown = "".join(line.strip() for line in window.text.splitlines())
        back = asyncio.run(sign_in("http://" + shown.partition("http://")[2].partition("It ends on")[0]))
        window.write(back.replace("?", "x?"))
        window.press("enter")
        window.wait_for("not the address where this sign-in ends")
        window.write(back)
        window.press("enter")
        window.wait_for("Signed in as @ida")
        assert window.exit_code() == 0
        assert back.partition("loginToken=")[2].encode() not in window.bytes


def port_in(address: str) -> str:
    """The port to which a browser is to come back."""
    return address.rsplit("127.0.0.1%3A", maxsplit=1)[-1].partition("%2F")[0]


async def test_a_script_signs_in_by_what_is_pasted_and_the_token_is_nowhere(tmp_path: Path, doors: Doors) -> None:
    env = machine(tmp_path, "hal")
    words = ("login", doors.server.base_url, "--sso", "--idp", GUILD, "--paste", "--json")
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(NOOKTERM, *words, stdin=pipe, stdout=pipe, stderr=pipe, env=env)
    assert program.stderr
    said = b""
    while b"redirectUrl" not in said:
        said += await asyncio.wait_for(program.stderr.readline(), 20)
    address = next(word for word in said.decode().split() if "redirectUrl" in word)
    async with browser(sites(doors), "hal", username="hal") as window:
        back = await window.open(address, until=f"http://127.0.0.1:{port_in(address)}")
    out, err = await asyncio.wait_for(program.communicate(f"{back}\n".encode()), 30)
    assert program.returncode == 0, err
    (row,) = (json.loads(line) for line in out.splitlines())
    assert row["user_id"] == f"@hal:{doors.server.server_name}"
    token = back.partition("loginToken=")[2].encode()
    assert len(token) > 20
    assert holding(tmp_path, b"correct horse") == [tmp_path / "passphrase"], "the search finds what is there"
    assert holding(tmp_path, token) == []
    assert token not in out + said + err


def holding(folder: Path, words: bytes) -> list[Path]:
    """The files that have these words in them."""
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]
