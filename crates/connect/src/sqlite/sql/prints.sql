-- The texts that made each table or view, and its indexes. Virtual tables say more than their text, and are left out.
SELECT s.tbl_name, s.type || ' ' || s.name || ' ' || coalesce(s.sql, '')
FROM sqlite_schema AS s
WHERE s.type IN ('table', 'view', 'index')
  AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS v
      WHERE v.tbl_name = s.tbl_name AND v.type = 'table' AND upper(v.sql) LIKE 'CREATE VIRTUAL TABLE%')
ORDER BY s.tbl_name, s.type, s.name
