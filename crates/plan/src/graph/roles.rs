//! What a column is for, from its type, its name, its comment and its sampled values.

use catalog::{Column, ColumnStatistics, TableStatistics, TypeKind};
use meaning::Ontology;
use meaning::naming::{Naming, content_stems, led_by_initial, without_table_prefix};
use meaning::ontology::Stems;

use super::model::{MeasureKind, Node, Role};

/// A text column with at most this many distinct values in its sample is a category.
const FEW: u64 = 40;

/// The stems of a table's name, abbreviations written out, prefixes dropped.
pub fn table_words(naming: &Naming, name: &str) -> Vec<String> {
    let spellings = naming.spellings(name);
    // The last reading is the one with abbreviations written out, where there are any.
    let words = spellings.get(1).or(spellings.first()).map(|s| s.words.clone()).unwrap_or_default();
    content_stems(without_table_prefix(&words))
}

/// All readings of a column's name as stems; `owner` is what its table is called.
pub fn column_words(naming: &Naming, owner: &[String], name: &str) -> Vec<Stems> {
    let spelled = naming.spellings(name).into_iter().map(|s| content_stems(&s.words));
    spelled.chain(led_by_initial(owner, name)).collect()
}

/// Whether one of the readings contains one of the role's phrases as neighbouring words.
pub fn has_role(readings: &[Stems], phrases: &[Stems]) -> bool {
    readings.iter().any(|words| phrases.iter().any(|phrase| contains(words, phrase)))
}

/// Whether `phrase` stands in `words`.
pub fn contains(words: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

/// The roles of a table's columns.
pub fn roles(node: &Node, references: &[&str], statistics: Option<&TableStatistics>, ontology: &Ontology) -> Vec<Role> {
    let role = |(column, readings): (&Column, &Vec<Stems>)| {
        let sampled = statistics.and_then(|s| s.columns.get(&column.name));
        let names = readings;
        let mut readings = names.clone();
        readings.extend(column.comment.as_deref().and_then(naming_clause));
        if references.contains(&column.name.as_str()) {
            Role::Reference
        } else if node.keys.iter().any(|k| *k == [column.name.clone()])
            && !is_label(&readings, ontology)
            && !column.ty.kind.is_temporal()
        {
            Role::Key
        } else if column.ty.kind.is_text() && names.contains(&node.words) && !node.words.is_empty() {
            // `product.product` is what a product is called.
            Role::Label
        } else {
            role_of(column, sampled, (names, &readings), ontology)
        }
    };
    node.table.columns.iter().zip(&node.readings).map(role).collect()
}

/// The column that holds the day of a table whose rows are the days of a calendar: the only date, another one in
/// each row, beside months and years as numbers and behind a key of one column.
pub fn day(node: &Node, statistics: Option<&TableStatistics>) -> Option<String> {
    let dates: Vec<&Column> = node.columns_with(|r| r == Role::Date).collect();
    let [only] = dates.as_slice() else { return None };
    let periods = node.columns_with(|r| r == Role::PeriodNumber).count();
    let numbers = node.columns_with(|r| matches!(r, Role::Measure(_))).count();
    let sampled = statistics.and_then(|s| Some((s.columns.get(&only.name)?.distinct, s.sampled)));
    let declared = node.keys.iter().any(|k| *k == [only.name.clone()]);
    let differs = declared || sampled.is_some_and(|(distinct, rows)| rows > 0 && distinct == rows);
    let keyed = node.keys.iter().any(|k| k.len() == 1);
    (periods >= 2 && numbers <= 1 && keyed && differs).then(|| only.name.clone())
}

/// A comment that is as short as a name says what the column is; a longer one says more than that.
fn naming_clause(comment: &str) -> Option<Stems> {
    let clause = comment.split([',', '.', ';', ':', '(']).next()?;
    let stems = content_stems(&meaning::values::phrase_words(clause));
    (stems.len() <= 4).then_some(stems)
}

fn role_of(
    column: &Column,
    sampled: Option<&ColumnStatistics>,
    words: (&[Stems], &[Stems]),
    ontology: &Ontology,
) -> Role {
    // What a comment says of a number ("at the closing rate") is rarely what the number is.
    let (names, readings) = words;
    if is_date(column, sampled) {
        return Role::Date;
    }
    let numeric = column.ty.kind.is_numeric() || holds_numbers(column, sampled);
    if column.ty.kind == TypeKind::Bool || is_flag(sampled, readings) {
        Role::Flag
    } else if numeric {
        number_role(column, sampled, names, ontology)
    } else {
        text_role(sampled, readings, ontology)
    }
}

/// Declared as a date, or nearly all sampled values read as one.
fn is_date(column: &Column, sampled: Option<&ColumnStatistics>) -> bool {
    let seen = sampled.map_or(0, |s| s.distinct);
    let reads_as_dates = sampled.is_some_and(|s| s.dates > 0 && s.dates * 10 >= (s.dates + s.numbers).max(seen) * 9);
    if column.ty.kind.is_temporal() {
        // SQLite lets a DATE column hold anything; the data has the last word.
        return seen == 0 || reads_as_dates;
    }
    column.ty.kind.is_text() && reads_as_dates
}

/// Numbers in a column without a numeric type (SQLite).
fn holds_numbers(column: &Column, sampled: Option<&ColumnStatistics>) -> bool {
    matches!(column.ty.kind, TypeKind::Unknown | TypeKind::Other)
        && sampled.is_some_and(|s| s.numbers > 0 && s.numbers >= s.distinct)
}

fn is_flag(sampled: Option<&ColumnStatistics>, readings: &[Stems]) -> bool {
    let named =
        readings.iter().any(|w| w.first().is_some_and(|f| f == "is" || f == "has") || w.iter().any(|s| s == "flag"));
    named && sampled.is_none_or(|s| s.distinct <= 3)
}

/// "Founded", "opened" with whole numbers that are all years.
fn is_year_of_event(column: &Column, sampled: Option<&ColumnStatistics>) -> bool {
    column.name.to_lowercase().ends_with("ed") && sampled.is_some_and(|s| s.is_whole_within(1500.0..2200.0))
}

fn number_role(column: &Column, sampled: Option<&ColumnStatistics>, readings: &[Stems], ontology: &Ontology) -> Role {
    let last = |words: &[&str]| readings.iter().any(|r| r.last().is_some_and(|w| words.contains(&w.as_str())));
    let named = |role: &str| has_role(readings, ontology.role(role));
    let whole = sampled.is_none_or(|s| s.fractional == 0);
    if last(&["year", "month", "quarter", "week", "period", "weekday"]) && whole || is_year_of_event(column, sampled) {
        Role::PeriodNumber
    } else if last(&["id", "key", "code", "uuid", "guid", "zip", "phone", "telephon", "fax"]) && whole
        || last(&["number"]) && whole && !named("quantity")
    {
        Role::Code
    } else if named("rate") {
        Role::Measure(MeasureKind::Rate)
    } else if named("balance") {
        Role::Measure(MeasureKind::Level)
    } else {
        Role::Measure(MeasureKind::Additive)
    }
}

fn text_role(sampled: Option<&ColumnStatistics>, readings: &[Stems], ontology: &Ontology) -> Role {
    if has_role(readings, ontology.role("currency")) {
        Role::Currency
    } else if has_role(readings, ontology.role("person_name")) {
        Role::PersonName
    } else if is_label(readings, ontology) {
        Role::Label
    } else if sampled.is_some_and(|s| s.distinct > 0 && s.distinct <= FEW) {
        Role::Category
    } else if has_role(readings, ontology.role("identifier")) {
        Role::Code
    } else {
        Role::Text
    }
}

fn is_label(readings: &[Stems], ontology: &Ontology) -> bool {
    let labels = ontology.role("label");
    let ends = |words: &Stems| labels.iter().any(|l| words.ends_with(l));
    readings.first().is_some_and(ends) || readings.iter().skip(1).any(|r| r.len() <= 3 && ends(r))
}
