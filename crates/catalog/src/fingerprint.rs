//! Fingerprints: equal exactly when the described schema is equal, stable across runs and machines.

use serde::{Deserialize, Serialize};

use crate::model::{Catalog, Entry};
use crate::table::Table;

/// 128 bits of BLAKE3 over a canonical serialisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint([u8; 16]);

/// The fingerprint of one table. Cost: one pass over its columns.
pub fn of_table(table: &Table) -> Fingerprint {
    let mut canonical = table.clone();
    // Engines list these in no promised order; the order carries no meaning.
    canonical.unique.sort();
    canonical.foreign_keys.sort();
    canonical.indexes.sort();
    canonical.checks.sort();
    // Another object of the same form is read in the same way.
    canonical.identity = None;
    canonical.columns.iter_mut().for_each(|column| column.identity = None);
    of_json(&canonical)
}

/// The fingerprint of a whole catalog, from those of its tables.
pub fn of_catalog(catalog: &Catalog) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    for entry in catalog.entries() {
        match entry {
            Entry::Listed { name, kind } => hasher.update(&of_json(&(name, kind)).0),
            Entry::Read { table } => hasher.update(&of_table(table).0),
        };
    }
    truncate(hasher.finalize())
}

fn of_json(value: &impl Serialize) -> Fingerprint {
    // Serialising our own plain data cannot fail: no maps with odd keys, no failing writers.
    let bytes = serde_json::to_vec(value).expect("plain data always serialises");
    truncate(blake3::hash(&bytes))
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
    use crate::{Column, Identity, Index, IndexPart, TableKind, TableName, Type};

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

    #[test]
    fn text_form_reads_back() {
        let f = of_table(&table());
        assert_eq!(Fingerprint::try_from(f.to_string()), Ok(f));
        assert!(Fingerprint::try_from("xyz".to_owned()).is_err());
    }
}
