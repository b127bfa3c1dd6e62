//! `syncline plan`: how many agents each group needs, by interval.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::progress::Searching;
use super::reading::{self, Given};
use super::study::Study;
use super::{Failure, Verdict, paint, print};
use crate::experiment::{Judgement, Stopped};
use crate::plan::{self, Outlook, Planned, Roster, Rostered};
use crate::report::{self, Planning};
use crate::scenario::Scenario;

/// What `plan` understands.
#[derive(Args, Debug)]
pub(super) struct Plan {
    #[command(flatten)]
    study: Study,
    /// Only the plan and its shifts, not what changes of volume or handling would ask for
    #[arg(long)]
    brief: bool,
    /// Pictures as PNG too
    #[arg(long)]
    png: bool,
}

impl Plan {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let (given, strategies) = self.study.read()?;
        let scenario = &given.scenario;
        if scenario.names.targets.is_empty() {
            return Err(self.study.wrong(
                "it has no targets, so that nobody at all would be enough; add one, as in\n\n  [targets.answer-fast]\n  \
                 metric = \"queue_wait\"\n  within = \"60 s\"\n  share = 0.8",
            ));
        }
        let pool = self.study.prepare(scenario)?;
        let (mut plans, mut hopeless) = (Vec::new(), Vec::new());
        let mut unplanned = strategies.clone();
        for strategy in strategies {
            let name = &scenario.strategies[strategy].name;
            let telling = Searching::new(name, self.study.playing.reading.quiet);
            let planned = pool.install(|| plan::plan(scenario, strategy, &telling));
            telling.done();
            if planned.is_ok() {
                unplanned.remove(0);
            }
            match planned {
                Ok(Planned::Plan(plan)) => plans.push(*plan),
                Ok(Planned::NobodyToPlan) => {
                    return Err(self.study.wrong(&format!(
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
                        self.study.scenario.display()
                    )));
                }
            }
            if telling.stopped() {
                break;
            }
        }
        let rostered = pool.install(|| self.rosters(&given, &plans))?;
        let of = |(_, rostered): &(usize, Rostered)| match rostered {
            Rostered::Roster(roster) => Some(Roster::clone(roster)),
            _ => None,
        };
        let rosters: Vec<Roster> = rostered.iter().filter_map(of).collect();
        let outlooks = match self.brief {
            true => Vec::new(),
            false => pool.install(|| self.outlooks(scenario, &plans))?,
        };
        let planning = Planning {
            scenario,
            plans: &plans,
            hopeless: &hopeless,
            unplanned: &unplanned,
            rosters: &rostered,
            outlooks: &outlooks,
        };
        let folder = self.write(&given, &planning, &rosters)?;
        print(|out| {
            let paint = paint(&io::stdout());
            let table = report::plan_table(&planning, paint);
            write!(out, "{table}")?;
            writeln!(out, "By interval: {}", folder.join("plan.csv").display())?;
            if !rosters.is_empty() {
                let planned = folder.join(report::planned_file(&scenario.name));
                writeln!(out, "By shift: {}", folder.join("roster.csv").display())?;
                writeln!(out, "The scenario with these shifts: {}", planned.display())?;
            }
            writeln!(out, "The page: {}", folder.join("plan.html").display())?;
            Ok(())
        })?;
        let missed = plans
            .iter()
            .flat_map(|plan| &plan.verified)
            .chain(rosters.iter().flat_map(|roster| &roster.verified))
            .any(|verified| verified.judgement == Judgement::Missed);
        let unmet = !hopeless.is_empty() || rosters.len() < rostered.len();
        Ok(if missed || unmet {
            Verdict::Missed
        } else {
            Verdict::Done
        })
    }

    /// Makes shifts of the plans, as far as nobody stops it.
    fn rosters(
        &self,
        given: &Given,
        plans: &[plan::Plan],
    ) -> Result<Vec<(usize, Rostered)>, Failure> {
        let scenario = &given.scenario;
        let read = |text: &str| reading::again(given, text);
        let mut rosters = Vec::new();
        for plan in plans {
            let name = format!("{}, shifts", scenario.strategies[plan.strategy].name);
            let telling = Searching::new(&name, self.study.playing.reading.quiet);
            let rostered = match telling.stopped() {
                true => Err(Stopped::Interrupted),
                false => plan::roster(scenario, plan, &read, &telling),
            };
            telling.done();
            match rostered {
                Ok(rostered) => rosters.push((plan.strategy, rostered)),
                // The plans by interval are worth keeping.
                Err(Stopped::Interrupted) => break,
                Err(stuck) => return Err(stuck.into()),
            }
        }
        Ok(rosters)
    }

    /// What becomes of the plans when the world changes, as far as nobody stops it.
    fn outlooks(&self, scenario: &Scenario, plans: &[plan::Plan]) -> Result<Vec<Outlook>, Failure> {
        let mut outlooks = Vec::new();
        for plan in plans.iter().filter(|plan| plan.minimal) {
            let name = format!("{}, outlook", scenario.strategies[plan.strategy].name);
            let telling = Searching::new(&name, self.study.playing.reading.quiet);
            let outlook = match telling.stopped() {
                true => Err(Stopped::Interrupted),
                false => plan::outlook(scenario, plan, &telling),
            };
            telling.done();
            match outlook {
                Ok(outlook) => outlooks.push(outlook),
                Err(Stopped::Interrupted) => break,
                Err(stuck) => return Err(stuck.into()),
            }
        }
        Ok(outlooks)
    }

    fn write(
        &self,
        given: &Given,
        planning: &Planning,
        rosters: &[Roster],
    ) -> Result<PathBuf, Failure> {
        let scenario = &given.scenario;
        let Planning {
            plans, outlooks, ..
        } = *planning;
        let mut output = Output::of_plan(&self.study.out, &scenario.name)?;
        output.put("plan.csv", |out| report::plan_rows(scenario, plans, out))?;
        if !outlooks.is_empty() {
            output.put("outlook.csv", |out| {
                report::outlook_rows(scenario, plans, outlooks, out)
            })?;
            output.put("frontier.csv", |out| {
                report::frontier_rows(scenario, outlooks, out)
            })?;
        }
        let plots = report::plan_plots(planning);
        let page = report::plan_page(planning, &plots);
        output.put("plan.html", |out| out.write_all(page.as_bytes()))?;
        output.draw(&plots, self.png)?;
        if rosters.is_empty() {
            return output.finish();
        }
        output.put("roster.csv", |out| {
            report::roster_rows(scenario, rosters, out)
        })?;
        // Files that the scenario names are found from where it stands.
        let folder = self.study.folder();
        let file = |name: &str| {
            let path = folder.join(name);
            let path = path.canonicalize().unwrap_or(path);
            path.display().to_string()
        };
        let name = report::planned_file(&scenario.name);
        if let Some(text) = plan::with_rosters(scenario, rosters, &file) {
            output.put(&name, |out| out.write_all(text.as_bytes()))?;
        }
        output.finish()
    }
}
