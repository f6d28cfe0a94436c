-- The texts that made each table or view, and its indexes.
SELECT tbl_name, type, name, sql
FROM sqlite_schema
WHERE type IN ('table', 'view', 'index')
