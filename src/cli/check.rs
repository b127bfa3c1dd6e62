//! `syncline check`: what is wrong, what is doubtful, what would run.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::reading::{self, Given};
use super::{Failure, Reading, Verdict, print};
use crate::calendar::Origin;
use crate::report::wrap;
use crate::time::Time;

/// What `check` understands.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

impl Check {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let given = reading::read(&self.scenarios, &self.reading)?;
        print(|out| {
            for (number, one) in given.iter().enumerate() {
                if number > 0 {
                    writeln!(out)?;
                }
                show(one, out)?;
            }
            Ok(())
        })?;
        Ok(Verdict::Done)
    }
}

fn show(given: &Given, out: &mut dyn Write) -> std::io::Result<()> {
    let scenario = &given.scenario;
    let run = &scenario.run;
    writeln!(out, "{}: {}", given.path.display(), scenario.title)?;
    for line in wrap(&scenario.about, 78) {
        writeln!(out, "  {line}")?;
    }
    let origin = Origin::midnight(run.start, &run.zone);
    if let Some(strategy) = scenario.strategies.first() {
        let setup = &strategy.setup;
        let date = |at: Time| origin.local(at, &run.zone).strftime("%a %Y-%m-%d %H:%M");
        let zone = run.zone.iana_name().unwrap_or("UTC");
        write!(
            out,
            "  {} to {} ({zone})",
            date(Time::ZERO),
            date(setup.length)
        )?;
        if setup.warm_up > Time::ZERO {
            write!(out, ", counted from {}", date(setup.warm_up))?;
        }
        writeln!(out)?;
    }
    let size = scenario.strategies.len() * run.replications as usize;
    writeln!(
        out,
        "  {} x {} = {}, seed {}",
        many(scenario.strategies.len(), "strategy", "strategies"),
        many(run.replications as usize, "replication", "replications"),
        many(size, "run", "runs"),
        run.seed
    )?;
    let names = &scenario.names;
    let shown = &scenario.strategies[run.baseline].setup.shown;
    let customers = shown.customers.iter().map(|id| id.index());
    let topics = shown.topics.iter().map(|id| id.index());
    let channels = shown.channels.iter().map(|id| id.index());
    let queues = shown.queues.iter().map(|id| id.index());
    let agents = shown.agents.iter().map(|id| id.index());
    let mut list = |kind: &str, names: &[String], places: &mut dyn Iterator<Item = usize>| {
        let names: Vec<&str> = places.map(|place| names[place].as_str()).collect();
        match names.is_empty() {
            true => Ok(()),
            false => writeln!(out, "  {kind}: {}", names.join(", ")),
        }
    };
    list("customers", &names.customers, &mut { customers })?;
    list("topics", &names.topics, &mut { topics })?;
    list("channels", &names.channels, &mut { channels })?;
    list("queues", &names.queues, &mut { queues })?;
    list("agents", &names.agents, &mut { agents })?;
    list("targets", &names.targets, &mut (0..names.targets.len()))?;
    for (position, strategy) in scenario.strategies.iter().enumerate() {
        let baseline = position == run.baseline && scenario.strategies.len() > 1;
        let mark = if baseline { " (baseline)" } else { "" };
        let about = match strategy.about.as_str() {
            "" => String::new(),
            about => format!(": {about}"),
        };
        writeln!(out, "  strategy {}{mark}{about}", strategy.name)?;
    }
    if !scenario.expects.is_empty() {
        let expectations = many(scenario.expects.len(), "expectation", "expectations");
        writeln!(out, "  {expectations} to verify")?;
    }
    Ok(())
}

/// A number of things.
fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
