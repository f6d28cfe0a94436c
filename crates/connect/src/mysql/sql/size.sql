-- The estimated number of rows of a table.
SELECT CAST(TABLE_ROWS AS SIGNED)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?
