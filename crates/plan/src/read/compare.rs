//! Comparisons and values: what restricts a question.

use catalog::Decimal;
use meaning::{Meaning, Mention};

use super::piece::Piece;
use super::state::{Machine, Section, is_kind_of, is_number, is_percent, is_property, is_thing, may_be_thing};
use super::words::{Sign, opposite};
use crate::intent::{Ask, Condition, Fold, Operand, Relation};

impl Machine<'_> {
    pub(super) fn compare(&mut self, relation: Relation) {
        if self.relation.is_some_and(Relation::is_order) && relation.is_order() {
            self.intent.unsupported.push("a comparison with at least one of others".to_owned());
        }
        self.relation = Some(if std::mem::take(&mut self.negated) { opposite(relation) } else { relation });
        if self.held.is_none() {
            self.held = self.last.take().filter(|_| self.follows_phrase());
            // "How many invoices over 10000": the amount of each is compared, not how many there are.
            let counted = self.held.as_ref().is_some_and(|held| self.counts_only(held));
            for held in self.held.iter_mut().filter(|held| counted && is_thing(&held.mention)) {
                held.fold = None;
                held.mention.links.retain(|l| !matches!(l.meaning, Meaning::Metric { .. }));
            }
        }
    }

    /// Whether the number of these things is all that was asked for so far.
    fn counts_only(&self, held: &Ask) -> bool {
        let only = |asks: &[Ask]| matches!(asks, [ask] if ask.mention == held.mention);
        held.fold == Some(Fold::Count) && self.intent.by.is_empty() && only(&self.intent.asks)
    }

    /// "How many customers have more than 5 orders": orders are compared, which the number stands before.
    fn give_way(&mut self) {
        let things_follow = matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(m)) if is_thing(m));
        let thing = |held: &Ask| may_be_thing(&held.mention) && !is_property(&held.mention);
        if self.relation.is_none() || !things_follow || !self.held.as_ref().is_some_and(thing) {
            return;
        }
        let Some(held) = self.held.take() else { return };
        if self.intent.asks.iter().all(|ask| ask.mention != held.mention) {
            self.intent.about.push(held.mention);
        }
    }

    /// Whether nothing but fillers stands between the last phrase and here.
    pub(super) fn follows_phrase(&self) -> bool {
        let before = self.pieces[..self.at].iter().rev();
        before
            .take_while(|p| !matches!(p, Piece::Phrase(_)))
            .all(|p| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Not)))
    }

    pub(super) fn number(&mut self, number: &Decimal) {
        use bigdecimal::ToPrimitive;
        if let Some(Piece::Sign(Sign::OrMore(more))) = self.pieces.get(self.at + 1) {
            self.at += 1;
            self.relation = Some(if *more { Relation::AtLeast } else { Relation::AtMost });
            return self.operand(Operand::Number(number.clone()));
        }
        let next_extreme = matches!(
            self.pieces.get(self.at + 1),
            Some(Piece::Sign(Sign::Extreme(_) | Sign::Top(_) | Sign::Most(_) | Sign::Recent(_)) | Piece::Ranking(..))
        );
        let waiting = self.intent.top.as_mut().filter(|t| t.count == 0 && t.by.is_none());
        if let (Some(top), Some(n)) = (waiting, number.to_u64()) {
            top.count = n;
        } else if next_extreme || self.extreme.is_some() || self.recent.is_some() || self.numbers_ranked() {
            self.count = number.to_u64();
        } else if self.between {
            self.between_number(number);
        } else if let Some(Piece::Unknown(_)) = self.pieces.get(self.at + 1).filter(|p| is_percent(p)) {
            self.operand(Operand::Percent(number.clone()));
            self.at += 1;
        } else if self.is_stray() {
            self.intent.unknown.push(number.to_plain_string());
        } else {
            self.operand(Operand::Number(number.clone()));
        }
    }

    /// "More than the average", "above the average price of all products": compared with all things of the same sort.
    pub(super) fn nested(&mut self, fold: Fold) {
        let mut ahead = (self.at + 1..self.pieces.len()).filter(|i| !matches!(self.pieces[*i], Piece::Filler(_)));
        let named = ahead.next().and_then(|at| match &self.pieces[at] {
            Piece::Phrase(mention) if !is_thing(mention) => Some((at, mention.clone())),
            _ => None,
        });
        let compared = self.held.take().or_else(|| self.last.take());
        if compared.as_ref().is_some_and(|a| a.fold.is_some()) {
            self.intent.unsupported.push("a number put together that is compared with another one".to_owned());
        }
        let compared = compared.map(|a| a.mention);
        let subject = match (named, compared) {
            (Some((at, named)), compared) => {
                self.at = at;
                let other = compared.is_some_and(|c| !is_thing(&c) && c.links != named.links && c.text != named.text);
                if other {
                    self.intent.unsupported.push("a comparison of two different properties".to_owned());
                }
                self.thing_of_all();
                if matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(_))) {
                    self.intent.unsupported.push("a comparison with some things of the same sort".to_owned());
                }
                Some(named)
            }
            (None, compared) => compared.filter(|c| !is_thing(c)),
        };
        self.over_some_only();
        if subject.is_none() {
            self.intent.unsupported.push("a comparison with a property that is not named".to_owned());
        }
        let relation = self.relation.take().unwrap_or(Relation::Is);
        let relation = if std::mem::take(&mut self.negated) { opposite(relation) } else { relation };
        let owner = self.thing.clone();
        self.intent.conditions.push(Condition { subject, fold: None, relation, operand: Operand::Folded(fold), owner });
    }

    /// "Above the average salary in the Physics department": the average may be that of the department alone.
    fn over_some_only(&mut self) {
        let joins = |p: &&Piece| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Where | Sign::Of));
        let next = self.pieces[self.at + 1..].iter().find(|p| !joins(p));
        if matches!(next, Some(Piece::Phrase(m)) if matches!(m.links[0].meaning, Meaning::Value { .. })) {
            self.intent.unsupported.push("an average, largest or smallest over some things only".to_owned());
        }
    }

    /// "... of all products": the sort of things that the average is over, where it is the one in question.
    pub(super) fn thing_of_all(&mut self) {
        let rest = &self.pieces[self.at + 1..];
        let thing = rest.iter().position(|p| matches!(p, Piece::Phrase(_)));
        let Some(Piece::Phrase(mention)) = thing.and_then(|i| rest.get(i)) else { return };
        let plain = |p: &Piece| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Of | Sign::Where));
        let near = thing.is_some_and(|i| (1..4).contains(&i) && rest[..i].iter().all(plain));
        if near && is_thing(mention) {
            let same = self.thing.as_ref().is_none_or(|t| t.links == mention.links);
            if !same {
                self.intent.unsupported.push("a comparison with other things".to_owned());
            }
            self.at += thing.map_or(0, |i| i + 1);
        }
    }

    /// "The 5 employees who have sold most", "which three cities have the largest": so many of what is ranked.
    pub(super) fn numbers_ranked(&self) -> bool {
        let the = match self.at.checked_sub(1).and_then(|i| self.pieces.get(i)) {
            Some(Piece::Filler(word)) => matches!(word.to_lowercase().as_str(), "the" | "which" | "what"),
            Some(Piece::Sign(Sign::Which)) | None => true,
            _ => false,
        };
        let rest = &self.pieces[self.at + 1..];
        let thing = matches!(rest.first(), Some(Piece::Phrase(m)) if !is_number(m));
        let ranks = |p: &Piece| {
            matches!(p, Piece::Sign(Sign::Most(_) | Sign::Extreme(_) | Sign::Common(_)) | Piece::Ranking(..))
        };
        the && thing && self.relation.is_none() && rest.iter().any(ranks)
    }

    pub(super) fn between_number(&mut self, low: &Decimal) {
        let high = match (self.pieces.get(self.at + 1), self.pieces.get(self.at + 2)) {
            (Some(Piece::Sign(Sign::And)), Some(Piece::Number(high))) => high.clone(),
            (Some(Piece::Filler(to)), Some(Piece::Number(high))) if to == "to" => high.clone(),
            _ => return self.intent.unsupported.push("\"between\" without two numbers".to_owned()),
        };
        self.at += 2;
        self.between = false;
        self.relation = Some(Relation::Is);
        if self.held.is_none() {
            self.held = self.last.take();
        }
        self.operand(Operand::Between(low.clone(), high));
    }

    /// The phrase behind a number: directly, or as in "100,000 in revenue".
    pub(super) fn subject_ahead(&self) -> Option<(usize, Mention)> {
        let ahead = self.pieces.iter().enumerate().skip(self.at + 1);
        let mut passed = ahead.skip_while(|(_, p)| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Distinct)));
        match passed.next()? {
            (at, Piece::Phrase(mention)) => Some((at, mention.clone())),
            (_, Piece::Sign(Sign::Where | Sign::Of)) => match passed.next()? {
                (at, Piece::Phrase(mention)) if is_number(mention) || is_property(mention) => {
                    Some((at, mention.clone()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether "or" stands just before.
    pub(super) fn follows_or(&self) -> bool {
        let mut before = self.pieces[..self.at].iter().rev().filter(|p| !matches!(p, Piece::Filler(_)));
        matches!(before.next(), Some(Piece::Sign(Sign::Or)))
    }

    /// "With the letter a in their names": what a text is looked for in may come behind it.
    pub(super) fn text_of(&mut self, relation: Relation, subject: Option<Ask>) -> Option<Ask> {
        if !relation.is_pattern() || subject.as_ref().is_some_and(|s| !is_thing(&s.mention)) {
            return subject;
        }
        let rest = &self.pieces[self.at + 1..];
        let fillers = rest.iter().skip(1).take_while(|p| matches!(p, Piece::Filler(_))).count();
        match (rest.first(), rest.get(fillers + 1)) {
            (Some(Piece::Sign(Sign::Where)), Some(Piece::Phrase(mention))) if !is_thing(mention) => {
                self.at += fillers + 2;
                Some(Ask::plain(mention.clone()))
            }
            _ => subject,
        }
    }

    /// "Line 1 and 2", "the first and the 5": a number that nothing compares and nothing follows.
    pub(super) fn is_stray(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let joined = matches!(before, Some(Piece::Sign(Sign::And) | Piece::Comma));
        joined && self.relation.is_none() && !matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(_)))
    }

    /// Completes a comparison.
    pub(super) fn operand(&mut self, operand: Operand) {
        match operand {
            Operand::Number(_) => self.give_way(),
            Operand::Average => self.over_some_only(),
            _ => {}
        }
        if matches!(operand, Operand::Text(_)) && self.said_of_both(&operand, |c| c.relation.is_pattern()) {
            return;
        }
        let number = matches!(operand, Operand::Number(_)) && self.held.is_none();
        // "with 2 parts" counts parts as "with more than 2 parts" does.
        let things_follow = matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(m)) if is_thing(m));
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let opened = matches!(before, Some(Piece::Sign(Sign::And | Sign::Where)));
        let named = opened && matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(m)) if is_property(m));
        let restricts = self.section == Section::Where && (things_follow || named);
        let counted = number && (self.relation.is_some() || restricts);
        let subject = match counted.then(|| self.subject_ahead()).flatten() {
            // "more than 5 orders": what is compared comes behind the number.
            Some((at, mention)) => {
                self.at = at;
                let fold = may_be_thing(&mention).then_some(Fold::Count);
                Some(Ask { fold, ..Ask::plain(mention) })
            }
            None => match self.kind_behind(&operand) {
                Some((at, kind)) => {
                    self.at = at;
                    self.release();
                    Some(kind)
                }
                None => self.held.take().or_else(|| self.last.take()),
            },
        };
        if subject.is_none() && self.said_of_both(&operand, |c| c.subject.is_some()) {
            return;
        }
        let relation = self.relation.take().unwrap_or(Relation::Is);
        let subject = self.text_of(relation, subject);
        let relation = if std::mem::take(&mut self.negated) { opposite(relation) } else { relation };
        if subject.is_none() && matches!(operand, Operand::Number(_) | Operand::Percent(_) | Operand::Between(..)) {
            if let Operand::Number(number) | Operand::Percent(number) = operand {
                self.intent.unknown.push(number.to_plain_string());
            }
            return;
        }
        let fold = subject.as_ref().and_then(|s| s.fold);
        let owner = self.thing.clone().filter(|t| subject.as_ref().is_some_and(|s| s.mention != *t));
        self.intent.conditions.push(Condition { subject: subject.map(|s| s.mention), fold, relation, operand, owner });
    }

    /// "Contains A or B": what was said of A is said of B where nothing else is; whether it was.
    fn said_of_both(&mut self, operand: &Operand, goes_on: impl Fn(&Condition) -> bool) -> bool {
        let before = self.intent.conditions.last().filter(|c| self.relation.is_none() && goes_on(c));
        let Some(before) = before.filter(|_| self.follows_or()).cloned() else { return false };
        self.intent.conditions.push(Condition { operand: operand.clone(), ..before });
        true
    }

    /// "In \"on-hold\" status": the word behind a quoted text that nothing compares says what it is.
    fn kind_behind(&self, operand: &Operand) -> Option<(usize, Ask)> {
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let opened = matches!(before, Some(Piece::Sign(Sign::Where)) | Some(Piece::Filler(_)));
        match (operand, self.pieces.get(self.at + 1)) {
            (Operand::Text(_), Some(Piece::Phrase(kind)))
                if opened && self.relation.is_none() && is_property(kind) && !is_thing(kind) =>
            {
                Some((self.at + 1, Ask::plain(kind.clone())))
            }
            _ => None,
        }
    }

    pub(super) fn absent(&mut self, mention: &Mention) {
        self.intent.conditions.push(Condition {
            subject: Some(mention.clone()),
            fold: Some(Fold::Count),
            relation: Relation::Is,
            operand: Operand::Number(Decimal::from(0)),
            owner: None,
        });
    }

    pub(super) fn value(&mut self, mention: &Mention) {
        if self.relation.is_some_and(Relation::is_pattern) {
            return self.operand(Operand::Text(mention.text.clone()));
        }
        let relation = self.relation.take().unwrap_or(Relation::Is);
        // "Without EMEA" leaves a value out as "excluding EMEA" does.
        let negated = std::mem::take(&mut self.negated) | std::mem::take(&mut self.without);
        let relation = if negated { opposite(relation) } else { relation };
        let subject = self.named_beside(mention).or_else(|| self.held.take().map(|ask| ask.mention));
        self.intent.conditions.push(Condition {
            subject,
            fold: None,
            relation,
            operand: Operand::Phrase(mention.clone()),
            owner: None,
        });
    }

    /// "Marketing department" and "department Marketing": the word beside a value that says what it is.
    pub(super) fn named_beside(&mut self, value: &Mention) -> Option<Mention> {
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        if let (Some(Piece::Phrase(noun)), Some(last)) = (self.pieces.get(self.at + 1), Some(self.at + 1))
            && is_kind_of(value, noun)
            && self.fold.is_none()
            && (!self.intent.asks.is_empty()
                || self.intent.statement.is_some()
                || self.pieces[last + 1..].iter().any(|p| matches!(p, Piece::Phrase(_))))
        {
            self.at = last;
            return Some(noun.clone());
        }
        match before {
            Some(Piece::Phrase(noun))
                if is_kind_of(value, noun)
                    && self.intent.asks.last().is_some_and(|a| a.mention == *noun && a.fold.is_none()) =>
            {
                self.intent.asks.pop().map(|ask| ask.mention)
            }
            // "Albums by the artist X": nothing is broken down.
            Some(Piece::Phrase(noun)) if is_kind_of(value, noun) && self.intent.by.last() == Some(noun) => {
                self.section = Section::Where;
                self.intent.by.pop()
            }
            _ => None,
        }
    }
}
