//! The same book under other names.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{ForeignKey, Table, TableName};

use crate::book::Book;

/// Word by word: synonyms and abbreviations as other companies have them.
const WORDS: &[(&str, &str)] = &[
    ("account", "acct"),
    ("accounts", "accts"),
    ("amount", "amt"),
    ("annual", "yearly"),
    ("average", "avg"),
    ("balance", "bal"),
    ("balances", "bals"),
    ("bank", "bk"),
    ("bill", "voucher"),
    ("bills", "vouchers"),
    ("budget", "plan"),
    ("category", "product_group"),
    ("class", "cls"),
    ("client", "customer"),
    ("clients", "customers"),
    ("closing", "eom"),
    ("cost", "cst"),
    ("country", "ctry"),
    ("credit", "cr"),
    ("credited", "corrected"),
    ("currency", "ccy"),
    ("customer", "client"),
    ("customers", "clients"),
    ("date", "dt"),
    ("debit", "dr"),
    ("department", "dept"),
    ("departments", "depts"),
    ("description", "descr"),
    ("discount", "rebate"),
    ("document", "doc"),
    ("due", "payable_by"),
    ("employee", "staff"),
    ("employees", "staff"),
    ("employer", "company"),
    ("entity", "company"),
    ("entities", "companies"),
    ("entry", "posting"),
    ("entries", "postings"),
    ("exchange", "fx"),
    ("fiscal", "fin"),
    ("gross", "grs"),
    ("group", "grp"),
    ("headcount", "staff_count"),
    ("hire", "start"),
    ("inventory", "stock"),
    ("invoice", "inv"),
    ("invoices", "invs"),
    ("journal", "gl"),
    ("leave", "exit"),
    ("legal", "lgl"),
    ("line", "ln"),
    ("lines", "lns"),
    ("method", "mthd"),
    ("name", "nm"),
    ("net", "nt"),
    ("number", "no"),
    ("order", "ord"),
    ("orders", "ords"),
    ("original", "orig"),
    ("pay", "wage"),
    ("payment", "pmt"),
    ("payments", "pmts"),
    ("payroll", "wages"),
    ("percent", "pct"),
    ("period", "prd"),
    ("periods", "prds"),
    ("planned", "plan"),
    ("price", "prc"),
    ("product", "item"),
    ("products", "items"),
    ("quantity", "qty"),
    ("rate", "rt"),
    ("rates", "rts"),
    ("region", "territory"),
    ("run", "batch"),
    ("runs", "batches"),
    ("salary", "wage"),
    ("sales", "sls"),
    ("segment", "market"),
    ("shipped", "despatched"),
    ("snapshot", "snap"),
    ("snapshots", "snaps"),
    ("status", "state"),
    ("stock", "inventory"),
    ("supplier", "vendor"),
    ("tax", "vat"),
    ("total", "tot"),
    ("type", "kind"),
    ("unit", "ea"),
    ("value", "val"),
    ("vendor", "supplier"),
    ("vendors", "suppliers"),
    ("version", "scenario"),
    ("warehouse", "depot"),
    ("warehouses", "depots"),
];

/// Renames all tables and columns word by word; keys, references and indexes follow, comments and
/// rows stay. Words without a synonym stay too. Deterministic.
///
/// Definitions of views and conditions of checks are text and are not rewritten. Cost: a copy.
pub fn renamed(book: &Book) -> Book {
    let tables = unique(book.tables.iter().map(|t| t.table.name.name.as_str()));
    let columns: BTreeMap<&TableName, BTreeMap<String, String>> =
        book.tables.iter().map(|t| (&t.table.name, unique(t.table.columns.iter().map(|c| c.name.as_str())))).collect();
    let mut copy = book.clone();
    copy.name = format!("{}_renamed", book.name);
    for (target, source) in copy.tables.iter_mut().zip(&book.tables) {
        rename_table(&mut target.table, &source.table.name, &tables, &columns);
    }
    copy
}

fn rename_table(
    table: &mut Table,
    old: &TableName,
    tables: &BTreeMap<String, String>,
    columns: &BTreeMap<&TableName, BTreeMap<String, String>>,
) {
    let own = columns.get(old);
    let rename = |name: &mut String| replace(name, own);
    table.columns.iter_mut().for_each(|c| rename(&mut c.name));
    table.primary_key.iter_mut().for_each(rename);
    table.unique.iter_mut().flatten().for_each(rename);
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(rename);
        rename_target(key, tables, columns);
    }
    replace(&mut table.name.name, Some(tables));
    for index in &mut table.indexes {
        index.parts.iter_mut().filter_map(|p| p.column.as_mut()).for_each(rename);
        let parts: Vec<&str> = index.parts.iter().filter_map(|p| p.column.as_deref()).collect();
        index.name = format!("ix_{}_{}", table.name.name, parts.join("_"));
    }
}

fn rename_target(
    key: &mut ForeignKey,
    tables: &BTreeMap<String, String>,
    columns: &BTreeMap<&TableName, BTreeMap<String, String>>,
) {
    let names = columns.get(&key.target);
    key.target_columns.iter_mut().for_each(|name| replace(name, names));
    replace(&mut key.target.name, Some(tables));
}

fn replace(name: &mut String, names: Option<&BTreeMap<String, String>>) {
    if let Some(new) = names.and_then(|names| names.get(name)) {
        name.clone_from(new);
    }
}

/// New names for old ones; where two would become one, the later gets a number.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut new = BTreeMap::new();
    for name in names {
        let wanted = synonym(name);
        let free = (2..).map(|n| format!("{wanted}_{n}"));
        let chosen = std::iter::once(wanted.clone()).chain(free).find(|n| !taken.contains(&n.to_lowercase()));
        let chosen = chosen.unwrap_or(wanted);
        taken.insert(chosen.to_lowercase());
        new.insert(name.to_owned(), chosen);
    }
    new
}

fn synonym(name: &str) -> String {
    let word =
        |word: &str| WORDS.iter().find(|(old, _)| *old == word).map_or(word.to_owned(), |(_, new)| (*new).to_owned());
    name.split('_').map(word).collect::<Vec<String>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_word_by_word_and_stay_apart() {
        assert_eq!(synonym("customer_id"), "client_id");
        let names = unique(["entity_id", "employer_id", "customer_region"].into_iter());
        assert_eq!(names["entity_id"], "company_id");
        assert_eq!(names["employer_id"], "company_id_2");
        assert_eq!(names["customer_region"], "client_territory");
    }
}
