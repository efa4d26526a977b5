-- The tokens of a reply, their chances and what else was likely: see TraceWriter in app/core/token_trace.h. Empty where
-- nothing was recorded.
ALTER TABLE messages ADD COLUMN trace BLOB NOT NULL DEFAULT x'';
