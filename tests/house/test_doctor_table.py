"""What the self-hosters' guide says of `nookterm doctor` is what it says, and all of what it finds wrong is there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from nookterm.domain.checkup import Finding, State, room_version_finding, server_findings
from tests.domain.test_checkup import GOOD, WORSE
from tools.generate_docs import ROOT

_TABLE = (ROOT / "docs" / "guide" / "self-hoster.md").read_text(encoding="utf-8").partition("`nookterm doctor` says")[2]
ROWS = [line.split("|")[1].strip() for line in _TABLE.splitlines() if re.match(r"\| \*", line)]
PLAIN = server_findings(replace(GOOD, url="http://127.0.0.1:8008", certificate=None))
SAID = dict.fromkeys(
    finding
    for found in (
        *(server_findings(replace(GOOD, **worse)) for worse, _, _ in WORSE),
        PLAIN,
        server_findings(GOOD),
        (room_version_finding("1", frozenset({"10"})),),
    )
    for finding in found
)
WRONG = [finding for finding in SAID if finding.state is not State.OK]


def fits(row: str, finding: Finding) -> bool:
    """Whether a row is about a finding: the words between its stars, `...` for anything."""
    spoken = "...".join(re.findall(r"\*([^*]+)\*", row))
    return re.search(".+".join(map(re.escape, spoken.split("..."))), finding.message) is not None


@pytest.mark.parametrize("finding", WRONG, ids=lambda finding: f"{finding.check} {finding.message}")
def test_what_it_finds_wrong_with_a_server_is_in_the_guide(finding: Finding) -> None:
    assert [row for row in ROWS if fits(row, finding)], "docs/guide/self-hoster.md, What `nookterm doctor` says"


@pytest.mark.parametrize("row", ROWS)
def test_what_the_guide_has_it_say_it_says(row: str) -> None:
    assert [finding for finding in SAID if fits(row, finding)], "no check says this any more"
