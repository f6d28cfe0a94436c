//! Changes as people write them, found in a catalog.

use catalog::{Catalog, Change, ChangeKind, Table, TableName};
use fault::{Fault, Kind};

use super::target::{declared, eq, named};

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `table=new`, `table.column=new`, `index=new`.
    Rename,
    /// `table`, `table.column`, an index.
    Drop,
    /// An index, whether the catalog lists it or not.
    DropIndex,
    /// `table.column=TYPE`.
    Type,
    /// `table.column`.
    NotNull,
    /// `table.column`.
    NoDefault,
    /// `table.column=value`, or `table.column=value:other`.
    Value,
    /// `table=schema`.
    Move,
    /// `table.column=TYPE`: a column without a default that has to have a value.
    Add,
}

/// An object of a catalog.
enum Object<'c> {
    Table(&'c Table),
    Column(&'c Table, &'c catalog::Column),
    Index(&'c Table, String),
}

/// Reads one change.
///
/// # Errors
/// A fault where the catalog has no such object, the near names as hints, or where the text has another form.
pub fn read(ask: Ask, text: &str, catalog: &Catalog) -> Result<Change, Fault> {
    let (name, to) = match text.split_once('=') {
        Some((name, to)) => (name.trim(), Some(to.trim()).filter(|to| !to.is_empty())),
        None => (text.trim(), None),
    };
    let wanted = || {
        let form = match ask {
            Ask::Rename => "TABLE=NEW, TABLE.COLUMN=NEW or INDEX=NEW",
            Ask::Drop => "TABLE, TABLE.COLUMN or INDEX",
            Ask::DropIndex => "INDEX",
            Ask::Type | Ask::Add => "TABLE.COLUMN=TYPE",
            Ask::NotNull | Ask::NoDefault => "TABLE.COLUMN",
            Ask::Value => "TABLE.COLUMN=VALUE or TABLE.COLUMN=VALUE:OTHER",
            Ask::Move => "TABLE=SCHEMA",
        };
        Fault::new(Kind::Usage, "codemod.change", format!("{text:?} is no change of this sort: {form} is expected"))
    };
    if ask == Ask::Add {
        return add(name, to.ok_or_else(wanted)?, catalog);
    }
    if ask == Ask::DropIndex {
        let owner = catalog.tables().find(|table| table.indexes.iter().any(|index| eq(&index.name, name)));
        let table = owner.map_or_else(|| TableName::bare("unknown"), |table| table.name.clone());
        return Ok(Change::of_table(ChangeKind::IndexDropped, &table).part(name));
    }
    let object = find(name, catalog)?;
    let to = to.map(str::to_owned);
    let table = |t: &Table, kind| Change::of_table(kind, &t.name);
    match (ask, object, to) {
        (Ask::Rename, Object::Table(t), Some(to)) => {
            let new = TableName { name: named(&to).name, ..t.name.clone() };
            let change = Change::of_table(ChangeKind::TableRenamed, &new);
            Ok(change.from_to(Some(t.name.to_string()), Some(new.to_string())))
        }
        (Ask::Rename, Object::Column(t, c), Some(to)) => {
            Ok(table(t, ChangeKind::ColumnRenamed).part(to.clone()).from_to(Some(c.name.clone()), Some(to)))
        }
        (Ask::Rename, Object::Index(t, index), Some(to)) => {
            Ok(table(t, ChangeKind::IndexRenamed).part(to.clone()).from_to(Some(index), Some(to)))
        }
        (Ask::Drop, Object::Table(t), None) => Ok(table(t, ChangeKind::TableDropped)),
        (Ask::Drop, Object::Column(t, c), None) => {
            Ok(table(t, ChangeKind::ColumnDropped).part(&c.name).from_to(declared(c), None))
        }
        (Ask::Drop, Object::Index(t, index), None) => Ok(table(t, ChangeKind::IndexDropped).part(index)),
        (Ask::Type, Object::Column(t, c), Some(to)) => {
            Ok(table(t, ChangeKind::TypeChanged).part(&c.name).from_to(declared(c), Some(to)))
        }
        (Ask::NotNull, Object::Column(t, c), None) => Ok(table(t, ChangeKind::NullForbidden).part(&c.name)),
        (Ask::NoDefault, Object::Column(t, c), None) => {
            Ok(table(t, ChangeKind::DefaultRemoved).part(&c.name).from_to(c.default.clone(), None))
        }
        (Ask::Value, Object::Column(t, c), Some(to)) => {
            let (old, new) = to.split_once(':').map_or((to.as_str(), None), |(old, new)| (old, Some(new)));
            let quoted = |value: &str| format!("'{value}'");
            Ok(table(t, ChangeKind::EnumChanged).part(&c.name).from_to(Some(quoted(old)), new.map(quoted)))
        }
        (Ask::Move, Object::Table(t), Some(to)) => {
            let new = TableName { schema: Some(to), ..t.name.clone() };
            let change = Change::of_table(ChangeKind::TableMoved, &new);
            Ok(change.from_to(Some(t.name.to_string()), Some(new.to_string())))
        }
        _ => Err(wanted()),
    }
}

fn add(name: &str, ty: &str, catalog: &Catalog) -> Result<Change, Fault> {
    let missing = || unknown(name, catalog);
    let (table, column) = name.rsplit_once('.').ok_or_else(missing)?;
    let table = find_table(table, catalog).ok_or_else(missing)?;
    Ok(Change::of_table(ChangeKind::ColumnAdded, &table.name).part(column).from_to(None, Some(ty.to_owned())))
}

/// A table, a column, or an index of this name.
fn find<'c>(name: &str, catalog: &'c Catalog) -> Result<Object<'c>, Fault> {
    if let Some(table) = find_table(name, catalog) {
        return Ok(Object::Table(table));
    }
    if let Some((table, part)) = name.rsplit_once('.')
        && let Some(table) = find_table(table, catalog)
        && let Some(column) = table.columns.iter().find(|column| eq(&column.name, part))
    {
        return Ok(Object::Column(table, column));
    }
    let bare = name.rsplit('.').next().unwrap_or(name);
    let indexes = catalog.tables().flat_map(|t| t.indexes.iter().map(move |index| (t, &index.name)));
    let found = indexes.into_iter().find(|(_, index)| eq(index, bare));
    found.map(|(t, index)| Object::Index(t.as_ref(), index.clone())).ok_or_else(|| unknown(name, catalog))
}

fn find_table<'c>(name: &str, catalog: &'c Catalog) -> Option<&'c Table> {
    let wanted = named(name);
    let fits = |own: &TableName| {
        eq(&own.name, &wanted.name)
            && wanted.schema.as_deref().is_none_or(|schema| own.schema.as_deref().is_some_and(|o| eq(o, schema)))
    };
    catalog.tables().find(|table| fits(&table.name)).map(AsRef::as_ref)
}

fn unknown(name: &str, catalog: &Catalog) -> Fault {
    let tables = catalog.tables().map(|t| t.name.to_string());
    let columns = catalog.tables().flat_map(|t| t.columns.iter().map(move |c| format!("{}.{}", t.name, c.name)));
    let lower = name.to_lowercase();
    let likeness = |known: &String| strsim::jaro_winkler(&known.to_lowercase(), &lower);
    let best = tables.chain(columns).map(|known| (likeness(&known), known)).filter(|(likeness, _)| *likeness >= 0.8);
    let best = best.max_by(|a, b| a.0.total_cmp(&b.0));
    let fault = Fault::new(Kind::Missing, "codemod.no_object", format!("the catalog has no {name:?}"));
    match best {
        Some((_, near)) => fault.hint(format!("is {near} meant?")),
        None => fault.hint("`quaestor schema` lists tables and columns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        catalog::file::read(br#"{"tables": {"sales.bills": ["id", {"name": "due_on", "type": "DATE"}]}}"#).unwrap()
    }

    fn said(ask: Ask, text: &str) -> String {
        read(ask, text, &catalog()).map_or_else(|fault| fault.message, |change| change.to_string())
    }

    #[test]
    fn changes_are_read_and_found_whatever_their_case() {
        assert_eq!(
            said(Ask::Rename, "bills.DUE_ON=due_date"),
            "column renamed: sales.bills.due_date (due_on -> due_date)"
        );
        assert_eq!(
            said(Ask::Rename, "sales.bills=invoices"),
            "table renamed: sales.invoices (sales.bills -> sales.invoices)"
        );
        assert_eq!(said(Ask::Drop, "bills.due_on"), "column dropped: sales.bills.due_on (was DATE)");
        assert_eq!(said(Ask::Type, "bills.due_on=TEXT"), "type changed: sales.bills.due_on (DATE -> TEXT)");
        assert_eq!(said(Ask::Value, "bills.due_on=a:b"), "allowed values changed: sales.bills.due_on ('a' -> 'b')");
        assert_eq!(said(Ask::Move, "bills=old"), "table moved to another schema: old.bills (sales.bills -> old.bills)");
        assert_eq!(said(Ask::Add, "bills.state=TEXT"), "column added: sales.bills.state (TEXT)");
    }

    #[test]
    fn what_is_not_there_or_not_of_this_form_is_told() {
        assert!(said(Ask::Drop, "bills.due_om").contains("no \"bills.due_om\""));
        let fault = read(Ask::Drop, "sales.bills.due_om", &catalog()).unwrap_err();
        assert!(fault.hints[0].contains("sales.bills.due_on"), "{fault:?}");
        assert!(said(Ask::Rename, "bills").contains("TABLE=NEW"));
        assert!(said(Ask::NotNull, "bills").contains("TABLE.COLUMN"));
    }
}
