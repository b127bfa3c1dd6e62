//! Trials: a plan played against the same customers as every other, and what became of the promises.

use std::ops::Range;

use rayon::prelude::*;

use super::ensemble;
use super::pattern::Timetable;
use crate::experiment::{Progress, Stopped};
use crate::fact::Listener;
use crate::id::TargetId;
use crate::metric::{Estimate, Grid, Judge, Outcome, Parts, Ruling, Sums};
use crate::scenario::{Scenario, Strategy};
use crate::simulation::Simulation;
use crate::world::{Setup, Target};

/// What a plan counts: agents by interval, or people by the week they work.
pub trait Staffing: Sync {
    /// What a plan costs over the whole run.
    fn cost(&self, counts: &[u32]) -> f64;

    /// A strategy's tables with a plan as the roster.
    fn staffed(&self, setup: &Setup, counts: &[u32]) -> Setup;

    /// Whether a plan is within what is allowed, whatever it does for the targets.
    fn allows(&self, counts: &[u32]) -> bool;

    /// When the slots come, if each is an interval of the week.
    fn timetable(&self) -> Option<&Timetable>;
}

/// Where the plans of one strategy are tried.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) strategy: &'a Strategy,
    pub(super) staffing: &'a dyn Staffing,
    /// How many replications a trial has, from `first` on.
    pub(super) replications: u32,
    /// The number of the first replication, from 0: others meet other customers.
    pub(super) first: u32,
    pub(super) progress: &'a dyn Progress,
    /// The intervals of the week, of which it is kept apart what became of the promises.
    pub(super) week: &'a Timetable,
}

/// How many waits kept a promise, and how many there were.
pub(super) type Kept = (u64, u64);

/// A promise that a plan has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// By position.
    pub(super) target: usize,
    /// Only of waits that begin in this interval of the week (a bin of the stage's grid), on average; or over the run with confidence.
    pub(super) bin: Option<usize>,
}

/// What became of the promises in a trial.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    /// Kept and all, by target and replication.
    parts: Vec<Vec<Parts>>,
    /// By target and bin of the stage's grid, all replications together.
    bins: Vec<Vec<Kept>>,
}

impl Trial {
    /// The share that kept a promise and its interval.
    pub(super) fn level(
        &self,
        target: usize,
        confidence: f64,
    ) -> (Option<f64>, Option<(f64, f64)>) {
        let (value, spread) = Estimate::Ratio.estimate(&self.parts[target], None);
        let interval = value.zip(spread);
        (
            value,
            interval.map(|(value, spread)| spread.around(value, confidence)),
        )
    }

    /// The share that kept a promise in the first few replications.
    pub(super) fn share(&self, target: usize, replications: u32) -> Option<f64> {
        let parts = &self.parts[target][..replications as usize];
        Estimate::Ratio.of(Sums::new(parts).without(None))
    }

    /// How many waits a clause is about.
    pub(super) fn waits(&self, clause: Clause) -> u64 {
        match clause.bin {
            None => self.parts[clause.target]
                .iter()
                .map(|part| part[1])
                .sum::<f64>() as u64,
            Some(bin) => self.bin(clause.target, bin).1,
        }
    }

    /// What became of a promise by bin of the stage's grid.
    pub(super) fn bins(&self, target: usize) -> &[Kept] {
        &self.bins[target]
    }

    /// In one of them.
    pub(super) fn bin(&self, target: usize, bin: usize) -> Kept {
        self.bins[target].get(bin).copied().unwrap_or_default()
    }

    /// The share that kept a clause; 0 if it is about nobody: a plan must not keep a promise by serving nobody.
    pub(super) fn kept(&self, clause: Clause) -> f64 {
        match clause.bin {
            None => Estimate::Ratio
                .of(Sums::new(&self.parts[clause.target]).without(None))
                .unwrap_or(0.0),
            Some(bin) => share(self.bin(clause.target, bin)).unwrap_or(0.0),
        }
    }

    /// By how much a clause is kept: of one over the run the low end of its interval lies so much above the promised share.
    pub(super) fn slack(&self, clause: Clause, setup: &Setup, confidence: f64) -> f64 {
        let interval = match clause.bin {
            None => self.level(clause.target, confidence).1,
            Some(_) => None,
        };
        let low = interval.map_or(self.kept(clause), |(low, _)| low.max(0.0));
        low - setup.targets[clause.target].share
    }
}

/// As a share; nothing of nobody.
pub(super) fn share((kept, all): Kept) -> Option<f64> {
    (all > 0).then(|| kept as f64 / all as f64)
}

impl Stage<'_> {
    /// Plays a plan, its replications side by side, and keeps all figures.
    pub(super) fn play<T: Send>(
        &self,
        counts: &[u32],
        grid: Option<&Grid>,
        of: impl Fn(Outcome) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        let setup = self.staffed(counts);
        let listener = || ensemble::collector(&setup, grid);
        self.side_by_side(&setup, listener, |collector| of(collector.take()))
    }

    /// The same for the promises alone, by interval too.
    pub(super) fn judge<T: Send>(
        &self,
        counts: &[u32],
        grid: &Grid,
        of: impl Fn(Ruling) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        let setup = self.staffed(counts);
        let judge = || Judge::new(&setup).by_interval(grid);
        self.side_by_side(&setup, judge, |judge| of(judge.take()))
    }

    /// Tries a plan, its replications side by side.
    pub(super) fn try_one(&self, counts: &[u32]) -> Result<Trial, Stopped> {
        let setup = &self.strategy.setup;
        let rulings = self.judge(counts, &self.week.grid, |ruling| ruling)?;
        Ok(trial(setup, rulings))
    }

    /// Tries many plans side by side.
    pub(super) fn try_all(&self, plans: &[Vec<u32>]) -> Result<Vec<Trial>, Stopped> {
        let try_it = |counts: &Vec<u32>| {
            let setup = self.staffed(counts);
            let judge = Judge::new(&setup).by_interval(&self.week.grid);
            let mut simulation = Simulation::new(&setup, &self.strategy.routes, judge);
            let rulings = self.numbers().map(|number| {
                self.replication(&mut simulation, number)?;
                Ok(simulation.listener().take())
            });
            let rulings = rulings.collect::<Result<Vec<_>, Stopped>>()?;
            Ok(trial(&setup, rulings))
        };
        plans.par_iter().map(try_it).collect()
    }

    /// The strategy's tables with a plan as the roster.
    fn staffed(&self, counts: &[u32]) -> Setup {
        self.staffing.staffed(&self.strategy.setup, counts)
    }

    fn numbers(&self) -> Range<u32> {
        self.first..self.first + self.replications
    }

    /// What `take` takes from who listened to each replication of a staffed strategy.
    fn side_by_side<'b, L: Listener, T: Send>(
        &'b self,
        setup: &'b Setup,
        listener: impl Fn() -> L + Sync,
        take: impl Fn(&mut L) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        self.numbers()
            .into_par_iter()
            .map_init(
                || Simulation::new(setup, &self.strategy.routes, listener()),
                |simulation, number| {
                    self.replication(simulation, number)?;
                    Ok(take(simulation.listener()))
                },
            )
            .collect()
    }

    fn replication<L: Listener>(
        &self,
        simulation: &mut Simulation<L>,
        number: u32,
    ) -> Result<(), Stopped> {
        let Stage {
            scenario,
            strategy,
            progress,
            ..
        } = *self;
        ensemble::replication(scenario, strategy, simulation, number, progress)
    }
}

/// What became of the promises in all replications.
fn trial(setup: &Setup, rulings: Vec<Ruling>) -> Trial {
    let targets = || setup.targets.iter().zip((0..).map(TargetId));
    let parts = |(target, id): (&Target, TargetId)| {
        let of = |ruling: &Ruling| {
            let (kept, all) = ruling.promise(id).parts(target.formula);
            [kept as f64, all as f64, 0.0]
        };
        rulings.iter().map(of).collect()
    };
    let bins = |(target, id): (&Target, TargetId)| {
        let mut sums: Vec<Kept> = Vec::new();
        for promises in rulings.iter().map(|ruling| ruling.promises(id)) {
            sums.resize(sums.len().max(promises.len()), (0, 0));
            for (sum, promise) in sums.iter_mut().zip(promises) {
                let (kept, all) = promise.parts(target.formula);
                *sum = (sum.0 + kept, sum.1 + all);
            }
        }
        sums
    };
    Trial {
        parts: targets().map(parts).collect(),
        bins: targets().map(bins).collect(),
    }
}
