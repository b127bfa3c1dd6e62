//! The tables of a scenario, one file each: which keys there are, their ranges, and what they mean.

pub(super) mod agents;
pub(super) mod arrivals;
pub(super) mod channels;
pub(super) mod customers;
pub(super) mod expects;
pub(super) mod plan;
pub(super) mod queues;
mod replay;
pub(super) mod routes;
pub(super) mod run;
pub(super) mod targets;
pub(super) mod topics;
mod volumes;

use crate::distribution::Distribution;
use crate::time::Span;

use super::Names;
use super::distributions::Distributions;
use super::document::Table;
use super::fields::{Fields, Item};
use super::files::Files;
use super::hours::Hours;
use super::problem::Findings;
use run::RunTable;

/// What the tables of one strategy are read with.
pub(super) struct Desk<'a> {
    pub(super) findings: &'a Findings,
    /// The tables with the strategy's overrides merged in.
    pub(super) document: &'a Table,
    pub(super) names: &'a Names,
    pub(super) run: &'a RunTable,
    pub(super) files: &'a Files<'a>,
    pub(super) distributions: Distributions<'a>,
    pub(super) hours: Hours<'a>,
}

impl<'a> Desk<'a> {
    /// A member of a section, open; `None` if this strategy does not have it.
    pub(super) fn open(&self, section: &str, name: &str) -> Option<Fields<'a>> {
        let (key, node) = self.document.table(section)?.get(name)?;
        let item = Item {
            findings: self.findings,
            node,
            key: key.at,
            path: format!("{section}.{name}"),
        };
        item.fields()
    }

    /// The distribution of a key, or what holds without it.
    pub(super) fn distribution(
        &self,
        fields: &Fields<'_>,
        key: &'static str,
    ) -> Option<Distribution> {
        fields.read(key, |item| self.distributions.read(item))
    }

    /// No time at all.
    pub(super) fn nothing() -> Distribution {
        Distribution::Constant(Span::ZERO)
    }
}

/// Weights made into cumulative probabilities, the last exactly 1; nothing if they do not add up to anything.
pub(super) fn cumulative(weights: &[f64]) -> Option<Vec<f64>> {
    let total: f64 = weights.iter().sum();
    if weights.is_empty() || total <= 0.0 {
        return None;
    }
    let mut sum = 0.0;
    let mut cumulative: Vec<f64> = weights
        .iter()
        .map(|weight| {
            sum += weight / total;
            sum
        })
        .collect();
    if let Some(last) = cumulative.last_mut() {
        *last = 1.0;
    }
    Some(cumulative)
}

/// Whether so many intervals end where times still fit; says so if not.
pub(super) fn within_a_century(item: &Item, interval: Span, count: usize) -> bool {
    let length = i128::from(interval.0) * count as i128;
    let fits = length <= i128::from(Span::DAY.0) * 36_525;
    if !fits {
        item.wrong(
            format!("{count} times {interval} is longer than a century"),
            "expected a shorter interval",
        );
    }
    fits
}
