//! Lognormal: talk times and reply gaps, which are never negative and have a long right tail.
//!
//! Measured on call centres by Brown et al., "Statistical analysis of a telephone call center", JASA 100 (2005).

use super::normal::{normal_at_most, normal_quantile};
use super::{Distribution, Family, above_zero, positive};
use crate::random::Stream;
use crate::time::Span;

/// X = exp(location + spread · Z) with Z standard normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    /// Mean of ln X, X in ns.
    location: f64,
    /// Standard deviation of ln X.
    spread: f64,
}

impl Distribution {
    /// Lognormal by mean and coefficient of variation; a coefficient of 0 is a constant.
    pub fn lognormal_cv(mean: Span, cv: f64) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        if cv == 0.0 {
            return Ok(Distribution::Constant(mean));
        }
        // spread² = ln(1 + cv²) and location = ln mean − spread² / 2, from the two moments.
        let square = libm::log1p(above_zero("cv", cv)?.powi(2));
        Ok(Lognormal {
            location: libm::log(size) - square / 2.0,
            spread: square.sqrt(),
        }
        .into())
    }

    /// Lognormal by mean and standard deviation.
    pub fn lognormal_sd(mean: Span, sd: Span) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        if sd < Span::ZERO {
            return Err(format!("sd must not be negative, but is {sd}"));
        }
        Distribution::lognormal_cv(mean, sd.0 as f64 / size)
    }

    /// Lognormal by the median and the value that 90 % do not exceed.
    pub fn lognormal_p90(median: Span, p90: Span) -> Result<Distribution, String> {
        let middle = positive("the median", median)?;
        if p90 < median {
            return Err(format!(
                "p90 must not be shorter than the median, but {p90} is shorter than {median}"
            ));
        }
        if p90 == median {
            return Ok(Distribution::Constant(median));
        }
        let spread = libm::log(p90.0 as f64 / middle) / normal_quantile(0.9);
        Ok(Lognormal {
            location: libm::log(middle),
            spread,
        }
        .into())
    }
}

impl From<Lognormal> for Distribution {
    fn from(family: Lognormal) -> Distribution {
        Distribution::Lognormal(family)
    }
}

impl Lognormal {
    fn value(&self, probability: f64) -> f64 {
        libm::exp(self.location + self.spread * normal_quantile(probability))
    }
}

impl Family for Lognormal {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.value(stream.uniform())
    }

    fn mean(&self) -> f64 {
        libm::exp(self.location + self.spread * self.spread / 2.0)
    }

    fn variance(&self) -> Option<f64> {
        Some(libm::expm1(self.spread * self.spread) * self.mean() * self.mean())
    }

    fn at_most(&self, value: f64) -> f64 {
        if value <= 0.0 {
            0.0
        } else {
            normal_at_most((libm::log(value) - self.location) / self.spread)
        }
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.value(probability))
    }
}
