//! The vocabulary of time, as tables.

use sql::Grain;

const UNITS: &[(Grain, &[&str])] = &[
    (Grain::Day, &["day", "days"]),
    (Grain::Week, &["week", "weeks", "wk", "wks"]),
    (Grain::Month, &["month", "months", "mth", "mths", "mo", "mos"]),
    (Grain::Quarter, &["quarter", "quarters", "qtr", "qtrs"]),
    (Grain::Half, &["half", "halves", "semester", "semesters"]),
    (Grain::Year, &["year", "years", "yr", "yrs"]),
];

const ADVERBS: &[(Grain, &[&str])] = &[
    (Grain::Day, &["daily"]),
    (Grain::Week, &["weekly"]),
    (Grain::Month, &["monthly"]),
    (Grain::Quarter, &["quarterly"]),
    (Grain::Half, &["semiannual", "semiannually", "halfyearly"]),
    (Grain::Year, &["yearly", "annually", "annual"]),
];

const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const CARDINALS: &[(&str, u32)] = &[
    ("one", 1),
    ("two", 2),
    ("couple", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("eighteen", 18),
    ("twenty", 20),
    ("thirty", 30),
    ("sixty", 60),
    ("ninety", 90),
];

const ORDINALS: &[(&str, u32)] = &[("first", 1), ("second", 2), ("third", 3), ("fourth", 4)];

/// Where a relative word points: the unit before, this one or the next.
const TURNS: &[(i32, &[&str])] = &[
    (-1, &["last", "previous", "prior", "preceding", "past", "prev"]),
    (0, &["this", "current"]),
    (1, &["next", "coming", "upcoming", "following"]),
];

/// Words before a bare number that make it an amount, a rank or an identifier and no year.
const AMOUNT_BEFORE: &[&str] = &[
    "over",
    "under",
    "above",
    "below",
    "than",
    "exceeding",
    "exceeds",
    "exceed",
    "least",
    "most",
    "top",
    "bottom",
    "first",
    "last",
    "id",
    "ids",
    "number",
    "numbers",
    "no",
    "nr",
    "#",
    "$",
    "€",
    "£",
    "=",
    "<",
    ">",
    "+",
    "code",
    "codes",
    "account",
    "accounts",
    "limit",
    "equals",
    "equal",
    "about",
    "around",
    "approximately",
    "roughly",
    "nearly",
    "almost",
    "reference",
    "ref",
    "between",
    "worth",
    "minimum",
    "maximum",
    "min",
    "max",
    "zip",
    "postcode",
    "exactly",
];

/// Words after a bare number that make it an amount.
const AMOUNT_AFTER: &[&str] = &[
    "%", "percent", "units", "unit", "pieces", "items", "dollars", "euros", "pounds", "usd", "eur", "gbp", "chf",
    "jpy", "days", "weeks", "months", "years", "hours", "minutes", "times", "€", "$", "£", "k", "thousand", "million",
    "billion",
];

fn find<T: Copy>(table: &[(T, &[&str])], word: &str) -> Option<T> {
    table.iter().find(|(_, words)| words.contains(&word)).map(|(value, _)| *value)
}

/// `month`, `months`, `qtr`.
pub fn unit(word: &str) -> Option<Grain> {
    find(UNITS, word)
}

/// `monthly`, `annual`.
pub fn adverb(word: &str) -> Option<Grain> {
    find(ADVERBS, word)
}

/// `last`, `this`, `next` as -1, 0, 1.
pub fn turn(word: &str) -> Option<i32> {
    find(TURNS, word)
}

/// `march`, `mar` as 3.
pub fn month(word: &str) -> Option<u8> {
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    u8::try_from(at + 1).ok()
}

/// The name of month 1 to 12.
pub fn month_name(month: i8) -> &'static str {
    usize::try_from(month).ok().and_then(|month| MONTH_NAMES.get(month.wrapping_sub(1))).copied().unwrap_or("month")
}

/// `three` as 3.
pub fn cardinal(word: &str) -> Option<u32> {
    CARDINALS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// `second`, `2nd` as 2.
pub fn ordinal(word: &str) -> Option<u32> {
    let named = ORDINALS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    named.or_else(|| ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)?.parse().ok()))
}

/// Whether a number behind that word is no year.
pub fn makes_amount(word: &str) -> bool {
    AMOUNT_BEFORE.contains(&word)
}

/// Whether a number before that word is no year.
pub fn counts_things(word: &str) -> bool {
    AMOUNT_AFTER.contains(&word)
}
