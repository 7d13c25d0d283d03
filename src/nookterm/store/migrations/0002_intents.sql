-- What one process asks of the one that holds the account. Rows leave soon after they are answered.
CREATE TABLE intents (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    words TEXT NOT NULL, -- JSON: the command line
    asked_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    until INTEGER NOT NULL, -- nobody waits for it any longer
    state TEXT NOT NULL, -- waiting, taken, done
    answer TEXT -- JSON: what was printed and what went wrong
) STRICT;
