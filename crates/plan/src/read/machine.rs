//! The state machine that turns pieces into an intent, from left to right.

use catalog::Decimal;
use meaning::{Evidence, Link, Meaning, Mention};

use super::piece::Piece;
use super::words::{Sign, opposite};
use crate::calendar::TimeForm;
use crate::intent::{Ask, Condition, Cut, Derived, Fold, Intent, Named, Operand, Relation, Sorting, Top};

/// What the next phrase is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// Something to return.
    Ask,
    /// A breakdown.
    By,
    /// An order.
    Sort,
    /// A restriction or the owner of what was asked for.
    Where,
}

/// How many rows "top customers" shows when no number is given.
const TOP_DEFAULT: u64 = 10;

struct Machine<'p> {
    pieces: &'p [Piece],
    at: usize,
    intent: Intent,
    section: Section,
    fold: Option<Fold>,
    distinct: bool,
    extreme: Option<bool>,
    most: Option<bool>,
    count: Option<u64>,
    relation: Option<Relation>,
    negated: bool,
    without: bool,
    between: bool,
    /// A phrase in a restriction whose part is not yet known.
    held: Option<Ask>,
    /// The last phrase, for comparisons that follow it.
    last: Option<Ask>,
    /// The direction of an order that was named before or after its subject.
    direction: Option<bool>,
    /// Whether "and", a comma or "versus" stood before the next ask.
    separated: bool,
    /// "last" or "first" things, by time; true for the latest.
    recent: Option<bool>,
    /// The last sort of thing that was named.
    thing: Option<Mention>,
    /// Further ways to put the next phrase together.
    more_folds: Vec<Fold>,
    /// Whether the breakdown was opened by "each" or "every".
    each: bool,
}

/// Reads pieces into an intent.
pub fn run(pieces: &[Piece]) -> Intent {
    let mut machine = Machine {
        pieces,
        at: 0,
        intent: Intent::default(),
        section: Section::Ask,
        fold: None,
        distinct: false,
        extreme: None,
        most: None,
        count: None,
        relation: None,
        negated: false,
        without: false,
        between: false,
        held: None,
        last: None,
        direction: None,
        separated: false,
        recent: None,
        more_folds: Vec::new(),
        thing: None,
        each: false,
    };
    while machine.at < pieces.len() {
        machine.step(&pieces[machine.at]);
        machine.at += 1;
    }
    machine.finish()
}

impl Machine<'_> {
    fn step(&mut self, piece: &Piece) {
        match piece {
            Piece::Phrase(mention) => self.phrase(mention),
            Piece::Sign(sign) => self.sign(*sign),
            Piece::Number(number) => self.number(number),
            Piece::Ranking(mention, largest) => {
                let by = Ask { fold: None, distinct: false, mention: mention.clone(), of: None, joined: false };
                let section = self.section;
                self.rank(by, *largest);
                self.section = section;
            }
            Piece::Operand(operand) => self.operand(operand.clone()),
            Piece::Quoted(text) => self.operand(Operand::Text(text.clone())),
            Piece::Time(form) => self.time(form),
            Piece::Statement(named) => self.statement(named),
            Piece::Comma => self.comma(),
            Piece::Stop => self.stop(),
            Piece::Filler(word) => self.filler(word),
            Piece::Unknown(word) => self.unknown(word),
        }
    }

    /// The statement to draw up; what follows restricts it, unless it is compared.
    fn statement(&mut self, named: &Named) {
        self.enter(Section::Where);
        // "The latest balance sheet": a statement without a time is as late as it can be.
        self.recent = self.recent.filter(|latest| !latest);
        if self.intent.statement.replace(named.clone()).is_some_and(|other| other.id != named.id) {
            self.intent.unsupported.push("two statements at once".to_owned());
        }
    }

    fn comma(&mut self) {
        self.separated = true;
        if self.section == Section::Where
            && self.relation.is_none()
            && self.held.is_none()
            && self.intent.asks.is_empty()
        {
            self.section = Section::Ask;
        }
    }

    /// A new sentence says once more, or in more detail, what to return.
    fn stop(&mut self) {
        self.enter(Section::Ask);
        self.separated = true;
        (self.fold, self.distinct) = (None, false);
    }

    /// "starts with A": after such a comparison even a word without content is a text.
    fn filler(&mut self, word: &str) {
        let text = matches!(self.relation, Some(Relation::StartsWith | Relation::EndsWith | Relation::Contains));
        let article = matches!(
            word.to_lowercase().as_str(),
            "the" | "an" | "word" | "letter" | "letters" | "phrase" | "substring" | "string"
        );
        if text && !article {
            self.operand(Operand::Text(word.to_owned()));
        }
    }

    /// An unexplained word is the operand of a waiting comparison, else it stays unexplained.
    fn unknown(&mut self, word: &str) {
        if self.relation.is_some() {
            self.operand(Operand::Text(word.to_owned()));
        } else {
            self.intent.unknown.push(word.to_owned());
        }
    }

    fn sign(&mut self, sign: Sign) {
        match sign {
            Sign::Fold(fold) => self.folding(fold),
            Sign::HowMuch => self.folding(Fold::Amount),
            Sign::Extreme(descending) => {
                let listed =
                    matches!(self.at.checked_sub(1).and_then(|i| self.pieces.get(i)), Some(Piece::Sign(Sign::And)));
                if let Some(first) = self.extreme.replace(descending).filter(|_| listed) {
                    self.more_folds.push(if first { Fold::Max } else { Fold::Min });
                }
            }
            Sign::Most(descending) => self.most = Some(descending),
            Sign::Top(descending) => {
                let count = self.count.take();
                self.intent.top = Some(Top { count: count.unwrap_or(0), descending, by: None, by_time: false });
            }
            Sign::Common(often) => {
                let count = self.count.take().unwrap_or(1);
                self.intent.top = Some(Top { count, descending: often, by: None, by_time: false });
                self.intent.frequency = true;
            }
            Sign::Recent(latest) => self.recent = Some(latest),
            Sign::By => self.breakdown(),
            Sign::Each => {
                self.enter(Section::By);
                self.each = true;
            }
            Sign::SortBy => self.enter(Section::Sort),
            Sign::Ascending => self.order(false),
            Sign::Descending => self.order(true),
            Sign::Compare(relation) => self.compare(relation),
            Sign::Between => self.between = true,
            Sign::Not => self.negated = true,
            Sign::Without => self.without = true,
            Sign::Distinct => self.distinct = true,
            Sign::Derived(derived) => self.intent.derived = Some(derived),
            Sign::Versus => {
                let value = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
                self.intent.contrast |=
                    matches!(value, Some(Piece::Phrase(m)) if matches!(m.links[0].meaning, Meaning::Value { .. }));
                self.enter(Section::Ask);
                self.separated = true;
            }
            Sign::Where => self.enter(Section::Where),
            Sign::Of => {
                let owned = !self.intent.asks.is_empty() || self.intent.statement.is_some();
                if self.section == Section::Ask && owned {
                    self.enter(Section::Where);
                }
            }
            Sign::And => self.conjunction(),
            Sign::Who => {
                self.intent.who |= self.intent.asks.is_empty();
                self.enter(Section::Where);
            }
            Sign::Or => self.intent.alternatives |= !self.intent.conditions.is_empty(),
            Sign::OrCompare(relation) => {
                self.intent.alternatives = true;
                self.compare(relation);
            }
            Sign::Both => self.intent.both = true,
            Sign::OrMore(_) | Sign::Which => {}
            Sign::Why => self.intent.unsupported.push("why something changed".to_owned()),
        }
    }

    fn folding(&mut self, fold: Fold) {
        if self.section == Section::By || self.section == Section::Where && self.intent.asks.is_empty() {
            self.enter(Section::Ask);
        }
        // "total number of" and "average number of": the first word governs unless it only says total.
        if let (Some(first), Some(Piece::Sign(Sign::And) | Piece::Comma)) =
            (self.fold, self.at.checked_sub(1).and_then(|i| self.pieces.get(i)))
        {
            // "Average, maximum and total revenue": one number each.
            self.more_folds.push(first);
            self.fold = Some(fold);
            return;
        }
        self.fold = match (self.fold, fold) {
            (Some(first), Fold::Count) if first != Fold::Sum => Some(first),
            _ => Some(fold),
        };
    }

    /// "and" goes on with whatever the list before it was a list of.
    fn conjunction(&mut self) {
        self.separated = true;
        if self.section == Section::Where && self.held.is_some() {
            self.release();
        }
    }

    fn enter(&mut self, section: Section) {
        self.release();
        self.section = section;
    }

    /// "top 5 customers by revenue": the phrase behind "by" ranks, unless it is a dimension.
    fn breakdown(&mut self) {
        self.enter(Section::By);
    }

    fn order(&mut self, descending: bool) {
        match &mut self.intent.sorting {
            Some(sorting) => sorting.descending = descending,
            None => {
                self.direction = Some(descending);
                self.enter(Section::Sort);
            }
        }
    }

    fn compare(&mut self, relation: Relation) {
        self.relation = Some(if std::mem::take(&mut self.negated) { opposite(relation) } else { relation });
        if self.held.is_none() {
            self.held = self.last.take().filter(|_| self.follows_phrase());
        }
    }

    /// Whether nothing but fillers stands between the last phrase and here.
    fn follows_phrase(&self) -> bool {
        let before = self.pieces[..self.at].iter().rev();
        before
            .take_while(|p| !matches!(p, Piece::Phrase(_)))
            .all(|p| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Not)))
    }

    fn number(&mut self, number: &Decimal) {
        use bigdecimal::ToPrimitive;
        if let Some(Piece::Sign(Sign::OrMore(more))) = self.pieces.get(self.at + 1) {
            self.at += 1;
            self.relation = Some(if *more { Relation::AtLeast } else { Relation::AtMost });
            return self.operand(Operand::Number(number.clone()));
        }
        let next_extreme =
            matches!(self.pieces.get(self.at + 1), Some(Piece::Sign(Sign::Extreme(_) | Sign::Top(_) | Sign::Most(_))));
        let waiting = self.intent.top.as_mut().filter(|t| t.count == 0 && t.by.is_none());
        if let (Some(top), Some(n)) = (waiting, number.to_u64()) {
            top.count = n;
        } else if next_extreme || self.extreme.is_some() || self.recent.is_some() {
            self.count = number.to_u64();
        } else if self.between {
            self.between_number(number);
        } else {
            self.operand(Operand::Number(number.clone()));
        }
    }

    fn between_number(&mut self, low: &Decimal) {
        let high = match (self.pieces.get(self.at + 1), self.pieces.get(self.at + 2)) {
            (Some(Piece::Sign(Sign::And)), Some(Piece::Number(high))) => high.clone(),
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
    fn subject_ahead(&self) -> Option<(usize, Mention)> {
        let ahead = self.pieces.iter().enumerate().skip(self.at + 1);
        let mut passed = ahead.skip_while(|(_, p)| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Distinct)));
        match passed.next()? {
            (at, Piece::Phrase(mention)) => Some((at, mention.clone())),
            (_, Piece::Sign(Sign::Where | Sign::Of)) => match passed.next()? {
                (at, Piece::Phrase(mention)) if is_number(mention) => Some((at, mention.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Completes a comparison.
    fn operand(&mut self, operand: Operand) {
        let number = matches!(operand, Operand::Number(_)) && self.held.is_none();
        // "with 2 parts" counts parts as "with more than 2 parts" does.
        let things_follow = matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(m)) if is_thing(m));
        let counted = number && (self.relation.is_some() || things_follow && self.section == Section::Where);
        let subject = match counted.then(|| self.subject_ahead()).flatten() {
            // "more than 5 orders": what is compared comes behind the number.
            Some((at, mention)) => {
                self.at = at;
                let fold = is_thing(&mention).then_some(Fold::Count);
                Some(Ask { fold, distinct: false, mention, of: None, joined: false })
            }
            None => self.held.take().or_else(|| self.last.take()),
        };
        let relation = self.relation.take().unwrap_or(Relation::Is);
        let relation = if std::mem::take(&mut self.negated) { opposite(relation) } else { relation };
        if subject.is_none() && matches!(operand, Operand::Number(_) | Operand::Between(..)) {
            if let Operand::Number(number) = operand {
                self.intent.unknown.push(number.to_plain_string());
            }
            return;
        }
        let fold = subject.as_ref().and_then(|s| s.fold);
        let owner = self.thing.clone().filter(|t| subject.as_ref().is_some_and(|s| s.mention != *t));
        self.intent.conditions.push(Condition { subject: subject.map(|s| s.mention), fold, relation, operand, owner });
    }

    fn phrase(&mut self, mention: &Mention) {
        let broken_down_by = self.at > 0 && matches!(self.pieces[self.at - 1], Piece::Sign(Sign::By));
        let part_of_value = mention.links[0].evidence == Evidence::PartOfValue;
        if broken_down_by && part_of_value {
            // "By product" where nothing is a product: that some value has the word in it is no answer to that.
            return self.intent.unknown.push(mention.text.clone());
        }
        if matches!(mention.links[0].meaning, Meaning::Value { .. }) && self.extreme.is_none() && self.most.is_none() {
            return self.value(mention);
        }
        if self.relation.is_some() && self.held.is_some() {
            return self.operand(Operand::Phrase(mention.clone()));
        }
        let negated_thing = self.negated && is_thing(mention) && !self.intent.asks.is_empty();
        if std::mem::take(&mut self.without) || negated_thing {
            self.negated = false;
            return self.absent(mention);
        }
        let ask = Ask {
            fold: self.fold.take(),
            distinct: std::mem::take(&mut self.distinct),
            mention: mention.clone(),
            of: None,
            joined: false,
        };
        self.last = Some(ask.clone());
        if is_thing(mention) {
            self.thing = Some(mention.clone());
        }
        if let Some(descending) = self.most.take() {
            return self.rank(Ask { fold: ask.fold.or(is_thing(mention).then_some(Fold::Count)), ..ask }, descending);
        }
        if let Some(descending) = self.extreme.take() {
            return self.extremum(ask, descending);
        }
        if let Some(latest) = self.recent.take() {
            let count = self.count.take().unwrap_or(1);
            self.intent.top = Some(Top { count, descending: latest, by: None, by_time: true });
        }
        for fold in std::mem::take(&mut self.more_folds) {
            self.separated = true;
            self.ask(Ask { fold: Some(fold), ..ask.clone() });
            self.separated = true;
        }
        match self.section {
            Section::Ask if self.intent.top.is_some() && self.qualifies_next(&ask.mention) => {}
            Section::Ask => self.ask(ask),
            Section::By => self.dimension(ask),
            Section::Sort => {
                let descending = self.direction.take().unwrap_or(false);
                self.intent.sorting = Some(Sorting { by: ask, descending });
                self.section = Section::Where;
            }
            Section::Where => {
                self.release();
                self.held = Some(ask);
            }
        }
    }

    /// One more thing to return, or the part that is meant of the metric just before it.
    fn ask(&mut self, ask: Ask) {
        let apart = std::mem::take(&mut self.separated);
        let ask = Ask { joined: apart, ..ask };
        match self.intent.asks.last_mut() {
            Some(last)
                if !apart
                    && ask.fold.is_none()
                    && is_number(&last.mention)
                    && is_number(&ask.mention)
                    && last.of.is_none() =>
            {
                last.of = Some(ask.mention);
            }
            _ => self.intent.asks.push(ask),
        }
    }

    fn dimension(&mut self, ask: Ask) {
        let ranked = self.intent.top.is_some();
        let apart = self.intent.asks.is_empty() && self.follows_comma() && !self.asks_follow();
        if !ranked && !self.intent.by.is_empty() && is_number(&ask.mention) && (apart || !is_thing(&ask.mention)) {
            // "by region, revenue for last quarter": the list of dimensions is over.
            self.section = Section::Where;
            return self.ask(ask);
        }
        let ranks =
            self.intent.top.as_ref().is_some_and(|t| t.by.is_none()) && (is_number(&ask.mention) || ask.fold.is_some());
        if ranks {
            if let Some(top) = &mut self.intent.top {
                top.by = Some(ask);
            }
        } else if self.qualifies_next(&ask.mention) {
            return;
        } else {
            if std::mem::take(&mut self.each) {
                self.intent.each.push(ask.mention.clone());
            }
            self.intent.by.push(ask.mention);
        }
        let goes_on = matches!(self.pieces.get(self.at + 1), Some(Piece::Comma | Piece::Sign(Sign::And | Sign::By)));
        if !goes_on {
            let nothing_asked = self.intent.asks.is_empty();
            self.section = if nothing_asked { Section::Ask } else { Section::Where };
        }
    }

    fn follows_comma(&self) -> bool {
        matches!(self.at.checked_sub(1).and_then(|i| self.pieces.get(i)), Some(Piece::Comma))
    }

    /// Whether something to compute stands further behind.
    fn asks_follow(&self) -> bool {
        let behind = &self.pieces[self.at + 1..];
        behind.iter().any(|p| match p {
            Piece::Phrase(mention) => is_number(mention),
            Piece::Sign(Sign::Fold(_) | Sign::HowMuch) => true,
            _ => false,
        })
    }

    /// "By customer segment": the segment of customers, where the word behind is a property of that very thing.
    fn qualifies_next(&self, mention: &Mention) -> bool {
        let Some(Piece::Phrase(next)) = self.pieces.get(self.at + 1) else { return false };
        let table = |l: &Link| match &l.meaning {
            Meaning::Table { table } => Some(table.clone()),
            Meaning::Column { column } => Some(column.table.clone()),
            _ => None,
        };
        let best = mention.links[0].score;
        let owners: Vec<_> = mention.links.iter().filter(|l| l.score >= best - 0.13).filter_map(table).collect();
        let property = |l: &Link| matches!(&l.meaning, Meaning::Column { column } if owners.contains(&column.table));
        let top = next.links[0].score;
        let named = matches!(next.text.as_str(), "name" | "names" | "id" | "number");
        !named && !is_number(next) && next.links.iter().filter(|l| l.score >= top - 0.05).any(property)
    }

    /// "highest salary" asks for a maximum; "the employee with the highest salary" ranks employees.
    fn extremum(&mut self, ask: Ask, descending: bool) {
        if let (true, Some(Piece::Phrase(thing))) = (is_number(&ask.mention), self.pieces.get(self.at + 1))
            && is_thing(thing)
        {
            // "largest expense accounts": accounts, by expense.
            return self.rank(ask, descending);
        }
        if is_thing(&ask.mention) {
            let count = self.count.take().unwrap_or(TOP_DEFAULT);
            self.intent.top = Some(Top { count, descending, by: None, by_time: false });
            self.intent.asks.push(ask);
        } else if self.intent.who
            || self.intent.asks.iter().any(|a| a.fold.is_none())
            || !self.intent.by.is_empty() && self.intent.asks.is_empty()
        {
            self.rank(ask, descending);
        } else {
            let fold = if descending { Fold::Max } else { Fold::Min };
            self.intent.asks.push(Ask { fold: Some(fold), ..ask });
        }
    }

    /// Keeps the first few by this number.
    fn rank(&mut self, by: Ask, descending: bool) {
        let known = self.intent.top.as_ref().map(|t| t.count).filter(|n| *n > 0);
        let count = self.count.take().or(known).unwrap_or(1);
        self.intent.top = Some(Top { count, descending, by: Some(by), by_time: false });
        let thing_follows = matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(m)) if is_thing(m));
        self.section = if thing_follows { Section::Ask } else { Section::Where };
    }

    fn absent(&mut self, mention: &Mention) {
        self.intent.conditions.push(Condition {
            subject: Some(mention.clone()),
            fold: Some(Fold::Count),
            relation: Relation::Is,
            operand: Operand::Number(Decimal::from(0)),
            owner: None,
        });
    }

    fn value(&mut self, mention: &Mention) {
        if matches!(self.relation, Some(Relation::StartsWith | Relation::EndsWith | Relation::Contains)) {
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
    fn named_beside(&mut self, value: &Mention) -> Option<Mention> {
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
            _ => None,
        }
    }

    /// A held phrase that no comparison followed: the owner of what was asked for, or one more ask.
    fn release(&mut self) {
        let Some(ask) = self.held.take() else { return };
        // "invoices with customer name": a property that nothing compares is one more thing to show.
        let shown = is_property(&ask.mention) || is_number(&ask.mention);
        let more = ask.fold.is_some() || shown && !self.intent.asks.is_empty() && !is_thing(&ask.mention);
        if more {
            self.ask(ask);
        } else {
            self.intent.about.push(ask.mention);
        }
    }

    fn time(&mut self, form: &TimeForm) {
        if matches!(form, TimeForm::Period(_) | TimeForm::Periods(_)) && self.follows_phrase() {
            self.intent.dated = self.last.as_ref().map(|ask| ask.mention.clone());
        }
        self.release();
        match form {
            TimeForm::Period(period) => self.intent.periods.push(period.clone()),
            TimeForm::Periods(periods) => self.intent.periods.extend(periods.iter().cloned()),
            TimeForm::Grain(grain) => self.intent.cut = Some(Cut::By(*grain)),
            TimeForm::CalendarGrain(grain) => self.intent.cut = Some(Cut::ByCalendar(*grain)),
            TimeForm::Trend => self.intent.cut = Some(Cut::OverTime),
            TimeForm::AsOf(date, words) => self.intent.as_of = Some((*date, words.clone())),
            TimeForm::Compare(comparison) => self.intent.compare = Some(comparison.clone()),
        }
        if self.section == Section::By {
            self.section = if self.intent.asks.is_empty() { Section::Ask } else { Section::Where };
        }
    }

    fn finish(mut self) -> Intent {
        self.release();
        let all = self.intent.each.first().map(|m| Ask {
            fold: None,
            distinct: false,
            mention: m.clone(),
            of: None,
            joined: false,
        });
        if let (Some(descending), Some(first)) = (self.direction, self.intent.asks.first().cloned().or(all)) {
            self.intent.sorting = Some(Sorting { by: first, descending });
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
        self.intent.distinct = self.distinct || self.intent.asks.iter().any(|a| a.distinct && a.fold.is_none());
        // Words that were waiting for something to be about, and did not find it, must not be dropped.
        let waiting = [
            (self.extreme.is_some() || self.most.is_some(), "the largest or smallest of something that is not named"),
            (self.recent.is_some(), "the first or last of something that is not named"),
            (self.fold.is_some_and(|f| f != Fold::Sum), "a number of something that is not named"),
            (self.between, "\"between\" without two numbers"),
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

/// Whether a phrase names a sort of thing.
fn is_thing(mention: &Mention) -> bool {
    let best = mention.links[0].score;
    mention.links.iter().any(|l| l.score >= best - 0.13 && matches!(l.meaning, Meaning::Table { .. }))
}

/// Whether a phrase names a column first of all, and well.
fn is_property(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Column { .. }) && mention.links[0].score > 0.85
}

/// Whether a noun names the column of a value, or its table.
fn is_kind_of(value: &Mention, noun: &Mention) -> bool {
    let column = value.links.iter().find_map(|l| match &l.meaning {
        Meaning::Value { column, .. } => Some(column),
        _ => None,
    });
    let named = |c: &catalog::ColumnRef| {
        noun.links.iter().filter(|l| l.score > 0.85).any(|l| match &l.meaning {
            Meaning::Column { column } => column == c,
            Meaning::Table { table } => *table == c.table,
            _ => false,
        })
    };
    column.is_some_and(named)
}

/// Whether a phrase names a metric first of all.
fn is_number(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Metric { .. })
}
