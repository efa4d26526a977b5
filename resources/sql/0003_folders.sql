-- Folders of the sidebar, in the order of their places.
CREATE TABLE folders (
    id        INTEGER PRIMARY KEY,
    title     TEXT    NOT NULL,
    place     INTEGER NOT NULL,
    collapsed INTEGER NOT NULL
);

-- 0: by day, 1: pinned, else a folder's id. No foreign key: a chat whose folder is missing must still be readable.
ALTER TABLE chats ADD COLUMN folder INTEGER NOT NULL DEFAULT 0;
-- The order among the pinned, or in the folder.
ALTER TABLE chats ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
