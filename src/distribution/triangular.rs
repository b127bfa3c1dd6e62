//! Triangular: least, most likely and most, as people guess them.

use super::{Distribution, Family};
use crate::random::Stream;
use crate::time::Span;

/// The density rises straight from `min` to `mode` and falls straight to `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    /// \[ns\]
    min: f64,
    /// \[ns\]
    mode: f64,
    /// \[ns\]
    max: f64,
}

impl Distribution {
    /// Triangular; equal bounds are a constant.
    pub fn triangular(min: Span, mode: Span, max: Span) -> Result<Distribution, String> {
        if min < Span::ZERO {
            return Err(format!("min must not be negative, but is {min}"));
        }
        if mode < min || max < mode {
            return Err(format!(
                "min, mode and max must not fall, but are {min}, {mode} and {max}"
            ));
        }
        if max == min {
            return Ok(Distribution::Constant(min));
        }
        Ok(Distribution::Triangular(Triangular {
            min: min.0 as f64,
            mode: mode.0 as f64,
            max: max.0 as f64,
        }))
    }
}

impl Triangular {
    fn value(&self, probability: f64) -> f64 {
        let width = self.max - self.min;
        let rise = self.mode - self.min;
        if probability * width < rise {
            self.min + (probability * width * rise).sqrt()
        } else {
            self.max - ((1.0 - probability) * width * (self.max - self.mode)).sqrt()
        }
    }
}

impl Family for Triangular {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.value(stream.uniform())
    }

    fn mean(&self) -> f64 {
        (self.min + self.mode + self.max) / 3.0
    }

    fn variance(&self) -> Option<f64> {
        let (a, b, c) = (self.min, self.mode, self.max);
        Some(((b - a).powi(2) + (c - b).powi(2) + (b - a) * (c - b)) / 18.0)
    }

    fn at_most(&self, value: f64) -> f64 {
        let width = self.max - self.min;
        if value <= self.min {
            0.0
        } else if value >= self.max {
            1.0
        } else if value < self.mode {
            (value - self.min).powi(2) / (width * (self.mode - self.min))
        } else {
            1.0 - (self.max - value).powi(2) / (width * (self.max - self.mode))
        }
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.value(probability))
    }
}
