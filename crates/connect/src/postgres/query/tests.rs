//! The engine's gate, tested without the guard in front of it and by side effects.

use super::*;
use crate::lanes::Lanes;
use crate::postgres::open::Way;
use crate::scope::Scope;
use crate::server::Server;

async fn run(lanes: &std::sync::Arc<Lanes<Session>>, text: &str) -> Result<Rows, Error> {
    let (text, limits) = (text.to_owned(), Limits::default());
    let scope = Scope::new(jiff::Timestamp::UNIX_EPOCH);
    lanes.run(&scope, move |session, _| Box::pin(async move { Ok(fetch(session, &text, &[], limits).await?.0) })).await
}

#[tokio::test]
async fn nothing_but_reading_gets_through() {
    let Some(server) = testkit::Server::postgres() else { return };
    let name = server.database();
    server.execute(
        &name,
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE SEQUENCE s;
        CREATE FUNCTION w() RETURNS int LANGUAGE sql AS 'INSERT INTO public.t VALUES (9) RETURNING a';
        CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT 13'; CREATE TABLE pg_class (a int);",
    );
    let parts = format!("host={} port={} user=owner dbname={name}", server.socket().display(), server.port);
    let lanes = Lanes::new(Way::new(&Server::of_parts(&parts).unwrap()).unwrap());
    for text in [
        "INSERT INTO public.t VALUES (2)",
        "INSERT INTO public.t VALUES (2) RETURNING a",
        "WITH d AS (DELETE FROM public.t RETURNING a) SELECT * FROM d",
        "EXPLAIN ANALYZE DELETE FROM public.t",
        "CREATE TABLE public.u (a int)",
        "CREATE TABLE public.u AS SELECT 1",
        "DROP TABLE public.t",
        "TRUNCATE public.t",
        "COPY public.t TO PROGRAM 'true'",
        "SELECT pg_catalog.nextval('public.s')",
        "SELECT public.w()",
        "SELECT a FROM public.t FOR UPDATE",
        "SELECT 1; DROP TABLE public.t",
        "COMMIT",
        "SET TRANSACTION READ WRITE",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "DO $$ BEGIN DROP TABLE public.t; END $$",
        "LOCK TABLE public.t",
        "",
    ] {
        assert!(run(&lanes, text).await.is_err(), "{text:?} ran");
    }
    assert_eq!(server.ask(&name, "SELECT string_agg(a::text, ',') FROM t; SELECT is_called FROM s").trim(), "1\nf");
    // Names mean the engine's own objects; the session still answers.
    assert!(run(&lanes, "SELECT lower(5)").await.is_err());
    assert!(run(&lanes, "SELECT a FROM t").await.is_err());
    assert_eq!(run(&lanes, "SELECT count(*) FROM public.t").await.unwrap().rows, [[Value::Int(1)]]);
}
