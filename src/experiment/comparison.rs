//! Comparing a strategy with the baseline, replication by replication, and not claiming what luck may have done.

use super::Played;
use crate::measure::Better;
use crate::metric::{Pool, Row};

/// Differences smaller than this part of what is compared are rounding.
const ROUNDING: f64 = 1e-12;

/// How far a figure of a strategy is from the baseline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The figure; its value is the strategy's less the baseline's, its interval that of this difference alone.
    pub row: Row,
    /// How often luck alone would make such a difference anywhere among the figures of the strategy.
    pub p_value: Option<f64>,
    /// Who is better, where a way is better and luck does not explain it.
    pub better: Option<Side>,
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The strategy that is compared.
    Strategy,
    /// What it is compared with.
    Baseline,
}

impl Side {
    /// As written in files.
    pub fn name(self) -> &'static str {
        match self {
            Side::Strategy => "strategy",
            Side::Baseline => "baseline",
        }
    }
}

/// Every figure that both have, in the order of the catalogue.
///
/// The p-values are corrected by Holm for all figures of the strategy, so that it is wrongly called better or worse in
/// any of them with a probability of at most 1 - confidence, however many other strategies are compared. Figures that
/// are equal in each replication test nothing and are not among those corrected for.
pub fn compare(strategy: &Played, baseline: &Played, confidence: f64) -> Vec<Difference> {
    let (ours, theirs) = (&strategy.pool, &baseline.pool);
    let mut differences = Vec::new();
    for (position, key) in ours.keys().iter().enumerate() {
        if let Some(other) = theirs.position(key, position) {
            differences.push(difference(ours, position, theirs, other, confidence));
        }
    }
    correct(&mut differences);
    for difference in &mut differences {
        difference.better = better(difference, confidence);
    }
    differences
}

/// How far a figure of one pool is from that of another, paired by replication.
fn difference(
    ours: &Pool,
    position: usize,
    theirs: &Pool,
    other: usize,
    confidence: f64,
) -> Difference {
    let key = &ours.keys()[position];
    let (mine, their) = (ours.parts(position), theirs.parts(other));
    let merged = ours.quantile(key).zip(theirs.quantile(key));
    let (value, spread) = key.estimate.difference(&mine, &their, merged);
    let size = |parts: &[_]| {
        let values = parts.iter().filter_map(|parts| key.estimate.of(*parts));
        values.fold(0.0, |most: f64, value| most.max(value.abs()))
    };
    let rounding = ROUNDING * size(&mine).max(size(&their));
    let value = value.map(|value| if value.abs() <= rounding { 0.0 } else { value });
    let tested = value.zip(spread).map(|(value, spread)| {
        if spread.error > rounding {
            (spread.around(value, confidence), spread.p_value(value))
        } else if value == 0.0 {
            ((0.0, 0.0), 1.0)
        } else {
            // Always the same difference: t says nothing, but so many signs are alike once in 2^(n-1) times.
            let alike = i32::try_from(spread.degrees).unwrap_or(i32::MAX);
            ((value, value), 0.5f64.powi(alike))
        }
    });
    Difference {
        row: Row {
            scope: key.scope,
            measure: key.measure,
            clock: key.clock,
            statistic: key.statistic,
            value,
            interval: tested.map(|(interval, _)| interval),
            replications: ours.replications(),
        },
        p_value: tested.map(|(_, p_value)| p_value),
        better: None,
    }
}

/// Corrects the p-values of all that are not equal throughout.
fn correct(differences: &mut [Difference]) {
    let equal = |difference: &Difference| {
        difference.row.value == Some(0.0) && difference.row.interval == Some((0.0, 0.0))
    };
    let mut p_values: Vec<&mut f64> = differences
        .iter_mut()
        .filter(|difference| !equal(difference))
        .filter_map(|difference| difference.p_value.as_mut())
        .collect();
    holm(&mut p_values);
}

/// Holm's correction: the k-th smallest of m is multiplied by m - k + 1, and none is less than one before it (Holm, "A
/// simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979).
fn holm(p_values: &mut [&mut f64]) {
    p_values.sort_by(|one, other| one.total_cmp(other));
    let (count, mut least) = (p_values.len(), 0.0f64);
    for (place, p_value) in p_values.iter_mut().enumerate() {
        least = least.max((**p_value * (count - place) as f64).min(1.0));
        **p_value = least;
    }
}

fn better(difference: &Difference, confidence: f64) -> Option<Side> {
    let value = difference.row.value?;
    if difference.p_value? >= 1.0 - confidence || value == 0.0 {
        return None;
    }
    match difference.row.measure.entry().better {
        Better::Neither => None,
        Better::More if value > 0.0 => Some(Side::Strategy),
        Better::Less if value < 0.0 => Some(Side::Strategy),
        _ => Some(Side::Baseline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Clock, Measure};
    use crate::metric::Scope;

    fn row(measure: Measure, value: f64, interval: (f64, f64), p_value: f64) -> Difference {
        Difference {
            row: Row {
                scope: Scope::All,
                measure,
                clock: Some(Clock::Calendar),
                statistic: "mean",
                value: Some(value),
                interval: Some(interval),
                replications: 3,
            },
            p_value: Some(p_value),
            better: None,
        }
    }

    /// What R says: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
    #[test]
    fn corrected_p_values_are_holms() {
        let mut p_values = [0.01, 0.04, 0.03, 0.005];
        holm(&mut p_values.iter_mut().collect::<Vec<_>>());
        for (corrected, right) in p_values.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((corrected - right).abs() < 1e-12, "{corrected} {right}");
        }
        let mut p_values = [0.9, 0.8];
        holm(&mut p_values.iter_mut().collect::<Vec<_>>());
        assert_eq!(p_values, [1.0, 1.0]);
    }

    #[test]
    fn what_is_equal_throughout_is_not_corrected_for() {
        let wait = Measure::QueueWait;
        let mut differences = vec![
            row(wait, 1.0, (0.5, 1.5), 0.02),
            row(wait, 0.0, (0.0, 0.0), 1.0),
            row(wait, 2.0, (-1.0, 5.0), 0.2),
        ];
        correct(&mut differences);
        let p_values: Vec<_> = differences.iter().map(|row| row.p_value.unwrap()).collect();
        assert_eq!(p_values, [0.04, 1.0, 0.2]);
    }

    #[test]
    fn better_is_who_the_catalogue_says_unless_luck_explains_it() {
        let of =
            |measure, value, p_value| better(&row(measure, value, (value, value), p_value), 0.95);
        assert_eq!(of(Measure::QueueWait, -1.0, 0.01), Some(Side::Strategy));
        assert_eq!(of(Measure::QueueWait, 1.0, 0.01), Some(Side::Baseline));
        assert_eq!(of(Measure::Resolved, 1.0, 0.01), Some(Side::Strategy));
        assert_eq!(of(Measure::Resolved, -1.0, 0.01), Some(Side::Baseline));
        assert_eq!(of(Measure::Resolved, -1.0, 0.06), None);
        assert_eq!(of(Measure::Occupancy, -1.0, 0.01), None);
    }
}
