-- For each relation that can be read: how many rows of the system catalogs describe it, and the sum of the transactions that
-- wrote them. Rows are replaced by rows of later transactions only, so equal numbers and equal sums are equal rows.
SELECT n.nspname, c.relname,
    concat_ws('.', c.oid, c.relkind, c.xmin, has_table_privilege(c.oid, 'SELECT'), a.mark, d.mark, k.mark, i.mark, x.mark, r.mark)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN (SELECT a.attrelid AS oid, concat_ws('-', count(*), sum(a.xmin::text::int8), sum(t.xmin::text::int8),
        sum(b.xmin::text::int8), sum(e.many), sum(e.written)) AS mark
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
    LEFT JOIN (SELECT enumtypid, count(*) AS many, sum(xmin::text::int8) AS written
        FROM pg_catalog.pg_enum GROUP BY enumtypid) AS e ON e.enumtypid = a.atttypid
    WHERE a.attnum > 0 GROUP BY a.attrelid) AS a ON a.oid = c.oid
LEFT JOIN (SELECT adrelid AS oid, concat_ws('-', count(*), sum(xmin::text::int8)) AS mark
    FROM pg_catalog.pg_attrdef GROUP BY adrelid) AS d ON d.oid = c.oid
LEFT JOIN (SELECT conrelid AS oid, concat_ws('-', count(*), sum(xmin::text::int8)) AS mark
    FROM pg_catalog.pg_constraint GROUP BY conrelid) AS k ON k.oid = c.oid
LEFT JOIN (SELECT i.indrelid AS oid, concat_ws('-', count(*), sum(i.xmin::text::int8), sum(ic.xmin::text::int8)) AS mark
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid GROUP BY i.indrelid) AS i ON i.oid = c.oid
LEFT JOIN (SELECT objoid AS oid, concat_ws('-', count(*), sum(xmin::text::int8)) AS mark
    FROM pg_catalog.pg_description WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    GROUP BY objoid) AS x ON x.oid = c.oid
LEFT JOIN (SELECT ev_class AS oid, concat_ws('-', count(*), sum(xmin::text::int8)) AS mark
    FROM pg_catalog.pg_rewrite GROUP BY ev_class) AS r ON r.oid = c.oid
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
  AND NOT c.relispartition
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
