//! Reports: one experiment told as a table, as CSV and as JSON, always with the same numbers.
//!
//! Writes to whatever it is given; files are opened elsewhere.

mod comparison;
mod console;
mod conversations;
mod distributions;
mod manifest;
mod replications;
mod summary;
mod verdicts;

pub use comparison::comparison;
pub use console::{Paint, table, wrap};
pub use conversations::{Failure, conversations};
pub use distributions::distributions;
pub use manifest::{Input, manifest};
pub use replications::replications;
pub use summary::{COLUMNS, header, json, summary};
pub use verdicts::findings;

use crate::experiment::{Difference, Played, compare};
use crate::id::TargetId;
use crate::measure::{Clock, Measure};
use crate::metric::{Row, Scope};
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
    /// Its replications.
    pub played: Played,
    /// All its figures, in the order of the catalogue.
    pub rows: Vec<Row>,
    /// How far they are from the baseline's; nothing for the baseline itself, or if it was not played.
    pub differences: Vec<Difference>,
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
        let (run, baseline) = (&scenario.run, scenario.run.baseline);
        let baseline = played.iter().position(|played| played.strategy == baseline);
        let differences: Vec<Vec<Difference>> = played
            .iter()
            .enumerate()
            .map(|(position, one)| match baseline {
                Some(baseline) if baseline != position => {
                    compare(one, &played[baseline], run.confidence)
                }
                _ => Vec::new(),
            })
            .collect();
        let told = |(played, differences): (Played, Vec<Difference>)| Told {
            strategy: &scenario.strategies[played.strategy],
            rows: played.rows(run.confidence),
            played,
            differences,
        };
        Report {
            scenario,
            strategies: played.into_iter().zip(differences).map(told).collect(),
        }
    }

    /// The strategy that the others are compared with, played or not.
    pub fn baseline_name(&self) -> &'a str {
        &self.scenario.strategies[self.scenario.run.baseline].name
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
