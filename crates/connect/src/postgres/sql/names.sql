-- The names of the columns of the relations $1, for references to relations that are not read now.
SELECT a.attrelid, a.attnum, a.attname
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
