//! What is settled when a phrase is left behind, or when all has been read.

use std::collections::BTreeSet;

use catalog::TableName;
use meaning::{Evidence, Link, Meaning, Mention};

use super::piece::Piece;
use super::state::{Machine, TOP_DEFAULT, is_number, is_property, is_thing};
use crate::intent::{Ask, Derived, Fold, Intent, Operand, Sorting, Top};

impl Machine<'_> {
    /// "Which customer ordered most? Show the name": the second sentence says what to show of what the first is about.
    pub(super) fn restate(&mut self) {
        let Some(said) = self.said.filter(|said| *said < self.intent.asks.len()) else { return };
        let plain = self.intent.asks[..said].iter().all(|a| a.fold.is_none() && is_thing(&a.mention));
        if plain {
            let first: Vec<Ask> = self.intent.asks.drain(..said).collect();
            let shown = |m: &Mention| self.intent.asks.iter().any(|a| a.mention.links == m.links);
            let about: Vec<Mention> = first.into_iter().map(|a| a.mention).filter(|m| !shown(m)).collect();
            self.intent.about.extend(about);
        }
    }

    /// A held phrase that no comparison followed: the owner of what was asked for, or one more ask.
    pub(super) fn release(&mut self) {
        let Some(ask) = self.held.take() else { return };
        // "invoices with customer name": a property that nothing compares is one more thing to show.
        let shown = is_property(&ask.mention) || is_number(&ask.mention);
        let more = ask.fold.is_some() || shown && !self.intent.asks.is_empty() && !is_thing(&ask.mention);
        if more {
            self.ask(ask);
        } else {
            let two = self.owning && self.separated && is_thing(&ask.mention);
            if two && self.intent.about.last().is_some_and(|a| is_thing(a) && a.links != ask.mention.links) {
                self.intent.unsupported.push("a list over several sorts of things".to_owned());
            }
            self.separated = false;
            self.intent.about.push(ask.mention);
        }
    }

    /// "Its count", "used the most": how often what was asked for occurs, unless that is counted already.
    pub(super) fn counted_alone(&mut self) {
        let named = !self.intent.asks.is_empty() || !self.intent.by.is_empty();
        let ranked = self.intent.top.as_ref().and_then(|t| t.by.as_ref());
        let counts = self.intent.asks.iter().chain(ranked).any(|a| a.fold == Some(Fold::Count));
        if self.fold == Some(Fold::Count) && named {
            self.fold = None;
            self.intent.frequency |= !counts;
        }
        let used =
            |p: &Piece| matches!(p, Piece::Filler(w) if matches!(w.as_str(), "used" | "use" | "occur" | "occurred"));
        if let (true, Some(descending)) = (named && !counts && self.pieces.iter().any(used), self.most) {
            self.most = None;
            self.intent.frequency = true;
            self.intent.top = Some(Top { count: 1, descending, by: None, by_time: false });
        }
    }

    /// "How many wholesalers": the things that have the value, where one table alone holds it.
    fn counted_by_value(&mut self) {
        let value = self.intent.conditions.iter().find_map(|c| match &c.operand {
            Operand::Phrase(value) if c.subject.is_none() && value.links[0].evidence == Evidence::Data => Some(value),
            _ => None,
        });
        let nothing = self.intent.asks.is_empty() && self.intent.about.is_empty();
        let Some(value) = value.filter(|_| nothing && self.fold == Some(Fold::Count)) else { return };
        let best = value.links[0].score;
        let tables = value.links.iter().filter(|l| l.score > best - 0.05).map(|l| match &l.meaning {
            Meaning::Value { column, .. } => Some(&column.table),
            _ => None,
        });
        let tables: BTreeSet<Option<&TableName>> = tables.collect();
        if let Some(Some(table)) = tables.first().filter(|_| tables.len() == 1) {
            let link =
                Link { meaning: Meaning::Table { table: (*table).clone() }, score: best, evidence: Evidence::Data };
            let mention = Mention { tokens: value.tokens.clone(), text: value.text.clone(), links: vec![link] };
            self.fold = None;
            self.intent.asks.push(Ask { fold: Some(Fold::Count), ..Ask::plain(mention) });
        }
    }

    pub(super) fn finish(mut self) -> Intent {
        self.release();
        self.restate();
        let all = self.intent.each.first().cloned().map(Ask::plain);
        let counted = self.intent.asks.iter().rfind(|a| a.fold.is_some()).cloned();
        let first = counted.or_else(|| self.intent.asks.first().cloned()).or(all);
        if let (Some(descending), Some(first)) = (self.direction, first) {
            self.intent.sorting = Some(Sorting { by: first, descending });
        }
        self.counted_alone();
        self.counted_by_value();
        if self.or_at.is_some_and(|n| n >= self.intent.conditions.len()) {
            self.intent.unsupported.push("\"or\" between a condition and something else".to_owned());
        }
        if let Some(top) = self.intent.top.as_mut().filter(|t| t.count == 0) {
            top.count = TOP_DEFAULT;
        }
        if self.negated || self.without {
            self.intent.unsupported.push("a negation of something that is not named".to_owned());
        }
        if self.relation.is_some() {
            self.intent.unsupported.push("a comparison without something to compare with".to_owned());
        }
        self.intent.distinct |= self.distinct || self.intent.asks.iter().any(|a| a.distinct && a.fold.is_none());
        // Words that were waiting for something to be about, and did not find it, must not be dropped.
        let waiting = [
            (self.extreme.is_some() || self.most.is_some(), "the largest or smallest of something that is not named"),
            (self.recent.is_some(), "the first or last of something that is not named"),
            (self.fold == Some(Fold::Amount), "a number of something that is not named"),
            (
                self.fold.is_some_and(|f| !matches!(f, Fold::Sum | Fold::Amount)),
                "a number of something that the question leaves out",
            ),
            (self.between, "\"between\" without two numbers"),
            (!self.more_folds.is_empty(), "several numbers of something that is not named"),
        ];
        self.intent.unsupported.extend(waiting.iter().filter(|(waits, _)| *waits).map(|(_, what)| (*what).to_owned()));
        let lost_sum =
            self.fold.is_some() && self.intent.asks.is_empty() && self.intent.derived != Some(Derived::Share);
        if lost_sum && self.intent.unsupported.is_empty() {
            self.intent.unsupported.push("a total of something that is not named".to_owned());
        }
        self.intent
    }
}
