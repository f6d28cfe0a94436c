//! The plainest statements that hold the facts that a reading holds, nothing put together: less cannot be had from a client.

use connect::{Address, Host, Server};
use futures_util::{TryStreamExt, pin_mut};
use mysql_async::prelude::Queryable;

/// Asks, throws the rows away, and says how many there were.
pub async fn run(address: &Address) {
    let rows = match address {
        Address::Sqlite(path) => sqlite(path),
        Address::Postgres(server) => postgres(server).await,
        Address::Mysql(server) => mysql(server).await,
    };
    println!("{rows} rows");
}

const POSTGRES: [&str; 10] = [
    "SELECT oid, nspname FROM pg_namespace",
    "SELECT oid, relname, relnamespace, relkind, relispartition, relpersistence, has_table_privilege(oid, 'SELECT')
     FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND oid >= 16384",
    "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity
     FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND c.oid >= 16384",
    "SELECT adrelid, adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid >= 16384",
    "SELECT oid, typname, typtype, typbasetype, typtypmod, typnotnull FROM pg_type WHERE typtype <> 'c' AND typelem = 0",
    "SELECT enumtypid, enumlabel, enumsortorder FROM pg_enum",
    "SELECT conrelid, conname, contype, conkey, confrelid, confkey, confupdtype, confdeltype,
        CASE WHEN contype = 'c' THEN pg_get_expr(conbin, conrelid) END
     FROM pg_constraint WHERE conrelid >= 16384",
    "SELECT i.indrelid, c.relname, i.indisunique, i.indisprimary, i.indkey, i.indoption, i.indnkeyatts, i.indpred IS NOT NULL
     FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid >= 16384",
    "SELECT objoid, objsubid, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384",
    "SELECT oid, pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384",
];

/// A session of the driver's own.
pub async fn postgres_client(server: &Server) -> tokio_postgres::Client {
    let mut config = tokio_postgres::Config::new();
    config.user(&server.user).dbname(&server.database).port(server.port.unwrap_or(5432));
    match server.host.as_ref().unwrap() {
        Host::Socket(folder) => config.host_path(folder),
        Host::Network(host) => config.host(host),
    };
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn postgres(server: &Server) -> usize {
    let client = postgres_client(server).await;
    // Sent one behind the other without waiting.
    let asked = POSTGRES.map(async |text| {
        let none: [(i32, tokio_postgres::types::Type); 0] = [];
        let rows = client.query_typed_raw(text, none).await?;
        pin_mut!(rows);
        let mut count = 0;
        while rows.try_next().await?.is_some() {
            count += 1;
        }
        Ok::<usize, tokio_postgres::Error>(count)
    });
    futures_util::future::try_join_all(asked).await.unwrap().into_iter().sum()
}

const MYSQL: [&str; 8] = [
    "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
    "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, EXTRA, COLUMN_COMMENT
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()",
    "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COLLATION, SUB_PART
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()",
    "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
        REFERENCED_COLUMN_NAME
     FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL",
    "SELECT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = DATABASE()",
    "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = DATABASE()",
    "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()",
    "SELECT NAME, TABLE_ID FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE CONCAT(DATABASE(), '/%')",
];

/// See [`postgres_client`].
pub async fn mysql_client(server: &Server) -> mysql_async::Conn {
    let options = mysql_async::OptsBuilder::default().user(Some(&server.user)).db_name(Some(&server.database));
    let options = match server.host.as_ref().unwrap() {
        Host::Socket(file) => options.socket(Some(file.display().to_string())).prefer_socket(true),
        Host::Network(host) => options.ip_or_hostname(host.clone()).tcp_port(server.port.unwrap_or(3306)),
    };
    mysql_async::Conn::new(options).await.unwrap()
}

async fn mysql(server: &Server) -> usize {
    let mut connection = mysql_client(server).await;
    let mut count = 0;
    for text in MYSQL {
        let mut rows = connection.query_iter(text).await.unwrap();
        while rows.next().await.unwrap().is_some() {
            count += 1;
        }
    }
    connection.disconnect().await.unwrap();
    count
}

const SQLITE: [&str; 5] = [
    "SELECT type, name, tbl_name, sql FROM sqlite_schema",
    "SELECT schema, name, type FROM pragma_table_list",
    "SELECT s.name, x.cid, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden
     FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS x WHERE s.type IN ('table', 'view')",
    "SELECT s.name, f.id, f.seq, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete
     FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table'",
    "SELECT s.name, l.name, l.\"unique\", l.origin, l.partial, x.seqno, x.name, x.\"desc\"
     FROM sqlite_schema AS s, pragma_index_list(s.name) AS l, pragma_index_xinfo(l.name) AS x
     WHERE s.type = 'table' AND x.key = 1",
];

fn sqlite(path: &std::path::Path) -> usize {
    let connection = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut count = 0;
    for text in SQLITE {
        let mut statement = connection.prepare(text).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            (0..width).for_each(|i| drop(std::hint::black_box(row.get_ref(i))));
            count += 1;
        }
    }
    count
}
