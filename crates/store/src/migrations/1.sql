-- Format 1: what was read of each source.
CREATE TABLE snapshot (
  source TEXT PRIMARY KEY, -- the source's address, without secrets
  token TEXT NOT NULL, -- the schema's change token when it was read
  taken_at INTEGER NOT NULL, -- milliseconds since 1970
  body TEXT NOT NULL -- JSON with a format number of its own
);
