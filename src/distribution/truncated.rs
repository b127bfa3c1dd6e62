//! Truncated: another distribution, given that it does not exceed a maximum.
//!
//! This is the conditional distribution, not the smaller of the two: nothing piles up at the maximum and the mean
//! falls. Families with a closed inverse use one uniform; the others draw again until the value fits.

use super::quadrature::moments;
use super::{Distribution, Family, positive};
use crate::random::Stream;
use crate::time::Span;

/// Below this probability of fitting, drawing again is refused: it would take too long.
const RAREST: f64 = 1e-3;

/// After so many draws that did not fit (at least 1 in 1000 does, so luck needs 4·10⁻⁹ for it) the maximum is taken.
const DRAWS: usize = 20_000;

/// A distribution conditioned on not exceeding a maximum.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    of: Distribution,
    /// \[ns\]
    max: f64,
    /// The probability of not exceeding it.
    fits: f64,
}

impl Distribution {
    /// `of`, given that it does not exceed `max`.
    pub fn truncated(of: Distribution, max: Span) -> Result<Distribution, String> {
        let longest = positive("max", max)?;
        let fits = of.family().at_most(longest);
        let least = if of.family().quantile(0.5).is_some() {
            f64::MIN_POSITIVE
        } else {
            RAREST
        };
        if fits < least {
            return Err(format!(
                "max must leave something of the distribution, but hardly a value is below {max}"
            ));
        }
        Ok(Distribution::Truncated(Box::new(Truncated {
            of,
            max: longest,
            fits,
        })))
    }
}

impl Family for Truncated {
    fn draw(&self, stream: &mut Stream) -> f64 {
        let of = self.of.family();
        if of.quantile(0.5).is_some() {
            let value = of
                .quantile(stream.uniform() * self.fits)
                .unwrap_or(self.max);
            return value.min(self.max);
        }
        (0..DRAWS)
            .map(|_| of.draw(stream))
            .find(|value| *value <= self.max)
            .unwrap_or(self.max)
    }

    fn mean(&self) -> f64 {
        moments(|value| 1.0 - self.at_most(value), self.max, Some(self.max)).0
    }

    fn variance(&self) -> Option<f64> {
        Some(moments(|value| 1.0 - self.at_most(value), self.max, Some(self.max)).1)
    }

    fn at_most(&self, value: f64) -> f64 {
        if value >= self.max {
            1.0
        } else {
            self.of.family().at_most(value) / self.fits
        }
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(
            self.of
                .family()
                .quantile(probability * self.fits)?
                .min(self.max),
        )
    }
}
