//! What a follow-up changes of the intent before it. What it does not name stays as it is.

use meaning::{Meaning, Mention};

use super::cue::{Manner, Removal};
use super::parts::{Parts, is_countable, keep_numbers, same_property, same_value};
use crate::graph::Role;
use crate::intent::{Ask, Condition, Fold, Intent, Relation, Sorting, Top};
use crate::knowledge::Knowledge;
use crate::resolve::Ground;
use crate::resolve::choose::{settle, spaced};
use crate::resolve::kinds::is_measure;
use crate::resolve::outcome::{Choice, Stop, refuse};

/// Puts what a text says into the intent before it.
///
/// # Errors
/// A question back where two things may be meant, a refusal where what it says does not go with what was asked.
pub fn merge(
    ground: Ground,
    before: &Intent,
    parts: Option<&Parts>,
    said: Intent,
    manner: Manner,
) -> Result<Intent, Stop> {
    // All fields by name: one that is added later has to be thought about here.
    let Intent {
        statement,
        asks,
        about,
        by,
        each,
        cut,
        conditions,
        periods,
        dated,
        who,
        as_of,
        compare,
        top,
        alternatives,
        both,
        frequency,
        ranked_of,
        most,
        mean_number,
        contrast,
        sorting,
        derived,
        forms,
        distinct,
        unknown,
        assumptions: _,
        unsupported,
    } = said;
    let mut intent = before.clone();
    // "What about gross margin?" after a statement leaves the statement.
    let left = manner == Manner::Instead && statement.is_none() && !asks.is_empty();
    intent.statement = statement.or(intent.statement).filter(|_| !left);
    left_open(&mut intent, unknown, unsupported);
    stands_alone(&[who, both, frequency, mean_number])?;
    let one_property = conditions.windows(2).all(|pair| same_property(&pair[0], &pair[1]));
    intent.alternatives |= alternatives && !one_property;
    let carried = !conditions.is_empty();
    restrict(&mut intent, conditions, manner, contrast)?;
    if periods.len() + usize::from(as_of.is_some()) > 0 {
        (intent.as_of, intent.dated) = (as_of, dated.or(intent.dated.take()));
        if manner != Manner::Also {
            intent.periods.clear();
        }
        intent.periods.extend(periods);
        // Two named periods side by side are a comparison already.
        intent.compare = intent.compare.filter(|c| is_relative(c) && intent.periods.len() < 2);
    }
    if let Some(comparison) = compare {
        intent.periods.truncate(1);
        intent.compare = Some(comparison);
    }
    // Whose rank it is goes with the rank.
    intent.ranked_of = if top.is_some() { ranked_of } else { intent.ranked_of };
    intent.most = if top.is_some() { most } else { intent.most };
    intent.derived = derived.or(intent.derived);
    intent.forms = forms.over(std::mem::take(&mut intent.forms));
    intent.distinct |= distinct;
    intent.about.extend(about);
    let mut measures = parts.map(|p| p.measures.clone()).unwrap_or_default();
    let said = Said { asks, top: top.as_ref(), manner, carried };
    let grouping = ask(ground, &mut intent, parts, &mut measures, said)?;
    break_down(&mut intent, parts, [grouping, by].concat(), each, cut, manner);
    rank(&mut intent, &measures, top)?;
    sort(&mut intent, sorting)?;
    keep_numbers(ground.knowledge, &mut intent, &measures);
    Ok(intent)
}

/// Another order, where no rank decides it.
fn sort(intent: &mut Intent, sorting: Option<Sorting>) -> Result<(), Stop> {
    if sorting.is_some() && intent.top.is_some() {
        let why =
            "which are shown is decided by their rank, so another order needs another rank, such as \"top 5 by ...\"";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    intent.sorting = sorting.or(intent.sorting.take());
    Ok(())
}

/// What was not understood before stays so.
fn left_open(intent: &mut Intent, unknown: Vec<String>, unsupported: Vec<String>) {
    intent.unknown.extend(unknown);
    intent.unsupported.extend(unsupported);
}

/// Forms that make a question of their own go on from nothing.
fn stands_alone(forms: &[bool]) -> Result<(), Stop> {
    let why = "that does not go with the question before; as a question of its own it can be asked in full";
    if forms.contains(&true) { Err(refuse(why, Vec::new(), Vec::new())) } else { Ok(()) }
}

fn is_relative(comparison: &crate::calendar::Comparison) -> bool {
    use crate::calendar::Comparison::{Between, Growth, PriorPeriod, PriorUnit, PriorYear, With};
    match comparison {
        PriorPeriod | PriorYear | PriorUnit(_) | Growth { .. } => true,
        With(_) | Between { .. } => false,
    }
}

/// Restrictions: a value takes the place of another value of the same property, unless it is meant beside it.
fn restrict(intent: &mut Intent, said: Vec<Condition>, manner: Manner, contrast: bool) -> Result<(), Stop> {
    let known = intent.conditions.clone();
    for condition in &said {
        let is = condition.relation == Relation::Is && !is_number(condition);
        let same = |c: &&Condition| same_property(c, condition);
        match (is, manner) {
            (true, Manner::Also) => {
                let left_out = known.iter().find(|c| c.relation == Relation::IsNot && same_value(c, condition));
                let beside = known.iter().any(|c| c.relation == Relation::Is && same(&c));
                if left_out.is_none() && !beside {
                    let why = "nothing like it was restricted before, so it is in already";
                    return Err(refuse(why, Vec::new(), Vec::new()));
                }
                intent.conditions.retain(|c| Some(c) != left_out);
            }
            (true, _) => intent.conditions.retain(|c| !same(&c) || is_number(c)),
            (false, _) if condition.relation == Relation::IsNot => {
                intent.conditions.retain(|c| !(c.relation == Relation::Is && same_value(c, condition)));
            }
            (false, _) => intent.conditions.retain(|c| !(is_number(c) && same(&c))),
        }
    }
    // What was left out and is let in again, and what was let in beside others and is left out, needs no words of its own.
    let undoes = |c: &Condition| match c.relation {
        Relation::Is => {
            manner == Manner::Also && known.iter().any(|k| k.relation == Relation::IsNot && same_value(k, c))
        }
        Relation::IsNot => {
            let others = intent.conditions.iter().any(|k| k.relation == Relation::Is && same_property(k, c));
            others && known.iter().any(|k| k.relation == Relation::Is && same_value(k, c))
        }
        _ => false,
    };
    let added: Vec<Condition> = said.into_iter().filter(|c| !undoes(c)).collect();
    if !added.is_empty() {
        intent.contrast = contrast || intent.contrast && manner == Manner::Also;
    }
    intent.conditions.extend(added);
    Ok(())
}

fn is_number(condition: &Condition) -> bool {
    use crate::intent::Operand::{Between, Number};
    matches!(condition.operand, Number(_) | Between(..))
}

/// What a text says of the numbers.
struct Said<'s> {
    asks: Vec<Ask>,
    top: Option<&'s Top>,
    manner: Manner,
    /// Whether it restricts, so that things may be named only to be restricted.
    carried: bool,
}

/// What is returned; hands back phrases that break it down instead.
fn ask(
    ground: Ground,
    intent: &mut Intent,
    parts: Option<&Parts>,
    measures: &mut Vec<Ask>,
    said: Said,
) -> Result<Vec<Mention>, Stop> {
    let Said { asks, top, manner, carried } = said;
    let k = ground.knowledge;
    let Some(parts) = parts else {
        // Lists: further columns beside it, fewer columns of it, or other rows in place of it.
        if !asks.is_empty() && matches!(manner, Manner::Instead | Manner::Only) {
            let old = std::mem::take(&mut intent.asks).into_iter().map(|ask| ask.mention);
            intent.about.extend(old.filter(|_| manner == Manner::Only));
        }
        intent.asks.extend(asks.into_iter().map(|ask| Ask { joined: true, ..ask }));
        return Ok(Vec::new());
    };
    let (mut numbers, mut grouping) = (Vec::new(), Vec::new());
    for ask in asks {
        let plain = ask.fold.is_none() && ask.of.is_none();
        let ranked = top.is_some_and(|t| t.by.is_none());
        let thing = plain && is_countable(k, &ask.mention);
        if thing && carried && !ranked {
            // "Only customers in EMEA" restricts, and asks for no customers.
            intent.about.push(ask.mention);
        } else if thing && !ranked {
            match counted_or_by(ground, &ask.mention)? {
                true => numbers.push(Ask { fold: Some(Fold::Count), ..ask }),
                false => grouping.push(ask.mention),
            }
        } else if plain && (ranked || !is_amount(k, intent, &ask)) {
            grouping.push(ask.mention);
        } else {
            numbers.push(ask);
        }
    }
    if numbers.is_empty() {
        return Ok(grouping);
    }
    let beside = matches!(manner, Manner::And | Manner::Also);
    let old = std::mem::take(measures);
    // A rank by what is no longer asked for would be a rank by something unseen.
    let first = numbers[0].clone();
    let is_old = |ask: &Ask| old.iter().any(|m| m.mention == ask.mention);
    if let Some(by) = intent.top.as_mut().and_then(|t| t.by.as_mut()).filter(|by| !beside && is_old(by)) {
        *by = first.clone();
    }
    if let Some(sorting) = intent.sorting.as_mut().filter(|s| !beside && is_old(&s.by)) {
        sorting.by = first;
    }
    intent.asks.retain(|a| parts.dimensions.contains(&a.mention));
    let kept = if beside { old } else { Vec::new() };
    let all: Vec<Ask> = kept.into_iter().chain(numbers).collect();
    *measures = all.iter().enumerate().map(|(i, ask)| Ask { joined: i > 0, ..ask.clone() }).collect();
    intent.asks.splice(0..0, measures.iter().cloned());
    Ok(grouping)
}

/// Whether an ask is a number, in whatever company.
fn is_amount(k: &Knowledge, intent: &Intent, ask: &Ask) -> bool {
    let amount =
        |l: &Meaning| matches!(l, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_)));
    is_measure(k, intent, ask) || amount(&ask.mention.links[0].meaning)
}

/// Things may be counted, or the number before broken down by them.
fn counted_or_by(ground: Ground, mention: &Mention) -> Result<bool, Stop> {
    let text = spaced(&mention.text);
    let choice = |words: String, target: &str| Choice {
        words,
        target: target.to_owned(),
        phrase: mention.text.clone(),
        score: mention.links[0].score,
    };
    let choices = vec![choice(format!("the number of {text}"), "number"), choice(format!("by {text}"), "by")];
    Ok(settle(ground, &format!("what of {text} is meant?"), choices)? == 0)
}

/// The breakdown: in place of what there was, or beside it.
fn break_down(
    intent: &mut Intent,
    parts: Option<&Parts>,
    by: Vec<Mention>,
    each: Vec<Mention>,
    cut: Option<crate::intent::Cut>,
    manner: Manner,
) {
    if by.is_empty() && cut.is_none() {
        return;
    }
    if !matches!(manner, Manner::And | Manner::Also) {
        no_breakdown(intent, parts);
    }
    let known: Vec<String> =
        intent.by.iter().chain(intent.asks.iter().map(|a| &a.mention)).map(|m| m.text.clone()).collect();
    intent.by.extend(by.into_iter().filter(|m| !known.contains(&m.text)));
    intent.each.extend(each);
    intent.cut = cut.or(intent.cut);
}

fn no_breakdown(intent: &mut Intent, parts: Option<&Parts>) {
    intent.by.clear();
    intent.each.clear();
    intent.cut = None;
    if let Some(parts) = parts {
        let is_part = |ask: &Ask| ask.fold.is_none() && parts.dimensions.contains(&ask.mention);
        intent.asks.retain(|ask| !is_part(ask));
    }
}

/// The first few: ranked as before where the text does not say by what.
fn rank(intent: &mut Intent, measures: &[Ask], top: Option<Top>) -> Result<(), Stop> {
    let Some(top) = top else { return Ok(()) };
    let known = intent.top.take().and_then(|t| t.by).filter(|_| top.by.is_none() && !top.by_time);
    let by = top.by.or(known).or_else(|| measures.first().cloned().filter(|_| !top.by_time));
    let numbers = !measures.is_empty();
    let things = intent.asks.iter().any(|ask| measures.iter().all(|m| m.mention != ask.mention));
    let broken_down = things || !intent.by.is_empty() || intent.cut.is_some();
    if numbers && !broken_down {
        return Err(refuse("there is one number only, and nothing to rank", Vec::new(), Vec::new()));
    }
    if by.is_none() && !top.by_time {
        return Err(refuse(
            "the list before holds no number that was asked for, so there is nothing to rank by",
            Vec::new(),
            Vec::new(),
        ));
    }
    intent.sorting = None;
    intent.top = Some(Top { by, ..top });
    Ok(())
}

/// Takes something away.
///
/// # Errors
/// A refusal where there is nothing of that kind.
pub fn remove(before: &Intent, parts: Option<&Parts>, removal: Removal) -> Result<Intent, Stop> {
    let mut intent = before.clone();
    let what = match removal {
        Removal::Breakdown => {
            no_breakdown(&mut intent, parts);
            let measures = parts.map_or(&[] as &[Ask], |p| p.measures.as_slice());
            if intent.asks.is_empty() {
                intent.asks = measures.to_vec();
            }
            (intent.top, intent.sorting) = (None, None);
            "breakdown"
        }
        Removal::Period => {
            intent.periods.clear();
            (intent.as_of, intent.compare, intent.dated) = (None, None, None);
            "period"
        }
        Removal::Comparison => {
            intent.periods.truncate(1);
            intent.compare = None;
            intent.derived = intent.derived.filter(|d| *d != crate::intent::Derived::Growth);
            "comparison"
        }
        Removal::Limit => {
            if let Some(Top { by: Some(by), .. }) = intent.top.take()
                && !intent.asks.iter().any(|a| a.mention == by.mention)
            {
                intent.asks.insert(0, by);
            }
            "rank"
        }
        Removal::Filters => {
            intent.conditions.clear();
            (intent.alternatives, intent.contrast) = (false, false);
            "restriction"
        }
    };
    if intent == *before {
        return Err(refuse(&format!("the question before has no {what}"), Vec::new(), Vec::new()));
    }
    Ok(intent)
}
