//! Conditions of a question as predicates on columns.

use catalog::{ColumnRef, Decimal, TableName, TypeKind, Value};
use meaning::values::phrase_words;
use meaning::{Evidence, Link, Meaning, Mention};
use sql::escape_like;

use super::choose::{column_choice, settle, value_choice};
use super::ground::Ground;
use super::outcome::{Stop, refuse};
use super::place::{CLOSE, Target, Way, names_identifier, places, way};
use crate::graph::{MeasureKind, Path, Role};
use crate::intent::{Condition, Fold, Intent, Operand, Relation, number_value};
use crate::knowledge::Knowledge;
use crate::measure;
use crate::semantic::{Predicate, Test};
use crate::units;

/// A value that a phrase names, as seen from some roots.
struct Found<'l> {
    column: &'l ColumnRef,
    value: &'l Value,
    paths: Vec<Path>,
    score: f64,
    evidence: Evidence,
}

/// Preference for account names among the values that postings lead to.
const ACCOUNT: f64 = 0.015;

/// Preference for values of the things that the question is about.
const OWNER: f64 = 0.05;

/// Whether a condition compares how many, or how much, rather than a row's own property.
pub fn is_threshold(k: &Knowledge, condition: &Condition) -> bool {
    if is_absence(condition) {
        return false;
    }
    let numeric =
        matches!(condition.operand, Operand::Number(_) | Operand::Percent(_) | Operand::Between(..) | Operand::Average);
    let subject = condition.subject.as_ref().map(|s| &s.links[0].meaning);
    let metric = match subject {
        // "orders over 1000": a count is compared only where the question counts.
        Some(Meaning::Metric { id }) => {
            k.ontology.metric(id).is_some_and(|m| m.entity.is_none()) && !names_plain_column(k, condition)
        }
        _ => false,
    };
    let folded = condition.fold.is_some_and(|f| f != Fold::Count) || counts(k, condition);
    (numeric || is_nested(condition)) && (folded || metric)
}

/// "More revenue than Acme": compared with the same number of something else.
pub fn is_nested(condition: &Condition) -> bool {
    let named = matches!(&condition.operand, Operand::Phrase(m) if matches!(m.links[0].meaning, Meaning::Value { .. }));
    named && condition.relation.is_order()
}

/// "More than 5 members": things are counted, unless a column that is called so holds their number.
pub fn counts(k: &Knowledge, condition: &Condition) -> bool {
    let links = || condition.subject.iter().flat_map(|s| &s.links);
    let best =
        |wanted: &dyn Fn(&Meaning) -> bool| links().filter(|l| wanted(&l.meaning)).map(|l| l.score).fold(0.0, f64::max);
    let thing = best(&|m| matches!(m, Meaning::Table { .. } | Meaning::Metric { .. }));
    let number = best(&|m| matches!(m, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_))));
    condition.fold == Some(Fold::Count) && number <= thing
}

/// "without orders": none of them.
pub fn is_absence(condition: &Condition) -> bool {
    let zero = matches!(&condition.operand, Operand::Number(n) if bigdecimal::Zero::is_zero(n));
    condition.fold == Some(Fold::Count) && condition.relation == Relation::Is && zero
}

/// A metric's phrase that is the very name of a numeric column, in books without a ledger.
fn names_plain_column(k: &Knowledge, condition: &Condition) -> bool {
    let links = condition.subject.iter().flat_map(|s| &s.links);
    let by_date = condition.subject.as_ref().is_some_and(|s| crate::kept::is_kept_by_date(k, &s.links));
    k.ledger.is_none()
        && !by_date
        && links.clone().any(|l| l.score >= 0.95 && matches!(l.meaning, Meaning::Column { .. }))
}

/// Whether a condition can be met by what every root leads to.
pub fn reaches(ground: Ground, roots: &[usize], condition: &Condition) -> bool {
    predicate(ground, roots, condition).is_ok()
}

/// Turns a condition into a predicate on a column that every root leads to.
///
/// # Errors
/// A question back where several columns or values fit equally well, a refusal where none does.
pub fn predicate(ground: Ground, roots: &[usize], condition: &Condition) -> Result<Predicate, Stop> {
    let k = ground.knowledge;
    let owner: Vec<TableName> = condition.owner.iter().filter_map(best_table).collect();
    let ground = if owner.is_empty() { ground } else { Ground { owners: &owner, ..ground } };
    if is_absence(condition) {
        return no_value(ground, roots, condition);
    }
    match &condition.operand {
        Operand::Phrase(mention) => value_predicate(ground, roots, condition, &mention.links),
        Operand::Text(text) => match &condition.subject {
            None => {
                let links = text_links(k, text);
                value_predicate(ground, roots, condition, &links)
            }
            Some(subject) => text_predicate(ground, roots, condition, subject, text),
        },
        Operand::Number(number) => {
            let (column, paths) = number_column(ground, roots, condition)?;
            let value = kept_value(k, &column, number);
            let test = match condition.relation {
                Relation::Is => Test::In(vec![typed(k, &column, value)]),
                Relation::IsNot => Test::NotIn(vec![typed(k, &column, value)]),
                other => Test::Compare(other, value),
            };
            Ok(Predicate { column, test, paths })
        }
        Operand::Percent(percent) => {
            let (column, paths) = number_column(ground, roots, condition)?;
            let Some(whole) = whole_of(k, &column) else {
                let why =
                    format!("whether {percent}% is kept as {percent} or as a share of one is not known of {column}");
                return Err(refuse(&why, Vec::new(), Vec::new()));
            };
            let value = number_value(&(percent * Decimal::from(whole) / Decimal::from(100)).normalized());
            let test = match condition.relation {
                Relation::Is => Test::In(vec![value]),
                Relation::IsNot => Test::NotIn(vec![value]),
                other => Test::Compare(other, value),
            };
            Ok(Predicate { column, test, paths })
        }
        Operand::Folded(fold) => {
            let ranged = Condition { relation: Relation::Above, ..condition.clone() };
            let (column, paths) = number_column(ground, roots, &ranged)?;
            Ok(Predicate { column, test: Test::Folded(condition.relation, *fold), paths })
        }
        Operand::Between(low, high) => {
            let ranged = Condition { relation: Relation::Above, ..condition.clone() };
            let (column, paths) = number_column(ground, roots, &ranged)?;
            let (low, high) = (kept_value(k, &column, low), kept_value(k, &column, high));
            Ok(Predicate { column, test: Test::Between(low, high), paths })
        }
        Operand::Average => {
            // "Invoices above average": compared with all rows of their table.
            let folded = Condition { operand: Operand::Folded(Fold::Average), ..condition.clone() };
            predicate(ground, roots, &folded)
        }
    }
}

/// A number of the question as a column keeps it: 10 where hundredths are kept is 1000.
fn kept_value(k: &Knowledge, column: &ColumnRef, number: &Decimal) -> Value {
    match measure::power(k, column) {
        0 => number_value(number),
        power => number_value(&units::as_kept(number, power).normalized()),
    }
}

/// What stands for the whole in a column of percentages: 1 or 100, by what is kept; none where that leaves it open.
fn whole_of(k: &Knowledge, column: &ColumnRef) -> Option<i64> {
    let node = k.graph.node(&column.table)?;
    let statistics = k.graph.statistics(column)?;
    let called = |words: &[&str]| node.reads(&column.column).iter().flatten().any(|w| words.contains(&w.as_str()));
    let in_hundreds = called(&["percent", "percentag", "pct"]);
    let extent = statistics.extent.as_ref()?;
    let largest = extent.min.to_f64()?.abs().max(extent.max.to_f64()?.abs());
    let share = in_hundreds || k.graph.role(column) == Role::Measure(MeasureKind::Rate) || called(&["share"]);
    match (share, in_hundreds, largest) {
        (true, false, largest) if largest <= 1.0 && statistics.fractional > 0 => Some(1),
        // Rates of 120 % are kept as 1.2; what is a little larger than one may be either.
        (true, _, largest) if largest > 2.0 && largest <= 1_000.0 => Some(100),
        _ => None,
    }
}

/// The table that a phrase names first of all.
pub fn best_table(mention: &Mention) -> Option<TableName> {
    let best = mention.links[0].score;
    mention.links.iter().filter(|l| l.score > best - 0.13).find_map(|l| match &l.meaning {
        Meaning::Table { table } => Some(table.clone()),
        _ => None,
    })
}

/// "Without a region": the column has no value.
fn no_value(ground: Ground, roots: &[usize], condition: &Condition) -> Result<Predicate, Stop> {
    let named = condition.subject.as_ref().and_then(best_table).is_some();
    // Things that are absent are no property without a value.
    let places = condition.subject.iter().filter(|_| !named).flat_map(|s| places(ground, roots, s));
    let column = places.filter_map(|p| match p.target {
        Target::Column(column) => Some((column, p.paths)),
        Target::Thing(_) => None,
    });
    let (column, paths) = column.take(1).next().ok_or_else(|| {
        let words = condition.subject.iter().map(|s| s.text.clone()).collect();
        refuse("what must be absent is no property of what the question asks for", words, Vec::new())
    })?;
    Ok(Predicate { column, test: Test::Null, paths })
}

/// A text in quotation marks may be a value that the index knows, whole or in part.
fn text_links(k: &Knowledge, text: &str) -> Vec<Link> {
    let words = phrase_words(text);
    let mut links = k.lexicon.values().find(&words);
    if let ([word], true) = (words.as_slice(), links.is_empty()) {
        links = k.lexicon.values().find_part(word);
    }
    links
}

/// A number that identifies something in a text column is compared as text.
fn typed(k: &Knowledge, column: &ColumnRef, value: Value) -> Value {
    let kind = k.catalog.table(&column.table).and_then(|t| t.column(&column.column)).map(|c| c.ty.kind);
    if matches!(kind, Some(TypeKind::Text { .. })) { Value::Text(value.to_string()) } else { value }
}

fn value_predicate(ground: Ground, roots: &[usize], condition: &Condition, links: &[Link]) -> Result<Predicate, Stop> {
    let mut found: Vec<Found> = links.iter().filter_map(|link| seen_from(ground, roots, condition, link)).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let Some(best) = found.first() else {
        let named = links.first().map_or_else(String::new, |l| l.meaning.to_string());
        let why = format!("the condition {named} cannot be applied to what the question asks for");
        return Err(refuse(why.trim(), Vec::new(), Vec::new()));
    };
    let equal: Vec<&Found> = found.iter().filter(|f| f.score >= best.score - CLOSE).collect();
    let one_column = equal.iter().all(|f| f.column == best.column);
    let loose = !matches!(best.evidence, Evidence::Data | Evidence::Own);
    if !one_column || loose && equal.len() > 1 {
        let phrase = match &condition.operand {
            Operand::Phrase(mention) => mention.text.as_str(),
            Operand::Text(text) => text,
            Operand::Number(_) | Operand::Percent(_) | Operand::Between(..) | Operand::Average | Operand::Folded(_) => {
                ""
            }
        };
        let choices = equal.iter().take(8).map(|f| value_choice(phrase, f.column, f.value, f.score));
        let chosen = equal[settle(ground, "which of these is meant?", choices.collect())?];
        return Ok(one_of(condition, chosen, vec![chosen.value.clone()]));
    }
    Ok(one_of(condition, best, equal.iter().map(|f| f.value.clone()).collect()))
}

fn one_of(condition: &Condition, found: &Found, values: Vec<Value>) -> Predicate {
    let test = if condition.relation == Relation::IsNot { Test::NotIn(values) } else { Test::In(values) };
    Predicate { column: found.column.clone(), test, paths: found.paths.clone() }
}

fn seen_from<'l>(ground: Ground, roots: &[usize], condition: &Condition, link: &'l Link) -> Option<Found<'l>> {
    let Meaning::Value { column, value } = &link.meaning else { return None };
    let node = ground.knowledge.graph.index(&column.table)?;
    let ways: Vec<Way> = roots.iter().map(|root| way(ground, *root, node)).collect::<Option<_>>()?;
    let cost = ways.iter().map(|w| w.cost).fold(f64::MIN, f64::max);
    let agrees = condition.subject.as_ref().map(|s| subject_names(s, column));
    // What an account is called says more of a posting than who else is called so.
    let of_account = ground.knowledge.ledger.as_ref().is_some_and(|l| l.names.contains(column) && roots == [l.lines]);
    // "Customers in Germany": the customers are there.
    let of_owner = ground.owners.contains(&column.table);
    let bonus = if of_account { ACCOUNT } else { 0.0 } + if of_owner { OWNER } else { 0.0 };
    let bonus = bonus
        + match agrees {
            Some(true) => 0.1,
            Some(false) => -0.1,
            None => 0.0,
        };
    let paths = ways.into_iter().map(|w| w.path).collect();
    Some(Found { column, value, paths, score: link.score - cost + bonus, evidence: link.evidence })
}

/// Whether the words before the value name its column or its table.
fn subject_names(subject: &Mention, column: &ColumnRef) -> bool {
    subject.links.iter().any(|link| match &link.meaning {
        Meaning::Column { column: named } => named == column,
        Meaning::Table { table } => *table == column.table,
        _ => false,
    })
}

fn text_predicate(
    ground: Ground,
    roots: &[usize],
    condition: &Condition,
    subject: &Mention,
    text: &str,
) -> Result<Predicate, Stop> {
    let k = ground.knowledge;
    let mut choices = places(ground, roots, subject);
    choices.retain(|p| match &p.target {
        Target::Column(column) => !matches!(k.graph.role(column), Role::Measure(_)),
        Target::Thing(node) => !k.graph.nodes()[*node].label().is_empty(),
    });
    let Some(best) = choices.first() else {
        return Err(refuse(
            &format!("nothing that {text:?} could be compared with was found"),
            vec![text.to_owned()],
            Vec::new(),
        ));
    };
    let column = match &best.target {
        Target::Column(column) => column.clone(),
        Target::Thing(node) => {
            let node = &k.graph.nodes()[*node];
            ColumnRef::new(node.table.name.clone(), node.label()[0])
        }
    };
    let stored = stored_form(k, &column, text);
    let ranged = matches!(condition.relation, Relation::Above | Relation::AtLeast | Relation::Below | Relation::AtMost);
    if ranged && !text.starts_with(|c: char| c.is_ascii_digit()) {
        let why = format!("{text:?} is nothing to be larger or smaller than");
        return Err(refuse(&why, vec![text.to_owned()], Vec::new()));
    }
    let test = match condition.relation {
        Relation::IsNot => Test::NotIn(vec![stored]),
        Relation::Contains => Test::Like(format!("%{}%", escape_like(text))),
        Relation::StartsWith => Test::Like(format!("{}%", escape_like(text))),
        Relation::EndsWith => Test::Like(format!("%{}", escape_like(text))),
        Relation::Is => Test::In(vec![stored]),
        other => Test::Compare(other, Value::from(text)),
    };
    Ok(Predicate { column, test, paths: best.paths.clone() })
}

/// The value as it is stored, where the index knows it in another case.
fn stored_form(k: &Knowledge, column: &ColumnRef, text: &str) -> Value {
    let same = |value: &Value| value.to_string().to_lowercase() == text.to_lowercase();
    let known = k.graph.statistics(column).and_then(|s| s.values.iter().map(|(v, _)| v).find(|v| same(v)));
    known.cloned().unwrap_or_else(|| Value::from(text))
}

/// The numeric column that a condition is about: the named one, or the only amount of the named thing.
fn number_column(ground: Ground, roots: &[usize], condition: &Condition) -> Result<(ColumnRef, Vec<Path>), Stop> {
    let k = ground.knowledge;
    let subject = condition.subject.as_ref();
    let choices = subject.map(|s| places(ground, roots, s)).unwrap_or_default();
    for place in &choices {
        match &place.target {
            // Texts have no larger and smaller in the way that numbers do.
            Target::Column(column) if comparable(k, column, condition) => {
                let identified = identified(k, column, condition);
                return Ok((identified.unwrap_or_else(|| column.clone()), place.paths.clone()));
            }
            Target::Column(_) => {}
            Target::Thing(node)
                if is_exact(condition) && amounts_of(k, *node).is_empty() && numbered(k, *node).is_some() =>
            {
                let key = numbered(k, *node).into_iter().next();
                return key.map(|key| (key, place.paths.clone())).ok_or_else(|| {
                    refuse("no number was found that the comparison could be about", Vec::new(), Vec::new())
                });
            }
            Target::Thing(node) => {
                let amounts = amounts_of(k, *node);
                match amounts.as_slice() {
                    [only] => return Ok((only.clone(), place.paths.clone())),
                    [] => {}
                    several => {
                        let phrase = subject.map_or("", |s| s.text.as_str());
                        let choices = several.iter().map(|c| column_choice(phrase, c, place.score)).collect();
                        let at = settle(ground, "which number is compared?", choices)?;
                        return Ok((several[at].clone(), place.paths.clone()));
                    }
                }
            }
        }
    }
    match &condition.owner {
        // "Orders with an amount over 100": the amount of orders, where nothing of theirs is called so.
        Some(owner) if subject.is_some_and(|s| names_amount(k, s)) => {
            let owned = Condition { subject: Some(owner.clone()), owner: None, ..condition.clone() };
            number_column(ground, roots, &owned)
        }
        _ => Err(refuse("no number was found that the comparison could be about", Vec::new(), Vec::new())),
    }
}

/// Whether a phrase is a general word for amounts.
fn names_amount(k: &Knowledge, subject: &Mention) -> bool {
    k.ontology.concept("amount").contains(&meaning::ontology::stems(&subject.text))
}

fn is_exact(condition: &Condition) -> bool {
    matches!(condition.relation, Relation::Is | Relation::IsNot)
}

/// The key that numbers the rows of a table.
fn numbered(k: &Knowledge, node: usize) -> Option<ColumnRef> {
    let node = &k.graph.nodes()[node];
    let key = node.single_key()?;
    let number = node.table.column(key).is_some_and(|c| c.ty.kind.is_numeric());
    number.then(|| ColumnRef::new(node.table.name.clone(), key))
}

/// "Department 80": where what things are called is no number, their key is meant.
fn identified(k: &Knowledge, column: &ColumnRef, condition: &Condition) -> Option<ColumnRef> {
    let Operand::Number(number) = &condition.operand else { return None };
    let label = matches!(k.graph.role(column), Role::Label | Role::PersonName | Role::Category | Role::Text);
    let named = condition.subject.as_ref().is_some_and(|s| best_table(s).as_ref() == Some(&column.table));
    let known =
        k.graph.statistics(column).is_some_and(|s| s.values.iter().any(|(v, _)| v.to_string() == number.to_string()));
    let text =
        k.catalog.table(&column.table).and_then(|t| t.column(&column.column)).is_some_and(|c| c.ty.kind.is_text());
    (label && text && named && !known && is_exact(condition))
        .then(|| numbered(k, k.graph.index(&column.table)?))
        .flatten()
}

fn comparable(k: &Knowledge, column: &ColumnRef, condition: &Condition) -> bool {
    let exact = is_exact(condition);
    // Identifiers are larger or smaller only where the question says that it means them.
    let identifier = condition.subject.as_ref().is_some_and(|s| names_identifier(&s.text));
    match k.graph.role(column) {
        Role::Measure(_) | Role::PeriodNumber => true,
        Role::Code | Role::Key | Role::Reference => exact || identifier,
        _ => exact,
    }
}

fn amounts_of(k: &Knowledge, node: usize) -> Vec<ColumnRef> {
    let node = &k.graph.nodes()[node];
    let measures = node.columns_with(|r| matches!(r, Role::Measure(_)));
    measures.map(|c| ColumnRef::new(node.table.name.clone(), c.name.clone())).collect()
}

/// Joins predicates on the same column: "in EMEA and APAC" means either.
///
/// # Errors
/// A refusal for "or" between different properties, and for "both ... and" over one.
pub fn combine(intent: &Intent, predicates: Vec<Predicate>) -> Result<Vec<Predicate>, Stop> {
    let mut joined = join_alternatives(predicates);
    if let (true, 2, [_, _]) = (intent.alternatives, intent.conditions.len(), joined.as_slice()) {
        // "Over 500 or in EMEA": where these two are all that the question says, it is the one or the other.
        let (other, one) = (joined.pop(), joined.pop());
        joined.extend(
            one.zip(other)
                .map(|(one, other)| Predicate { test: Test::Either(Box::new(one.test), Box::new(other)), ..one }),
        );
    }
    let several = |p: &Predicate| matches!(&p.test, Test::In(values) if values.len() > 1);
    if intent.alternatives && joined.len() > 1 {
        return Err(refuse("\"or\" between different properties is not understood yet", Vec::new(), Vec::new()));
    }
    if joined.iter().enumerate().any(|(i, p)| joined[..i].iter().any(|other| excludes(p, other))) {
        let why =
            "no single row can meet both conditions on one number; several rows of one thing are not compared yet";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    let tables: Vec<(&TableName, &Vec<Path>)> =
        joined.iter().filter(|p| several(p)).map(|p| (&p.column.table, &p.paths)).collect();
    if tables.iter().enumerate().any(|(i, t)| tables[..i].contains(t)) {
        let why = "several things with two properties each are not understood yet";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    if intent.both && joined.iter().any(several) {
        return Err(refuse("\"both ... and\" over one property is not understood yet", Vec::new(), Vec::new()));
    }
    Ok(joined)
}

/// Whether no number is above the one bound and below the other.
fn excludes(one: &Predicate, other: &Predicate) -> bool {
    use Relation::{Above, AtLeast, AtMost, Below};
    let (Test::Compare(a, Value::Int(x)), Test::Compare(b, Value::Int(y))) = (&one.test, &other.test) else {
        return false;
    };
    let empty = match (a, b) {
        (Above | AtLeast, Below | AtMost) => x >= y,
        (Below | AtMost, Above | AtLeast) => y >= x,
        _ => false,
    };
    empty && one.column == other.column && one.paths == other.paths
}

fn join_alternatives(predicates: Vec<Predicate>) -> Vec<Predicate> {
    let mut joined: Vec<Predicate> = Vec::new();
    for predicate in predicates {
        let same = joined.iter_mut().find(|p| p.column == predicate.column && p.paths == predicate.paths);
        match (same, predicate.test) {
            (Some(Predicate { test: Test::In(known), .. }), Test::In(more)) => known.extend(more),
            (Some(Predicate { test: Test::NotIn(known), .. }), Test::NotIn(more)) => known.extend(more),
            (_, test) => joined.push(Predicate { test, ..predicate }),
        }
    }
    joined
}
