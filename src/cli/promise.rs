//! `syncline promise`: what can be promised with today's team.

use std::io;

use clap::{Args, ValueEnum};

use super::output::PROMISE;
use super::study::Study;
use super::{Failure, Verdict, paint, print};
use crate::measure::Clock;
use crate::plan::{self, ROUNDS};
use crate::report;

/// What `promise` understands.
#[derive(Args, Debug)]
pub(super) struct Promise {
    #[command(flatten)]
    study: Study,
    /// The clock of the promise [default: those of the scenario's targets; without targets calendar]
    #[arg(long, value_enum)]
    clock: Option<Reading>,
}

/// On which clock a promise is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reading {
    /// All time counts
    Calendar,
    /// Only open time counts
    Business,
}

impl Promise {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let (given, strategies) = self.study.read()?;
        let scenario = &given.scenario;
        let clocks = match self.clock {
            None => plan::clocks(scenario),
            Some(Reading::Calendar) => vec![Clock::Calendar],
            Some(Reading::Business) => vec![Clock::Business],
        };
        let runs = strategies.len() * ROUNDS * scenario.run.replications as usize;
        let promises = self
            .study
            .each(scenario, strategies, runs, |strategy, steps| {
                plan::promises(scenario, strategy, &clocks, steps)
            })?;
        let folder = self.study.write(scenario, &PROMISE, |output| {
            output.put("promise.csv", |out| {
                report::promise_rows(scenario, &promises, out)
            })
        })?;
        print(|out| {
            let table = report::promise_table(scenario, &promises, paint(&io::stdout()));
            write!(out, "{table}")?;
            writeln!(out, "All figures: {}", folder.join("promise.csv").display())
        })?;
        Ok(Verdict::Done)
    }
}
