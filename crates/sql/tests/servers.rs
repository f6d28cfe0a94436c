//! What the guard lets through for the engines of servers, and what it does not.

use sql::{Denied, Dialect, Mysql, Postgres, Printed, guard};

fn verdict(text: &str, dialect: &dyn Dialect) -> Result<sql::ReadOnly, Denied> {
    guard(Printed { text: text.to_owned(), parameters: Vec::new() }, dialect)
}

fn passes(texts: &[&str], dialect: &dyn Dialect) {
    let denied = texts.iter().filter_map(|text| verdict(text, dialect).err().map(|denied| (denied, text)));
    let denied: Vec<_> = denied.collect();
    assert!(denied.is_empty(), "{denied:#?}");
}

fn denies(texts: &[&str], dialect: &dyn Dialect) {
    let passed: Vec<_> = texts.iter().filter(|text| verdict(text, dialect).is_ok()).collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn lists_are_sorted_as_they_are_searched() {
    for dialect in [&Postgres as &dyn Dialect, &Mysql] {
        assert!(dialect.allowed().functions.is_sorted(), "{}", dialect.name());
    }
}

#[test]
fn attacks_on_postgres_are_denied() {
    denies(
        &[
            "SELECT pg_sleep(10)",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT * FROM pg_ls_dir('.')",
            "SELECT lo_create(0)",
            "SELECT lo_import('/etc/passwd')",
            "SELECT pg_notify('a', 'b')",
            "SELECT pg_advisory_lock(1)",
            "SELECT pg_logical_emit_message(false, 'a', 'b')",
            "SELECT set_config('statement_timeout', '0', false)",
            "SELECT query_to_xml('DELETE FROM t', true, true, '')",
            "SELECT dblink('host=x', 'SELECT 1')",
            "SELECT nextval('s')",
            "SELECT txid_current()",
            "SELECT pg_terminate_backend(1)",
            "SELECT public.lower('x')",
            "SELECT a FROM pg_shadow",
            "SELECT * FROM pg_catalog.pg_authid",
            "SELECT table_name FROM information_schema.tables",
            "SELECT CAST('t' AS regclass)",
            "SELECT 't'::regclass",
            "SELECT a FROM t FOR UPDATE",
            "SELECT a INTO u FROM t",
            "WITH d AS (DELETE FROM t RETURNING a) SELECT a FROM d",
            "COPY t TO '/tmp/x'",
            "DO $$ BEGIN END $$",
            "SELECT 1; SELECT 2",
            "SET ROLE admin",
            "EXPLAIN ANALYZE DELETE FROM t",
            "SELECT repeat('x', 1000000000)",
        ],
        &Postgres,
    );
}

#[test]
fn attacks_on_mysql_are_denied() {
    denies(
        &[
            "SELECT SLEEP(10)",
            "SELECT BENCHMARK(1000000000, MD5('a'))",
            "SELECT LOAD_FILE('/etc/passwd')",
            "SELECT a INTO OUTFILE '/tmp/x' FROM t",
            "SELECT a INTO DUMPFILE '/tmp/x' FROM t",
            "SELECT a INTO @x FROM t",
            "SELECT @x := 1",
            "SELECT @@global.general_log_file",
            "SELECT GET_LOCK('a', 10)",
            "SELECT RELEASE_ALL_LOCKS()",
            "SELECT a FROM t FOR UPDATE",
            "SELECT a FROM t LOCK IN SHARE MODE",
            "SELECT user FROM mysql.user",
            "SELECT TABLE_NAME FROM information_schema.TABLES",
            "SELECT * FROM performance_schema.threads",
            "SELECT * FROM sys.processlist",
            "SELECT NEXTVAL(s)",
            "SELECT LAST_INSERT_ID(5)",
            "SELECT SYS_EXEC('id')",
            "SELECT 1; DROP TABLE t",
            "SET SESSION max_statement_time = 0",
            "CALL p()",
            "HANDLER t OPEN",
            "SELECT /*! SLEEP(5) */ 1",
            "SELECT REPEAT('x', 1000000000)",
        ],
        &Mysql,
    );
}

#[test]
fn what_people_ask_passes() {
    passes(
        &[
            "SELECT \"a\", count(*) AS n FROM \"public\".\"t\" WHERE \"d\" >= '2024-01-01' GROUP BY \"a\" ORDER BY n DESC NULLS LAST",
            "SELECT CAST(DATE_TRUNC('month', CAST(d AS TIMESTAMP)) AS DATE) FROM t",
            "SELECT d - 3 * INTERVAL '1 month' FROM t",
            "SELECT a FROM t WHERE CAST(b AS TEXT) ILIKE '%x%' ESCAPE '\\'",
            "WITH x AS (SELECT a FROM t) SELECT sum(a) OVER (PARTITION BY a) FROM x",
            "SELECT count(*) FILTER (WHERE a > 1) FROM t",
            "SELECT 'DROP TABLE t; -- pg_sleep(1)' AS \"delete\" FROM t",
        ],
        &Postgres,
    );
    passes(
        &[
            "SELECT `a`, COUNT(*) AS n FROM `t` WHERE `d` >= '2024-01-01' GROUP BY `a` ORDER BY n IS NULL, n",
            "SELECT DATE_SUB(FROM_DAYS(TO_DAYS(d)), INTERVAL (MONTH(d) % 3) MONTH) FROM t",
            "SELECT SUM(CAST(a AS DECIMAL(65, 2))) FROM t",
            "SELECT a FROM t WHERE LOWER(b) LIKE LOWER('%x%') ESCAPE '\\\\'",
            "WITH x AS (SELECT a FROM t) SELECT a FROM x LIMIT 3 OFFSET 2",
            "SELECT 'DROP TABLE t; -- SLEEP(1)' AS `delete` FROM t",
        ],
        &Mysql,
    );
}
