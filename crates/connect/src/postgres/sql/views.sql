-- The texts of the views among the relations $1.
SELECT c.oid, pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_class AS c ON c.oid = w.oid
WHERE c.relkind IN ('v', 'm')
