//! Which objects have to be read again, by the engine's marks of them.

use std::collections::HashSet;

use catalog::{Catalog, Table, TableKind, TableName};
use connect::{Listed, Prints};

/// The listed objects that moved since a catalog was read, and those that say something of what moved by its name: references
/// show names of their targets, views those of their tables. None where everything has to be read: the marks rest on something
/// else now, or half of all moved.
pub fn moved(known: &Catalog, before: &Prints, now: &Prints, listed: &[Listed]) -> Option<Vec<TableName>> {
    if before.base != now.base {
        return None;
    }
    let is_same = |l: &&Listed| {
        let mark = now.of.get(&l.name);
        mark.is_some() && mark == before.of.get(&l.name) && known.table(&l.name).is_some_and(|t| t.kind == l.kind)
    };
    let (same, mut wanted): (Vec<&Listed>, Vec<&Listed>) = listed.iter().partition(is_same);
    let present: HashSet<&TableName> = listed.iter().map(|l| &l.name).collect();
    let gone = known.tables().map(|t| &t.name).filter(|name| !present.contains(name));
    let mut touched: HashSet<&TableName> = gone.collect();
    touched.extend(wanted.iter().map(|l| &l.name).filter(|name| known.table(name).is_some()));
    let mut same: Vec<(&Listed, &Table)> = same.iter().filter_map(|l| Some((*l, &**known.table(&l.name)?))).collect();
    // A view of a view that is read again may come out otherwise too.
    while !touched.is_empty() {
        let (more, rest): (Vec<_>, Vec<_>) = same.into_iter().partition(|(_, table)| depends(table, &touched));
        let views = more.iter().filter(|(_, table)| table.definition.is_some()).map(|(_, table)| &table.name);
        touched = views.collect();
        wanted.extend(more.iter().map(|(l, _)| *l));
        same = rest;
    }
    (wanted.len() * 2 <= listed.len()).then(|| wanted.into_iter().map(|l| l.name.clone()).collect())
}

/// Whether a table shows a name of one of these. A definition that cannot be seen may name anything.
fn depends(table: &Table, touched: &HashSet<&TableName>) -> bool {
    if matches!(table.kind, TableKind::View | TableKind::MaterializedView) {
        let Some(text) = table.definition.as_ref().map(|text| text.to_lowercase()) else { return true };
        // Quotation marks within a name are doubled or escaped: such a name counts as named.
        let plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.'));
        return touched.iter().any(|t| !plain(&t.name) || text.contains(&t.name.to_lowercase()));
    }
    table.foreign_keys.iter().any(|key| touched.contains(&key.target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::ForeignKey;

    fn table(name: &str, target: Option<&str>, view: Option<&str>) -> Table {
        let key = |target: &str| ForeignKey {
            columns: vec!["x".into()],
            target: TableName::bare(target),
            target_columns: vec!["id".into()],
            on_delete: None,
            on_update: None,
        };
        let kind = if view.is_some() { TableKind::View } else { TableKind::Table };
        Table {
            foreign_keys: target.map(key).into_iter().collect(),
            definition: view.map(str::to_owned),
            ..Table::empty(TableName::bare(name), kind)
        }
    }

    /// Eleven tables; "line" refers to "sale", the view "big" names "Sale", and "huge" names "big".
    fn known() -> (Catalog, Prints, Vec<Listed>) {
        let mut tables: Vec<Table> = (0..7).map(|i| table(&format!("t{i}"), None, None)).collect();
        tables.push(table("sale", None, None));
        tables.push(table("line", Some("sale"), None));
        tables.push(table("big", None, Some("SELECT * FROM \"Sale\"")));
        tables.push(table("huge", None, Some("SELECT * FROM big")));
        let catalog = Catalog::of_tables(tables);
        let of = catalog.tables().map(|t| (t.name.clone(), "1".to_owned())).collect();
        let listed = catalog.tables().map(|t| Listed { name: t.name.clone(), kind: t.kind }).collect();
        (catalog, Prints { base: "here".into(), of }, listed)
    }

    fn names(moved: Option<Vec<TableName>>) -> Option<Vec<String>> {
        let mut names: Vec<String> = moved?.into_iter().map(|n| n.name).collect();
        names.sort();
        Some(names)
    }

    #[test]
    fn what_moved_and_what_names_it_is_read_again_and_nothing_else() {
        let (catalog, before, listed) = known();
        let now = |name: &str, mark: Option<&str>| {
            let mut now = before.clone();
            now.of.remove(&TableName::bare(name));
            now.of.extend(mark.map(|mark| (TableName::bare(name), mark.to_owned())));
            names(moved(&catalog, &before, &now, &listed)).unwrap()
        };
        assert_eq!(now("t1", Some("1")), [""; 0]);
        assert_eq!(now("t1", Some("2")), ["t1"]);
        assert_eq!(now("t1", None), ["t1"], "what has no mark has to be read to be known");
        assert_eq!(now("sale", Some("2")), ["big", "huge", "line", "sale"]);
        let dropped: Vec<Listed> = listed.iter().filter(|l| l.name.name != "sale").cloned().collect();
        assert_eq!(names(moved(&catalog, &before, &before, &dropped)).unwrap(), ["big", "huge", "line"]);
    }

    #[test]
    fn everything_is_read_again_on_another_base_and_where_most_of_it_moved() {
        let (catalog, before, listed) = known();
        let elsewhere = Prints { base: "there".into(), ..before.clone() };
        assert_eq!(moved(&catalog, &before, &elsewhere, &listed), None);
        let nothing = Prints { of: [].into(), ..before.clone() };
        assert_eq!(moved(&catalog, &before, &nothing, &listed), None);
    }
}
