-- How far others have read, as they told it themselves: for each person, room and thread the newest receipt alone.
CREATE TABLE receipts (
    room_id TEXT NOT NULL,
    user TEXT NOT NULL,
    thread TEXT NOT NULL, -- the root of a thread; empty: the whole room; "main": what is in no thread
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (room_id, user, thread)
) STRICT, WITHOUT ROWID;
