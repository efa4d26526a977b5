-- The words of all messages but those that are still written, to be searched; the text itself stays in its table. No
-- triggers: SQLite does not let them write here unless a schema is trusted, which one in a file is not.
CREATE VIRTUAL TABLE message_words USING fts5(
    text, content = 'messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO message_words(rowid, text) SELECT id, text FROM messages WHERE state <> 1;

-- A hidden message is recognised without reading all of it.
CREATE INDEX messages_hidden ON messages(id) WHERE deleted_ms <> 0;
