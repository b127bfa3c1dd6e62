//! Planning: how many agents each group needs in each interval so that all targets are met, at the least cost.
//!
//! A plan is the number of agents at work by group and interval of the week. It is searched by simulation, with the
//! same customers for every plan tried, and then played once more for customers that the search has not met.

mod backlog;
mod begin;
mod cover;
mod disruption;
mod effect;
mod ensemble;
mod exchange;
mod outlook;
mod pattern;
mod promise;
mod roster;
mod search;
mod stage;
mod tour;

pub use backlog::{Backlog, Band, Events, Upset, backlog};
pub use disruption::{ExtraShift, Incident};
pub use ensemble::Steps;
pub use outlook::{Change, Changed, Outlook, Paid, outlook};
pub use pattern::{Counts, Pattern, Slot};
pub use promise::{Awaited, Line, Promised, Promises, ROUNDS, SHARES, clocks, promises};
pub use roster::{Hire, Roster, Rostered, roster, with_rosters};
pub use stage::Staffing;
pub use tour::Tour;

use crate::experiment::{Judgement, Progress, Stopped};
use crate::id::{GroupId, TargetId};
use crate::metric::Grid;
use crate::scenario::Scenario;
use crate::time::{Span, Time};
use crate::world::Target;
use search::{Ended, Search};
use stage::{Clause, Kept, Stage, share};

/// Who is told how far the search is.
pub trait Watch: Sync {
    /// So many plans have been tried; `cost` is that of a better one that was found.
    fn tried(&self, plans: usize, cost: Option<f64>);

    /// Whether to stop with the best plan so far.
    fn stops(&self) -> bool;
}

/// Nobody is told, nobody stops it.
impl Watch for () {
    fn tried(&self, _: usize, _: Option<f64>) {}

    fn stops(&self) -> bool {
        false
    }
}

/// The simulation asks whether to stop.
struct Asking<'a>(&'a dyn Watch);

impl Progress for Asking<'_> {
    fn advanced(&self, _: usize, _: usize) {}

    fn stops(&self) -> bool {
        self.0.stops()
    }
}

/// What became of a target when the plan was played for customers that the search has not met.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Which target.
    pub target: TargetId,
    /// The share that kept the promise; nothing if it was about nobody.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Whether the target is met.
    pub judgement: Judgement,
    /// Of the days on which the promise was about anybody, how many kept it.
    pub days_met: u32,
    /// How many such days there were.
    pub days: u32,
    /// The interval of the week in which the least share of those kept it whose waits began then, and that share; of intervals in
    /// which somebody may be planned and at least one wait in each replication begins.
    pub worst: Option<(Time, f64)>,
}

/// The plan of one strategy.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its position in [`Scenario::strategies`].
    pub strategy: usize,
    /// What could be planned.
    pub pattern: Pattern,
    /// How many agents at work, by slot of the pattern.
    pub counts: Counts,
    /// How many are rostered today, by slot.
    pub rostered: Counts,
    /// Whether each agent is needed: without any one of them a target is missed. False where the search was stopped.
    pub minimal: bool,
    /// How many plans were tried.
    pub tried: usize,
    /// How many replications each was played.
    pub replications: u32,
    /// Each target, played for other customers.
    pub verified: Vec<Verified>,
    /// By target: without how many of the single agents in an interval it is missed; all 0 where the search was stopped.
    pub binding: Vec<u32>,
    /// What it has to keep.
    clauses: Vec<Clause>,
    /// At each of these some of the slots has somebody.
    posts: Vec<Vec<usize>>,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A plan.
    Plan(Box<Plan>),
    /// However many agents are planned in the hours of their groups, these targets are missed.
    Hopeless(Vec<TargetId>),
    /// No group of the strategy can be planned: all are without limit, or never there.
    NobodyToPlan,
}

/// So often a plan that fails for other customers is mended, each time with twice the replications.
const MENDED: u32 = 3;

/// The plan of a strategy that meets all targets with `run.confidence`, each judged as in the verdict of a run.
///
/// Deterministic for a scenario and its seed. Plays on all threads of the rayon pool it is called in.
pub fn plan(scenario: &Scenario, strategy: usize, watch: &dyn Watch) -> Result<Planned, Stopped> {
    let setup = &scenario.strategies[strategy].setup;
    let pattern = Pattern::new(scenario, setup);
    if pattern.slots().is_empty() {
        return Ok(Planned::NobodyToPlan);
    }
    let asking = Asking(watch);
    let stage = Stage {
        scenario,
        strategy: &scenario.strategies[strategy],
        staffing: &pattern,
        first: 0,
        replications: scenario.run.replications,
        progress: &asking,
        week: pattern.week(),
    };
    let mut search = Search::new(stage, watch, Vec::new(), Vec::new());
    let settled = match settle(&mut search, |search| search.run(&pattern))? {
        Ok(settled) => settled,
        Err(missed) => return Ok(Planned::Hopeless(missed)),
    };
    Ok(Planned::Plan(Box::new(Plan {
        strategy,
        rostered: pattern.rostered(setup),
        counts: settled.counts,
        minimal: settled.minimal,
        tried: settled.tried,
        replications: settled.replications,
        verified: settled.verified,
        binding: settled.binding,
        clauses: search.clauses,
        posts: search.posts,
        pattern,
    })))
}

/// A plan that holds for other customers too, as far as that could be had.
struct Settled {
    counts: Counts,
    minimal: bool,
    tried: usize,
    replications: u32,
    verified: Vec<Verified>,
    binding: Vec<u32>,
}

/// Searches, plays what is found for other customers, and goes on with more of them where that misses a target; or the
/// targets that cannot be met.
fn settle(
    search: &mut Search,
    start: impl Fn(&mut Search) -> Result<Ended, Stopped>,
) -> Result<Result<Settled, Vec<TargetId>>, Stopped> {
    let mut ended = start(search)?;
    for mended in 0.. {
        let (found, minimal) = match ended {
            Ended::Minimal(found) => (found, true),
            Ended::Stopped(found) => (found, false),
            Ended::Hopeless(targets) => {
                return Ok(Err(targets.into_iter().map(TargetId::from).collect()));
            }
        };
        let replications = search.stage.replications;
        // Who stops the search still wants to know whether what it came to holds.
        let others = Stage {
            first: replications,
            progress: if minimal { search.stage.progress } else { &() },
            ..search.stage
        };
        let verified = verify(&others, &found.counts)?;
        let fails = verified
            .iter()
            .any(|verified| verified.judgement == Judgement::Missed);
        if minimal && fails && mended < MENDED {
            // These customers too must be served from now on.
            search.stage.replications = replications * 2;
            ended = match search.repair(found.counts.clone()) {
                Ok(Ok(found)) => search.improve(found)?,
                Ok(Err(_)) => start(search)?,
                Err(Stopped::Interrupted) => Ended::Stopped(found),
                Err(stuck) => return Err(stuck),
            };
            continue;
        }
        return Ok(Ok(Settled {
            counts: found.counts,
            minimal,
            tried: search.tried,
            replications,
            verified,
            binding: match minimal {
                true => search.binding.clone(),
                false => vec![0; search.binding.len()],
            },
        }));
    }
    unreachable!("the last plan is returned")
}

/// Plays a plan and judges each target over all replications, by day and by interval of the week.
fn verify(stage: &Stage, counts: &[u32]) -> Result<Vec<Verified>, Stopped> {
    let setup = &stage.strategy.setup;
    let trial = stage.try_one(counts)?;
    let daily = Grid::new(setup, Span::DAY);
    let days = stage.judge(counts, &daily, |ruling| {
        let of = |(number, target): (usize, &Target)| {
            let days = ruling.promises(TargetId::from(number)).iter();
            let parts = days.map(|day| day.parts(target.formula));
            let about: Vec<Kept> = parts.filter(|(_, all)| *all > 0).collect();
            let keeps = |(kept, all): &&Kept| *kept as f64 >= target.share * *all as f64;
            (about.iter().filter(keeps).count(), about.len())
        };
        setup.targets.iter().enumerate().map(of).collect::<Vec<_>>()
    })?;
    let of = |(number, target): (usize, &Target)| {
        let (value, interval) = trial.level(number, stage.scenario.run.confidence);
        let each = days.iter().map(|targets| targets[number]);
        let (met, all) = each.fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        let often = u64::from(stage.replications);
        let bins = trial.bins(number).iter().enumerate();
        let told = bins.filter(|(bin, kept)| kept.1 >= often && stage.week.is_open(*bin));
        let shares = told.filter_map(|(bin, kept)| Some((bin, share(*kept)?)));
        let worst = shares.min_by(|a, b| a.1.total_cmp(&b.1));
        Verified {
            target: TargetId::from(number),
            value,
            interval,
            judgement: Judgement::of(target.share, value, interval),
            days_met: met as u32,
            days: all as u32,
            worst: worst.map(|(bin, share)| (stage.week.grid.start(bin), share)),
        }
    };
    Ok(setup.targets.iter().enumerate().map(of).collect())
}

impl Plan {
    /// The share of paid time that a group's agents are at work: what is left by absence and by other work.
    pub fn available(&self, scenario: &Scenario, group: GroupId) -> f64 {
        let agents = &scenario.strategies[self.strategy].setup.agents[group.index()];
        (1.0 - agents.absent) * (1.0 - agents.in_office)
    }

    /// How many to schedule in each slot so that these are at work on average: shrinkage divides.
    pub fn schedule(&self, scenario: &Scenario, counts: &[u32]) -> Counts {
        let of = |(slot, count): (&Slot, &u32)| {
            // 9 / 0.9 is 10, not a bit more.
            (f64::from(*count) / self.available(scenario, slot.group) - 1e-9).ceil() as u32
        };
        self.pattern.slots().iter().zip(counts).map(of).collect()
    }
}
