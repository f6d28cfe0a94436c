//! The lines of a statement over the accounts of a ledger.

use catalog::Value;
use meaning::Ontology;
use meaning::ontology::{At, Better, Form, FormLine, Side};

use crate::ledger::{Account, Ledger};
use crate::lines::accounts;
use crate::semantic::{Accounts, Line, LineStyle, Term};

/// A line of a form with its accounts, before the lines are written down.
struct Drawn<'f> {
    form: &'f FormLine,
    accounts: Vec<&'f Account>,
    terms: Vec<Term>,
    shown: bool,
}

/// What a statement's lines add up, each a base of its own, in this order. Opening entries are one where the ledger
/// marks them.
pub fn measured(form: &Form, ledger: &Ledger) -> Vec<At> {
    let mut found: Vec<At> = Vec::new();
    for line in form.lines.iter().filter(|l| l.sum.is_empty()) {
        let parts = match line.at {
            At::Opening if ledger.not_opening.is_some() => vec![At::Balance, At::Opening],
            At::Opening => vec![At::Balance],
            at => vec![at],
        };
        for at in parts {
            if !found.contains(&at) {
                found.push(at);
            }
        }
    }
    found
}

/// The lines, in order; lines without accounts are left out, and subtotals that repeat what stands above.
///
/// # Errors
/// The name of the first line that must have accounts and has none.
pub fn lines(ontology: &Ontology, ledger: &Ledger, form: &Form) -> Result<Vec<Line>, String> {
    let bases = measured(form, ledger);
    let mut drawn: Vec<Drawn> = Vec::new();
    for line in &form.lines {
        let accounts = accounts(ontology, ledger, form, line);
        if line.needed && accounts.is_empty() {
            return Err(line.name.clone());
        }
        let terms = if line.sum.is_empty() { own_terms(line, &accounts, &bases) } else { summed(line, &drawn) };
        let shown = if line.sum.is_empty() { line.everything || !accounts.is_empty() } else { says_more(line, &drawn) };
        drawn.push(Drawn { form: line, accounts, terms, shown });
    }
    let repeated: Vec<usize> = (0..drawn.len()).filter(|i| is_repeated(&drawn[*i..])).collect();
    repeated.into_iter().for_each(|i| drawn[i].shown = false);
    let mut lines = Vec::new();
    for line in drawn.iter().filter(|d| d.shown) {
        if line.form.check {
            lines.extend(unclassified(ontology, ledger, form, &bases));
        }
        written(line, &mut lines);
    }
    Ok(lines)
}

fn term(line: &FormLine, accounts: Accounts, bases: &[At]) -> Term {
    let at = if line.at == At::Opening { At::Balance } else { line.at };
    let base = bases.iter().position(|b| *b == at).unwrap_or(0);
    Term { accounts, base, opening: line.at == At::Opening, turned: line.side == Some(Side::Credit) }
}

fn own_terms(line: &FormLine, accounts: &[&Account], bases: &[At]) -> Vec<Term> {
    let keys = || Accounts::These(accounts.iter().map(|a| a.key.clone()).collect());
    let first = term(line, if line.everything { Accounts::All } else { keys() }, bases);
    // What was there before came in by an opening entry, where the books begin inside of the period.
    let entries = bases.iter().position(|at| line.at == At::Opening && *at == At::Opening);
    let opened = entries.map(|base| Term { base, opening: false, ..first.clone() });
    std::iter::once(first).chain(opened).collect()
}

/// The terms of lines above, those of the same sort in one.
fn summed(line: &FormLine, drawn: &[Drawn]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for part in &line.sum {
        let (minus, id) = part.strip_prefix('-').map_or((false, part.as_str()), |id| (true, id));
        for term in drawn.iter().filter(|d| d.form.id == id).flat_map(|d| &d.terms) {
            let turned = term.turned != minus;
            let same = |t: &&mut Term| t.base == term.base && t.opening == term.opening && t.turned == turned;
            match (terms.iter_mut().find(same), &term.accounts) {
                (Some(Term { accounts: Accounts::These(known), .. }), Accounts::These(more)) => {
                    known.extend(more.iter().cloned());
                }
                _ => terms.push(Term { turned, ..term.clone() }),
            }
        }
    }
    terms
}

/// Whether a subtotal adds something to the lines shown above it: two or more of them, of which one came since
/// the last subtotal.
fn says_more(line: &FormLine, drawn: &[Drawn]) -> bool {
    let shown: Vec<&Drawn> = drawn.iter().filter(|d| d.shown).collect();
    let since = shown.iter().rev().take_while(|d| d.form.sum.is_empty()).count();
    line.always || line.check || since > 0 && shown.len() > 1
}

/// Whether the first line is a subtotal that the next one says again, with nothing in between. Where a chart tells
/// no interest from other expenses, what stands above them is no operating profit either.
fn is_repeated(lines: &[Drawn]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let next = rest.iter().find(|d| d.shown);
    !first.form.sum.is_empty() && !first.form.always && !first.form.check && next.is_some_and(|d| d.form.always)
}

/// What accounts of no known class have moved; it is in no sum, so that the check line shows it too.
fn unclassified(ontology: &Ontology, ledger: &Ledger, form: &Form, bases: &[At]) -> Option<Line> {
    let first = form.lines.first().filter(|l| !l.everything)?;
    let known = |a: &&Account| a.class.as_ref().is_some_and(|c| ontology.class(c).is_some());
    let keys: Vec<Value> = ledger.chart.iter().filter(known).map(|a| a.key.clone()).collect();
    let term = Term { turned: false, ..term(first, Accounts::Except(keys), bases) };
    let name = UNCLASSIFIED.to_owned();
    Some(Line { name, style: LineStyle::Account, level: 0, terms: vec![term], better: Better::None })
}

/// The line of postings to accounts whose class is not known.
pub const UNCLASSIFIED: &str = "Accounts of no known class (debit less credit, in no total)";

fn written(drawn: &Drawn, lines: &mut Vec<Line>) {
    let form = drawn.form;
    let better = form.better.unwrap_or(Better::None);
    let style = match (form.check, form.sum.is_empty() && !form.everything) {
        (true, _) => LineStyle::Check,
        (false, true) => LineStyle::Section,
        (false, false) => LineStyle::Subtotal,
    };
    let own = Line { name: form.name.clone(), style, level: 0, terms: drawn.terms.clone(), better };
    let below = drawn.accounts.iter().filter(|_| form.accounts_below && !form.check);
    let level = u8::from(style == LineStyle::Section);
    let account = |account: &&Account| {
        let accounts = Accounts::These(vec![account.key.clone()]);
        let terms = drawn.terms.iter().take(1).map(|t| Term { accounts: accounts.clone(), ..t.clone() }).collect();
        Line { name: title(account), style: LineStyle::Account, level, terms, better }
    };
    let below = below.map(account).collect::<Vec<Line>>();
    if style == LineStyle::Section {
        lines.push(own);
        lines.extend(below);
        return;
    }
    // A total over everything stands below, with what is in no account of the chart before it.
    let keys: Vec<Value> = drawn.accounts.iter().map(|a| a.key.clone()).collect();
    let listed = !below.is_empty();
    lines.extend(below);
    if listed {
        let terms = drawn.terms.iter().map(|t| Term { accounts: Accounts::Except(keys.clone()), ..t.clone() });
        let name = "Postings to no account of the chart".to_owned();
        lines.push(Line { name, style: LineStyle::Account, level, terms: terms.collect(), better });
    }
    lines.push(own);
}

/// Number and name of an account.
fn title(account: &Account) -> String {
    let name = account.names.first().cloned();
    match (&account.number, name) {
        (Some(number), Some(name)) if number.to_string() != name => format!("{number} {name}"),
        (_, Some(name)) => name,
        (Some(number), None) => number.to_string(),
        (None, None) => account.key.to_string(),
    }
}
