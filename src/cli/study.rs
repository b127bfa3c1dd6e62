//! Studies: what the commands have in common that ask one question about one scenario, strategy by strategy.

use std::path::{Path, PathBuf};

use clap::Args;
use rayon::ThreadPool;

use super::output::Output;
use super::progress::{self, Telling};
use super::reading::{self, Given};
use super::{Failure, Playing};
use crate::experiment::Stopped;
use crate::plan::Steps;
use crate::scenario::Scenario;

/// What every study understands.
#[derive(Args, Debug)]
pub(super) struct Study {
    /// A scenario file
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
    /// Where results go, into a folder named like the scenario
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub(super) out: PathBuf,
    /// Only this strategy; may be given several times
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    #[command(flatten)]
    pub(super) playing: Playing,
}

impl Study {
    /// The scenario, and the strategies that are asked about.
    pub(super) fn read(&self) -> Result<(Given, Vec<usize>), Failure> {
        let given = reading::read_one_to_play(&self.scenario, &self.playing)?;
        reading::all_named_apart(std::slice::from_ref(&given))?;
        let strategies = reading::strategies(&given, &self.strategy)?;
        Ok((given, strategies))
    }

    /// Makes sure that a result can be written and that Ctrl-C is heard; the threads to work with.
    pub(super) fn prepare(&self, scenario: &Scenario) -> Result<ThreadPool, Failure> {
        Output::probe(&self.out, &scenario.name)?;
        progress::listen()?;
        progress::pool(self.playing.threads)
    }

    /// What `of` finds for each strategy, in so many runs for all of them.
    pub(super) fn each<T: Send>(
        &self,
        scenario: &Scenario,
        strategies: Vec<usize>,
        runs: usize,
        of: impl Fn(usize, &Steps) -> Result<T, Stopped> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let pool = self.prepare(scenario)?;
        let telling = Telling::new(&scenario.name, runs, self.playing.reading.quiet);
        let steps = Steps::new(&telling, runs);
        let found = pool.install(|| {
            let of = |strategy| of(strategy, &steps);
            strategies.into_iter().map(of).collect()
        });
        match found {
            Ok(found) => {
                telling.done();
                Ok(found)
            }
            Err(stopped) => {
                telling.broken_off();
                Err(reading::nothing_written(stopped, &self.scenario))
            }
        }
    }

    /// Writes a result of these files, as far as `write` puts them there; its folder.
    pub(super) fn write(
        &self,
        scenario: &Scenario,
        files: &[&str],
        write: impl FnOnce(&mut Output) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let mut output = Output::of(files, &self.out, &scenario.name)?;
        write(&mut output)?;
        output.finish()
    }

    /// What is wrong with this scenario for this study.
    pub(super) fn wrong(&self, why: &str) -> Failure {
        Failure::Wrong(format!("error: `{}`: {why}", self.scenario.display()))
    }

    /// The folder of the scenario: files that it names are found from there.
    pub(super) fn folder(&self) -> &Path {
        self.scenario.parent().unwrap_or(Path::new(""))
    }
}
