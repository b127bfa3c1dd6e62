//! Erlang: a task of several steps, each exponential and alike.

use statrs::function::gamma::gamma_lr;

use super::{Distribution, Family, positive};
use crate::random::Stream;
use crate::time::Span;

/// The sum of `phases` exponentials of mean `mean / phases`; the coefficient of variation is 1 / √phases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Erlang {
    /// Mean of one phase \[ns\].
    phase: f64,
    phases: u32,
}

impl Distribution {
    /// Erlang by the mean of the whole and the number of phases.
    pub fn erlang(mean: Span, phases: u32) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        if phases == 0 {
            return Err("an Erlang distribution has at least 1 phase".into());
        }
        Ok(Distribution::Erlang(Erlang {
            phase: size / f64::from(phases),
            phases,
        }))
    }
}

impl Family for Erlang {
    /// One logarithm of a product of uniforms, taken every 16 of them so that the product (at least 2⁻⁸⁴⁸) stays normal.
    fn draw(&self, stream: &mut Stream) -> f64 {
        let mut logarithm = 0.0;
        let mut left = self.phases;
        while left > 0 {
            let some = left.min(16);
            let product: f64 = (0..some).map(|_| 1.0 - stream.uniform()).product();
            logarithm += libm::log(product);
            left -= some;
        }
        -self.phase * logarithm
    }

    fn mean(&self) -> f64 {
        self.phase * f64::from(self.phases)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.phase * self.phase * f64::from(self.phases))
    }

    fn at_most(&self, value: f64) -> f64 {
        if value <= 0.0 {
            0.0
        } else {
            gamma_lr(f64::from(self.phases), value / self.phase)
        }
    }
}
