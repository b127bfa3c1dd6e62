//! The search: from a plan that follows the load down to one from which nobody can be taken away.
//!
//! Targets are constraints that only simulation can evaluate, all plans against the same customers (common random numbers):
//! the staffing problem of Atlason, Epelman and Henderson (Annals of Operations Research 127, 2004) and of Cezik and L'Ecuyer
//! (Management Science 54, 2008). As there, the effect of an agent is the difference that taking one away makes
//! (a forward-difference subgradient). Here the plan then goes down along it, rather than along cuts of a master program.

use std::collections::HashSet;

use super::Watch;
use super::exchange::{Step, steps};
use super::pattern::{Counts, Pattern, Slot};
use super::stage::{Stage, Trial};
use crate::experiment::Stopped;
use crate::id::GroupId;
use crate::metric::{Grid, Outcome, Scope};
use crate::time::Span;

/// Staffing that goes up and down with the load.
#[derive(Clone, Debug)]
struct Course {
    /// By slot: what is multiplied.
    rule: Vec<f64>,
    /// By slot: never more than these.
    most: Counts,
}

impl Course {
    /// A multiple, rounded up.
    fn times(&self, factor: f64) -> Counts {
        let each = self.rule.iter().zip(&self.most);
        each.map(|(rule, most)| ((factor * rule).ceil() as u32).min(*most))
            .collect()
    }

    /// With more or fewer of a group.
    fn with(&self, slots: &[Slot], group: GroupId, factor: f64) -> Course {
        let each = self.rule.iter().zip(slots);
        let rule = each.map(|(rule, slot)| match slot.group == group {
            true => rule * factor,
            false => *rule,
        });
        Course {
            rule: rule.collect(),
            most: self.most.clone(),
        }
    }
}

/// A plan that keeps all promises.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) counts: Counts,
    /// By how much each target is met, at the low end of its interval.
    pub(super) slacks: Vec<f64>,
    pub(super) cost: f64,
    /// What became of the promises.
    trial: Trial,
}

/// How a search ended.
pub(super) enum Ended {
    /// Nobody can be taken away.
    Minimal(Found),
    /// Somebody stopped it; the best plan so far.
    Stopped(Found),
    /// However many agents are planned, these targets are missed, by position.
    Hopeless(Vec<usize>),
}

/// How sure a descent is that nobody more can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Everybody who is left was asked about in all replications.
    Full,
    /// In few.
    Estimate,
}

/// Where there are many slots, so often agents are taken away in an order that was found before.
const ROUNDS: usize = 6;

/// More than so many agents of a group are never enough.
const MOST: u32 = 100_000;

/// Where twice the agents bring no promise closer by this share, more of them will not keep it.
const VAIN: f64 = 1e-3;

/// Plans are first compared over one in so many replications, but over no fewer than [`SCREEN`].
const SCREENED: u32 = 4;
const SCREEN: u32 = 5;

/// The staffing that follows the load is found to this share of itself.
const FINE: f64 = 1.0 / 64.0;

/// So much more of one group is tried first.
const MIXED: f64 = 0.5;

/// Another mix of groups is taken if it is cheaper by this share.
const WORTH: f64 = 1.0 / 512.0;

/// A plan that a change makes too small is tried with so much more, again and again.
const STEP: f64 = 0.125;

/// More than so many times as much is not tried.
const FAR: f64 = 10.0;

/// Exchanges are tried where there are at most so many slots.
const FEW: usize = 60;

/// Agents are moved where there are at most so many slots: with more it costs many times what all else does, for 1 % or less.
const VERY_FEW: usize = 12;

/// Agents are moved so often before one fewer is given up.
const MOVES: usize = 20;

/// Exchanges begin with so many of the most helpful agents.
const HELPERS: usize = 4;

pub(super) struct Search<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) watch: &'a dyn Watch,
    pub(super) confidence: f64,
    /// How many plans were tried.
    pub(super) tried: usize,
    /// By target: whether it is about anybody while there are agents in plenty. If not, no plan can keep or break it.
    pub(super) judged: Vec<bool>,
    /// By target: without how many of the agents of the last plan that was asked about in full it is missed.
    pub(super) binding: Vec<u32>,
    /// By slot: one where there is work. Nobody there would close the desk, and who is turned away breaks no promise.
    pub(super) least: Vec<u32>,
}

impl<'a> Search<'a> {
    /// Nothing was tried yet. `judged` are the targets that are about anybody, `least` is how many stay in each slot.
    pub(super) fn new(
        stage: Stage<'a>,
        watch: &'a dyn Watch,
        judged: Vec<bool>,
        least: Vec<u32>,
    ) -> Search<'a> {
        Search {
            confidence: stage.scenario.run.confidence,
            binding: vec![0; judged.len()],
            stage,
            watch,
            tried: 0,
            judged,
            least,
        }
    }

    /// Searches from the load.
    pub(super) fn run(&mut self, pattern: &Pattern) -> Result<Ended, Stopped> {
        let ample = match self.ample(pattern)? {
            Ok(ample) => ample,
            Err(missed) => return Ok(Ended::Hopeless(missed)),
        };
        let start = self.follow_the_load(pattern, ample)?;
        self.improve(start)
    }

    /// Makes a plan cheaper as long as that is possible.
    pub(super) fn improve(&mut self, start: Found) -> Result<Ended, Stopped> {
        let mut best = start;
        loop {
            let descended = self.descend(&mut best, Effort::Full);
            let cheaper = descended.and_then(|()| {
                if let Some(cheaper) = self.tighten(&best)? {
                    return Ok(Some(cheaper));
                }
                match self.exchange_many(&best)? {
                    None => self.exchange(&best),
                    cheaper => Ok(cheaper),
                }
            });
            match cheaper {
                Ok(Some(cheaper)) => best = cheaper,
                Ok(None) => return Ok(Ended::Minimal(best)),
                Err(Stopped::Interrupted) => return Ok(Ended::Stopped(best)),
                Err(stuck) => return Err(stuck),
            }
        }
    }

    /// Adds agents to a plan that misses targets, always the one that helps most for what it costs.
    ///
    /// What comes back in vain are the targets that are still missed when no agent helps.
    pub(super) fn repair(&mut self, counts: Counts) -> Result<Result<Found, Vec<usize>>, Stopped> {
        let mut at = self.try_one(counts)?;
        while !at.keeps() {
            let plans = self.one_more(&at.counts);
            let tried = self.screen(&at, plans)?;
            let gain = |found: &Found| {
                let each = found.slacks.iter().zip(&at.slacks);
                let gains = each.map(|(new, old)| new.min(0.0) - old.min(0.0));
                gains.sum::<f64>() / (found.cost - at.cost).max(f64::MIN_POSITIVE)
            };
            let better = tried.into_iter().filter(|found| gain(found) > 0.0);
            let Some(next) = better.max_by(|a, b| gain(a).total_cmp(&gain(b))) else {
                return Ok(Err(at.missed()));
            };
            at = self.try_one(next.counts)?;
        }
        Ok(Ok(at))
    }

    /// The plan for a changed world, from one that was right before the change: more of it all until the targets are met, and
    /// down from there. Nothing where many times as many agents do not do it.
    ///
    /// In few slots everybody is asked about anew, in many agents go in the given order of slots.
    pub(super) fn adapt(
        &mut self,
        counts: &[u32],
        order: &[usize],
    ) -> Result<Option<Found>, Stopped> {
        let at = self.try_one(counts.to_vec())?;
        let mut found = at;
        if !found.keeps() {
            let course = Course {
                rule: counts.iter().map(|count| f64::from(*count)).collect(),
                most: vec![MOST; counts.len()],
            };
            let (mut low, mut high) = (1.0, 1.0 + STEP);
            found = loop {
                let found = self.try_one(course.times(high))?;
                if found.keeps() {
                    break found;
                }
                if high > FAR {
                    return Ok(None);
                }
                (low, high) = (high, high * (1.0 + STEP));
            };
            found = self.between(&course, low, high, found)?;
        }
        if counts.len() <= FEW {
            self.descend(&mut found, Effort::Estimate)?;
            return Ok(Some(found));
        }
        let mut order = order.to_vec();
        for _ in 0..ROUNDS {
            let places = self.places(&found.counts, |_| true);
            order.retain(|slot| places.contains(slot));
            match self.take_together(&found, &order)? {
                Some(cheaper) => found = cheaper,
                // The first of them is needed.
                None => drop(order.drain(..order.len().min(1))),
            }
        }
        Ok(Some(found))
    }

    /// The slots of a plan, those first whose agents are missed least for what they cost.
    pub(super) fn order(&mut self, counts: &[u32]) -> Result<Vec<usize>, Stopped> {
        let at = self.try_one(counts.to_vec())?;
        let mut less = self.one_less(&at)?;
        less.sort_by(|a, b| price(&at, &b.1).total_cmp(&price(&at, &a.1)));
        Ok(less.into_iter().map(|(slot, _)| slot).collect())
    }

    /// The few that help a plan most for what one more of them costs, and what becomes of the targets with each.
    pub(super) fn helpers(&mut self, counts: &[u32]) -> Result<Vec<(usize, Trial)>, Stopped> {
        let at = self.try_one(counts.to_vec())?;
        let mut helped = self.screen(&at, self.one_more(counts))?;
        helped.sort_by(|a, b| help(&at, b).total_cmp(&help(&at, a)));
        helped.truncate(HELPERS - 1);
        let mut helpers = Vec::new();
        for found in self.try_all(helped.into_iter().map(|found| found.counts).collect())? {
            let place = (0..counts.len()).find(|slot| found.counts[*slot] > counts[*slot]);
            helpers.extend(place.map(|place| (place, found.trial)));
        }
        Ok(helpers)
    }

    /// So many agents everywhere that all targets are met; or which of them even that misses.
    fn ample(&mut self, pattern: &Pattern) -> Result<Result<Found, Vec<usize>>, Stopped> {
        let rostered = pattern.rostered(&self.stage.strategy.setup);
        let mut each = rostered.iter().copied().max().unwrap_or(1).max(1);
        let mut before: Option<Found> = None;
        loop {
            let found = self.try_one(vec![each; rostered.len()])?;
            for (target, judged) in self.judged.iter_mut().enumerate() {
                *judged = found.trial.is_about_anybody(target);
            }
            let found = self.found(found.counts, found.trial);
            if found.keeps() {
                return Ok(Ok(found));
            }
            let closer = before.is_none_or(|before| {
                let mut gains = found.slacks.iter().zip(&before.slacks);
                gains.any(|(now, before)| *now < 0.0 && now - before > VAIN)
            });
            if !closer || each >= MOST {
                return Ok(Err(found.missed()));
            }
            before = Some(found);
            each = each.saturating_mul(2);
        }
    }

    /// The least multiple of the load and its square root that keeps all promises (the square-root rule: Halfin and Whitt,
    /// Operations Research 29, 1981), in the cheapest mix of groups. The load is who is at work while there are agents in plenty.
    fn follow_the_load(&mut self, pattern: &Pattern, ample: Found) -> Result<Found, Stopped> {
        let load = self.load(pattern, &ample.counts)?;
        self.least = load.iter().map(|load| u32::from(*load > 0.0)).collect();
        let mut course = Course {
            rule: load.iter().map(|load| load + load.sqrt()).collect(),
            most: ample.counts.clone(),
        };
        let best = self.least_multiple(&course, ample)?;
        self.mix(pattern, &mut course, best)
    }

    /// The least multiple of a course that keeps all promises.
    fn least_multiple(&mut self, course: &Course, ample: Found) -> Result<Found, Stopped> {
        let (mut low, mut high) = (0.0, 1.0);
        let best = loop {
            let counts = course.times(high);
            let all = counts == course.most;
            let found = self.try_one(counts)?;
            if found.keeps() {
                break found;
            }
            if all || high > 1e6 {
                return Ok(ample);
            }
            (low, high) = (high, high * 2.0);
        };
        self.between(course, low, high, best)
    }

    /// The least multiple between one that does not keep all promises and one that does.
    fn between(
        &mut self,
        course: &Course,
        mut low: f64,
        mut high: f64,
        mut best: Found,
    ) -> Result<Found, Stopped> {
        // One agent wherever there is work is the least, however small the multiple.
        let least = course.times(f64::MIN_POSITIVE);
        while high - low > FINE * high && best.counts != least {
            let middle = (low + high) / 2.0;
            let found = self.try_one(course.times(middle))?;
            if found.keeps() {
                (high, best) = (middle, found);
            } else {
                low = middle;
            }
        }
        Ok(best)
    }

    /// More of one group and fewer of all others, as long as that is cheaper.
    ///
    /// Where groups help each other out, many of one may do what some more of another do. One agent at a time does not get
    /// there: the next plan that is cheaper may be many exchanges away.
    fn mix(
        &mut self,
        pattern: &Pattern,
        course: &mut Course,
        mut best: Found,
    ) -> Result<Found, Stopped> {
        let slots = pattern.slots();
        let mut groups: Vec<GroupId> = slots.iter().map(|slot| slot.group).collect();
        groups.dedup();
        let mut by = MIXED;
        while by > FINE {
            let before = best.cost;
            // More of the first is fewer of all others.
            for group in groups.iter().skip(1) {
                for factor in [1.0 + by, 1.0 / (1.0 + by)] {
                    let turned = course.with(slots, *group, factor);
                    if let Some(cheaper) = self.cheaper(&turned, &best)? {
                        (*course, best) = (turned, cheaper);
                    }
                }
            }
            if best.cost == before {
                by /= 2.0;
            }
            self.told(best.cost);
        }
        Ok(best)
    }

    /// The least multiple of a course that keeps all promises, if it is cheaper than a plan.
    fn cheaper(&mut self, course: &Course, than: &Found) -> Result<Option<Found>, Stopped> {
        let staffing = self.stage.staffing;
        let below = |factor: f64| staffing.cost(&course.times(factor)) < than.cost * (1.0 - WORTH);
        if !below(f64::MIN_POSITIVE) {
            return Ok(None);
        }
        let mut high = 1.0;
        while below(high) && high < 1e6 {
            high *= 2.0;
        }
        let mut low = 0.0;
        while high - low > FINE / 8.0 * high {
            let middle = (low + high) / 2.0;
            match below(middle) {
                true => low = middle,
                false => high = middle,
            }
        }
        let found = self.try_one(course.times(low))?;
        if !found.keeps() {
            return Ok(None);
        }
        self.between(course, 0.0, low, found).map(Some)
    }

    /// Agents at work in each slot, on average over the times it comes and the replications.
    fn load(&self, pattern: &Pattern, counts: &[u32]) -> Result<Vec<f64>, Stopped> {
        let setup = &self.stage.strategy.setup;
        let interval = self.stage.scenario.run.interval;
        let grid = Grid::new(setup, interval);
        let slots = pattern.by_interval(interval, setup.length);
        let busy = |outcome: Outcome| -> Vec<Vec<f64>> {
            let of = |group: GroupId| {
                let crew = outcome
                    .by_interval()
                    .and_then(|told| told.crew(Scope::Agents(group)));
                let area = |course: &crate::metric::CrewCourse| {
                    course.busy.area as f64 / interval.0 as f64
                };
                crew.unwrap_or_default().iter().map(area).collect()
            };
            slots.iter().map(|(group, _)| of(*group)).collect()
        };
        let told = self.stage.play(counts, Some(&grid), busy)?;
        let mut sums = vec![(0.0, 0u32); counts.len()];
        for replication in &told {
            for ((_, slots), busy) in slots.iter().zip(replication) {
                for (bin, (slot, busy)) in slots.iter().zip(busy).enumerate() {
                    let counted = grid.counted(bin) > Span::ZERO;
                    if let Some(slot) = slot.filter(|_| counted) {
                        sums[slot].0 += busy;
                        sums[slot].1 += 1;
                    }
                }
            }
        }
        let mean = |(sum, times): &(f64, u32)| sum / f64::from((*times).max(1));
        Ok(sums.iter().map(mean).collect())
    }

    /// Takes agents away, those first that are missed least for what they cost, until each one left is needed.
    ///
    /// Who is needed is first estimated from few replications; the plan that is left is asked about everybody in full.
    fn descend(&mut self, best: &mut Found, effort: Effort) -> Result<(), Stopped> {
        let mut needed = vec![false; best.counts.len()];
        loop {
            let asked = self.places(&best.counts, |slot| !needed[slot]);
            let last = asked.is_empty();
            if effort == Effort::Estimate && last {
                return Ok(());
            }
            let asked = match last {
                true => self.places(&best.counts, |_| true),
                false => asked,
            };
            let plans = asked.iter().map(|slot| with(&best.counts, *slot, -1));
            let tried = match last {
                true => self.try_all(plans.collect()),
                false => self.screen(best, plans.collect()),
            }?;
            if last {
                self.binding = binding(&tried, self.judged.len());
            }
            let spare = spared(best, &asked, &tried, &mut needed);
            if spare.is_empty() && last {
                return Ok(());
            }
            let mut cheaper = self.take_together(best, &spare)?;
            if cheaper.is_none() && !last {
                // The estimate is too kind to the first of them, so perhaps to all.
                let plans = spare.iter().map(|slot| with(&best.counts, *slot, -1));
                let tried = self.try_all(plans.collect())?;
                let spare = spared(best, &spare, &tried, &mut needed);
                cheaper = self.take_together(best, &spare)?;
            }
            if let Some(cheaper) = cheaper {
                *best = cheaper;
            }
            self.told(best.cost);
        }
    }

    /// Takes one agent from as many of these slots, from the first on, as can be spared together.
    fn take_together(&mut self, from: &Found, slots: &[usize]) -> Result<Option<Found>, Stopped> {
        let without = |count: usize| {
            let taken = |counts: Counts, slot: &usize| with(&counts, *slot, -1);
            slots[..count].iter().fold(from.counts.clone(), taken)
        };
        let (mut low, mut high) = (0, slots.len() + 1);
        let mut best = None;
        let mut next = slots.len();
        while high - low > 1 {
            let found = self.try_one(without(next))?;
            if found.keeps() {
                (low, best) = (next, Some(found));
            } else {
                high = next;
            }
            next = (low + high) / 2;
        }
        Ok(best)
    }

    /// Takes away the agent who is missed least and moves others, one at a time, to where they help most, until all promises are
    /// kept again; a cheaper plan, if that succeeds.
    ///
    /// The best move is made even where it does not help, but no plan is come back to (tabu search: Glover, ORSA Journal on
    /// Computing 1, 1989): where groups help each other out, plans of the same worth lie along a valley with humps in it.
    fn tighten(&mut self, best: &Found) -> Result<Option<Found>, Stopped> {
        if best.counts.len() > VERY_FEW {
            return Ok(None);
        }
        let less = self.one_less(best)?;
        let Some(first) = less
            .into_iter()
            .max_by(|a, b| a.1.least().total_cmp(&b.1.least()))
        else {
            return Ok(None);
        };
        let mut at = self.try_one(first.1.counts)?;
        let mut seen: HashSet<Counts> = HashSet::new();
        for _ in 0..MOVES {
            if at.keeps() {
                self.told(at.cost);
                return Ok(Some(at));
            }
            let less = self.one_less(&at)?;
            let more = self.screen(&at, self.one_more(&at.counts))?;
            // What two changes do together is about what each does alone.
            let mut moves: Vec<(f64, Counts)> = Vec::new();
            for (from, fewer) in &less {
                for helped in &more {
                    let each = fewer.slacks.iter().zip(&helped.slacks).zip(&at.slacks);
                    let slacks = each.map(|((fewer, helped), now)| fewer + helped - now);
                    let least = slacks.fold(f64::INFINITY, f64::min);
                    let cost = fewer.cost + helped.cost - 2.0 * at.cost;
                    let mut counts = helped.counts.clone();
                    counts[*from] = counts[*from].saturating_sub(1);
                    let moved = counts != at.counts && cost <= 1e-9 * at.cost;
                    if moved && self.stage.staffing.allows(&counts) && !seen.contains(&counts) {
                        moves.push((least, counts));
                    }
                }
            }
            moves.sort_by(|a, b| b.0.total_cmp(&a.0));
            moves.truncate(HELPERS);
            let tried = self.try_all(moves.into_iter().map(|(_, counts)| counts).collect())?;
            seen.extend(tried.iter().map(|found| found.counts.clone()));
            let next = tried.into_iter();
            match next.max_by(|a, b| a.least().total_cmp(&b.least())) {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Plans with one agent fewer, by the slot that loses one, as estimated from few replications.
    fn one_less(&mut self, at: &Found) -> Result<Vec<(usize, Found)>, Stopped> {
        let slots = self.places(&at.counts, |_| true);
        let plans = slots.iter().map(|slot| with(&at.counts, *slot, -1));
        let screened = self.screen(at, plans.collect())?;
        Ok(slots.into_iter().zip(screened).collect())
    }

    /// Takes agents away and adds others, many at once: those that save most, were the effects of each to add up (the linear
    /// program over simulated differences of Cezik and L'Ecuyer). As they do not quite, it is asked for more slack until all
    /// promises are kept; a cheaper plan, if that gives one.
    fn exchange_many(&mut self, best: &Found) -> Result<Option<Found>, Stopped> {
        if best.counts.len() > FEW {
            return Ok(None);
        }
        let places = self.places(&best.counts, |_| true);
        let fewer = places.iter().map(|slot| with(&best.counts, *slot, -1));
        let mut plans: Vec<Counts> = fewer.collect();
        plans.extend(self.one_more(&best.counts));
        let tried = self.try_all(plans)?;
        let step = |found: &Found| {
            let by = |slot: usize| i64::from(found.counts[slot]) - i64::from(best.counts[slot]);
            let slot = (0..best.counts.len()).find(|slot| by(*slot) != 0)?;
            let slacks = found.slacks.iter().zip(&best.slacks);
            Some(Step {
                slot,
                by: by(slot),
                cost: found.cost - best.cost,
                slack: slacks.map(|(after, before)| after - before).collect(),
            })
        };
        let all: Vec<Step> = tried.iter().filter_map(step).collect();
        let mut slacks = best.slacks.clone();
        for _ in 0..HELPERS {
            let chosen = steps(&all, &slacks);
            let changed = |counts: Counts, step: &&Step| with(&counts, step.slot, step.by);
            let counts = chosen.iter().fold(best.counts.clone(), changed);
            if self.stage.staffing.cost(&counts) >= best.cost * (1.0 - 1e-9) {
                return Ok(None);
            }
            let found = self.try_one(counts)?;
            if found.keeps() {
                self.told(found.cost);
                return Ok(Some(found));
            }
            // By how much more than all together they lose when they go one by one, they may lose less.
            for (target, slack) in slacks.iter_mut().enumerate() {
                let sum: f64 = chosen.iter().map(|step| step.slack[target]).sum();
                let less = best.slacks[target] + sum - found.slacks[target];
                *slack -= if found.slacks[target] < 0.0 {
                    less.max(0.0)
                } else {
                    0.0
                };
            }
        }
        Ok(None)
    }

    /// Adds one agent where that helps most and takes others for it; a cheaper plan, if that gives one.
    fn exchange(&mut self, best: &Found) -> Result<Option<Found>, Stopped> {
        if best.counts.len() > FEW {
            return Ok(None);
        }
        let mut helped = self.screen(best, self.one_more(&best.counts))?;
        helped.sort_by(|a, b| help(best, b).total_cmp(&help(best, a)));
        for helper in helped.into_iter().take(HELPERS) {
            let mut at = self.try_one(helper.counts)?;
            loop {
                // Not the one just added, or nothing would be gained.
                let slots = self.places(&at.counts, |slot| at.counts[slot] <= best.counts[slot]);
                let plans = slots
                    .iter()
                    .map(|slot| with(&at.counts, *slot, -1))
                    .collect();
                let mut spared = self.screen(&at, plans)?;
                spared.retain(Found::keeps);
                spared.sort_by(|a, b| price(&at, b).total_cmp(&price(&at, a)));
                let mut next = None;
                for spared in spared.into_iter().take(HELPERS) {
                    let found = self.try_one(spared.counts)?;
                    if found.keeps() {
                        next = Some(found);
                        break;
                    }
                }
                match next {
                    Some(next) => at = next,
                    None => break,
                }
            }
            // Sums of the same prices in another order are equal but for their last digits.
            if at.cost < best.cost * (1.0 - 1e-9) {
                self.told(at.cost);
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// What plans near another would come to, estimated from few replications: as far from its slacks as their shares are
    /// from its in those replications. They meet the same customers, so most of the luck falls out.
    fn screen(&mut self, near: &Found, plans: Vec<Counts>) -> Result<Vec<Found>, Stopped> {
        let few = (self.stage.replications / SCREENED).max(SCREEN);
        if few >= self.stage.replications {
            return self.try_all(plans);
        }
        let stage = Stage {
            replications: few,
            ..self.stage
        };
        let trials = stage.try_all(&plans)?;
        self.count(plans.len());
        let estimate = |(counts, trial): (Counts, Trial)| {
            let shares = (0..near.slacks.len()).map(|target| {
                let (now, before) = (trial.share(target, few), near.trial.share(target, few));
                now.zip(before).map_or(0.0, |(now, before)| now - before)
            });
            Found {
                slacks: near
                    .slacks
                    .iter()
                    .zip(shares)
                    .map(|(slack, by)| slack + by)
                    .collect(),
                cost: self.stage.staffing.cost(&counts),
                counts,
                trial,
            }
        };
        Ok(plans.into_iter().zip(trials).map(estimate).collect())
    }

    /// The slots that have somebody to take away and of which something is true.
    fn places(&self, counts: &[u32], holds: impl Fn(usize) -> bool) -> Vec<usize> {
        let somebody = |slot: &usize| {
            let fewer = || self.stage.staffing.allows(&with(counts, *slot, -1));
            counts[*slot] > self.least[*slot] && holds(*slot) && fewer()
        };
        (0..counts.len()).filter(somebody).collect()
    }

    /// Plans with one agent more, where that is allowed.
    fn one_more(&self, counts: &[u32]) -> Vec<Counts> {
        let plans = (0..counts.len()).map(|slot| with(counts, slot, 1));
        plans
            .filter(|plan| self.stage.staffing.allows(plan))
            .collect()
    }

    fn try_one(&mut self, counts: Counts) -> Result<Found, Stopped> {
        let trial = self.stage.try_one(&counts)?;
        self.count(1);
        Ok(self.found(counts, trial))
    }

    fn try_all(&mut self, plans: Vec<Counts>) -> Result<Vec<Found>, Stopped> {
        let trials = self.stage.try_all(&plans)?;
        self.count(plans.len());
        let found = plans.into_iter().zip(trials);
        Ok(found
            .map(|(counts, trial)| self.found(counts, trial))
            .collect())
    }

    fn count(&mut self, plans: usize) {
        self.tried += plans;
        self.watch.tried(self.tried, None);
    }

    fn told(&self, cost: f64) {
        self.watch.tried(self.tried, Some(cost));
    }

    fn found(&self, counts: Counts, trial: Trial) -> Found {
        let mut slacks = trial.slacks(&self.stage.strategy.setup, self.confidence);
        for (slack, judged) in slacks.iter_mut().zip(&self.judged) {
            *slack = if *judged { *slack } else { 0.0 };
        }
        Found {
            slacks,
            cost: self.stage.staffing.cost(&counts),
            counts,
            trial,
        }
    }
}

impl Found {
    /// The slack of the target that has the least.
    fn least(&self) -> f64 {
        self.slacks.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Whether all targets are met with the confidence asked for.
    pub(super) fn keeps(&self) -> bool {
        self.slacks.iter().all(|slack| *slack >= 0.0)
    }

    /// The targets that are missed, by position.
    fn missed(&self) -> Vec<usize> {
        let targets = 0..self.slacks.len();
        targets
            .filter(|target| self.slacks[*target] < 0.0)
            .collect()
    }
}

/// The slots from which an agent can be spared, those first who are missed least for what they cost; marks the others.
fn spared(best: &Found, asked: &[usize], tried: &[Found], needed: &mut [bool]) -> Vec<usize> {
    let mut spare: Vec<(f64, usize)> = Vec::new();
    for (slot, found) in asked.iter().zip(tried) {
        needed[*slot] = !found.keeps();
        if found.keeps() {
            spare.push((price(best, found), *slot));
        }
    }
    spare.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    spare.into_iter().map(|(_, slot)| slot).collect()
}

/// By target: how many plans miss it.
fn binding(plans: &[Found], targets: usize) -> Vec<u32> {
    let missing = |target: usize| {
        let missing = plans.iter().filter(|plan| plan.slacks[target] < 0.0);
        missing.count() as u32
    };
    (0..targets).map(missing).collect()
}

/// What is saved for each part of the slack that is lost, weighed by how little of it there is.
fn price(from: &Found, to: &Found) -> f64 {
    let each = from.slacks.iter().zip(&to.slacks);
    let lost = each.map(|(before, after)| (before - after).max(0.0) / before.max(1e-3));
    (from.cost - to.cost) / lost.sum::<f64>().max(1e-9)
}

/// What is gained where targets are all but missed, for what it costs.
fn help(from: &Found, to: &Found) -> f64 {
    let each = from.slacks.iter().zip(&to.slacks);
    let gained = each.map(|(before, after)| (after - before).max(0.0) / before.max(1e-3));
    gained.sum::<f64>() / (to.cost - from.cost).max(1e-9)
}

/// A plan with one slot changed.
fn with(counts: &[u32], slot: usize, by: i64) -> Counts {
    let mut changed = counts.to_vec();
    changed[slot] = (i64::from(changed[slot]) + by).max(0) as u32;
    changed
}
