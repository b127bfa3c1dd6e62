//! Replications merged, and what each was.
//!
//! Counts and levels are means over replications with a Student-t interval; ratios (means of durations, shares) are
//! ratios of sums with a jackknife interval; quantiles come from the merged sizes with an interval by sectioning over
//! replications. What is floating point is folded in the order of replications.

use super::Scope;
use super::estimate::{Estimate, Parts};
use super::intervals::{Grid, Intervals};
use super::outcome::Outcome;
use super::stats::Stats;
use crate::measure::{Clock, Kind, Measure};
use crate::tally::Durations;
use crate::world::Setup;

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// Nothing if nothing was counted.
    pub value: Option<f64>,
    /// The confidence interval, from two replications on.
    pub interval: Option<(f64, f64)>,
    /// How many replications it rests on.
    pub replications: u32,
}

/// What a figure is about and how it is estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// How it comes from the parts of its replications.
    pub estimate: Estimate,
}

/// The replications of one strategy, merged.
pub struct Pool {
    setup: Setup,
    merged: Vec<(Scope, Stats)>,
    keys: Vec<Key>,
    /// By replication, then by key.
    parts: Vec<Vec<Parts>>,
    intervals: Option<Intervals>,
}

impl Pool {
    /// No replication yet.
    pub fn new(setup: &Setup) -> Pool {
        Pool {
            setup: setup.clone(),
            merged: Vec::new(),
            keys: Vec::new(),
            parts: Vec::new(),
            intervals: None,
        }
    }

    /// Merges by interval too; what is added must have been counted so.
    pub fn by_interval(self, grid: &Grid) -> Pool {
        let intervals = Some(Intervals::new(&self.setup, grid));
        Pool { intervals, ..self }
    }

    /// The figures by interval, if they were asked for.
    pub fn intervals(&self) -> Option<&Intervals> {
        self.intervals.as_ref()
    }

    /// Adds the next replication (they are added in the order of their numbers).
    pub fn add(&mut self, outcome: Outcome) {
        let figures = outcome.figures(&self.setup);
        self.parts
            .push(figures.iter().map(|figure| figure.parts).collect());
        if let (Some(intervals), Some(told)) = (&mut self.intervals, outcome.by_interval()) {
            intervals.add(told);
        }
        if self.keys.is_empty() {
            self.keys = figures.iter().map(|figure| figure.key).collect();
            self.merged = outcome.scopes;
        } else {
            for ((_, merged), (_, stats)) in self.merged.iter_mut().zip(&outcome.scopes) {
                merged.merge(stats);
            }
        }
    }

    /// How many replications there are.
    pub fn replications(&self) -> u32 {
        self.parts.len() as u32
    }

    /// The exact sums, counts and sizes of a scope's conversations over all replications.
    pub fn stats(&self, scope: Scope) -> Option<&Stats> {
        let merged = self.merged.iter().find(|(known, _)| *known == scope);
        merged.map(|(_, stats)| stats)
    }

    /// What there are figures of, by scope, measure, clock and statistic in the order of the catalogue.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The place of another pool's key among the keys, which is mostly where the other has it.
    pub fn position(&self, key: &Key, likely: usize) -> Option<usize> {
        if self.keys.get(likely) == Some(key) {
            return Some(likely);
        }
        self.keys.iter().position(|own| own == key)
    }

    /// The parts of a figure, by replication.
    pub fn parts(&self, key: usize) -> Vec<Parts> {
        self.parts.iter().map(|parts| parts[key]).collect()
    }

    /// The figures of one replication (from 0), in the order of the keys; nothing where nothing was counted.
    pub fn replication(&self, number: usize) -> impl Iterator<Item = (&Key, Option<f64>)> {
        let parts = self.keys.iter().zip(&self.parts[number]);
        parts.map(|(key, parts)| (key, key.estimate.of(*parts)))
    }

    /// All durations counted, by scope, measure and clock (where they have one) in the order of the catalogue.
    pub fn durations(&self) -> impl Iterator<Item = (Scope, Measure, Option<Clock>, &Durations)> {
        self.merged.iter().flat_map(|(scope, stats)| {
            let is_told =
                |measure: &&Measure| measure.entry().kind == Kind::Duration && scope.has(**measure);
            let measures = Measure::ALL.iter().filter(is_told);
            measures.flat_map(move |measure| {
                clocks(*measure).iter().map(move |clock| {
                    let shown = measure.entry().clocks.then_some(*clock);
                    (*scope, *measure, shown, stats.durations(*measure, *clock))
                })
            })
        })
    }

    /// A quantile of the merged sizes; nothing for what is no quantile.
    pub fn quantile(&self, key: &Key) -> Option<f64> {
        let Estimate::Quantile(clock, share) = key.estimate else {
            return None;
        };
        let stats = self.stats(key.scope)?;
        stats.durations(key.measure, clock).quantiles([share])[0]
    }

    /// All figures, in the order of the keys, with intervals of this confidence.
    pub fn rows(&self, confidence: f64) -> Vec<Row> {
        let row = |(position, key): (usize, &Key)| {
            let estimate = key.estimate;
            let (value, spread) = estimate.estimate(&self.parts(position), self.quantile(key));
            Row {
                scope: key.scope,
                measure: key.measure,
                clock: key.clock,
                statistic: key.statistic,
                value,
                interval: value
                    .zip(spread)
                    .map(|(value, spread)| spread.around(value, confidence)),
                replications: self.replications(),
            }
        };
        self.keys.iter().enumerate().map(row).collect()
    }
}

/// The clocks that a duration is read on.
pub fn clocks(measure: Measure) -> &'static [Clock] {
    if measure.entry().clocks {
        &[Clock::Calendar, Clock::Business]
    } else {
        &[Clock::Calendar]
    }
}
