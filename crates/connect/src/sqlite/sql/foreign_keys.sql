-- The declared references of the tables named in the JSON array ?1. "to" is null where the
-- reference means the target's primary key.
SELECT n.value, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
FROM json_each(?1) AS n
CROSS JOIN pragma_foreign_key_list(n.value, 'main') AS f
ORDER BY n.key, f.id DESC, f.seq
