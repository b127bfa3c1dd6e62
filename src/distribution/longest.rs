//! Longest: tasks side by side, of which the last one counts.

use super::quadrature::moments;
use super::{Distribution, Family};
use crate::random::Stream;

/// The maximum of several independent durations, each with numbers of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Longest(Box<[Distribution]>);

impl Distribution {
    /// The longest of several.
    pub fn longest(of: Vec<Distribution>) -> Result<Distribution, String> {
        if of.is_empty() {
            return Err("the longest of nothing is not a duration: name at least one".into());
        }
        Ok(Distribution::Longest(Longest(of.into())))
    }
}

impl Longest {
    fn moments(&self) -> (f64, f64) {
        let size = self
            .0
            .iter()
            .map(|of| of.family().mean())
            .fold(0.0, f64::max);
        moments(|value| 1.0 - self.at_most(value), size, None)
    }
}

impl Family for Longest {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.0
            .iter()
            .map(|of| of.nanoseconds(stream))
            .fold(0.0, f64::max)
    }

    fn mean(&self) -> f64 {
        self.moments().0
    }

    fn variance(&self) -> Option<f64> {
        let finite = self.0.iter().all(|of| of.family().variance().is_some());
        finite.then(|| self.moments().1)
    }

    fn at_most(&self, value: f64) -> f64 {
        self.0.iter().map(|of| of.family().at_most(value)).product()
    }
}
