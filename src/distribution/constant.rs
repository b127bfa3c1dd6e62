//! Constant: always the same duration. Nothing is drawn.

use super::{Distribution, Family};
use crate::random::Stream;
use crate::time::Span;

impl Distribution {
    /// Always `value`.
    pub fn constant_of(value: Span) -> Result<Distribution, String> {
        if value < Span::ZERO {
            return Err(format!("a duration must not be negative, but is {value}"));
        }
        Ok(Distribution::Constant(value))
    }
}

impl Family for Span {
    fn draw(&self, _stream: &mut Stream) -> f64 {
        self.0 as f64
    }

    fn mean(&self) -> f64 {
        self.0 as f64
    }

    fn variance(&self) -> Option<f64> {
        Some(0.0)
    }

    fn at_most(&self, value: f64) -> f64 {
        if self.0 as f64 <= value { 1.0 } else { 0.0 }
    }

    fn quantile(&self, _probability: f64) -> Option<f64> {
        Some(self.0 as f64)
    }
}
