//! Exponential: gaps, patience, and work when only its mean is known.

use super::{Distribution, Family, positive};
use crate::random::{Stream, unit_exponential};
use crate::time::Span;

/// P(X ≤ x) = 1 − exp(−x / mean); the coefficient of variation is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// \[ns\]
    mean: f64,
}

impl Distribution {
    /// Exponential with this mean.
    pub fn exponential(mean: Span) -> Result<Distribution, String> {
        Ok(Distribution::Exponential(Exponential {
            mean: positive("the mean", mean)?,
        }))
    }
}

impl Exponential {
    /// The value \[ns\] that a uniform number stands for.
    #[inline]
    pub(super) fn at(&self, uniform: f64) -> f64 {
        self.mean * unit_exponential(uniform)
    }
}

impl Family for Exponential {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.at(stream.uniform())
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> Option<f64> {
        Some(self.mean * self.mean)
    }

    fn at_most(&self, value: f64) -> f64 {
        -libm::expm1(-value.max(0.0) / self.mean)
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(-self.mean * libm::log1p(-probability))
    }
}
