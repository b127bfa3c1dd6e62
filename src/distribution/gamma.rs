//! Gamma: work that varies less (or more) than exponential.
//!
//! The one family drawn by rejection (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26,
//! 2000, as in `rand_distr`), since its inverse has no closed form: it takes a varying number of uniforms.

use rand_distr::Distribution as _;
use statrs::function::gamma::gamma_lr;

use super::{Distribution, Family, above_zero, positive};
use crate::random::Stream;
use crate::time::Span;

/// Density proportional to x^(shape − 1) exp(−x / scale); shape = 1 / cv², scale = mean · cv².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    /// \[ns\]
    scale: f64,
    sampler: rand_distr::Gamma<f64>,
}

impl Distribution {
    /// Gamma by mean and coefficient of variation; a coefficient of 0 is a constant.
    pub fn gamma(mean: Span, cv: f64) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        if cv == 0.0 {
            return Ok(Distribution::Constant(mean));
        }
        let square = above_zero("cv", cv)?.powi(2);
        let (shape, scale) = (1.0 / square, size * square);
        let sampler = rand_distr::Gamma::new(shape, scale).map_err(|_| {
            format!("cv must be a number that a gamma distribution can have, not {cv}")
        })?;
        Ok(Distribution::Gamma(Box::new(Gamma {
            shape,
            scale,
            sampler,
        })))
    }
}

impl Family for Gamma {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.sampler.sample(stream)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn variance(&self) -> Option<f64> {
        Some(self.shape * self.scale * self.scale)
    }

    fn at_most(&self, value: f64) -> f64 {
        if value <= 0.0 {
            0.0
        } else {
            gamma_lr(self.shape, value / self.scale)
        }
    }
}
