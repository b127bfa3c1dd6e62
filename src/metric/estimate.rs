//! How figures are estimated from the parts of their replications, and how far luck may have moved them.
//!
//! A difference between two strategies is estimated like a figure of one of them, but that their replications are taken
//! in pairs: both have met the same customers, so most of the luck is in both and falls out.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::measure::Clock;

/// What a replication adds to a figure: by [`Estimate`], sums that its value is made of.
pub type Parts = [f64; 3];

/// How a figure is estimated from the parts of its replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimate {
    /// The mean of the first part over those replications whose second is 1.
    Mean,
    /// The sum of the first part over the sum of the second.
    Ratio,
    /// The standard deviation from count, sum and squares.
    Deviation,
    /// The quantile of the merged sizes on a clock; per replication like [`Estimate::Mean`].
    Quantile(Clock, f64),
}

/// The standard error of an estimate, and its degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// In the figure's unit.
    pub error: f64,
    /// One less than the replications it comes from.
    pub degrees: usize,
}

/// A value, and its spread where there are two replications or more.
pub type Estimated = (Option<f64>, Option<Spread>);

impl Estimate {
    /// The value in one replication, or for sums over several; nothing if nothing was counted.
    pub fn of(self, parts: Parts) -> Option<f64> {
        let [first, second, third] = parts;
        match self {
            Estimate::Mean | Estimate::Quantile(..) => (second > 0.0).then_some(first),
            Estimate::Ratio => (second > 0.0).then(|| first / second),
            Estimate::Deviation => (first > 1.0)
                .then(|| ((third - second * second / first).max(0.0) / (first - 1.0)).sqrt()),
        }
    }

    /// The figure over all replications. A quantile is that of the merged sizes, which are not here.
    pub fn estimate(self, parts: &[Parts], merged: Option<f64>) -> Estimated {
        match self {
            Estimate::Mean | Estimate::Quantile(..) => {
                let values: Vec<f64> = parts.iter().filter_map(|part| self.of(*part)).collect();
                self.section(&values, merged)
            }
            Estimate::Ratio | Estimate::Deviation => {
                let sums = Sums::new(parts);
                jackknife(parts.len(), |left_out| self.of(sums.without(left_out)))
            }
        }
    }

    /// The difference of two figures over replications with the same customers, ours less theirs.
    ///
    /// It is the difference of their estimates; its spread comes from the differences within pairs (what a replication
    /// lacks on one side is left out), for ratios from leaving out each pair in turn.
    pub fn difference(
        self,
        ours: &[Parts],
        theirs: &[Parts],
        merged: Option<(f64, f64)>,
    ) -> Estimated {
        match self {
            Estimate::Mean | Estimate::Quantile(..) => {
                let pairs = ours.iter().zip(theirs);
                let both =
                    |(ours, theirs): (&Parts, &Parts)| Some(self.of(*ours)? - self.of(*theirs)?);
                let differences: Vec<f64> = pairs.filter_map(both).collect();
                self.section(&differences, merged.map(|(ours, theirs)| ours - theirs))
            }
            Estimate::Ratio | Estimate::Deviation => {
                let (mine, other) = (Sums::new(ours), Sums::new(theirs));
                jackknife(ours.len().min(theirs.len()), |left_out| {
                    Some(self.of(mine.without(left_out))? - self.of(other.without(left_out))?)
                })
            }
        }
    }

    /// The mean of values, or the merged quantile, with the error that their scatter around it gives.
    fn section(self, values: &[f64], merged: Option<f64>) -> Estimated {
        let n = values.len();
        if n == 0 {
            return (None, None);
        }
        let value = match self {
            Estimate::Quantile(..) => merged,
            _ => Some(values.iter().sum::<f64>() / n as f64),
        };
        let spread = value.filter(|_| n > 1).map(|value| {
            let squares: f64 = values.iter().map(|v| (v - value) * (v - value)).sum();
            Spread {
                error: (squares / (n - 1) as f64 / n as f64).sqrt(),
                degrees: n - 1,
            }
        });
        (value, spread)
    }
}

impl Spread {
    /// The interval around a value that holds the true one with this confidence.
    pub fn around(self, value: f64, confidence: f64) -> (f64, f64) {
        let half = student_quantile(confidence, self.degrees) * self.error;
        (value - half, value + half)
    }

    /// How often luck alone gives a value at least as far from 0.
    pub fn p_value(self, value: f64) -> f64 {
        2.0 * student_tail((value / self.error).abs(), self.degrees)
    }
}

/// The parts of all replications summed.
pub struct Sums<'a> {
    parts: &'a [Parts],
    all: Parts,
}

impl<'a> Sums<'a> {
    /// Sums in the order of the replications.
    pub fn new(parts: &'a [Parts]) -> Sums<'a> {
        let mut all = Parts::default();
        for part in parts {
            for (sum, part) in all.iter_mut().zip(part) {
                *sum += part;
            }
        }
        Sums { parts, all }
    }

    /// The sums over all, or over all but one.
    pub fn without(&self, left_out: Option<usize>) -> Parts {
        let Some(left_out) = left_out else {
            return self.all;
        };
        let part = self.parts[left_out];
        [0, 1, 2].map(|i| self.all[i] - part[i])
    }
}

/// A function of what `n` replications were, with the error that leaving out each of them in turn gives.
pub fn jackknife(n: usize, value: impl Fn(Option<usize>) -> Option<f64>) -> Estimated {
    let Some(whole) = value(None) else {
        return (None, None);
    };
    let left_out: Option<Vec<f64>> = (0..n).map(|left_out| value(Some(left_out))).collect();
    let spread = left_out.filter(|_| n > 1).map(|values| {
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum();
        Spread {
            error: (squares * (n - 1) as f64 / n as f64).sqrt(),
            degrees: n - 1,
        }
    });
    (Some(whole), spread)
}

/// Above so many degrees the normal distribution stands in, for the library's t loses digits.
const MANY_DEGREES: usize = 10_000;

/// The two-sided quantile of Student's t.
fn student_quantile(confidence: f64, degrees: usize) -> f64 {
    let p = 0.5 + confidence / 2.0;
    if degrees > MANY_DEGREES {
        return Normal::standard().inverse_cdf(p);
    }
    StudentsT::new(0.0, 1.0, degrees as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(p))
}

/// How often Student's t is larger.
fn student_tail(t: f64, degrees: usize) -> f64 {
    if degrees > MANY_DEGREES {
        return Normal::standard().sf(t);
    }
    StudentsT::new(0.0, 1.0, degrees as f64).map_or(1.0, |distribution| distribution.sf(t))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ones(values: &[f64]) -> Vec<Parts> {
        values.iter().map(|value| [*value, 1.0, 0.0]).collect()
    }

    /// Tables of Student's t: 2.262 for 9 degrees, 12.706 for 1, 1.960 for very many.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        assert!((student_quantile(0.95, 9) - 2.262_157).abs() < 1e-6);
        assert!((student_quantile(0.95, 1) - 12.706_205).abs() < 1e-6);
        assert!((student_quantile(0.95, 100_000) - 1.959_964).abs() < 1e-6);
    }

    /// With 1 degree t is Cauchy's, 1/2 - atan(t)/π; with 2 it is 1/2 - t / (2 √(2 + t²)); with very many normal.
    #[test]
    fn tails_are_those_of_closed_forms() {
        for t in [0.0f64, 0.5, 2.0, 50.0] {
            let cauchy = 0.5 - t.atan() / std::f64::consts::PI;
            assert!((student_tail(t, 1) - cauchy).abs() < 1e-12, "{t}");
            let two = 0.5 - t / (2.0 * (2.0 + t * t).sqrt());
            assert!((student_tail(t, 2) - two).abs() < 1e-12, "{t}");
        }
        assert!((student_tail(1.959_964, 100_000) - 0.025).abs() < 1e-8);
    }

    /// For equal denominators the jackknife is the plain t interval of the mean.
    #[test]
    fn the_jackknife_of_a_plain_mean_is_the_plain_interval() {
        let parts = ones(&[1.0, 2.0, 4.0, 7.0]);
        let (value, spread) = Estimate::Ratio.estimate(&parts, None);
        // The variance of 1, 2, 4, 7 is 7; the error of their mean is the root of 7 / 4.
        assert_eq!(value, Some(3.5));
        let spread = spread.unwrap();
        assert!((spread.error - (7.0f64 / 4.0).sqrt()).abs() < 1e-12);
        assert_eq!(spread.degrees, 3);
        assert_eq!(Estimate::Mean.estimate(&parts, None).0, value);
    }

    /// Student's own example (1908, "The probable error of a mean"): the additional hours of sleep of ten patients by
    /// two drugs differ by 1.58 hours on average; t = 4.0621 on 9 degrees, p = 0.002833.
    #[test]
    fn the_paired_test_is_that_of_students_sleepers() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        for estimate in [Estimate::Mean, Estimate::Ratio] {
            let (value, spread) = estimate.difference(&ones(&second), &ones(&first), None);
            let (value, spread) = (value.unwrap(), spread.unwrap());
            assert!((value - 1.58).abs() < 1e-12);
            assert!((value / spread.error - 4.062_128).abs() < 1e-6);
            assert!((spread.p_value(value) - 0.002_832_89).abs() < 1e-8);
            let (low, high) = spread.around(value, 0.95);
            assert!((low - 0.700_114).abs() < 1e-6 && (high - 2.459_886).abs() < 1e-6);
        }
    }

    /// Sums 10/5 and 9/3: the difference is -1. Leaving out pairs: 4/2 - 5/2, 8/4 - 6/2, 8/4 - 7/2 = -0.5, -1, -1.5;
    /// their variance around -1 is 0.5, times 2/3 is the squared error 1/3.
    #[test]
    fn ratios_differ_as_their_sums_do_and_pairs_are_left_out() {
        let ours = [[6.0, 3.0, 0.0], [2.0, 1.0, 0.0], [2.0, 1.0, 0.0]];
        let theirs = [[4.0, 1.0, 0.0], [3.0, 1.0, 0.0], [2.0, 1.0, 0.0]];
        let (value, spread) = Estimate::Ratio.difference(&ours, &theirs, None);
        assert_eq!(value, Some(-1.0));
        assert!((spread.unwrap().error - (1.0f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_one_side_lacks_is_no_pair() {
        let ours = [[3.0, 1.0, 0.0], [0.0, 0.0, 0.0], [5.0, 1.0, 0.0]];
        let theirs = [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [2.0, 1.0, 0.0]];
        let (value, spread) = Estimate::Mean.difference(&ours, &theirs, None);
        assert_eq!(value, Some(2.5));
        assert_eq!(spread.map(|spread| spread.degrees), Some(1));
        assert_eq!(
            Estimate::Mean.difference(&ours[1..2], &theirs[1..2], None),
            (None, None)
        );
    }

    #[test]
    fn a_quantile_is_the_merged_one_and_its_error_is_around_it() {
        let quantile = Estimate::Quantile(Clock::Calendar, 0.9);
        let (value, spread) = quantile.estimate(&ones(&[1.0, 2.0]), Some(1.0));
        // The squares around 1 are 0 and 1: variance 1, of the mean of two 1/2.
        assert_eq!(value, Some(1.0));
        assert!((spread.unwrap().error - 0.5f64.sqrt()).abs() < 1e-12);
        let pairs = quantile.difference(&ones(&[4.0, 4.0]), &ones(&[1.0, 2.0]), Some((4.0, 1.0)));
        assert_eq!(pairs.0, Some(3.0));
    }
}
