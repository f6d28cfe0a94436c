//! Pairing what is left over on both sides, so that the sum of evidence is largest, and everything may stay alone.

/// From this many candidates on, pairs are taken by their odds one after the other: the exact way costs the third power.
const EXACT: usize = 200;

/// Pairs of (row, column, certainty). `odds[row][column]` are the odds that the two belong together against that they do not.
///
/// Which pairs are taken is the assignment of the largest sum of log odds, where a pair with odds below 1 is worse than none
/// (Kuhn 1955, in the form with potentials). The certainty of a pair is its odds against all that compete with it: the others
/// of its row and its column, and none at all.
pub fn assign(odds: &[Vec<f64>]) -> Vec<(usize, usize, f64)> {
    let (rows, columns) = (odds.len(), odds.first().map_or(0, Vec::len));
    if rows == 0 || columns == 0 {
        return Vec::new();
    }
    let row_sums: Vec<f64> = odds.iter().map(|row| row.iter().sum()).collect();
    let column_sums: Vec<f64> = (0..columns).map(|j| odds.iter().map(|row| row[j]).sum()).collect();
    let certainty = |i: usize, j: usize| {
        let own = odds[i][j];
        own / (1.0 + row_sums[i] + column_sums[j] - own)
    };
    let pairs = if rows.max(columns) <= EXACT { exact(odds) } else { greedy(odds) };
    pairs.into_iter().filter(|(i, j)| odds[*i][*j] > 1.0).map(|(i, j)| (i, j, certainty(i, j))).collect()
}

fn greedy(odds: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let cells = odds.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, o)| (i, j, *o)));
    let mut cells: Vec<(usize, usize, f64)> = cells.filter(|cell| cell.2 > 1.0).collect();
    cells.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let (mut rows, mut columns) = (vec![false; odds.len()], vec![false; odds[0].len()]);
    let mut taken = Vec::new();
    for (i, j, _) in cells {
        if !rows[i] && !columns[j] {
            (rows[i], columns[j]) = (true, true);
            taken.push((i, j));
        }
    }
    taken
}

/// The Hungarian method over a square of costs; what stands for "alone" costs nothing.
fn exact(odds: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let n = odds.len().max(odds[0].len());
    let cost = |i: usize, j: usize| {
        let odds = odds.get(i).and_then(|row| row.get(j)).copied().unwrap_or(1.0);
        -odds.max(1.0).ln()
    };
    // Everything from 1 on; 0 is the start of a path.
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    let mut row_of = vec![0usize; n + 1];
    for i in 1..=n {
        row_of[0] = i;
        let way = path(n, &cost, (&mut u, &mut v), &mut row_of);
        let mut j = way.0;
        while j != 0 {
            let before = way.1[j];
            row_of[j] = row_of[before];
            j = before;
        }
    }
    let pairs = (1..=n).map(|j| (row_of[j] - 1, j - 1));
    let mut pairs: Vec<(usize, usize)> = pairs.filter(|(i, j)| *i < odds.len() && *j < odds[0].len()).collect();
    pairs.sort_unstable();
    pairs
}

/// The cheapest way from the row at column 0 to a free column: its end, and where each column on it was come from.
fn path(
    n: usize,
    cost: &impl Fn(usize, usize) -> f64,
    (u, v): (&mut [f64], &mut [f64]),
    row_of: &mut [usize],
) -> (usize, Vec<usize>) {
    let (mut least, mut way, mut used) = (vec![f64::INFINITY; n + 1], vec![0usize; n + 1], vec![false; n + 1]);
    let mut j = 0;
    while row_of[j] != 0 {
        used[j] = true;
        let (row, mut delta, mut next) = (row_of[j], f64::INFINITY, 0);
        for k in (1..=n).filter(|k| !used[*k]).collect::<Vec<_>>() {
            let reduced = cost(row - 1, k - 1) - u[row] - v[k];
            if reduced < least[k] {
                (least[k], way[k]) = (reduced, j);
            }
            if least[k] < delta {
                (delta, next) = (least[k], k);
            }
        }
        for k in 0..=n {
            if used[k] {
                u[row_of[k]] += delta;
                v[k] -= delta;
            } else {
                least[k] -= delta;
            }
        }
        j = next;
    }
    (j, way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_counts_and_not_the_best_pair() {
        // The best pair alone would leave the other two apart.
        let pairs = assign(&[vec![10.0, 9.0], vec![8.0, 0.1]]);
        let taken: Vec<(usize, usize)> = pairs.iter().map(|p| (p.0, p.1)).collect();
        assert_eq!(taken, [(0, 1), (1, 0)]);
    }

    #[test]
    fn what_is_like_nothing_stays_alone_and_rivals_make_unsure() {
        assert!(assign(&[vec![0.5], vec![0.2]]).is_empty());
        assert!(assign(&[]).is_empty() && assign(&[vec![]]).is_empty());
        let sure = assign(&[vec![99.0, 0.0]])[0].2;
        let unsure = assign(&[vec![99.0, 99.0]])[0].2;
        assert!(sure > 0.98 && unsure < 0.5, "{sure} {unsure}");
    }

    #[test]
    fn many_are_paired_one_after_the_other() {
        let odds: Vec<Vec<f64>> =
            (0..300).map(|i| (0..300).map(|j| if i == j { 50.0 } else { 0.0 }).collect()).collect();
        assert_eq!(assign(&odds).len(), 300);
    }
}
