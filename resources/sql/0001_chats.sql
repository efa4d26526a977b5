-- Chats and their messages. Role and state are the numbers of the enumerations in app/storage/records.h.
CREATE TABLE chats (
    id            INTEGER PRIMARY KEY,
    title         TEXT    NOT NULL,
    system_prompt TEXT    NOT NULL,
    leaf          INTEGER NOT NULL,           -- last message of the branch that is shown; 0: none yet
    updated_ms    INTEGER NOT NULL,
    deleted_ms    INTEGER NOT NULL DEFAULT 0  -- when it was hidden; 0: it is shown
);

-- The parent is no foreign key: a chat whose tree is damaged must still be readable.
CREATE TABLE messages (
    id     INTEGER PRIMARY KEY,
    chat   INTEGER NOT NULL REFERENCES chats(id) ON DELETE CASCADE,
    parent INTEGER NOT NULL,
    role   INTEGER NOT NULL,
    state  INTEGER NOT NULL,
    text   TEXT    NOT NULL,
    note   TEXT    NOT NULL,
    record TEXT    NOT NULL                   -- JSON of a reply's record; empty where there is none
);

-- Holds the ids too, in order, since they are the rows' numbers.
CREATE INDEX messages_of_chat ON messages(chat);
-- What a crash left behind is found without reading every message.
CREATE INDEX messages_generating ON messages(state) WHERE state = 1;
