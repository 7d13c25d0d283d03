"""Python reads this as it starts: the tests' Synapse does less for nobody, and answers as anybody's does.

It judges its own two schemas once. It judges them anew with every room's power levels, for 8 ms, which was a tenth of
all its work; what rooms are given is held against them as before. What else it leaves out is told in `light_synapse`.
Other programs that the tests start do not look further than the first line.
"""

from __future__ import annotations

import sys

if sys.orig_argv[1:4] == ["-P", "-m", "synapse.app.homeserver"]:
    from importlib import import_module
    from typing import Any

    validators: Any = import_module("jsonschema.validators")
    extend = validators.extend

    def with_a_memory(*of: Any, **how: Any) -> Any:
        """A kind of validator whose `check_schema` knows the schemas that it found to be sound."""
        made = extend(*of, **how)
        check, sound = made.check_schema, list[Any]()

        def check_once(schema: Any, **also: Any) -> None:
            if not any(schema is known for known in sound):
                check(schema, **also)
                sound.append(schema)

        made.check_schema = check_once
        return made

    validators.extend = with_a_memory
    if __name__ == "sitecustomize":
        # Not where a test reads this file: it would have the test's own process leave things out.
        import_module("light_synapse").use()
