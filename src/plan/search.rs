//! The search: from a plan that follows the load down to one from which nobody can be taken away.
//!
//! Targets are constraints that only simulation can evaluate, all plans against the same customers (common random numbers):
//! the staffing problem of Atlason, Epelman and Henderson (Annals of Operations Research 127, 2004) and of Cezik and L'Ecuyer
//! (Management Science 54, 2008). As there, the effect of an agent is the difference that taking one away makes
//! (a forward-difference subgradient). Here the plan then goes down along it, rather than along cuts of a master program.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Watch;
use super::begin::Course;
use super::effect::{Step, help, least, price};
use super::exchange::{steps, swaps};
use super::pattern::{Counts, Pattern};
use super::stage::{Clause, Stage, Trial};
use crate::experiment::Stopped;

/// A plan that keeps all promises.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) counts: Counts,
    /// By how much each clause is kept.
    pub(super) slacks: Vec<f64>,
    pub(super) cost: f64,
    /// What became of the promises.
    pub(super) trial: Trial,
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
pub(super) enum Effort {
    /// Everybody who is left was asked about in all replications.
    Full,
    /// In few.
    Estimate,
}

/// So many exchanges of a few are tried at a time.
const SWAPS: usize = 24;

/// More than so many agents of a group are never enough.
pub(super) const MOST: u32 = 100_000;

/// Plans are first compared over one in so many replications, but over no fewer than [`SCREEN`].
const SCREENED: u32 = 4;
const SCREEN: u32 = 5;

/// Another mix of groups is taken if it is cheaper by this share.
pub(super) const WORTH: f64 = 1.0 / 512.0;

/// A plan that a change makes too small is tried with so much more, again and again.
const STEP: f64 = 0.125;

/// More than so many times as much is not tried.
const FAR: f64 = 10.0;

/// A few are exchanged for each other where there are at most so many slots: with more each exchange saves next to nothing.
const FEW: usize = 60;

/// Agents are moved where there are at most so many slots: with more it costs many times what all else does, for 1 % or less.
const VERY_FEW: usize = 12;

/// Agents are moved so often before one fewer is given up.
const MOVES: usize = 20;

/// So many moves are tried at a time.
const HELPERS: usize = 4;

/// So often a linear program is asked for more slack.
const TRIES: usize = 6;

/// So many are told of whom to hire next.
const HIRED: usize = 3;

pub(super) struct Search<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) watch: &'a dyn Watch,
    pub(super) confidence: f64,
    /// How many plans were tried.
    pub(super) tried: usize,
    /// What a plan has to keep: promises that are about anybody while there are agents in plenty.
    pub(super) clauses: Vec<Clause>,
    /// The cheapest plan that keeps it, for who stops the search before it has come down from the load; nothing before there is any.
    cheapest: Option<Found>,
    /// By target: without how many of the agents of the last plan that was asked about in full it is missed.
    pub(super) binding: Vec<u32>,
    /// At each of these posts some of the slots has somebody: a desk with held customers that nobody is at is closed, and who is
    /// turned away breaks no promise.
    pub(super) posts: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    /// Nothing was tried yet.
    pub(super) fn new(
        stage: Stage<'a>,
        watch: &'a dyn Watch,
        clauses: Vec<Clause>,
        posts: Vec<Vec<usize>>,
    ) -> Search<'a> {
        Search {
            confidence: stage.scenario.run.confidence,
            binding: vec![0; stage.strategy.setup.targets.len()],
            stage,
            watch,
            tried: 0,
            clauses,
            cheapest: None,
            posts,
        }
    }

    /// Searches from the load.
    pub(super) fn run(&mut self, pattern: &Pattern) -> Result<Ended, Stopped> {
        let ample = match self.ample(pattern)? {
            Ok(ample) => ample,
            Err(missed) => return Ok(Ended::Hopeless(missed)),
        };
        self.cheapest = Some(ample.clone());
        match self.follow_the_load(pattern, ample) {
            Ok(start) => self.improve(start),
            Err(Stopped::Interrupted) => match self.cheapest.take() {
                Some(cheapest) => Ok(Ended::Stopped(cheapest)),
                None => Err(Stopped::Interrupted),
            },
            Err(stuck) => Err(stuck),
        }
    }

    /// Makes a plan cheaper as long as that is possible.
    pub(super) fn improve(&mut self, start: Found) -> Result<Ended, Stopped> {
        let mut best = start;
        let minimal = self.rearrange(&mut best);
        match minimal.and_then(|()| self.lessen(&mut best)) {
            Ok(()) => Ok(Ended::Minimal(best)),
            Err(Stopped::Interrupted) => Ok(Ended::Stopped(best)),
            Err(stuck) => Err(stuck),
        }
    }

    /// Takes away all who are not needed, and exchanges a few for each other as long as that lets another one go.
    fn lessen(&mut self, best: &mut Found) -> Result<(), Stopped> {
        let few = best.counts.len() <= FEW;
        loop {
            let fewer = self.descend(best)?;
            if few {
                let more = self.effects(best, &[1])?;
                if let Some(cheaper) = self.swap(best, &fewer, &more)? {
                    *best = cheaper;
                    continue;
                }
            }
            let fewer = self.until_needed(best)?;
            let mut cheaper = self.tighten(best, &fewer)?;
            if cheaper.is_none() && few {
                let more = self.each(best, &[1], Effort::Full, |_| true)?;
                cheaper = self.swap(best, &fewer, &more)?;
            }
            match cheaper {
                Some(cheaper) => *best = cheaper,
                None => return Ok(()),
            }
        }
    }

    /// Adds agents to a plan that misses targets, always the one that helps most for what it costs.
    ///
    /// What comes back in vain are the targets that are still missed when no agent helps.
    pub(super) fn repair(&mut self, counts: Counts) -> Result<Result<Found, Vec<usize>>, Stopped> {
        let mut at = self.try_one(counts)?;
        while !at.keeps() {
            let more = self.each(&at, &[1], Effort::Estimate, |_| true)?;
            let gain = |step: &&Step| {
                let slacks = at.slacks.iter().zip(&step.slack);
                let gains = slacks.map(|(slack, by)| (slack + by).min(0.0) - slack.min(0.0));
                gains.sum::<f64>() / step.cost.max(f64::MIN_POSITIVE)
            };
            let better = more.iter().filter(|step| gain(step) > 0.0);
            let Some(next) = better.max_by(|a, b| gain(a).total_cmp(&gain(b))) else {
                return Ok(Err(self.missed(&at.slacks)));
            };
            at = self.try_one(with(&at.counts, next.slot, next.by))?;
        }
        Ok(Ok(at))
    }

    /// The plan for a changed world, from one that was right before the change: more of it all until the targets are met, and
    /// down from there as long as estimates say so. Nothing where many times as many agents do not do it.
    pub(super) fn adapt(&mut self, counts: &[u32]) -> Result<Option<Found>, Stopped> {
        let mut found = self.try_one(counts.to_vec())?;
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
        self.descend(&mut found)?;
        Ok(Some(found))
    }

    /// The few that help a plan most for what one more of them costs, and what becomes of the targets with each.
    pub(super) fn helpers(&mut self, counts: &[u32]) -> Result<Vec<(usize, Trial)>, Stopped> {
        let at = self.try_one(counts.to_vec())?;
        let mut more = self.each(&at, &[1], Effort::Estimate, |_| true)?;
        more.sort_by(|a, b| help(&at.slacks, b).total_cmp(&help(&at.slacks, a)));
        more.truncate(HIRED);
        let plans = more.iter().map(|step| with(counts, step.slot, step.by));
        let tried = self.try_all(plans.collect())?;
        let each = more.iter().zip(tried);
        Ok(each.map(|(step, found)| (step.slot, found.trial)).collect())
    }

    /// Takes agents away, those first that are missed least for what they cost, as long as few replications say that some can go;
    /// what they say of each who is left.
    fn descend(&mut self, best: &mut Found) -> Result<Vec<Step>, Stopped> {
        loop {
            let fewer = self.effects(best, &[-1])?;
            let spare = spared(best, &fewer);
            match self.take_together(best, &spare)? {
                Some(cheaper) => *best = cheaper,
                None => return Ok(fewer),
            }
            self.told(best.cost);
        }
    }

    /// Takes agents away until each one left was asked about alone, in all replications, and is needed; what each does.
    ///
    /// Who was needed when there were more agents is needed now and is not asked about again.
    fn until_needed(&mut self, best: &mut Found) -> Result<Vec<Step>, Stopped> {
        let mut needed: BTreeMap<usize, Step> = BTreeMap::new();
        loop {
            let asked = |slot: usize| !needed.contains_key(&slot);
            let fewer = self.each(best, &[-1], Effort::Full, asked)?;
            let spare = spared(best, &fewer);
            let Some(cheaper) = self.take_together(best, &spare)? else {
                needed.extend(fewer.into_iter().map(|step| (step.slot, step)));
                let needed: Vec<Step> = needed.into_values().collect();
                self.binding = self.missing(best, &needed);
                return Ok(needed);
            };
            let spare: BTreeSet<usize> = spare.iter().map(|step| step.slot).collect();
            let rest = fewer.into_iter().filter(|step| !spare.contains(&step.slot));
            needed.extend(rest.map(|step| (step.slot, step)));
            *best = cheaper;
            self.told(best.cost);
        }
    }

    /// By target: after how many of these steps some clause of it is not kept.
    fn missing(&self, best: &Found, steps: &[Step]) -> Vec<u32> {
        let mut missing = vec![0; self.binding.len()];
        for step in steps {
            let slacks = best.slacks.iter().zip(&step.slack);
            let left: Vec<f64> = slacks.map(|(slack, by)| slack + by).collect();
            self.missed(&left)
                .into_iter()
                .for_each(|target| missing[target] += 1);
        }
        missing
    }

    /// The targets of clauses without slack, by position.
    pub(super) fn missed(&self, slacks: &[f64]) -> Vec<usize> {
        let clauses = self.clauses.iter().zip(slacks);
        let missed = clauses.filter(|(_, slack)| **slack < 0.0);
        let mut targets: Vec<usize> = missed.map(|(clause, _)| clause.target).collect();
        targets.dedup();
        targets
    }

    /// Whether a plan is allowed, whatever it does for the promises.
    pub(super) fn may(&self, counts: &[u32]) -> bool {
        let somebody = |post: &Vec<usize>| post.iter().any(|slot| counts[*slot] > 0);
        self.posts.iter().all(somebody) && self.stage.staffing.allows(counts)
    }

    /// Takes as many of these steps, from the first on, as can be taken together. At first as many as could be, were their effects to
    /// add up: plans far too small take long to play.
    fn take_together(&mut self, from: &Found, steps: &[&Step]) -> Result<Option<Found>, Stopped> {
        let taken = |search: &Search, count: usize| {
            let mut counts = from.counts.clone();
            for step in &steps[..count] {
                let fewer = with(&counts, step.slot, step.by);
                // Two who may each go alone may not both.
                if search.may(&fewer) {
                    counts = fewer;
                }
            }
            counts
        };
        let keeps = |count: &usize| least(&from.slacks, &steps[..*count]) >= 0.0;
        let (mut low, mut high) = (0, steps.len() + 1);
        let mut next = (1..high).take_while(keeps).last().unwrap_or(1);
        let mut best = None;
        while high - low > 1 {
            let found = self.try_one(taken(self, next))?;
            if found.keeps() {
                (low, best) = (next, Some(found));
            } else {
                high = next;
            }
            next = match high > steps.len() {
                true => (2 * low).min(steps.len()),
                false => (low + high) / 2,
            };
        }
        Ok(best)
    }

    /// Exchanges agents, many at once, at first many in a slot and then fewer, as long as that is cheaper.
    fn rearrange(&mut self, best: &mut Found) -> Result<(), Stopped> {
        let most = best.counts.iter().max().copied().unwrap_or(0);
        let mut reach = (most / 4).max(1).ilog2();
        loop {
            let by: Vec<i64> = (0..=reach)
                .flat_map(|power| [-(1 << power), 1 << power])
                .collect();
            let before = best.cost;
            if let Some(cheaper) = self.exchange_many(best, &by)? {
                *best = cheaper;
            }
            self.told(best.cost);
            if best.cost > before * (1.0 - WORTH) {
                match reach {
                    0 => return Ok(()),
                    _ => reach -= 1,
                }
            }
        }
    }

    /// Takes agents away and adds others, many at once: those that save most, were the effects of each to add up (the linear
    /// program over simulated differences of Cezik and L'Ecuyer). As they do not quite, it is asked for more slack, as little as that
    /// takes for all promises to be kept; and where that leads to nothing, it may take half as many, again and again. A cheaper plan, if
    /// that gives one.
    fn exchange_many(&mut self, best: &Found, by: &[i64]) -> Result<Option<Found>, Stopped> {
        let all = self.effects(best, by)?;
        let mut most = best.counts.len();
        let (mut cheapest, mut first) = (None, None);
        // By how many times what the first plan lost more than its steps alone.
        let (mut low, mut high) = (0.0, 2.0);
        for _ in 0..TRIES {
            let times = if first.is_none() {
                0.0
            } else {
                (low + high) / 2.0
            };
            let lost = |clause: usize| first.as_ref().map_or(0.0, |lost: &Vec<f64>| lost[clause]);
            let slacks = best.slacks.iter().enumerate();
            let slacks: Vec<f64> = slacks
                .map(|(clause, slack)| slack - times * lost(clause))
                .collect();
            let chosen = steps(&all, &slacks, most);
            match self.try_steps(best, &chosen)? {
                Some(found) if found.keeps() => {
                    let cheaper = cheapest
                        .as_ref()
                        .is_none_or(|other: &Found| found.cost < other.cost);
                    cheapest = if cheaper { Some(found) } else { cheapest };
                    high = times;
                }
                Some(found) => {
                    first.get_or_insert_with(|| lacks(best, &chosen, &found));
                    low = times;
                }
                // Nothing cheaper has so much slack.
                None => high = times,
            }
            if high == 0.0 {
                return Ok(cheapest);
            }
        }
        while cheapest.is_none() && most > 2 {
            most /= 2;
            let chosen = steps(&all, &best.slacks, most);
            most = most.min(chosen.len());
            cheapest = self.try_steps(best, &chosen)?.filter(Found::keeps);
        }
        Ok(cheapest)
    }

    /// What becomes of a plan with some steps; nothing if that is not cheaper.
    fn try_steps(&mut self, from: &Found, steps: &[&Step]) -> Result<Option<Found>, Stopped> {
        let changed = |counts: Counts, step: &&Step| with(&counts, step.slot, step.by);
        let mut counts = steps.iter().fold(from.counts.clone(), changed);
        for post in &self.posts {
            // Of those who may each go alone one stays.
            if post.iter().all(|slot| counts[*slot] == 0) {
                counts[post[0]] = 1;
            }
        }
        let cheaper = self.stage.staffing.cost(&counts) < from.cost * (1.0 - 1e-9);
        if cheaper && self.may(&counts) {
            return self.try_one(counts).map(Some);
        }
        Ok(None)
    }

    /// Takes away the agent who is missed least and moves others, one at a time, to where they help most, until all promises are
    /// kept again; a cheaper plan, if that succeeds.
    ///
    /// The best move is made even where it does not help, but no plan is come back to (tabu search: Glover, ORSA Journal on
    /// Computing 1, 1989): where groups help each other out, plans of the same worth lie along a valley with humps in it.
    fn tighten(&mut self, best: &Found, fewer: &[Step]) -> Result<Option<Found>, Stopped> {
        if best.counts.len() > VERY_FEW {
            return Ok(None);
        }
        let left = |step: &Step| least(&best.slacks, &[step]);
        let first = fewer.iter().max_by(|a, b| left(a).total_cmp(&left(b)));
        let Some(first) = first else {
            return Ok(None);
        };
        let mut at = self.try_one(with(&best.counts, first.slot, first.by))?;
        let mut seen: HashSet<Counts> = HashSet::new();
        for _ in 0..MOVES {
            if at.keeps() {
                self.told(at.cost);
                return Ok(Some(at));
            }
            let fewer = self.each(&at, &[-1], Effort::Estimate, |_| true)?;
            let more = self.each(&at, &[1], Effort::Estimate, |_| true)?;
            let mut moves: Vec<(f64, Counts)> = Vec::new();
            for (go, come) in fewer
                .iter()
                .flat_map(|go| more.iter().map(move |come| (go, come)))
            {
                let counts = with(&with(&at.counts, come.slot, come.by), go.slot, go.by);
                let moved = go.slot != come.slot && go.cost + come.cost <= 1e-9 * at.cost;
                if moved && self.may(&counts) && !seen.contains(&counts) {
                    moves.push((least(&at.slacks, &[go, come]), counts));
                }
            }
            moves.sort_by(|a, b| b.0.total_cmp(&a.0));
            moves.truncate(HELPERS);
            let tried = self.try_all(moves.into_iter().map(|(_, counts)| counts).collect())?;
            seen.extend(tried.iter().map(|found| found.counts.clone()));
            let least = |found: &Found| least(&found.slacks, &[]);
            let next = tried.into_iter();
            match next.max_by(|a, b| least(a).total_cmp(&least(b))) {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Takes two away and adds one, or moves one to where it costs less; a cheaper plan, if one of the most promising of all such
    /// exchanges gives one.
    fn swap(
        &mut self,
        best: &Found,
        fewer: &[Step],
        more: &[Step],
    ) -> Result<Option<Found>, Stopped> {
        let swaps = swaps(&best.slacks, fewer, more, SWAPS);
        let changed = |steps: Vec<(usize, i64)>| {
            let change = |counts: Counts, (slot, by): &(usize, i64)| with(&counts, *slot, *by);
            steps.iter().fold(best.counts.clone(), change)
        };
        let mut plans: Vec<Counts> = swaps.into_iter().map(changed).collect();
        plans.retain(|counts| self.may(counts));
        let tried = self.try_all(plans)?.into_iter().filter(Found::keeps);
        let cheapest = tried.min_by(|a, b| a.cost.total_cmp(&b.cost));
        Ok(cheapest.filter(|found| found.cost < best.cost * (1.0 - 1e-9)))
    }

    /// What each change alone does in the slots that are asked about, in all replications or as estimated from few.
    pub(super) fn each(
        &mut self,
        at: &Found,
        by: &[i64],
        effort: Effort,
        asked: impl Fn(usize) -> bool,
    ) -> Result<Vec<Step>, Stopped> {
        let slots = |by: &i64| {
            (0..at.counts.len())
                .map(|slot| (slot, *by))
                .collect::<Vec<_>>()
        };
        let mut changes: Vec<(usize, i64)> = by.iter().flat_map(slots).collect();
        changes.retain(|(slot, by)| {
            let somebody = i64::from(at.counts[*slot]) + by >= 0;
            somebody && asked(*slot) && self.may(&with(&at.counts, *slot, *by))
        });
        let plans = changes
            .iter()
            .map(|(slot, by)| with(&at.counts, *slot, *by));
        let tried = match effort {
            Effort::Full => self.try_all(plans.collect()),
            Effort::Estimate => self.screen(at, plans.collect()),
        }?;
        let step = |((slot, by), found): ((usize, i64), Found)| {
            let slacks = found.slacks.iter().zip(&at.slacks);
            Step {
                slot,
                by,
                cost: found.cost - at.cost,
                slack: slacks.map(|(after, before)| after - before).collect(),
            }
        };
        Ok(changes.into_iter().zip(tried).map(step).collect())
    }

    /// How many replications tell enough of a plan to compare it with one that is near.
    pub(super) fn few(&self) -> u32 {
        let all = self.stage.replications;
        (all / SCREENED).max(SCREEN).min(all)
    }

    /// What plans near another would come to, estimated from few replications: as far from its slacks as their shares are
    /// from its in those replications. They meet the same customers, so most of the luck falls out.
    fn screen(&mut self, near: &Found, mut plans: Vec<Counts>) -> Result<Vec<Found>, Stopped> {
        let few = self.few();
        if few == self.stage.replications {
            return self.try_all(plans);
        }
        let stage = Stage {
            replications: few,
            ..self.stage
        };
        plans.push(near.counts.clone());
        let mut trials = stage.try_all(&plans)?;
        self.count(plans.len());
        let Some(before) = trials.pop() else {
            return Ok(Vec::new());
        };
        let estimate = |(counts, trial): (Counts, Trial)| {
            let clauses = self.clauses.iter().zip(&near.slacks);
            let by = |clause| trial.kept(clause) - before.kept(clause);
            Found {
                slacks: clauses.map(|(clause, slack)| slack + by(*clause)).collect(),
                cost: self.stage.staffing.cost(&counts),
                counts,
                trial,
            }
        };
        Ok(plans.into_iter().zip(trials).map(estimate).collect())
    }

    pub(super) fn try_one(&mut self, counts: Counts) -> Result<Found, Stopped> {
        let trial = self.stage.try_one(&counts)?;
        self.count(1);
        let found = self.found(counts, trial);
        let cheaper = self
            .cheapest
            .as_ref()
            .is_some_and(|other| found.cost < other.cost);
        if cheaper && found.keeps() {
            self.cheapest = Some(found.clone());
        }
        Ok(found)
    }

    fn try_all(&mut self, plans: Vec<Counts>) -> Result<Vec<Found>, Stopped> {
        let trials = self.stage.try_all(&plans)?;
        self.count(plans.len());
        let found = plans.into_iter().zip(trials);
        Ok(found
            .map(|(counts, trial)| self.found(counts, trial))
            .collect())
    }

    pub(super) fn count(&mut self, plans: usize) {
        self.tried += plans;
        self.watch.tried(self.tried, None);
    }

    pub(super) fn told(&self, cost: f64) {
        self.watch.tried(self.tried, Some(cost));
    }

    pub(super) fn found(&self, counts: Counts, trial: Trial) -> Found {
        let setup = &self.stage.strategy.setup;
        let slack = |clause: &Clause| trial.slack(*clause, setup, self.confidence);
        Found {
            slacks: self.clauses.iter().map(slack).collect(),
            cost: self.stage.staffing.cost(&counts),
            counts,
            trial,
        }
    }
}

impl Found {
    /// Whether all targets are met with the confidence asked for.
    pub(super) fn keeps(&self) -> bool {
        self.slacks.iter().all(|slack| *slack >= 0.0)
    }
}

/// By clause that is not kept: how much more slack is lost by some steps together than by each alone.
fn lacks(best: &Found, steps: &[&Step], found: &Found) -> Vec<f64> {
    let lack = |clause: usize| {
        let alone: f64 = steps.iter().map(|step| step.slack[clause]).sum();
        let more = best.slacks[clause] + alone - found.slacks[clause];
        if found.slacks[clause] < 0.0 {
            more.max(0.0)
        } else {
            0.0
        }
    };
    (0..best.slacks.len()).map(lack).collect()
}

/// The steps that can each be taken alone, those first that cost least slack for what they save.
fn spared<'a>(best: &Found, fewer: &'a [Step]) -> Vec<&'a Step> {
    let kept = |step: &&Step| least(&best.slacks, &[step]) >= 0.0;
    let mut spare: Vec<&Step> = fewer.iter().filter(kept).collect();
    let price = |step: &Step| price(&best.slacks, step);
    spare.sort_by(|a, b| price(b).total_cmp(&price(a)).then(a.slot.cmp(&b.slot)));
    spare
}

/// A plan with one slot changed.
pub(super) fn with(counts: &[u32], slot: usize, by: i64) -> Counts {
    let mut changed = counts.to_vec();
    changed[slot] = (i64::from(changed[slot]) + by).max(0) as u32;
    changed
}
