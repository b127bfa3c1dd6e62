//! Pareto: rare monsters, as in computing jobs and incident tickets.

use super::{Distribution, Family, positive};
use crate::random::Stream;
use crate::time::Span;

/// P(X > x) = (least / x)^shape from `least` on, with least = mean · (shape − 1) / shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    /// \[ns\]
    least: f64,
    shape: f64,
}

impl Distribution {
    /// Pareto by mean and shape; the variance is infinite up to shape 2.
    pub fn pareto(mean: Span, shape: f64) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        if !(shape > 1.0 && shape.is_finite()) {
            return Err(format!(
                "the shape must be above 1 for the mean to exist, not {shape}"
            ));
        }
        Ok(Distribution::Pareto(Pareto {
            least: size * (shape - 1.0) / shape,
            shape,
        }))
    }
}

impl Pareto {
    fn value(&self, probability: f64) -> f64 {
        self.least * libm::pow(1.0 - probability, -1.0 / self.shape)
    }
}

impl Family for Pareto {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.value(stream.uniform())
    }

    fn mean(&self) -> f64 {
        self.least * self.shape / (self.shape - 1.0)
    }

    fn variance(&self) -> Option<f64> {
        let shape = self.shape;
        (shape > 2.0)
            .then(|| self.least * self.least * shape / ((shape - 1.0).powi(2) * (shape - 2.0)))
    }

    fn at_most(&self, value: f64) -> f64 {
        if value <= self.least {
            0.0
        } else {
            1.0 - libm::pow(self.least / value, self.shape)
        }
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.value(probability))
    }
}
