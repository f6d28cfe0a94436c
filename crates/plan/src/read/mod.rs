//! Reading: a question becomes an [`Intent`].
//!
//! The path: times are read first (they are the most regular), then phrases that certainly name
//! something, then the words with a grammatical role, then the rest of the phrases. The pieces go
//! through a machine from left to right. Nothing is thrown away: words that nothing explains
//! end up in [`Intent::unknown`] and stop the answer later.

pub mod words;
pub mod piece;
mod forms;
mod arrange;
mod state;
mod close;
mod compare;
mod machine;

use std::ops::Range;

use catalog::Decimal;
use jiff::civil::Date;
use meaning::{Lexicon, Mention, Token, TokenKind};

use crate::calendar::{self, Calendar, TimeForm, TimeMention};
use crate::intent::{Intent, Named, Relation};
use piece::Piece;
use words::{Sign, number, number_word, sign_at};

/// From this score on, a phrase of several words beats the grammatical role of its words.
const CERTAIN: f64 = 0.88;

/// A question as read, with the phrases that were found in it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it asks for.
    pub intent: Intent,
    /// All phrases with a meaning, in order.
    pub mentions: Vec<Mention>,
    /// All time expressions, in order.
    pub times: Vec<TimeMention>,
    /// All words as stems.
    pub words: Vec<String>,
}

/// Reads a question. Pure; cost grows with the length of the question times the longest phrase.
pub fn read(tokens: &[Token], lexicon: &Lexicon, calendar: &Calendar, today: Date) -> Reading {
    let (tokens, mut forms) = forms::take(&spelled(tokens, lexicon));
    let tokens = &unfolded(&tokens, lexicon);
    let times = calendar::read(tokens, calendar, today).into_iter();
    let times = times.filter(|t| !is_named(tokens, lexicon, t) && !is_sorted_by(tokens, lexicon, t));
    let times = times.map(|t| widen(tokens, calendar, today, t)).collect();
    let statements = statements(tokens, lexicon);
    let (times, mut mentions, signs) = tag(tokens, lexicon, times, &statements);
    let degrees = degrees(tokens, lexicon, &times, &mentions);
    mentions.retain(|m| !degrees.iter().any(|d| d.tokens.contains(&m.tokens.start)));
    let pieces = pieces(tokens, lexicon, (&times, &mentions), &signs, &statements, &degrees);
    let pieces = arrange::arrange(pieces, &mut forms);
    let mut intent = machine::run(&pieces);
    arrange::settle(&mut intent, forms);
    intent.assumptions = times.iter().filter_map(|t| t.assumption.clone()).collect();
    let covered = |i: usize| {
        let times = times.iter().map(|t| &t.tokens).chain(statements.iter().map(|s| &s.tokens));
        times.chain(mentions.iter().map(|m| &m.tokens)).chain(signs.iter().map(|(r, _)| r)).any(|r| r.contains(&i))
    };
    let verbs = (0..tokens.len()).filter(|i| !covered(*i) && joins(tokens, *i, lexicon));
    intent.assumptions.extend(verbs.map(|i| format!("{:?} only joins what stands around it", tokens[i].text)));
    let words = tokens.iter().map(|t| meaning::words::stem(&t.lower)).collect();
    Reading { intent, mentions, times, words }
}

/// "Monthly rental", where a column is called so, cuts nothing into months.
fn is_named(tokens: &[Token], lexicon: &Lexicon, time: &TimeMention) -> bool {
    // The expression may hold its preposition itself: "by monthly".
    let word = time.tokens.end.saturating_sub(1);
    let Some(phrase) = tokens.get(word..word + 2).filter(|_| matches!(time.form, TimeForm::Grain(_))) else {
        return false;
    };
    let stem = meaning::words::stem(&tokens[word].lower);
    let in_name = |name: &str| meaning::words::split_identifier(name).iter().any(|w| meaning::words::stem(w) == stem);
    lexicon.links(phrase).iter().any(|l| match &l.meaning {
        meaning::Meaning::Column { column } => l.score >= 0.97 && in_name(&column.column),
        _ => false,
    })
}

/// "Ordered by year", where a column is called so, sorts by that column.
fn is_sorted_by(tokens: &[Token], lexicon: &Lexicon, time: &TimeMention) -> bool {
    const SORTED: [&str; 6] = ["ordered", "sorted", "order", "sort", "ordering", "sorting"];
    let [by, unit] = &tokens[time.tokens.clone()] else { return false };
    let before = time.tokens.start.checked_sub(1).map(|i| tokens[i].lower.as_str());
    let called = |l: &meaning::Link| l.score >= 0.9 && matches!(l.meaning, meaning::Meaning::Column { .. });
    by.lower == "by"
        && before.is_some_and(|word| SORTED.contains(&word))
        && lexicon.links(std::slice::from_ref(unit)).iter().any(called)
}

/// "The week of 6 October" is the week that holds that day.
fn widen(tokens: &[Token], calendar: &Calendar, today: Date, time: TimeMention) -> TimeMention {
    let TimeForm::Period(period) = &time.form else { return time };
    // The expression may hold its prepositions itself.
    let from = time.tokens.start.saturating_sub(2);
    let near = &tokens[from..time.tokens.end];
    let at = near.windows(2).position(|w| w[0].lower == "week" && w[1].lower == "of");
    let (Some(at), 1) = (at, period.span.days()) else { return time };
    let week = calendar.unit(period.span.from, sql::Grain::Week, calendar::Basis::Books, today);
    let start = time.tokens.start.min(from + at);
    TimeMention { tokens: start..time.tokens.end, form: TimeForm::Period(week), ..time }
}

/// "First and last name" is "first name and last name", and so are longer lists, where all of them are columns.
fn unfolded(tokens: &[Token], lexicon: &Lexicon) -> Vec<Token> {
    let mut owed: Vec<(usize, Token)> = Vec::new();
    for at in 1..tokens.len().saturating_sub(2) {
        let (and, last, noun) = (&tokens[at], &tokens[at + 1], &tokens[at + 2]);
        let shared = and.lower == "and" && is_noun(noun, lexicon) && is_column(lexicon, last, noun);
        let mut heads = if shared { heads(tokens, at, noun, lexicon) } else { Vec::new() };
        heads.retain(|head| tokens[*head].lower != last.lower);
        owed.extend(heads.into_iter().map(|head| (head, noun.clone())));
        // "Color code and description" is "color code and color description".
        let owner = at.checked_sub(2).map(|o| &tokens[o]).filter(|o| is_noun(o, lexicon));
        let ends = tokens.get(at + 2).is_none_or(|t| !is_noun(t, lexicon));
        let prefixed = |o: &Token| {
            tokens[at - 1].lower != last.lower && is_column(lexicon, o, &tokens[at - 1]) && is_column(lexicon, o, last)
        };
        if let Some(owner) = owner.filter(|o| and.lower == "and" && ends && prefixed(o)) {
            owed.push((at, owner.clone()));
        }
    }
    let with_noun = |(i, token): (usize, &Token)| {
        let noun = owed.iter().find(|(head, _)| *head == i).map(|(_, noun)| noun.clone());
        std::iter::once(token.clone()).chain(noun)
    };
    tokens.iter().enumerate().flat_map(with_noun).collect()
}

/// The words before "and" that need the noun behind it: the one right before, and those that commas join to it.
fn heads(tokens: &[Token], and: usize, noun: &Token, lexicon: &Lexicon) -> Vec<usize> {
    let mut heads = Vec::new();
    let mut at = if tokens[and - 1].kind == TokenKind::Comma { and.saturating_sub(2) } else { and - 1 };
    while is_column(lexicon, &tokens[at], noun) {
        heads.push(at);
        if at < 2 || tokens[at - 1].kind != TokenKind::Comma {
            break;
        }
        at -= 2;
    }
    heads
}

/// Whether two words name a column together.
fn is_column(lexicon: &Lexicon, word: &Token, noun: &Token) -> bool {
    let links = || lexicon.links(&[word.clone(), noun.clone()]);
    word.kind == TokenKind::Word
        && links().first().is_some_and(|l| l.score >= 0.9 && matches!(l.meaning, meaning::Meaning::Column { .. }))
}

/// Whether a word can be the noun of a list of adjectives: one with content and no grammatical role.
fn is_noun(token: &Token, lexicon: &Lexicon) -> bool {
    let roleless = sign_at(std::slice::from_ref(token)).is_none();
    token.kind == TokenKind::Word && roleless && !lexicon.ontology().is_filler(&token.lower)
}

/// Words of time are spelled wrong as often as any other; a word that nothing else explains is mended.
fn spelled(tokens: &[Token], lexicon: &Lexicon) -> Vec<Token> {
    const WORDS: [&str; 13] = [
        "quarter",
        "quarterly",
        "month",
        "monthly",
        "yearly",
        "weekly",
        "previous",
        "prior",
        "january",
        "february",
        "september",
        "november",
        "december",
    ];
    let mend = |token: &Token| {
        let known = lexicon.knows(&meaning::words::stem(&token.lower)) || lexicon.ontology().is_filler(&token.lower);
        let meant = WORDS
            .iter()
            .find(|w| !known && token.kind == TokenKind::Word && meaning::words::is_misspelling(&token.lower, w));
        meant.map_or_else(|| token.clone(), |w| Token { lower: (*w).to_owned(), ..token.clone() })
    };
    tokens.iter().map(mend).collect()
}

type Signs = Vec<(Range<usize>, Sign)>;

/// The names of financial statements, each as long as it can be. What the database itself calls so is meant instead.
fn statements(tokens: &[Token], lexicon: &Lexicon) -> Vec<Named> {
    let words: Vec<String> = tokens.iter().map(|t| meaning::words::stem(&t.lower)).collect();
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = (i..tokens.len()).take_while(|j| tokens[*j].kind == TokenKind::Word).count();
        let named = lexicon.ontology().statement_named(&words[i..i + run]);
        match named.filter(|(_, length)| !is_kept(&lexicon.links(&tokens[i..i + length]))) {
            Some((form, length)) => {
                found.push(Named { id: form.id.clone(), tokens: i..i + length });
                i += length;
            }
            None => i += 1,
        }
    }
    found
}

/// Whether a table or column is called so.
fn is_kept(links: &[meaning::Link]) -> bool {
    let own = |l: &meaning::Link| matches!(l.meaning, meaning::Meaning::Table { .. } | meaning::Meaning::Column { .. });
    links.iter().any(|l| own(l) && l.score >= 0.95)
}

/// Decides which tokens are times, phrases and signs.
fn tag(
    tokens: &[Token],
    lexicon: &Lexicon,
    times: Vec<TimeMention>,
    statements: &[Named],
) -> (Vec<TimeMention>, Vec<Mention>, Signs) {
    let named = statements.iter().map(|s| s.tokens.clone());
    let time_ranges: Vec<Range<usize>> = times.iter().map(|t| t.tokens.clone()).chain(named).collect();
    let all_signs = signs(tokens, lexicon, &time_ranges);
    let in_sign = |i: usize| all_signs.iter().any(|(range, _)| range.contains(&i));
    let certain = |m: &Mention| {
        let overlaps = m.tokens.clone().any(in_sign);
        let only_signs = m.tokens.clone().all(&in_sign);
        // "Average price" is no average rate: a word that puts numbers together is not read into other words.
        let folds = matches!(sign_at(&tokens[m.tokens.start..=m.tokens.start]), Some((Sign::Fold(_), _)));
        let other_words = folds && m.links[0].evidence == meaning::Evidence::Synonym;
        !overlaps
            || !only_signs
                && !other_words
                && m.links[0].score >= CERTAIN
                && m.tokens.len() > 1
                && !is_plain_count(tokens, m, lexicon)
    };
    let joining = |m: &Mention| m.tokens.len() == 1 && is_passive(tokens, m.tokens.start, lexicon);
    let mut mentions: Vec<Mention> = lexicon.mentions(tokens, &time_ranges).into_iter().filter(certain).collect();
    let mut taken = time_ranges;
    taken.extend(mentions.iter().map(|m| m.tokens.clone()));
    let signs = signs(tokens, lexicon, &taken);
    taken.extend(signs.iter().map(|(range, _)| range.clone()));
    mentions.extend(lexicon.mentions(tokens, &taken));
    mentions.retain(|m| !joining(m));
    mentions.sort_by_key(|m| m.tokens.start);
    mentions.iter_mut().for_each(|m| prefer_verb(tokens, m));
    (times, mentions, signs)
}

/// "Problems reported after": a verb before its preposition is the column that is named after it, where there is one,
/// rather than a state that happens to be called so.
fn prefer_verb(tokens: &[Token], mention: &mut Mention) {
    const BEHIND: [&str; 10] = ["by", "on", "after", "before", "since", "between", "during", "until", "to", "from"];
    let verb = mention.tokens.len() == 1 && is_participle(&mention.text);
    let written_small = tokens[mention.tokens.start].text == mention.text;
    let followed = tokens.get(mention.tokens.end).is_some_and(|t| BEHIND.contains(&t.lower.as_str()));
    let column = |l: &meaning::Link| matches!(l.meaning, meaning::Meaning::Column { .. });
    if verb && written_small && followed && mention.links.iter().any(column) {
        mention.links.retain(|l| !matches!(l.meaning, meaning::Meaning::Value { .. }));
    }
}

/// "number of orders" counts orders, whatever else "order number" may be; a column that is called so in this very
/// order (`no_of_orders`) holds the number.
fn is_plain_count(tokens: &[Token], mention: &Mention, lexicon: &Lexicon) -> bool {
    let phrase = &tokens[mention.tokens.clone()];
    let of = phrase.get(1).is_some_and(|t| t.lower == "of");
    let count = of && matches!(phrase[0].lower.as_str(), "number" | "count");
    let held = |l: &meaning::Link| {
        l.score >= 0.9
            && l.evidence != meaning::Evidence::Synonym
            && matches!(l.meaning, meaning::Meaning::Column { .. })
    };
    let as_written: Vec<Token> = phrase.iter().filter(|t| t.lower != "of").cloned().collect();
    count && !lexicon.links(&as_written).iter().any(held)
}

/// "The phone number of": the number belongs to the word before it, nothing is counted.
fn is_numbered(tokens: &[Token], i: usize, lexicon: &Lexicon) -> bool {
    let number = tokens[i].lower == "number" && tokens.get(i + 1).is_some_and(|t| t.lower == "of");
    let held = |l: &meaning::Link| l.score >= 0.8 && matches!(l.meaning, meaning::Meaning::Column { .. });
    number && i > 0 && is_noun(&tokens[i - 1], lexicon) && lexicon.links(&tokens[i - 1..=i]).first().is_some_and(held)
}

fn signs(tokens: &[Token], lexicon: &Lexicon, taken: &[Range<usize>]) -> Signs {
    let free = |i: usize| !taken.iter().any(|r| r.contains(&i));
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = (i..tokens.len()).take_while(|j| free(*j) && tokens[*j].kind == TokenKind::Word).count();
        let own_name = |sign: &Sign| {
            // "Last names" are names, and nothing is the latest.
            let name = |t: &Token| matches!(t.lower.as_str(), "name" | "names");
            let known = || !lexicon.links(&tokens[i..i + 2]).is_empty();
            matches!(sign, Sign::Recent(_)) && tokens.get(i + 1).is_some_and(name) && known()
        };
        let sign = sign_at(&tokens[i..i + run]).filter(|(sign, _)| !own_name(sign));
        match sign.filter(|_| !is_numbered(tokens, i, lexicon)) {
            Some((sign, length)) => {
                // "Used by customers" says who used it; nothing is broken down.
                let agent = sign == Sign::By && i > 0 && free(i - 1) && is_participle(&tokens[i - 1].lower);
                found.push((i..i + length, if agent { Sign::Where } else { sign }));
                i += length;
            }
            None => i += 1,
        }
    }
    found
}

fn pieces(
    tokens: &[Token],
    lexicon: &Lexicon,
    (times, mentions): (&[TimeMention], &[Mention]),
    signs: &Signs,
    statements: &[Named],
    degrees: &[Degree],
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if let Some(named) = statements.iter().find(|s| s.tokens.start == i) {
            pieces.push(Piece::Statement(named.clone()));
            i = named.tokens.end;
            continue;
        }
        let time = times.iter().find(|t| t.tokens.start == i);
        let mention = mentions.iter().find(|m| m.tokens.start == i);
        let sign = signs.iter().find(|(range, _)| range.start == i);
        if let Some(degree) = degrees.iter().find(|d| d.tokens.start == i) {
            pieces.extend(degree.pieces.iter().cloned());
            i = degree.tokens.end;
            continue;
        }
        let compared = |m: &Mention| mentions.iter().any(|v| v.tokens.start == m.tokens.end && is_value(v));
        let ranked = mention.filter(|m| !compared(m)).and_then(|m| most_of(tokens, m));
        let (piece, end) = match (time, mention, sign) {
            (Some(time), _, _) => (Piece::Time(time.form.clone()), time.tokens.end),
            (_, Some(mention), _) => (
                ranked
                    .map_or_else(|| Piece::Phrase(mention.clone()), |largest| Piece::Ranking(mention.clone(), largest)),
                mention.tokens.end,
            ),
            (_, _, Some((range, sign))) => (Piece::Sign(*sign), range.end),
            _ if is_listed_amount(tokens, i) => (amount(tokens, i, lexicon), i + 1),
            _ if joins(tokens, i, lexicon) || is_member(tokens, i, mentions) => {
                (Piece::Filler(tokens[i].text.clone()), i + 1)
            }
            _ => (plain(&tokens[i], lexicon), i + 1),
        };
        pieces.push(piece);
        i = end.max(i + 1);
    }
    pieces
}

/// "The date and amount of the payments": an amount that stands in a list is one of the things to show.
fn is_listed_amount(tokens: &[Token], i: usize) -> bool {
    let before = tokens[..i].iter().rev().find(|t| t.lower != "the");
    let listed = before.is_some_and(|t| t.kind == TokenKind::Comma || t.lower == "and");
    let ends = tokens.get(i + 1).is_none_or(|t| {
        matches!(t.kind, TokenKind::Stop | TokenKind::Comma) || matches!(t.lower.as_str(), "of" | "for" | "and")
    });
    matches!(tokens[i].lower.as_str(), "amount" | "amounts") && listed && ends
}

fn amount(tokens: &[Token], i: usize, lexicon: &Lexicon) -> Piece {
    let links = lexicon.links(&tokens[i..=i]);
    match links.is_empty() {
        true => Piece::Unknown(tokens[i].text.clone()),
        false => Piece::Phrase(Mention { tokens: i..i + 1, text: tokens[i].lower.clone(), links }),
    }
}

fn is_value(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, meaning::Meaning::Value { .. })
}

/// "The room with the maximum occupancy" ranks rooms, also where a column is called "maximum occupancy": whether by
/// the largest.
fn most_of(tokens: &[Token], mention: &Mention) -> Option<bool> {
    let start = mention.tokens.start;
    let behind = tokens.get(mention.tokens.end);
    if behind.is_some_and(|t| matches!(t.kind, TokenKind::Number | TokenKind::Quoted)) {
        return None;
    }
    let [.., with, the] = &tokens[..start] else { return None };
    let owned = matches!(with.lower.as_str(), "with" | "has" | "have" | "having") && the.lower == "the";
    let column = matches!(mention.links[0].meaning, meaning::Meaning::Column { .. });
    match tokens[start].lower.as_str() {
        _ if !owned || !column || mention.tokens.len() < 2 => None,
        "maximum" | "max" | "highest" | "largest" | "greatest" => Some(true),
        "minimum" | "min" | "lowest" | "smallest" => Some(false),
        _ => None,
    }
}

/// Words that compare by a property of their own: "cheapest", "older than".
struct Degree {
    tokens: Range<usize>,
    pieces: Vec<Piece>,
}

fn degrees(tokens: &[Token], lexicon: &Lexicon, times: &[TimeMention], mentions: &[Mention]) -> Vec<Degree> {
    let mut found: Vec<Degree> = Vec::new();
    for i in 0..tokens.len() {
        let taken = times.iter().any(|t| t.tokens.contains(&i))
            || mentions.iter().any(|m| m.tokens.contains(&i) && !is_guess(m))
            || found.iter().any(|d| d.tokens.contains(&i));
        let degree = || superlative(tokens, i, lexicon, mentions).or_else(|| comparative(tokens, i, lexicon, mentions));
        if let Some((pieces, end)) = if taken { None } else { degree() } {
            found.push(Degree { tokens: i..end, pieces });
        }
    }
    found
}

/// Whether a phrase means something only where it is spelled wrong.
fn is_guess(mention: &Mention) -> bool {
    mention.links.iter().all(|l| l.evidence == meaning::Evidence::Spelling)
}

/// A superlative with a property of its own ("cheapest"), where the schema has the property.
fn superlative(tokens: &[Token], i: usize, lexicon: &Lexicon, mentions: &[Mention]) -> Option<(Vec<Piece>, usize)> {
    // "Oldest" is a word of time too: the age has to be one of what is asked about.
    let start = i + usize::from(tokens[i].lower == "the");
    words::SUPERLATIVES.iter().find_map(|(phrase, properties, largest)| {
        let end = spelled_out(tokens, start, phrase)?;
        let timely = matches!(sign_at(&tokens[start..end]), Some((Sign::Recent(_), n)) if n == phrase.len());
        // "The oldest age" is the largest one.
        let next = mentions.iter().find(|m| m.tokens.start == end).map(|m| &m.links[0].meaning);
        let is_next = |word: &&str| lexicon.links(&meaning::tokenize(word)).iter().any(|l| Some(&l.meaning) == next);
        let found = match properties.iter().any(is_next) {
            true => Piece::Sign(Sign::Extreme(*largest)),
            false => Piece::Ranking(property_of(start..end, properties, lexicon, mentions, timely)?, *largest),
        };
        Some((vec![found], end))
    })
}

/// A comparative with a property of its own ("older than"), where the schema has the property.
fn comparative(tokens: &[Token], i: usize, lexicon: &Lexicon, mentions: &[Mention]) -> Option<(Vec<Piece>, usize)> {
    words::COMPARATIVES.iter().find_map(|(phrase, properties, relation)| {
        let end = spelled_out(tokens, i, phrase)?;
        let property = property_of(i..end, properties, lexicon, mentions, false)?;
        let (end, relation) = match (spelled_out(tokens, end, &["or", "equal", "to"]), relation) {
            (Some(end), Relation::Above) => (end, Relation::AtLeast),
            (Some(end), _) => (end, Relation::AtMost),
            (None, relation) => (end, *relation),
        };
        let said = |m: &Mention| m.tokens.end <= i && m.links[0].meaning == property.links[0].meaning;
        let compare = Piece::Sign(Sign::Compare(relation));
        // "Whose age is older than" names the property itself.
        let found = match mentions.iter().any(said) {
            true => vec![compare],
            false => vec![Piece::Sign(Sign::Where), Piece::Phrase(property), compare],
        };
        Some((found, end))
    })
}

/// Where a phrase ends that begins at a token, if it does.
fn spelled_out(tokens: &[Token], at: usize, phrase: &[&str]) -> Option<usize> {
    let found = tokens.get(at..at + phrase.len())?;
    phrase.iter().zip(found).all(|(word, token)| token.lower == *word).then_some(at + phrase.len())
}

/// The first of these properties that a thing in the question has, else (unless `owned`) that anything has.
fn property_of(
    range: Range<usize>,
    properties: &[&str],
    lexicon: &Lexicon,
    mentions: &[Mention],
    owned: bool,
) -> Option<Mention> {
    let named = mentions.iter().filter(|m| state::is_thing(m)).flat_map(|m| &m.links).filter(|l| l.score > 0.85);
    let things: Vec<&catalog::TableName> = named
        .filter_map(|l| match &l.meaning {
            meaning::Meaning::Table { table } => Some(table),
            _ => None,
        })
        .collect();
    let found = |own: bool| {
        properties.iter().find_map(|word| {
            let fits = |l: &meaning::Link| match &l.meaning {
                meaning::Meaning::Column { column } => !own || things.contains(&&column.table),
                _ => false,
            };
            let links: Vec<meaning::Link> = lexicon.links(&meaning::tokenize(word)).into_iter().filter(fits).collect();
            (!links.is_empty()).then(|| Mention { tokens: range.clone(), text: (*word).to_owned(), links })
        })
    };
    found(true).or_else(|| found(false).filter(|_| !owned))
}

/// "Faculty members", "staff members": the second word says nothing more.
fn is_member(tokens: &[Token], i: usize, mentions: &[Mention]) -> bool {
    let member = matches!(tokens[i].lower.as_str(), "member" | "members");
    member && mentions.iter().any(|m| m.tokens.end == i && state::is_thing(m))
}

/// "Are not located in" names no offices, even where a part of a name is called so.
fn is_passive(tokens: &[Token], i: usize, lexicon: &Lexicon) -> bool {
    const BEFORE: [&str; 7] = ["is", "are", "was", "were", "be", "been", "not"];
    let before = i.checked_sub(1).is_some_and(|b| BEFORE.contains(&tokens[b].lower.as_str()));
    let behind = tokens.get(i + 1).is_some_and(|t| matches!(t.lower.as_str(), "in" | "at"));
    let partly = |l: &meaning::Link| {
        l.evidence == meaning::Evidence::PartOfName && matches!(l.meaning, meaning::Meaning::Table { .. })
    };
    let links = || lexicon.links(&tokens[i..=i]);
    before && behind && is_participle(&tokens[i].lower) && !links().is_empty() && links().iter().all(partly)
}

/// A verb that nothing explains joins a thing to what follows: "located in", "owned by", "who bought a", "helps the".
fn joins(tokens: &[Token], i: usize, lexicon: &Lexicon) -> bool {
    const PREPOSITIONS: [&str; 10] = ["in", "by", "at", "from", "for", "as", "to", "with", "on", "of"];
    const BEFORE: [&str; 12] =
        ["who", "that", "which", "not", "do", "does", "did", "don't", "doesn't", "can", "have", "has"];
    const BEHIND: [&str; 10] = ["the", "a", "an", "any", "both", "more", "at", "less", "fewer", "each"];
    let word = &tokens[i];
    let unknown = word.kind == TokenKind::Word
        && word.text == word.lower
        && !lexicon.ontology().is_filler(&word.lower)
        && number_word(&word.lower).is_none()
        && word.lower.chars().all(char::is_alphabetic)
        && !lexicon.knows(&meaning::words::stem(&word.lower));
    let (Some(before), Some(behind)) = (i.checked_sub(1).map(|b| &tokens[b]), tokens.get(i + 1)) else { return false };
    let next = behind.lower.as_str();
    let participle = is_participle(&word.lower) || word.lower.len() > 4 && word.lower.ends_with("ing");
    let object = BEHIND.contains(&next) || matches!(behind.kind, TokenKind::Number | TokenKind::Quoted);
    let named = is_noun(behind, lexicon) && lexicon.knows(&meaning::words::stem(next));
    let relative = BEFORE.contains(&before.lower.as_str());
    let verb = relative || word.lower.ends_with('s') && is_noun(before, lexicon);
    is_passive(tokens, i, lexicon)
        || unknown && (participle && (PREPOSITIONS.contains(&next) || object) || verb && (object || relative && named))
}

fn plain(token: &Token, lexicon: &Lexicon) -> Piece {
    match token.kind {
        TokenKind::Comma => Piece::Comma,
        TokenKind::Stop => Piece::Stop,
        TokenKind::Quoted => Piece::Quoted(token.text.clone()),
        TokenKind::Number => number(&token.lower).map_or_else(|| Piece::Unknown(token.text.clone()), Piece::Number),
        TokenKind::Word => match number_word(&token.lower) {
            Some(n) => Piece::Number(Decimal::from(n)),
            // "US" and "IT" are written like names, "us" and "it" are not.
            None if matches!(token.text.as_str(), "US" | "IT") => Piece::Unknown(token.text.clone()),
            None if is_noise(&token.lower) || lexicon.ontology().is_filler(&token.lower) => {
                Piece::Filler(token.text.clone())
            }
            None => Piece::Unknown(token.text.clone()),
        },
    }
}

/// Signs of currency and the like carry no content beside a number.
fn is_noise(lower: &str) -> bool {
    matches!(lower, "$" | "€" | "£" | "#" | "eur" | "usd" | "euros" | "dollars" | "+")
}

/// A verb in the passive ("used", "made"): what follows its "by" did it.
fn is_participle(lower: &str) -> bool {
    let irregular = matches!(
        lower,
        "made"
            | "taught"
            | "held"
            | "given"
            | "written"
            | "sold"
            | "bought"
            | "taken"
            | "chosen"
            | "spent"
            | "run"
            | "led"
    );
    irregular || lower.len() > 3 && lower.ends_with("ed")
}
