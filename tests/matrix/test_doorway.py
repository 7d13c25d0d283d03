"""The way to a homeserver by its name: directions are followed, and useless ones are not guessed around."""

from __future__ import annotations

import pytest

from nookterm.client.errors import NotAllowed, NotFound, Problem, ServerTrouble, WrongUsage
from nookterm.client.ports import Challenge, Homeserver, NewAccount, Provider, Secret
from nookterm.matrix.doorway import NioDoorway
from tests.matrix.fake_server import answer, fake_server

VERSIONS = answer(200, {"versions": ["v1.11", 5]})
_ANA = NewAccount("ana", Secret("pw"), "a test")
FLOWS = answer(200, {"flows": [{"type": "m.login.password"}, 5, {"type": 7}]})


def _directions(url: object) -> bytes:
    return answer(200, {"m.homeserver": {"base_url": url}})


async def test_a_name_leads_by_its_directions_to_the_homeserver() -> None:
    async with fake_server(VERSIONS, FLOWS) as home, fake_server(_directions(home.url + "/")) as site:
        found = await NioDoorway().discover(site.url.removeprefix("http://"))

    assert found == Homeserver(home.url, ("m.login.password",), ("v1.11",))
    assert site.asked[0].startswith("GET /.well-known/matrix/client ")


async def test_a_name_without_directions_is_the_homeserver_itself() -> None:
    async with fake_server(answer(404, b"nothing"), VERSIONS, FLOWS) as server:
        found = await NioDoorway().discover(server.url.removeprefix("http://"))

    assert found.url == server.url


async def test_an_address_is_taken_as_it_is() -> None:
    async with fake_server(VERSIONS, FLOWS) as server:
        assert (await NioDoorway().discover(f" {server.url}/ ")).url == server.url
        assert not any("well-known" in head for head in server.asked)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"m.homeserver": {"base_url": 5}}', b"[" * 9000], ids=range(5)
)
async def test_useless_directions_are_said_to_be_useless(body: bytes) -> None:
    async with fake_server(answer(200, body), VERSIONS, FLOWS) as server:
        with pytest.raises(ServerTrouble, match="directions"):
            await NioDoorway().discover(server.url.removeprefix("http://"))


async def test_directions_to_an_open_line_are_refused() -> None:
    async with fake_server(_directions("http://matrix.example")) as server:
        with pytest.raises(WrongUsage, match="Plain http"):
            await NioDoorway().discover(server.url.removeprefix("http://"))


@pytest.mark.parametrize(
    "given",
    [
        answer(200, b"<html>hello</html>"),
        answer(200, {"versions": []}),
        answer(404, b"nothing"),
        answer(403, b"no"),
        answer(301, b"", "Location: https://elsewhere.example/"),
    ],
    ids=["a web page", "no versions", "nothing", "closed", "elsewhere"],
)
async def test_what_answers_but_is_no_matrix_server_is_said_to_be_none(given: bytes) -> None:
    async with fake_server(given) as server:
        with pytest.raises(NotFound, match="not as a Matrix server") as met:
            await NioDoorway().discover(server.url)
    assert met.value.code == "not_matrix"


async def test_a_sign_in_that_does_not_say_as_whom_is_the_servers_fault() -> None:
    async with fake_server(answer(200, {"access_token": "x", "user_id": 5})) as server:
        with pytest.raises(ServerTrouble):
            await NioDoorway().login(Homeserver(server.url, ()), "ana", Secret("pw"), "a test")


async def test_a_server_that_wants_more_than_a_name_says_what_and_one_that_wants_nobody_says_so() -> None:
    stages = answer(401, {"flows": [{"stages": ["m.login.recaptcha"]}], "session": "s"})
    async with fake_server(stages) as server:
        wanted = await NioDoorway().register(Homeserver(server.url, ()), _ANA)
        assert wanted == Challenge("s", (("m.login.recaptcha",),))
        assert await NioDoorway().terms_of_joining(Homeserver(server.url, ())) == wanted
    closed = answer(403, {"errcode": "M_FORBIDDEN", "error": "Registration has been disabled"})
    for refusal in (closed, answer(401, {}), answer(404, {"errcode": "M_UNRECOGNIZED"})):
        async with fake_server(refusal) as server:
            assert await NioDoorway().terms_of_joining(Homeserver(server.url, ())) is None
    async with fake_server(closed) as server:
        with pytest.raises(NotAllowed, match="does not let anyone make an account"):
            await NioDoorway().register(Homeserver(server.url, ()), _ANA)


async def test_those_by_whom_one_is_known_are_read_with_care() -> None:
    named = [
        {"id": "works", "name": "River\x1b Works"},
        {"id": "../admin"},
        {"id": ".."},
        {"id": 5},
        {"id": "no-name"},
        7,
    ]
    for given, providers in (
        (named, (Provider("works", "River\x1b Works"), Provider("no-name", "no-name"))),
        ("nonsense", (Provider("", ""),)),
        ([{"id": f"p{n}"} for n in range(500)], tuple(Provider(f"p{n}", f"p{n}") for n in range(20))),
    ):
        flows = answer(200, {"flows": [{"type": "m.login.sso", "identity_providers": given}]})
        async with fake_server(VERSIONS, flows) as server:
            assert (await NioDoorway().discover(server.url)).providers == providers


@pytest.mark.parametrize(
    ("given", "free"),
    [
        (answer(200, {"available": True}), True),
        (answer(400, {"errcode": "M_USER_IN_USE"}), False),
        (answer(400, {"errcode": "M_EXCLUSIVE"}), False),
        (answer(403, {"errcode": "M_FORBIDDEN"}), None),
        (answer(404, b"nothing"), None),
        (answer(429, {"errcode": "M_LIMIT_EXCEEDED"}), None),
    ],
)
async def test_whether_a_name_is_free_is_said_as_far_as_the_server_says(given: bytes, *, free: bool | None) -> None:
    async with fake_server(given) as server:
        assert await NioDoorway().is_free(Homeserver(server.url, ()), "ana") is free


async def test_a_page_is_looked_for_on_the_server_itself_alone() -> None:
    async with fake_server(answer(200, b"<p>Prove that you are human.</p>")) as server, fake_server(VERSIONS) as other:
        home = Homeserver(server.url, ())
        assert await NioDoorway().has_page(home, f"{server.url}/_matrix/client/v3/auth/x/fallback/web")
        assert not await NioDoorway().has_page(home, other.url)
        assert other.asked == []


async def test_the_password_is_in_no_address_and_no_problem() -> None:
    async with fake_server(answer(500, {})) as server:
        with pytest.raises(Problem) as met:
            await NioDoorway().login(Homeserver(server.url, ()), "ana", Secret("tiger lily"), "a test")

    assert "tiger" not in server.asked[0].partition("\r\n")[0] + str(met.value) + repr(met.value)
