-- Rows ever written to this database, with the server's start, since counters begin anew with it. Arrives up to about a second
-- late, behind the end of the transaction.
SELECT concat_ws('/', tup_inserted + tup_updated + tup_deleted, date_part('epoch', pg_postmaster_start_time()))
FROM pg_catalog.pg_stat_database
WHERE datname = current_database()
