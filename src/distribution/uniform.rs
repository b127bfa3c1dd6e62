//! Uniform: only the bounds are known.

use super::{Distribution, Family};
use crate::random::Stream;
use crate::time::Span;

/// All values between `least` and `most` alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    /// \[ns\]
    least: f64,
    /// \[ns\]
    width: f64,
}

impl Distribution {
    /// Uniform between two bounds; equal bounds are a constant.
    pub fn uniform(min: Span, max: Span) -> Result<Distribution, String> {
        if min < Span::ZERO {
            return Err(format!("min must not be negative, but is {min}"));
        }
        if max < min {
            return Err(format!(
                "max must not be shorter than min, but {max} is shorter than {min}"
            ));
        }
        if max == min {
            return Ok(Distribution::Constant(min));
        }
        Ok(Distribution::Uniform(Uniform {
            least: min.0 as f64,
            width: (max - min).0 as f64,
        }))
    }
}

impl Family for Uniform {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.least + self.width * stream.uniform()
    }

    fn mean(&self) -> f64 {
        self.least + self.width / 2.0
    }

    fn variance(&self) -> Option<f64> {
        Some(self.width * self.width / 12.0)
    }

    fn at_most(&self, value: f64) -> f64 {
        ((value - self.least) / self.width).clamp(0.0, 1.0)
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.least + self.width * probability)
    }
}
