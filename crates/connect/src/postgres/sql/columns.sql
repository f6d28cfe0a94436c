-- The columns of the relations $1; of those that $2 marks as not wholly readable, the readable ones. A domain is read
-- as what it is made of, an enumeration as its values.
SELECT a.attrelid, a.attnum, a.attname, t.typname, t.typtype::text, a.atttypmod, b.typname, b.typtype::text, t.typtypmod,
    a.attnotnull OR t.typnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text,
    (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid)
FROM unnest($1::oid[], $2::bool[]) AS w(oid, whole)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.oid
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (w.whole OR pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'))
ORDER BY a.attrelid, a.attnum
