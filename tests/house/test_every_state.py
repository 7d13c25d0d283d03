"""Every state has words: a new value of an enumeration, or a new enumeration, fails here until somebody names it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import nookterm
from nookterm.cli.busy import WayIn
from nookterm.cli.commands import asking, doctor
from nookterm.client import accounts, backup_state, charters, returning, setting_rule, upgrading
from nookterm.client.asking import Standing as Asked
from nookterm.client.errors import Problem
from nookterm.client.profiles import Profile
from nookterm.client.recovery_problems import bad_secret, bad_storage, mistyped
from nookterm.client.settings import rule_of
from nookterm.domain import (
    applying,
    calling,
    checkup,
    conflicts,
    consent,
    desk,
    desk_people,
    drafts,
    drift,
    events,
    forms,
    knocking,
    levels,
    privacy,
    receipts,
    reports,
    roles,
    room_order,
    sharing,
    space,
    timeline,
    upgrade,
    vetting,
)  # fmt: skip
from nookterm.domain.choices import HISTORIES, JOIN_RULES
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.formatting.text import Mark
from nookterm.trust import backup, pins, policy, provenance, qr_code, refusals, verification, withheld
from nookterm.tui.commands import COMMANDS
from nookterm.tui.keyboard import MoreKeys
from nookterm.tui.screens import found, message_leads
from nookterm.tui.screens import privacy as privacy_screen
from nookterm.tui.widgets import (
    beside_faces,
    cards,
    cards_highlight,
    first_trust_rows,
    timeline_pen,
    tree,
    verify_hints,
)  # fmt: skip
from nookterm.viewmodels import (
    accounts_words,
    board_drafts,
    board_recognised,
    board_shares,
    charter,
    completing,
    desk_detail,
    desk_lines,
    first_trust,
    leads,
    member_page,
    message_lists,
    model,
    onward_lines,
    request_words,
    requests,
    room_menu,
    room_settings_lines,
    seen_work,
    tour,
    tree_rows,
    trust,
    trust_lines,
    verify,
    verify_words,
)  # fmt: skip
from nookterm.viewmodels import privacy as privacy_lines
from nookterm.viewmodels import returning as returning_page
from nookterm.viewmodels import tree as tree_model

SOURCE = Path(nookterm.__file__).parent
BO = UserId("@bo:river.example")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_ENUM = re.compile(r"^class (\w+)\([^)]*(?:Enum|Flag)\):", re.MULTILINE)
_RAW = re.compile(r"\b(?:m|org|io|im)\.[a-z]\w+|\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z]\w*")
"""What machines say to each other: event types, keys, words with underscores."""
Words = Callable[[Any], str | tuple[str, ...]]


def _requested(state: applying.State) -> str:
    mine = applying.MyRequest(RoomId("!nook"), "glaze-lab", "ref", NOW)
    names = request_words.Names(lambda _user: "Ana", lambda _user: None)
    word, _meaning, words = request_words.said(Asked(mine, state), names)
    return f"{word}: {' '.join(words)}"


def _command(action: str) -> str:
    return next((c.title for c in COMMANDS if action in {c.action, c.id}), "")


def _refused(reason: refusals.Reason) -> tuple[str, ...]:
    problem = refusals.Refused(reason, "7")
    return tuple(
        str(said) for said in (mistyped(problem), bad_storage(problem), bad_secret("m.cross_signing.master", reason))
    )


def _choice(setting: str, value: str) -> str:
    """What a choice of a setting means: its words, or its own name where that says it."""
    rule = rule_of(setting)
    assert rule is not None, setting
    assert value in rule.choices, f"{setting} cannot be {value}"
    return rule.means.get(value, value)


def _onward(standing: upgrade.Standing, way: upgrading.Way) -> str:
    new = None if standing is upgrade.Standing.ENDED else RoomId("!new")
    leads = upgrading.Onward(RoomId("!old"), new, standing, BO, "words", way, agrees=True)
    acts = (act.label for act in onward_lines.onward_acts(leads, "glaze-lab"))
    return onward_lines.onward_warning(leads) or ", ".join(acts) or "nowhere to go"


def _back(way: returning.Way) -> str:
    profile = Profile("home", "https://river.example", BO, DeviceId("KESTREL"), "keyring")
    problem = Problem("Its database is damaged.", "Begin anew.", code="x") if way is returning.Way.ANEW else None
    return returning_page._page(returning.Standing(profile, way, problem)).headline


def _first_trust(stage: first_trust.Stage) -> str:
    view = first_trust.FirstTrustView(stage=stage, user="ana", server="river.example", doing="Bringing keys", group=1)
    return " ".join(line.plain for line in first_trust_rows.page_rows(view, 76, saving=False, low=False))


SAID: Mapping[type[Enum], tuple[Words, ...]] = {
    accounts.Standing: (lambda one: accounts_words._CLOSED[one][0],),
    applying.Hitch: (lambda one: asking._WAITS[one],),
    applying.State: (_requested,),
    backup_state.BackupStep: (lambda one: trust_lines._BACKUP[one][0], lambda one: backup_state._WORDS[one]),
    beside_faces.Faces: (lambda one: one.heading,),
    calling.Shown: (lambda one: _choice("notify.show", one),),
    cards_highlight.Shelf: (lambda one: cards_highlight.EMPTY[one].headline,),
    charters.Way: (lambda one: charter._WAYS[one] if one is not charters.Way.WRITE else "is written",),
    checkup.State: (lambda one: doctor._MARKS[one],),
    conflicts.Clash: (lambda one: desk_people._CLASHES[one],),
    consent.How: (lambda one: board_shares._HOW[one],),
    consent.Mode: (lambda one: board_shares._SAID[one][0],),
    desk.Group: (str,),
    desk.Kind: (lambda one: desk_lines.WORDS.get(one, str(one)), lambda one: desk_detail._TITLES[one]),
    drafts.FlagKind: (lambda one: board_drafts._WORDS[one], lambda one: board_recognised._WORDS[one]),
    drift.Setting: (str,),
    events.Trust: (lambda one: message_lists._SURE[one],),
    first_trust.Stage: (_first_trust,),
    forms.Order: (lambda one: _choice("dates", one),),
    found.Mode: (lambda one: found._HEAD[one],),
    levels.Level: (lambda one: room_menu.LEVELS[one],),
    pins.Standing: (lambda one: member_page._IDENTITIES[one][0],),
    privacy.Fix: (lambda one: privacy_lines._FIXES[one], lambda one: _command(privacy_screen.LEADS[one])),
    receipts.Telling: (lambda one: seen_work._OWN[one], lambda one: _choice("receipts.send", one)),
    refusals.Reason: (_refused,),
    reports.Nature: (lambda one: reports.NATURES[one],),
    returning.Way: (_back,),
    roles.Role: (str, lambda one: roles.MEANS[one]),
    room_order.Sort: (lambda one: _choice("rooms.sort", one),),
    setting_rule.Group: (str,),
    sharing.ShareState: (lambda one: board_shares._STATES[one][0].format(who="Bo"),),
    tree_rows.Which: (lambda one: tree_rows.nothing_fits(one, "")[0],),
    upgrade.Standing: (lambda one: _onward(one, upgrading.Way.WALK),),
    upgrading.Way: (lambda one: _onward(upgrade.Standing.AHEAD, one),),
    verification.CancelCode: (lambda one: verify_words._WHY[one][0],),
    withheld.Code: (lambda one: withheld._TOLD[one],),
}
"""Each state that people can meet, and how it is put into words: in every place where that is a table of its own."""
MARKED: Mapping[type[Enum], Words] = {
    leads.LeadKind: lambda one: message_leads._KINDS[one],
    tree_rows.RowKind: lambda one: tree.GLYPHS[one] if one is not tree_rows.RowKind.HEADING else "its own words",
    verify.Step: lambda one: "nothing" if one is verify.Step.NONE else str(verify_hints._HINTS[one]),
    verification.Phase: lambda one: str(verify_words._PAGES[one]),
    space.Kind: lambda one: str(tree_model._KINDS[one]),
}
"""States that have a sign, a page or keys of their own and no word."""
INSIDE: Mapping[type[Enum], str] = {
    WayIn: "what the process does next",
    MoreKeys: "names of keys",
    backup.BackupTrust: "leads to a BackupStep",
    calling.Cause: "why somebody is called; what they see is the call",
    cards.Look: "how a row is drawn",
    completing.Kind: "which suggestions are looked for",
    events.Membership: "the heading under which somebody stands in a list of members",
    knocking.Told: "leads to an applying.State",
    model.Face: "which face a panel shows: each has words of its panel",
    policy.Shield: "a sign, with words beside every doubt",
    policy.Why: "each has words where it hides something (tests/matrix/test_what_is_shown.py)",
    Mark: "how letters are set apart",
    provenance.Provenance: "leads to an events.Trust",
    qr_code.Mode: "a byte in a code",
    requests.Unsure: "which question is asked",
    tour.Part: "what a step of the tour is about",
    timeline.Sending: "drawn with its reason (tests/tui/test_access_meanings.py)",
    timeline_pen.Shown: "how much of a message is unfolded",
    trust.LineKind: "what a line is about: its name says it",
    vetting.Verdict: "client/casework.py stops a decision with a sentence for each",
}
"""States that nobody meets, and why."""


def enumerations() -> dict[str, type[Enum]]:
    """Every one in the source, by module and name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for name in _ENUM.findall(path.read_text(encoding="utf-8")):
            module = ".".join(("nookterm", *path.relative_to(SOURCE).with_suffix("").parts))
            found[f"{module}.{name}"] = getattr(importlib.import_module(module), name)
    return found


def test_every_enumeration_is_known_here() -> None:
    known = (*SAID, *MARKED, *INSIDE)
    assert len(set(known)) == len(known)
    assert set(enumerations().values()) == set(known), "give it words here, or say why nobody meets it"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(value, words, id=f"{kind.__name__}-{value.name}-{place}")
        for kind, places in SAID.items()
        for value in kind
        for place, words in enumerate(places)
    ],
)
def test_every_state_is_said_in_words_that_no_machine_uses(value: Enum, words: Words) -> None:
    told = words(value)
    for said in told if isinstance(told, tuple) else (told,):
        assert said.strip()
        assert not _RAW.search(said), f"{value!r} is shown as {said!r}"


@pytest.mark.parametrize("value", [value for kind in MARKED for value in kind], ids=repr)
def test_every_state_that_has_no_word_has_a_sign(value: Enum) -> None:
    assert MARKED[type(value)](value)


@pytest.mark.parametrize("rule", JOIN_RULES)
def test_every_way_into_a_room_has_words_wherever_it_is_shown(rule: str) -> None:
    assert all(not _RAW.search(words) for words in (*room_settings_lines.RULES[rule], onward_lines._DOORS[rule]))


@pytest.mark.parametrize("past", HISTORIES)
def test_every_reach_of_the_past_has_words(past: str) -> None:
    assert all(not _RAW.search(words) for words in room_settings_lines.PASTS[past])
