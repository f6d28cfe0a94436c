//! The lexicon: every phrase that names something in one schema, built once per snapshot.
//!
//! Cost: about one microsecond per column and spelling to build; a look-up is a hash per phrase.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use catalog::{Catalog, ColumnRef, Statistics, Table, TableName, Value};

use crate::link::{Evidence, Link, Meaning, Mention};
use crate::naming::{Naming, content_stems, is_connective, led_by_initial, without_table_prefix, without_unit};
use crate::ontology::Ontology;
use crate::own::Target;
use crate::token::{Token, TokenKind};
use crate::values::ValueIndex;
use crate::vocabulary::locate;
use crate::words::{is_misspelling, stem};

/// Longest phrase that is looked up, in tokens.
const LONGEST_PHRASE: usize = 7;
/// Meanings kept per phrase.
const MOST_LINKS: usize = 60;
/// From this score on a table counts as named.
const NAMED: f64 = 0.85;
/// A capital letter inside of a sentence is worth this much to a value.
const PROPER: f64 = 0.05;
/// Below this a meaning is not worth keeping.
const WEAKEST: f64 = 0.5;

#[derive(Clone, Copy, Debug)]
struct Entry {
    item: u32,
    score: f32,
    evidence: Evidence,
}

/// Phrases of one schema.
#[derive(Clone, Debug)]
pub struct Lexicon {
    ontology: Arc<Ontology>,
    items: Arc<Vec<Meaning>>,
    phrases: Arc<HashMap<String, Vec<Entry>>>,
    values: ValueIndex,
    vocabulary: Arc<HashMap<(char, usize), Vec<String>>>,
    known: Arc<HashSet<String>>,
}

impl Lexicon {
    /// Reads all names, comments and sampled values of a schema.
    pub fn new(ontology: Arc<Ontology>, catalog: &Catalog, statistics: &Statistics) -> Self {
        let mut lexicon = Lexicon {
            ontology: ontology.clone(),
            items: Arc::default(),
            phrases: Arc::default(),
            values: ValueIndex::new(statistics),
            vocabulary: Arc::default(),
            known: Arc::default(),
        };
        let names = catalog
            .tables()
            .flat_map(|t| std::iter::once(t.name.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str())));
        let naming = Naming::new(&ontology, names);
        for table in catalog.tables() {
            lexicon.add_table(&naming, table);
        }
        lexicon.add_codes(&naming, statistics);
        lexicon.add_metrics();
        lexicon.add_own(catalog, statistics);
        lexicon.gather_vocabulary();
        lexicon
    }

    /// The ontology that it was built with.
    pub fn ontology(&self) -> &Arc<Ontology> {
        &self.ontology
    }

    /// The same lexicon with further values, such as were looked up in the data. Cost: a copy of the value index.
    #[must_use]
    pub fn with_values(&self, found: &[(ColumnRef, Value)]) -> Lexicon {
        Lexicon { values: self.values.with(found), ..self.clone() }
    }

    /// The value index.
    pub fn values(&self) -> &ValueIndex {
        &self.values
    }

    fn add_table(&mut self, naming: &Naming, table: &Table) {
        let item = self.item(Meaning::Table { table: table.name.clone() });
        let spellings = naming.spellings(&table.name.name);
        for spelling in &spellings {
            let full = content_stems(&spelling.words);
            let bare = content_stems(without_table_prefix(&spelling.words));
            let base = if spelling.expanded { 0.97 } else { 1.0 };
            let evidence = if spelling.expanded { Evidence::Abbreviation } else { Evidence::Name };
            self.add(item, &full, base, evidence);
            self.add(item, &bare, base, evidence);
            self.add_parts(item, &bare, base * 0.9);
            if let [.., head] = bare.as_slice() {
                // The last word says what its rows are.
                self.add(item, std::slice::from_ref(head), base * 0.87, Evidence::PartOfName);
            }
        }
        if let Some(comment) = &table.comment {
            self.add_comment(item, comment);
        }
        let owners: Vec<Vec<String>> =
            spellings.iter().map(|s| content_stems(without_table_prefix(&s.words))).collect();
        for column in &table.columns {
            let reference = ColumnRef::new(table.name.clone(), column.name.clone());
            let item = self.item(Meaning::Column { column: reference });
            for spelling in naming.spellings(&column.name) {
                let (base, evidence) =
                    if spelling.expanded { (0.96, Evidence::Abbreviation) } else { (1.0, Evidence::Name) };
                let words = content_stems(&spelling.words);
                self.add_column_name(item, &words, &owners, (base, evidence));
                let bare = without_unit(&words);
                if bare.len() < words.len() {
                    self.add_column_name(item, bare, &owners, (base * 0.97, Evidence::ShortName));
                }
            }
            for owner in &owners {
                if let Some(led) = led_by_initial(owner, &column.name) {
                    self.add_column_name(item, &led, &owners, (0.96, Evidence::Abbreviation));
                }
            }
            if let Some(comment) = &column.comment {
                self.add_comment(item, comment);
            }
        }
    }

    fn add_column_name(
        &mut self,
        item: u32,
        words: &[String],
        owners: &[Vec<String>],
        (base, evidence): (f64, Evidence),
    ) {
        self.add(item, words, base, evidence);
        let mut shortened: Vec<(&[String], f64)> = vec![(words, base)];
        for owner in owners.iter().take(2) {
            let own = words.iter().take_while(|w| self.same_thing(w, owner)).count();
            let rest = if own == words.len() { words } else { &words[own..] };
            if rest.len() < words.len() {
                self.add(item, rest, base * 0.95, Evidence::ShortName);
                shortened.push((rest, base * 0.95));
            }
            let head: Vec<String> = owner.last().cloned().into_iter().collect();
            for prefix in [owner.as_slice(), head.as_slice()] {
                self.add(item, &[prefix, rest].concat(), base, evidence);
            }
        }
        // What stands before "code" or "name" is mostly meant by itself; a "transaction type" is no transaction.
        let ending = |w: &String| match w.as_str() {
            "code" | "key" => 0.86,
            "name" | "descript" | "text" => 0.8,
            "type" => 0.72,
            _ => 0.0,
        };
        for (words, base) in shortened {
            if let Some((last, front)) = words.split_last()
                && ending(last) > 0.0
                && !front.is_empty()
            {
                self.add(item, front, base * ending(last), Evidence::ShortName);
            }
        }
        self.add_parts(item, words, base * 0.86);
    }

    /// Whether a word is one of the owner's, or names the same concept as one of them.
    fn same_thing(&self, word: &String, owner: &[String]) -> bool {
        let concepts = |w: &String| self.ontology.concepts_of(std::slice::from_ref(w));
        owner.contains(word) || owner.iter().any(|o| concepts(o).iter().any(|c| concepts(word).contains(c)))
    }

    /// Beginnings and ends of a name, by how much of it they cover.
    fn add_parts(&mut self, item: u32, words: &[String], base: f64) {
        for length in 1..words.len() {
            let share = length as f64 / words.len() as f64;
            let score = base * (0.62 + 0.3 * share);
            self.add(item, &words[words.len() - length..], score, Evidence::PartOfName);
            if words[length - 1].len() > 2 {
                self.add(item, &words[..length], score * 0.94, Evidence::PartOfName);
            }
        }
    }

    /// The first clause of a comment is what its writer would call the thing.
    fn add_comment(&mut self, item: u32, comment: &str) {
        let clause = comment.split([',', '.', ';', ':', '(', '\n']).next().unwrap_or("");
        let words = crate::values::phrase_words(clause);
        let qualifies = |w: &String| {
            matches!(
                w.as_str(),
                "after" | "before" | "without" | "excluding" | "less" | "per" | "when" | "who" | "that"
            )
        };
        if words.iter().any(qualifies) {
            // A genus ("companies that buy") is no name.
            return;
        }
        let stems = content_stems(&words);
        if stems.len() <= 5 {
            self.add(item, &stems, 0.93, Evidence::Comment);
            if stems.len() <= 3 {
                self.add_parts(item, &stems, 0.8);
            }
        }
    }

    fn add_metrics(&mut self) {
        let ontology = self.ontology.clone();
        for (phrase, metric) in ontology.metric_phrases() {
            let item = self.item(Meaning::Metric { id: metric.id.clone() });
            let own = metric.place.is_some() || ontology.synonym(phrase).is_some();
            let evidence = if own { Evidence::Own } else { Evidence::Vocabulary };
            self.insert(item, content(phrase).join(" "), 1.0, evidence);
        }
    }

    /// The words for values that columns of a concept are kept as: "female" for F.
    fn add_codes(&mut self, naming: &Naming, statistics: &Statistics) {
        let ontology = self.ontology.clone();
        let columns = statistics.tables.iter().flat_map(|(t, of)| of.columns.iter().map(move |(name, c)| (t, name, c)));
        for (table, name, column) in columns {
            for code in &ontology.codes {
                let is = |value: &Value, wanted: &str| matches!(value, Value::Text(text) if text.eq_ignore_ascii_case(wanted));
                let kept = |wanted: &String| column.values.iter().find(|(value, _)| is(value, wanted));
                // Names are read last: few columns keep such values.
                let Some((value, _)) = code.kept.iter().find_map(kept) else { continue };
                let words = naming.spellings(name).into_iter().flat_map(|s| content_stems(&s.words));
                let mut concepts = words.flat_map(|w| ontology.concepts_of(&[w]).to_vec());
                if concepts.any(|concept| concept == code.concept) {
                    let column = ColumnRef::new(table.clone(), name.clone());
                    let item = self.item(Meaning::Value { column, value: value.clone() });
                    code.words.iter().for_each(|w| self.insert(item, stem(w), 0.95, Evidence::Data));
                }
            }
        }
    }

    /// Phrases that a user gave to tables, columns and values. What is not in this schema is left out: that it is
    /// named is for [`crate::vocabulary::unfounded`] to say.
    fn add_own(&mut self, catalog: &Catalog, statistics: &Statistics) {
        let ontology = self.ontology.clone();
        for synonym in ontology.synonyms().iter().filter(|s| !matches!(s.target, Target::Metric(_))) {
            if let Ok(meaning) = locate(catalog, statistics, &synonym.target) {
                let item = self.item(meaning);
                self.insert(item, content(&synonym.stems).join(" "), 1.0, Evidence::Own);
            }
        }
    }

    /// Stems with the phrases that a user gave to business words put in those words; none where there are none.
    fn in_known_words(&self, stems: &[String]) -> Option<Vec<String>> {
        let mut words = self.ontology.synonyms().iter().filter_map(|s| match &s.target {
            Target::Word(word) => Some((content(&s.stems), word)),
            _ => None,
        });
        words.find_map(|(phrase, word)| {
            let at = stems.windows(phrase.len()).position(|part| part == phrase)?;
            Some([&stems[..at], word.as_slice(), &stems[at + phrase.len()..]].concat())
        })
    }

    fn item(&mut self, meaning: Meaning) -> u32 {
        Arc::make_mut(&mut self.items).push(meaning);
        (self.items.len() - 1) as u32
    }

    /// Adds a phrase as it stands, turned round an "of", and in the words of its concepts.
    fn add(&mut self, item: u32, stems: &[String], score: f64, evidence: Evidence) {
        if stems.is_empty() || stems.len() > LONGEST_PHRASE || score < WEAKEST {
            return;
        }
        self.insert(item, stems.join(" "), score, evidence);
        for canonical in self.canonical(stems) {
            self.insert(item, canonical, score * 0.93, Evidence::Synonym);
        }
    }

    fn insert(&mut self, item: u32, phrase: String, score: f64, evidence: Evidence) {
        let entries = Arc::make_mut(&mut self.phrases).entry(phrase).or_default();
        let entry = Entry { item, score: score as f32, evidence };
        // Items come one after another, so a phrase's own item can only be its last one.
        match entries.last_mut().filter(|e| e.item == item) {
            Some(known) if known.score < entry.score => *known = entry,
            Some(_) => {}
            None => entries.push(entry),
        }
    }

    /// The phrase with each word (or pair of words) replaced by the concept that it names; at most
    /// four readings, none where no word names a concept.
    fn canonical(&self, stems: &[String]) -> Vec<String> {
        let mut readings: Vec<Vec<String>> = vec![Vec::new()];
        let mut replaced = false;
        let mut i = 0;
        while i < stems.len() {
            let length =
                (1..=3.min(stems.len() - i)).rev().find(|n| !self.ontology.concepts_of(&stems[i..i + n]).is_empty());
            let parts: Vec<String> = match length {
                Some(n) => self.ontology.concepts_of(&stems[i..i + n]).iter().map(|c| format!("§{c}")).collect(),
                None => vec![stems[i].clone()],
            };
            replaced |= length.is_some();
            readings = readings
                .iter()
                .flat_map(|r| parts.iter().map(move |p| [r.as_slice(), std::slice::from_ref(p)].concat()))
                .take(4)
                .collect();
            i += length.unwrap_or(1);
        }
        if replaced { readings.into_iter().map(|r| r.join(" ")).collect() } else { Vec::new() }
    }

    fn gather_vocabulary(&mut self) {
        let phrase_words =
            self.phrases.keys().flat_map(|p| p.split(' ')).filter(|w| !w.starts_with('§')).map(str::to_owned);
        let values = self.values.words().cloned();
        let known: HashSet<String> = phrase_words.chain(values).chain(self.ontology.vocabulary().cloned()).collect();
        let vocabulary = Arc::make_mut(&mut self.vocabulary);
        for word in known.iter().filter(|w| w.chars().count() >= 5) {
            if let Some(first) = word.chars().next() {
                vocabulary.entry((first, word.chars().count())).or_default().push(word.clone());
            }
        }
        // One order of candidates, whatever the hasher: answers must not vary between runs.
        vocabulary.values_mut().for_each(|words| words.sort());
        self.known = Arc::new(known);
    }

    /// Whether some name, value or concept has this word.
    pub fn knows(&self, stem: &str) -> bool {
        self.known.contains(stem)
    }

    /// The known word that an unknown one is probably a misspelling of, nearest first, then by alphabet.
    pub fn correct(&self, lower: &str) -> Option<String> {
        let wanted = stem(lower);
        let first = wanted.chars().next()?;
        let length = wanted.chars().count();
        let near = (length.saturating_sub(2)..=length + 2).filter_map(|n| self.vocabulary.get(&(first, n))).flatten();
        let candidates = near.filter(|word| is_misspelling(&wanted, word));
        candidates.min_by_key(|word| (strsim::osa_distance(&wanted, word), (*word).clone())).cloned()
    }

    /// All meanings of a phrase (tokens of a question), best first.
    pub fn links(&self, tokens: &[Token]) -> Vec<Link> {
        let hits = self.hits(tokens);
        let own = hits.iter().any(|h| h.evidence == Evidence::Own);
        let values = if own { Vec::new() } else { self.values_named(tokens) };
        self.materialise(hits, values, &HashSet::new())
    }

    /// Names may be typed as they are stored.
    fn words_of(tokens: &[Token]) -> Vec<String> {
        tokens.iter().flat_map(|t| t.lower.split('_')).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    }

    fn values_named(&self, tokens: &[Token]) -> Vec<Link> {
        self.values.find(&Lexicon::words_of(tokens))
    }

    /// The items that a phrase names, each once, best first.
    fn hits(&self, tokens: &[Token]) -> Vec<Entry> {
        let words = Lexicon::words_of(tokens);
        let mut hits = self.hits_of_stems(&content_stems(&words));
        if let Some(at) = words.iter().position(|w| w == "of").filter(|at| *at > 0 && at + 1 < words.len()) {
            let turned = [&words[at + 1..], &words[..at]].concat();
            hits.extend(self.hits_of_stems(&content_stems(&turned)));
        }
        if hits.iter().any(|h| h.evidence == Evidence::Own) {
            hits.retain(|h| h.evidence == Evidence::Own);
        }
        once_each(hits)
    }

    fn hits_of_stems(&self, stems: &[String]) -> Vec<Entry> {
        let known = self.in_known_words(stems);
        let stems = known.as_deref().unwrap_or(stems);
        if stems.is_empty() {
            return Vec::new();
        }
        let mut hits = self.look_up(&stems.join(" "), 1.0, None);
        for canonical in self.canonical(stems) {
            hits.extend(self.look_up(&canonical, 0.97, Some(Evidence::Synonym)));
        }
        hits
    }

    fn look_up(&self, phrase: &str, factor: f32, evidence: Option<Evidence>) -> Vec<Entry> {
        let entries = self.phrases.get(phrase).map_or(&[] as &[Entry], Vec::as_slice);
        let hit = |e: &Entry| Entry { item: e.item, score: e.score * factor, evidence: evidence.unwrap_or(e.evidence) };
        entries.iter().map(hit).filter(|h| f64::from(h.score) >= WEAKEST).collect()
    }

    /// Hits and values as links, best first and bounded; of many, those of the `focus` tables stay.
    fn materialise(&self, hits: Vec<Entry>, values: Vec<Link>, focus: &HashSet<TableName>) -> Vec<Link> {
        let in_focus = |h: &Entry| match &self.items[h.item as usize] {
            Meaning::Column { column } => focus.contains(&column.table),
            Meaning::Table { table } => focus.contains(table),
            _ => false,
        };
        let (near, far): (Vec<Entry>, Vec<Entry>) = hits.into_iter().partition(in_focus);
        let kept = near.into_iter().take(MOST_LINKS).chain(far.into_iter().take(MOST_LINKS));
        let link = |h: Entry| Link {
            meaning: self.items[h.item as usize].clone(),
            score: f64::from(h.score),
            evidence: h.evidence,
        };
        best_first(kept.map(link).chain(values).collect())
    }

    /// Finds the phrases of a question that mean something, outside of `taken` token ranges: the
    /// longest well-matching phrases first, without overlap.
    pub fn mentions(&self, tokens: &[Token], taken: &[Range<usize>]) -> Vec<Mention> {
        let mut free: Vec<bool> = (0..tokens.len()).map(|i| !taken.iter().any(|r| r.contains(&i))).collect();
        let mut found = self.candidates(tokens, &free);
        found.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.tokens.start.cmp(&b.tokens.start)));
        let mut mentions: Vec<Mention> = Vec::new();
        for mention in found {
            if mention.tokens.clone().all(|i| free[i]) {
                mention.tokens.clone().for_each(|i| free[i] = false);
                mentions.push(mention);
            }
        }
        mentions.extend(self.second_chances(tokens, &free));
        mentions.sort_by_key(|m| m.tokens.start);
        self.focus(tokens, &mut mentions);
        mentions
    }

    /// A word that thousands of tables share means that of the table which the question names.
    fn focus(&self, tokens: &[Token], mentions: &mut [Mention]) {
        let named = mentions.iter().filter(|m| m.links.len() < MOST_LINKS).flat_map(|m| &m.links);
        let tables: HashSet<TableName> = named
            .filter_map(|l| match &l.meaning {
                Meaning::Table { table } if l.score >= NAMED => Some(table.clone()),
                _ => None,
            })
            .collect();
        for mention in mentions.iter_mut().filter(|m| !tables.is_empty() && m.links.len() >= MOST_LINKS) {
            let phrase = &tokens[mention.tokens.clone()];
            let mut links = self.materialise(self.hits(phrase), self.values_named(phrase), &tables);
            self.doubt(tokens, mention.tokens.clone(), &mut links);
            if !links.is_empty() {
                mention.links = links;
            }
        }
    }

    fn candidates(&self, tokens: &[Token], free: &[bool]) -> Vec<Mention> {
        let mut found = Vec::new();
        for start in 0..tokens.len() {
            for end in start + 1..=(start + LONGEST_PHRASE).min(tokens.len()) {
                if !free[end - 1] || tokens[end - 1].kind == TokenKind::Comma {
                    break;
                }
                if self.may_be_phrase(&tokens[start..end]) {
                    let mut links = self.links(&tokens[start..end]);
                    links.retain(|l| !is_bound(&tokens[end - 1].lower) || ends_in(l, &tokens[end - 1].lower));
                    self.doubt(tokens, start..end, &mut links);
                    if !links.is_empty() {
                        found.push(mention(tokens, start..end, links));
                    }
                }
            }
        }
        found
    }

    /// Drops links that a phrase of common words is too weak for.
    fn doubt(&self, tokens: &[Token], range: Range<usize>, links: &mut Vec<Link>) {
        let phrase = &tokens[range.clone()];
        if let [number] = phrase
            && NUMBERS.contains(&number.text.as_str())
        {
            links.retain(|l| l.evidence != Evidence::Data);
        }
        if phrase.iter().all(|t| self.ontology.is_filler(&t.lower)) {
            // "list" and "number" name something only where that is the whole name; a value only where it
            // is written like a name.
            let proper =
                range.start > 0 && phrase.iter().all(|t| t.text.chars().next().is_some_and(char::is_uppercase));
            links.retain(|l| match l.evidence {
                Evidence::Name => l.score >= 0.97,
                Evidence::ShortName => l.score >= 0.93 && range.start > 0,
                Evidence::Data => proper,
                Evidence::Vocabulary => phrase.len() > 1,
                Evidence::Own => true,
                _ => false,
            });
        }
        let inner = &phrase[1..phrase.len().max(2) - 1];
        if inner.iter().any(|t| matches!(t.lower.as_str(), "in" | "for" | "to" | "and")) {
            // Such words stand between phrases far more often than inside of one.
            let spelled: Vec<String> = phrase.iter().map(|t| stem(&t.lower)).collect();
            let vocabulary = self.ontology.metric_named(&spelled).is_some();
            let known =
                |e: Evidence| matches!(e, Evidence::Data | Evidence::Own) || e == Evidence::Vocabulary && vocabulary;
            links.retain(|l| known(l.evidence));
        }
    }

    /// Phrases begin and end with a word of content; a filler word alone is none.
    fn may_be_phrase(&self, tokens: &[Token]) -> bool {
        // "AS" is a name where "as" is none.
        let capital = |t: &Token| t.text.len() > 1 && t.text.chars().all(char::is_uppercase);
        let edge = |t: &Token| t.kind != TokenKind::Word || !CONNECTING.contains(&t.lower.as_str()) || capital(t);
        let numbers = tokens.iter().all(|t| t.kind == TokenKind::Number);
        // "Date from" and "date to" are the names of columns as often as the beginnings of phrases.
        let last = |t: &Token| edge(t) || tokens.len() > 1 && is_bound(&t.lower);
        !numbers && tokens.first().is_some_and(edge) && tokens.last().is_some_and(last)
    }

    /// Words that nothing matched: a part of a value, or a misspelling; several of them side by side first.
    fn second_chances(&self, tokens: &[Token], free: &[bool]) -> Vec<Mention> {
        let open =
            |i: usize| free[i] && tokens[i].kind == TokenKind::Word && !self.ontology.is_filler(&tokens[i].lower);
        let mut found = Vec::new();
        let mut i = 0;
        while i < tokens.len() {
            let run = (i..tokens.len().min(i + LONGEST_PHRASE)).take_while(|j| open(*j)).count();
            let longest = (2..=run).rev().find_map(|n| Some((n, self.loose_links(&tokens[i..i + n])?)));
            let links = longest.or_else(|| Some((1, self.loose_links(&tokens[i..=i]).filter(|_| run > 0)?)));
            if let Some((length, links)) = links {
                found.push(mention(tokens, i..i + length, best_first(links)));
                i += length;
            } else {
                i += 1;
            }
        }
        found
    }

    /// What words that mean nothing for certain may mean: values in part, their initials, words spelled almost so.
    fn loose_links(&self, tokens: &[Token]) -> Option<Vec<Link>> {
        let words = Lexicon::words_of(tokens);
        let mut links = self.values.find_loosely(&words);
        if let ([token], true) = (tokens, links.is_empty()) {
            // Initials are written in capital letters.
            if token.text.len() >= 2 && token.text.chars().all(char::is_uppercase) {
                links = self.values.find_initials(&token.text);
            }
        }
        if links.is_empty() {
            links = self.spelled_links(&words);
        }
        (!links.is_empty()).then_some(links)
    }

    /// Meanings of words that are spelled almost so. Several words are values only.
    fn spelled_links(&self, words: &[String]) -> Vec<Link> {
        let mended: Vec<Option<String>> = words.iter().map(|w| self.correct(w)).collect();
        if mended.iter().all(Option::is_none) {
            return Vec::new();
        }
        let meant: Vec<String> = words.iter().zip(mended).map(|(w, m)| m.unwrap_or_else(|| w.clone())).collect();
        let mut links = Vec::new();
        if let [word] = meant.as_slice() {
            let hits = once_each(self.hits_of_stems(std::slice::from_ref(word)));
            links = self.materialise(hits, Vec::new(), &HashSet::new());
            links.extend(self.values.find(&meant));
        }
        links.extend(self.values.find_loosely(&meant));
        links.iter_mut().for_each(|l| (l.score, l.evidence) = (l.score * 0.85, Evidence::Spelling));
        links
    }
}

/// The stems of a phrase that carry content.
fn content(phrase: &[String]) -> Vec<String> {
    phrase.iter().filter(|w| !is_connective(w)).cloned().collect()
}

/// Numbers as words: values of the data only where they are written like names.
const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Words that end the names of the two ends of a range.
fn is_bound(word: &str) -> bool {
    matches!(word, "from" | "to")
}

/// Whether a link is a column that is called by its name and whose name ends in this word.
fn ends_in(link: &Link, word: &str) -> bool {
    let named = matches!(link.evidence, Evidence::Name | Evidence::ShortName);
    let ends = |name: &str| crate::words::split_identifier(name).last().is_some_and(|w| w == word);
    named && matches!(&link.meaning, Meaning::Column { column } if ends(&column.column))
}

/// Words at which no phrase begins or ends.
const CONNECTING: [&str; 42] = [
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "with", "and", "or", "by", "is", "are", "was",
    "were", "be", "do", "does", "did", "have", "has", "had", "that", "which", "who", "whose", "what", "how", "each",
    "every", "per", "we", "our", "their", "its", "me", "there", "not", "as",
];

/// A phrase with its links. Written like a proper name, it rather names a value of the data.
fn mention(tokens: &[Token], range: Range<usize>, mut links: Vec<Link>) -> Mention {
    let phrase = &tokens[range.clone()];
    let text = phrase.iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" ");
    let proper = range.start > 0 && phrase.iter().all(|t| t.text.chars().next().is_some_and(char::is_uppercase));
    if proper && links.iter().any(|l| l.evidence == Evidence::Data) {
        links.iter_mut().filter(|l| l.evidence == Evidence::Data).for_each(|l| l.score = (l.score + PROPER).min(1.0));
        links.sort_by(|a, b| {
            let value = |l: &Link| u8::from(l.evidence != Evidence::Data);
            b.score.total_cmp(&a.score).then(value(a).cmp(&value(b)))
        });
    }
    Mention { tokens: range, text, links }
}

fn best_first(mut links: Vec<Link>) -> Vec<Link> {
    // A business word means the metric before the table or column that happens to be called so.
    let rank = |l: &Link| u8::from(!matches!(l.meaning, Meaning::Metric { .. }));
    links.sort_by(|a, b| b.score.total_cmp(&a.score).then(rank(a).cmp(&rank(b))));
    let mut seen: HashSet<String> = HashSet::new();
    links.retain(|link| seen.insert(link.meaning.to_string()));
    links.truncate(2 * MOST_LINKS);
    links
}

/// Each item once, with its best score; best first, then in the order of the schema.
fn once_each(mut hits: Vec<Entry>) -> Vec<Entry> {
    hits.sort_by(|a, b| a.item.cmp(&b.item).then(b.score.total_cmp(&a.score)));
    hits.dedup_by_key(|h| h.item);
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
    hits
}

/// Longer phrases beat shorter ones unless they match clearly worse.
fn weight(mention: &Mention) -> f64 {
    let words = mention.tokens.len() as f64;
    mention.links[0].score.powi(2) * words
}
