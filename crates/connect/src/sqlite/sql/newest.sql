-- The newest object of the schema, for the change token. Cost: constant.
SELECT rowid, type || ' ' || name || ' ' || coalesce(sql, '')
FROM sqlite_schema
ORDER BY rowid DESC
LIMIT 1
