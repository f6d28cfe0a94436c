//! Follow-ups: a text that goes on from the question before it becomes a full question.
//!
//! The path: [`mod@cue`] cuts off the words that only say how a text goes on ("and", "what about", "only");
//! what is left is read as any question is; a text with a number or a thing of its own and no such word stands
//! alone; `times` sees bare parts of a year in the light of the period before; `merge` puts what was said
//! into the intent before. What a text does not name stays; what nothing explains stops it, as everywhere.

pub mod cue;
mod parts;
mod times;
mod merge;

use meaning::{Mention, Token, TokenKind, tokenize};

use crate::calendar::{Period, TimeForm, TimeMention};
use crate::intent::{Ask, Cut, Fold, Intent};
use crate::read::words::{Sign, sign_at};
use crate::read::{Reading, read};
use crate::resolve::choose::settle;
use crate::resolve::kinds::named_accounts;
use crate::resolve::outcome::{Choice, Outcome, Stop, refuse};
use crate::resolve::{Clarify, Ground, Refusal};
use cue::{Cue, Manner, cue};
use parts::{Parts, parts};

/// What a text is after the question before it.
#[derive(Clone, Debug)]
pub enum Followed {
    /// A question of its own.
    Alone(Reading),
    /// The question before, changed by it.
    On(Reading),
    /// Two things may be meant.
    Clarify(Clarify),
    /// It does not go with the question before.
    Refuse(Refusal),
}

/// Reads a text after the question before it. Pure; cost as that of reading two questions.
///
/// `ground.words` is not looked at.
pub fn follow(ground: Ground, before: &Reading, text: &str) -> Followed {
    let tokens = tokenize(text);
    let whole = read(&tokens, &ground.knowledge.lexicon, ground.calendar, ground.today);
    let cue = cue(&tokens);
    let known = parts(ground, &before.intent);
    let earlier = Before { parts: known.as_ref(), after_statement: before.intent.statement.is_some() };
    if cue.removal().is_none() && stands_alone(ground, &earlier, &cue, &whole.intent) {
        return match pointing(&tokens, &whole.times) {
            Some(word) => Followed::Refuse(unclear(word)),
            None => Followed::Alone(whole),
        };
    }
    match goes_on(ground, before, known.as_ref(), &cue) {
        Ok(reading) => Followed::On(reading),
        Err(stop) => match *stop {
            Outcome::Clarify(clarify) => Followed::Clarify(clarify),
            Outcome::Refuse(refusal) => Followed::Refuse(refusal),
            Outcome::Plan(_) => Followed::Alone(whole),
        },
    }
}

/// Words that ask for something by themselves, whatever stood before.
const ASKING: [&str; 7] = ["how many", "how much", "what is", "what are", "what was", "which", "who"];

/// What matters of the question before.
struct Before<'p> {
    parts: Option<&'p Parts>,
    after_statement: bool,
}

/// A text stands alone where it says itself what it wants: a number, or things to list.
fn stands_alone(ground: Ground, before: &Before, cue: &Cue, said: &Intent) -> bool {
    let k = ground.knowledge;
    let Before { parts: before, after_statement } = *before;
    let asking = ASKING.iter().any(|words| cue::starts(&cue.rest[1..], words).is_some());
    let plain = cue.manner == Manner::Plain;
    if said.statement.is_some() {
        // "And the balance sheet" goes on from another statement, and from nothing else.
        return plain || !after_statement;
    }
    if !(plain || asking && cue.manner == Manner::And) {
        return false;
    }
    let cut_up = !said.by.is_empty() || said.cut.is_some() || !said.periods.is_empty();
    if cut_up && said.asks.is_empty() && said.conditions.iter().any(|c| named_accounts(k, c).is_some()) {
        return true;
    }
    let open_rank = said.top.as_ref().is_some_and(|t| t.by.is_none() && !t.by_time);
    let ranks_before = open_rank && before.is_some() && said.asks.iter().all(|a| a.fold.is_none());
    said.who || !said.asks.is_empty() && !ranks_before || asking && !said.about.is_empty()
}

/// The question before, changed.
fn goes_on(ground: Ground, before: &Reading, known: Option<&Parts>, cue: &Cue) -> Result<Reading, Stop> {
    if let Some(intent) = counted(&before.intent, known, cue) {
        return Ok(reading(before, intent, Vec::new(), Vec::new(), &[]));
    }
    pronouns(&cue.rest)?;
    if let Some(removal) = cue.removal() {
        let intent = merge::remove(&before.intent, known, removal)?;
        return Ok(reading(before, intent, Vec::new(), Vec::new(), &[]));
    }
    let (calendar, periods) = (ground.calendar, before.intent.periods.as_slice());
    let (tokens, earlier) = earlier_period(&cue.rest, periods, ground);
    let tokens = times::in_its_year(&tokens, periods, calendar, ground.today);
    let tokens = with_subject(tokens, before, known);
    let mut said = read(&tokens.all, &ground.knowledge.lexicon, calendar, ground.today);
    said.intent.asks.retain(|a| tokens.subject.as_ref() != Some(&a.mention.text));
    if let Some(period) = earlier {
        let form = TimeForm::Period(period.clone());
        said.times.push(TimeMention { tokens: 0..0, form, alternatives: Vec::new(), assumption: None });
        said.intent.periods.push(period);
    }
    for time in &mut said.times {
        let Some(meant) = times::same_part(time, &tokens.all, periods, calendar) else { continue };
        let chosen = one_of(ground, meant, &tokens.all[time.tokens.clone()])?;
        said.intent.periods = vec![chosen.clone()];
        time.form = TimeForm::Period(chosen);
    }
    if says_nothing(&said.intent) {
        let why = "nothing in that says what to change of the question before";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    let intent = merge::merge(ground, &before.intent, known, said.intent, cue.manner)?;
    Ok(reading(before, intent, said.mentions, said.times, &said.words))
}

/// "Of those" would restrict to what the answer before showed, which is not followed: it stops the text.
fn pronouns(tokens: &[Token]) -> Result<(), Stop> {
    const PRONOUNS: [&str; 5] = ["those", "them", "these", "they", "it"];
    let found = tokens.iter().find(|t| t.kind == TokenKind::Word && PRONOUNS.contains(&t.lower.as_str()));
    found.map_or(Ok(()), |token| Err(Box::new(Outcome::Refuse(unclear(token)))))
}

/// A word by which a question of its own points back all the same: "the same", "those".
fn pointing<'t>(tokens: &'t [Token], times: &[TimeMention]) -> Option<&'t Token> {
    let free = |i: &usize| !times.iter().any(|t| t.tokens.contains(i));
    let mut words = (0..tokens.len()).filter(free).map(|i| &tokens[i]);
    words.find(|t| matches!(t.lower.as_str(), "those" | "these" | "same"))
}

fn unclear(token: &Token) -> Refusal {
    let why = format!("what {:?} stands for is not understood; it has to be said in words", token.text);
    Refusal { why, missing: vec![token.text.clone()], nearest: Vec::new() }
}

/// "How many?" after a list counts what was listed.
fn counted(before: &Intent, known: Option<&Parts>, cue: &Cue) -> Option<Intent> {
    const COUNTS: [&str; 6] =
        ["how many", "how many are there", "how many are those", "count", "count them", "count those"];
    let asked = COUNTS.iter().any(|words| cue::starts(&cue.rest[1..], words) == Some(cue.rest.len() - 1));
    let first = before.asks.first().filter(|_| known.is_none() && asked)?;
    let asks = vec![Ask { fold: Some(Fold::Count), ..first.clone() }];
    Some(Intent { asks, top: None, sorting: None, ..before.clone() })
}

/// The tokens without an expression such as "the quarter before", and the period that it means.
fn earlier_period(tokens: &[Token], known: &[Period], ground: Ground) -> (Vec<Token>, Option<Period>) {
    let at = (1..tokens.len()).find_map(|i| times::before(&tokens[i..], known, ground.calendar).map(|f| (i, f)));
    match at {
        Some((at, (period, length))) => {
            let rest = [&tokens[..at], &tokens[at + length..]].concat();
            (rest, Some(period))
        }
        None => (tokens.to_vec(), None),
    }
}

/// A text with the number of the question before put in front, where it begins with a comparison or an order.
struct Subjected {
    all: Vec<Token>,
    /// The words that were put in front, as mentions say them.
    subject: Option<String>,
}

fn with_subject(tokens: Vec<Token>, before: &Reading, known: Option<&Parts>) -> Subjected {
    let words: Vec<Token> = tokens[1..].iter().filter(|t| t.kind == TokenKind::Word).cloned().collect();
    let wants = match sign_at(&words) {
        Some((Sign::Compare(_) | Sign::Between | Sign::Ascending | Sign::Descending, _)) => true,
        Some((Sign::Where, n)) => matches!(sign_at(&words[n..]), Some((Sign::Compare(_) | Sign::Between, _))),
        _ => false,
    };
    let listed = || before.intent.asks.first();
    let first = known.map_or_else(listed, |parts| parts.measures.first()).map(|ask| ask.mention.text.clone());
    match first.filter(|_| wants) {
        Some(subject) => {
            let all = [&tokens[..1], &tokenize(&subject), &tokens[1..]].concat();
            Subjected { all, subject: Some(subject) }
        }
        None => Subjected { all: tokens, subject: None },
    }
}

/// The same part of the year before, or that whole year: asked back unless it was chosen.
fn one_of(ground: Ground, meant: [Period; 2], phrase: &[Token]) -> Result<Period, Stop> {
    let phrase = phrase.iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" ");
    let choice =
        |p: &Period| Choice { words: p.label.clone(), target: p.span.to_string(), phrase: phrase.clone(), score: 1.0 };
    let at = settle(ground, &format!("which period does {phrase:?} mean?"), meant.iter().map(choice).collect())?;
    let [part, whole] = meant;
    Ok(if at == 0 { part } else { whole })
}

/// Whether a text names nothing that could change a question.
fn says_nothing(said: &Intent) -> bool {
    let bare = Intent { about: Vec::new(), assumptions: Vec::new(), dated: None, ..said.clone() };
    bare == Intent::default()
}

/// The changed question with the phrases and times that are still in force.
fn reading(before: &Reading, intent: Intent, more: Vec<Mention>, times: Vec<TimeMention>, words: &[String]) -> Reading {
    let used: Vec<String> = parts::mentions(&intent).iter().map(|m| m.text.clone()).collect();
    let (kept, gone): (Vec<Mention>, Vec<Mention>) =
        before.mentions.iter().cloned().partition(|m| used.contains(&m.text));
    let stems = |mentions: &[Mention]| -> Vec<String> {
        mentions.iter().flat_map(|m| m.text.split(' ')).map(meaning::words::stem).collect()
    };
    let (kept_stems, gone_stems) = (stems(&kept), stems(&gone));
    let stays = |w: &&String| !gone_stems.contains(w) || kept_stems.contains(w);
    let words = before.words.iter().filter(stays).chain(words).cloned().collect();
    let times: Vec<TimeMention> = before
        .times
        .iter()
        .filter(|t| !times.contains(t))
        .chain(&times)
        .filter(|t| in_force(t, &intent))
        .cloned()
        .collect();
    let assumptions = times.iter().filter_map(|t| t.assumption.clone()).collect();
    let mentions = kept.into_iter().chain(more).collect();
    Reading { intent: Intent { assumptions, ..intent }, mentions, times, words }
}

fn in_force(time: &TimeMention, intent: &Intent) -> bool {
    match &time.form {
        TimeForm::Period(period) => intent.periods.contains(period),
        TimeForm::Periods(periods) => periods.iter().any(|p| intent.periods.contains(p)),
        TimeForm::Grain(grain) => intent.cut == Some(Cut::By(*grain)),
        TimeForm::CalendarGrain(grain) => intent.cut == Some(Cut::ByCalendar(*grain)),
        TimeForm::Trend => intent.cut == Some(Cut::OverTime),
        TimeForm::AsOf(day, words) => intent.as_of.as_ref().is_some_and(|(d, w)| d == day && w == words),
        TimeForm::Compare(comparison) => intent.compare.as_ref() == Some(comparison),
    }
}
