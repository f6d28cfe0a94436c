//! The fixture schemas, as names.

use std::collections::BTreeSet;

use books::Book;

/// Table and column names of every book that `books` makes, at its smallest.
pub fn names() -> BTreeSet<String> {
    let (demo, _) = books::demo(0.001, 1);
    let renamed = books::renamed(&demo);
    let shapes = books::Shape::ALL.map(|shape| books::demo_as(shape, 0.001, 1).0);
    let odd = books::odd::all();
    let traps = books::traps::all();
    let wide = books::odd::wide_schema(100);
    names_of([&renamed, &wide].into_iter().chain(&shapes).chain(&odd).chain(traps.iter().map(|trap| &trap.book)))
}

/// Table and column names of some books.
fn names_of<'a>(books: impl IntoIterator<Item = &'a Book>) -> BTreeSet<String> {
    let tables = books.into_iter().flat_map(|book| book.tables.iter().map(|part| &part.table));
    tables
        .flat_map(|table| table.columns.iter().map(|column| &column.name).chain([&table.name.name]))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_tables_and_columns_of_all_books() {
        let names = names();
        let (demo, _) = books::demo(0.001, 1);
        let mut books = vec![books::renamed(&demo), demo, books::traps::all().remove(0).book];
        books.extend(books::odd::all());
        books.extend(books::Shape::ALL.map(|shape| books::demo_as(shape, 0.001, 1).0));
        for table in books.iter().flat_map(|book| &book.tables) {
            assert!(names.contains(&table.table.name.name), "{}", table.table.name);
            assert!(table.table.columns.iter().all(|column| names.contains(&column.name)), "{}", table.table.name);
        }
        assert!(names.iter().filter(|name| name.contains('_')).count() > 20, "{names:?}");
    }
}
