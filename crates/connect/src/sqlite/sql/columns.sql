-- The columns of the tables named in the JSON array ?1, generated ones included.
SELECT n.value, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
FROM json_each(?1) AS n
CROSS JOIN pragma_table_xinfo(n.value, 'main') AS x
ORDER BY n.key, x.cid
