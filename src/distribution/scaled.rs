//! Scaled: another distribution stretched by a factor, drawn with the same numbers.

use super::{Distribution, Family, above_zero};
use crate::random::Stream;
use crate::time::Span;

/// `by` times a duration.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    by: f64,
    of: Distribution,
}

impl Distribution {
    /// `by` times as long as `of`.
    pub fn scaled(by: f64, of: Distribution) -> Result<Distribution, String> {
        let by = above_zero("the factor", by)?;
        Ok(Distribution::Scaled(Box::new(Scaled { by, of })))
    }
}

impl Scaled {
    /// The only value it can take, if it is constant.
    pub fn constant(&self) -> Option<Span> {
        self.of.constant().map(|span| span.scaled(self.by))
    }
}

impl Family for Scaled {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.by * self.of.nanoseconds(stream)
    }

    fn mean(&self) -> f64 {
        self.by * self.of.family().mean()
    }

    fn variance(&self) -> Option<f64> {
        Some(self.by * self.by * self.of.family().variance()?)
    }

    fn at_most(&self, value: f64) -> f64 {
        self.of.family().at_most(value / self.by)
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.by * self.of.family().quantile(probability)?)
    }
}
