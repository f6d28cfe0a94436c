//! Counting, as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::record::{Outcome, Record};

/// Groups shown of each grouping.
const SHOWN: usize = 15;

/// Everything about one set.
pub fn of_set(name: &str, records: &[&Record]) -> String {
    let mut text = format!("== {name}: {} questions\n", records.len());
    if records.is_empty() {
        return text;
    }
    text += &counts(records);
    if records.iter().any(|r| matches!(r.outcome, Outcome::Right | Outcome::Wrong)) {
        text += &table("by shape", records, |r| &r.shape);
        text += &table("by database", records, |r| &r.db);
        let wrong = chosen(records, &[Outcome::Wrong]);
        text += &groups("wrong by what can be seen", &wrong, |r| r.cause.clone().unwrap_or_default());
        text += &groups("wrong by tables", &wrong, |r| r.tables.unwrap_or_default().to_owned());
    }
    text += &linking(records);
    let said = |r: &&Record| template(r.words.first().map_or("", String::as_str), r);
    let refused = chosen(records, &[Outcome::Refused]);
    text += &groups("refused", &refused, |r| said(&r));
    text += &missing(&refused);
    text += &groups("asked back", &chosen(records, &[Outcome::Clarify]), |r| said(&r));
    let failed = chosen(records, &[Outcome::Failed, Outcome::Unknown]);
    text += &groups("failed, and known SQL that did not run", &failed, |r| r.cause.clone().unwrap_or_default());
    text + "\n"
}

fn chosen<'r>(records: &[&'r Record], outcomes: &[Outcome]) -> Vec<&'r Record> {
    records.iter().copied().filter(|r| outcomes.contains(&r.outcome)).collect()
}

/// The three numbers, the outcomes and the times.
fn counts(records: &[&Record]) -> String {
    let count = |outcome: Outcome| records.iter().filter(|r| r.outcome == outcome).count();
    let (all, right) = (records.len(), count(Outcome::Right));
    let answered = records.iter().filter(|r| r.outcome.is_answered()).count();
    let mut text = String::new();
    if right + count(Outcome::Wrong) > 0 {
        text += &format!("right of all       {:>5}  {}\n", right, percent(right, all));
        text += &format!("right of answered         {}\n", percent(right, answered));
    }
    text += &format!("answered           {:>5}  {}\n", answered, percent(answered, all));
    for (name, outcome) in [
        ("wrong", Outcome::Wrong),
        ("refused", Outcome::Refused),
        ("asked back", Outcome::Clarify),
        ("failed", Outcome::Failed),
        ("known SQL failed", Outcome::Unknown),
    ] {
        text += &format!("{name:<18} {:>5}  {}\n", count(outcome), percent(count(outcome), all));
    }
    let mut times: Vec<f64> = records.iter().map(|r| r.ms).collect();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() * part).div_ceil(100).saturating_sub(1)];
    text + &format!("time of a question p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms\n", at(50), at(95), at(100))
}

/// The three numbers for each value of a field.
fn table(title: &str, records: &[&Record], field: impl Fn(&Record) -> &String) -> String {
    let mut by: BTreeMap<&String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        by.entry(field(record)).or_default().push(record);
    }
    let width = by.keys().map(|name| name.len()).max().unwrap_or(0);
    let mut text = format!("{title}\n  {:width$}  questions  right  of all  answered  right of answered\n", "");
    for (name, own) in by {
        let right = own.iter().filter(|r| r.outcome == Outcome::Right).count();
        let answered = own.iter().filter(|r| r.outcome.is_answered()).count();
        let (of_all, share, of_answered) =
            (percent(right, own.len()), percent(answered, own.len()), percent(right, answered));
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {name:width$}  {:>9}  {right:>5}  {of_all}  {share:>8}  {of_answered}", own.len());
    }
    text
}

/// The largest groups, with a question of each.
fn groups(title: &str, records: &[&Record], key: impl Fn(&Record) -> String) -> String {
    if records.is_empty() {
        return String::new();
    }
    let mut by: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        by.entry(key(record)).or_default().push(record);
    }
    let mut groups: Vec<(String, Vec<&Record>)> = by.into_iter().collect();
    groups.sort_by_key(|(_, own)| std::cmp::Reverse(own.len()));
    let mut text = format!("{title} ({}, {} groups)\n", records.len(), groups.len());
    for (name, own) in groups.iter().take(SHOWN) {
        let example = own[own.len() / 2];
        let _ = writeln!(text, "  {:>5}  {name}\n         e.g. {} ({})", own.len(), example.question, example.id);
    }
    text
}

/// Strict recall over all questions and over the answered ones, and mean precision of the latter.
fn linking(records: &[&Record]) -> String {
    let found: Vec<_> = records.iter().filter_map(|r| r.linking).collect();
    let (tables, columns) = (found.iter().filter(|l| l.tables).count(), found.iter().filter(|l| l.columns).count());
    let mean = |total: f64| if found.is_empty() { 0.0 } else { 100.0 * total / found.len() as f64 };
    let line = |name: &str, count: usize, precision: f64| {
        let (of_all, of_answered) = (percent(count, records.len()), percent(count, found.len()));
        format!("  all {name} found: of all {of_all}, of answered {of_answered}; precision {precision:.1} %\n")
    };
    let precision =
        [mean(found.iter().map(|l| l.table_precision).sum()), mean(found.iter().map(|l| l.column_precision).sum())];
    format!("linking\n{}{}", line("tables", tables, precision[0]), line("columns", columns, precision[1]))
}

/// Words of our own sentences; a question may hold them too.
const OURS: &str = "which of these is meant nothing in this database explains the question names no number to compute \
    what say rank by be and that a an was found it from for about list are do not than version answer needs does \
    can cannot stand together any table there has date behind all wants see where condition applied asks";

/// The text without what is of this question: its own words, what it misses, names and quotations.
fn template(text: &str, record: &Record) -> String {
    let ours = words(OURS);
    let mut own = words(&record.question);
    own.retain(|word| !ours.contains(word));
    own.extend(record.missing.iter().flat_map(|missing| words(missing)));
    let is_own = |token: &str| {
        let named = token.contains(['"', '_', '.', '\'', '(', ')']) || token.chars().skip(1).any(char::is_uppercase);
        named || words(token).iter().any(|word| own.contains(word))
    };
    let mut kept: Vec<&str> = Vec::new();
    for token in text.split_whitespace() {
        let token = if is_own(token) { "..." } else { token };
        if token != "..." || kept.last() != Some(&"...") {
            kept.push(token);
        }
    }
    kept.join(" ")
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// The words that most refusals name as missing.
fn missing(refused: &[&Record]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in refused.iter().flat_map(|record| &record.missing) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown: Vec<String> = counts.iter().take(4 * SHOWN).map(|(word, count)| format!("{word} {count}")).collect();
    if shown.is_empty() { String::new() } else { format!("missing words\n  {}\n", shown.join(", ")) }
}

/// Some wrong answers, evenly spread.
pub fn examples(records: &[Record], count: usize) -> String {
    let wrong: Vec<&Record> = records.iter().filter(|r| r.outcome == Outcome::Wrong).collect();
    let mut text = String::new();
    for i in 0..count.min(wrong.len()) {
        let record = wrong[i * wrong.len() / count.min(wrong.len())];
        let flat = |sql: &str| sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            text,
            "{} [{}; {}]\n  {}\n  ours: {} {:?}\n  gold: {}",
            record.id,
            record.cause.as_deref().unwrap_or_default(),
            record.tables.unwrap_or_default(),
            record.question,
            flat(record.sql.as_deref().unwrap_or_default()),
            record.parameters,
            flat(&record.gold_sql)
        );
    }
    text
}

/// A part of a whole in percent, as wide as the columns of the report.
pub(super) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "     -".to_owned() } else { format!("{:>4.1} %", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::questions::Item;

    fn record(outcome: Outcome, question: &str, said: &str, missing: &[&str]) -> Record {
        let item = Item { question: question.to_owned(), shape: "list".to_owned(), ..Item::default() };
        let (words, missing) = (vec![said.to_owned()], missing.iter().map(|m| (*m).to_owned()).collect());
        Record { words, missing, ..Record::new("s", &item, outcome) }
    }

    #[test]
    fn the_three_numbers_are_of_all_and_of_the_answered() {
        let outcomes = [Outcome::Right, Outcome::Wrong, Outcome::Wrong, Outcome::Refused];
        let records = outcomes.map(|outcome| record(outcome, "", "", &[]));
        let text = of_set("s", &records.iter().collect::<Vec<_>>());
        for line in [
            "right of all           1  25.0 %\n",
            "right of answered         33.3 %\n",
            "answered               3  75.0 %\n",
            "  list          4      1  25.0 %    75.0 %  33.3 %\n",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn refusals_that_say_the_same_are_one_group() {
        let a = record(Outcome::Refused, "list the zorks", "nothing in this database explains \"zorks\"", &["zorks"]);
        let b =
            record(Outcome::Refused, "big quibs", "nothing in this database explains \"quibs\" and Big", &["quibs"]);
        assert_eq!(template(&a.words[0], &a), "nothing in this database explains ...");
        assert_eq!(template(&b.words[0], &b), "nothing in this database explains ... and ...");
        assert_eq!(missing(&[&a, &a, &b]), "missing words\n  zorks 2, quibs 1\n");
    }
}
