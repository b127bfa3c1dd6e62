//! Distributions of durations and of counts, checked where they are built.
//!
//! A draw takes one uniform number by inversion wherever that is possible, so that the same person lives through the
//! same luck under every strategy and a longer mean gives a longer draw. Logarithms and powers come from `libm`, so the
//! bits do not depend on the platform (except gamma, whose sampler uses the platform's). Each family has a file of its own, with its constructors as
//! `Distribution::family(...)`; their errors are sentences for the user.

mod constant;
mod count;
mod empirical;
mod erlang;
mod exponential;
mod gamma;
mod hyperexponential;
mod lognormal;
mod longest;
mod mixture;
mod normal;
mod pareto;
mod quadrature;
mod scaled;
mod triangular;
mod truncated;
mod uniform;
mod weibull;

pub use self::count::Count;
pub use self::empirical::Empirical;
pub use self::erlang::Erlang;
pub use self::exponential::Exponential;
pub use self::gamma::Gamma;
pub use self::hyperexponential::Hyperexponential;
pub use self::lognormal::Lognormal;
pub use self::longest::Longest;
pub use self::mixture::Mixture;
pub use self::pareto::Pareto;
pub use self::scaled::Scaled;
pub use self::triangular::Triangular;
pub use self::truncated::Truncated;
pub use self::uniform::Uniform;
pub use self::weibull::Weibull;

use crate::random::{Purpose, Root, Seed, Stream};
use crate::time::Span;

/// A distribution of durations.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(Span),
    /// Without memory: how much longer it takes does not depend on how long it took.
    Exponential(Exponential),
    /// The logarithm is normal: talk times, reply gaps.
    Lognormal(Lognormal),
    /// The usual second choice for work, and for what varies little.
    Gamma(Box<Gamma>),
    /// A sum of alike exponential phases.
    Erlang(Erlang),
    /// The longer it lasts, the likelier (shape above 1) or unlikelier (below 1) it ends.
    Weibull(Weibull),
    /// All values between two bounds alike.
    Uniform(Uniform),
    /// A guess of least, most likely and most.
    Triangular(Triangular),
    /// One of several exponentials: many short ones, a few long ones.
    Hyperexponential(Hyperexponential),
    /// A tail that falls like a power.
    Pareto(Pareto),
    /// Values that were measured.
    Empirical(Empirical),
    /// One of several distributions, by weight.
    Mixture(Mixture),
    /// Another one, stretched.
    Scaled(Box<Scaled>),
    /// Another one, given that it does not exceed a maximum.
    Truncated(Box<Truncated>),
    /// The longest of several.
    Longest(Longest),
}

impl Distribution {
    /// One duration.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            Distribution::Exponential(family) => {
                Span::from_nanoseconds(family.at(stream.uniform()))
            }
            _ => Span::from_nanoseconds(self.nanoseconds(stream)),
        }
    }

    /// The duration that a decision's stream gives first, and without the stream where one number is enough.
    #[inline]
    pub fn draw_keyed(
        &self,
        seed: Seed,
        purpose: Purpose,
        root: Root,
        attempt: u32,
        index: u32,
    ) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            _ => self.draw_by_chance(seed, purpose, root, attempt, index),
        }
    }

    #[inline(never)] // A hundred instructions and more, for each kind of decision.
    fn draw_by_chance(
        &self,
        seed: Seed,
        purpose: Purpose,
        root: Root,
        attempt: u32,
        index: u32,
    ) -> Span {
        match self {
            Distribution::Exponential(family) => {
                Span::from_nanoseconds(family.at(seed.uniform(purpose, root, attempt, index)))
            }
            _ => self.draw_from(seed.stream(purpose, root, attempt, index)),
        }
    }

    /// Apart, so that the stream's memory costs the simple families nothing.
    #[inline(never)]
    fn draw_from(&self, mut stream: Stream) -> Span {
        Span::from_nanoseconds(self.nanoseconds(&mut stream))
    }

    /// One duration before it is rounded \[ns\].
    fn nanoseconds(&self, stream: &mut Stream) -> f64 {
        match self {
            Distribution::Constant(span) => span.draw(stream),
            Distribution::Exponential(family) => family.draw(stream),
            Distribution::Lognormal(family) => family.draw(stream),
            Distribution::Gamma(family) => family.draw(stream),
            Distribution::Erlang(family) => family.draw(stream),
            Distribution::Weibull(family) => family.draw(stream),
            Distribution::Uniform(family) => family.draw(stream),
            Distribution::Triangular(family) => family.draw(stream),
            Distribution::Hyperexponential(family) => family.draw(stream),
            Distribution::Pareto(family) => family.draw(stream),
            Distribution::Empirical(family) => family.draw(stream),
            Distribution::Mixture(family) => family.draw(stream),
            Distribution::Scaled(family) => family.draw(stream),
            Distribution::Truncated(family) => family.draw(stream),
            Distribution::Longest(family) => family.draw(stream),
        }
    }

    fn family(&self) -> &dyn Family {
        match self {
            Distribution::Constant(span) => span,
            Distribution::Exponential(family) => family,
            Distribution::Lognormal(family) => family,
            Distribution::Gamma(family) => family.as_ref(),
            Distribution::Erlang(family) => family,
            Distribution::Weibull(family) => family,
            Distribution::Uniform(family) => family,
            Distribution::Triangular(family) => family,
            Distribution::Hyperexponential(family) => family,
            Distribution::Pareto(family) => family,
            Distribution::Empirical(family) => family,
            Distribution::Mixture(family) => family,
            Distribution::Scaled(family) => family.as_ref(),
            Distribution::Truncated(family) => family.as_ref(),
            Distribution::Longest(family) => family,
        }
    }

    /// The mean \[s\].
    pub fn mean(&self) -> f64 {
        self.family().mean() * 1e-9
    }

    /// The variance \[s²\]; `None` if it is infinite.
    pub fn variance(&self) -> Option<f64> {
        self.family().variance().map(|variance| variance * 1e-18)
    }

    /// The probability of at most `span`.
    pub fn at_most(&self, span: Span) -> f64 {
        self.family().at_most(span.0 as f64)
    }

    /// The only value it can take, if it is constant.
    pub fn constant(&self) -> Option<Span> {
        match self {
            Distribution::Constant(span) => Some(*span),
            Distribution::Scaled(scaled) => scaled.constant(),
            _ => None,
        }
    }
}

/// What every family of durations can say of itself, in nanoseconds.
trait Family {
    /// One value \[ns\].
    fn draw(&self, stream: &mut Stream) -> f64;
    /// The mean \[ns\].
    fn mean(&self) -> f64;
    /// The variance \[ns²\]; `None` if it is infinite.
    fn variance(&self) -> Option<f64>;
    /// The probability of at most `value` \[ns\].
    fn at_most(&self, value: f64) -> f64;
    /// The value not exceeded with this probability \[ns\], if the family can be inverted in closed form.
    fn quantile(&self, _probability: f64) -> Option<f64> {
        None
    }
}

/// Refuses what is not a length of time above zero.
fn positive(name: &str, span: Span) -> Result<f64, String> {
    if span > Span::ZERO {
        Ok(span.0 as f64)
    } else {
        Err(format!("{name} must be longer than 0 s, not {span}"))
    }
}

/// Refuses what is not a finite number above zero.
fn above_zero(name: &str, number: f64) -> Result<f64, String> {
    if number > 0.0 && number.is_finite() {
        Ok(number)
    } else {
        Err(format!("{name} must be a number above 0, not {number}"))
    }
}

/// The running sums of weights, the last exactly 1.
fn cumulative(weights: &[f64]) -> Result<Box<[f64]>, String> {
    if let Some(wrong) = weights
        .iter()
        .find(|weight| !(**weight >= 0.0 && weight.is_finite()))
    {
        return Err(format!(
            "a weight must be 0 or a number above it, not {wrong}"
        ));
    }
    let total: f64 = weights.iter().sum();
    if !(total > 0.0 && total.is_finite()) {
        return Err("at least one weight must be above 0".into());
    }
    let mut sum = 0.0;
    let mut until: Vec<f64> = weights
        .iter()
        .map(|weight| {
            sum += weight / total;
            sum
        })
        .collect();
    // Rounding must not leave a gap at the end, nor let a last weight of 0 be chosen.
    let last = weights
        .iter()
        .rposition(|weight| *weight > 0.0)
        .unwrap_or(0);
    until[last..].fill(1.0);
    Ok(until.into())
}

/// The first place whose running sum is above `uniform`, which is below 1.
#[inline]
fn place(until: &[f64], uniform: f64) -> usize {
    if until.len() <= 16 {
        until.iter().take_while(|sum| **sum <= uniform).count()
    } else {
        until.partition_point(|sum| *sum <= uniform)
    }
}

#[cfg(test)]
mod tests;
