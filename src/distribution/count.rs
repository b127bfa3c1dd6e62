//! Distributions of counts: turns of a conversation, people in a batch.
//!
//! Every draw inverts one uniform number, so a count never falls when its mean is raised.

use super::{cumulative, place};
use crate::random::Stream;

/// No table of probabilities is longer than this.
const LONGEST_TABLE: u32 = 100_000;

/// A distribution of counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// Always the same.
    Constant(u32),
    /// From 1, and after each one as likely over as before.
    Geometric(Geometric),
    /// From 0, of many chances that are small.
    Poisson(Poisson),
    /// Any probabilities.
    Table(Table),
}

/// P(N > n) = (1 − 1 / mean)^n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometric {
    mean: f64,
    /// 1 / ln(1 − 1 / mean), below 0.
    scale: f64,
}

/// P(N = n) = exp(−mean) meanⁿ / n!, searched upwards from a place below which luck does not come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson {
    mean: f64,
    from: u32,
    /// P(N = from).
    probability: f64,
}

/// Probabilities of counts that follow one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    least: u32,
    until: Box<[f64]>,
}

impl Count {
    /// Geometric from 1 with this mean.
    pub fn geometric(mean: f64) -> Result<Count, String> {
        if !(mean >= 1.0 && mean <= f64::from(u32::MAX)) {
            return Err(format!(
                "the mean of a geometric count must be at least 1, not {mean}"
            ));
        }
        if mean == 1.0 {
            return Ok(Count::Constant(1));
        }
        Ok(Count::Geometric(Geometric {
            mean,
            scale: 1.0 / libm::log1p(-1.0 / mean),
        }))
    }

    /// Poisson with this mean.
    pub fn poisson(mean: f64) -> Result<Count, String> {
        if !(mean > 0.0 && mean <= 1e6) {
            return Err(format!(
                "the mean of a Poisson count must be above 0 and at most a million, not {mean}"
            ));
        }
        // Twelve standard deviations below the mean are left out: less than 2⁻⁵² of it all, the finest a uniform can hit.
        let from = (mean - 12.0 * mean.sqrt()).max(0.0).floor();
        let probability = libm::exp(from * libm::log(mean) - mean - libm::lgamma(from + 1.0));
        Ok(Count::Poisson(Poisson {
            mean,
            from: from as u32,
            probability,
        }))
    }

    /// From `least` to `most`, all alike.
    pub fn uniform(least: u32, most: u32) -> Result<Count, String> {
        if most < least {
            return Err(format!(
                "a uniform count goes from the smaller to the larger number, not from {least} to {most}"
            ));
        }
        if most - least >= LONGEST_TABLE {
            return Err(format!(
                "a uniform count may take at most {LONGEST_TABLE} values, not those from {least} to {most}"
            ));
        }
        Count::table(least, &vec![1.0; (most - least + 1) as usize])
    }

    /// Weights of 1, 2, 3, ...
    pub fn empirical(weights: &[f64]) -> Result<Count, String> {
        Count::table(1, weights)
    }

    /// How many of `n` happen, each with this probability.
    pub fn binomial(n: u32, probability: f64) -> Result<Count, String> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(format!(
                "p must be a probability from 0 to 1, not {probability}"
            ));
        }
        if n >= LONGEST_TABLE {
            return Err(format!(
                "n of a binomial count must be below {LONGEST_TABLE}, not {n}"
            ));
        }
        if probability == 0.0 || probability == 1.0 {
            return Ok(Count::Constant(if probability == 1.0 { n } else { 0 }));
        }
        let size = f64::from(n);
        let weight = |k: u32| {
            let k = f64::from(k);
            let ways =
                libm::lgamma(size + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(size - k + 1.0);
            libm::exp(ways + k * libm::log(probability) + (size - k) * libm::log1p(-probability))
        };
        Count::table(0, &(0..=n).map(weight).collect::<Vec<f64>>())
    }

    /// Weights of `least`, `least` + 1, ...; a single possible value is a constant.
    fn table(least: u32, weights: &[f64]) -> Result<Count, String> {
        let until = cumulative(weights)?;
        if let Some(only) = weights.iter().position(|weight| *weight > 0.0)
            && weights.iter().skip(only + 1).all(|weight| *weight == 0.0)
        {
            return Ok(Count::Constant(least + only as u32));
        }
        Ok(Count::Table(Table { least, until }))
    }

    /// One count.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> u32 {
        match self {
            Count::Constant(n) => *n,
            Count::Geometric(family) => {
                (libm::log(1.0 - stream.uniform()) * family.scale) as u32 + 1
            }
            Count::Poisson(family) => family.count(stream.uniform()),
            Count::Table(table) => table.least + place(&table.until, stream.uniform()) as u32,
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match self {
            Count::Constant(n) => f64::from(*n),
            Count::Geometric(family) => family.mean,
            Count::Poisson(family) => family.mean,
            Count::Table(table) => table
                .weights()
                .map(|(n, weight)| f64::from(n) * weight)
                .sum(),
        }
    }

    /// The variance.
    pub fn variance(&self) -> f64 {
        match self {
            Count::Constant(_) => 0.0,
            Count::Geometric(family) => family.mean * (family.mean - 1.0),
            Count::Poisson(family) => family.mean,
            Count::Table(table) => {
                let mean = self.mean();
                table
                    .weights()
                    .map(|(n, weight)| (f64::from(n) - mean).powi(2) * weight)
                    .sum()
            }
        }
    }

    /// The only value it can take, if it is constant.
    pub fn constant(&self) -> Option<u32> {
        match self {
            Count::Constant(n) => Some(*n),
            _ => None,
        }
    }

    /// The same count with its mean multiplied by `factor` (`turns_factor`), drawn with the same uniform.
    ///
    /// A count that is never 0 stays so: its mean does not fall below 1, and what it has above 1 is stretched.
    /// A product between two whole numbers becomes the one or the other, with the probabilities that keep the mean.
    /// So a constant 3 times 0.5 is 1 or 2, and a geometric one of mean 3 becomes geometric of mean 1.5.
    pub fn scaled(&self, factor: f64) -> Count {
        // Families are closed under scaling as far as their constructors accept it; where not, nothing is left to scale.
        assert!(
            factor > 0.0 && factor.is_finite(),
            "a count is scaled by {factor}"
        );
        if factor == 1.0 {
            return self.clone();
        }
        let target = self.mean() * factor;
        let scaled = match self {
            Count::Constant(0) => Ok(Count::Constant(0)),
            Count::Constant(n) => stretched(&[(*n, 1.0)], |_| target.max(1.0)),
            Count::Geometric(_) => Count::geometric(target.max(1.0)),
            Count::Poisson(_) => Count::poisson(target),
            Count::Table(table) => {
                let weights: Vec<(u32, f64)> = table.weights().collect();
                if weights[0].0 == 0 {
                    stretched(&weights, |n| n * factor)
                } else {
                    let above = (target.max(1.0) - 1.0) / (self.mean() - 1.0);
                    stretched(&weights, |n| 1.0 + (n - 1.0) * above)
                }
            }
        };
        scaled.unwrap_or_else(|why| panic!("{self:?} cannot be scaled by {factor}: {why}"))
    }
}

/// The count nearest to the stretched values, each shared between its two neighbours.
fn stretched(weights: &[(u32, f64)], stretch: impl Fn(f64) -> f64) -> Result<Count, String> {
    let last = weights.last().map_or(0.0, |(n, _)| stretch(f64::from(*n)));
    let least = weights
        .first()
        .map_or(0.0, |(n, _)| stretch(f64::from(*n)))
        .floor();
    let mut shares = vec![0.0; (last.floor() - least) as usize + 2];
    for (n, weight) in weights {
        let value = stretch(f64::from(*n));
        let place = (value.floor() - least) as usize;
        shares[place] += weight * (1.0 - value.fract());
        shares[place + 1] += weight * value.fract();
    }
    Count::table(least as u32, &shares)
}

impl Poisson {
    fn count(&self, uniform: f64) -> u32 {
        let (mut n, mut probability, mut rest) = (self.from, self.probability, uniform);
        while rest >= probability && probability > 0.0 {
            rest -= probability;
            n += 1;
            probability *= self.mean / f64::from(n);
        }
        n
    }
}

impl Table {
    /// The counts that can occur, with their probabilities.
    fn weights(&self) -> impl Iterator<Item = (u32, f64)> {
        let mut before = 0.0;
        let all = (self.least..).zip(&self.until).map(move |(n, until)| {
            let weight = until - before;
            before = *until;
            (n, weight)
        });
        all.filter(|(_, weight)| *weight > 0.0)
    }
}

impl From<u32> for Count {
    fn from(n: u32) -> Count {
        Count::Constant(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Root, Seed};

    fn stream() -> Stream {
        Seed {
            seed: 5,
            replication: 0,
        }
        .stream(Purpose::TURNS, Root::default(), 0, 0)
    }

    /// 200 000 draws; bounds of 4.5 standard errors, so luck alone fails one of 10⁵ comparisons.
    fn agrees(count: &Count, mean: f64, variance: f64) {
        assert!(
            (count.mean() - mean).abs() < 1e-9 * mean.max(1.0),
            "{count:?}: mean {}",
            count.mean()
        );
        assert!(
            (count.variance() - variance).abs() < 1e-8 * variance.max(1.0),
            "{count:?}: variance {}",
            count.variance()
        );
        let mut stream = stream();
        let draws: Vec<f64> = (0..200_000)
            .map(|_| f64::from(count.draw(&mut stream)))
            .collect();
        let size = draws.len() as f64;
        let drawn = draws.iter().sum::<f64>() / size;
        let moment = |power| draws.iter().map(|n| (n - mean).powi(power)).sum::<f64>() / size;
        assert!(
            (drawn - mean).abs() <= 4.5 * (variance / size).sqrt() + 1e-12,
            "{count:?}: drew {drawn}"
        );
        let (second, fourth) = (moment(2), moment(4));
        let error = ((fourth - second * second).max(0.0) / size).sqrt();
        assert!(
            (second - variance).abs() <= 4.5 * error + 1e-12,
            "{count:?}: varies {second}"
        );
    }

    #[test]
    fn each_family_has_its_mean_and_variance() {
        agrees(&Count::Constant(3), 3.0, 0.0);
        agrees(&Count::geometric(3.0).unwrap(), 3.0, 6.0);
        agrees(&Count::geometric(1.0).unwrap(), 1.0, 0.0);
        agrees(&Count::poisson(2.0).unwrap(), 2.0, 2.0);
        agrees(&Count::poisson(900.0).unwrap(), 900.0, 900.0);
        agrees(&Count::uniform(1, 5).unwrap(), 3.0, 2.0);
        agrees(&Count::empirical(&[0.5, 0.3, 0.2]).unwrap(), 1.7, 0.61);
        agrees(&Count::binomial(5, 0.3).unwrap(), 1.5, 1.05);
        agrees(&Count::binomial(2000, 0.25).unwrap(), 500.0, 375.0);
    }

    #[test]
    fn a_factor_multiplies_the_mean_but_leaves_no_count_without_its_first_one() {
        agrees(&Count::geometric(3.0).unwrap().scaled(0.5), 1.5, 0.75);
        assert_eq!(
            Count::geometric(3.0).unwrap().scaled(0.1),
            Count::Constant(1)
        );
        agrees(&Count::Constant(3).scaled(0.5), 1.5, 0.25);
        assert_eq!(Count::Constant(3).scaled(2.0), Count::Constant(6));
        assert_eq!(Count::Constant(1).scaled(0.5), Count::Constant(1));
        agrees(&Count::Constant(1).scaled(1.5), 1.5, 0.25);
        agrees(&Count::poisson(2.0).unwrap().scaled(0.5), 1.0, 1.0);
        assert!((Count::uniform(1, 5).unwrap().scaled(0.5).mean() - 1.5).abs() < 1e-12);
        assert!((Count::uniform(0, 5).unwrap().scaled(1.5).mean() - 3.75).abs() < 1e-12);
        assert!((Count::binomial(5, 0.3).unwrap().scaled(3.0).mean() - 4.5).abs() < 1e-12);
        assert!(
            (Count::empirical(&[0.5, 0.3, 0.2])
                .unwrap()
                .scaled(1.1)
                .mean()
                - 1.87)
                .abs()
                < 1e-12
        );
    }

    #[test]
    fn the_same_uniform_never_gives_fewer_when_the_mean_is_raised() {
        for count in [
            Count::Constant(3),
            Count::geometric(3.0).unwrap(),
            Count::poisson(2.0).unwrap(),
            Count::empirical(&[0.5, 0.3, 0.2]).unwrap(),
        ] {
            let more = count.scaled(1.3);
            let (mut a, mut b) = (stream(), stream());
            if count.constant().is_none() {
                assert!(
                    (0..10_000).all(|_| count.draw(&mut a) <= more.draw(&mut b)),
                    "{count:?}"
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused_in_plain_words() {
        assert_eq!(
            Count::geometric(0.5).unwrap_err(),
            "the mean of a geometric count must be at least 1, not 0.5"
        );
        assert_eq!(
            Count::empirical(&[0.0]).unwrap_err(),
            "at least one weight must be above 0"
        );
        assert_eq!(
            Count::empirical(&[1.0, -1.0]).unwrap_err(),
            "a weight must be 0 or a number above it, not -1"
        );
        assert!(Count::poisson(f64::NAN).is_err());
        assert!(Count::uniform(5, 1).is_err());
        assert!(Count::binomial(5, 1.5).is_err());
    }

    #[test]
    fn the_first_counts_are_these() {
        let first = |count: Count| {
            let mut stream = stream();
            (0..6)
                .map(|_| count.draw(&mut stream))
                .collect::<Vec<u32>>()
        };
        assert_eq!(first(Count::geometric(3.0).unwrap()), [1, 1, 1, 1, 2, 1]);
        assert_eq!(first(Count::poisson(2.0).unwrap()), [1, 0, 1, 1, 2, 0]);
        assert_eq!(first(Count::binomial(5, 0.3).unwrap()), [0, 0, 1, 1, 1, 0]);
    }
}
