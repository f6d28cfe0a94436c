//! Every kind of change that servers know: the token moves, what is read again by marks is what a whole reading finds, and the
//! change is seen as what it is. And what is no change.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use catalog::{Change, Side, diff, fingerprint};
use connect::{Address, Database, Scope};
use jiff::{SignedDuration, Timestamp};
use schema::replay::Chance;
use schema::{Discovery, Level, Options, Sampling, Schemas, discover, rediscover};
use testkit::Server;
use testkit::server::Engine;

mod ddl;

use ddl::Case;

fn scope() -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH)
}

/// How to read a database of a server.
async fn open(server: &Server, engine: Engine, name: &str) -> Arc<dyn Database> {
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = match engine {
        Engine::Postgres => format!("postgres://owner@{socket}:{}/{name}", server.port),
        Engine::Mariadb => format!("mysql://root@{socket}/{name}"),
    };
    connect::open(&Address::parse(&address).unwrap(), &scope()).await.unwrap()
}

async fn read(database: &Arc<dyn Database>, before: Option<&Discovery>) -> Discovery {
    rediscover(database, &scope(), Level::default(), before).await.unwrap()
}

/// Waits until the token is another one: it may come a little late.
async fn moved(database: &Arc<dyn Database>, before: &Discovery, why: &str) {
    for _ in 0..100 {
        if database.token(&scope()).await.unwrap() != before.token {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the token did not move: {why}");
}

fn changes(before: &Discovery, after: &Discovery) -> Vec<Change> {
    let none = catalog::Statistics::default();
    diff(Side { catalog: &before.catalog, statistics: &none }, Side { catalog: &after.catalog, statistics: &none })
}

fn place(change: &Change) -> String {
    let table = &change.table.name;
    change.part.as_ref().map_or(table.clone(), |part| format!("{table}.{part}"))
}

fn said(changes: &[Change]) -> String {
    changes.iter().map(|c| format!("  {:?} {}: {c}\n", c.kind, place(c))).collect()
}

/// Makes each change to a base of its own, and asks what is seen.
async fn see_all(server: &Server, engine: Engine, base: &str, cases: &[Case]) {
    assert!(ddl::BOTH.len() + cases.len() >= 60, "{}", cases.len());
    let made = ddl::BOTH.iter().chain(cases).map(|case| {
        let name = server.database();
        server.execute(&name, base);
        (name, case)
    });
    let made: Vec<(String, &Case)> = made.collect();
    if engine == Engine::Mariadb {
        // Its marks are times in whole seconds, and say nothing of what was made just now.
        tokio::time::sleep(Duration::from_millis(3_100)).await;
    }
    let mut failures = String::new();
    for (name, (statements, kind, at)) in made {
        let database = open(server, engine, &name).await;
        let before = read(&database, None).await;
        server.execute(&name, statements);
        moved(&database, &before, statements).await;
        let after = read(&database, Some(&before)).await;
        let whole = read(&database, None).await;
        let seen = changes(&before, &after);
        if after.catalog != whole.catalog {
            failures += &format!("{statements}: marks hid a change\n{}", said(&changes(&after, &whole)));
        }
        if after.read > before.read / 2 {
            failures += &format!("{statements}: {} of {} were read again\n", after.read, before.read);
        }
        if !seen.iter().any(|c| c.kind == *kind && place(c) == *at) {
            failures += &format!("{statements}: no {kind:?} {at} but\n{}", said(&seen));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[tokio::test]
async fn every_kind_of_change_of_postgres_is_seen() {
    if let Some(server) = Server::postgres() {
        see_all(server, Engine::Postgres, ddl::POSTGRES_BASE, ddl::POSTGRES).await;
    }
}

#[tokio::test]
async fn every_kind_of_change_of_mariadb_is_seen() {
    if let Some(server) = Server::mariadb() {
        see_all(server, Engine::Mariadb, ddl::MARIADB_BASE, ddl::MARIADB).await;
    }
}

/// Nothing is seen of these, neither by marks nor as a whole, and listeners hear nothing.
async fn see_nothing(server: &Server, engine: Engine, base: &str, scripts: &[&str]) {
    let name = server.database();
    let database = open(server, engine, &name).await;
    server.execute(&name, base);
    let sampling = Sampling { time: Duration::ZERO, ..Sampling::default() };
    let options = Options { sampling, ..Options::default() };
    let schemas = Schemas::with_options(database.clone(), None, options);
    let first = schemas.current(&scope()).await.unwrap();
    let mut listener = schemas.subscribe();
    for script in ddl::NOTHING.iter().chain(scripts) {
        server.execute(&name, script);
        // Whether or not the token moved, and whether or not it came already.
        schemas.distrust();
        let now = schemas.current(&scope()).await.unwrap();
        assert_eq!((&now.epoch, now.fingerprint), (&first.epoch, first.fingerprint), "{script}");
        // A table that the engine builds anew may be another one inside, and is the same to all who use it.
        let whole = discover(&database, &scope(), Level::default()).await.unwrap();
        assert_eq!(fingerprint::of_catalog(&whole.catalog), first.fingerprint, "{script}");
    }
    assert!(listener.try_recv().is_err(), "something was told");
}

#[tokio::test]
async fn what_changes_no_schema_of_postgres_is_no_change() {
    let Some(server) = Server::postgres() else { return };
    let scripts = [
        "ANALYZE",
        "VACUUM",
        "VACUUM FULL sale",
        "REINDEX TABLE sale",
        "CREATE TEMP TABLE t (x int); CREATE TEMP VIEW v AS SELECT 1 AS x",
        "BEGIN; CREATE TABLE t (x int); ALTER TABLE sale ADD COLUMN y int; DROP TABLE part; ROLLBACK",
        "TRUNCATE sale",
        "CLUSTER sale USING sale_day",
        "ALTER TABLE sale SET (fillfactor = 70)",
        "ALTER TABLE sale RENAME TO other; ALTER TABLE other RENAME TO sale",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f()",
        "CREATE SEQUENCE s; DROP SEQUENCE s",
        "ALTER TABLE sale ALTER COLUMN note SET STATISTICS 500; ANALYZE sale",
        "CREATE ROLE nobody_reads; DROP ROLE nobody_reads",
    ];
    see_nothing(server, Engine::Postgres, ddl::POSTGRES_BASE, &scripts).await;
}

#[tokio::test]
async fn what_changes_no_schema_of_mariadb_is_no_change() {
    let Some(server) = Server::mariadb() else { return };
    let scripts = [
        "ANALYZE TABLE sale, client",
        "OPTIMIZE TABLE sale",
        "CREATE TEMPORARY TABLE t (x int)",
        "SET foreign_key_checks = 0; TRUNCATE sale",
        "RENAME TABLE sale TO other; RENAME TABLE other TO sale",
        "ALTER TABLE sale FORCE",
        "CREATE FUNCTION f() RETURNS int RETURN 1; DROP FUNCTION f",
        "FLUSH TABLES",
    ];
    see_nothing(server, Engine::Mariadb, ddl::MARIADB_BASE, &scripts).await;
}

/// A server that begins to count anew does not hide a change behind the same counts, and what was read before stays usable.
async fn survive(engine: Engine) {
    let Some(mut server) = Server::start(engine) else { return };
    let name = server.database();
    let database = open(&server, engine, &name).await;
    server.execute(&name, "CREATE TABLE a (x int); CREATE TABLE b (x int);");
    let schemas = Schemas::new(database.clone(), None);
    let first = schemas.current(&scope()).await.unwrap();
    server.restart();
    // As many statements as before, of the same kinds: counts alone would be the same.
    server.execute(&name, "DROP TABLE b; CREATE TABLE c (x int); CREATE TABLE d (x int);");
    let token = database.token(&scope()).await.unwrap();
    assert_ne!(token, first.token);
    let now = schemas.current(&scope()).await.unwrap();
    let names: Vec<&str> = now.catalog.tables().map(|t| t.name.name.as_str()).collect();
    assert_eq!(names, ["a", "c", "d"]);
    // The start is part of the token to the second: another session says the same.
    let again = open(&server, engine, &name).await;
    assert_eq!(again.token(&scope()).await.unwrap(), database.token(&scope()).await.unwrap());
}

#[tokio::test]
async fn a_restart_of_postgres_hides_nothing() {
    survive(Engine::Postgres).await;
}

#[tokio::test]
async fn a_restart_of_mariadb_hides_nothing() {
    survive(Engine::Mariadb).await;
}

/// The mark of the data moves when rows are written, and not when they are looked at.
async fn mark_follows(server: &Server, engine: Engine) {
    let name = server.database();
    let database = open(server, engine, &name).await;
    server.execute(&name, "CREATE TABLE a (x int); INSERT INTO a VALUES (1);");
    let schemas = Schemas::new(database.clone(), None);
    let at = |minutes: i64| Scope::new(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes));
    let rows = |s: &schema::Snapshot| s.statistics.tables.values().next().and_then(|t| t.rows);
    assert_eq!(rows(&schemas.current(&at(0)).await.unwrap()), Some(1));
    server.execute(&name, "INSERT INTO a VALUES (2)");
    let mut now = schemas.current(&at(10)).await.unwrap();
    for _ in 0..100 {
        if rows(&now) == Some(2) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        now = schemas.current(&at(10)).await.unwrap();
    }
    assert_eq!((rows(&now), schemas.counts().loads), (Some(2), 1), "the schema was not read again");
}

#[tokio::test]
async fn statistics_follow_the_rows_of_postgres() {
    if let Some(server) = Server::postgres() {
        mark_follows(server, Engine::Postgres).await;
    }
}

#[tokio::test]
async fn statistics_follow_the_rows_of_mariadb() {
    if let Some(server) = Server::start(Engine::Mariadb) {
        mark_follows(&server, Engine::Mariadb).await;
        // Nobody else writes to this one.
        let name = server.database();
        let database = open(&server, Engine::Mariadb, &name).await;
        let first = database.data_mark(&scope()).await.unwrap();
        database.prints(&scope()).await.unwrap();
        assert_eq!(database.data_mark(&scope()).await.unwrap(), first);
    }
}

fn shuffled(chance: &mut Chance, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    (1..n).rev().for_each(|i| order.swap(i, chance.below(i + 1)));
    order
}

/// Names given anew to those whose names are given away: swaps, rings and chains, by way of names that nobody has.
fn permutation(chance: &mut Chance, names: &[String], count: usize, fresh: &str) -> Vec<(String, String)> {
    let chosen: Vec<&String> = shuffled(chance, names.len()).into_iter().take(count).map(|i| &names[i]).collect();
    let mut pairs = Vec::new();
    let mut rest = chosen.as_slice();
    while !rest.is_empty() {
        let (group, later) = rest.split_at((1 + chance.below(5)).min(rest.len()));
        rest = later;
        let is_ring = group.len() > 1 && chance.below(2) == 0;
        for (i, from) in group.iter().enumerate() {
            let to = match group.get(i + 1) {
                Some(next) => (*next).clone(),
                None if is_ring => group[0].clone(),
                None => format!("{fresh}{}", pairs.len()),
            };
            pairs.push(((*from).clone(), to));
        }
    }
    pairs
}

#[tokio::test]
async fn a_thousand_renames_in_place_are_exact() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    let database = open(server, Engine::Postgres, &name).await;
    let (tables, columns) = (120, 5);
    // All tables and columns look the same: only the engine's own numbers tell them apart.
    let listed = (0..columns).map(|c| format!("c{c} int")).collect::<Vec<_>>().join(", ");
    server.execute(&name, &(0..tables).map(|t| format!("CREATE TABLE t{t} ({listed});")).collect::<String>());
    let mut chance = Chance(7);
    let mut before = read(&database, None).await;
    let mut exact = 0;
    for round in 0.. {
        if exact >= 1_000 {
            break;
        }
        let names: Vec<String> = before.catalog.tables().map(|t| t.name.name.clone()).collect();
        let of_tables = permutation(&mut chance, &names, 30, &format!("r{round}_"));
        let mut script = "BEGIN;".to_owned();
        let mut expected: Vec<(String, String)> = Vec::new();
        for table in before.catalog.tables() {
            if chance.below(4) > 0 {
                continue;
            }
            let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
            let renamed = permutation(&mut chance, &names, 3, &format!("n{round}_"));
            let alter = |from: &str, to: &str| format!("ALTER TABLE {} RENAME COLUMN {from} TO {to};", table.name.name);
            renamed.iter().for_each(|(from, _)| script += &alter(from, &format!("x_{from}")));
            renamed.iter().for_each(|(from, to)| script += &alter(&format!("x_{from}"), to));
            let now =
                of_tables.iter().find(|(from, _)| *from == table.name.name).map_or(&table.name.name, |(_, to)| to);
            expected.extend(renamed.into_iter().map(|(from, to)| (format!("{now}.{from}"), format!("{now}.{to}"))));
        }
        of_tables.iter().for_each(|(from, _)| script += &format!("ALTER TABLE {from} RENAME TO x_{from};"));
        of_tables.iter().for_each(|(from, to)| script += &format!("ALTER TABLE x_{from} RENAME TO {to};"));
        server.execute(&name, &(script + "COMMIT;"));
        moved(&database, &before, "renames").await;
        let after = read(&database, Some(&before)).await;
        expected.extend(of_tables);
        expected.sort();
        let mut found: Vec<(String, String)> = changes(&before, &after).iter().map(renamed).collect();
        found.sort();
        assert_eq!(found, expected, "round {round}");
        exact += expected.len();
        before = after;
    }
}

/// What was renamed to what.
fn renamed(change: &Change) -> (String, String) {
    assert!(change.kind.is_rename() && change.certainty == 1.0, "{change}");
    let was = change.before.clone().unwrap_or_default();
    let was = was.rsplit('.').next().unwrap_or_default().to_owned();
    match &change.part {
        Some(part) => (format!("{}.{was}", change.table.name), format!("{}.{part}", change.table.name)),
        None => (was, change.table.name.clone()),
    }
}
