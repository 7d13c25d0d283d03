"""The tests' Synapse is quicker than anybody's, and refuses whatever anybody's refuses."""

from __future__ import annotations

import runpy
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests import quick_synapse
from tests.demo.serving import processes_of
from tests.live_homeserver import LiveServer

jsonschema: Any = import_module("jsonschema")
"""It tells mypy nothing of its types."""
validators = jsonschema.validators
NUMBERS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}
NONSENSE = {"type": "nothing of the kind"}


@pytest.mark.live
def test_synapse_is_begun_in_the_way_its_site_looks_for(homeserver: LiveServer) -> None:
    begun = [line.split()[2:5] for line in processes_of(homeserver.folder)]

    assert ["-P", "-m", "synapse.app.homeserver"] in begun


def test_a_schema_is_judged_once_and_each_value_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    plain: Any = validators.extend
    judged: list[object] = []

    def counting(*of: Any, **how: Any) -> Any:
        made = plain(*of, **how)
        check = made.check_schema

        def noted(schema: Any, **also: Any) -> None:
            judged.append(schema)
            check(schema, **also)

        made.check_schema = noted
        return made

    monkeypatch.setattr(sys, "orig_argv", ["python", "-P", "-m", "synapse.app.homeserver"])
    # Put back at the end, with what the site makes of it.
    monkeypatch.setattr(validators, "extend", counting)
    runpy.run_path(str(Path(quick_synapse.SITE) / "sitecustomize.py"))
    quick: Any = validators.extend(jsonschema.Draft7Validator)

    for _ in range(3):
        jsonschema.validate({"ana": 100}, NUMBERS, cls=quick)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"ana": "100"}, NUMBERS, cls=quick)
        with pytest.raises(jsonschema.SchemaError):
            jsonschema.validate({}, NONSENSE, cls=quick)

    assert judged == [NUMBERS, NONSENSE, NONSENSE, NONSENSE]
