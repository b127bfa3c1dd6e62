//! Weibull: patience that wears out (shape above 1) or hardens (below 1).

use super::{Distribution, Family, above_zero, positive};
use crate::random::Stream;
use crate::time::Span;

/// P(X > x) = exp(−(x / scale)^shape), with scale = mean / Γ(1 + 1 / shape).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    /// \[ns\]
    scale: f64,
    shape: f64,
}

impl Distribution {
    /// Weibull by mean and shape; shape 1 is exponential.
    pub fn weibull(mean: Span, shape: f64) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        let scale = size / libm::tgamma(1.0 + 1.0 / above_zero("the shape", shape)?);
        if scale < 1e-300 {
            return Err(format!(
                "the shape must not be as small as {shape}: hardly a draw would be near the mean"
            ));
        }
        Ok(Distribution::Weibull(Weibull { scale, shape }))
    }
}

impl Weibull {
    fn value(&self, probability: f64) -> f64 {
        self.scale * libm::pow(-libm::log1p(-probability), 1.0 / self.shape)
    }
}

impl Family for Weibull {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.value(stream.uniform())
    }

    fn mean(&self) -> f64 {
        self.scale * libm::tgamma(1.0 + 1.0 / self.shape)
    }

    fn variance(&self) -> Option<f64> {
        let variance = self.scale * self.scale * libm::tgamma(1.0 + 2.0 / self.shape)
            - self.mean() * self.mean();
        variance.is_finite().then_some(variance)
    }

    fn at_most(&self, value: f64) -> f64 {
        -libm::expm1(-libm::pow(value.max(0.0) / self.scale, self.shape))
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.value(probability))
    }
}
