//! How likely a carrier is a dependency: a logistic score over what speaks for it.

/// What speaks for or against a carrier.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// It parses as SQL.
    pub parses: bool,
    /// It reaches a call that executes SQL.
    pub reaches: bool,
    /// Columns that fit the table that they are taken of.
    pub agreeing: usize,
    /// Columns that only some table has.
    pub loose: usize,
    /// Names that nothing explains.
    pub unknown: usize,
    /// The structure around it is certain: a model, a definition, a key of a row.
    pub structural: bool,
    /// It stands in a test.
    pub test: bool,
    /// Of a name that stands alone and is one word: how often the word occurs elsewhere, for each time that it is taken for
    /// a name.
    pub elsewhere: f64,
}

/// Weights in the order of [`Features::vector`], the constant first.
pub const WEIGHTS: [f64; 9] = [-0.4, 1.6, 2.6, 1.4, 0.3, -0.9, 2.8, -0.6, -1.7];

impl Features {
    /// As numbers, the constant first.
    pub fn vector(&self) -> [f64; 9] {
        let flag = |f: bool| if f { 1.0 } else { 0.0 };
        let some = |n: usize| (1.0 + n.min(8) as f64).ln();
        [
            1.0,
            flag(self.parses),
            flag(self.reaches),
            some(self.agreeing),
            some(self.loose),
            some(self.unknown),
            flag(self.structural),
            flag(self.test),
            (1.0 + self.elsewhere).ln(),
        ]
    }
}

/// The probability that it is a dependency: 0 to 1.
pub fn confidence(features: &Features) -> f64 {
    let sum: f64 = features.vector().iter().zip(WEIGHTS).map(|(x, w)| x * w).sum();
    let p = 1.0 / (1.0 + (-sum).exp());
    (p * 10_000.0).round() / 10_000.0
}
