//! Names of tables and columns as people write them, found in a catalog.

use catalog::{Catalog, ColumnRef, TableName};

/// Names that are offered in the place of one that does not exist.
const MOST_SIMILAR: usize = 3;
/// From this likeness on a name is worth offering.
const ALIKE: f64 = 0.72;

/// A name that is none in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing is called so; what is called almost so, most alike first.
    Unknown(Vec<String>),
    /// Several are; in full.
    Several(Vec<String>),
}

/// The table that is called so: in full or by its own name, in the same case or, if only one is, in another.
///
/// # Errors
/// [`Absent`] where there is none, or more than one.
pub fn table(catalog: &Catalog, name: &str) -> Result<TableName, Absent> {
    let tables: Vec<&TableName> = catalog.tables().map(|t| &t.name).collect();
    let spellings = |t: &TableName| vec![t.to_string(), t.name.clone()];
    let found = one(name, &tables, |t| spellings(t))?;
    found.cloned().ok_or_else(|| Absent::Unknown(similar(name, tables.iter().map(|t| t.name.as_str()))))
}

/// The column that is called so: with its table in front or, if only one table has it, without.
///
/// # Errors
/// [`Absent`] where there is none, or more than one.
pub fn column(catalog: &Catalog, name: &str) -> Result<ColumnRef, Absent> {
    let columns: Vec<ColumnRef> = catalog
        .tables()
        .flat_map(|t| t.columns.iter().map(|c| ColumnRef::new(t.name.clone(), c.name.clone())))
        .collect();
    let spellings = |c: &ColumnRef| vec![c.to_string(), format!("{}.{}", c.table.name, c.column), c.column.clone()];
    let refs: Vec<&ColumnRef> = columns.iter().collect();
    if let Some(found) = one(name, &refs, |c| spellings(c))? {
        return Ok(found.clone());
    }
    let full: Vec<String> = columns.iter().map(|c| format!("{}.{}", c.table.name, c.column)).collect();
    Err(Absent::Unknown(similar(name, full.iter().map(String::as_str))))
}

/// The only item with this spelling: spelled exactly so before spelled so in another case, in full before in short.
fn one<'i, T>(name: &str, items: &[&'i T], spellings: impl Fn(&T) -> Vec<String>) -> Result<Option<&'i T>, Absent> {
    let spelled: Vec<(&'i T, Vec<String>)> = items.iter().map(|item| (*item, spellings(item))).collect();
    let longest = spelled.first().map_or(0, |(_, s)| s.len());
    let lower = name.to_lowercase();
    for exact in [true, false] {
        for i in 0..longest {
            let called = |s: &String| if exact { s == name } else { s.to_lowercase() == lower };
            let found: Vec<&(&T, Vec<String>)> = spelled.iter().filter(|(_, s)| called(&s[i])).collect();
            match found.as_slice() {
                [] => {}
                [(item, _)] => return Ok(Some(item)),
                several => return Err(Absent::Several(several.iter().map(|(_, s)| s[0].clone()).collect())),
            }
        }
    }
    Ok(None)
}

/// Names that are spelled almost like this one, most alike first. Cost: one comparison per name.
pub fn similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let wanted = name.to_lowercase();
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(&wanted, &other.to_lowercase());
    let mut near: Vec<(f64, &str)> = names.map(|n| (likeness(n), n)).filter(|(score, _)| *score >= ALIKE).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().take(MOST_SIMILAR).map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::file;

    fn shop() -> Catalog {
        file::read(br#"{"tables": {"Orders": ["id", "Total"], "items": ["id", "price"]}}"#).unwrap()
    }

    #[test]
    fn names_are_found_in_any_case_and_without_their_table_where_that_is_enough() {
        let shop = shop();
        assert_eq!(table(&shop, "orders").unwrap().name, "Orders");
        assert_eq!(column(&shop, "ORDERS.total").unwrap().to_string(), "Orders.Total");
        assert_eq!(column(&shop, "price").unwrap().to_string(), "items.price");
        assert!(matches!(column(&shop, "id"), Err(Absent::Several(both)) if both.len() == 2));
    }

    #[test]
    fn what_is_not_there_is_named_with_what_is_like_it() {
        let shop = shop();
        assert_eq!(column(&shop, "items.prize"), Err(Absent::Unknown(vec!["items.price".to_owned()])));
        assert_eq!(table(&shop, "zebras"), Err(Absent::Unknown(Vec::new())));
    }
}
