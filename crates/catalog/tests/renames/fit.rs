//! Fitting and judging.

use catalog::change::calibration::{assign, logistic};
use catalog::change::{APPLIED, ASKED};
use serde::{Deserialize, Serialize};

use crate::generate::Case;

/// Holds weights back where features say the same.
const RIDGE: f64 = 0.5;
const ROUNDS: usize = 9;

/// Newton's method for the logistic regression of pairs.
pub fn fit<'c>(cases: impl Iterator<Item = &'c Case>, features: usize) -> Vec<f64> {
    let cases: Vec<&Case> = cases.collect();
    let mut weights = vec![0.0; features];
    for _ in 0..ROUNDS {
        let step = step(&cases, &weights);
        weights.iter_mut().zip(step).for_each(|(w, s)| *w += s);
    }
    weights.iter().map(|w| (w * 1e3).round() / 1e3).collect()
}

/// One step of it: nothing where the weights are the best already.
fn step(cases: &[&Case], weights: &[f64]) -> Vec<f64> {
    let features = weights.len();
    let mut slope: Vec<f64> = weights.iter().map(|w| -RIDGE * w).collect();
    let mut bend = vec![vec![0.0; features]; features];
    for case in cases {
        for (i, row) in case.features.iter().enumerate() {
            for (j, x) in row.iter().enumerate() {
                let odds = logistic(weights, x);
                let p = odds / (1.0 + odds);
                let y = f64::from(u8::from(case.truth.contains(&(i, j))));
                for (a, bend) in bend.iter_mut().enumerate() {
                    slope[a] += (y - p) * x[a];
                    bend.iter_mut().zip(x).for_each(|(cell, other)| *cell += p * (1.0 - p) * x[a] * other);
                }
            }
        }
    }
    bend.iter_mut().enumerate().for_each(|(a, row)| row[a] += RIDGE);
    solve(bend, slope)
}

/// Gauss with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        let pivot = (i..n).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for row in i + 1..n {
            let factor = a[row][i] / a[i][i];
            let from = a[i].clone();
            (i..n).for_each(|k| a[row][k] -= factor * from[k]);
            b[row] -= factor * b[i];
        }
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    b
}

/// How decisions turned out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Renames that there were.
    pub renames: usize,
    /// Taken as renames, and those of them that are.
    pub applied: usize,
    pub applied_right: usize,
    /// Asked, and those of them that are.
    pub asked: usize,
    pub asked_right: usize,
}

impl Verdict {
    pub fn precision(&self) -> f64 {
        self.applied_right as f64 / self.applied.max(1) as f64
    }

    pub fn coverage(&self) -> f64 {
        self.applied_right as f64 / self.renames.max(1) as f64
    }

    pub fn judge(&mut self, case: &Case, weights: &[f64]) {
        let odds: Vec<Vec<f64>> =
            case.features.iter().map(|row| row.iter().map(|x| logistic(weights, x)).collect()).collect();
        self.renames += case.truth.len();
        for (i, j, certainty) in assign(&odds) {
            let right = usize::from(case.truth.contains(&(i, j)));
            if certainty >= APPLIED {
                (self.applied, self.applied_right) = (self.applied + 1, self.applied_right + right);
            } else if certainty >= ASKED {
                (self.asked, self.asked_right) = (self.asked + 1, self.asked_right + right);
            }
        }
    }
}

/// Each fifth judged by weights of the other four.
pub fn cross_validate(cases: &[Case], features: usize) -> Verdict {
    let mut verdict = Verdict::default();
    for fold in 0..5 {
        let others = cases.iter().enumerate().filter(|(i, _)| i % 5 != fold).map(|(_, case)| case);
        let weights = fit(others, features);
        cases.iter().skip(fold).step_by(5).for_each(|case| verdict.judge(case, &weights));
    }
    verdict
}
