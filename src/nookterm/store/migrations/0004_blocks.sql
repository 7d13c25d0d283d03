-- Which messages carry a block of ours (a highlight's request, a facilitator's act): found without reading what was said.
CREATE TABLE blocks (
    room_id TEXT NOT NULL,
    type TEXT NOT NULL,
    event INTEGER NOT NULL, -- id in events
    PRIMARY KEY (type, room_id, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_by_event ON blocks (event);

INSERT INTO blocks (room_id, type, event)
SELECT events.room_id, block.key, events.id FROM events, json_each(events.payload, '$.blocks') AS block
WHERE instr(events.payload, '"blocks":');

-- The database keeps it in step by itself, whoever writes an event.
CREATE TRIGGER blocks_of_new AFTER INSERT ON events WHEN instr(new.payload, '"blocks":') BEGIN
    INSERT OR IGNORE INTO blocks (room_id, type, event)
    SELECT new.room_id, block.key, new.id FROM json_each(new.payload, '$.blocks') AS block;
END;
CREATE TRIGGER blocks_of_changed AFTER UPDATE OF payload ON events
WHEN instr(old.payload, '"blocks":') OR instr(new.payload, '"blocks":') BEGIN
    DELETE FROM blocks WHERE event = old.id;
    INSERT OR IGNORE INTO blocks (room_id, type, event)
    SELECT new.room_id, block.key, new.id FROM json_each(new.payload, '$.blocks') AS block;
END;
CREATE TRIGGER blocks_of_gone AFTER DELETE ON events BEGIN
    DELETE FROM blocks WHERE event = old.id;
END;

-- What was on the screen last begins the next start; never after the words of a message changed or went.
CREATE TRIGGER frame_before_change AFTER UPDATE OF payload ON events BEGIN
    DELETE FROM kept WHERE kind = 'frame';
END;
CREATE TRIGGER frame_before_end AFTER DELETE ON events BEGIN
    DELETE FROM kept WHERE kind = 'frame';
END;
