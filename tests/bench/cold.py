"""Cold start: a saved token, an empty store, and a server with 1,000 rooms that answers from memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.javascript import missing_sdk, sdk_home
from tests.bench.program import Program, environment, nookterm
from tests.bench.replay import SLIDING, replaying
from tests.bench.table import Figure, Row
from tests.bench.world import ME, empty_home

FIRST_ROOM = "Nook 003"
"""On screen when the list of rooms is."""
ROOMS = 1000
PEER = Path(__file__).with_name("cold_peer.mjs")
_RAW = """
import json, sys, urllib.request
body = json.dumps({"lists": {"rooms": {"ranges": [[0, 19]], "timeline_limit": 20, "required_state": []}}}).encode()
request = urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"})
print(len(json.load(urllib.request.urlopen(request))["rooms"]))
"""


def measure(rounds: int) -> list[Row]:
    """The client in a terminal, the SDK without one, and a bare request, in turn, at 1,000 and 100 rooms."""
    missing = missing_sdk()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        large, small = (stack.enter_context(replaying(count)) for count in (ROOMS, 100))
        runs: Mapping[str, Callable[[], float]] = {
            "ours": lambda: _list_of_rooms(folder, large.url),
            "ours small": lambda: _list_of_rooms(folder, small.url),
            "raw": lambda: _process([sys.executable, "-c", _RAW, large.url + SLIDING]),
            **({} if missing else {"js": lambda: _sdk(large.url), "js small": lambda: _sdk(small.url)}),
        }
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for turn in range(rounds + 1):
            for name, run in runs.items():
                seconds = run()
                if turn:
                    taken[name].append(1000 * seconds)
    seen = {name: Figure.median(values) for name, values in taken.items()}
    note = "ours is drawn, stored and with its keys made; the SDK draws and stores nothing, and has no crypto loaded"
    return [
        Row("cold start, 1,000 rooms: the list of rooms on screen", seen["ours"],
            "matrix-js-sdk sliding sync, headless", seen.get("js"), "ms", 0.8, note=missing or note),
        Row("the same over a bare request", seen["ours"], "Python, one sliding-sync request", seen["raw"], "ms"),
        Row("cold start, growth from 100 to 1,000 rooms", seen["ours"], "100 rooms", seen["ours small"], "ms", 1.15),
        Row("over weechat-matrix and over nio's own full sync", None, "weechat-matrix", None, "ms", 0.05,
            note="not installed here" if shutil.which("weechat") is None else "no weechat-matrix here"),
    ]  # fmt: skip


def _list_of_rooms(folder: Path, url: str) -> float:
    with Program(*nookterm(empty_home(folder / "home", url))) as program:
        return program.until(FIRST_ROOM)


def _process(words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, env=environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def _sdk(url: str) -> float:
    begun = time.perf_counter()
    words = ["node", str(PEER), url, ME]
    done = subprocess.run(words, cwd=sdk_home(), env=environment(), capture_output=True, timeout=60, check=True)
    if json.loads(done.stdout)["rooms"] < 1:
        raise AssertionError("the SDK has no rooms")
    return time.perf_counter() - begun
