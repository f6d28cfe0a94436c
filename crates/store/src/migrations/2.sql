-- Format 2: the mark of the data that the statistics were taken of.
ALTER TABLE snapshot ADD COLUMN data_mark TEXT;
CREATE INDEX snapshot_age ON snapshot (taken_at);
