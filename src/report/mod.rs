//! Reports: one experiment told as a table, as CSV, as JSON and as a page, always with the same numbers.
//!
//! Writes to whatever it is given; files are opened elsewhere.

mod backlog;
mod basis;
mod comparison;
mod console;
mod conversations;
mod distributions;
mod erlang;
mod intervals;
mod json;
mod manifest;
mod outlook;
mod page;
mod plan;
mod plots;
mod promise;
mod replications;
mod roster;
mod section;
mod summary;
mod targets;
mod units;
mod verdicts;

pub use backlog::{backlog_rows, backlog_table};
pub use comparison::comparison;
pub use console::{Paint, table, wrap};
pub use conversations::{Failure, conversations};
pub use distributions::distributions;
pub use erlang::{Staffed, Staffing, erlang_json, erlang_rows, erlang_table};
pub use intervals::intervals;
pub use json::json;
pub use manifest::{Input, manifest};
pub use outlook::{FRONTIER_COLUMNS, OUTLOOK_COLUMNS, frontier_rows, outlook_rows};
pub use page::plan_page;
pub use plan::{PLAN_COLUMNS, Planning, plan_rows, plan_table};
pub use plots::{Plot, backlog_plots, plan_plots, plots};
pub use promise::{promise_rows, promise_table};
pub use replications::replications;
pub use roster::{ROSTER_COLUMNS, planned_file, roster_rows};
pub use summary::{COLUMNS, header, summary};
pub use verdicts::findings;

use crate::experiment::{Difference, Judgement, Kept, Played, Verdict, compare, verdict};
use crate::measure::{Clock, Measure};
use crate::metric::{Row, Scope};
use crate::scenario::{Scenario, Strategy};

/// A scenario with the figures of the strategies played.
pub struct Report<'a> {
    /// What was played.
    pub scenario: &'a Scenario,
    /// In the order played.
    pub strategies: Vec<Told<'a>>,
    /// What the targets say of them.
    pub verdict: Verdict,
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
            verdict: verdict(scenario, &played),
            strategies: played.into_iter().zip(differences).map(told).collect(),
        }
    }

    /// The strategy that the others are compared with, played or not.
    pub fn baseline_name(&self) -> &'a str {
        &self.scenario.strategies[self.scenario.run.baseline].name
    }

    /// Whether a strategy missed a target.
    pub fn misses(&self) -> bool {
        let missed = |kept: &Kept| kept.judgement == Judgement::Missed;
        self.verdict.kept.iter().flatten().any(missed)
    }
}

impl Told<'_> {
    /// A figure about all conversations, on the calendar's clock.
    pub fn of_all(&self, measure: Measure, statistic: &str) -> Option<&Row> {
        self.find(Scope::All, measure, Clock::Calendar, statistic)
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
