//! Fingerprints: equal exactly when the described schema is equal, stable across runs and machines.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Catalog, Entry};
use crate::name::TableName;
use crate::table::{Check, Column, ForeignKey, Index, Table, TableKind};
use crate::types::Type;

/// 128 bits of BLAKE3 over a canonical serialisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint([u8; 16]);

/// The fingerprint of one table. Cost: one pass over its columns.
pub fn of_table(table: &Table) -> Fingerprint {
    of_json(&Form::of(table), &mut Vec::new())
}

/// The fingerprint of a whole catalog, from those of its entries.
pub fn of_catalog(catalog: &Catalog) -> Fingerprint {
    of_parts(&of_entries(catalog, None))
}

/// The fingerprints of the entries of a catalog, in their order. Those of tables that it shares with an earlier reading are
/// taken from there. Cost: one pass over the columns of the others.
pub fn of_entries(catalog: &Catalog, before: Option<(&Catalog, &[Fingerprint])>) -> Vec<Fingerprint> {
    let mut known = before.into_iter().flat_map(|(catalog, parts)| catalog.entries().zip(parts)).peekable();
    let mut buffer = Vec::new();
    let print = |entry: &Entry| {
        while known.next_if(|(old, _)| old.name() < entry.name()).is_some() {}
        match (entry, known.peek()) {
            (Entry::Read { table }, Some((Entry::Read { table: old }, part))) if Arc::ptr_eq(table, old) => **part,
            (Entry::Read { table }, _) => of_json(&Form::of(table), &mut buffer),
            (Entry::Listed { name, kind }, _) => of_json(&(name, kind), &mut buffer),
        }
    };
    catalog.entries().map(print).collect()
}

/// The fingerprint of a whole catalog from those of its entries.
pub fn of_parts(parts: &[Fingerprint]) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&part.0);
    }
    truncate(hasher.finalize())
}

fn of_json(value: &impl Serialize, buffer: &mut Vec<u8>) -> Fingerprint {
    buffer.clear();
    // Serialising our own plain data cannot fail: no maps with odd keys, no failing writers.
    serde_json::to_writer(&mut *buffer, value).expect("plain data always serialises");
    truncate(blake3::hash(buffer))
}

/// What of a table its fingerprint is made of: all but what the engine calls it inside, since another object of the same form
/// is read in the same way. Fields and their order are those of [`Table`]: fingerprints outlive a run.
#[derive(Serialize)]
struct Form<'t> {
    name: &'t TableName,
    kind: TableKind,
    columns: Vec<FormOfColumn<'t>>,
    primary_key: &'t [String],
    // Engines list these in no promised order; the order carries no meaning.
    unique: Vec<&'t Vec<String>>,
    foreign_keys: Vec<&'t ForeignKey>,
    indexes: Vec<&'t Index>,
    checks: Vec<&'t Check>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'t str>,
}

/// The same of a column.
#[derive(Serialize)]
struct FormOfColumn<'t> {
    name: &'t str,
    ty: &'t Type,
    nullable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'t str>,
    generated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'t str>,
}

impl<'t> Form<'t> {
    fn of(table: &'t Table) -> Form<'t> {
        let column = |c: &'t Column| FormOfColumn {
            name: &c.name,
            ty: &c.ty,
            nullable: c.nullable,
            default: c.default.as_deref(),
            generated: c.generated,
            comment: c.comment.as_deref(),
        };
        Form {
            name: &table.name,
            kind: table.kind,
            columns: table.columns.iter().map(column).collect(),
            primary_key: &table.primary_key,
            unique: sorted(&table.unique),
            foreign_keys: sorted(&table.foreign_keys),
            indexes: sorted(&table.indexes),
            checks: sorted(&table.checks),
            definition: table.definition.as_deref(),
            comment: table.comment.as_deref(),
        }
    }
}

fn sorted<T: Ord>(items: &[T]) -> Vec<&T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort();
    items
}

fn truncate(hash: blake3::Hash) -> Fingerprint {
    let mut short = [0u8; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    Fingerprint(short)
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> String {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut bytes = [0u8; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(format!("a fingerprint has 32 hexadecimal digits, not {text:?}"));
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|e| e.to_string())?;
        }
        Ok(Fingerprint(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identity, IndexPart};

    fn table() -> Table {
        let column = |name: &str| Column {
            name: name.into(),
            ty: Type::parse("INTEGER"),
            nullable: true,
            default: None,
            generated: false,
            comment: None,
            identity: None,
        };
        let index = |name: &str| Index {
            name: name.into(),
            parts: vec![IndexPart { column: Some("a".into()), descending: false }],
            unique: false,
            partial: false,
        };
        Table {
            name: TableName::bare("t"),
            kind: TableKind::Table,
            columns: vec![column("a"), column("b")],
            primary_key: vec!["a".into()],
            unique: vec![],
            foreign_keys: vec![],
            indexes: vec![index("i"), index("j")],
            checks: vec![],
            definition: None,
            comment: None,
            identity: None,
        }
    }

    #[test]
    fn order_of_indexes_is_no_change_and_order_of_columns_is() {
        let base = table();
        let mut indexes = table();
        indexes.indexes.reverse();
        let mut columns = table();
        columns.columns.reverse();
        assert_eq!(of_table(&base), of_table(&indexes));
        assert_ne!(of_table(&base), of_table(&columns));
    }

    #[test]
    fn identity_is_no_part_of_the_form() {
        let mut other = table();
        other.identity = Some(Identity("16384".into()));
        other.columns[0].identity = Some(Identity("1".into()));
        assert_eq!(of_table(&other), of_table(&table()));
    }

    /// Fingerprints are kept between runs: what they are made of is the table as it is kept, in this form.
    #[test]
    fn the_form_is_the_table_as_it_is_kept() {
        let mut full = table();
        full.definition = Some("SELECT 1".into());
        full.comment = Some("c".into());
        full.unique = vec![vec!["a".into()], vec!["b".into()]];
        full.checks = vec![Check { name: None, condition: "a > 0".into() }];
        let key = |target: &str| ForeignKey {
            columns: vec!["a".into()],
            target: TableName { database: None, schema: Some("s".into()), name: target.into() },
            target_columns: vec!["id".into()],
            on_delete: Some("CASCADE".into()),
            on_update: None,
        };
        full.foreign_keys = vec![key("t"), key("u")];
        full.columns[0].default = Some("1".into());
        full.columns[1].comment = Some("second".into());
        for table in [table(), full] {
            assert_eq!(serde_json::to_string(&Form::of(&table)).unwrap(), serde_json::to_string(&table).unwrap());
        }
    }

    #[test]
    fn what_two_readings_share_is_not_looked_at_again() {
        let named = |name: &str| Entry::Read { table: Arc::new(Table { name: TableName::bare(name), ..table() }) };
        let (a, b, c) = (named("a"), named("b"), named("c"));
        let listed = Entry::Listed { name: TableName::bare("l"), kind: TableKind::View };
        let old = Catalog::new([a.clone(), b.clone(), listed.clone()]);
        // Marks of what is taken over, which no reading would come to.
        let marks: Vec<Fingerprint> = (1..=3).map(|n| Fingerprint([n; 16])).collect();
        let mut other = table();
        (other.name, other.primary_key) = (TableName::bare("b"), vec!["a".into()]);
        let now = Catalog::new([a, Entry::Read { table: Arc::new(other.clone()) }, c.clone(), listed]);
        let parts = of_entries(&now, Some((&old, &marks)));
        let fresh = of_entries(&now, None);
        assert_eq!(parts, [marks[0], of_table(&other), fresh[2], fresh[3]]);
        assert_eq!(of_catalog(&now), of_parts(&fresh));
    }

    #[test]
    fn text_form_reads_back() {
        let f = of_table(&table());
        assert_eq!(Fingerprint::try_from(f.to_string()), Ok(f));
        assert!(Fingerprint::try_from("xyz".to_owned()).is_err());
    }
}
