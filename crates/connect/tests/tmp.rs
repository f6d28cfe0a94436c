use connect::*;
use std::time::Instant;
#[tokio::test]
async fn perf() {
    let t = Instant::now();
    let (book, _) = books::demo(1.0, 1);
    println!("book {:?} rows {}", t.elapsed(), book.tables.iter().map(|t| t.rows.len()).sum::<usize>());
    let t = Instant::now();
    let scratch = Scratch::in_memory(&book).unwrap();
    println!("load {:?}", t.elapsed());
    let db = scratch.database();
    let scope = Scope::new(jiff::Timestamp::UNIX_EPOCH);
    let t = Instant::now();
    let names: Vec<_> = db.list(&scope).await.unwrap().into_iter().map(|l| l.name).collect();
    let tables = db.inspect(&scope, &names).await.unwrap().tables;
    println!("inspect {:?} {}", t.elapsed(), tables.len());
    let t = Instant::now();
    db.token(&scope).await.unwrap();
    println!("token {:?}", t.elapsed());
    for table in tables {
        let t = Instant::now();
        let n = table.name.clone();
        let c = table.columns.len();
        let s = db
            .sample(&scope, &SampleRequest { table: table.into(), rows: 10000, values: 1000, sketch: 256 })
            .await
            .unwrap();
        println!("{n} {c} {:?} {} {:?}", s.rows, s.sampled, t.elapsed());
    }
    let dir = tempfile::tempdir().unwrap();
    let p = dir.path().join("x.db");
    let t = Instant::now();
    Scratch::file(&scope, &p, &book, false).unwrap();
    println!("file {:?}", t.elapsed());
    let p = dir.path().join("big.db");
    let c = rusqlite::Connection::open(&p).unwrap();
    let mut ddl = String::from("BEGIN;");
    for i in 0..10000 {
        ddl += &format!(
            "CREATE TABLE table_number_{i} (id INTEGER PRIMARY KEY, a TEXT, b DECIMAL(15,2), c DATE, d INTEGER NOT NULL, e TEXT, f TEXT, g INTEGER, h INTEGER REFERENCES table_number_{}(id)); CREATE INDEX ix{i} ON table_number_{i}(h);",
            i / 2
        );
    }
    c.execute_batch(&(ddl + "COMMIT")).unwrap();
    drop(c);
    let db = sqlite::Sqlite::file(p);
    let t = Instant::now();
    db.token(&scope).await.unwrap();
    println!("10k first token {:?}", t.elapsed());
    let t = Instant::now();
    let names: Vec<_> = db.list(&scope).await.unwrap().into_iter().map(|l| l.name).collect();
    println!("10k list {:?}", t.elapsed());
    let t = Instant::now();
    let tables = db.inspect(&scope, &names).await.unwrap().tables;
    println!("10k inspect {:?} {}", t.elapsed(), tables.len());
    let t = Instant::now();
    db.token(&scope).await.unwrap();
    println!("10k token {:?}", t.elapsed());
}
