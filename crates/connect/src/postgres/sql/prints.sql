-- For each relation that can be read: how many rows of the system catalogs describe it, and the sum of the transactions that
-- wrote them. Rows are replaced by rows of later transactions only, so equal numbers and equal sums are equal rows. The number of a
-- transaction is had fastest by its age; rows that were frozen in the old way have none, and are counted alone.
SELECT n.nspname, c.relname, concat_ws('.', c.oid, c.relkind, has_table_privilege(c.oid, 'SELECT'), r.many,
    r.dated * (age('3'::xid)::int8 + 3) - r.age)
FROM (SELECT r.oid, count(*) AS many, count(*) FILTER (WHERE r.age < 2147483647) AS dated,
        coalesce(sum(r.age) FILTER (WHERE r.age < 2147483647), 0) AS age
    FROM (SELECT c.oid, age(c.xmin) FROM pg_catalog.pg_class AS c
            WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
        UNION ALL SELECT a.attrelid, age(a.xmin) FROM pg_catalog.pg_attribute AS a
            JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
            WHERE a.attnum > 0 AND c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
        UNION ALL SELECT a.attrelid, t.age FROM pg_catalog.pg_attribute AS a
            JOIN (SELECT t.oid, age(t.xmin) FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384
                UNION ALL SELECT t.oid, age(b.xmin) FROM pg_catalog.pg_type AS t
                    JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype WHERE t.oid >= 16384
                UNION ALL SELECT e.enumtypid, age(e.xmin) FROM pg_catalog.pg_enum AS e) AS t(oid, age) ON t.oid = a.atttypid
            WHERE a.attnum > 0 AND a.atttypid >= 16384
        UNION ALL SELECT d.adrelid, age(d.xmin) FROM pg_catalog.pg_attrdef AS d
        UNION ALL SELECT k.conrelid, age(k.xmin) FROM pg_catalog.pg_constraint AS k WHERE k.conrelid >= 16384
        UNION ALL SELECT i.indrelid, age(i.xmin) FROM pg_catalog.pg_index AS i WHERE i.indrelid >= 16384
        UNION ALL SELECT i.indrelid, age(c.xmin) FROM pg_catalog.pg_index AS i
            JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid >= 16384
        UNION ALL SELECT x.objoid, age(x.xmin) FROM pg_catalog.pg_description AS x
            WHERE x.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objoid >= 16384
        UNION ALL SELECT w.ev_class, age(w.xmin) FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class >= 16384) AS r(oid, age)
    GROUP BY r.oid) AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
  AND NOT c.relispartition
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
