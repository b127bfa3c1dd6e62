//! `syncline verify`: known answers against what is simulated.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::progress::{self, Telling};
use super::reading;
use super::{Failure, Playing, Verdict, paint, print};
use crate::experiment::{Experiment, checks, judge};
use crate::report;

/// What `verify` understands.
#[derive(Args, Debug)]
pub(super) struct Verify {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    playing: Playing,
}

impl Verify {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let mut paths = Vec::new();
        for path in &self.scenarios {
            if path.is_dir() {
                let mut found = Vec::new();
                scenarios_in(path, &mut found).map_err(|error| {
                    Failure::Wrong(format!("error: cannot read `{}`: {error}", path.display()))
                })?;
                found.sort();
                paths.extend(found);
            } else {
                paths.push(path.clone());
            }
        }
        let mut given = reading::read_to_play(&paths, &self.playing)?;
        given.retain(|one| !one.scenario.expects.is_empty());
        if given.is_empty() {
            return Err(Failure::Wrong(
                "error: no scenario here expects anything; known answers stand in its [[expect]]"
                    .to_owned(),
            ));
        }
        progress::listen()?;
        let pool = progress::pool(self.playing.threads)?;
        let colour = paint(&io::stdout());
        let (mut expected, mut failed) = (0, 0);
        let checks = checks(given.iter().map(|one| &one.scenario));
        for one in &given {
            let scenario = &one.scenario;
            // Only those about which something is expected.
            let mut strategies: Vec<usize> = scenario
                .expects
                .iter()
                .map(|expect| expect.strategy)
                .collect();
            strategies.sort_unstable();
            strategies.dedup();
            let experiment = Experiment::new(scenario).only(strategies);
            if !self.playing.reading.quiet {
                progress::foretell(&scenario.name, &experiment, pool.current_num_threads());
            }
            let telling = Telling::new(
                &scenario.name,
                experiment.size(),
                self.playing.reading.quiet,
            );
            let played = pool.install(|| experiment.run(&telling));
            match &played {
                Ok(_) => telling.done(),
                Err(_) => telling.broken_off(),
            }
            let played = played?;
            let findings = judge(scenario, &played, checks);
            expected += findings.len();
            failed += findings.iter().filter(|finding| !finding.holds()).count();
            print(|out| {
                writeln!(out, "{}", colour.title(&one.path.display().to_string()))?;
                writeln!(out, "{}", scenario.title)?;
                writeln!(out, "{}\n", report::findings(&findings))
            })?;
        }
        let verdict = if failed == 0 {
            colour.good(&format!("all {expected} expectations hold"))
        } else {
            colour.bad(&format!("{failed} of {expected} expectations fail"))
        };
        print(|out| writeln!(out, "{verdict}"))?;
        Ok(if failed == 0 {
            Verdict::Done
        } else {
            Verdict::Missed
        })
    }
}

/// All scenarios in a folder and the folders in it.
fn scenarios_in(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            scenarios_in(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
    Ok(())
}
