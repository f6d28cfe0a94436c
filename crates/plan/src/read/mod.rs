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
mod machine;

use std::ops::Range;

use catalog::Decimal;
use jiff::civil::Date;
use meaning::{Lexicon, Mention, Token, TokenKind};

use crate::calendar::{self, Calendar, TimeForm, TimeMention};
use crate::intent::{Intent, Named};
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
    let times =
        calendar::read(tokens, calendar, today).into_iter().map(|t| widen(tokens, calendar, today, t)).collect();
    let statements = statements(tokens, lexicon);
    let (times, mentions, signs) = tag(tokens, lexicon, times, &statements);
    let pieces = pieces(tokens, lexicon, &times, &mentions, &signs, &statements);
    let pieces = arrange::arrange(pieces, &mut forms);
    let mut intent = machine::run(&pieces);
    arrange::settle(&mut intent, forms);
    intent.assumptions = times.iter().filter_map(|t| t.assumption.clone()).collect();
    let words = tokens.iter().map(|t| meaning::words::stem(&t.lower)).collect();
    Reading { intent, mentions, times, words }
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

/// "First and last name" is "first name and last name", where both name columns.
fn unfolded(tokens: &[Token], lexicon: &Lexicon) -> Vec<Token> {
    let is_column = |words: &[Token]| {
        let links = lexicon.links(words);
        links.first().is_some_and(|l| l.score >= 0.9 && matches!(l.meaning, meaning::Meaning::Column { .. }))
    };
    let mut unfolded = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        unfolded.push(token.clone());
        if let [a, and, b, noun] = &tokens[i..(i + 4).min(tokens.len())]
            && and.lower == "and"
            && a.lower != b.lower
            && [a, b, noun].iter().all(|t| t.kind == TokenKind::Word)
            && is_column(&[a.clone(), noun.clone()])
            && is_column(&[b.clone(), noun.clone()])
        {
            unfolded.push(noun.clone());
        }
    }
    unfolded
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
    let all_signs = signs(tokens, &time_ranges);
    let in_sign = |i: usize| all_signs.iter().any(|(range, _)| range.contains(&i));
    let certain = |m: &Mention| {
        let overlaps = m.tokens.clone().any(in_sign);
        let only_signs = m.tokens.clone().all(&in_sign);
        !overlaps || !only_signs && m.links[0].score >= CERTAIN && m.tokens.len() > 1 && !is_plain_count(tokens, m)
    };
    let mut mentions: Vec<Mention> = lexicon.mentions(tokens, &time_ranges).into_iter().filter(certain).collect();
    let mut taken = time_ranges;
    taken.extend(mentions.iter().map(|m| m.tokens.clone()));
    let signs = signs(tokens, &taken);
    taken.extend(signs.iter().map(|(range, _)| range.clone()));
    mentions.extend(lexicon.mentions(tokens, &taken));
    mentions.sort_by_key(|m| m.tokens.start);
    (times, mentions, signs)
}

/// "number of orders" counts orders, whatever else "order number" may be.
fn is_plain_count(tokens: &[Token], mention: &Mention) -> bool {
    let of = tokens.get(mention.tokens.start + 1).is_some_and(|t| t.lower == "of");
    of && matches!(tokens[mention.tokens.start].lower.as_str(), "number" | "count")
}

fn signs(tokens: &[Token], taken: &[Range<usize>]) -> Signs {
    let free = |i: usize| !taken.iter().any(|r| r.contains(&i));
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = (i..tokens.len()).take_while(|j| free(*j) && tokens[*j].kind == TokenKind::Word).count();
        match sign_at(&tokens[i..i + run]) {
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
    times: &[TimeMention],
    mentions: &[Mention],
    signs: &Signs,
    statements: &[Named],
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
        if let (None, None, Some((ranking, end))) = (time, mention, superlative(tokens, i, lexicon)) {
            pieces.push(ranking);
            i = end;
            continue;
        }
        let (piece, end) = match (time, mention, sign) {
            (Some(time), _, _) => (Piece::Time(time.form.clone()), time.tokens.end),
            (_, Some(mention), _) => (Piece::Phrase(mention.clone()), mention.tokens.end),
            (_, _, Some((range, sign))) => (Piece::Sign(*sign), range.end),
            _ if joins(tokens, i, lexicon) => (Piece::Filler(tokens[i].text.clone()), i + 1),
            _ => (plain(&tokens[i], lexicon), i + 1),
        };
        pieces.push(piece);
        i = end.max(i + 1);
    }
    pieces
}

/// A superlative with a property of its own ("cheapest"), where the schema has the property.
fn superlative(tokens: &[Token], i: usize, lexicon: &Lexicon) -> Option<(Piece, usize)> {
    words::SUPERLATIVES.iter().find_map(|(phrase, properties, largest)| {
        let fits = phrase.len() <= tokens.len() - i && phrase.iter().zip(&tokens[i..]).all(|(w, t)| t.lower == *w);
        let end = i + phrase.len();
        let column = |l: &meaning::Link| matches!(l.meaning, meaning::Meaning::Column { .. });
        let found = properties.iter().filter(|_| fits).find_map(|word| {
            let links: Vec<meaning::Link> =
                lexicon.links(&meaning::tokenize(word)).into_iter().filter(column).collect();
            (!links.is_empty()).then(|| Mention { tokens: i..end, text: (*word).to_owned(), links })
        })?;
        Some((Piece::Ranking(found, *largest), end))
    })
}

/// A verb that nothing explains joins a thing to what follows its preposition: "located in", "owned by".
fn joins(tokens: &[Token], i: usize, lexicon: &Lexicon) -> bool {
    const PREPOSITIONS: [&str; 10] = ["in", "by", "at", "from", "for", "as", "to", "with", "on", "of"];
    let word = &tokens[i];
    let participle = word.kind == TokenKind::Word
        && word.lower.len() > 4
        && (word.lower.ends_with("ed") || word.lower.ends_with("ing"));
    let followed = tokens.get(i + 1).is_some_and(|t| PREPOSITIONS.contains(&t.lower.as_str()));
    participle && followed && i > 0 && !lexicon.knows(&meaning::words::stem(&word.lower))
}

fn plain(token: &Token, lexicon: &Lexicon) -> Piece {
    match token.kind {
        TokenKind::Comma => Piece::Comma,
        TokenKind::Stop => Piece::Stop,
        TokenKind::Quoted => Piece::Quoted(token.text.clone()),
        TokenKind::Number => number(&token.lower).map_or_else(|| Piece::Unknown(token.text.clone()), Piece::Number),
        TokenKind::Word => match number_word(&token.lower) {
            Some(n) => Piece::Number(Decimal::from(n)),
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
    let irregular = matches!(lower, "made" | "taught" | "held" | "given" | "written" | "sold" | "bought" | "taken");
    irregular || lower.len() > 3 && lower.ends_with("ed")
}
