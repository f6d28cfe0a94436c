-- Format 3: what changed in schemas, and what was asked of them.
CREATE TABLE change (
  id INTEGER PRIMARY KEY, -- what a review names
  source TEXT NOT NULL, -- the source's address, without secrets
  seen_at INTEGER NOT NULL, -- milliseconds since 1970
  not_before INTEGER NOT NULL, -- when the schema was last seen without it
  epoch_before TEXT NOT NULL,
  epoch_after TEXT NOT NULL,
  body TEXT NOT NULL, -- the change, as JSON
  review TEXT -- confirmed or rejected; null where nobody said
);
CREATE INDEX change_time ON change (source, seen_at);
CREATE TABLE reading (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  read_at INTEGER NOT NULL, -- milliseconds since 1970
  body TEXT NOT NULL -- what was asked and what it used, as JSON
);
CREATE INDEX reading_time ON reading (source, read_at);
CREATE TABLE setting ( -- what was decided about a source: pinned tables, schedules
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (source, name)
);
