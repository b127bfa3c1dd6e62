//! Trials: a plan played against the same customers as every other, and what became of the promises.

use std::ops::Range;

use rayon::prelude::*;

use super::ensemble;
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
}

/// What became of the promises in a trial: kept and all, by target and replication.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    parts: Vec<Vec<Parts>>,
}

impl Trial {
    /// Of one target alone.
    pub(super) fn of(parts: &[Parts]) -> Trial {
        Trial {
            parts: vec![parts.to_vec()],
        }
    }

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

    /// Whether a promise was about anybody.
    pub(super) fn is_about_anybody(&self, target: usize) -> bool {
        self.parts[target].iter().any(|part| part[1] > 0.0)
    }

    /// By how much the low end of the interval lies above the promised share, by target. Nobody is no share at all: a plan
    /// must not keep a promise by serving nobody.
    pub(super) fn slacks(&self, setup: &Setup, confidence: f64) -> Vec<f64> {
        let slack = |(number, target): (usize, &Target)| {
            let (value, interval) = self.level(number, confidence);
            let low = interval.map(|(low, _)| low).or(value);
            low.unwrap_or(0.0).max(0.0) - target.share
        };
        setup.targets.iter().enumerate().map(slack).collect()
    }
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

    /// The same for the promises alone, by interval too if there is a grid.
    pub(super) fn judge<T: Send>(
        &self,
        counts: &[u32],
        grid: Option<&Grid>,
        of: impl Fn(Ruling) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        let setup = self.staffed(counts);
        let listener = || match grid {
            Some(grid) => Judge::new(&setup).by_interval(grid),
            None => Judge::new(&setup),
        };
        self.side_by_side(&setup, listener, |judge| of(judge.take()))
    }

    /// Tries a plan, its replications side by side.
    pub(super) fn try_one(&self, counts: &[u32]) -> Result<Trial, Stopped> {
        let setup = &self.strategy.setup;
        let rulings = self.judge(counts, None, |ruling| promises(setup, &ruling))?;
        Ok(trial(setup, rulings))
    }

    /// Tries many plans side by side.
    pub(super) fn try_all(&self, plans: &[Vec<u32>]) -> Result<Vec<Trial>, Stopped> {
        let try_it = |counts: &Vec<u32>| {
            let setup = self.staffed(counts);
            let mut simulation = Simulation::new(&setup, &self.strategy.routes, Judge::new(&setup));
            let rulings = self.numbers().map(|number| {
                self.replication(&mut simulation, number)?;
                Ok(promises(&setup, &simulation.listener().take()))
            });
            Ok(trial(&setup, rulings.collect::<Result<_, Stopped>>()?))
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

/// Kept and all, by target.
fn promises(setup: &Setup, ruling: &Ruling) -> Vec<Parts> {
    let parts = |(number, target): (usize, &Target)| {
        let promise = ruling.promise(TargetId::from(number));
        let (kept, all) = promise.parts(target.formula);
        [kept as f64, all as f64, 0.0]
    };
    setup.targets.iter().enumerate().map(parts).collect()
}

fn trial(setup: &Setup, rulings: Vec<Vec<Parts>>) -> Trial {
    let of = |target: usize| rulings.iter().map(|parts| parts[target]).collect();
    Trial {
        parts: (0..setup.targets.len()).map(of).collect(),
    }
}
