-- Format 4: what came of looking at schemas, counted over all runs.
CREATE TABLE counter (
  source TEXT NOT NULL, -- the source's address, without secrets
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (source, name)
);
