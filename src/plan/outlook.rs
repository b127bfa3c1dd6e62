//! Outlooks: what becomes of a plan when the world changes a little, and what more or less money buys.

use super::search::Search;
use super::stage::{Staffing, Stage};
use super::{Asking, Counts, Plan, Watch};
use crate::distribution::Distribution;
use crate::experiment::Stopped;
use crate::id::TargetId;
use crate::measure::{Clock, Measure};
use crate::metric::Scope;
use crate::scenario::{Scenario, Strategy};
use crate::tally::Durations;

/// A change of the world, or of what is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// So many times as many customers come.
    Customers(f64),
    /// Work and wrap-up take so many times as long.
    Handling(f64),
    /// One percentage point less is promised.
    Point(TargetId),
}

/// The changes that are looked at, beside the points of the targets that bind.
const CHANGES: [Change; 4] = [
    Change::Customers(1.1),
    Change::Customers(0.9),
    Change::Handling(1.1),
    Change::Handling(0.9),
];

/// A percentage point.
const POINT: f64 = 0.01;

/// The multiples of the plan of which it is told how soon customers hear.
const MULTIPLES: [f64; 7] = [0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5];

/// What becomes of a plan under a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What changes.
    pub change: Change,
    /// By target: the share that the plan keeps as it is; nothing if the promise is about nobody.
    pub kept: Vec<Option<f64>>,
    /// How many agents would be needed, by slot; nothing if many times as many do not do it.
    pub counts: Option<Counts>,
}

/// What a multiple of the plan costs, and how soon customers hear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paid {
    /// The multiple.
    pub times: f64,
    /// Money over the run, or hours where nobody's hours cost anything; of agents at work.
    pub cost: f64,
    /// The mean first response \[s\].
    pub mean: f64,
    /// What eight in ten stay within \[s\].
    pub most: f64,
    /// The share of all attempts that are resolved.
    pub solved: f64,
}

/// How a plan stands in a world that changes.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The strategy's position in [`Scenario::strategies`].
    pub strategy: usize,
    /// What becomes of it under each change that can be made.
    pub changed: Vec<Changed>,
    /// What more and fewer agents buy, by rising cost.
    pub paid: Vec<Paid>,
}

/// Plays a plan in changed worlds and looks for what each of them needs.
///
/// What the plan keeps is told of customers that the search has not met. What is needed is searched against those that it has
/// met, so that the difference from the plan is the change's and not luck's; estimated, so that it may be a little too much.
pub fn outlook(scenario: &Scenario, plan: &Plan, watch: &dyn Watch) -> Result<Outlook, Stopped> {
    let strategy = &scenario.strategies[plan.strategy];
    let asking = Asking(watch);
    let stage = Stage {
        scenario,
        strategy,
        staffing: &plan.pattern,
        first: 0,
        replications: plan.replications,
        progress: &asking,
        week: plan.pattern.week(),
    };
    let others = Stage {
        first: plan.replications,
        ..stage
    };
    let targets = 0..plan.binding.len();
    let points = targets
        .filter(|target| plan.binding[*target] > 0)
        .map(|target| Change::Point(TargetId::from(target)));
    let mut changed = Vec::new();
    for change in points.chain(CHANGES) {
        let Some(other) = change.made(strategy) else {
            continue;
        };
        let play = |stage| Stage {
            strategy: &other,
            ..stage
        };
        let trial = play(others).try_one(&plan.counts)?;
        let needed = search(plan, play(stage), watch).adapt(&plan.counts)?;
        changed.push(Changed {
            change,
            kept: (0..plan.binding.len())
                .map(|target| trial.share(target, plan.replications))
                .collect(),
            counts: needed.map(|found| found.counts),
        });
    }
    let mut paid: Vec<Paid> = Vec::new();
    for times in MULTIPLES {
        let many = |count: &u32| (f64::from(*count) * times).round() as u32;
        let counts: Counts = plan.counts.iter().map(many).collect();
        // A part of one agent makes no difference.
        let times = if counts == plan.counts { 1.0 } else { times };
        let cost = plan.pattern.cost(&counts);
        if paid.last().is_none_or(|last| last.cost < cost) {
            paid.extend(pays(&others, times, cost, &counts)?);
        }
    }
    Ok(Outlook {
        strategy: plan.strategy,
        changed,
        paid,
    })
}

fn search<'a>(plan: &Plan, stage: Stage<'a>, watch: &'a dyn Watch) -> Search<'a> {
    Search::new(stage, watch, plan.clauses.clone(), plan.posts.clone())
}

/// How soon customers hear first with these agents, and how many are served at all.
fn pays(stage: &Stage, times: f64, cost: f64, counts: &[u32]) -> Result<Option<Paid>, Stopped> {
    let each = stage.play(counts, None, |outcome| {
        outcome.stats(Scope::All).map(|stats| {
            let waits = stats.durations(Measure::FirstResponseTime, Clock::Calendar);
            let count = |measure| stats.counts[measure as usize];
            let ends = [count(Measure::Resolved), count(Measure::Attempts)];
            (waits.clone(), ends)
        })
    })?;
    let mut all = Durations::default();
    let mut ends = [0, 0];
    for (waits, [resolved, attempts]) in each.iter().flatten() {
        all.merge(waits);
        ends = [ends[0] + resolved, ends[1] + attempts];
    }
    let [most] = all.quantiles([0.8]);
    Ok(most.map(|most| Paid {
        times,
        cost,
        mean: all.sum as f64 / all.count as f64 * 1e-9,
        most,
        solved: ends[0] as f64 / ends[1].max(1) as f64,
    }))
}

impl Change {
    /// The strategy in the changed world; nothing where it cannot be made.
    fn made(self, strategy: &Strategy) -> Option<Strategy> {
        let mut changed = strategy.clone();
        let setup = &mut changed.setup;
        match self {
            Change::Customers(factor) => {
                for home in setup
                    .customers
                    .iter_mut()
                    .flat_map(|table| &mut table.homes)
                {
                    home.arrivals = home.arrivals.more_often(factor)?;
                }
            }
            Change::Handling(factor) => {
                for channel in &mut setup.channels {
                    channel.work_factor *= factor;
                    channel.wrap_up = Distribution::scaled(factor, channel.wrap_up.clone()).ok()?;
                }
            }
            Change::Point(target) => setup.targets[target.index()].share -= POINT,
        }
        Some(changed)
    }
}
