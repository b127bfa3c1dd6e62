//! `syncline plan`: how many agents each group needs, by interval.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::progress::{self, Searching};
use super::reading::{self, Given};
use super::{Failure, Playing, Verdict, paint, print};
use crate::experiment::{Judgement, Stopped};
use crate::plan::{self, Planned};
use crate::report;

/// What `plan` understands.
#[derive(Args, Debug)]
pub(super) struct Plan {
    /// A scenario file with [targets]
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Where results go, into a folder named like the scenario
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Only this strategy; may be given several times
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    #[command(flatten)]
    playing: Playing,
}

impl Plan {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let mut given = reading::read_to_play(std::slice::from_ref(&self.scenario), &self.playing)?;
        let Some(given) = given.pop() else {
            return Ok(Verdict::Done);
        };
        reading::all_named_apart(std::slice::from_ref(&given))?;
        let strategies = reading::strategies(&given, &self.strategy)?;
        let scenario = &given.scenario;
        if scenario.names.targets.is_empty() {
            return Err(self.wrong(
                "it has no targets, so that nobody at all would be enough; add one, as in\n\n  [targets.answer-fast]\n  \
                 metric = \"queue_wait\"\n  within = \"60 s\"\n  share = 0.8",
            ));
        }
        Output::probe(&self.out, &scenario.name)?;
        progress::listen()?;
        let pool = progress::pool(self.playing.threads)?;
        let (mut plans, mut hopeless) = (Vec::new(), Vec::new());
        for strategy in strategies {
            let name = &scenario.strategies[strategy].name;
            let telling = Searching::new(name, self.playing.reading.quiet);
            let planned = pool.install(|| plan::plan(scenario, strategy, &telling));
            telling.done();
            match planned {
                Ok(Planned::Plan(plan)) => plans.push(*plan),
                Ok(Planned::NobodyToPlan) => {
                    return Err(self.wrong(&format!(
                        "strategy `{name}` has nobody to plan: its agents are \"unlimited\", or never there"
                    )));
                }
                Ok(Planned::Hopeless(targets)) => hopeless.push((strategy, targets)),
                Err(Stopped::Interrupted) if !plans.is_empty() => break,
                Err(stopped) => {
                    let Failure::Failed(why) = Failure::from(stopped) else {
                        return Ok(Verdict::Done);
                    };
                    return Err(Failure::Failed(format!(
                        "`{}`: {why}; no plan was found yet, nothing was written",
                        self.scenario.display()
                    )));
                }
            }
            if telling.stopped() {
                break;
            }
        }
        let folder = self.write(&given, &plans)?;
        print(|out| {
            let table = report::plan_table(scenario, &plans, &hopeless, paint(&io::stdout()));
            write!(out, "{table}")?;
            writeln!(out, "By interval: {}", folder.join("plan.csv").display())
        })?;
        let missed = plans
            .iter()
            .flat_map(|plan| &plan.verified)
            .any(|verified| verified.judgement == Judgement::Missed);
        Ok(if missed || !hopeless.is_empty() {
            Verdict::Missed
        } else {
            Verdict::Done
        })
    }

    fn write(&self, given: &Given, plans: &[plan::Plan]) -> Result<PathBuf, Failure> {
        let mut output = Output::of_plan(&self.out, &given.scenario.name)?;
        let name = "plan.csv";
        output
            .write(name, |out| report::plan_rows(&given.scenario, plans, out))
            .map_err(|error| output.failed(name, &error))?;
        output.finish()
    }

    fn wrong(&self, why: &str) -> Failure {
        Failure::Wrong(format!("error: `{}`: {why}", self.scenario.display()))
    }
}
