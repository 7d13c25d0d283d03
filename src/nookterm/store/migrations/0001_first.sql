-- Single facts about the account, such as where the next sync starts.
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is kept of a room beside state and timeline.
CREATE TABLE rooms (
    room_id TEXT PRIMARY KEY,
    unread INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    prev_batch TEXT,
    read_up_to TEXT,
    draft TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The current state of each room: one event for each piece.
CREATE TABLE state (
    room_id TEXT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    event_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sent_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    payload TEXT NOT NULL, -- JSON, see codec.py
    encrypted INTEGER NOT NULL,
    trust TEXT NOT NULL,
    txn_id TEXT,
    PRIMARY KEY (room_id, type, state_key)
) STRICT, WITHOUT ROWID;

-- The timelines. Order is by position, which is only meaningful inside one room and has wide holes where a gap is.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    encrypted INTEGER NOT NULL,
    trust TEXT NOT NULL,
    txn_id TEXT,
    target TEXT, -- what it edits, reacts to, redacts or answers
    thread TEXT, -- the root of its thread
    redacted INTEGER NOT NULL, -- 1: the text is gone for good
    text_id INTEGER -- its row in words: the second it was sent in, then a running number
) STRICT;
CREATE UNIQUE INDEX events_by_id ON events (room_id, event_id);
CREATE UNIQUE INDEX events_by_position ON events (room_id, position);
CREATE INDEX events_by_target ON events (room_id, target, position) WHERE target IS NOT NULL;
CREATE INDEX events_by_thread ON events (room_id, thread, position) WHERE thread IS NOT NULL;
CREATE UNIQUE INDEX events_by_text ON events (text_id) WHERE text_id IS NOT NULL;

-- Where events are missing: before the first event with a higher position.
CREATE TABLE gaps (
    room_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (room_id, position)
) STRICT, WITHOUT ROWID;

-- The words of messages as they read now (edits applied), newest text_id last.
CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);

-- What waits to be sent or echoed.
CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    txn_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    event_id TEXT,
    attempts INTEGER NOT NULL,
    retry_at INTEGER,
    problem TEXT
) STRICT;

-- Small values of ours, by kind and key.
CREATE TABLE kept (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
