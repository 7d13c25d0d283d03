"""Search in 100,000 messages that are encrypted at rest, over the same words in a plain SQLite full-text index."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from nookterm.domain.search import Search, words
from tests.bench.places import WORLDS
from tests.bench.table import Figure, Row
from tests.bench.world import WORDS, Size, copy_of, home_of, open_home

_QUERIES = 40
_NEWEST = 50


def measure(rounds: int) -> list[Row]:
    """Words, two words, beginnings of words; the newest 50 that fit, as the search panel asks for them."""
    with TemporaryDirectory() as folder:
        home = copy_of(home_of(Size(), WORLDS), Path(folder) / "home")
        with closing(open_home(home)) as store, closing(sqlite3.connect(Path(folder) / "plain.db")) as plain:
            _copy_words(store.connection, plain)
            ours: list[float] = []
            theirs: list[float] = []
            for query in _queries(rounds):
                begun = time.perf_counter()
                found = store.search(Search(words(query)), _NEWEST)
                ours.append(1000 * (time.perf_counter() - begun))
                begun = time.perf_counter()
                rows = plain.execute(_PLAIN, (" ".join(f'"{word}"*' for word in query.split()), _NEWEST)).fetchall()
                theirs.append(1000 * (time.perf_counter() - begun))
                if bool(found) != bool(rows):
                    raise AssertionError(f"{query}: {len(found)} found, {len(rows)} in the plain index")
    note = "the whole way, from the words to parsed events; the plain index gives back ids and text"
    return [
        Row("search in 100,000 messages, p95", Figure.p95(ours), "plain SQLite FTS5", Figure.p95(theirs), "ms", 1.5,
            limit=50.0, note=note),
        Row("search, median", Figure.median(ours), "plain SQLite FTS5", Figure.median(theirs), "ms"),
    ]  # fmt: skip


_PLAIN = "SELECT rowid, body FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"


def _copy_words(ours: sqlite3.Connection, plain: sqlite3.Connection) -> None:
    plain.execute("CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = 'unicode61 remove_diacritics 2')")
    bodies = ours.execute("SELECT id, json_extract(payload, '$.body') FROM events ORDER BY sent_at, id")
    plain.executemany("INSERT INTO words (rowid, body) VALUES (?, ?)", ((n, row[1]) for n, row in enumerate(bodies)))
    plain.commit()


def _queries(rounds: int) -> list[str]:
    chance = random.Random(3)  # noqa: S311 - the same questions each time
    single = [chance.choice(WORDS) for _ in range(_QUERIES)]
    pairs = [" ".join(chance.sample(WORDS, 2)) for _ in range(_QUERIES)]
    starts = [word[:4] for word in single]
    asked = [*single, *pairs, *starts, *(f"nobody said this {n}" for n in range(5))] * max(1, rounds // 3)
    chance.shuffle(asked)
    return asked
