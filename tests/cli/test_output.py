"""What scripts read is one JSON object a line with nothing unsafe in it; people read plain, safe lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from nookterm.cli.output import Printer, exit_code
from nookterm.client import errors


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_row_has_no_field_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=True).row({"room_id": "!a", "cap": None, "unread": 0, "name": "", "edited": False})
    assert json.loads(printed(capsys)) == {"room_id": "!a", "unread": 0, "name": "", "edited": False}


def test_times_are_iso_8601_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 11, 22, 3, 4, 5, 678_901, tzinfo=timezone(timedelta(hours=2)))
    Printer(as_json=True).row({"at": moment, "since": datetime(2026, 1, 2, tzinfo=UTC)})
    assert json.loads(printed(capsys)) == {"at": "2026-11-22T01:04:05.678Z", "since": "2026-01-02T00:00:00.000Z"}


def test_json_keeps_text_as_it_was_sent_and_escapes_what_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = "a\x1b[31mred\n\u202eevil é 🔥\x9b"
    Printer(as_json=True).row({"body": body})
    line = printed(capsys)
    assert line.isascii()
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert json.loads(line) == {"body": body}


def test_sets_and_tuples_are_lists(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=True).row({"who": ("a", "b"), "one": frozenset({"x"})})
    assert json.loads(printed(capsys)) == {"who": ["a", "b"], "one": ["x"]}


def test_people_read_safe_lines(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(as_json=False)
    printer.row({"body": "x"}, "red \x1b[31malert\u202e")
    printer.row({"name": "glaze-lab", "answers": {"q1": "x"}, "unread": 3})
    lines = printed(capsys).splitlines()
    assert "\x1b" not in lines[0]
    assert "\u202e" not in lines[0]
    assert lines[1] == "glaze-lab  3"


def test_an_empty_list_is_said_to_people_and_is_nothing_to_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=False).rows([], "Nobody waits.")
    assert printed(capsys) == "Nobody waits.\n"
    Printer(as_json=True).rows([], "Nobody waits.")
    assert printed(capsys) == ""
    Printer(as_json=False).rows([({"a": 1}, None)], "Nobody waits.")
    assert printed(capsys) == "1\n"


def test_problems_go_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    problem = errors.Changed("Cy\x1b[2J is on it.", "`--anyway` decides.", code="held")
    Printer(as_json=True).problem(problem)
    said = capsys.readouterr()
    assert said.out == ""
    assert json.loads(said.err) == {
        "error": "held",
        "message": "Cy\x1b[2J is on it.",
        "hint": "`--anyway` decides.",
    }
    Printer(as_json=False).problem(problem)
    said = capsys.readouterr()
    assert said.err.startswith("nookterm: Cy")
    assert "\x1b" not in said.err


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.Problem, 1),
        (errors.NotFound, 1),
        (errors.StoreDamaged, 1),
        (errors.Unencryptable, 1),
        (errors.WrongUsage, 2),
        (errors.NotSignedIn, 3),
        (errors.WrongPassword, 3),
        (errors.SignedOut, 3),
        (errors.Offline, 4),
        (errors.ServerTrouble, 4),
        (errors.Throttled, 4),
        (errors.NotAllowed, 5),
        (errors.Changed, 6),
        (errors.Busy, 7),
        (errors.VaultClosed, 9),
        (errors.CannotWrite, 73),
    ],
)
def test_each_problem_has_the_promised_exit_code(kind: type[errors.Problem], code: int) -> None:
    assert exit_code(kind("It did not work.")) == code
