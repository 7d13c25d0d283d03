"""The main job without a screen: three people with a home each, by `--json` commands in processes of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from nookterm.demo.homeserver import Homeserver
from tests.live_homeserver import LiveServer
from tests.pty.people import Person, person

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

ANSWER = "My neighbour's bees live in my chimney"
SAID = "Smoke calms them because they pack for a move"
REPLIED = "So that is why they were polite to the sweep"
DRAFT = "Why smoke calms bees: they think of moving house, and pack."


@dataclass(frozen=True, slots=True)
class Community:
    """A space with a nook, whoever founded it, a member, and somebody who is only in the space."""

    server: LiveServer
    founder: Person
    author: Person
    applicant: Person
    space: str
    highlights: str
    nook: str

    def listed(self, who: Person) -> dict[str, object]:
        """What the founder's desk says of somebody who waits."""
        (row,) = [row for row in self.founder.do("desk") if row.get("user") == who.id and row["kind"] == "knock"]
        return row

    def stranger(self, name: str, folder: Path) -> Person:
        """Somebody more, signed in and in the space."""
        somebody = person(self.server, folder, name).sign_in(self.server)
        somebody.do("join", self.space)
        return somebody


@pytest.fixture(scope="module")
def community(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Community:
    folder = tmp_path_factory.mktemp("homes")
    names = ("founder", "author", "applicant")
    founder, author, applicant = (person(homeserver, folder, name).sign_in(homeserver) for name in names)
    (space,) = founder.do("found", "space", "Roof gardens")
    (nook,) = founder.do(
        "found", "nook", "Roof gardens", "Bee loft", "--purpose", "Bees in the city", "--cap", "12", "--question",
        "home=Where do your bees live?",
    )  # fmt: skip
    for guest in (author, applicant):
        guest.do("join", space["room_id"])
        guest.do("join", space["highlights_id"])
    founder.do("invite", nook["room_id"], author.id)
    author.do("join", nook["room_id"])
    return Community(homeserver, founder, author, applicant, space["room_id"], space["highlights_id"], nook["room_id"])


def test_the_whole_main_job(community: Community) -> None:
    founder, author, applicant, nook = community.founder, community.author, community.applicant, community.nook
    (mine,) = [row for row in founder.do("rooms") if row["room_id"] == nook]
    assert (mine["kind"], mine["encrypted"], mine["cap"], mine["members"]) == ("nook", True, 12, 2)
    before = founder.do("send", nook, "Nobody else is here yet", "--wait")[-1]
    assert before["state"] == "sent"

    (asked,) = applicant.do("knock", "Bee loft", "--answer", f"home={ANSWER}")
    assert asked == {"room_id": nook, "state": "sent"}
    listed = community.listed(applicant)
    assert (listed["nook"], listed["cap"], listed["members"]) == (nook, 12, 2)
    assert ANSWER not in json.dumps(listed)

    assert founder.do("vet", str(listed["case"]))[0]["outcome"] == "asked"
    assert applicant.do("requests")[0]["state"] in {"asked", "answered"}
    assert community.listed(applicant)["answers"] == {"home": ANSWER}

    (outcome,) = founder.do("approve", str(listed["case"]))
    assert (outcome["outcome"], outcome["by"]) == ("approved", founder.id)
    # Any command of the applicant's carries out what the knock agreed to: it comes in.
    (inside,) = [row for row in applicant.do("rooms") if row["room_id"] == nook]
    assert (inside["membership"], inside["members"]) == ("join", 3)

    said = author.do("send", nook, SAID, "--wait")[-1]["event_id"]
    replied = applicant.do("send", nook, REPLIED, "--reply", said, "--wait")[-1]["event_id"]
    read = {row["event_id"]: row for row in applicant.do("read", nook)}
    assert (read[said]["body"], read[said]["sender"], read[said]["encrypted"]) == (SAID, author.id, True)
    assert "Nobody else" not in json.dumps(list(read.values()))
    heard = {row["event_id"]: row for row in author.do("read", nook)}
    assert (heard[replied]["body"], heard[replied]["reply_to"]) == (REPLIED, said)
    _the_server_cannot_read(community)

    (share,) = founder.do("share", nook, said, "--draft", DRAFT)
    assert share["state"] == "waiting"
    assert author.do("consent", share["request"])[0]["state"] == "consented"
    assert founder.do("publish", share["request"])[0]["state"] == "published"
    (shown,) = applicant.do("highlights")
    assert (shown["body"], shown["nook_name"]) == (DRAFT, "Bee loft")

    assert author.do("withdraw", share["request"])[0]["state"] == "withdrawn"
    founder.do("rooms")
    assert applicant.do("highlights") == []


def _the_server_cannot_read(community: Community) -> None:
    token = community.server.login(community.applicant.account)
    path = f"/_matrix/client/v3/rooms/{quote(community.nook, safe='')}/messages?dir=b&limit=200"
    held = json.dumps(community.server.call("GET", path, token=token))
    assert held.count('"m.room.encrypted"') >= 2
    assert not [words for words in (ANSWER, SAID, REPLIED) if words in held]


def test_a_member_may_not_decide_and_is_told_so(community: Community, tmp_path: Path) -> None:
    guest = community.stranger("guest", tmp_path)
    guest.do("knock", community.nook)
    case = str(community.listed(guest)["case"])

    ended = community.author.command("--json", "approve", case)

    assert ended.code == 5, ended
    assert community.listed(guest)["case"] == case


def test_a_decision_on_a_request_that_was_made_anew_is_not_carried_out(community: Community, tmp_path: Path) -> None:
    guest = community.stranger("fickle", tmp_path)
    guest.do("knock", community.nook)
    case = str(community.listed(guest)["case"])
    guest.do("knock", community.nook, "--withdraw")
    guest.do("knock", community.nook, "--reason", "Second thoughts")

    ended = community.founder.command("--json", "approve", case)

    assert ended.code == 6, ended
    assert json.loads(ended.err)["error"] == "changed"
    assert community.listed(guest)["reason"]


def test_who_was_declined_reads_no_and_is_not_in(community: Community, tmp_path: Path) -> None:
    guest = community.stranger("unlucky", tmp_path)
    guest.do("knock", community.nook)

    (outcome,) = community.founder.do("decline", str(community.listed(guest)["case"]))

    assert outcome["outcome"] == "declined"
    assert guest.do("requests")[0]["state"] == "declined"
    assert guest.command("--json", "send", community.nook, "hello?").code != 0


def test_a_wrong_password_ends_with_3_and_leaves_no_profile(homeserver: LiveServer, tmp_path: Path) -> None:
    somebody = person(homeserver, tmp_path, "forgetful")
    somebody.password_file.write_text("not the password")

    ended = somebody.command(
        "--json", "login", homeserver.base_url, somebody.localpart, "--password-file", str(somebody.password_file)
    )

    assert ended.code == 3, ended
    assert json.loads(ended.err)["error"] == "wrong_password"
    assert somebody.do("profiles") == []


def test_without_the_server_a_message_waits_and_the_command_ends_with_4(tmp_path: Path) -> None:
    with Homeserver.start() as server:
        live = LiveServer.of(server)
        alone = person(live, tmp_path, "alone").sign_in(live)
        (space,) = alone.do("found", "space", "Quiet")

    ended = alone.command("--json", "send", space["facilitators_id"], "Is anybody there?")

    assert ended.code == 4, ended
    assert json.loads(ended.err)["message"]
    assert json.loads(ended.out)["state"] == "queued"
    assert alone.do("--offline", "rooms") == alone.do("rooms")
    read = alone.command("read", space["facilitators_id"])
    assert read.code == 0
    assert "what was here before" in read.err
