-- When a message was hidden, 0: it is shown. As with chats, what is hidden is removed for good at the next start.
ALTER TABLE messages ADD COLUMN deleted_ms INTEGER NOT NULL DEFAULT 0;
