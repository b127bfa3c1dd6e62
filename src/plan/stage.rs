//! Trials: a plan played against the same customers as every other, and what became of the promises.

use rayon::prelude::*;

use super::ensemble::{self, collector};
use crate::experiment::{Progress, Stopped};
use crate::id::TargetId;
use crate::metric::{Collector, Estimate, Grid, Outcome, Parts, Sums};
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
    /// Plays a plan, its replications side by side.
    pub(super) fn play<T: Send>(
        &self,
        counts: &[u32],
        grid: Option<&Grid>,
        of: impl Fn(Outcome) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        let setup = self.staffing.staffed(&self.strategy.setup, counts);
        (self.first..self.first + self.replications)
            .into_par_iter()
            .map_init(
                || self.simulation(&setup, grid),
                |simulation, replication| self.replication(simulation, replication).map(&of),
            )
            .collect()
    }

    /// Tries a plan, its replications side by side.
    pub(super) fn try_one(&self, counts: &[u32]) -> Result<Trial, Stopped> {
        let setup = &self.strategy.setup;
        let outcomes = self.play(counts, None, |outcome| promises(setup, &outcome))?;
        Ok(trial(setup, outcomes))
    }

    /// Tries many plans side by side.
    pub(super) fn try_all(&self, plans: &[Vec<u32>]) -> Result<Vec<Trial>, Stopped> {
        let try_it = |counts: &Vec<u32>| {
            let setup = self.staffing.staffed(&self.strategy.setup, counts);
            let mut simulation = self.simulation(&setup, None);
            let replications = self.first..self.first + self.replications;
            let outcomes = replications.map(|replication| {
                let outcome = self.replication(&mut simulation, replication)?;
                Ok(promises(&setup, &outcome))
            });
            Ok(trial(&setup, outcomes.collect::<Result<_, Stopped>>()?))
        };
        plans.par_iter().map(try_it).collect()
    }

    fn simulation<'b>(
        &'b self,
        setup: &'b Setup,
        grid: Option<&Grid>,
    ) -> Simulation<'b, Collector<'b>> {
        let listener = collector(setup, grid);
        Simulation::new(setup, &self.strategy.routes, listener)
    }

    fn replication(
        &self,
        simulation: &mut Simulation<Collector>,
        number: u32,
    ) -> Result<Outcome, Stopped> {
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
fn promises(setup: &Setup, outcome: &Outcome) -> Vec<Parts> {
    let parts = |(number, target): (usize, &Target)| {
        let promise = outcome.promise(TargetId::from(number));
        let (kept, all) = promise.parts(target.formula);
        [kept as f64, all as f64, 0.0]
    };
    setup.targets.iter().enumerate().map(parts).collect()
}

fn trial(setup: &Setup, outcomes: Vec<Vec<Parts>>) -> Trial {
    let of = |target: usize| outcomes.iter().map(|parts| parts[target]).collect();
    Trial {
        parts: (0..setup.targets.len()).map(of).collect(),
    }
}
