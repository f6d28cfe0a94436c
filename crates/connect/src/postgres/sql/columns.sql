-- The columns of the relations $1; of those that $2 marks as not wholly readable, the readable ones.
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated::text, a.attidentity::text,
    CASE WHEN a.atthasdef THEN (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef AS d
        WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END
FROM unnest($1::oid[], $2::bool[]) AS w(oid, whole)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (w.whole OR pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'))
ORDER BY a.attrelid, a.attnum
