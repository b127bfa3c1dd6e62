//! What some agents more or fewer do in each slot, many slots asked at once.
//!
//! To try each slot alone takes a trial for each. But what an agent does is seen in the waits that begin while they are there, and for
//! a while after. So the slots of a group are changed together, some apart, and of what that does each gets the part from its
//! own interval up to the next one changed. Where a change is felt for longer, the next gets some of it: the sum is right, and
//! neighbours do about the same. All plans meet the same customers, so that most of the luck falls out.

use super::pattern::Counts;
use super::search::{Effort, Found, Search, with};
use super::stage::{Clause, Kept, Stage, share};
use crate::experiment::Stopped;

/// One slot in so many is changed at once, or fewer.
const APART: usize = 4;

/// No more than this part of all agents is changed at once: where many more are missed together than each alone, the sum is wrong too.
const FEW: f64 = 1.0 / 64.0;

/// Some agents fewer or more in a slot, and what that does.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) slot: usize,
    /// How many more.
    pub(super) by: i64,
    /// What it adds to the cost.
    pub(super) cost: f64,
    /// By clause: what it adds to the slack.
    pub(super) slack: Vec<f64>,
}

/// Slots that are changed together: each with by how much, and the bin from which on what happens is its doing. By bin.
type Batch = Vec<(usize, i64, usize)>;

impl Search<'_> {
    /// What a change by each of some numbers does in each slot, as estimated from few replications.
    pub(super) fn effects(&mut self, at: &Found, by: &[i64]) -> Result<Vec<Step>, Stopped> {
        let staffing = self.stage.staffing;
        let Some(timetable) = staffing.timetable() else {
            return self.each(at, by, Effort::Estimate, |_| true);
        };
        let mut batches: Vec<Batch> = Vec::new();
        let agents: u32 = at.counts.iter().sum();
        let few = (FEW * f64::from(agents)).max(1.0);
        for slots in &timetable.groups {
            for by in by {
                let changed = slots.len() as f64 * by.abs() as f64;
                let apart = ((changed / few).ceil() as usize).clamp(APART, slots.len().max(APART));
                for first in 0..apart.min(slots.len()) {
                    let apart = slots.iter().skip(first).step_by(apart);
                    let changed = apart.filter_map(|(slot, bin)| {
                        let by = (*by).max(-i64::from(at.counts[*slot]));
                        let may = by != 0 && self.may(&with(&at.counts, *slot, by));
                        may.then_some((*slot, by, *bin))
                    });
                    batches.push(changed.collect());
                }
            }
        }
        batches.retain(|batch| !batch.is_empty());
        let mut plans: Vec<Counts> = vec![at.counts.clone()];
        plans.extend(batches.iter().map(|batch| {
            let mut counts = at.counts.clone();
            for (slot, by, _) in batch {
                counts[*slot] = (i64::from(counts[*slot]) + by) as u32;
            }
            counts
        }));
        let stage = Stage {
            replications: self.few(),
            ..self.stage
        };
        let mut told = stage.try_all(&plans)?.into_iter();
        self.count(plans.len());
        let Some(usual) = told.next() else {
            return Ok(Vec::new());
        };
        let mut steps = Vec::new();
        for (batch, told) in batches.iter().zip(told) {
            for (place, (slot, by, from)) in batch.iter().enumerate() {
                let next = batch.get(place + 1).map(|(_, _, next)| *next);
                // What comes before the first is a week after the last.
                let before = if next.is_none() { batch[0].2 } else { 0 };
                let own = |bin: usize| {
                    bin < before || (*from <= bin && next.is_none_or(|next| bin < next))
                };
                let gained = |clause: &Clause| {
                    let (as_usual, as_told) = (usual.bins(clause.target), told.bins(clause.target));
                    match clause.bin {
                        None => {
                            share_if(as_usual, as_told, own) - share_if(as_usual, as_usual, own)
                        }
                        Some(bin) if own(bin) => told.kept(*clause) - usual.kept(*clause),
                        Some(_) => 0.0,
                    }
                };
                steps.push(Step {
                    slot: *slot,
                    by: *by,
                    cost: staffing.cost(&with(&at.counts, *slot, *by)) - at.cost,
                    slack: self.clauses.iter().map(gained).collect(),
                });
            }
        }
        Ok(steps)
    }
}

/// The slack of the clause that has the least after some steps, were their effects to add up.
pub(super) fn least(slacks: &[f64], steps: &[&Step]) -> f64 {
    let left = |(clause, slack): (usize, &f64)| {
        slack + steps.iter().map(|step| step.slack[clause]).sum::<f64>()
    };
    let left = slacks.iter().enumerate().map(left);
    left.fold(f64::INFINITY, f64::min)
}

/// What a step saves for each part of the slack that it loses, weighed by how little of it there is.
pub(super) fn price(slacks: &[f64], step: &Step) -> f64 {
    let each = slacks.iter().zip(&step.slack);
    let lost = each.map(|(slack, by)| (-by).max(0.0) / slack.max(1e-3));
    -step.cost / lost.sum::<f64>().max(1e-9)
}

/// What a step gains where targets are all but missed, for what it costs.
pub(super) fn help(slacks: &[f64], step: &Step) -> f64 {
    let each = slacks.iter().zip(&step.slack);
    let gained = each.map(|(slack, by)| by.max(0.0) / slack.max(1e-3));
    gained.sum::<f64>() / step.cost.max(1e-9)
}

/// The share that keeps a promise if some bins are as told and the others as usual.
fn share_if(usual: &[Kept], told: &[Kept], own: impl Fn(usize) -> bool) -> f64 {
    let bins = 0..usual.len().max(told.len());
    let parts = bins.fold((0, 0), |sum: Kept, bin| {
        let from = if own(bin) { told } else { usual };
        let (kept, all) = from.get(bin).copied().unwrap_or_default();
        (sum.0 + kept, sum.1 + all)
    });
    share(parts).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::pattern::Pattern;
    use crate::scenario::{Scenario, read};

    /// A desk over so many hours, with 56 agents for the calls of 500 callers an hour.
    fn scenario(hours: usize) -> Scenario {
        let text = format!(
            r#"
            [run]
            length = "{hours} h"
            interval = "1 h"
            replications = 8
            [customers.callers]
            arrivals = {{ per_hour = 500.0 }}
            [topics.call]
            work = {{ exponential = "4 min" }}
            [agents.desk]
            count = 56
            serves = ["phone"]
            [targets.fast]
            metric = "queue_wait"
            within = "20 s"
            share = 0.8
            [channels.phone]
            patience = "none"
            "#
        );
        let read = read("test.toml", &text, &[], &mut |_| Err("no files".to_owned()));
        read.map(|(scenario, _)| scenario).expect("a scenario")
    }

    fn effects(hours: usize, of: impl Fn(&mut Search, &Found)) {
        let scenario = scenario(hours);
        let strategy = &scenario.strategies[0];
        let pattern = Pattern::new(&scenario, &strategy.setup);
        let stage = Stage {
            scenario: &scenario,
            strategy,
            staffing: &pattern,
            replications: 8,
            first: 0,
            progress: &(),
            week: pattern.week(),
        };
        let clauses = vec![Clause {
            target: 0,
            bin: None,
        }];
        let mut search = Search::new(stage, &(), clauses, Vec::new());
        let at = search.try_one(vec![56; hours]).expect("nobody stops it");
        of(&mut search, &at);
    }

    /// Three slots are each tried alone.
    #[test]
    fn few_slots_are_told_exactly() {
        effects(3, |search, at| {
            let together = search.effects(at, &[-2, 1]).expect("nobody stops it");
            let each = search.each(at, &[-2, 1], Effort::Estimate, |_| true);
            let each = each.expect("nobody stops it");
            assert_eq!(together.len(), 6);
            for step in &together {
                let alone = each
                    .iter()
                    .find(|one| (one.slot, one.by) == (step.slot, step.by));
                let alone = alone.expect("the same step");
                assert!(
                    (step.slack[0] - alone.slack[0]).abs() < 1e-12,
                    "{step:?} {alone:?}"
                );
                assert_eq!(step.cost, alone.cost);
            }
        });
    }

    /// Of eight slots two at a time, four apart, are changed: what they do together is shared out between them.
    #[test]
    fn the_sum_of_what_slots_do_is_what_they_do_together() {
        effects(8, |search, at| {
            let steps = search.effects(at, &[-1]).expect("nobody stops it");
            assert_eq!(steps.len(), 8);
            let few = search.few();
            for first in 0..4 {
                let own = steps.iter().filter(|step| step.slot % 4 == first);
                let sum: f64 = own.map(|step| step.slack[0]).sum();
                let both = with(&with(&at.counts, first, -1), first + 4, -1);
                let stage = Stage {
                    replications: few,
                    ..search.stage
                };
                let plans = [at.counts.clone(), both];
                let trials = stage.try_all(&plans).expect("nobody stops it");
                let by = trials[1].kept(search.clauses[0]) - trials[0].kept(search.clauses[0]);
                assert!(
                    (sum - by).abs() < 1e-12 && by < 0.0,
                    "{first}: {sum} {by}, of {:?}",
                    at.slacks
                );
            }
        });
    }
}
