//! How much of a piece of a name the words of a phrase explain, letter by letter.

use super::query::{Form, Query, Way, Word, letters, skeleton};

/// A stretch of a name that stands for words of the phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub start: usize,
    pub end: usize,
    /// First and last word.
    pub words: (usize, usize),
    pub quality: f32,
    pub way: Way,
}

/// What the words of a phrase explain of one piece of a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// Stretches in order, without overlap.
    pub stretches: Vec<Stretch>,
    /// Part of the letters that is explained, 0 to 1.
    pub explained: f32,
}

/// Aligns a phrase with a piece of a name, in lower case. Of all ways to lay the spellings of the words over the
/// piece without overlap the one that explains most is taken (dynamic programming over the letters). None where
/// nothing is explained. Cost: spellings times letters.
pub(super) fn align(query: &Query, piece: &str) -> Option<Alignment> {
    let mut stretches = literal(query, piece, letters(piece));
    // A known abbreviation may be the beginning of a longer one.
    let certain = |s: &Stretch| s.way <= Way::Form || s.start == 0 && s.end == piece.len();
    let found = |word: usize, stretches: &[Stretch]| {
        stretches.iter().any(|s| s.words.0 <= word && word <= s.words.1 && certain(s))
    };
    for (at, word) in query.words.iter().enumerate() {
        if !found(at, &stretches) {
            stretches.extend(loose(at, word, piece));
        }
    }
    if stretches.is_empty() {
        return None;
    }
    let chosen = cover(piece.len(), &stretches);
    let told: f32 = chosen.iter().map(|s| s.quality * (s.end - s.start) as f32).sum();
    (!chosen.is_empty()).then(|| Alignment { explained: told / piece.len() as f32, stretches: chosen })
}

/// Spellings as they stand in the piece.
fn literal(query: &Query, piece: &str, set: u32) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    // Most spellings have a letter that the piece has not.
    for form in query.forms.iter().filter(|f| f.letters & !set == 0 && f.text.len() <= piece.len()) {
        for (start, found) in piece.match_indices(form.text.as_str()) {
            let end = start + found.len();
            if may_stand(form, start, end, piece.len()) {
                let Form { words, quality, way, .. } = *form;
                stretches.push(Stretch { start, end, words, quality, way });
            }
        }
    }
    stretches
}

/// The shorter a spelling, the more it must stand by itself: two letters turn up everywhere.
fn may_stand(form: &Form, start: usize, end: usize, length: usize) -> bool {
    let whole = start == 0 && end == length;
    let at_edge = start == 0 || end == length;
    match (form.text.len(), form.way) {
        (1, Way::Same | Way::Form) => whole || at_edge && form.text.bytes().all(|b| b.is_ascii_digit()),
        (1, _) => false,
        (2, Way::Initials) => whole,
        (2, _) => at_edge,
        (3, Way::Initials) => at_edge,
        _ => true,
    }
}

/// Stretches that look like a word without being spelled so.
fn loose(at: usize, word: &Word, piece: &str) -> Option<Stretch> {
    let (w, p) = (word.text.as_str(), piece);
    if w.len() < 3 || p.len() < 2 || !w.is_ascii() || !p.is_ascii() || !p.contains(&w[..1]) {
        return None;
    }
    let stretch =
        |start: usize, end: usize, quality: f32, way: Way| Stretch { start, end, words: (at, at), quality, way };
    let cut = (0..p.len() - 1).filter(|i| p.as_bytes()[*i] == w.as_bytes()[0]).flat_map(|start| {
        let rest = &p[start..];
        let common = w.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
        let long = common >= 4 && 2 * common >= w.len() || common >= 3 && common == rest.len();
        let share = common as f32 / w.len() as f32;
        let cut = long.then(|| stretch(start, start + common, 0.45 + 0.45 * share, Way::Shortened));
        // Behind other words only what is long enough to be no accident.
        let stands = (start == 0 || rest.len() >= 3) && rest.len() <= 6;
        let short = shortens(rest, word).filter(|_| stands);
        [cut, short.map(|quality| stretch(start, p.len(), quality, Way::Shortened))].into_iter().flatten()
    });
    let worth = |s: &Stretch| s.quality * (s.end - s.start) as f32;
    cut.max_by(|a, b| worth(a).total_cmp(&worth(b))).or_else(|| {
        let (a, b) = (letters(w), letters(p));
        let alike = 3 * (a & b).count_ones() >= 2 * a.count_ones().max(b.count_ones());
        if w.len() < 4 || p.len() < 4 || 2 * w.len().abs_diff(p.len()) > w.len() || !alike {
            return None;
        }
        let likeness = strsim::sorensen_dice(w, p) as f32;
        let quality = if crate::words::is_misspelling(w, p) { 0.75 } else { likeness * 0.6 };
        (quality >= 0.36).then(|| stretch(0, p.len(), quality, Way::Alike))
    })
}

/// How well a piece without all of its letters stands for a word: the consonants count most.
fn shortens(short: &str, word: &Word) -> Option<f32> {
    if short.len() >= word.text.len() || !is_subsequence(short, &word.text) {
        return None;
    }
    let same_end = short.as_bytes().last() == word.text.as_bytes().last();
    let bare = skeleton(short);
    let consonants = word.skeleton.starts_with(&bare) || is_subsequence(&bare, &word.skeleton) && same_end;
    let quality = match (short.len(), consonants, same_end) {
        (2, true, _) | (2, _, true) => 0.5,
        (2, ..) => return None,
        (_, true, true) => 0.85,
        (_, true, false) => 0.75,
        (_, false, true) => 0.65,
        (n, ..) if n >= 4 => 0.55,
        _ => 0.4,
    };
    Some(quality)
}

/// Whether all letters of `short` stand in `long`, in this order.
fn is_subsequence(short: &str, long: &str) -> bool {
    let mut letters = long.bytes();
    short.bytes().all(|b| letters.any(|l| l == b))
}

/// The stretches without overlap that explain the most letters.
fn cover(length: usize, stretches: &[Stretch]) -> Vec<Stretch> {
    // What each stretch costs, so that few long ones beat many short ones.
    const SEAM: f32 = 0.05;
    let mut best: Vec<(f32, Option<usize>)> = vec![(0.0, None); length + 1];
    for end in 1..=length {
        best[end] = (best[end - 1].0, None);
        for (i, s) in stretches.iter().enumerate().filter(|(_, s)| s.end == end) {
            let value = best[s.start].0 + s.quality * (s.end - s.start) as f32 - SEAM;
            if value > best[end].0 {
                best[end] = (value, Some(i));
            }
        }
    }
    let (mut chosen, mut at) = (Vec::new(), length);
    while at > 0 {
        match best[at].1 {
            Some(i) => {
                chosen.push(stretches[i]);
                at = stretches[i].start;
            }
            None => at -= 1,
        }
    }
    chosen.reverse();
    chosen
}
