//! Replications merged: estimates with their intervals.
//!
//! Counts and levels are means over replications with a Student-t interval; ratios (means of durations, shares) are
//! ratios of sums with a jackknife interval; quantiles come from the merged sizes with an interval by sectioning over
//! replications. What is floating point is folded in the order of replications.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::Scope;
use super::figure::{Estimate, Figure};
use super::intervals::{Grid, Intervals};
use super::outcome::Outcome;
use super::stats::Stats;
use crate::measure::{Clock, Measure};
use crate::world::Setup;

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// Nothing if nothing was counted.
    pub value: Option<f64>,
    /// The confidence interval, from two replications on.
    pub interval: Option<(f64, f64)>,
    /// How many replications it rests on.
    pub replications: u32,
}

/// The replications of one strategy, merged.
pub struct Pool {
    setup: Setup,
    merged: Vec<(Scope, Stats)>,
    keys: Vec<Figure>,
    /// By replication, then by key.
    parts: Vec<Vec<[f64; 3]>>,
    intervals: Option<Intervals>,
}

impl Pool {
    /// No replication yet.
    pub fn new(setup: &Setup) -> Pool {
        Pool {
            setup: setup.clone(),
            merged: Vec::new(),
            keys: Vec::new(),
            parts: Vec::new(),
            intervals: None,
        }
    }

    /// Merges by interval too; what is added must have been counted so.
    pub fn by_interval(self, grid: &Grid) -> Pool {
        let intervals = Some(Intervals::new(&self.setup, grid));
        Pool { intervals, ..self }
    }

    /// The figures by interval, if they were asked for.
    pub fn intervals(&self) -> Option<&Intervals> {
        self.intervals.as_ref()
    }

    /// Adds the next replication (they are added in the order of their numbers).
    pub fn add(&mut self, outcome: Outcome) {
        let figures = outcome.figures(&self.setup);
        self.parts
            .push(figures.iter().map(|figure| figure.parts).collect());
        if let (Some(intervals), Some(told)) = (&mut self.intervals, outcome.by_interval()) {
            intervals.add(told);
        }
        if self.keys.is_empty() {
            self.keys = figures;
            self.merged = outcome.scopes;
        } else {
            for ((_, merged), (_, stats)) in self.merged.iter_mut().zip(&outcome.scopes) {
                merged.merge(stats);
            }
        }
    }

    /// How many replications there are.
    pub fn replications(&self) -> u32 {
        self.parts.len() as u32
    }

    /// All figures, by scope, measure, clock and statistic in the order of the catalogue.
    pub fn rows(&self, confidence: f64) -> Vec<Row> {
        let row = |(position, key): (usize, &Figure)| {
            let parts = self.parts.iter().map(|parts| parts[position]);
            let (value, interval) = self.estimate(key, &parts.collect::<Vec<_>>(), confidence);
            Row {
                scope: key.scope,
                measure: key.measure,
                clock: key.clock,
                statistic: key.statistic,
                value,
                interval,
                replications: self.replications(),
            }
        };
        self.keys.iter().enumerate().map(row).collect()
    }

    fn estimate(
        &self,
        key: &Figure,
        parts: &[[f64; 3]],
        confidence: f64,
    ) -> (Option<f64>, Option<(f64, f64)>) {
        let around = |value: f64, error: f64, n: usize| {
            let half = student_quantile(confidence, n - 1) * error;
            (value - half, value + half)
        };
        match key.estimate {
            Estimate::Mean | Estimate::Quantile(..) => {
                let values: Vec<f64> = parts
                    .iter()
                    .filter(|part| part[1] > 0.0)
                    .map(|part| part[0])
                    .collect();
                let n = values.len();
                if n == 0 {
                    return (None, None);
                }
                let value = match key.estimate {
                    Estimate::Quantile(clock, share) => {
                        let merged = self.merged.iter().find(|(scope, _)| *scope == key.scope);
                        merged.and_then(|(_, stats)| {
                            stats.durations(key.measure, clock).quantiles([share])[0]
                        })
                    }
                    _ => Some(values.iter().sum::<f64>() / n as f64),
                };
                let interval = value.filter(|_| n > 1).map(|value| {
                    let squares: f64 = values.iter().map(|v| (v - value) * (v - value)).sum();
                    around(value, (squares / (n - 1) as f64 / n as f64).sqrt(), n)
                });
                (value, interval)
            }
            Estimate::Ratio => jackknife(
                parts,
                |[of, among, _]| (among > 0.0).then(|| of / among),
                around,
            ),
            Estimate::Deviation => jackknife(
                parts,
                |[n, sum, squares]| {
                    (n > 1.0).then(|| ((squares - sum * sum / n).max(0.0) / (n - 1.0)).sqrt())
                },
                around,
            ),
        }
    }
}

/// A function of sums, with the interval that leaving out each replication in turn gives.
fn jackknife(
    parts: &[[f64; 3]],
    value: impl Fn([f64; 3]) -> Option<f64>,
    around: impl Fn(f64, f64, usize) -> (f64, f64),
) -> (Option<f64>, Option<(f64, f64)>) {
    let mut sums = [0.0; 3];
    for part in parts {
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    }
    let Some(whole) = value(sums) else {
        return (None, None);
    };
    let n = parts.len();
    let without =
        |part: &[f64; 3]| value([sums[0] - part[0], sums[1] - part[1], sums[2] - part[2]]);
    let left_out: Option<Vec<f64>> = parts.iter().map(without).collect();
    let interval = left_out.filter(|_| n > 1).map(|values| {
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum();
        around(whole, (squares * (n - 1) as f64 / n as f64).sqrt(), n)
    });
    (Some(whole), interval)
}

/// The two-sided quantile of Student's t; the normal one above 10,000 degrees, where the library's loses digits.
pub fn student_quantile(confidence: f64, degrees: usize) -> f64 {
    let p = 0.5 + confidence / 2.0;
    if degrees > 10_000 {
        return Normal::standard().inverse_cdf(p);
    }
    StudentsT::new(0.0, 1.0, degrees as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of Student's t: 2.262 for 9 degrees, 12.706 for 1, 1.960 for very many.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        assert!((student_quantile(0.95, 9) - 2.262_157).abs() < 1e-6);
        assert!((student_quantile(0.95, 1) - 12.706_205).abs() < 1e-6);
        assert!((student_quantile(0.95, 100_000) - 1.959_964).abs() < 1e-6);
    }

    /// For equal denominators the jackknife is the plain t interval of the mean.
    #[test]
    fn the_jackknife_of_a_plain_mean_is_the_plain_interval() {
        let parts: Vec<[f64; 3]> = [1.0, 2.0, 4.0, 7.0]
            .iter()
            .map(|value| [*value, 1.0, 0.0])
            .collect();
        let (value, interval) = jackknife(
            &parts,
            |[of, among, _]| Some(of / among),
            |v, e, _| (v - e, v + e),
        );
        let (low, high) = interval.unwrap();
        // The variance of 1, 2, 4, 7 is 7; the error of their mean is the root of 7 / 4.
        assert_eq!(value, Some(3.5));
        assert!((high - low - 2.0 * (7.0f64 / 4.0).sqrt()).abs() < 1e-12);
    }
}
