//! Where a search begins: the least multiple of the load that keeps all promises, in the cheapest mix of groups.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{Counts, Pattern, Slot};
use super::search::{Found, MOST, Search, WORTH};
use super::stage::{Clause, Trial};
use crate::agent::{Agents, Roster};
use crate::experiment::Stopped;
use crate::id::GroupId;
use crate::metric::{Grid, Outcome, Scope};
use crate::scenario::Over;
use crate::time::Span;

/// Where twice the agents bring no promise closer by this share, more of them will not keep it.
const VAIN: f64 = 1e-3;

/// The staffing that follows the load is found to this share of itself.
const FINE: f64 = 1.0 / 64.0;

/// So much more of one group is tried first.
const MIXED: f64 = 0.5;

/// Staffing that goes up and down with the load.
#[derive(Clone, Debug)]
pub(super) struct Course {
    /// By slot: what is multiplied.
    pub(super) rule: Vec<f64>,
    /// By slot: never more than these.
    pub(super) most: Counts,
}

impl Course {
    /// A multiple, rounded up.
    pub(super) fn times(&self, factor: f64) -> Counts {
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

impl Search<'_> {
    /// So many agents everywhere that all targets are met; or which of them even that misses.
    pub(super) fn ample(
        &mut self,
        pattern: &Pattern,
    ) -> Result<Result<Found, Vec<usize>>, Stopped> {
        let rostered = pattern.rostered(&self.stage.strategy.setup);
        let mut each = rostered.iter().copied().max().unwrap_or(1).max(1);
        let mut before: Option<Found> = None;
        loop {
            let found = self.try_one(vec![each; rostered.len()])?;
            self.clauses = self.about_anybody(&found.trial);
            let found = self.found(found.counts, found.trial);
            if found.keeps() {
                return Ok(Ok(found));
            }
            let closer = before.is_none_or(|before: Found| {
                let mut clauses = self.clauses.iter().zip(&found.slacks);
                let gained = |clause| found.trial.kept(clause) - before.trial.kept(clause);
                clauses.any(|(clause, slack)| *slack < 0.0 && gained(*clause) > VAIN)
            });
            if !closer || each >= MOST {
                return Ok(Err(self.missed(&found.slacks)));
            }
            before = Some(found);
            each = each.saturating_mul(2);
        }
    }

    /// The promises that are about anybody: of all targets over the run, and where the scenario says so in each interval of the week
    /// in which somebody may be there and waits begin, one in each replication or more.
    fn about_anybody(&self, trial: &Trial) -> Vec<Clause> {
        let week = self.stage.week;
        let bins = match self.stage.scenario.terms.over {
            Over::Run => 0,
            Over::Interval => week.grid.bins(),
        };
        let open = || (0..bins).filter(|bin| week.is_open(*bin)).map(Some);
        let bins = || std::iter::once(None).chain(open());
        let targets = 0..self.stage.strategy.setup.targets.len();
        let clauses = targets.flat_map(|target| bins().map(move |bin| Clause { target, bin }));
        let enough = |clause: &Clause| match clause.bin {
            None => 1,
            Some(_) => u64::from(self.stage.replications),
        };
        clauses
            .filter(|clause| trial.waits(*clause) >= enough(clause))
            .collect()
    }

    /// By interval of the week, the slots of all who serve a queue of held customers, where there is work for them. Where somebody
    /// without limit serves it, nobody else has to be there.
    fn manned(&self, pattern: &Pattern, load: &[f64]) -> Vec<Vec<usize>> {
        let setup = &self.stage.strategy.setup;
        let held = self.stage.strategy.routes.iter().filter_map(|route| {
            let channel = &setup.channels[route.to.index()];
            channel
                .holds_customer
                .then(|| route.queue.unwrap_or(channel.queue))
        });
        let mut posts = BTreeSet::new();
        for queue in held {
            let serves = |agents: &Agents| {
                let mut served = agents.serves.iter().flatten();
                served.any(|served| served.queue == queue)
            };
            let mut all = setup.agents.iter().filter(|agents| serves(agents));
            if all.any(|agents| matches!(agents.roster, Roster::Unlimited)) {
                continue;
            }
            let mut by_bin: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (slot, bin) in pattern.timetable.groups.iter().flatten() {
                let group = pattern.slots()[*slot].group;
                if serves(&setup.agents[group.index()]) {
                    by_bin.entry(*bin).or_default().push(*slot);
                }
            }
            by_bin.retain(|_, slots| slots.iter().any(|slot| load[*slot] > 0.0));
            posts.extend(by_bin.into_values());
        }
        posts.into_iter().collect()
    }

    /// The least multiple of the load and its square root that keeps all promises (the square-root rule: Halfin and Whitt,
    /// Operations Research 29, 1981), in the cheapest mix of groups. The load is who is at work while there are agents in plenty.
    pub(super) fn follow_the_load(
        &mut self,
        pattern: &Pattern,
        ample: Found,
    ) -> Result<Found, Stopped> {
        let load = self.load(pattern, &ample.counts)?;
        self.posts = self.manned(pattern, &load);
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
    pub(super) fn between(
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
}
