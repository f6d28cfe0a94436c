-- Every table and view that can be asked for rows, with the text that made it. The engine's own
-- tables and the shadow tables of virtual ones are left out.
SELECT s.name, l.type, s.sql
FROM sqlite_schema AS s
JOIN pragma_table_list AS l ON l.name = s.name AND l.schema = 'main'
WHERE s.type IN ('table', 'view')
  AND l.type IN ('table', 'view', 'virtual')
  AND lower(substr(s.name, 1, 7)) <> 'sqlite_'
ORDER BY s.name
