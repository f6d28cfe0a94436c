//! Forms that are told by their words alone: moving windows, ranks, plans, percentages, ageing.
//!
//! The words of a form are taken out of the question, and what they say is kept in [`Forms`]; where a place in
//! the question matters ("above average"), a [`Mark`] stands in for them. What is left is a plain question, which
//! the rest of the reading understands.

use catalog::Decimal;
use meaning::{Token, TokenKind};
use sql::Grain;

use super::words::{number, number_word};
use crate::calendar::{adverb, cardinal, ordinal, unit};
use crate::forms::{Ageing, Beyond, Forms, Margin, Outer, Ranked, Rolling};

/// Words that name a plan.
const PLANS: &[&str] =
    &["budget", "budgets", "budgeted", "plan", "planned", "forecast", "forecasts", "forecasted", "outlook"];

/// Words that rank.
const SUPERLATIVES: &[&str] = &[
    "best",
    "worst",
    "top",
    "bottom",
    "highest",
    "lowest",
    "largest",
    "smallest",
    "biggest",
    "greatest",
    "strongest",
    "weakest",
    "most",
    "least",
    "fewest",
];

/// Words before a unit of time that make it a period or a breakdown.
const PERIOD_BEFORE: &[&str] = &[
    "by",
    "per",
    "each",
    "every",
    "this",
    "last",
    "previous",
    "prior",
    "next",
    "current",
    "past",
    "same",
    "any",
    "a",
    "an",
    "the",
    "of",
    "in",
    "on",
    "for",
    "calendar",
    "fiscal",
    "financial",
    "to",
    "and",
    "all",
    "across",
    "over",
    "latest",
    "first",
    "trailing",
    "rolling",
    "full",
    "whole",
    "half",
];

/// Stands in for words of a form. No question holds such tokens: users cannot type them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// "The average": what is compared is compared with the mean of its like.
    Average,
    /// "As a share of": what follows divides what stands before.
    Share,
    /// "Divided by": the same, as a multiple.
    Over,
    /// "More ... than": what follows is compared and must be larger.
    More,
    /// "Less ... than".
    Less,
}

const MARKS: [(Mark, &str); 5] = [
    (Mark::Average, "§average"),
    (Mark::Share, "§share"),
    (Mark::Over, "§over"),
    (Mark::More, "§more"),
    (Mark::Less, "§less"),
];

impl Mark {
    /// The mark that a word stands for.
    pub fn of(word: &str) -> Option<Mark> {
        MARKS.iter().find(|(_, text)| *text == word).map(|(mark, _)| *mark)
    }

    fn text(self) -> &'static str {
        MARKS.iter().find(|(mark, _)| *mark == self).map_or("", |(_, text)| text)
    }
}

/// Takes the forms out of a question: the tokens that are left, and what was said.
pub fn take(tokens: &[Token]) -> (Vec<Token>, Forms) {
    let planned = tokens.iter().any(|t| PLANS.contains(&t.lower.as_str()));
    let mut taker = Taker { tokens, planned, at: 0, left: Vec::new(), forms: Forms::default(), divides: false };
    while taker.at < tokens.len() {
        taker.step();
    }
    taker.finish()
}

struct Taker<'t> {
    tokens: &'t [Token],
    /// Whether a word for a plan stands anywhere.
    planned: bool,
    at: usize,
    left: Vec<Token>,
    forms: Forms,
    /// "Ratio of": the next "to" divides.
    divides: bool,
}

type Rule<'t> = fn(&mut Taker<'t>) -> Option<usize>;

impl<'t> Taker<'t> {
    /// The rules in the order in which they are tried; each says how many tokens it took.
    const RULES: [Rule<'t>; 22] = [
        Taker::counted_units,
        Taker::superior,
        Taker::portion,
        Taker::median,
        Taker::rolling,
        Taker::compound,
        Taker::change,
        Taker::rank,
        Taker::margin,
        Taker::beyond,
        Taker::variance,
        Taker::actual,
        Taker::against,
        Taker::ageing,
        Taker::overdue,
        Taker::consolidated,
        Taker::percent,
        Taker::average,
        Taker::earlier,
        Taker::ratio,
        Taker::more,
        Taker::ranked,
    ];

    fn step(&mut self) {
        match Self::RULES.iter().find_map(|rule| rule(self).filter(|taken| *taken > 0)) {
            Some(taken) => self.at += taken,
            None => {
                self.left.push(self.tokens[self.at].clone());
                self.at += 1;
            }
        }
    }

    /// The word so many tokens ahead; empty where there is none.
    fn word(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).filter(|t| t.kind != TokenKind::Quoted).map_or("", |t| t.lower.as_str())
    }

    fn word_before(&self) -> &str {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or("", |t| t.lower.as_str())
    }

    /// The longest of the phrases that begins so many tokens ahead: how many words it has.
    fn phrase(&self, ahead: usize, phrases: &[&str]) -> Option<usize> {
        let fits = |phrase: &&&str| phrase.split(' ').enumerate().all(|(i, word)| self.word(ahead + i) == word);
        phrases.iter().filter(fits).map(|phrase| phrase.split(' ').count()).max()
    }

    /// How many words to pass over where one of the phrases stands, else none.
    fn skip(&self, ahead: usize, phrases: &[&str]) -> usize {
        self.phrase(ahead, phrases).unwrap_or(0)
    }

    fn number(&self, ahead: usize) -> Option<Decimal> {
        let token = self.tokens.get(self.at + ahead)?;
        match token.kind {
            TokenKind::Number => number(&token.lower),
            TokenKind::Word => number_word(&token.lower).map(Decimal::from),
            _ => None,
        }
    }

    fn count(&self, ahead: usize) -> Option<u32> {
        self.word(ahead).parse().ok().or_else(|| cardinal(self.word(ahead))).filter(|n| *n > 0)
    }

    fn put(&mut self, mark: Mark) {
        let Some(token) = self.tokens.get(self.at) else { return };
        self.left.push(Token { text: mark.text().to_owned(), lower: mark.text().to_owned(), ..token.clone() });
    }

    fn keep(&mut self, ahead: usize, count: usize) {
        let from = (self.at + ahead).min(self.tokens.len());
        let to = (from + count).min(self.tokens.len());
        self.left.extend_from_slice(&self.tokens[from..to]);
    }

    /// "3-month moving average of", "rolling 12 months" (in a series), "moving annual total".
    fn rolling(&mut self) -> Option<usize> {
        const MOVING: &[&str] = &["moving", "rolling", "trailing"];
        if let Some(words) = self.phrase(0, &["moving annual total of", "moving annual total"]) {
            return self.found_rolling(12, Grain::Month, false, words);
        }
        let before = self.count(0).zip(unit(self.word(1)));
        let moving = if before.is_some() { 2 } else { 0 };
        if !MOVING.contains(&self.word(moving)) {
            return None;
        }
        let after = self.count(moving + 1).zip(unit(self.word(moving + 2)));
        let next = moving + 1 + if after.is_some() && before.is_none() { 2 } else { 0 };
        let fold = self.phrase(next, &["average", "averages", "avg", "mean", "sum", "total", "totals"]);
        let mean = matches!(self.word(next), "average" | "averages" | "avg" | "mean");
        let end = next + fold.unwrap_or(0);
        let end = end + self.skip(end, &["of", "for", "in", "on"]);
        match before.or(after) {
            // "Rolling 12 months" by itself is a period; in a series it moves along.
            Some(_) if fold.is_none() && !(self.is_series() && self.word(moving) != "trailing") => None,
            Some((width, unit)) => self.found_rolling(width, unit, mean, end),
            None if fold.is_some() && self.word(moving) != "trailing" => {
                let what = "a moving window whose width is not said (\"3-month moving average\" says it)";
                self.forms.incomplete.push(what.to_owned());
                Some(end)
            }
            None => None,
        }
    }

    fn found_rolling(&mut self, width: u32, unit: Grain, mean: bool, taken: usize) -> Option<usize> {
        self.forms.rolling = Some(Rolling { width, unit, mean });
        Some(taken)
    }

    /// Whether the question asks for a series.
    fn is_series(&self) -> bool {
        let pair =
            |w: &[Token]| matches!(w[0].lower.as_str(), "by" | "per" | "each" | "every") && unit(&w[1].lower).is_some();
        self.tokens.windows(2).any(pair) || self.tokens.iter().any(|t| adverb(&t.lower).is_some())
    }

    fn compound(&mut self) -> Option<usize> {
        const WORDS: &[&str] = &[
            "cagr",
            "compound annual growth rate",
            "compounded annual growth rate",
            "compound annual growth",
            "compound growth rate",
            "compound growth",
            "annualised growth rate",
            "annualized growth rate",
            "annualised growth",
            "annualized growth",
        ];
        let words = self.phrase(0, WORDS)?;
        self.forms.compound = true;
        Some(words + self.skip(words, &["of", "in", "for"]))
    }

    /// "Who report to": the name behind it is that of the superior.
    fn superior(&mut self) -> Option<usize> {
        const WORDS: &[&str] =
            &["report to", "reports to", "reporting to", "report directly to", "reports directly to"];
        let words = self.phrase(0, WORDS)?;
        self.forms.superior = true;
        Some(words)
    }

    /// "What percent of revenue": the share of a whole that follows.
    fn portion(&mut self) -> Option<usize> {
        const ASKED: &[&str] = &[
            "what percent of",
            "what percentage of",
            "what % of",
            "what share of",
            "what proportion of",
            "what portion of",
            "what fraction of",
            "which percent of",
            "which percentage of",
            "which share of",
            "which proportion of",
            "which portion of",
        ];
        let opens = self.at == 0 || matches!(self.word_before(), "the" | "show" | "me" | "give" | "is");
        let said = || self.phrase(0, &["percent of", "percentage of", "% of"]).filter(|_| opens);
        let words = self.phrase(0, ASKED).or_else(said).filter(|words| !self.is_total(*words))?;
        self.forms.portion = true;
        let token = self.tokens.get(self.at)?.clone();
        for word in ["share", "of"] {
            let (text, lower) = (word.to_owned(), word.to_owned());
            self.left.push(Token { text, lower, kind: TokenKind::Word, ..token.clone() });
        }
        Some(words)
    }

    /// "How many months had revenue over 500,000": units of time that meet something, counted.
    fn counted_units(&mut self) -> Option<usize> {
        let words = self.phrase(0, &["how many", "number of", "the number of", "count of"])?;
        let grain = unit(self.word(words)).filter(|_| self.word(words).ends_with('s'))?;
        if !matches!(self.word(words + 1), "with" | "where" | "when" | "had" | "have" | "having") {
            return None;
        }
        self.forms.ranked = Some(Ranked { unit: grain, single: false });
        self.forms.outer = Some(Outer::Count);
        Some(words + 1)
    }

    /// "Median invoice amount".
    fn median(&mut self) -> Option<usize> {
        let words = self.phrase(0, &["median", "median of"])?;
        self.forms.outer = Some(Outer::Median);
        Some(words)
    }

    /// Whether "total" and the like stand so many tokens ahead: the whole itself, not the total of something.
    fn is_total(&self, words: usize) -> bool {
        let at = words + self.skip(words, &["the", "our"]);
        matches!(self.word(at), "total" | "all" | "sum" | "whole" | "totals")
            && self.phrase(at + 1, &["revenue", "assets", "expenses", "costs", "liabilities", "sales"]).is_none()
    }

    /// "Change in revenue between Q1 and Q2".
    fn change(&mut self) -> Option<usize> {
        const WORDS: &[&str] = &[
            "change in",
            "change of",
            "changes in",
            "difference in",
            "increase in",
            "decrease in",
            "increase of",
            "difference of",
            "movement in",
        ];
        let words = self.phrase(0, WORDS)?;
        self.forms.change = true;
        Some(words)
    }

    /// "Second largest", "3rd best": the rank stands before the word that ranks.
    fn rank(&mut self) -> Option<usize> {
        let rank = ordinal(self.word(0)).filter(|n| *n > 1)?;
        if !SUPERLATIVES.contains(&self.word(1)) {
            return None;
        }
        self.forms.rank = Some(u64::from(rank));
        Some(1)
    }

    /// "By more than 10 %", behind "over budget".
    fn margin(&mut self) -> Option<usize> {
        self.forms.beyond.as_ref().filter(|b| b.margin.is_none())?;
        let (margin, taken) = self.margin_at(0)?;
        if let Some(beyond) = &mut self.forms.beyond {
            beyond.margin = Some(margin);
        }
        Some(taken)
    }

    fn margin_at(&self, ahead: usize) -> Option<(Margin, usize)> {
        let by = self.phrase(ahead, &["by more than", "by over", "by at least", "by", "more than"])?;
        let number = self.number(ahead + by)?;
        let taken = by + 1;
        match self.phrase(ahead + taken, &["%", "percent", "per cent", "pct"]) {
            Some(words) => Some((Margin::Share(number / Decimal::from(100)), taken + words)),
            None => Some((Margin::Amount(number), taken)),
        }
    }

    /// "Over budget by more than 10 %", "below plan": a comparison with the plan of the same thing.
    fn beyond(&mut self) -> Option<usize> {
        const ABOVE: &[&str] = &[
            "over",
            "above",
            "exceed",
            "exceeds",
            "exceeded",
            "exceeding",
            "ahead of",
            "higher than",
            "more than",
            "overspent against",
            "overspend against",
        ];
        const BELOW: &[&str] = &["under", "below", "behind", "lower than", "less than", "short of", "within"];
        let (above, words) = match (self.phrase(0, ABOVE), self.phrase(0, BELOW)) {
            (Some(words), _) => (true, words),
            (_, Some(words)) => (false, words),
            _ => return None,
        };
        let named = words + self.skip(words, &["the", "their", "its", "our"]);
        let is_plan = |at: usize| PLANS.contains(&self.word(at)).then_some(at);
        let plan = (named..named + 3).find_map(is_plan)?;
        let margin = self.margin_at(plan + 1);
        let taken = plan + 1 + margin.as_ref().map_or(0, |(_, taken)| *taken);
        self.forms.against = true;
        self.forms.beyond = Some(Beyond { above, margin: margin.map(|(margin, _)| margin) });
        let with = self.tokens.get(self.at)?.clone();
        self.left.push(Token { text: "with".to_owned(), lower: "with".to_owned(), kind: TokenKind::Word, ..with });
        self.keep(named, plan + 1 - named);
        Some(taken)
    }

    /// "Variance to budget", "budget variance": actual figures against a plan.
    fn variance(&mut self) -> Option<usize> {
        let words = self.phrase(0, &["variance", "variances", "variance analysis", "variance report", "deviation"])?;
        if !self.planned {
            let what = "a variance without what it is measured against, such as a budget";
            self.forms.incomplete.push(what.to_owned());
            return Some(words);
        }
        self.forms.against = true;
        Some(words + self.skip(words, &["to", "from", "vs", "versus", "against", "of", "between"]))
    }

    /// "Actual" says what numbers are anyway, once a plan stands beside them.
    fn actual(&mut self) -> Option<usize> {
        let said = matches!(self.word(0), "actual" | "actuals") && self.planned;
        self.forms.against |= said;
        said.then_some(1)
    }

    fn against(&mut self) -> Option<usize> {
        const WORDS: &[&str] =
            &["vs", "versus", "against", "compared to", "compared with", "compare to", "compare with", "relative to"];
        self.forms.against |= self.planned && self.phrase(0, WORDS).is_some();
        None
    }

    /// "Receivables ageing", "aged payables", "by age".
    fn ageing(&mut self) -> Option<usize> {
        const WORDS: &[&str] = &[
            "ageing",
            "aging",
            "aged",
            "by age",
            "by age bucket",
            "by age buckets",
            "age buckets",
            "by ageing bucket",
            "by aging bucket",
            "by ageing",
            "by aging",
            "age analysis",
        ];
        let words = self.phrase(0, WORDS).filter(|_| self.is_owed())?;
        self.open_items().buckets = true;
        Some(
            words + self.skip(words, &["report", "schedule", "analysis", "buckets", "bucket", "list", "of", "summary"]),
        )
    }

    /// "Overdue invoices", "past due for more than 60 days".
    fn overdue(&mut self) -> Option<usize> {
        let words = self.phrase(0, &["overdue", "past due", "past their due date", "past due date"])?;
        self.open_items().overdue = true;
        let over = words + self.skip(words, &["by", "for", "since"]);
        let more = self.phrase(over, &["more than", "over", "longer than", "at least"]);
        let days = more.and_then(|m| Some((self.count(over + m)?, over + m + 1)));
        match days.filter(|(_, next)| matches!(self.word(*next), "days" | "day")) {
            Some((days, next)) => {
                self.open_items().beyond = Some(i64::from(days));
                Some(next + 1)
            }
            None => Some(words),
        }
    }

    /// Whether the question is about what is owed.
    fn is_owed(&self) -> bool {
        const OWED: &[&str] = &[
            "receivable",
            "receivables",
            "ar",
            "payable",
            "payables",
            "ap",
            "invoices",
            "invoice",
            "bills",
            "debtors",
            "creditors",
            "debtor",
            "creditor",
            "items",
            "debts",
            "debt",
        ];
        self.tokens.iter().any(|t| OWED.contains(&t.lower.as_str()))
    }

    fn open_items(&mut self) -> &mut Ageing {
        const PAYABLE: &[&str] = &[
            "payable",
            "payables",
            "ap",
            "bills",
            "bill",
            "supplier",
            "suppliers",
            "vendor",
            "vendors",
            "creditors",
            "creditor",
        ];
        let payable = self.tokens.iter().any(|t| PAYABLE.contains(&t.lower.as_str()));
        self.forms.ageing.get_or_insert(Ageing { payable, overdue: false, beyond: None, buckets: false })
    }

    /// "Consolidated", "after eliminations"; a name that begins so ("Consolidated Mills") is none.
    fn consolidated(&mut self) -> Option<usize> {
        const WORDS: &[&str] = &[
            "consolidated",
            "on a consolidated basis",
            "after eliminations",
            "after elimination",
            "after intercompany eliminations",
            "excluding intercompany",
            "without intercompany",
        ];
        let taken = self.phrase(0, WORDS)?;
        let as_name =
            |ahead: usize| self.tokens.get(self.at + ahead).is_some_and(|t| t.text.starts_with(char::is_uppercase));
        if self.at > 0 && as_name(0) || as_name(taken) && as_name(0) {
            return None;
        }
        self.forms.consolidated = true;
        Some(taken)
    }

    /// "50 %" is a number that is written as a percentage.
    fn percent(&mut self) -> Option<usize> {
        let number = self.number(0).filter(|_| self.tokens[self.at].kind == TokenKind::Number)?;
        let words = self.phrase(1, &["%", "percent", "per cent", "pct"])?;
        // "Top 10 %" counts things, "10 % of total" is a share.
        if SUPERLATIVES.contains(&self.word_before()) || self.word(1 + words) == "of" {
            return None;
        }
        self.forms.percents.push(number);
        self.keep(0, 1);
        Some(1 + words)
    }

    /// "Above average", "higher than the average".
    fn average(&mut self) -> Option<usize> {
        const COMPARING: &[&str] =
            &["above", "below", "over", "under", "exceeding", "exceeds", "exceed", "beyond", "than"];
        if !COMPARING.contains(&self.word(0)) {
            return None;
        }
        let article = self.skip(1, &["the", "their", "its", "our", "an"]);
        self.phrase(1 + article, &["average", "mean", "avg"])?;
        self.keep(0, 1);
        self.put(Mark::Average);
        Some(2 + article)
    }

    /// "Above the previous year": what calendars read behind "than".
    fn earlier(&mut self) -> Option<usize> {
        if !matches!(self.word(0), "above" | "below" | "exceeding" | "exceeds" | "exceeded" | "beyond") {
            return None;
        }
        let article = self.skip(1, &["the", "that of the", "those of the"]);
        let prior = matches!(self.word(1 + article), "previous" | "prior" | "last" | "preceding");
        if !prior || unit(self.word(2 + article)).is_none() && self.word(2 + article) != "period" {
            return None;
        }
        self.keep(0, 1);
        let than = self.tokens.get(self.at)?.clone();
        self.left.push(Token { text: "than".to_owned(), lower: "than".to_owned(), ..than });
        Some(1 + article)
    }

    /// "As a percentage of revenue", "divided by", "ratio of ... to".
    fn ratio(&mut self) -> Option<usize> {
        const SHARE: &[&str] = &[
            "as a percentage of",
            "as percentage of",
            "as a percent of",
            "as percent of",
            "as a share of",
            "as share of",
            "as a proportion of",
            "as a % of",
            "as % of",
            "as a fraction of",
            "% of",
            "in percent of",
        ];
        const OVER: &[&str] = &["divided by", "in relation to", "as a multiple of"];
        if let Some(words) = self.phrase(0, SHARE).filter(|words| !self.is_total(*words)) {
            self.put(Mark::Share);
            return Some(words);
        }
        if let Some(words) = self.phrase(0, OVER) {
            self.put(Mark::Over);
            return Some(words);
        }
        if let Some(words) = self.phrase(0, &["ratio of", "the ratio of", "ratio between"]) {
            self.divides = true;
            return Some(words);
        }
        let divides = self.divides && matches!(self.word(0), "to" | "and" | "over");
        if divides {
            self.divides = false;
            self.put(Mark::Over);
            return Some(1);
        }
        None
    }

    /// "More revenue than Acme": the comparison stands around what is compared.
    fn more(&mut self) -> Option<usize> {
        let mark = match self.word(0) {
            "more" | "higher" | "greater" | "larger" | "bigger" => Mark::More,
            "less" | "lower" | "fewer" | "smaller" => Mark::Less,
            _ => return None,
        };
        let than = (2..=5).find(|n| self.word(*n) == "than")?;
        // "More orders than 5", "how much more" and "more expensive than" say something else.
        let property = self.word(1) == "expensive";
        if property || self.number(than + 1).is_some() || matches!(self.word_before(), "much" | "many") {
            return None;
        }
        self.put(mark);
        Some(1)
    }

    /// "Best month", "which quarter", "months with revenue below ...": time itself is ranked or filtered.
    fn ranked(&mut self) -> Option<usize> {
        let grain = unit(self.word(0))?;
        let single = !self.word(0).ends_with('s');
        let ahead = matches!(self.word(1), "where" | "with" | "when" | "that" | "having" | "in");
        let followed = ahead && !single && (self.word(1) != "in" || self.word(2) == "which");
        let counted = self.number_before() && self.ranks_before(2);
        let asked = matches!(self.word_before(), "which" | "what") || self.ranks_before(1) || counted;
        let goes_on = matches!(self.word(1), "to" | "over" | "on");
        let last =
            !goes_on && !PERIOD_BEFORE.contains(&self.word_before()) && !self.number_before() && self.ranks_before(4);
        if self.forms.ranked.is_some() || !(asked || followed && !self.number_before() || last) {
            return None;
        }
        self.forms.ranked = Some(Ranked { unit: grain, single });
        Some(1)
    }

    fn number_before(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|i| self.tokens.get(i));
        before.is_some_and(|t| t.kind == TokenKind::Number || number_word(&t.lower).is_some())
    }

    /// Whether a word that ranks stands at most so many tokens before.
    fn ranks_before(&self, most: usize) -> bool {
        let from = self.at.saturating_sub(most);
        self.tokens[from..self.at].iter().any(|t| SUPERLATIVES.contains(&t.lower.as_str()))
    }

    fn finish(self) -> (Vec<Token>, Forms) {
        (self.left, self.forms)
    }
}
