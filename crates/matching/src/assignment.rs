//! The best one-to-one matching of rows with columns: the Hungarian method in O(n³) by shortest augmenting paths
//! (Kuhn 1955; Jonker and Volgenant 1987).

/// For each row the column that it is matched with, such that the sum of the gains is the largest. Where there are more rows than columns,
/// some rows go without.
#[allow(clippy::needless_range_loop)] // A column is a place in four lists at once.
pub fn best(gains: &[Vec<f64>]) -> Vec<Option<usize>> {
    let columns = gains.iter().map(Vec::len).max().unwrap_or(0);
    let size = gains.len().max(columns);
    // A square of costs: a row or column that is not there gains nothing.
    let cost =
        |row: usize, column: usize| -gains.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0);
    // Index 0 stands for "none", as is customary: the potentials and matches of rows and columns count from 1.
    let (mut of_row, mut of_column) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    let mut matched = vec![0; size + 1];
    for row in 1..=size {
        matched[0] = row;
        let mut column = 0;
        let (mut least, mut before, mut seen) =
            (vec![f64::INFINITY; size + 1], vec![0; size + 1], vec![false; size + 1]);
        while matched[column] != 0 {
            seen[column] = true;
            let (at, mut step, mut next) = (matched[column], f64::INFINITY, 0);
            for other in (1..=size).filter(|&other| !seen[other]) {
                let reduced = cost(at - 1, other - 1) - of_row[at] - of_column[other];
                if reduced < least[other] {
                    (least[other], before[other]) = (reduced, column);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=size {
                if seen[other] {
                    of_row[matched[other]] += step;
                    of_column[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            matched[column] = matched[before[column]];
            column = before[column];
        }
    }
    let mut assigned = vec![None; gains.len()];
    for column in 1..=columns {
        if let Some(row) = assigned.get_mut(matched[column] - 1) {
            *row = Some(column - 1);
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_decides_and_not_the_first_row() {
        assert_eq!(best(&[vec![8.0, 7.0], vec![9.0, 2.0]]), [Some(1), Some(0)]);
    }

    #[test]
    fn rows_without_a_column_go_without() {
        assert_eq!(best(&[vec![1.0], vec![3.0], vec![2.0]]), [None, Some(0), None]);
        assert_eq!(best(&[vec![1.0, 5.0, 2.0]]), [Some(1)]);
        assert_eq!(best(&[]), []);
    }

    #[test]
    fn it_finds_what_trying_all_finds() {
        let gains: Vec<Vec<f64>> = (0..5_u64)
            .map(|row| {
                (0..5_u64).map(|column| ((row * 37 + column * 61 + row * column * 13) % 29) as f64).collect()
            })
            .collect();
        fn all(gains: &[Vec<f64>], used: &mut Vec<usize>) -> f64 {
            let Some(row) = gains.get(used.len()) else { return 0.0 };
            let mut most = f64::MIN;
            for (column, gain) in row.iter().enumerate() {
                if !used.contains(&column) {
                    used.push(column);
                    most = most.max(gain + all(gains, used));
                    used.pop();
                }
            }
            most
        }
        let found: f64 = best(&gains)
            .iter()
            .zip(&gains)
            .filter_map(|(column, row)| column.map(|column| row[column]))
            .sum();
        assert_eq!(found, all(&gains, &mut Vec::new()));
    }
}
