//! Mixture: kinds of durations that are told apart by their weights only.

use super::{Distribution, Family, cumulative, place};
use crate::random::Stream;

/// One of several distributions, by weight: one uniform for the choice, then those of the chosen one.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    parts: Box<Parts>,
}

#[derive(Clone, Debug, PartialEq)]
struct Parts {
    until: Box<[f64]>,
    of: Box<[Distribution]>,
}

impl Distribution {
    /// A mixture of weighted distributions.
    pub fn mixture(parts: Vec<(f64, Distribution)>) -> Result<Distribution, String> {
        let (weights, of): (Vec<f64>, Vec<Distribution>) = parts.into_iter().unzip();
        let parts = Box::new(Parts {
            until: cumulative(&weights)?,
            of: of.into(),
        });
        Ok(Distribution::Mixture(Mixture { parts }))
    }
}

impl Mixture {
    /// Probabilities and what they choose.
    fn parts(&self) -> impl Iterator<Item = (f64, &dyn Family)> {
        let mut before = 0.0;
        self.parts
            .until
            .iter()
            .zip(&self.parts.of)
            .map(move |(until, of)| {
                let probability = until - before;
                before = *until;
                (probability, of.family())
            })
    }
}

impl Family for Mixture {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.parts.of[place(&self.parts.until, stream.uniform())].nanoseconds(stream)
    }

    fn mean(&self) -> f64 {
        self.parts()
            .map(|(probability, of)| probability * of.mean())
            .sum()
    }

    /// The mean of the variances plus the variance of the means.
    fn variance(&self) -> Option<f64> {
        let mean = self.mean();
        let mut sum = 0.0;
        for (probability, of) in self.parts().filter(|(probability, _)| *probability > 0.0) {
            sum += probability * (of.variance()? + (of.mean() - mean).powi(2));
        }
        Some(sum)
    }

    fn at_most(&self, value: f64) -> f64 {
        self.parts()
            .map(|(probability, of)| probability * of.at_most(value))
            .sum()
    }
}
