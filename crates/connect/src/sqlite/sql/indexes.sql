-- The key parts of all indexes of the tables named in the JSON array ?1.
SELECT n.value, l.name, l."unique", l.origin, l.partial, x.name, x."desc"
FROM json_each(?1) AS n
CROSS JOIN pragma_index_list(n.value, 'main') AS l
CROSS JOIN pragma_index_xinfo(l.name, 'main') AS x
WHERE x.key = 1
ORDER BY n.key, l.seq, x.seqno
