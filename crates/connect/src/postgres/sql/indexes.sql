-- The usable indexes of the relations $1, but those of primary keys.
SELECT i.indrelid, c.relname, i.indisunique, i.indkey::int2[], i.indoption::int2[], i.indnkeyatts, i.indpred IS NOT NULL,
    i.indexrelid
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_index AS i ON i.indrelid = w.oid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE i.indisvalid AND NOT i.indisprimary
ORDER BY i.indrelid, c.relname
