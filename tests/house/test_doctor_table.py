"""What the guides say of `nookterm doctor` is what it says, and all of what it finds wrong is there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from nookterm.domain.checkup import Finding, State, room_version_finding, server_findings
from nookterm.domain.checkup_account import device_findings, local_findings
from tests.domain.test_checkup import GOOD, HERE, THERE, WORSE, WORSE_HERE, WORSE_THERE
from tools.generate_docs import ROOT

_GUIDES = ROOT / "docs" / "guide"


def rows_of(guide: str) -> list[str]:
    """The first column of what a guide has `doctor` say."""
    table = (_GUIDES / guide).read_text(encoding="utf-8").partition("\n## What `nookterm doctor` says")[2]
    return [line.split("|")[1].strip() for line in table.partition("\n## ")[0].splitlines() if re.match(r"\| \*", line)]


SERVERS, ACCOUNTS = "self-hoster.md", "troubleshooting.md"
ROWS = rows_of(SERVERS)
_OTHERS = {"vault_trouble", "store_trouble", "trouble"}
"""What is said in the words of other problems (docs/problems.md)."""
PLAIN = server_findings(replace(GOOD, url="http://127.0.0.1:8008", certificate=None))
SAID = dict.fromkeys(
    finding
    for found in (
        *(server_findings(replace(GOOD, **worse)) for worse, _, _ in WORSE),
        PLAIN,
        server_findings(GOOD),
        (room_version_finding("1", frozenset({"10"})),),
        # As tests/cli/test_doctor_broken_servers.py has them said.
        server_findings(replace(GOOD, trouble=("https://a.example answers, but not as a Matrix server.", "."))),
        server_findings(replace(GOOD, trouble=("The server did not answer in time.", "."))),
        server_findings(replace(GOOD, trouble=("..., and the homeserver behind it does not (502).", "."))),
    )
    for finding in found
)
SAID_HERE = [
    finding
    for found in (
        *(local_findings(replace(HERE, **worse)) for worse, _, _ in WORSE_HERE if not worse.keys() & _OTHERS),
        *(device_findings(replace(THERE, **worse), "ed") for worse, _, _ in WORSE_THERE if not worse.keys() & _OTHERS),
    )
    for finding in found
]
WRONG = [
    (guide, finding)
    for guide, said in ((SERVERS, SAID), (ACCOUNTS, dict.fromkeys(SAID_HERE)))
    for finding in said
    if finding.state is not State.OK
]
TOLD = [(guide, row) for guide in (SERVERS, ACCOUNTS) for row in rows_of(guide)]


def fits(row: str, finding: Finding) -> bool:
    """Whether a row is about a finding: the words between its stars, `...` for anything."""
    spoken = "...".join(re.findall(r"\*([^*]+)\*", row))
    return re.search(".+".join(map(re.escape, spoken.split("..."))), finding.message) is not None


@pytest.mark.parametrize(("guide", "finding"), WRONG, ids=[f"{one.check} {one.message}" for _, one in WRONG])
def test_what_it_finds_wrong_is_in_the_guide(guide: str, finding: Finding) -> None:
    assert [row for row in rows_of(guide) if fits(row, finding)], f"docs/guide/{guide}, What `nookterm doctor` says"


@pytest.mark.parametrize(("guide", "row"), TOLD, ids=[row for _, row in TOLD])
def test_what_the_guide_has_it_say_it_says(guide: str, row: str) -> None:
    said = SAID if guide == SERVERS else SAID_HERE
    assert [finding for finding in said if fits(row, finding)], "no check says this any more"
