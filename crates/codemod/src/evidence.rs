//! What is known of the schema: the evidence that a word is a name of it.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Catalog;

/// A table and its columns, under the names that the catalog gives them.
#[derive(Clone, Debug, Default)]
struct Known {
    name: String,
    columns: BTreeMap<String, String>,
    /// Only changes of it are known: it may have other columns.
    is_partial: bool,
}

/// Names of a schema, found whatever their case.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    tables: BTreeMap<String, Known>,
    owners: BTreeMap<String, Vec<String>>,
    indexes: BTreeMap<String, String>,
    schemas: BTreeSet<String>,
    values: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Evidence {
    /// Takes the names of a catalog: tables, views, columns, indexes, schemas.
    pub fn of_catalog(catalog: &Catalog) -> Evidence {
        let mut evidence = Evidence::default();
        for entry in catalog.entries() {
            evidence.add_table(&entry.name().name);
            for schema in [&entry.name().schema, &entry.name().database].into_iter().flatten() {
                evidence.add_schema(schema);
            }
        }
        for table in catalog.tables() {
            for column in &table.columns {
                evidence.add_column(&table.name.name, &column.name);
            }
            for index in &table.indexes {
                evidence.add_index(&index.name, &table.name.name);
            }
        }
        evidence
    }

    /// Adds a table.
    pub fn add_table(&mut self, name: &str) {
        self.tables.entry(name.to_lowercase()).or_insert_with(|| Known { name: name.to_owned(), ..Known::default() });
    }

    /// Adds a column, and its table where that is new.
    pub fn add_column(&mut self, table: &str, column: &str) {
        self.add_table(table);
        let key = table.to_lowercase();
        if let Some(known) = self.tables.get_mut(&key)
            && known.columns.insert(column.to_lowercase(), column.to_owned()).is_none()
        {
            self.owners.entry(column.to_lowercase()).or_default().push(known.name.clone());
        }
    }

    /// Adds a table of which only changes were seen, unless it is known: it may have columns that are not.
    pub fn add_part(&mut self, table: &str) {
        if self.table(table).is_none() {
            let known = Known { name: table.to_owned(), is_partial: true, ..Known::default() };
            self.tables.insert(table.to_lowercase(), known);
        }
    }

    /// Notes that a table is known as a whole.
    pub fn complete(&mut self, table: &str) {
        self.add_table(table);
        self.tables.entry(table.to_lowercase()).and_modify(|known| known.is_partial = false);
    }

    /// Whether all columns of a table are known: it may be listed and not read, or only changes of it may be.
    pub fn is_read(&self, table: &str) -> bool {
        self.tables.get(&table.to_lowercase()).is_some_and(|known| !known.is_partial && !known.columns.is_empty())
    }

    /// Adds an index of a table.
    pub fn add_index(&mut self, name: &str, table: &str) {
        self.indexes.insert(name.to_lowercase(), table.to_owned());
    }

    /// Adds the name of a database or schema.
    pub fn add_schema(&mut self, name: &str) {
        self.schemas.insert(name.to_lowercase());
    }

    /// Adds a value that a column holds.
    pub fn add_value(&mut self, table: &str, column: &str, value: &str) {
        self.values.entry(value.to_owned()).or_default().insert((table.to_owned(), column.to_owned()));
    }

    /// Whether there is no table.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&str> {
        self.tables.get(&name.to_lowercase()).map(|t| t.name.as_str())
    }

    /// The table that a word of code spells as the catalog does: engines fold case, languages do not.
    pub fn spelt_table(&self, word: &str) -> Option<&str> {
        self.table(word).filter(|t| is_spelt(t, word))
    }

    /// Whether a word of code spells a column as some table does.
    pub fn spelt_column(&self, word: &str) -> bool {
        let key = word.to_lowercase();
        let tables = self.owners(word).iter().filter_map(|t| self.tables.get(&t.to_lowercase()));
        tables.filter_map(|t| t.columns.get(&key)).any(|c| is_spelt(c, word))
    }

    /// Whether a table has a column.
    pub fn has(&self, table: &str, column: &str) -> bool {
        self.tables.get(&table.to_lowercase()).is_some_and(|t| t.columns.contains_key(&column.to_lowercase()))
    }

    /// The tables that have a column of that name.
    pub fn owners(&self, column: &str) -> &[String] {
        self.owners.get(&column.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// All tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.values().map(|t| t.name.as_str())
    }

    /// The table of an index.
    pub fn index(&self, name: &str) -> Option<&str> {
        self.indexes.get(&name.to_lowercase()).map(String::as_str)
    }

    /// Whether it is a database or schema.
    pub fn is_schema(&self, name: &str) -> bool {
        self.schemas.contains(&name.to_lowercase())
    }

    /// The columns that hold a value, each with its table.
    pub fn holders(&self, value: &str) -> impl Iterator<Item = (&str, &str)> {
        self.values.get(value).into_iter().flatten().map(|(t, c)| (t.as_str(), c.as_str()))
    }

    /// Whether it names a table, a column or an index.
    pub fn names(&self, word: &str) -> bool {
        self.table(word).is_some() || !self.owners(word).is_empty() || self.index(word).is_some()
    }
}

/// Equal, or a name that an engine keeps in capitals and people write small.
fn is_spelt(name: &str, word: &str) -> bool {
    name == word || !name.chars().any(char::is_lowercase) && name.to_lowercase() == word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_catalog_file_give_the_same_names() {
        let simple = catalog::file::read(br#"{"tables": {"Orders": ["id", "Total"]}}"#).expect("a form that is read");
        let own = catalog::file::read(catalog::file::write("s", "e", &simple).as_bytes()).expect("what was written");
        for read in [simple, own] {
            let evidence = Evidence::of_catalog(&read);
            assert_eq!(evidence.table("orders"), Some("Orders"));
            assert!(evidence.has("ORDERS", "total") && !evidence.has("orders", "gone"));
            assert_eq!(evidence.owners("ID"), ["Orders"]);
        }
    }
}
