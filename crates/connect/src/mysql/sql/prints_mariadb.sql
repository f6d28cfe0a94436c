-- When each table was last defined, to the second. One defined within the last two seconds could be defined once more within the
-- same second: it has no mark, nor has a view.
SELECT TABLE_NAME, CONCAT_WS('.', CREATE_TIME, ENGINE, TABLE_COLLATION, TABLE_COMMENT)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE' AND CREATE_TIME < NOW() - INTERVAL 2 SECOND
