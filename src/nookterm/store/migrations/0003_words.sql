-- The words of messages as they read now (edits applied), newest text_id last, each word as domain/spelling.py spells it,
-- then marks of our own: who said it, where, what kind it is. A step in Python fills it (store/migrating.py).
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
    body, columnsize = 0, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co So'"
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
