-- The comments on the relations $1 and their columns.
SELECT d.objoid, d.objsubid, d.description
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_description AS d ON d.objoid = w.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
