//! `syncline promise`: what can be promised with today's team.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::Output;
use super::progress::{self, Telling};
use super::reading;
use super::{Failure, Playing, Verdict, paint, print};
use crate::measure::Clock;
use crate::plan::{self, ROUNDS, Steps};
use crate::report;

/// What `promise` understands.
#[derive(Args, Debug)]
pub(super) struct Promise {
    /// A scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Where results go, into a folder named like the scenario
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Only this strategy; may be given several times
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    /// The clock of the promise [default: those of the scenario's targets; without targets calendar]
    #[arg(long, value_enum)]
    clock: Option<Reading>,
    #[command(flatten)]
    playing: Playing,
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
        let mut given = reading::read_to_play(std::slice::from_ref(&self.scenario), &self.playing)?;
        let Some(given) = given.pop() else {
            return Ok(Verdict::Done);
        };
        reading::all_named_apart(std::slice::from_ref(&given))?;
        let strategies = reading::strategies(&given, &self.strategy)?;
        let scenario = &given.scenario;
        let clocks = match self.clock {
            None => plan::clocks(scenario),
            Some(Reading::Calendar) => vec![Clock::Calendar],
            Some(Reading::Business) => vec![Clock::Business],
        };
        Output::probe(&self.out, &scenario.name)?;
        progress::listen()?;
        let pool = progress::pool(self.playing.threads)?;
        let runs = strategies.len() * ROUNDS * scenario.run.replications as usize;
        let telling = Telling::new(&scenario.name, runs, self.playing.reading.quiet);
        let steps = Steps::new(&telling, runs);
        let promises = pool.install(|| {
            let of = |strategy| plan::promises(scenario, strategy, &clocks, &steps);
            strategies
                .into_iter()
                .map(of)
                .collect::<Result<Vec<_>, _>>()
        });
        let promises = match promises {
            Ok(promises) => promises,
            Err(stopped) => {
                telling.broken_off();
                return Err(reading::nothing_written(stopped, &self.scenario));
            }
        };
        let mut output = Output::of_promise(&self.out, &scenario.name)?;
        let name = "promise.csv";
        output
            .write(name, |out| report::promise_rows(scenario, &promises, out))
            .map_err(|error| output.failed(name, &error))?;
        let folder = output.finish()?;
        telling.done();
        print(|out| {
            let table = report::promise_table(scenario, &promises, paint(&io::stdout()));
            write!(out, "{table}")?;
            writeln!(out, "All figures: {}", folder.join(name).display())
        })?;
        Ok(Verdict::Done)
    }
}
