//! Lines that are about the conversation itself, not questions.

use std::path::PathBuf;

use clap::ValueEnum;

use super::super::ask::Format;

/// What can be said beside questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// What can be said.
    Help,
    /// The end.
    Quit,
    /// The questions so far.
    History,
    /// The statement of the last answer.
    Sql,
    /// Reading, proof and steps of the last answer.
    Explain,
    /// How many rows are shown.
    Rows(u64),
    /// Writes the rows of the last answer to a file.
    Export(PathBuf),
    /// How answers are printed.
    Format(Format),
    /// One of these, said wrongly.
    Wrong(String),
}

/// What can be said, for `help`.
pub const HELP: &str = "\
a question    begins anew: revenue by region last quarter
a follow-up   changes the question before:
                only EMEA, excluding EMEA, without Germany, over 10000
                by segment, per month, and by region?, in total
                what about gross margin?, and cost of sales?
                and last year?, same for Q2, in 2024, the quarter before
                what about APAC?, APAC too
                top 5, bottom 3, sort by revenue, without the limit
                vs last year, without the comparison, as a share, cumulative
2             the second choice of a question back
undo, redo    the question before, and back again
again         the last question once more
new question  forgets what was asked
history       the questions so far
sql           the statement of the last answer
explain       where its numbers come from, step by step
rows N        shows up to N rows
export FILE   writes its rows to a new file: .csv, .json or .md
format F      table, json, csv or markdown from now on
quit          ends, as Ctrl-D does; Ctrl-C stops the running question
";

/// Reads a line as an order; none for questions.
pub fn order(text: &str) -> Option<Order> {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let alone = match word.to_lowercase().as_str() {
        "help" | "?" | "/help" => Order::Help,
        "quit" | "exit" | "bye" | "/quit" => Order::Quit,
        "history" => Order::History,
        "sql" => Order::Sql,
        "explain" => Order::Explain,
        "rows" => return rows(rest),
        "export" => return Some(export(rest)),
        "format" => return format(rest),
        _ => return None,
    };
    rest.is_empty().then_some(alone)
}

/// `rows 100`; "rows of invoices" is a question.
fn rows(rest: &str) -> Option<Order> {
    let number = rest.parse().ok().filter(|n| *n > 0).map(Order::Rows);
    let wrong = || Order::Wrong("rows takes a number above 0, such as: rows 100".to_owned());
    number.or_else(|| (rest.is_empty() || rest == "0").then(wrong))
}

fn export(rest: &str) -> Order {
    let path = PathBuf::from(rest.trim_matches('"'));
    let known = path.extension().and_then(|e| e.to_str()).is_some_and(|e| ["csv", "json", "md"].contains(&e));
    match known {
        true => Order::Export(path),
        false => Order::Wrong("export takes the name of a new file that ends in .csv, .json or .md".to_owned()),
    }
}

fn format(rest: &str) -> Option<Order> {
    let named = Format::from_str(rest, true).ok().map(Order::Format);
    let names = || Format::value_variants().iter().filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()));
    let wrong = || Order::Wrong(format!("format takes one of {}", names().collect::<Vec<_>>().join(", ")));
    Some(named.unwrap_or_else(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_told_from_questions() {
        assert_eq!(order("rows 5"), Some(Order::Rows(5)));
        assert_eq!(order("HELP"), Some(Order::Help));
        assert_eq!(order("export out.csv"), Some(Order::Export("out.csv".into())));
        assert_eq!(order("format JSON"), Some(Order::Format(Format::Json)));
        for question in ["rows of invoices", "history of prices", "revenue by region", "explain revenue", "2"] {
            assert_eq!(order(question), None, "{question}");
        }
        for wrong in ["rows", "rows 0", "export", "export out.exe", "format", "format xml"] {
            assert!(matches!(order(wrong), Some(Order::Wrong(_))), "{wrong}");
        }
    }
}
