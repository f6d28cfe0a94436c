-- What transaction numbers and rights rest on: which database since which start of the server, asked by whom with which roles.
SELECT concat_ws('/', date_part('epoch', pg_postmaster_start_time()),
    (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()), current_user,
    (SELECT string_agg(r.oid::text, ',' ORDER BY r.oid) FROM pg_catalog.pg_roles AS r WHERE pg_has_role(r.oid, 'MEMBER')))
