//! Files in every state that a user's file can be in: read right or refused clearly, never touched.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use catalog::Value;
use common::{contents, inspect_all, query, scope, use_everything, value, write};
use connect::sqlite::Sqlite;
use connect::{Address, Database, Error};
use fault::Kind;
use rusqlite::Connection;

const TABLE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);
    INSERT INTO t VALUES (1, 60), (2, 40);";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a ledger%20?#.db");
    (folder, path)
}

async fn kind_and_code(path: &Path) -> (Kind, String) {
    let address = Address::parse(path.to_str().unwrap()).unwrap();
    let Err(error) = connect::open(&address, &scope()).await else { panic!("{} opened", path.display()) };
    let fault = error.fault();
    assert!(!fault.hints.is_empty(), "{fault:?}");
    (fault.kind, fault.code)
}

fn is(kind: Kind, code: &str) -> (Kind, String) {
    (kind, code.to_owned())
}

#[tokio::test]
async fn a_plain_file_is_read_and_left_as_it_was() {
    let (folder, path) = folder();
    write(&path, TABLE);
    let before = contents(folder.path());
    use_everything(&Sqlite::file(path)).await;
    assert_eq!(contents(folder.path()), before);
}

#[tokio::test]
async fn what_is_no_database_is_said_to_be_none() {
    let (folder, path) = folder();
    assert_eq!(kind_and_code(&path).await, is(Kind::Missing, "connect.missing"));
    assert_eq!(kind_and_code(&path.join("in/a/file")).await, is(Kind::Missing, "connect.missing"));
    assert_eq!(kind_and_code(folder.path()).await, is(Kind::Usage, "connect.not_a_file"));
    std::fs::write(&path, "id,amount\n1,60\n").unwrap();
    assert_eq!(kind_and_code(&path).await, is(Kind::Corrupt, "connect.not_a_database"));
    std::fs::write(&path, "some text ".repeat(2000)).unwrap();
    assert_eq!(kind_and_code(&path).await, is(Kind::Corrupt, "connect.not_a_database"));
    assert_eq!(kind_and_code(&path.join("deeper")).await, is(Kind::Missing, "connect.missing"));
    assert_eq!(contents(folder.path()).len(), 1, "nothing was created");
}

#[tokio::test]
async fn a_file_without_permission_is_said_to_be_unreadable() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    write(&path, TABLE);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        // Permissions do not bind a superuser: a path that no user can follow stands in.
        let knot = path.with_extension("loop");
        std::os::unix::fs::symlink(&knot, &knot).unwrap();
        assert_eq!(kind_and_code(&knot).await, is(Kind::Denied, "connect.unreadable"));
    } else {
        assert_eq!(kind_and_code(&path).await, is(Kind::Denied, "connect.unreadable"));
    }
}

#[tokio::test]
async fn an_empty_file_is_an_empty_database() {
    let (folder, path) = folder();
    std::fs::write(&path, "").unwrap();
    let database = Sqlite::file(path.clone());
    assert!(database.list(&scope()).await.unwrap().is_empty());
    assert_eq!(contents(folder.path()).len(), 1);
    write(&path, TABLE);
    assert_eq!(database.list(&scope()).await.unwrap().len(), 1, "what came later is seen");
}

#[tokio::test]
async fn a_damaged_page_is_corruption() {
    let (_folder, path) = folder();
    write(
        &path,
        "CREATE TABLE t (a); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 5000)
        INSERT INTO t SELECT hex(x) || '-------------------------' FROM n;",
    );
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in &mut bytes[8192..] {
        *byte = 0xEE;
    }
    std::fs::write(&path, bytes).unwrap();
    let error = query(&Sqlite::file(path), "SELECT COUNT(a) AS n FROM t").await.unwrap_err();
    assert_eq!((error.fault().kind, error.fault().code.as_str()), (Kind::Corrupt, "connect.corrupt"));
}

#[tokio::test]
async fn an_exclusive_lock_is_waited_for_and_named() {
    let (_folder, path) = folder();
    write(&path, TABLE);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let database = Sqlite::file(path);
    let hurried = scope().until(Instant::now() + Duration::from_millis(100));
    let error = database.token(&hurried).await.unwrap_err();
    assert_eq!((error.fault().kind, error.fault().code.as_str()), (Kind::Busy, "connect.locked"));
    // Patience is enough for a short lock.
    let waiting = tokio::spawn({
        let database = database.clone();
        async move { database.token(&scope()).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    writer.execute_batch("COMMIT").unwrap();
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn an_unfinished_transaction_is_left_to_its_writer() {
    let (folder, path) = folder();
    write(&path, TABLE);
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; \
        WITH RECURSIVE n(x) AS (SELECT 3 UNION ALL SELECT x+1 FROM n LIMIT 20000) INSERT INTO t SELECT x, 1 FROM n",
        )
        .unwrap();
    // What a crash at this moment would leave.
    let crashed = folder.path().join("crashed");
    std::fs::create_dir(&crashed).unwrap();
    let copy = crashed.join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(format!("{}-journal", path.display()), crashed.join("copy.db-journal")).unwrap();
    let before = contents(&crashed);
    assert_eq!(kind_and_code(&copy).await, is(Kind::Busy, "connect.unfinished"));
    assert_eq!(contents(&crashed), before);
}

#[tokio::test]
async fn a_file_put_in_place_of_another_is_seen_as_another() {
    let (folder, path) = folder();
    write(&path, TABLE);
    let database = Sqlite::file(path.clone());
    let first = database.token(&scope()).await.unwrap();
    let other = folder.path().join("other.db");
    write(&other, "CREATE TABLE u (id INTEGER PRIMARY KEY, amount INTEGER); INSERT INTO u VALUES (1, 5)");
    std::fs::rename(&other, &path).unwrap();
    assert_ne!(database.token(&scope()).await.unwrap(), first);
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM u").await, Value::Int(5));
}

#[tokio::test]
async fn tokens_move_with_the_schema_and_not_with_rows() {
    let (_folder, path) = folder();
    write(&path, TABLE);
    let database = Sqlite::file(path.clone());
    let (first, data) = (database.token(&scope()).await.unwrap(), database.data_mark(&scope()).await.unwrap());
    write(&path, "INSERT INTO t VALUES (3, 1)");
    assert_eq!(database.token(&scope()).await.unwrap(), first);
    assert_ne!(database.data_mark(&scope()).await.unwrap(), data);
    write(&path, "ALTER TABLE t ADD COLUMN note TEXT");
    let second = database.token(&scope()).await.unwrap();
    assert_ne!(second, first);
    assert_eq!(query(&database, "SELECT note FROM t").await.unwrap().token, second);
    assert_eq!(Sqlite::file(path).token(&scope()).await.unwrap(), second, "another process sees the same");
}

// Databases in WAL mode.

#[tokio::test]
async fn a_wal_database_at_rest_is_read_without_neighbours() {
    let (folder, path) = folder();
    write(&path, &format!("PRAGMA journal_mode = WAL; {TABLE}"));
    let before = contents(folder.path());
    assert_eq!(before.len(), 1, "the last writer folded its log in");
    let database = Sqlite::file(path.clone());
    use_everything(&database).await;
    assert_eq!(contents(folder.path()), before);
    write(&path, "INSERT INTO t VALUES (3, 11)");
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(111), "later rows are seen");
}

#[tokio::test]
async fn a_database_that_turns_to_wal_is_still_read_without_neighbours() {
    let (folder, path) = folder();
    write(&path, TABLE);
    let database = Sqlite::file(path.clone());
    use_everything(&database).await;
    write(&path, "PRAGMA journal_mode = WAL; INSERT INTO t VALUES (3, 11)");
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(111));
    assert_eq!(contents(folder.path()).len(), 1);
}

/// Set for the process that [`writer_process`] is to become.
const WRITER: &str = "CONNECT_TEST_WRITER";

/// Not a test by itself: the other process of the tests below.
#[test]
fn writer_process() {
    let Some(path) = std::env::var_os(WRITER) else { return };
    let writer = Connection::open(PathBuf::from(path)).unwrap();
    writer.execute_batch(&format!("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; {TABLE}")).unwrap();
    println!("\nready");
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap() > 0 {
        writer.execute_batch(&line).unwrap();
        println!("\ndone");
        line.clear();
    }
}

struct Writer {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Writer {
    fn start(path: &Path) -> Writer {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer_process", "--nocapture"])
            .env(WRITER, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut writer = Writer { child, said };
        writer.hear("ready");
        writer
    }

    fn hear(&mut self, word: &str) {
        let mut line = String::new();
        while line.trim() != word {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "the writer ended");
        }
    }

    fn run(&mut self, statement: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{statement}").unwrap();
        self.hear("done");
    }

    fn leave(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn a_wal_database_in_use_by_another_process_is_read_with_its_log() {
    let (folder, path) = folder();
    let mut writer = Writer::start(&path);
    let before = contents(folder.path());
    assert_eq!(before.len(), 3, "file, log and index");
    let database = Sqlite::file(path.clone());
    use_everything(&database).await;
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(100));
    assert_eq!(contents(folder.path()), before);
    writer.run("INSERT INTO t VALUES (3, 11);");
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(111));
    writer.run("ALTER TABLE t ADD COLUMN note TEXT;");
    assert_eq!(inspect_all(&database).await.tables[0].columns.len(), 3);
    // When both are gone for a while the writer can fold its log in, although we are still here.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    writer.leave();
    assert_eq!(contents(folder.path()).len(), 1, "the log was folded in");
    assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(111));
    assert_eq!(contents(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_copied_or_crashed_wal_database_is_read_with_its_log() {
    let (folder, path) = folder();
    let writer = Writer::start(&path);
    let base = path.display().to_string();
    for (name, parts) in [("crashed", &["", "-wal", "-shm"][..]), ("copied", &["", "-wal"]), ("bare", &[""])] {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).unwrap();
        for part in parts {
            std::fs::copy(format!("{base}{part}"), place.join(format!("c.db{part}"))).unwrap();
        }
        let before = contents(&place);
        let database = Sqlite::file(place.join("c.db"));
        if name == "bare" {
            // Nothing but the log holds the table.
            assert!(database.list(&scope()).await.unwrap().is_empty());
        } else {
            use_everything(&database).await;
            assert_eq!(value(&database, "SELECT SUM(amount) AS s FROM t").await, Value::Int(100), "{name}");
        }
        assert_eq!(contents(&place), before, "{name}");
    }
    writer.leave();
}

/// Every answer is one state of the database, never a mixture, while another connection moves money.
async fn transfers(mode: &str) {
    let (_folder, path) = folder();
    write(
        &path,
        &format!(
            "PRAGMA journal_mode = {mode}; CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 3000) INSERT INTO t SELECT x, 10 FROM n"
        ),
    );
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writing = std::thread::spawn({
        let (path, done) = (path.clone(), done.clone());
        move || {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let writer = Connection::open(&path).unwrap();
                writer.busy_timeout(Duration::from_secs(5)).unwrap();
                for i in 1..20 {
                    let moved = format!("UPDATE t SET amount = amount + CASE WHEN id = {i} THEN 2999 ELSE -1 END");
                    writer.execute_batch(&moved).unwrap();
                }
                drop(writer);
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let database = Sqlite::file(path);
    let mut answers = 0;
    for _ in 0..60 {
        match query(&database, "SELECT SUM(amount) AS s, COUNT(*) AS n FROM t").await {
            Ok(fetched) => {
                assert_eq!(fetched.rows.rows, [[Value::Int(30_000), Value::Int(3000)]]);
                answers += 1;
            }
            Err(Error::Locked { .. } | Error::Changing { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    writing.join().unwrap();
    assert!(answers > 20, "{answers} answers");
}

#[tokio::test]
async fn a_journaled_database_is_read_in_one_piece_while_written() {
    transfers("DELETE").await;
}

#[tokio::test]
async fn a_wal_database_is_read_in_one_piece_while_written() {
    transfers("WAL").await;
}
