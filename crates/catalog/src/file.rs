//! A catalog as a file: written for other programs, and read in the forms in which others have theirs.
//!
//! 1. Our own form: `{"version": 1, "source": .., "epoch": .., "tables": [..]}`, which reads back equal.
//! 2. Names only: `{"tables": {"orders": ["id", "total"]}}`.
//! 3. A list of descriptions: `[{"schema": .., "table": .., "kind": .., "columns": [{"name": .., "type": ..}]}]`.
//!
//! All may be compressed with gzip. Fields that are not known are passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use fault::{Fault, Kind};
use serde::{Deserialize, Serialize};

use crate::model::Catalog;
use crate::name::TableName;
use crate::table::{Column, ForeignKey, Table, TableKind};
use crate::types::Type;

/// Version of our own form; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;
/// Largest file that is read, in bytes, inflated.
pub const LARGEST: u64 = 512 << 20;

/// Why a file is no catalog.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The compressed text is damaged.
    #[error("the compressed text is damaged")]
    Compressed {
        /// What was found.
        source: std::io::Error,
    },
    /// More than [`LARGEST`].
    #[error("it holds more than {LARGEST} bytes")]
    TooLarge,
    /// Not UTF-8.
    #[error("byte {at} is no text")]
    NotText {
        /// Where, from 0.
        at: usize,
    },
    /// No JSON, or none of the forms.
    #[error("line {line}, column {column}: {why}")]
    Form {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        why: String,
    },
    /// Written by a later program.
    #[error("it has version {found}, this program reads version {VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// Nothing in it.
    #[error("it holds no table")]
    Empty,
}

impl FileError {
    /// The error as users meet it; `place` names the file.
    pub fn fault(&self, place: &str) -> Fault {
        let kind = match self {
            FileError::TooLarge => Kind::Limit,
            _ => Kind::Corrupt,
        };
        let hint = match self {
            FileError::Version { .. } => "read it with the program that wrote it, or a later one",
            _ => "`quaestor schema --format json` writes such a file; docs/answer.md has all forms",
        };
        Fault::new(kind, "catalog.file", format!("{place} is no catalog: {self}")).hint(hint)
    }
}

/// What a schema is, without anything of its rows.
#[derive(Serialize)]
struct Written<'f> {
    version: u32,
    source: &'f str,
    epoch: &'f str,
    tables: &'f Catalog,
}

/// The text of a catalog file: our own form, with the name of the source and the epoch of the whole schema.
pub fn write(source: &str, epoch: &str, tables: &Catalog) -> String {
    let file = Written { version: VERSION, source, epoch, tables };
    serde_json::to_string_pretty(&file).expect("a catalog holds only plain data") + "\n"
}

/// Reads a catalog file in any of the forms.
///
/// # Errors
/// Says what is wrong and where.
pub fn read(bytes: &[u8]) -> Result<Catalog, FileError> {
    let inflated;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        inflated = inflate(bytes)?;
        &inflated
    } else {
        bytes
    };
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|e| FileError::NotText { at: e.valid_up_to() })?;
    let text = text.trim_start_matches('\u{feff}');
    let catalog = if text.trim_start().starts_with('[') { described(text)? } else { of_object(text)? };
    if catalog.is_empty() { Err(FileError::Empty) } else { Ok(catalog) }
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let mut inflated = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(LARGEST + 1);
    reader.read_to_end(&mut inflated).map_err(|source| FileError::Compressed { source })?;
    Ok(inflated)
}

fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, FileError> {
    serde_json::from_str(text).map_err(|e| {
        let why = e.to_string();
        let why = why.split(" at line ").next().unwrap_or(&why).to_owned();
        FileError::Form { line: e.line(), column: e.column(), why }
    })
}

/// Only whether there is a version.
#[derive(Deserialize)]
struct Head {
    version: Option<u32>,
}

#[derive(Deserialize)]
struct Own {
    tables: Catalog,
}

#[derive(Deserialize)]
struct Simple {
    tables: BTreeMap<String, Vec<SimpleColumn>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SimpleColumn {
    Name(String),
    Described(Described),
}

fn of_object(text: &str) -> Result<Catalog, FileError> {
    match parse::<Head>(text)?.version {
        Some(VERSION) => Ok(parse::<Own>(text)?.tables),
        Some(found) => Err(FileError::Version { found }),
        None => {
            let simple = parse::<Simple>(text)?.tables;
            let table = |(name, columns): (String, Vec<SimpleColumn>)| {
                let column = |c: SimpleColumn| match c {
                    SimpleColumn::Name(name) => Described { name, ..Described::default() }.column(),
                    SimpleColumn::Described(described) => described.column(),
                };
                let columns = columns.into_iter().map(column).collect();
                Table { columns, ..Table::empty(named(&name), TableKind::Table) }
            };
            Ok(Catalog::of_tables(simple.into_iter().map(table)))
        }
    }
}

/// A name as people write it: `schema.table`.
fn named(text: &str) -> TableName {
    match text.rsplit_once('.') {
        Some((schema, name)) if !schema.is_empty() && !name.is_empty() => {
            TableName { database: None, schema: Some(schema.to_owned()), name: name.to_owned() }
        }
        _ => TableName::bare(text),
    }
}

/// A table as others describe it.
#[derive(Deserialize)]
struct DescribedTable {
    #[serde(default)]
    schema: Option<String>,
    table: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    columns: Vec<Described>,
    #[serde(default)]
    constraints: Vec<Constraint>,
}

#[derive(Default, Deserialize)]
struct Described {
    name: String,
    #[serde(default, rename = "type")]
    ty: String,
    #[serde(default)]
    not_null: bool,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Constraint {
    kind: String,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    references: Option<String>,
    #[serde(default)]
    referenced: Vec<String>,
}

impl Described {
    fn column(self) -> Column {
        let ty = Type::parse(&self.ty);
        let nullable = !self.not_null;
        Column { name: self.name, ty, nullable, default: None, generated: false, comment: self.comment, identity: None }
    }
}

/// A schema that all tables share is no part of their names.
fn described(text: &str) -> Result<Catalog, FileError> {
    let tables: Vec<DescribedTable> = parse(text)?;
    let schemas: BTreeSet<Option<String>> = tables.iter().map(|t| t.schema.clone()).collect();
    let several = schemas.len() > 1;
    Ok(Catalog::of_tables(tables.into_iter().map(|t| t.table(several))))
}

impl DescribedTable {
    fn table(self, several: bool) -> Table {
        let schema = self.schema.filter(|_| several);
        let name = |name: String| TableName { database: None, schema: schema.clone(), name };
        let mut table = Table::empty(name(self.table), TableKind::Table);
        table.columns = self.columns.into_iter().map(Described::column).collect();
        table.comment = self.comment;
        table.kind = match self.kind.as_deref() {
            Some("view") => TableKind::View,
            Some("materialized_view" | "materialized view") => TableKind::MaterializedView,
            Some("virtual" | "foreign") => TableKind::Virtual,
            _ => TableKind::Table,
        };
        for constraint in self.constraints {
            match (constraint.kind.as_str(), constraint.references) {
                ("primary", _) => table.primary_key = constraint.columns,
                ("unique", _) => table.unique.push(constraint.columns),
                ("foreign", Some(target)) => table.foreign_keys.push(ForeignKey {
                    columns: constraint.columns,
                    target: if target.contains('.') && several { named(&target) } else { name(target) },
                    target_columns: constraint.referenced,
                    on_delete: None,
                    on_update: None,
                }),
                _ => {}
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;
    use crate::table::{Check, Identity, Index, IndexPart};

    fn rich() -> Catalog {
        let column = Described { name: "id".into(), ty: "INTEGER".into(), not_null: true, comment: Some("key".into()) };
        let mut table = Table::empty(named("sales.orders"), TableKind::Table);
        table.columns = vec![column.column(), Described::default().column()];
        table.columns[1].default = Some("0".into());
        table.columns[1].generated = true;
        table.columns[1].identity = Some(Identity("2".into()));
        table.identity = Some(Identity("16384".into()));
        table.primary_key = vec!["id".into()];
        table.unique = vec![vec!["a".into(), "b".into()]];
        table.checks = vec![Check { name: Some("c".into()), condition: "id > 0".into() }];
        let part = IndexPart { column: None, descending: true };
        table.indexes = vec![Index { name: "i".into(), parts: vec![part], unique: true, partial: true }];
        table.definition = Some("SELECT 1".into());
        table.foreign_keys = vec![ForeignKey {
            columns: vec!["id".into()],
            target: TableName { database: Some("d".into()), schema: None, name: "t".into() },
            target_columns: vec!["x".into()],
            on_delete: Some("CASCADE".into()),
            on_update: None,
        }];
        let listed = Entry::Listed { name: TableName::bare("later"), kind: TableKind::View };
        Catalog::new([listed, Entry::Read { table: std::sync::Arc::new(table) }])
    }

    #[test]
    fn our_own_form_reads_back_equal_and_passes_over_what_it_does_not_know() {
        let text = write("books.db", "abc", &rich());
        assert_eq!(read(text.as_bytes()).unwrap(), rich());
        let later = text.replacen("\"source\"", "\"news\": {\"a\": [1]}, \"source\"", 1);
        assert_eq!(read(later.as_bytes()).unwrap(), rich());
    }

    /// Written before objects had identities. Never edited: newer versions must read it.
    const OLD: &str = r#"{"version": 1, "source": "books.db", "epoch": "abc", "tables": [{"state": "read", "table": {
        "name": {"name": "t"}, "kind": "table", "columns": [{"name": "x", "ty": {"declared": "INTEGER", "kind": "int"},
        "nullable": true, "generated": false}], "primary_key": [], "unique": [], "foreign_keys": [], "indexes": [],
        "checks": []}}]}"#;

    #[test]
    fn a_file_from_before_identities_is_read() {
        let catalog = read(OLD.as_bytes()).unwrap();
        let t = catalog.table(&TableName::bare("t")).unwrap();
        assert_eq!((t.identity.as_ref(), t.columns[0].identity.as_ref()), (None, None));
    }

    #[test]
    fn names_alone_are_a_catalog() {
        let catalog = read(br#"{"tables": {"orders": ["id", {"name": "total", "type": "DECIMAL(9,2)"}]}}"#).unwrap();
        let orders = catalog.table(&TableName::bare("orders")).unwrap();
        assert_eq!(orders.columns.len(), 2);
        assert!(orders.column("total").unwrap().ty.kind.is_numeric());
    }

    const LIST: &str = r#"[
        {"schema": "public", "table": "a", "kind": "view", "rows": 3, "columns": [{"name": "x", "type": "date"}]},
        {"schema": "public", "table": "b", "columns": [{"name": "y", "not_null": true, "comment": "why"}],
         "constraints": [{"kind": "primary", "columns": ["y"]},
                         {"kind": "foreign", "columns": ["y"], "references": "a", "referenced": ["x"]}]}]"#;

    #[test]
    fn a_list_of_descriptions_is_a_catalog_and_a_shared_schema_is_no_name() {
        let catalog = read(LIST.as_bytes()).unwrap();
        let b = catalog.table(&TableName::bare("b")).unwrap();
        assert_eq!(
            (b.primary_key.as_slice(), &b.foreign_keys[0].target),
            (&["y".to_owned()][..], &TableName::bare("a"))
        );
        assert!(!b.columns[0].nullable && b.columns[0].comment.as_deref() == Some("why"));
        let two = read(LIST.replacen("public", "other", 1).as_bytes()).unwrap();
        let names: Vec<String> = two.tables().map(|t| t.name.to_string()).collect();
        assert_eq!(names, ["other.a", "public.b"]);
    }

    #[test]
    fn compressed_files_are_read_and_damaged_ones_are_not() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(LIST.as_bytes()).unwrap();
        let bytes = encoder.finish().unwrap();
        assert_eq!(read(&bytes).unwrap(), read(LIST.as_bytes()).unwrap());
        assert!(matches!(read(&bytes[..bytes.len() / 2]), Err(FileError::Compressed { .. })));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let said = |text: &str| read(text.as_bytes()).unwrap_err().fault("f.json").message;
        assert!(
            said("{\n  \"tables\": 7}").contains("f.json is no catalog: line 2, column 13"),
            "{}",
            said("{\n  \"tables\": 7}")
        );
        assert!(said("[{\"table\": \"a\"}]").contains("columns"));
        assert!(said("{}").contains("tables"));
        assert!(said("").contains("line 1"));
        assert!(said("[]").contains("no table"));
        assert!(said("{\"version\": 99, \"tables\": []}").contains("version 99"));
        assert!(matches!(read(&[b'{', 0xff]), Err(FileError::NotText { at: 1 })));
    }
}
