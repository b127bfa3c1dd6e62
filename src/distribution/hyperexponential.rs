//! Hyperexponential: mostly quick ones and now and then a long one.

use super::{Distribution, Family, above_zero, cumulative, positive};
use crate::random::Stream;
use crate::time::Span;

/// With its probability, one of several exponentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperexponential(Box<[Branch]>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Branch {
    /// The probabilities up to and with this branch.
    until: f64,
    /// \[ns\]
    mean: f64,
}

impl Distribution {
    /// Hyperexponential by weights and means of its branches.
    pub fn hyperexponential(branches: &[(f64, Span)]) -> Result<Distribution, String> {
        let weights: Vec<f64> = branches.iter().map(|(weight, _)| *weight).collect();
        let until = cumulative(&weights)?;
        let means = branches
            .iter()
            .map(|(_, mean)| positive("the mean of a branch", *mean));
        let branches: Result<Box<[Branch]>, String> = until
            .iter()
            .zip(means)
            .map(|(until, mean)| {
                Ok(Branch {
                    until: *until,
                    mean: mean?,
                })
            })
            .collect();
        Ok(Distribution::Hyperexponential(Hyperexponential(branches?)))
    }

    /// Two branches of which each brings half of the mean ("balanced means"), by mean and coefficient of variation.
    ///
    /// Whitt, "Approximating a point process by a renewal process", Operations Research 30 (1982).
    pub fn hyperexponential_cv(mean: Span, cv: f64) -> Result<Distribution, String> {
        let size = positive("the mean", mean)?;
        let square = above_zero("cv", cv)?.powi(2);
        if square < 1.0 {
            return Err(format!(
                "cv of a hyperexponential is at least 1, not {cv}; use gamma or lognormal below"
            ));
        }
        let often = (1.0 + ((square - 1.0) / (square + 1.0)).sqrt()) / 2.0;
        let branches = [
            Branch {
                until: often,
                mean: size / (2.0 * often),
            },
            Branch {
                until: 1.0,
                mean: size / (2.0 * (1.0 - often)),
            },
        ];
        Ok(Distribution::Hyperexponential(Hyperexponential(
            branches.into(),
        )))
    }
}

impl Hyperexponential {
    /// Probabilities and means \[ns\].
    fn branches(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut before = 0.0;
        self.0.iter().map(move |branch| {
            let probability = branch.until - before;
            before = branch.until;
            (probability, branch.mean)
        })
    }
}

impl Family for Hyperexponential {
    /// One uniform: its place chooses the branch, and where it lies within the branch is uniform again.
    fn draw(&self, stream: &mut Stream) -> f64 {
        let uniform = stream.uniform();
        let (mut before, mut chosen) = (0.0, self.0[0]);
        for branch in &self.0 {
            chosen = *branch;
            if uniform < branch.until {
                break;
            }
            before = branch.until;
        }
        // Never 0, although rounding may bring the remainder to the border of the branch.
        let rest = ((chosen.until - uniform) / (chosen.until - before)).max(f64::EPSILON / 4.0);
        -chosen.mean * libm::log(rest)
    }

    fn mean(&self) -> f64 {
        self.branches()
            .map(|(probability, mean)| probability * mean)
            .sum()
    }

    fn variance(&self) -> Option<f64> {
        let square: f64 = self
            .branches()
            .map(|(probability, mean)| probability * 2.0 * mean * mean)
            .sum();
        Some(square - self.mean() * self.mean())
    }

    fn at_most(&self, value: f64) -> f64 {
        self.branches()
            .map(|(probability, mean)| -probability * libm::expm1(-value.max(0.0) / mean))
            .sum()
    }
}
