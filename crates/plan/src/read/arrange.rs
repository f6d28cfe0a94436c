//! Pieces put in the order of a plain question, and what forms make of the intent.

use meaning::{Meaning, Mention};

use super::forms::Mark;
use super::piece::Piece;
use super::words::Sign;
use crate::calendar::{Comparison, TimeForm};
use crate::forms::{Forms, Over};
use crate::intent::{Ask, Cut, Derived, Fold, Intent, Operand, Relation, Top};

/// Puts marked pieces in plain order: "above average revenue" is "revenue above average".
pub fn arrange(pieces: Vec<Piece>, forms: &mut Forms) -> Vec<Piece> {
    let mut pieces = pieces;
    let mut at = 0;
    while at < pieces.len() {
        match mark_at(&pieces, at) {
            Some(Mark::Average) => average(&mut pieces, at),
            Some(Mark::Share) => over(&mut pieces, at, true, forms),
            Some(Mark::Over) => over(&mut pieces, at, false, forms),
            Some(Mark::More) => more(&mut pieces, at, Relation::Above),
            Some(Mark::Less) => more(&mut pieces, at, Relation::Below),
            None => {}
        }
        at += 1;
    }
    earlier(&mut pieces, forms);
    one(&mut pieces);
    pieces
}

/// "The best product" is one product.
fn one(pieces: &mut Vec<Piece>) {
    let ranks = |p: &Piece| matches!(p, Piece::Sign(Sign::Top(_) | Sign::Extreme(_)));
    let Some(at) = pieces.iter().position(ranks) else { return };
    let counted = |p: Option<&Piece>| matches!(p, Some(Piece::Number(_)));
    if counted(pieces.get(at + 1)) || at.checked_sub(1).is_some_and(|i| counted(pieces.get(i))) {
        return;
    }
    let top = matches!(pieces[at], Piece::Sign(Sign::Top(_)));
    let next = pieces[at + 1..].iter().find_map(|p| match p {
        Piece::Phrase(m) if is_thing(m) || counts_things(m) => Some(Some(m)),
        // "Best selling product": the metric stands before the thing, which may be a column.
        Piece::Phrase(m) if top => (!matches!(m.links[0].meaning, Meaning::Metric { .. })).then_some(Some(m)),
        Piece::Filler(_) => None,
        _ => Some(None),
    });
    if next.flatten().is_some_and(|m| is_singular(&m.text)) {
        pieces.insert(at + 1, Piece::Number(catalog::Decimal::from(1)));
    }
}

fn is_singular(phrase: &str) -> bool {
    let last = phrase.split(' ').next_back().unwrap_or_default();
    !last.ends_with('s') || ["ss", "us", "is"].iter().any(|end| last.ends_with(end))
}

/// Whether a metric phrase may be the name of things ("customer").
fn counts_things(mention: &Mention) -> bool {
    let best = mention.links[0].score;
    mention.links.iter().any(|l| l.score > best - 0.13 && matches!(l.meaning, Meaning::Table { .. }))
}

/// "Revenue above the previous year": the comparison is one with the period that follows.
fn earlier(pieces: &mut Vec<Piece>, forms: &mut Forms) {
    for at in 0..pieces.len() {
        let relation = match &pieces[at] {
            Piece::Sign(Sign::Compare(relation)) if relation.is_order() => *relation,
            Piece::Unknown(word) | Piece::Filler(word) => match word.to_lowercase().as_str() {
                "more" | "higher" | "greater" | "larger" | "better" | "up" => Relation::Above,
                "less" | "lower" | "smaller" | "fewer" | "worse" | "down" => Relation::Below,
                _ => continue,
            },
            _ => continue,
        };
        let worded = !matches!(pieces[at], Piece::Sign(_));
        let passed = |p: &Piece| {
            !worded && matches!(p, Piece::Filler(_)) || matches!(p, Piece::Phrase(m) if !worded && is_number(m))
        };
        let next = at + 1 + pieces[at + 1..].iter().take_while(|p| passed(p)).count();
        let comparison = match pieces.get(next) {
            Some(Piece::Time(TimeForm::Compare(comparison))) => comparison.clone(),
            Some(Piece::Time(TimeForm::Period(period))) if !worded => Comparison::With(period.clone()),
            _ => continue,
        };
        pieces[next] = Piece::Time(TimeForm::Compare(comparison));
        pieces.remove(at);
        forms.earlier = Some(relation);
        return;
    }
}

fn mark_at(pieces: &[Piece], at: usize) -> Option<Mark> {
    match pieces.get(at) {
        Some(Piece::Unknown(word)) => Mark::of(word),
        _ => None,
    }
}

/// The mark becomes the operand; what it is an average of stands before the comparison.
fn average(pieces: &mut Vec<Piece>, at: usize) {
    pieces[at] = Piece::Operand(Operand::Average);
    let number = matches!(pieces.get(at + 1), Some(Piece::Phrase(m)) if is_number(m));
    if !number {
        return;
    }
    let subject = pieces.remove(at + 1);
    let compared = at.checked_sub(1).filter(|i| matches!(pieces[*i], Piece::Sign(Sign::Compare(_))));
    let Some(compared) = compared else { return };
    let Piece::Phrase(mention) = &subject else { return };
    let said = pieces[..compared]
        .iter()
        .any(|p| matches!(p, Piece::Phrase(m) if m.links[0].meaning == mention.links[0].meaning));
    if !said {
        pieces.insert(compared, subject);
    }
}

/// What stands before the mark is divided by what stands behind it.
fn over(pieces: &mut Vec<Piece>, at: usize, share: bool, forms: &mut Forms) {
    let phrase = |p: &Piece| match p {
        Piece::Phrase(m) => Some(m.clone()),
        _ => None,
    };
    let of = pieces[..at].iter().rev().find_map(phrase);
    let behind = pieces[at + 1..].iter().position(|p| !matches!(p, Piece::Filler(_))).map(|n| at + 1 + n);
    let by = behind.and_then(|n| phrase(&pieces[n]).map(|m| (n, m)));
    if let (Some(of), Some((n, by))) = (of, by) {
        if share && matches!(of.links[0].meaning, Meaning::Value { .. }) {
            // "EMEA as a percentage of revenue": a part of the whole.
            pieces[at] = Piece::Sign(Sign::Derived(Derived::Share));
            return;
        }
        pieces.drain(at..=n);
        forms.over.push(Over { of, by, share });
    }
}

/// "More revenue than Acme" is "revenue above Acme".
fn more(pieces: &mut Vec<Piece>, at: usize, relation: Relation) {
    let phrases = pieces[at + 1..].iter().take_while(|p| matches!(p, Piece::Phrase(_) | Piece::Filler(_))).count();
    let last = (at + 1..=at + phrases).find(|i| matches!(&pieces[*i], Piece::Phrase(m) if is_number(m) || is_thing(m)));
    pieces.remove(at);
    if let Some(last) = last {
        pieces.insert(last, Piece::Sign(Sign::Compare(relation)));
    }
}

/// What the forms make of the intent.
pub fn settle(intent: &mut Intent, forms: Forms) {
    intent.unsupported.extend(forms.incomplete.iter().cloned());
    if let Some(ranked) = forms.ranked {
        intent.cut.get_or_insert(Cut::By(ranked.unit));
        rank_time(intent, ranked.single);
    } else if intent.cut.is_some() && intent.by.is_empty() {
        // "Highest daily revenue" is that of the best day.
        rank_time(intent, false);
    }
    if let Some(rank) = forms.rank {
        match intent.top.as_mut() {
            Some(top) => top.count = 1,
            None => intent.unsupported.push(format!("the rank {rank} of something that is not ranked")),
        }
    }
    if let Some(rolling) = forms.rolling {
        intent.cut.get_or_insert(Cut::By(rolling.unit));
        intent.derived = Some(Derived::Rolling { width: rolling.width, mean: rolling.mean });
    }
    if forms.ageing.is_some() {
        // "How much is overdue": what is counted together is what is open.
        intent.unsupported.retain(|what| !what.ends_with("that is not named"));
    }
    if forms.change && intent.compare.is_none() && intent.periods.len() == 2 {
        let mut periods = std::mem::take(&mut intent.periods);
        periods.sort_by_key(|p| p.span.from);
        if let (Some(current), Some(base)) = (periods.pop(), periods.pop()) {
            intent.compare = Some(Comparison::Between { base, current });
        }
    }
    intent.forms = forms;
}

/// The largest or smallest of a metric over units of time ranks these units.
fn rank_time(intent: &mut Intent, single: bool) {
    if let Some(top) = intent
        .top
        .as_mut()
        .filter(|_| single && intent.asks.iter().all(|a| !is_thing(&a.mention) && !counts_things(&a.mention)))
    {
        top.count = 1;
    }
    let [ask] = intent.asks.as_mut_slice() else { return };
    let descending = match ask.fold {
        Some(Fold::Max) => true,
        Some(Fold::Min) => false,
        _ => return,
    };
    if intent.top.is_none() && is_number(&ask.mention) {
        ask.fold = None;
        let by: Ask = ask.clone();
        intent.top = Some(Top { count: 1, descending, by: Some(by), by_time: false });
    }
}

fn is_number(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Metric { .. } | Meaning::Column { .. })
}

fn is_thing(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Table { .. })
}
