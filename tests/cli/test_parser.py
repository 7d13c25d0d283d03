"""Options may stand before or after the command; words that make no sense end with exit code 2 and a way out."""

from __future__ import annotations

import json

import pytest

from nookterm.cli.commands.rooms import pairs
from nookterm.cli.main import main
from nookterm.cli.parser import build_parser
from nookterm.client.errors import WrongUsage


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "--profile", "work", "--timeout", "5", "--offline", "--no-act", "rooms"],
        ["rooms", "--json", "--profile", "work", "--timeout", "5", "--offline", "--no-act"],
        ["--json", "--profile", "work", "rooms", "--timeout", "5", "--offline", "--no-act"],
    ],
)
def test_options_mean_the_same_before_and_after_the_command(words: list[str]) -> None:
    args = build_parser("1").parse_args(words)
    assert (args.command, args.profile, args.json, args.timeout, args.offline, args.no_act) == (
        "rooms",
        "work",
        True,
        5.0,
        True,
        True,
    )


def test_the_way_to_sync_is_one_of_three_or_left_to_the_settings() -> None:
    ways = [build_parser("1").parse_args(words).sync for words in (["rooms"], ["--sync", "classic", "rooms"])]
    assert (*ways, build_parser("1").parse_args(["rooms", "--sync", "sliding"]).sync) == (None, "classic", "sliding")
    with pytest.raises(WrongUsage, match="never"):
        build_parser("1").parse_args(["--sync", "never", "rooms"])


def test_an_option_before_a_command_of_two_words_is_not_forgotten() -> None:
    for words in (["--json", "found", "space", "Makers"], ["found", "space", "Makers", "--json"]):
        args = build_parser("1").parse_args(words)
        assert (args.command, args.what, args.name, args.json) == ("found", "space", "Makers", True)


def test_without_options_the_defaults_hold() -> None:
    args = build_parser("1").parse_args(["desk"])
    assert (args.profile, args.json, args.timeout, args.offline, args.no_act, args.nook) == (
        None,
        False,
        30.0,
        False,
        False,
        None,
    )
    assert build_parser("1").parse_args([]).command is None


@pytest.mark.parametrize(
    "words",
    [
        ["dance"],
        ["rooms", "--loud"],
        ["send", "room"],
        ["knock"],
        ["found"],
        ["read", "room", "--limit", "many"],
        ["consent", "k-aaaaaa", "--no", "--anonymous"],
        ["share", "room", "$event"],
        ["rooms", "--prof", "x"],
    ],
)
def test_words_that_make_no_sense_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--json"]) == 2
    said = json.loads(capsys.readouterr().err)
    assert said["error"] == "usage"
    assert "--help" in said["hint"]


def test_answers_are_pairs_of_an_id_and_text() -> None:
    assert pairs(["q1= because = why ", "q2=x"]) == {"q1": "because = why", "q2": "x"}
    for wrong in ("q1", "=x", "q1= ", ""):
        with pytest.raises(WrongUsage, match="ID=TEXT"):
            pairs([wrong])


def test_help_and_version_are_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["send", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 0
    assert "nookterm" in capsys.readouterr().out
