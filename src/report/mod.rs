//! Reports: one experiment told as a table, as CSV and as JSON, always with the same numbers.
//!
//! Writes to whatever it is given; files are opened elsewhere.

mod console;
mod conversations;
mod manifest;
mod plots;
mod summary;
mod verdicts;

pub use console::{Paint, table, wrap};
pub use conversations::{Failure, conversations};
pub use manifest::{Input, manifest};
pub use plots::{Plot, plots};
pub use summary::{COLUMNS, header, json, summary};
pub use verdicts::findings;

use crate::experiment::Played;
use crate::id::TargetId;
use crate::measure::{Clock, Measure};
use crate::metric::{Pool, Row, Scope};
use crate::scenario::{Scenario, Strategy};

/// A scenario with the figures of the strategies played.
pub struct Report<'a> {
    /// What was played.
    pub scenario: &'a Scenario,
    /// In the order played.
    pub strategies: Vec<Told<'a>>,
}

/// A strategy with its figures.
pub struct Told<'a> {
    /// The strategy.
    pub strategy: &'a Strategy,
    /// All its figures, in the order of the catalogue.
    pub rows: Vec<Row>,
    /// All its replications, merged.
    pub pool: Pool,
}

/// What became of a target under a strategy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// The share that should be within the time.
    pub share: f64,
    /// The share that is; nothing if the target was about nobody.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
}

impl Kept {
    /// Whether it was met; nothing if it was about nobody.
    pub fn met(&self) -> Option<bool> {
        self.value.map(|value| value >= self.share)
    }
}

impl<'a> Report<'a> {
    /// The figures of what was played, with intervals of the scenario's confidence.
    pub fn new(scenario: &'a Scenario, played: Vec<Played>) -> Report<'a> {
        let told = |played: Played| Told {
            strategy: &scenario.strategies[played.strategy],
            rows: played.rows(scenario.run.confidence),
            pool: played.pool,
        };
        Report {
            scenario,
            strategies: played.into_iter().map(told).collect(),
        }
    }

    /// Whether a strategy missed a target.
    pub fn misses(&self) -> bool {
        self.strategies.iter().any(|told| {
            told.targets()
                .any(|(_, kept)| kept.is_some_and(|kept| kept.met() == Some(false)))
        })
    }
}

impl Told<'_> {
    /// A figure about all conversations, on the calendar's clock.
    pub fn of_all(&self, measure: Measure, statistic: &str) -> Option<&Row> {
        self.find(Scope::All, measure, Clock::Calendar, statistic)
    }

    /// What became of each target, in the order of their names; nothing where a target is not judged.
    pub fn targets(&self) -> impl Iterator<Item = (TargetId, Option<Kept>)> {
        let targets = self.strategy.setup.targets.iter().enumerate();
        targets.map(|(position, target)| {
            let id = TargetId::from(position);
            let row = self.find(
                Scope::Target(id),
                Measure::ServiceLevel,
                target.clock,
                "share",
            );
            let kept = row.map(|row| Kept {
                share: target.share,
                value: row.value,
                interval: row.interval,
            });
            (id, kept)
        })
    }

    fn find(&self, scope: Scope, measure: Measure, clock: Clock, statistic: &str) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.scope == scope
                && row.measure == measure
                && row.statistic == statistic
                && row.clock.is_none_or(|read| read == clock)
        })
    }
}
