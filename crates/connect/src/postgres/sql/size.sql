-- The estimated number of rows of the relation $2 in the schema $1, from its present size: statistics may be old, or
-- absent. A partitioned table is as large as its partitions.
WITH RECURSIVE parts(oid) AS (
    SELECT c.oid FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
    UNION ALL
    SELECT i.inhrelid FROM parts AS p JOIN pg_catalog.pg_inherits AS i ON i.inhparent = p.oid)
SELECT pg_catalog.sum(CASE WHEN c.reltuples >= 0 AND c.relpages > 0
    THEN c.reltuples / c.relpages ELSE 50 END * (pg_catalog.pg_relation_size(c.oid) / 8192.0))::float8
FROM parts AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.oid
WHERE c.relkind IN ('r', 'm')
