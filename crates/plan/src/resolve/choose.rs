//! Several equally good readings: one that was chosen before, else a question back; what there is to choose, in words.

use catalog::{ColumnRef, TableName, Value};

use super::ground::Ground;
use super::outcome::{Choice, Stop, clarify};
use crate::measure::Binding;
use crate::semantic::Amount;

/// The position of the choice that was made before.
///
/// # Errors
/// A question back where none of them was.
pub fn settle(ground: Ground, question: &str, choices: Vec<Choice>) -> Result<usize, Stop> {
    let chosen = |c: &Choice| ground.pins.iter().any(|pin| pin.phrase == c.phrase && pin.target == c.target);
    choices.iter().position(chosen).ok_or_else(|| clarify(question, choices))
}

/// A column as people say it, with its name: `amount of customer payments (customer_payments.amount)`.
pub fn spoken_column(column: &ColumnRef) -> String {
    format!("{} of {} ({column})", spaced(&column.column), spaced(&column.table.name))
}

/// A table as people say it, with its name where that differs.
pub fn spoken_table(table: &TableName) -> String {
    let (name, spoken) = (table.to_string(), spaced(&table.name));
    if name == spoken { name } else { format!("{spoken} ({name})") }
}

/// A value with the column that it stands in.
pub fn value_choice(phrase: &str, column: &ColumnRef, value: &Value, score: f64) -> Choice {
    Choice {
        words: format!("{value} as {}", spoken_column(column)),
        target: format!("{column} = {value}"),
        phrase: phrase.to_owned(),
        score,
    }
}

/// A column to choose.
pub fn column_choice(phrase: &str, column: &ColumnRef, score: f64) -> Choice {
    Choice { words: spoken_column(column), target: column.to_string(), phrase: phrase.to_owned(), score }
}

/// Sources to choose from; those of the same words are told apart by the restrictions in which they differ.
pub fn source_choices(phrase: &str, bindings: &[&Binding]) -> Vec<Choice> {
    let all: Vec<(String, Vec<String>)> = bindings.iter().map(|b| (said(b), restrictions(b))).collect();
    let own = |at: usize| {
        let (words, mine) = &all[at];
        let twins = all.iter().enumerate().filter(|(i, (other, _))| *i != at && other == words);
        let shared = |r: &&String| !twins.clone().all(|(_, (_, theirs))| theirs.contains(r));
        let differing: Vec<&str> = mine.iter().filter(shared).map(String::as_str).collect();
        if differing.is_empty() { String::new() } else { format!(" where {}", differing.join(" and ")) }
    };
    let choice = |at: usize, binding: &Binding| Choice {
        words: format!("{}{}", all[at].0, own(at)),
        target: format!("{}{}", raw(binding), own(at)),
        phrase: phrase.to_owned(),
        score: binding.score,
    };
    bindings.iter().enumerate().map(|(at, binding)| choice(at, binding)).collect()
}

fn raw(binding: &Binding) -> String {
    binding.bases.iter().map(|b| b.words.clone()).collect::<Vec<_>>().join("; ")
}

/// The sources in words, columns as people say them.
fn said(binding: &Binding) -> String {
    let of = |base: &crate::semantic::Base| {
        let (Amount::Sum(name) | Amount::Negated(name) | Amount::Max(name) | Amount::Min(name)) = &base.amount else {
            return base.words.clone();
        };
        let column = ColumnRef::new(base.fact.clone(), name.clone());
        match base.words.strip_prefix(&column.to_string()) {
            Some(rest) => format!("{}{rest}", spoken_column(&column)),
            None => base.words.clone(),
        }
    };
    binding.bases.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn restrictions(binding: &Binding) -> Vec<String> {
    binding.bases.iter().flat_map(|b| &b.predicates).map(ToString::to_string).collect()
}

/// A name of a schema as words.
pub fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
