//! A picture that fits the columns.

use plan::finish::ColumnKind;
use serde::Serialize;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// A line over time.
    Line,
    /// Bars by group.
    Bars,
}

/// A picture: the column along the axis, and the columns drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chart {
    /// What is drawn.
    pub kind: ChartKind,
    /// Position of the column with labels.
    pub labels: usize,
    /// Positions of the columns with numbers.
    pub values: Vec<usize>,
}

/// Chooses a picture; none for a single number or a plain list.
pub fn choose(kinds: &[ColumnKind], rows: usize) -> Option<Chart> {
    let drawn = |k: &ColumnKind| matches!(k, ColumnKind::Measure | ColumnKind::Compared);
    let values: Vec<usize> = (0..kinds.len()).filter(|i| drawn(&kinds[*i])).collect();
    let period = kinds.iter().position(|k| *k == ColumnKind::Period);
    let dimensions: Vec<usize> = (0..kinds.len()).filter(|i| kinds[*i] == ColumnKind::Dimension).collect();
    if values.is_empty() || rows < 2 {
        return None;
    }
    match (period, dimensions.as_slice()) {
        (Some(labels), []) => Some(Chart { kind: ChartKind::Line, labels, values }),
        (None, [.., labels]) => Some(Chart { kind: ChartKind::Bars, labels: *labels, values }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fit_the_columns() {
        let line =
            choose(&[ColumnKind::Period, ColumnKind::Measure, ColumnKind::Compared, ColumnKind::Change], 4).unwrap();
        assert_eq!((line.kind, line.values), (ChartKind::Line, vec![1, 2]));
        let bars = choose(&[ColumnKind::Dimension, ColumnKind::Measure], 3).unwrap();
        assert_eq!((bars.kind, bars.labels), (ChartKind::Bars, 0));
        assert_eq!(choose(&[ColumnKind::Measure], 1), None);
        assert_eq!(choose(&[ColumnKind::Dimension, ColumnKind::Measure], 1), None);
    }
}
