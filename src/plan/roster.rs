//! Rosters: people by the weeks they work, so that a plan's agents are there and all targets are met.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::cover::{Uncoverable, cover};
use super::pattern::{Counts, Timetable};
use super::search::{Ended, Search, with};
use super::stage::{Staffing, Stage, Trial};
use super::tour::{ASSUMED, Candidate, Tour, candidates, kinds, tours};
use super::{Asking, Plan, Verified, Watch, settle};
use crate::agent::Roster as Staff;
use crate::experiment::Stopped;
use crate::id::{GroupId, TargetId};
use crate::scenario::{Filling, Scenario, ShiftKind, filled};
use crate::time::{Span, Time};
use crate::world::Setup;

/// Who works when, so that all targets are met.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The strategy's position in [`Scenario::strategies`].
    pub strategy: usize,
    /// The groups that were planned.
    pub groups: Vec<GroupId>,
    /// The weeks that anybody works, and how many do; with the paid hours of one of them over the run.
    pub tours: Vec<(Tour, u32, f64)>,
    /// What it costs over the run: money, or hours where nobody's hours cost anything.
    pub cost: f64,
    /// What the people cost who cover the plan, before any was added or taken away to meet the targets.
    pub covering: f64,
    /// No roster that covers the plan costs less.
    pub bound: f64,
    /// Whether each person is needed.
    pub minimal: bool,
    /// Whether the kinds of shift are assumed, because the scenario names none.
    pub assumed: bool,
    /// Over how many replications it was searched, and then verified.
    pub replications: u32,
    /// Each target, played for other customers.
    pub verified: Vec<Verified>,
    /// Whom to hire next, the most valuable first.
    pub hires: Vec<Hire>,
    /// How many are scheduled in each slot of the plan's pattern, on average over the run.
    pub at_work: Vec<f64>,
}

/// One person more.
#[derive(Clone, Debug)]
pub struct Hire {
    /// The week that they would work.
    pub tour: Tour,
    /// What they would cost over the run.
    pub cost: f64,
    /// By target: by how much a greater share would be kept.
    pub gains: Vec<f64>,
}

/// So often it is looked whether somebody is there.
const EVERY: Span = Span(Span::MINUTE.0 * 15);

/// What became of a plan when shifts were made of it.
#[derive(Clone, Debug)]
pub enum Rostered {
    /// A roster.
    Roster(Box<Roster>),
    /// No shift that is allowed reaches these slots of the plan's pattern.
    Unreached(Vec<usize>),
    /// At most so many may work that these groups cannot cover the plan.
    TooFew(Vec<GroupId>),
    /// However many people work the shifts that are allowed, these targets are missed.
    Hopeless(Vec<TargetId>),
}

/// All weeks that people may work, as what a search plans.
struct Shifts<'a> {
    candidates: &'a [Candidate],
    kinds: Vec<(GroupId, Vec<ShiftKind>)>,
}

impl Shifts<'_> {
    /// How many of a group work a kind of shift.
    fn worked(&self, counts: &[u32], group: GroupId, kind: &str) -> u32 {
        let each = self.candidates.iter().zip(counts);
        each.filter(|(one, _)| one.tour.group == group && one.tour.kind == kind)
            .map(|(_, count)| *count)
            .sum()
    }
}

impl Staffing for Shifts<'_> {
    fn cost(&self, counts: &[u32]) -> f64 {
        let each = self.candidates.iter().zip(counts);
        each.map(|(one, count)| one.cost * f64::from(*count)).sum()
    }

    fn staffed(&self, setup: &Setup, counts: &[u32]) -> Setup {
        let mut staffed = setup.clone();
        for (group, _) in &self.kinds {
            if let Staff::Shifts(shifts) = &mut staffed.agents[group.index()].roster {
                let mut own = Vec::new();
                for (one, count) in self.candidates.iter().zip(counts) {
                    if one.tour.group == *group && *count > 0 {
                        let mut shift = shifts[one.shift];
                        shift.count = *count;
                        own.push(shift);
                    }
                }
                *shifts = own;
            }
        }
        staffed
    }

    fn allows(&self, counts: &[u32]) -> bool {
        self.kinds.iter().all(|(group, kinds)| {
            kinds.iter().all(|kind| {
                let worked = self.worked(counts, *group, &kind.name);
                worked >= kind.least && kind.most.is_none_or(|most| worked <= most)
            })
        })
    }

    fn timetable(&self) -> Option<&Timetable> {
        None
    }
}

/// Makes shifts of a plan: people who cover it at the least cost, then more of them until the targets are met, then without
/// those who are not needed.
///
/// `read` reads a scenario's text as the scenario itself was read, and leaves the names their ids.
pub fn roster(
    scenario: &Scenario,
    plan: &Plan,
    read: &dyn Fn(&str) -> Option<Scenario>,
    watch: &dyn Watch,
) -> Result<Rostered, Stopped> {
    let strategy = &scenario.strategies[plan.strategy];
    let all = tours(scenario, &strategy.setup, &plan.pattern);
    let one_each: Vec<(Tour, u32)> = all.iter().map(|tour| (tour.clone(), 1)).collect();
    // The reader of scenarios makes calendars of all tours, with breaks and clock changes.
    let groups = plan.pattern.groups();
    let fillings = fillings(scenario, plan.strategy, groups, &one_each);
    let text = text(scenario, &fillings, "", &str::to_owned);
    let Some(mut catalogue) = text.and_then(|text| read(&text)) else {
        unreachable!("shifts are written as the scenario's reader reads them");
    };
    catalogue.run = scenario.run.clone();
    open_as_today(
        &mut catalogue.strategies[plan.strategy].setup,
        &strategy.setup,
    );
    let strategy = &catalogue.strategies[plan.strategy];
    let setup = &strategy.setup;
    let groups = plan.pattern.groups();
    let kinds: Vec<(GroupId, Vec<ShiftKind>)> = groups
        .map(|group| {
            let today = &scenario.strategies[plan.strategy].setup;
            (group, kinds(scenario, today, group))
        })
        .collect();
    let candidates = candidates(all, &kinds, setup, &plan.pattern);
    let needs: Vec<f64> = plan
        .pattern
        .slots()
        .iter()
        .zip(&plan.counts)
        .map(|(slot, count)| f64::from(*count) / plan.available(scenario, slot.group))
        .collect();
    let of = |group: GroupId| {
        let own = kinds.iter().find(|(other, _)| *other == group);
        own.map_or_else(Vec::new, |(_, kinds)| kinds.clone())
    };
    let covered = match cover(&candidates, &needs, of) {
        Ok(covered) => covered,
        Err(Uncoverable::Slots(slots)) => return Ok(Rostered::Unreached(slots)),
        Err(Uncoverable::Limits(groups)) => return Ok(Rostered::TooFew(groups)),
    };
    let shifts = Shifts {
        candidates: &candidates,
        kinds,
    };
    let asking = Asking(watch);
    let stage = Stage {
        scenario: &catalogue,
        strategy,
        staffing: &shifts,
        first: 0,
        replications: plan.replications,
        progress: &asking,
        week: plan.pattern.week(),
    };
    let interval = scenario.run.interval;
    let (posts, start) = manned(plan, &shifts, setup, interval, covered.counts);
    let mut search = Search::new(stage, watch, plan.clauses.clone(), posts);
    let settled = settle(&mut search, |search| {
        match search.repair(start.clone())? {
            Ok(found) => search.improve(found),
            Err(missed) => Ok(Ended::Hopeless(missed)),
        }
    })?;
    let settled = match settled {
        Ok(settled) => settled,
        Err(missed) => return Ok(Rostered::Hopeless(missed)),
    };
    let counts: &Counts = &settled.counts;
    let hires = match search.hires(counts, &candidates) {
        Err(Stopped::Interrupted) => Vec::new(),
        hires => hires?,
    };
    let mut at_work = vec![0.0; plan.pattern.slots().len()];
    for (one, count) in candidates.iter().zip(counts) {
        for (slot, share) in &one.covers {
            at_work[*slot] += share * f64::from(*count);
        }
    }
    Ok(Rostered::Roster(Box::new(Roster {
        strategy: plan.strategy,
        groups: plan.pattern.groups().collect(),
        cost: shifts.cost(counts),
        covering: covered.cost,
        bound: covered.bound,
        minimal: settled.minimal,
        assumed: candidates.iter().any(|one| one.tour.kind == ASSUMED)
            && scenario.terms.shifts.is_empty(),
        replications: settled.replications,
        verified: settled.verified,
        hires,
        at_work,
        tours: candidates
            .iter()
            .zip(counts)
            .filter(|(_, count)| **count > 0)
            .map(|(one, count)| (one.tour.clone(), *count, one.hours))
            .collect(),
    })))
}

/// Who may be there whenever a plan says that somebody has to be, as candidates; and the people, with more of them where nobody is.
/// Where nobody is allowed to be there, nobody has to.
fn manned(
    plan: &Plan,
    shifts: &Shifts,
    setup: &Setup,
    interval: Span,
    mut counts: Counts,
) -> (Vec<Vec<usize>>, Counts) {
    let candidates = shifts.candidates;
    let mut posts = BTreeSet::new();
    for post in &plan.posts {
        let covers = |one: &Candidate| one.covers.iter().any(|(slot, _)| post.contains(slot));
        let start = plan.pattern.slots()[post[0]].start;
        let mut at = start;
        while at < start + interval - Span((start - Time::ZERO).0 % interval.0) {
            let there = candidates.iter().enumerate();
            let there = there.filter(|(_, one)| covers(one) && one.planned(setup).is_open(at));
            posts.insert(there.map(|(place, _)| place).collect::<Vec<_>>());
            at = at + EVERY;
        }
    }
    loop {
        let empty = |post: &&Vec<usize>| post.iter().all(|place| counts[*place] == 0);
        let mut of_use = vec![0; candidates.len()];
        for place in posts.iter().filter(empty).flatten() {
            of_use[*place] += 1;
        }
        let may = |place: &usize| of_use[*place] > 0 && shifts.allows(&with(&counts, *place, 1));
        let most = (0..candidates.len()).filter(may);
        let Some(place) = most.max_by_key(|place| (of_use[*place], Reverse(*place))) else {
            break;
        };
        counts[place] += 1;
    }
    posts.retain(|post| post.iter().any(|place| counts[*place] > 0));
    (posts.into_iter().collect(), counts)
}

impl Search<'_> {
    /// Who would help most for what they cost, and by how much: played with customers that the search has not met.
    fn hires(&mut self, counts: &[u32], candidates: &[Candidate]) -> Result<Vec<Hire>, Stopped> {
        self.stage.first = self.stage.replications;
        let (replications, targets) = (self.stage.replications, self.binding.len());
        let share = |trial: &Trial, target| trial.share(target, replications).unwrap_or(0.0);
        let before = self.stage.try_one(counts)?;
        let hire = |(place, trial): (usize, Trial)| {
            let one = &candidates[place];
            let gain = |target| share(&trial, target) - share(&before, target);
            Hire {
                tour: one.tour.clone(),
                cost: one.cost,
                gains: (0..targets).map(gain).collect(),
            }
        };
        let mut hires: Vec<Hire> = self.helpers(counts)?.into_iter().map(hire).collect();
        let worth = |hire: &Hire| hire.gains.iter().sum::<f64>() / hire.cost;
        hires.retain(|hire| worth(hire) > 0.0);
        hires.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        Ok(hires)
    }
}

/// The scenario's text with rosters in it; `file` tells how a file that it names is called from where the text will stand.
pub fn with_rosters(
    scenario: &Scenario,
    rosters: &[Roster],
    file: &dyn Fn(&str) -> String,
) -> Option<String> {
    let mut all = Vec::new();
    for roster in rosters {
        let tours: Vec<(Tour, u32)> = roster
            .tours
            .iter()
            .map(|(tour, count, _)| (tour.clone(), *count))
            .collect();
        all.extend(fillings(
            scenario,
            roster.strategy,
            roster.groups.iter().copied(),
            &tours,
        ));
    }
    let title = format!("{} (planned)", scenario.title);
    text(scenario, &all, &title, file)
}

fn text(
    scenario: &Scenario,
    fillings: &[Filling],
    title: &str,
    file: &dyn Fn(&str) -> String,
) -> Option<String> {
    // It was read before, so it can be read again.
    filled(&scenario.text, &scenario.overrides, fillings, title, file).ok()
}

/// Tours as they are written, by group. Nobody works on the dates on which the group is closed today.
fn fillings(
    scenario: &Scenario,
    strategy: usize,
    groups: impl Iterator<Item = GroupId>,
    tours: &[(Tour, u32)],
) -> Vec<Filling> {
    let setup = &scenario.strategies[strategy].setup;
    let filling = |group: GroupId| {
        let own = tours.iter().filter(|(tour, _)| tour.group == group);
        Filling {
            strategy: scenario.strategies[strategy].name.clone(),
            group: scenario.names.agents[group.index()].clone(),
            shifts: own
                .map(|(tour, count)| (tour.hours.clone(), *count))
                .collect(),
            closed: setup.agents[group.index()].closed.clone(),
        }
    };
    groups.map(filling).collect()
}

/// Business hours stay what they are today: otherwise all shifts that are possible would count as open.
fn open_as_today(setup: &mut Setup, today: &Setup) {
    for (channel, business) in today.business.iter().enumerate() {
        setup.calendars.push(today.calendar(*business).clone());
        setup.business[channel] = crate::id::CalendarId::from(setup.calendars.len() - 1);
    }
}
