//! The state machine that turns pieces into an intent, from left to right.

use meaning::{Evidence, Link, Meaning, Mention};

use super::piece::Piece;
use super::state::{Machine, Section, TOP_DEFAULT, is_kind_of, is_number, is_thing, is_time_property};
use super::words::Sign;
use crate::calendar::TimeForm;
use crate::intent::{Ask, Cut, Fold, Intent, Named, Operand, Relation, Sorting, Top};

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
        owning: false,
        or_at: None,
        said: None,
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
                let by = Ask::plain(mention.clone());
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
        let goes_on = matches!(self.pieces.get(self.at + 1), Some(Piece::Sign(Sign::And)));
        self.said = self.said.or((!goes_on).then_some(self.intent.asks.len()));
    }

    /// "starts with A": after such a comparison even a word without content is a text.
    fn filler(&mut self, word: &str) {
        if word.eq_ignore_ascii_case("than") && self.relation.is_none() {
            self.intent.unsupported.push("a comparison with another thing".to_owned());
        }
        let text = self.relation.is_some_and(Relation::is_pattern);
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
        let pattern = self.relation.is_some_and(Relation::is_pattern);
        let empty = ["letter", "letters", "word", "substring", "string", "phrase", "character", "prefix"];
        if pattern && empty.contains(&word.to_lowercase().as_str()) {
            return;
        }
        if self.relation.is_some() {
            self.operand(Operand::Text(word.to_owned()));
        } else {
            self.intent.unknown.push(word.to_owned());
        }
    }

    fn sign(&mut self, sign: Sign) {
        match sign {
            Sign::Fold(fold @ (Fold::Average | Fold::Max | Fold::Min)) if self.relation.is_some() => self.nested(fold),
            Sign::Fold(fold) => self.folding(fold),
            Sign::HowMuch => self.folding(Fold::Amount),
            Sign::Extreme(largest) if self.relation.is_some() => {
                self.nested(if largest { Fold::Max } else { Fold::Min });
            }
            Sign::Most(_) if self.relation.is_some() => {
                self.intent.unsupported.push("a comparison with the most or fewest of something".to_owned());
            }
            Sign::Extreme(descending) => self.largest(descending),
            Sign::Most(descending) => self.most_of_them(descending),
            Sign::Top(descending) => {
                let count = self.count.take();
                self.intent.top = Some(Top { count: count.unwrap_or(0), descending, by: None, by_time: false });
            }
            Sign::Common(often) => {
                let count = self.count.take().unwrap_or(1);
                self.intent.top = Some(Top { count, descending: often, by: None, by_time: false });
                self.intent.frequency = true;
                self.common_of();
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
            Sign::Distinct => self.distinct(),
            // "Most common across products" counts in products, "revenue across regions" is by region.
            Sign::Across
                if self.intent.frequency
                    || self.intent.asks.last().is_some_and(|a| matches!(a.fold, Some(Fold::Average | Fold::Sum))) =>
            {
                self.enter(Section::Where);
            }
            Sign::Across => self.breakdown(),
            Sign::Derived(derived) => self.intent.derived = Some(derived),
            Sign::Versus => self.versus(),
            Sign::Where => {
                self.enter(Section::Where);
                self.owning = false;
            }
            Sign::Of => {
                self.owning = true;
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
            Sign::Or => {
                self.or_beside_time();
                self.release();
                self.intent.alternatives |= !self.intent.conditions.is_empty();
                self.or_at = self.or_at.or(Some(self.intent.conditions.len()).filter(|n| *n > 0));
            }
            Sign::OrCompare(relation) => {
                self.intent.alternatives = true;
                self.compare(relation);
            }
            Sign::Both => self.intent.both = true,
            Sign::OrMore(_) | Sign::Which => {}
            Sign::Same => self.intent.unsupported.push("things that share a property with another one".to_owned()),
            Sign::Why => self.intent.unsupported.push("why something changed".to_owned()),
        }
    }

    /// "Made before 1980 or by Cameron": either would do, and a period always restricts as well.
    fn or_beside_time(&mut self) {
        let time = |p: Option<&Piece>| matches!(p, Some(Piece::Time(_)));
        let content = |p: &&Piece| !matches!(p, Piece::Filler(_));
        let before = time(self.pieces[..self.at].iter().rev().find(content));
        let behind = time(self.pieces[self.at + 1..].iter().find(content));
        if before != behind {
            self.intent.unsupported.push("\"or\" between a period and something else".to_owned());
        }
    }

    /// The sort of thing that was named last, where it is not what was asked for.
    fn owner_before(&self) -> Option<Mention> {
        let last = self.pieces[..self.at].iter().rev().find_map(|p| match p {
            Piece::Phrase(mention) => Some(mention),
            _ => None,
        });
        let asked = |m: &Mention| self.intent.asks.iter().any(|a| a.mention == *m);
        last.filter(|m| is_thing(m) && !asked(m)).cloned()
    }

    /// "The names of customers with the most common payment method": all of them, not how often a name occurs.
    fn common_of(&mut self) {
        let next = self.pieces[self.at + 1..].iter().find(|p| !matches!(p, Piece::Filler(_)));
        let property = matches!(next, Some(Piece::Phrase(m)) if !is_thing(m));
        if property && self.section == Section::Where && !self.intent.asks.is_empty() {
            self.intent.unsupported.push("a list of what has the most common property".to_owned());
        }
    }

    /// "The customer who has the most orders": what stands before owns the rank.
    fn most_of_them(&mut self, descending: bool) {
        self.most = Some(descending);
        if self.section == Section::Where && self.intent.asks.iter().all(|a| a.fold.is_none()) {
            self.intent.ranked_of = self.owner_before();
        }
    }

    /// "Highest and lowest": the first of them is kept for the phrase that both wait for.
    fn largest(&mut self, descending: bool) {
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let listed = matches!(before, Some(Piece::Sign(Sign::And) | Piece::Comma));
        // "The average and highest price": both are asked for.
        self.more_folds.extend(self.fold.take_if(|f| listed && *f != Fold::Count));
        if let Some(first) = self.extreme.replace(descending).filter(|_| listed) {
            self.more_folds.push(if first { Fold::Max } else { Fold::Min });
        }
    }

    /// "EMEA vs APAC": values stand side by side, and what follows is asked for.
    fn versus(&mut self) {
        let value = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        self.intent.contrast |=
            matches!(value, Some(Piece::Phrase(m)) if matches!(m.links[0].meaning, Meaning::Value { .. }));
        self.enter(Section::Ask);
        self.separated = true;
    }

    fn folding(&mut self, fold: Fold) {
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let with = matches!(before, Some(Piece::Sign(Sign::Where)))
            || matches!(before, Some(Piece::Filler(the)) if the == "the") && self.section == Section::Where;
        let listed = !self.intent.asks.is_empty() && self.intent.asks.iter().all(|a| a.fold.is_none());
        if let (Fold::Max | Fold::Min, true) = (fold, with && listed && self.section == Section::Where) {
            // "The flight with the maximum price" ranks flights.
            self.extreme = Some(fold == Fold::Max);
            return;
        }
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
        let adjoining =
            matches!(self.at.checked_sub(1).and_then(|i| self.pieces.get(i)), Some(Piece::Sign(Sign::Fold(_))));
        if adjoining && fold == Fold::Sum && matches!(self.fold, Some(Fold::Average | Fold::Max | Fold::Min)) {
            self.intent.unsupported.push("an average, maximum or minimum of totals".to_owned());
        }
        self.intent.mean_number |= adjoining && (self.fold, fold) == (Some(Fold::Average), Fold::Count);
        self.fold = match (self.fold, fold) {
            (Some(first), Fold::Count) if first != Fold::Sum => Some(first),
            _ => Some(fold),
        };
    }

    /// "The highest price of different types": for each of them.
    fn distinct(&mut self) {
        let of = matches!(
            self.at.checked_sub(1).and_then(|i| self.pieces.get(i)),
            Some(Piece::Sign(Sign::Of | Sign::Where))
        );
        let folded = |a: &Ask| a.fold.is_some_and(|f| f != Fold::Count);
        if of && self.fold.is_none() && !self.intent.asks.is_empty() && self.intent.asks.iter().all(folded) {
            self.enter(Section::By);
            self.each = true;
        } else {
            self.distinct = true;
        }
    }

    /// "and" goes on with whatever the list before it was a list of.
    fn conjunction(&mut self) {
        self.separated = true;
        if self.section == Section::Where && self.held.is_some() {
            let owner = self.owning && self.held.as_ref().is_some_and(|held| is_thing(&held.mention));
            self.release();
            // "Of customers and staff": the next one is an owner too.
            self.separated |= owner;
        }
    }

    fn enter(&mut self, section: Section) {
        self.release();
        self.section = section;
    }

    /// "top 5 customers by revenue": the phrase behind "by" ranks, unless it is a dimension.
    fn breakdown(&mut self) {
        // "In ascending order by their heights": nothing is broken down.
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let ordered = matches!(before, Some(Piece::Sign(Sign::Ascending | Sign::Descending)));
        self.enter(if ordered { Section::Sort } else { Section::By });
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

    /// "How many are there? Show the number": it was asked for already.
    fn is_restated(&self, mention: &Mention) -> bool {
        let counted = self.intent.asks.iter().any(|a| a.fold == Some(Fold::Count));
        counted && matches!(mention.text.as_str(), "number" | "numbers" | "count" | "counts")
    }

    /// "Number of male (sex is M) students": what a value is of restricts, and is not counted.
    fn opens_value(&self, mention: &Mention) -> bool {
        let behind = self.pieces.get(self.at + 1..self.at + 3);
        let value = |v: &Mention| matches!(v.links[0].meaning, Meaning::Value { .. }) && is_kind_of(v, mention);
        self.fold == Some(Fold::Count)
            && self.intent.asks.is_empty()
            && matches!(behind, Some([Piece::Filler(is), Piece::Phrase(v)]) if is == "is" && value(v))
    }

    fn phrase(&mut self, mention: &Mention) {
        if self.is_restated(mention) || self.opens_value(mention) {
            return;
        }
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
        let ask =
            Ask { fold: self.fold.take(), distinct: std::mem::take(&mut self.distinct), ..Ask::plain(mention.clone()) };
        self.last = Some(ask.clone());
        if is_thing(mention) {
            self.thing = Some(mention.clone());
        }
        if let Some(descending) = self.most.take() {
            self.intent.most = true;
            return self.rank(Ask { fold: ask.fold.or(is_thing(mention).then_some(Fold::Count)), ..ask }, descending);
        }
        if let Some(descending) = self.extreme.take() {
            if self.more_folds.is_empty() {
                return self.extremum(ask, descending);
            }
            self.more_folds.push(if descending { Fold::Max } else { Fold::Min });
            return self.ask_in_all_ways(&ask);
        }
        if let Some(latest) = self.recent.take() {
            if self.section == Section::Where && is_time_property(mention) {
                // "The shop with the latest opening year".
                return self.rank(ask, latest);
            }
            let count = self.count.take().unwrap_or(1);
            self.intent.top = Some(Top { count, descending: latest, by: None, by_time: true });
        }
        self.ask_in_all_ways(&ask);
        match self.section {
            Section::Ask if self.restricts_counted(&ask.mention) => {
                self.section = Section::Where;
                self.held = Some(ask);
            }
            Section::Ask if self.intent.top.is_some() && self.qualifies_next(&ask.mention) => {}
            Section::Ask => self.ask(ask),
            Section::By => self.dimension(ask),
            // "In the order of the company's value": the owner orders nothing.
            Section::Sort if is_thing(mention) && matches!(self.pieces.get(self.at + 1), Some(Piece::Phrase(_))) => {}
            Section::Sort => {
                let descending = self.direction.take().unwrap_or(false);
                self.intent.sorting = Some(Sorting { by: ask, descending });
                self.section = Section::Where;
            }
            Section::Where => {
                self.release();
                self.intent.distinct |= ask.distinct && ask.fold.is_none();
                self.held = Some(ask);
            }
        }
    }

    /// "The largest and smallest code": one number each.
    fn ask_in_all_ways(&mut self, ask: &Ask) {
        for fold in std::mem::take(&mut self.more_folds) {
            self.separated = true;
            self.ask(Ask { fold: Some(fold), ..ask.clone() });
            self.separated = true;
        }
    }

    /// "How many customers had revenue over 100": a number that is compared right behind things that are counted.
    fn restricts_counted(&self, mention: &Mention) -> bool {
        let mut ahead = self.pieces[self.at + 1..].iter().filter(|p| !matches!(p, Piece::Filler(_)));
        let compared = matches!(ahead.next(), Some(Piece::Sign(Sign::Compare(_))));
        // "Sold more than 100 units": what is compared comes behind the number.
        let compared = compared && !matches!((ahead.next(), ahead.next()), (Some(_), Some(Piece::Phrase(_))));
        let counted = |ask: &Ask| ask.fold == Some(Fold::Count) && is_thing(&ask.mention);
        let apart = self.separated || self.fold.is_some();
        compared && !apart && is_number(mention) && matches!(self.intent.asks.as_slice(), [ask] if counted(ask))
    }

    /// One more thing to return, or the part that is meant of the metric just before it.
    pub(super) fn ask(&mut self, ask: Ask) {
        let apart = std::mem::take(&mut self.separated);
        let ask = self.compound(Ask { joined: apart, ..ask });
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

    /// "Apartment type code": a sort of thing right before a property says whose it is.
    fn compound(&mut self, ask: Ask) -> Ask {
        let property = matches!(ask.mention.links[0].meaning, Meaning::Column { .. }) && !is_thing(&ask.mention);
        let before = self.at.checked_sub(1).and_then(|i| self.pieces.get(i));
        let owned = |last: &Ask| {
            matches!(before, Some(Piece::Phrase(m)) if *m == last.mention) && is_thing(&last.mention) && property
        };
        // "Problems reported after 2024": the verb says which date bounds the period.
        let dates = matches!(self.pieces.get(self.at + 1), Some(Piece::Time(_))) && ask.mention.tokens.len() == 1;
        match self.intent.asks.pop_if(|last| !dates && owned(last) && ask.fold.is_none() && !ask.joined) {
            Some(owner) => {
                self.intent.about.push(owner.mention);
                Ask { fold: owner.fold, distinct: owner.distinct | ask.distinct, joined: owner.joined, ..ask }
            }
            None => ask,
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
        let waiting = self.intent.top.as_ref().filter(|t| t.by.is_none() && !t.by_time).map(|t| t.count);
        let several = self.count.or(waiting).filter(|n| *n > 1);
        if let (Some(count), true, false) = (several, self.intent.asks.is_empty(), is_thing(&ask.mention)) {
            // "The 3 highest salaries".
            self.count = None;
            self.intent.top = Some(Top { count, descending, by: Some(ask.clone()), by_time: false });
            return self.intent.asks.push(ask);
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
        } else if self.section == Section::Where && !self.intent.asks.is_empty() {
            // "The number of companies for the industry with the highest value": one group of several.
            if self.intent.by.is_empty() {
                self.intent.unsupported.push("a number of the largest or smallest of something".to_owned());
            }
            self.rank(ask, descending);
        } else {
            if let Some(value) = self.value_that_ranks() {
                self.intent.unknown.push(value);
            }
            let fold = if descending { Fold::Max } else { Fold::Min };
            self.intent.asks.push(Ask { fold: Some(fold), ..ask });
        }
    }

    /// "The product with the highest height" ranks products: where nothing but a value is called so, nothing is ranked.
    fn value_that_ranks(&self) -> Option<String> {
        let with = self.pieces[..self.at].iter().rposition(|p| matches!(p, Piece::Sign(Sign::Where)))?;
        let filler = |p: &Piece| matches!(p, Piece::Filler(_) | Piece::Sign(Sign::Extreme(_) | Sign::Fold(_)));
        let close = self.pieces[with + 1..self.at].iter().all(filler);
        match with.checked_sub(1).and_then(|i| self.pieces.get(i)) {
            Some(Piece::Phrase(m)) if close && matches!(m.links[0].meaning, Meaning::Value { .. }) => {
                Some(m.text.clone()).filter(|text| text.chars().all(|c| !c.is_uppercase()))
            }
            _ => None,
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
}
