//! Finding tables by words and by name.

use catalog::Table;
use fault::{Fault, Kind};

/// Names as alike as this are suggested.
const ALIKE: f64 = 0.6;
/// Suggestions, at the most.
const MOST: usize = 3;

/// The words of a search, in lower case.
pub fn words(pattern: &[String]) -> Vec<String> {
    pattern.iter().flat_map(|part| part.split_whitespace()).map(str::to_lowercase).collect()
}

/// Whether a table has all words, wherever.
pub fn matches(table: &Table, words: &[String]) -> bool {
    words.iter().all(|word| of_table(table, word) || table.columns.iter().any(|column| of_column(column, word)))
}

/// Columns that have at least one of the words.
pub fn matching_columns(table: &Table, words: &[String]) -> Vec<String> {
    let found = table.columns.iter().filter(|column| words.iter().any(|word| of_column(column, word)));
    found.map(|column| column.name.clone()).collect()
}

fn of_table(table: &Table, word: &str) -> bool {
    has(&table.name.to_string(), word) || table.comment.as_deref().is_some_and(|text| has(text, word))
}

fn of_column(column: &catalog::Column, word: &str) -> bool {
    has(&column.name, word) || column.comment.as_deref().is_some_and(|text| has(text, word))
}

fn has(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

/// The table of a name: in exact case, else the only one in another case.
///
/// # Errors
/// A fault of kind `Missing` that suggests names like it.
pub fn named<'t>(tables: impl Iterator<Item = &'t Table>, name: &str) -> Result<&'t Table, Fault> {
    let tables: Vec<&Table> = tables.collect();
    if let Some(table) = tables.iter().find(|table| table.name.to_string() == name) {
        return Ok(table);
    }
    let lower = name.to_lowercase();
    let folded: Vec<&&Table> = tables.iter().filter(|table| table.name.to_string().to_lowercase() == lower).collect();
    if let [only] = folded.as_slice() {
        return Ok(only);
    }
    let likeness = |table: &&Table| strsim::jaro_winkler(&table.name.to_string().to_lowercase(), &lower);
    let mut alike: Vec<(f64, String)> = tables.iter().map(|table| (likeness(table), table.name.to_string())).collect();
    alike.retain(|(likeness, _)| *likeness >= ALIKE);
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let names: Vec<String> = alike.into_iter().take(MOST).map(|(_, name)| name).collect();
    let fault = Fault::new(Kind::Missing, "quaestor.no_table", format!("there is no table {name:?}"));
    Err(match names.as_slice() {
        [] => fault.hint("`quaestor schema` shows all tables"),
        names => fault.hint(format!("one of these: {}", names.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_names_columns_and_comments() {
        let (book, _) = books::demo(0.001, 1);
        let found = |pattern: &str| {
            let words = words(&[pattern.to_owned()]);
            book.tables.iter().filter(|t| matches(&t.table, &words)).count()
        };
        assert_eq!(found(""), book.tables.len());
        assert!(found("CUSTOMER") > 0 && found("CUSTOMER") < book.tables.len());
        assert!(found("customer region") < found("customer"));
        assert_eq!(found("zebra"), 0);
    }

    #[test]
    fn a_name_in_another_case_is_found_and_a_wrong_one_suggests() {
        let (book, _) = books::demo(0.001, 1);
        let tables = || book.tables.iter().map(|t| &t.table);
        let first = book.tables[0].table.name.to_string();
        assert_eq!(named(tables(), &first.to_uppercase()).unwrap().name.to_string(), first);
        let fault = named(tables(), &format!("{first}x")).unwrap_err();
        assert!(fault.kind == Kind::Missing && fault.hints[0].contains(&first), "{fault:?}");
    }
}
