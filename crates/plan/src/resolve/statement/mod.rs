//! Plans for financial statements: amounts of a ledger by account, put into the lines of a form.

mod lines;
mod columns;
mod budget;

use meaning::ontology::{At, Extent, Form, Side};
use meaning::{Link, Meaning, Mention};

use super::choose::{column_choice, settle};
use super::currency;
use super::filters;
use super::ground::Ground;
use super::outcome::{Stop, refuse};
use super::place::{dimension, dimension_places};
use super::windows::without_adjustments;
use crate::calendar::Comparison;
use crate::forms::Forms;
use crate::graph::Path;
use crate::graph::roles::contains;
use crate::intent::{Condition, Intent, Operand};
use crate::knowledge::Knowledge;
use crate::ledger::Ledger;
use crate::measure::postings;
use crate::openings::{self, Openings};
use crate::semantic::{
    Aggregation, Base, Column, Dimension, Line, LineStyle, Origin, OverTime, Predicate, Query, Ranks, SemanticPlan,
    Statement, Test,
};
use columns::Columns;

/// Puts the plan together; none where the question asks for no statement.
pub fn plan(ground: Ground, intent: &Intent) -> Option<Result<SemanticPlan, Stop>> {
    let form = ground.knowledge.ontology.statement(&intent.statement.as_ref()?.id)?;
    Some(drawn(ground, intent, form))
}

/// A ledger that is kept by several sets of rules side by side makes one statement for each, never one of all.
fn one_set_of_rules(ledger: &Ledger, intent: &Intent) -> Result<(), Stop> {
    let Some(parallel) = &ledger.parallel else { return Ok(()) };
    let links = intent.conditions.iter().filter_map(|c| match &c.operand {
        Operand::Phrase(mention) => Some(&mention.links),
        _ => None,
    });
    let named = |l: &Link| matches!(&l.meaning, Meaning::Value { column, .. } if *column == parallel.column);
    if links.flatten().any(named) {
        return Ok(());
    }
    let values = parallel.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let why =
        format!("the ledger is kept by several sets of rules ({values}), of which a statement takes one: name it");
    Err(refuse(&why, Vec::new(), Vec::new()))
}

fn drawn(ground: Ground, intent: &Intent, form: &Form) -> Result<SemanticPlan, Stop> {
    let k = ground.knowledge;
    let intent = &compared(intent, form);
    let ledger = ledger(k, form)?;
    one_set_of_rules(ledger, intent)?;
    let planned = budget::asked(k, intent, form)?;
    only_what_statements_take(k, intent, form, planned.is_some())?;
    let mut lines = lines::lines(&k.ontology, ledger, form).map_err(|line| no_accounts(form, &line))?;
    if !lines.iter().any(|l| l.style == LineStyle::Section || form.sides) {
        return Err(no_accounts(form, "its lines"));
    }
    let measured = lines::measured(form, ledger);
    let openings = form.lines.iter().any(|l| l.at == At::Opening);
    let mut made = columns::columns(ground, intent, form.over, openings)?;
    let (conditions, versions) = budget::split(ground, intent, planned.as_ref());
    let mut bases: Vec<Base> = measured.iter().map(|at| base(k, ledger, *at)).collect();
    let mut roots = vec![ledger.lines];
    if let Some(planned) = planned {
        let bound = budget::bind(ground, planned, &versions, &mut made)?;
        roots.push(bound.node);
        made.columns.push(Column { plan: Some(bases.len()), ..bound.column });
        bases.push(bound.base);
        made.assumptions.push(bound.words);
    }
    made.assumptions.extend(without_adjustments(k, &mut bases, (&made.windows, None), &|_| false));
    let mut filters = Vec::new();
    for condition in &conditions {
        filters.push(filters::predicate(ground, &roots, condition)?);
    }
    let filters = filters::combine(intent, filters)?;
    let mut dimensions = vec![account(k, ledger, &roots)];
    dimensions.extend(apart(ground, intent, form, &roots, &filters, &mut made)?);
    let whole = keep_entries_whole(k, ledger, &filters, &dimensions[1..]);
    if !whole && (openings || form.over == Extent::Date) {
        return Err(torn(form, &filters, &dimensions));
    }
    if !whole {
        lines.retain(|l| l.style != LineStyle::Check);
        made.assumptions.push("no check line: what restricts or divides it cuts entries apart".to_owned());
    }
    let pair = matches!(made.columns.as_slice(), [_, second] if second.compared);
    made.assumptions.extend(added_up(k, ledger, &filters));
    if form.material.is_some() && (!pair || dimensions.len() > 1) {
        let why = format!("{} compares two periods, or one with a plan", with_article(&form.name));
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    let numbers = Aggregation {
        measures: Vec::new(),
        bases,
        dimensions,
        cut: None,
        calendar: *ground.calendar,
        windows: made.windows,
        filters,
        related: Vec::new(),
        having: Vec::new(),
        ordering: None,
        limit: None,
        ranks: Ranks::default(),
        derived: None,
        shown_from: None,
        only: None,
        outer: None,
    };
    let statement = Statement {
        name: form.name.clone(),
        numbers,
        credits: credits(k, ledger),
        words: words(form, ledger, &lines),
        lines,
        columns: made.columns,
        sides: form.sides,
        material: form.material.clone(),
        days: made.days,
    };
    let assumptions = [intent.assumptions.clone(), made.assumptions].concat();
    let query = Query::Statement(Box::new(statement));
    Ok(SemanticPlan { query, confidence: 1.0, assumptions, warnings: made.warnings })
}

/// A flux compares: with the year before where nothing else is said.
fn compared(intent: &Intent, form: &Form) -> Intent {
    let open = intent.compare.is_none() && intent.asks.is_empty() && intent.periods.len() < 2;
    let prior = Some(Comparison::PriorYear).filter(|_| open && form.material.is_some());
    Intent { compare: intent.compare.clone().or(prior), ..intent.clone() }
}

/// The ledger that statements are drawn up from.
fn ledger<'k>(k: &'k Knowledge, form: &Form) -> Result<&'k Ledger, Stop> {
    let missing = |what: &str| {
        let why = format!("{} needs a ledger, and {what}", with_article(&form.name));
        refuse(&why, vec!["ledger".to_owned()], Vec::new())
    };
    let ledger = k.ledger.as_ref().ok_or_else(|| {
        missing("this database holds none: postings with debits and credits to accounts whose classes are known")
    })?;
    if ledger.date.is_none() {
        return Err(missing("the postings of this one have no date"));
    }
    if ledger.amount(Side::Debit).is_none() {
        return Err(missing("which sign debits have in this one is not known"));
    }
    let needs_balances = form.lines.iter().any(|l| matches!(l.at, At::Balance | At::Opening));
    if let Some(doubt) = k.openings.doubt().filter(|_| needs_balances) {
        return Err(refuse(&doubt, vec!["which opening entries count".to_owned()], Vec::new()));
    }
    Ok(ledger)
}

fn with_article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

fn no_accounts(form: &Form, line: &str) -> Stop {
    let why = format!("{} needs accounts for {line:?}, and the chart of accounts holds none", with_article(&form.name));
    refuse(&why, vec![line.to_owned()], Vec::new())
}

/// Stops where the question asks for more than a statement can say.
fn only_what_statements_take(k: &Knowledge, intent: &Intent, form: &Form, planned: bool) -> Result<(), Stop> {
    let said = |mentions: &[Mention]| mentions.iter().map(|m| m.text.clone()).collect::<Vec<_>>();
    let mut more = said(&intent.about);
    if !planned {
        more.extend(intent.asks.iter().map(|a| a.mention.text.clone()));
    }
    if !more.is_empty() {
        let why = format!("what {} is to {} is not understood", more.join(" and "), with_article(&form.name));
        return Err(refuse(&why, more, Vec::new()));
    }
    let compares = |c: &Condition| filters::is_threshold(k, c) || filters::is_absence(c);
    // A statement may change, and stand against a plan; every other form would be lost on it.
    let plain_form = Forms { against: false, change: false, ..intent.forms.clone() } == Forms::default();
    let parts = [
        (intent.conditions.iter().any(compares), "thresholds, or without something,"),
        (intent.top.is_some(), "a rank"),
        (!plain_form, "words that ask for another form of numbers"),
        (intent.sorting.is_some(), "an order"),
        (intent.derived.is_some(), "shares, growth or running totals"),
        (intent.who || intent.frequency || intent.both, "persons or things"),
    ];
    match parts.iter().find(|(asked, _)| *asked) {
        Some((_, what)) => {
            let why = format!("{} with {what} is not understood yet", with_article(&form.name));
            Err(refuse(&why, Vec::new(), Vec::new()))
        }
        None => Ok(()),
    }
}

/// All postings, debit less credit, by what of them counts.
fn base(k: &Knowledge, ledger: &Ledger, at: At) -> Base {
    let (label, over_time) = match at {
        At::Movement => ("movement", OverTime::Sum),
        At::Flow => ("flow", OverTime::Sum),
        At::Entries => ("entries", OverTime::Sum),
        At::Balance => ("balance", OverTime::Running),
        At::Opening => ("opening_entries", OverTime::Sum),
    };
    let amount = ledger.amount(Side::Debit).unwrap_or(crate::semantic::Amount::Rows);
    let mut predicates = ledger.posted.clone();
    if matches!(at, At::Movement | At::Flow) {
        predicates.extend(ledger.not_closing.iter().cloned());
    }
    match at {
        At::Flow => {
            let unmarked = Some(&k.openings).filter(|_| ledger.not_opening.is_none()).and_then(Openings::without);
            predicates.extend(ledger.not_opening.clone().or(unmarked));
        }
        At::Opening => {
            predicates.extend(ledger.not_opening.clone().map(openings::only));
            predicates.extend(k.openings.only_first(ledger));
        }
        At::Movement | At::Entries | At::Balance => {}
    }
    let base = Base { predicates, over_time, ..postings(k, ledger, label, amount) };
    k.openings.counted(base, true)
}

fn account(k: &Knowledge, ledger: &Ledger, roots: &[usize]) -> Dimension {
    let key = vec![ledger.account.clone()];
    let node = k.graph.index(&ledger.account.table);
    let more = roots.iter().skip(1).filter_map(|root| k.graph.path(*root, node?));
    let paths: Vec<Path> = std::iter::once(ledger.class_path.clone()).chain(more).collect();
    Dimension { name: "account".to_owned(), shown: key.clone(), key, paths, bands: None }
}

/// What the columns are divided by: a breakdown, values against each other, or currencies that never add up.
fn apart(
    ground: Ground,
    intent: &Intent,
    form: &Form,
    roots: &[usize],
    filters: &[Predicate],
    made: &mut Columns,
) -> Result<Option<Dimension>, Stop> {
    let k = ground.knowledge;
    let several = |p: &&Predicate| matches!(&p.test, Test::In(values) if values.len() > 1);
    let contrasted = filters.iter().filter(several).find(|_| intent.contrast).map(|p| Dimension {
        name: p.column.column.clone(),
        key: vec![p.column.clone()],
        shown: vec![p.column.clone()],
        paths: p.paths.clone(),
        bands: None,
    });
    let asked = match intent.by.as_slice() {
        [] => contrasted,
        [one] => Some(placed(ground, form, roots, one)?),
        _ => {
            let why = format!("{} by several things at once is not understood yet", with_article(&form.name));
            return Err(refuse(&why, Vec::new(), Vec::new()));
        }
    };
    let restricted = |d: &Dimension| filters.iter().any(|f| d.key.contains(&f.column));
    let currency = currency::of_ledger(k).filter(|d| !restricted(d));
    let dimension = match (asked, currency) {
        (Some(_), Some(_)) => {
            let why = "the postings are in several currencies, which are not added up: one has to be named";
            return Err(refuse(why, vec!["currency".to_owned()], Vec::new()));
        }
        (None, Some(currency)) => {
            made.warnings.push("postings in several currencies are not added up: one column for each".to_owned());
            Some(currency)
        }
        (asked, None) => asked,
    };
    if dimension.is_some() && made.columns.len() > 1 {
        let why =
            format!("{} with columns over time and for each part is not understood yet", with_article(&form.name));
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    Ok(dimension)
}

fn placed(ground: Ground, form: &Form, roots: &[usize], mention: &Mention) -> Result<Dimension, Stop> {
    let k = ground.knowledge;
    let found = dimension_places(ground, roots, mention);
    let mut made: Vec<Dimension> = found.iter().map(|p| dimension(k, &mention.text, p)).collect();
    made.dedup_by(|a, b| a.key == b.key);
    match made.as_slice() {
        [] => {
            let why = format!("{} cannot be divided by {}", with_article(&form.name), mention.text);
            Err(refuse(&why, vec![mention.text.clone()], Vec::new()))
        }
        [_] if found[0].rivals.is_empty() => Ok(made.swap_remove(0)),
        [_] => {
            let why = format!("{} stands in several roles to the postings, and none is named", mention.text);
            Err(refuse(&why, vec![mention.text.clone()], Vec::new()))
        }
        _ => {
            let choices = made.iter().map(|d| column_choice(&mention.text, &d.key[0], found[0].score)).collect();
            let at = settle(ground, &format!("which {} is meant?", mention.text), choices)?;
            Ok(made.swap_remove(at))
        }
    }
}

/// A line of cash flows by something that single postings keep would hold one side of entries only.
///
/// # Errors
/// A refusal that names what single postings keep.
pub fn flows_are_whole(k: &Knowledge, bases: &[Base], filters: &[Predicate], by: &[Dimension]) -> Result<(), Stop> {
    let line = |b: &&Base| k.ontology.metric(&b.label).is_some_and(|m| m.line.is_some()) && b.origin == Origin::Ledger;
    let (Some(base), Some(ledger)) = (bases.iter().find(line), &k.ledger) else { return Ok(()) };
    if keep_entries_whole(k, ledger, filters, by) {
        return Ok(());
    }
    let name = base.label.replace('_', " ");
    let why = format!("{name} holds whole entries, and what it is divided or restricted by is kept by single postings");
    Err(refuse(&why, vec![name], Vec::new()))
}

/// Whether what restricts or divides the postings belongs to whole entries, so that debits still meet their credits: it
/// stands on the entry, or it is the company whose books these are. Where postings have no entry above them, nothing
/// else is known to.
fn keep_entries_whole(k: &Knowledge, ledger: &Ledger, filters: &[Predicate], by: &[Dimension]) -> bool {
    let edge = ledger.date.as_ref().and_then(|d| d.path.first().copied());
    let entry = edge.filter(|e| k.graph.nodes()[k.graph.edge(*e).to].day.is_none());
    let whole = |path: Option<&Path>, column: &catalog::ColumnRef| {
        let best = || k.graph.index(&column.table).and_then(|to| k.graph.path(ledger.lines, to));
        let path = path.cloned().or_else(best).unwrap_or_default();
        entry.is_some() && path.first().copied() == entry || is_company(k, column, &path)
    };
    filters.iter().all(|f| whole(f.paths.first(), &f.column))
        && by.iter().all(|d| d.key.iter().all(|c| whole(d.paths.first(), c)))
}

/// Whether a column, or its table, names the company that a posting belongs to (no partner of it).
fn is_company(k: &Knowledge, column: &catalog::ColumnRef, path: &Path) -> bool {
    let Some(node) = k.graph.node(&column.table) else { return false };
    let companies = k.ontology.concept("entity");
    let named = |words: &Vec<String>| companies.iter().any(|phrase| contains(words, phrase));
    k.graph.roles_played(path, &[]) == 0 && (named(&node.words) || node.reads(&column.column).iter().any(named))
}

fn torn(form: &Form, filters: &[Predicate], dimensions: &[Dimension]) -> Stop {
    let columns = filters.iter().map(|f| &f.column).chain(dimensions[1..].iter().flat_map(|d| &d.key));
    let mut names: Vec<String> = columns.map(ToString::to_string).collect();
    names.dedup();
    let why = format!(
        "{} holds whole entries, and {} is kept by single postings: it would not balance",
        with_article(&form.name),
        names.join(" and ")
    );
    refuse(&why, names, Vec::new())
}

/// Says that several companies are added up, where the entries belong to several and no restriction names one.
fn added_up(k: &Knowledge, ledger: &Ledger, filters: &[Predicate]) -> Option<String> {
    let companies = k.ontology.concept("entity");
    let is_company = |node: &usize| {
        let words = &k.graph.nodes()[*node].words;
        companies.iter().any(|phrase| contains(words, phrase)) && k.graph.nodes()[*node].rows.is_some_and(|n| n > 1)
    };
    let near = |path: &Path| path.len() <= 2 && k.graph.roles_played(path, &[]) == 0;
    let belongs = |node: &usize| k.graph.paths(ledger.lines, *node).iter().any(near);
    let own = (0..k.graph.nodes().len()).filter(is_company).find(belongs)?;
    let table = &k.graph.nodes()[own].table.name;
    let named = filters.iter().any(|f| f.column.table == *table);
    (!named).then(|| format!("all {table} together: nothing is eliminated between them (aggregated, not consolidated)"))
}

fn credits(k: &Knowledge, ledger: &Ledger) -> Vec<catalog::Value> {
    let credit = |class: &String| k.ontology.class(class).is_some_and(|c| c.side == Side::Credit);
    let accounts = ledger.chart.iter().filter(|a| a.class.as_ref().is_some_and(credit));
    accounts.map(|a| a.key.clone()).collect()
}

/// How the statement was drawn up: what is added up, and with which signs.
fn words(form: &Form, ledger: &Ledger, lines: &[Line]) -> Vec<String> {
    let closing = if ledger.not_closing.is_empty() { "" } else { ", closing entries left out" };
    let first = match (form.over, form.sides) {
        (Extent::Period, _) => format!("{}: postings of the period by account{closing}", form.name),
        (Extent::Date, true) => {
            format!(
                "{}: all postings to date, closing entries included, by account on the side of its balance",
                form.name
            )
        }
        (Extent::Date, false) => {
            format!("{}: all postings to date by account, closing entries included", form.name)
        }
    };
    let mut words = vec![first];
    let openings = form.lines.iter().any(|l| l.at == At::Opening);
    words.extend(match (form.sides, openings, form.over) {
        (true, ..) => None,
        (_, true, _) => Some(
            "signs: money that comes in is positive; accounts are sorted into activities by their names".to_owned(),
        ),
        (_, _, Extent::Period) => Some("signs: income and profit positive, costs positive and subtracted".to_owned()),
        (_, _, Extent::Date) => {
            Some("signs: assets as debit less credit, liabilities, equity and result as credit less debit".to_owned())
        }
    });
    if let (Some(material), Some(first)) = (&form.material, lines.first()) {
        let percent = |share: &catalog::Decimal| (share * catalog::Decimal::from(100)).normalized().to_plain_string();
        words.push(format!(
            "accounts that changed by at least {} % of their own earlier amount and {} % of {}, largest change first",
            percent(&material.of_own),
            percent(&material.of_first),
            first.name.to_lowercase()
        ));
    } else if lines.iter().any(|l| l.style == LineStyle::Account) {
        words.push("accounts without an amount are not shown".to_owned());
    }
    words
}
