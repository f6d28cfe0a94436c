-- The types $1. A domain is read as what it is made of, an enumeration as its values.
SELECT t.oid, t.typname, t.typtype::text, t.typtypmod, t.typnotnull, b.typname, b.typtype::text,
    CASE WHEN t.typtype = 'e' THEN (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid) END
FROM pg_catalog.unnest($1::oid[]) AS w(oid)
JOIN pg_catalog.pg_type AS t ON t.oid = w.oid
LEFT JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
