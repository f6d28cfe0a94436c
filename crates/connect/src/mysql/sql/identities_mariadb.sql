-- InnoDB's numbers of the database's tables.
SELECT SUBSTRING(NAME, CHAR_LENGTH(DATABASE()) + 2), TABLE_ID
FROM information_schema.INNODB_SYS_TABLES
WHERE NAME LIKE CONCAT(DATABASE(), '/%')
