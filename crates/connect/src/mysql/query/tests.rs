//! The engine's gate, tested without the guard in front of it and by side effects.

use super::*;
use crate::lanes::Lanes;
use crate::mysql::open::Way;
use crate::scope::Scope;
use crate::server::Server;

async fn run(lanes: &std::sync::Arc<Lanes<Session>>, text: &str) -> Result<Rows, Error> {
    let (text, limits) = (text.to_owned(), Limits::default());
    let scope = Scope::new(jiff::Timestamp::UNIX_EPOCH);
    lanes.run(&scope, move |session, _| Box::pin(async move { Ok(fetch(session, &text, &[], limits).await?.0) })).await
}

#[tokio::test]
async fn nothing_but_reading_gets_through() {
    let Some(server) = testkit::Server::mariadb() else { return };
    let name = server.database();
    server.execute(
        &name,
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE SEQUENCE s;
        CREATE FUNCTION w() RETURNS int MODIFIES SQL DATA RETURN (SELECT 1);",
    );
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let lanes = Lanes::new(Way::new(&Server::of_url(&format!("root@{socket}/{name}")).unwrap()).unwrap());
    for text in [
        "INSERT INTO t VALUES (2)",
        "INSERT INTO t VALUES (2) RETURNING a",
        "DELETE FROM t RETURNING a",
        "CREATE TABLE u (a int)",
        "CREATE TABLE u AS SELECT 1 AS a",
        "DROP TABLE t",
        "TRUNCATE t",
        "ALTER TABLE t ADD b int",
        "ANALYZE TABLE t",
        "SELECT NEXTVAL(s)",
        "SELECT 1; DROP TABLE t",
        "COMMIT",
        "SET SESSION TRANSACTION READ WRITE",
        "START TRANSACTION READ WRITE",
        "LOCK TABLES t WRITE",
        "",
    ] {
        assert!(run(&lanes, text).await.is_err(), "{text:?} ran");
    }
    assert_eq!(server.ask(&name, "SELECT GROUP_CONCAT(a) FROM t; SHOW TABLES").replace('\n', " ").trim(), "1 s t");
    assert_eq!(run(&lanes, "SELECT count(*) FROM t").await.unwrap().rows, [[Value::Int(1)]]);
}
