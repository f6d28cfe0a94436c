//! Databases that this program made itself: the only ones it writes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use books::{Book, BookTable};
use catalog::{Catalog, Column, ForeignKey, Index, Table, TableKind, Type, TypeKind, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::Value as Stored;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use sql::Dialect;

use crate::database::Database;
use crate::error::Error;
use crate::scope::Scope;
use crate::sqlite::{Sqlite, beside, bind, memory_uri, number};

/// A database that this program created, from a [`Book`]. Lives in a file, or in this process's memory
/// until it and all databases it handed out are gone.
pub struct Scratch {
    place: Place,
}

enum Place {
    File(PathBuf),
    Memory { name: String, keeper: Arc<Mutex<Connection>> },
}

/// Tells in-memory databases of one process apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Scratch {
    /// Loads a book into memory. Blocks; cost: about a second per million rows.
    pub fn in_memory(book: &Book) -> Result<Scratch, Error> {
        let name = format!("scratch-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let fail = |e| write_error(&name, e);
        let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
        let mut connection = Connection::open_with_flags(memory_uri(&name), flags).map_err(fail)?;
        load(&mut connection, book, &|| Ok(())).map_err(|e| e.named(&name))?;
        Ok(Scratch { place: Place::Memory { name, keeper: Arc::new(Mutex::new(connection)) } })
    }

    /// Loads a book into a new file. Blocks. The file appears complete or not at all: rows are written
    /// to a temporary file beside it, which is removed on failure and when the scope ends.
    ///
    /// An existing file is refused, or with `overwrite` replaced; not while it has a log or a journal,
    /// which would then be taken for the new file's.
    pub fn file(scope: &Scope, path: &Path, book: &Book, overwrite: bool) -> Result<Scratch, Error> {
        let in_use = || ["-wal", "-journal", "-shm"].iter().any(|suffix| beside(path, suffix).exists());
        if path.exists() && !overwrite {
            return Err(Error::Exists { path: path.to_owned() });
        }
        if in_use() {
            return Err(Error::Locked { place: path.display().to_string() });
        }
        let place = path.display().to_string();
        let io = |e: std::io::Error| Error::Write { place: place.clone(), source: Box::new(e) };
        let temporary =
            Temporary(beside(path, &format!(".{}-{}.new", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))));
        // Ours alone, and empty.
        std::fs::OpenOptions::new().write(true).create_new(true).open(&temporary.0).map_err(io)?;
        let mut connection = Connection::open(&temporary.0).map_err(|e| write_error(&place, e))?;
        load(&mut connection, book, &|| scope.check()).map_err(|e| e.named(&place))?;
        connection.close().map_err(|(_, e)| write_error(&place, e))?;
        std::fs::File::open(&temporary.0).and_then(|file| file.sync_all()).map_err(io)?;
        scope.check()?;
        temporary.publish(path, overwrite).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Error::Exists { path: path.to_owned() },
            _ => io(e),
        })?;
        Ok(Scratch { place: Place::File(path.to_owned()) })
    }

    /// Makes the tables of a catalog in memory, without rows, for statements to be prepared on. Views stand as tables of
    /// their columns; types are those of SQLite; defaults, checks and references are left out. Tables stand in their
    /// schemas, those without one in `home` where that is given. Blocks.
    ///
    /// A name in double quotes that no column has is an error here, as it is on other engines.
    ///
    /// # Errors
    /// Names that SQLite cannot take, and more schemas than it attaches (ten).
    pub fn of_catalog(catalog: &Catalog, home: Option<&str>) -> Result<Scratch, Error> {
        let empty = Book { name: String::new(), about: String::new(), tables: Vec::new() };
        let scratch = Scratch::in_memory(&empty)?;
        let Place::Memory { name, keeper } = &scratch.place else { return Ok(scratch) };
        let connection = keeper.lock().unwrap_or_else(PoisonError::into_inner);
        outline(&connection, catalog, home).map_err(|e| write_error(name, e))?;
        drop(connection);
        Ok(scratch)
    }

    /// Prepares a statement without running it: an engine resolves all of its names then. Blocks.
    ///
    /// # Errors
    /// What the engine says about the statement.
    pub fn prepare(&self, statement: &str) -> Result<(), Error> {
        let refused = |error| match error {
            // The message alone: whoever asks has the statement.
            rusqlite::Error::SqlInputError { msg, .. } => Error::Query { source: msg.into() },
            other => Error::Query { source: Box::new(other) },
        };
        self.with(|connection| Ok(connection.prepare(statement).map(drop).map_err(refused)))?
    }

    /// Does something with a connection that may write.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        match &self.place {
            Place::File(path) => Connection::open(path)
                .and_then(|connection| work(&connection))
                .map_err(|e| write_error(&path.display().to_string(), e)),
            Place::Memory { name, keeper } => {
                work(&keeper.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|e| write_error(name, e))
            }
        }
    }

    /// The database, to be read like any other.
    pub fn database(&self) -> Arc<dyn Database> {
        match &self.place {
            Place::File(path) => Arc::new(Sqlite::file(path.clone())),
            Place::Memory { name, keeper } => Arc::new(Sqlite::memory(name.clone(), keeper.clone())),
        }
    }

    /// Runs statements that may write, for drills of schema changes. Blocks.
    pub fn execute(&self, statements: &str) -> Result<(), Error> {
        self.with(|connection| connection.execute_batch(statements))
    }
}

/// A file that is removed unless it was published.
struct Temporary(PathBuf);

impl Temporary {
    /// Gives the file its name. A hard link fails where something exists already, without a gap
    /// between looking and doing; where links are not supported, looking has to do.
    fn publish(&self, path: &Path, overwrite: bool) -> std::io::Result<()> {
        if overwrite {
            return std::fs::rename(&self.0, path);
        }
        match std::fs::hard_link(&self.0, path) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists && !path.exists() => std::fs::rename(&self.0, path),
            other => other,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            // Gone already in the good case; in the bad one there is nobody left to tell.
            let _ = std::fs::remove_file(beside(&self.0, suffix));
        }
    }
}

fn write_error(place: &str, source: rusqlite::Error) -> Error {
    Error::Write { place: place.to_owned(), source: Box::new(source) }
}

/// Why loading stopped.
enum Stopped {
    Engine(rusqlite::Error),
    Scope(Error),
}

impl Stopped {
    fn named(self, place: &str) -> Error {
        match self {
            Stopped::Engine(source) => write_error(place, source),
            Stopped::Scope(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Stopped::Engine(error)
    }
}

/// Rows between two looks at the scope.
const STRIDE: usize = 10_000;

/// Creates and fills all tables in one transaction; indexes and views follow, when the rows are there.
/// References are not enforced: books may hold orphans on purpose.
fn load(connection: &mut Connection, book: &Book, check: &dyn Fn() -> Result<(), Error>) -> Result<(), Stopped> {
    connection.execute_batch("PRAGMA foreign_keys = 0; PRAGMA synchronous = 0; PRAGMA cache_size = -65536")?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    let transaction = connection.transaction()?;
    let (tables, views): (Vec<&BookTable>, Vec<&BookTable>) =
        book.tables.iter().partition(|t| t.table.kind == TableKind::Table);
    for BookTable { table, rows } in tables {
        transaction.execute_batch(&create_table(None, table))?;
        insert(&transaction, table, rows, check)?;
        for index in &table.indexes {
            transaction.execute_batch(&create_index(None, table, index))?;
        }
    }
    for definition in views.iter().filter_map(|view| view.table.definition.as_ref()) {
        transaction.execute_batch(definition)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The name of the database that every connection has.
const MAIN: &str = "main";

/// Makes the tables of a catalog, each in its schema.
fn outline(connection: &Connection, catalog: &Catalog, home: Option<&str>) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    let place = |table: &Table| table.name.schema.as_deref().or(home).unwrap_or(MAIN).to_lowercase();
    let schemas: BTreeSet<String> = catalog.tables().map(|table| place(table)).collect();
    for schema in schemas.iter().filter(|schema| *schema != MAIN) {
        connection.execute(&format!("ATTACH DATABASE ':memory:' AS {}", quote(schema)), [])?;
    }
    let mut taken = BTreeSet::new();
    for table in catalog.tables().filter(|table| !table.columns.is_empty()) {
        let schema = place(table);
        let plain = plain(table);
        connection.execute_batch(&create_table(Some(&schema), &plain))?;
        for index in plain.indexes.iter().filter(|index| taken.insert((schema.clone(), index.name.to_lowercase()))) {
            connection.execute_batch(&create_index(Some(&schema), &plain, index))?;
        }
    }
    Ok(())
}

/// What of a table every statement is resolved against: columns, keys, indexes.
fn plain(table: &Table) -> Table {
    let column = |column: &Column| Column {
        ty: Type::parse(match column.ty.kind {
            TypeKind::Bool | TypeKind::Int => "INTEGER",
            TypeKind::Decimal { .. } => "NUMERIC",
            TypeKind::Float => "REAL",
            TypeKind::Bytes => "BLOB",
            TypeKind::Unknown => "",
            _ => "TEXT",
        }),
        default: None,
        comment: None,
        ..column.clone()
    };
    Table {
        columns: table.columns.iter().map(column).collect(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        comment: None,
        ..table.clone()
    }
}

fn insert(
    connection: &Connection,
    table: &Table,
    rows: &[Vec<Value>],
    check: &dyn Fn() -> Result<(), Error>,
) -> Result<(), Stopped> {
    let marks = vec!["?"; table.columns.len()].join(", ");
    let mut statement = connection.prepare(&format!("INSERT INTO {} VALUES ({marks})", quote(&table.name.name)))?;
    for stride in rows.chunks(STRIDE) {
        check().map_err(Stopped::Scope)?;
        for row in stride {
            let cells = row.iter().zip(&table.columns).map(|(value, column)| store(value, column));
            statement.execute(params_from_iter(cells))?;
        }
    }
    Ok(())
}

/// A value as this column keeps it. A decimal beyond what a float holds is kept as its text; a column
/// of numeric affinity would turn text into the nearest float, so there it goes in as a blob of that
/// text, which the reader of decimals knows.
fn store(value: &Value, column: &Column) -> Stored {
    match value {
        Value::Decimal(d) => number(d).unwrap_or_else(|| match column.ty.kind {
            TypeKind::Text { .. } | TypeKind::Bytes | TypeKind::Unknown => Stored::Text(d.to_plain_string()),
            _ => Stored::Blob(d.to_plain_string().into_bytes()),
        }),
        other => bind(other),
    }
}

fn create_table(schema: Option<&str>, table: &Table) -> String {
    let keys = table.unique.iter().filter(|key| !table.indexes.iter().any(|index| is_over(index, key)));
    let mut parts: Vec<(String, Option<&str>)> =
        table.columns.iter().map(|c| (column(table, c), c.comment.as_deref())).collect();
    if !table.primary_key.is_empty() && row_number(table).is_none() {
        parts.push((format!("PRIMARY KEY ({})", quoted(&table.primary_key)), None));
    }
    parts.extend(keys.map(|key| (format!("UNIQUE ({})", quoted(key)), None)));
    parts.extend(table.foreign_keys.iter().map(|key| (reference(key), None)));
    parts.extend(table.checks.iter().map(|check| {
        let name = check.name.as_ref().map(|name| format!("CONSTRAINT {} ", quote(name)));
        (format!("{}CHECK ({})", name.unwrap_or_default(), check.condition), None)
    }));
    let mut text =
        format!("CREATE TABLE {} ({}\n", qualified(schema, &table.name.name), comment(table.comment.as_deref()));
    let last = parts.len().saturating_sub(1);
    for (i, (part, note)) in parts.iter().enumerate() {
        let comma = if i == last { "" } else { "," };
        text.push_str(&format!("  {part}{comma}{}\n", comment(*note)));
    }
    text + ")"
}

/// Behind what it is about: where `ddl` finds it again. Line breaks become spaces.
fn comment(text: Option<&str>) -> String {
    let folded = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    folded.filter(|text| !text.is_empty()).map(|text| format!(" -- {text}")).unwrap_or_default()
}

fn column(table: &Table, column: &Column) -> String {
    let mut text = format!("{} {}", quote(&column.name), column.ty.declared);
    if row_number(table) == Some(&column.name) {
        text.push_str(" PRIMARY KEY");
    } else if !column.nullable {
        text.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(" DEFAULT ({default})"));
    }
    text
}

/// The column that SQLite takes for the row's own number: a lone key declared as INTEGER.
fn row_number(table: &Table) -> Option<&String> {
    let [only] = table.primary_key.as_slice() else { return None };
    let column = table.column(only)?;
    column.ty.declared.eq_ignore_ascii_case("integer").then_some(only)
}

fn reference(key: &ForeignKey) -> String {
    let target = quote(&key.target.name);
    let mut text = format!("FOREIGN KEY ({}) REFERENCES {target}", quoted(&key.columns));
    if !key.target_columns.is_empty() {
        text.push_str(&format!(" ({})", quoted(&key.target_columns)));
    }
    for (event, rule) in [("UPDATE", &key.on_update), ("DELETE", &key.on_delete)] {
        text.push_str(&rule.as_ref().map(|rule| format!(" ON {event} {rule}")).unwrap_or_default());
    }
    text
}

/// Indexes on an expression or a predicate, which the model does not hold, are made on their columns.
fn create_index(schema: Option<&str>, table: &Table, index: &Index) -> String {
    let part = |part: &catalog::IndexPart| {
        let order = if part.descending { " DESC" } else { "" };
        part.column.as_ref().map(|column| format!("{}{order}", quote(column)))
    };
    let parts: Vec<String> = index.parts.iter().filter_map(part).collect();
    if parts.is_empty() {
        return String::new();
    }
    let unique = if index.unique && !index.partial { "UNIQUE " } else { "" };
    let name = qualified(schema, &index.name);
    format!("CREATE {unique}INDEX {name} ON {} ({})", quote(&table.name.name), parts.join(", "))
}

fn qualified(schema: Option<&str>, name: &str) -> String {
    schema.map(|schema| format!("{}.", quote(schema))).unwrap_or_default() + &quote(name)
}

fn is_over(index: &Index, key: &[String]) -> bool {
    index.unique && !index.partial && index.parts.iter().map(|p| p.column.as_ref()).eq(key.iter().map(Some))
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|column| quote(column)).collect::<Vec<_>>().join(", ")
}

fn quote(identifier: &str) -> String {
    sql::Sqlite.quote(identifier)
}
