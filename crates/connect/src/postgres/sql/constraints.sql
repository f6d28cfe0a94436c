-- Keys, references and checks of the relations $1.
SELECT k.conrelid, k.conname, k.contype::text, k.conkey, k.confrelid, k.confkey, fn.nspname, fc.relname,
    k.confupdtype::text, k.confdeltype::text,
    CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END, k.conindid
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = w.oid
LEFT JOIN pg_catalog.pg_class AS fc ON fc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c')
ORDER BY k.conrelid, k.contype, k.conname
