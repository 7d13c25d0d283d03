"""Every error code has its row, with the exit code that a script gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.generate_docs import SOURCE, exit_codes
from tools.problem_codes import Made, made_in, page

SAMPLE = """
HINT = "Look at it."


def other(why: str, code: str = "lost"):
    return NotFound(f"Gone: {why}", code=code)


def raises(name, sure):
    message = f"{name} is closed."
    if sure:
        raise NotAllowed(message, HINT, code="closed")
    message = "Somebody was " + "faster."
    raise Changed(message)


def asks():
    raise other("away", "away") from None
"""
PASSED_ON = {"client/account.py", "client/recovery_problems.py", "matrix/problems.py", "pictures/apart.py"}
"""Where a code comes from elsewhere: an ended session, another problem, the server, the picture's own process."""


def test_a_problem_is_read_as_its_line_makes_it(tmp_path: Path) -> None:
    (tmp_path / "doors.py").write_text(SAMPLE, encoding="utf-8")
    found = made_in(tmp_path, ["NotFound", "NotAllowed", "Changed"])
    assert sorted(found) == [
        Made("away", "NotFound", "Gone: …", ""),
        Made("closed", "NotAllowed", "… is closed.", "Look at it."),
        Made("failed", "Changed", "Somebody was faster.", ""),
        Made("lost", "NotFound", "Gone: …", ""),
    ]
    rows = page(found, {"NotAllowed": 5, "Changed": 6}).splitlines()[-4:]
    assert rows[1] == "| `closed` | 5 | … is closed. | Look at it. |"


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """All that the source makes."""
    return made_in(SOURCE, exit_codes())


def test_what_has_no_code_that_one_can_read_only_passes_one_on(made: list[Made]) -> None:
    unknown = {one.where.partition(":")[0] for one in made if not one.code}
    assert unknown == PASSED_ON


@pytest.mark.parametrize(
    ("code", "exits"), [("third_person", 5), ("second_opinion", 6), ("wrong_passphrase", 3), ("unsigned_applicant", 8)]
)
def test_codes_that_are_told_about_elsewhere_are_on_the_page(made: list[Made], code: str, exits: int) -> None:
    assert f"| `{code}` | {exits} |" in page(made, exit_codes())
