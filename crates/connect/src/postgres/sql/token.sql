-- Rows ever written to the system catalogs of this database, with the server's start and the database, since counters
-- begin anew with either. Arrives up to about a second late. Nothing where the server does not count.
SELECT CASE WHEN pg_catalog.current_setting('track_counts') = 'on' THEN pg_catalog.concat_ws('/',
    pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_tuples_updated(c.oid)
        + pg_catalog.pg_stat_get_tuples_deleted(c.oid)),
    pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()),
    (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())) END
FROM pg_catalog.unnest('{pg_class,pg_attribute,pg_attrdef,pg_constraint,pg_index,pg_description,pg_type,pg_enum,pg_proc,pg_rewrite,pg_trigger,pg_policy,pg_inherits,pg_namespace}'::pg_catalog.regclass[]) AS c(oid)
